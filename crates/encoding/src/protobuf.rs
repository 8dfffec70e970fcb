mod base64;
mod compile;
mod datum;
mod decimal;
mod describe;
mod frame;
mod gather;
mod json_reader;
mod json_writer;
mod parts;
mod scalar;
mod schema;
mod serde_reader;
mod serde_writer;
mod source;
mod text_forms;
mod wire;

use prost::Message;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use self::parts::Parts;
use self::schema::{Element, Schema};
use crate::RecordName;
use crate::codec::{BoxError, Codec, Dependency, Part};
use crate::json::{JsonMismatch, JsonProblem, MalformedPayload, Place};

/// The messages of one `.proto` file, compiled once.
pub(crate) struct ProtobufCodec {
    schema: Schema,
    parts: Parts,
}

/// A part that another codec gave, or any part of a file without messages.
#[derive(Debug, thiserror::Error)]
#[error("{NO_MESSAGE}")]
struct NoMessage;

const NO_MESSAGE: &str = "the schema has no such message";

/// The paths that a `.proto` text imports, in its order; those that every compiler knows (`google/protobuf/…`,
/// `confluent/…`) are left out.
///
/// # Errors
/// The place in the text and the problem, in one line.
pub(crate) fn imports(text: &str) -> Result<Vec<String>, BoxError> {
    compile::imports(text)
}

impl ProtobufCodec {
    /// Compiles a `.proto` text, or the serialized descriptor of one in base64, together with the files that it imports.
    ///
    /// # Errors
    /// The place in the text and the problem, in one line.
    pub(crate) fn parse(text: &str, dependencies: &[Dependency]) -> Result<Self, BoxError> {
        let file = compile::compile(text, dependencies)?;
        let schema = Schema::of(file.parent_pool());
        let parts = Parts::of(&file, &schema);
        Ok(Self { schema, parts })
    }

    /// All messages that are defined in the file itself, nested ones too, in the file's order: the first is `Part(0)`.
    pub(crate) fn records(&self) -> impl Iterator<Item = &RecordName> {
        self.parts.records()
    }

    /// The message indexes of a part as they stand in the wire format: the single byte 0 for the first message.
    pub(crate) fn indexes(&self, part: Part) -> &[u8] {
        self.parts.indexes(part)
    }

    /// Takes the message indexes off the front of `bytes`, in any of their forms.
    ///
    /// Their numbers are in zig-zag form. Clients that were told to use the deprecated one write them plainly, which
    /// cannot be told apart, and is not read.
    ///
    /// # Errors
    /// [`MalformedPayload`] when they are cut off or lead to no message.
    #[inline]
    pub(crate) fn take_indexes(&self, bytes: &mut &[u8]) -> Result<Part, MalformedPayload> {
        self.parts.take(bytes)
    }

    /// Appends a prost message. It must be the one of the part, by its full name.
    ///
    /// # Errors
    /// What prost says.
    pub(crate) fn write_message<M: Message>(&self, _: Part, message: &M, out: &mut Vec<u8>) -> Result<(), BoxError> {
        Ok(message.encode(out)?)
    }

    /// Reads a prost message from all of `payload`.
    ///
    /// # Errors
    /// What prost says of bytes that are no such message.
    #[inline]
    pub(crate) fn read_message<M: Message + Default>(&self, _: Part, payload: &mut &[u8]) -> Result<M, BoxError> {
        // Not by `decode`, which is not inlined and moves the message once more.
        let mut message = M::default();
        message.merge(*payload)?;
        *payload = &[];
        Ok(message)
    }

    fn element(&self, part: Part) -> Result<&Element, NoMessage> {
        self.parts.element(part).ok_or(NoMessage)
    }
}

/// A message is all of its payload: nothing in the bytes says where it ends.
impl Codec for ProtobufCodec {
    fn records(&self) -> Vec<&RecordName> {
        Self::records(self).collect()
    }

    /// The message indexes tell it, and they are no part of the payload.
    fn part_in(&self, _: &[u8]) -> Part {
        Part::WHOLE
    }

    /// A simple name is known where it says which message it means: only one has it, or only one of those that lie in no
    /// other message.
    fn part_of(&self, record: &str) -> Option<Part> {
        self.parts.part_of(record)
    }

    #[inline]
    fn record(&self, part: Part) -> Option<&RecordName> {
        self.parts.record(part)
    }

    #[inline]
    fn write<T: Serialize + ?Sized>(&self, part: Part, value: &T, out: &mut Vec<u8>) -> Result<(), BoxError> {
        serde_writer::write(&self.schema, self.element(part)?, value, out)
    }

    #[inline]
    fn read<T: DeserializeOwned>(&self, part: Part, payload: &mut &[u8]) -> Result<T, BoxError> {
        let value = serde_reader::read(&self.schema, self.element(part)?, payload)?;
        *payload = &[];
        Ok(value)
    }

    fn write_json(&self, part: Part, value: &Value, out: &mut Vec<u8>) -> Result<(), JsonMismatch> {
        let element = self.element(part).map_err(|_| {
            JsonMismatch::new(
                &Place::default(),
                JsonProblem::does_not_fit(value, "nothing: it has no message".to_owned()),
            )
        })?;
        json_writer::write(&self.schema, element, value, 0, out)
    }

    fn read_json(&self, part: Part, payload: &mut &[u8]) -> Result<Value, MalformedPayload> {
        let element = self.element(part).map_err(|NoMessage| MalformedPayload {
            path: "$".to_owned(),
            problem: NO_MESSAGE.to_owned(),
            left: payload.len(),
        })?;
        let value = json_reader::read(&self.schema, element, payload)?;
        *payload = &[];
        Ok(value)
    }
}

#[cfg(test)]
mod tests;
