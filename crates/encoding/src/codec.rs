use std::error::Error;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use test_probe_directives::Format;

use crate::avro::{AvroCodec, JsonMismatch, MalformedPayload};
use crate::{RecordName, SchemaText};

pub(crate) type BoxError = Box<dyn Error + Send + Sync>;

/// Writes and reads the payload of one schema, in the schema's format.
///
/// A codec is built once a schema and shared; writing and reading take no lock and leave nothing behind.
pub(crate) trait Codec: Sized {
    /// The record that the schema describes, where it is one.
    fn record(&self) -> Option<&RecordName>;

    /// Appends `value` to `out`. What stands in `out` after an error is of no use.
    fn write<T: Serialize + ?Sized>(&self, value: &T, out: &mut Vec<u8>) -> Result<(), BoxError>;

    /// Reads a value from the front of `payload` and takes it off.
    fn read<T: DeserializeOwned>(&self, payload: &mut &[u8]) -> Result<T, BoxError>;

    /// Appends plain JSON, converted as the schema wants it, to `out`. What stands in `out` after an error is of no
    /// use.
    fn write_json(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), JsonMismatch>;

    /// Reads plain JSON from the front of `payload` and takes it off.
    fn read_json(&self, payload: &mut &[u8]) -> Result<Value, MalformedPayload>;
}

/// The codec of any schema that this version can write and read.
pub(crate) enum AnyCodec {
    Avro(AvroCodec),
}

/// Why there is no codec for a schema.
pub(crate) enum NoCodec {
    /// This version cannot write the format.
    FormatNotAvailable(Format),
    /// The schema needs schemas of other subjects.
    References(Vec<String>),
    /// The schema is no schema.
    Invalid(BoxError),
}

impl AnyCodec {
    pub(crate) fn of(schema: &SchemaText) -> Result<Self, NoCodec> {
        match schema.format {
            Format::Avro if schema.references.is_empty() => {
                AvroCodec::parse(&schema.text).map(Self::Avro).map_err(NoCodec::Invalid)
            }
            Format::Avro => {
                Err(NoCodec::References(schema.references.iter().map(|reference| reference.name.clone()).collect()))
            }
            format @ (Format::Protobuf | Format::Json) => Err(NoCodec::FormatNotAvailable(format)),
        }
    }
}

impl Codec for AnyCodec {
    fn record(&self) -> Option<&RecordName> {
        match self {
            Self::Avro(codec) => codec.record(),
        }
    }

    fn write<T: Serialize + ?Sized>(&self, value: &T, out: &mut Vec<u8>) -> Result<(), BoxError> {
        match self {
            Self::Avro(codec) => codec.write(value, out),
        }
    }

    fn read<T: DeserializeOwned>(&self, payload: &mut &[u8]) -> Result<T, BoxError> {
        match self {
            Self::Avro(codec) => codec.read(payload),
        }
    }

    fn write_json(&self, value: &Value, out: &mut Vec<u8>) -> Result<(), JsonMismatch> {
        match self {
            Self::Avro(codec) => codec.write_json(value, out),
        }
    }

    fn read_json(&self, payload: &mut &[u8]) -> Result<Value, MalformedPayload> {
        match self {
            Self::Avro(codec) => codec.read_json(payload),
        }
    }
}
