use std::error::Error;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use test_probe_directives::Format;

use crate::avro::AvroCodec;
use crate::json::{JsonMismatch, MalformedPayload};
use crate::json_schema::JsonSchemaCodec;
use crate::protobuf::ProtobufCodec;
use crate::{RecordName, SchemaText};

pub(crate) type BoxError = Box<dyn Error + Send + Sync>;

/// One of the types that a schema's text describes: the branch of an Avro union, a message of a `.proto` file.
///
/// A part means something to the codec alone that gave it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Part(pub(crate) u32);

impl Part {
    /// What the text describes as a whole: the Avro schema, the first message of a `.proto` file, the JSON Schema.
    pub(crate) const WHOLE: Self = Self(0);
}

/// A schema that another one names, with its own dependencies before it in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dependency {
    /// The name by which it is called: an Avro full name, a `.proto` path, a JSON Schema URL.
    pub(crate) name: String,
    /// The text, in the same format.
    pub(crate) text: Arc<str>,
}

/// Writes and reads the payload of one schema, in the schema's format.
///
/// A codec is built once a schema and shared; writing and reading take no lock and leave nothing behind.
pub(crate) trait Codec: Sized {
    /// The records that the text describes, those of its parts; none where it describes something else.
    fn records(&self) -> Vec<&RecordName>;

    /// The part that describes a record, called by its full or its simple name.
    fn part_of(&self, record: &str) -> Option<Part>;

    /// The part that a payload holds, where its bytes say it; [`Part::WHOLE`] otherwise.
    fn part_in(&self, payload: &[u8]) -> Part;

    /// The record that a part describes, where it is one.
    fn record(&self, part: Part) -> Option<&RecordName>;

    /// Appends `value` to `out`. What stands in `out` after an error is of no use.
    fn write<T: Serialize + ?Sized>(&self, part: Part, value: &T, out: &mut Vec<u8>) -> Result<(), BoxError>;

    /// Reads a value from the front of `payload` and takes it off.
    fn read<T: DeserializeOwned>(&self, part: Part, payload: &mut &[u8]) -> Result<T, BoxError>;

    /// Appends plain JSON, converted as the schema wants it, to `out`. What stands in `out` after an error is of no
    /// use.
    fn write_json(&self, part: Part, value: &Value, out: &mut Vec<u8>) -> Result<(), JsonMismatch>;

    /// Reads plain JSON from the front of `payload` and takes it off.
    fn read_json(&self, part: Part, payload: &mut &[u8]) -> Result<Value, MalformedPayload>;
}

/// The codec of any schema.
pub(crate) enum AnyCodec {
    Avro(AvroCodec),
    Protobuf(ProtobufCodec),
    Json(JsonSchemaCodec),
}

impl AnyCodec {
    /// Builds the codec of a schema and of those that it names. Values of a JSON Schema are checked before they are
    /// written where `validate_json` says so.
    ///
    /// # Errors
    /// What the format's library says about the text.
    pub(crate) fn of(schema: &SchemaText, dependencies: &[Dependency], validate_json: bool) -> Result<Self, BoxError> {
        match schema.format {
            Format::Avro => AvroCodec::parse(&schema.text, dependencies).map(Self::Avro),
            Format::Protobuf => ProtobufCodec::parse(&schema.text, dependencies).map(Self::Protobuf),
            Format::Json => {
                let codec = JsonSchemaCodec::parse(&schema.text, dependencies)?;
                Ok(Self::Json(if validate_json { codec } else { codec.without_validation() }))
            }
        }
    }

    pub(crate) fn format(&self) -> Format {
        match self {
            Self::Avro(_) => Format::Avro,
            Self::Protobuf(_) => Format::Protobuf,
            Self::Json(_) => Format::Json,
        }
    }

    /// What names a part besides the schema's id: the message indexes of Protobuf. Nothing in the other formats.
    pub(crate) fn indexes(&self, part: Part) -> &[u8] {
        match self {
            Self::Protobuf(codec) => codec.indexes(part),
            Self::Avro(_) | Self::Json(_) => &[],
        }
    }

    /// The part that a payload holds, worked out as closely as it can be.
    pub(crate) fn exact_part(&self, part: Part, payload: &[u8]) -> Part {
        match self {
            Self::Protobuf(_) => part,
            Self::Avro(_) | Self::Json(_) => self.part_in(payload),
        }
    }

    /// The part that takes whatever may stand where `part` was found: all of a union, but the one message of a file.
    pub(crate) fn widest_part(&self, part: Part) -> Part {
        match self {
            Self::Protobuf(_) => part,
            Self::Avro(_) | Self::Json(_) => Part::WHOLE,
        }
    }

    /// Checks a value that could be read against what else its schema says.
    ///
    /// # Errors
    /// [`JsonMismatch`] with the place and the rule.
    pub(crate) fn validate(&self, value: &Value) -> Result<(), JsonMismatch> {
        match self {
            Self::Json(codec) => codec.validate(value),
            // What can be read in these formats is what the schema says.
            Self::Avro(_) | Self::Protobuf(_) => Ok(()),
        }
    }

    /// The part that a payload holds. The message indexes of Protobuf are taken off the front of what follows the
    /// schema's name: of the header's rest where there is a header, of the payload otherwise.
    ///
    /// # Errors
    /// [`MalformedPayload`] when there are no message indexes, or none that the file has.
    #[inline]
    pub(crate) fn open(&self, header_rest: Option<&[u8]>, payload: &mut &[u8]) -> Result<Part, MalformedPayload> {
        match (self, header_rest) {
            (Self::Protobuf(codec), None) => codec.take_indexes(payload),
            (Self::Protobuf(codec), Some(mut rest)) => codec.take_indexes(&mut rest),
            (Self::Avro(codec), _) => Ok(codec.part_in(payload)),
            // Which branch a document fits is worked out only where somebody asks for it.
            (Self::Json(_), _) => Ok(Part::WHOLE),
        }
    }
}

macro_rules! of_any {
    ($any:expr, $codec:ident => $does:expr) => {
        match $any {
            AnyCodec::Avro($codec) => $does,
            AnyCodec::Protobuf($codec) => $does,
            AnyCodec::Json($codec) => $does,
        }
    };
}

impl Codec for AnyCodec {
    fn records(&self) -> Vec<&RecordName> {
        of_any!(self, codec => Codec::records(codec))
    }

    fn part_of(&self, record: &str) -> Option<Part> {
        of_any!(self, codec => codec.part_of(record))
    }

    fn part_in(&self, payload: &[u8]) -> Part {
        of_any!(self, codec => codec.part_in(payload))
    }

    #[inline]
    fn record(&self, part: Part) -> Option<&RecordName> {
        of_any!(self, codec => codec.record(part))
    }

    #[inline]
    fn write<T: Serialize + ?Sized>(&self, part: Part, value: &T, out: &mut Vec<u8>) -> Result<(), BoxError> {
        of_any!(self, codec => codec.write(part, value, out))
    }

    #[inline]
    fn read<T: DeserializeOwned>(&self, part: Part, payload: &mut &[u8]) -> Result<T, BoxError> {
        of_any!(self, codec => codec.read(part, payload))
    }

    fn write_json(&self, part: Part, value: &Value, out: &mut Vec<u8>) -> Result<(), JsonMismatch> {
        of_any!(self, codec => codec.write_json(part, value, out))
    }

    fn read_json(&self, part: Part, payload: &mut &[u8]) -> Result<Value, MalformedPayload> {
        of_any!(self, codec => codec.read_json(part, payload))
    }
}
