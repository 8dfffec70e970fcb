use serde_json::Value;
use test_probe_encoding::{DecodeError, Framed, SchemaIdentity, SerdesFactory};
use test_probe_kafka::IncomingRecord;

/// A record with what its key and its value mean.
#[derive(Debug)]
pub struct Decoded {
    /// The record as it was read.
    pub record: IncomingRecord,
    /// Its key, where it has one.
    pub key: Option<DecodedPart>,
    /// Its value; nothing for a tombstone.
    pub value: Option<DecodedPart>,
}

/// What bytes of a key or a value mean.
#[derive(Debug)]
#[non_exhaustive]
pub enum DecodedPart {
    /// They were written with a schema of the registry.
    Framed {
        /// What the bytes call the schema.
        schema: SchemaIdentity,
        /// The names of what they hold, the closest first.
        records: Vec<String>,
        /// The format, in the registry's word.
        format: &'static str,
        /// The value.
        value: Value,
    },
    /// They name no schema, and are text.
    Text {
        /// The text.
        text: String,
        /// Why they name none.
        reason: DecodeError,
    },
    /// They cannot be read.
    Unreadable {
        /// What the bytes call the schema, where they name one.
        schema: Option<SchemaIdentity>,
        /// Why not.
        reason: DecodeError,
    },
}

impl DecodedPart {
    pub(super) async fn of(serdes: &SerdesFactory, framed: Framed<'_>) -> Self {
        let schema = match serdes.schema_of(framed) {
            Ok(schema) => schema,
            Err(reason) => return Self::without_schema(framed.bytes(), reason),
        };
        let value: Result<Value, DecodeError> = serdes.resolving(|serdes| serdes.decode_value_json(framed)).await;
        let named = value.and_then(|value| Ok((value, serdes.record_names_of(framed)?, serdes.format_of(framed)?)));
        match named {
            Ok((value, records, format)) => Self::Framed {
                schema,
                records: records.iter().map(ToString::to_string).collect(),
                format: format.schema_type(),
                value,
            },
            Err(reason) => Self::Unreadable { schema: Some(schema), reason },
        }
    }

    fn without_schema(bytes: &[u8], reason: DecodeError) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) if !text.is_empty() && !text.contains(|c: char| c.is_control() && !c.is_whitespace()) => {
                Self::Text { text: text.to_owned(), reason }
            }
            _ => Self::Unreadable { schema: None, reason },
        }
    }
}
