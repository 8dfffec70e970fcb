use test_probe_directives::KeyFormat;

use crate::codec::BoxError;
use crate::{FrameError, JsonMismatch, MalformedPayload, ResolveError, ResolveRequest, SchemaId, SchemaIdentity};

/// Bytes that were not decoded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes do not name a schema.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The schema is not known yet: await [`SerdesFactory::resolve`](crate::SerdesFactory::resolve) and decode again.
    #[error("{0} is not known yet; it must be resolved first")]
    Unresolved(ResolveRequest),
    /// The schema could not be found out.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// The bytes hold another record. Asking again does not help.
    #[error("record `{asked}` is asked for, but the bytes hold record `{found}` (schema {schema})")]
    WrongRecord {
        /// The record that the type asked for is called.
        asked: String,
        /// The record's full name.
        found: String,
        /// The schema.
        schema: SchemaIdentity,
    },
    /// The payload cannot be read as the type asked for. Asking again does not help.
    #[error("the payload of record `{record}` (schema {schema}) cannot be read as the type asked for")]
    Value {
        /// The record's full name.
        record: String,
        /// The schema.
        schema: SchemaIdentity,
        /// What the format's library says.
        #[source]
        source: BoxError,
    },
    /// The payload was not written with its schema. Asking again does not help.
    #[error("the payload of record `{record}` (schema {schema}) is damaged")]
    Payload {
        /// The record's full name.
        record: String,
        /// The schema.
        schema: SchemaIdentity,
        /// Where, and why.
        #[source]
        source: MalformedPayload,
    },
    /// The value breaks a rule of its schema. Asking again does not help.
    #[error("the value breaks its schema, record `{record}` (schema {schema})")]
    Invalid {
        /// The record's full name.
        record: String,
        /// The schema.
        schema: SchemaIdentity,
        /// Where, and which rule.
        #[source]
        source: Box<JsonMismatch>,
    },
    /// The payload cannot be brought into the shape of the reader's schema. Asking again does not help.
    #[error(
        "the payload of record `{record}` (schema {schema}) cannot be read as record `{reader}` (schema id {reader_id})"
    )]
    Evolution {
        /// The record's full name.
        record: String,
        /// The schema.
        schema: SchemaIdentity,
        /// The record's full name in the reader's schema.
        reader: String,
        /// The id of the reader's schema.
        reader_id: SchemaId,
        /// What the format's library says.
        #[source]
        source: BoxError,
    },
    /// The payload is longer than what its schema describes. Asking again does not help.
    #[error(
        "the payload of record `{record}` (schema {schema}) has {bytes} bytes too many; was it written with another schema?"
    )]
    LeftOver {
        /// The record's full name.
        record: String,
        /// The schema.
        schema: SchemaIdentity,
        /// How many bytes are left.
        bytes: usize,
    },
    /// The key is not of the kind that the topic's keys are. Asking again does not help.
    #[error("the key is no `{format}`")]
    Key {
        /// What the keys are.
        format: KeyFormat,
        /// Why it is none.
        #[source]
        source: BoxError,
    },
}

impl DecodeError {
    /// Whether the same bytes may be decoded later, without anybody changing anything.
    pub fn helps_to_ask_again(&self) -> bool {
        match self {
            Self::Unresolved(_) => true,
            Self::Resolve(error) => error.helps_to_ask_again(),
            Self::Frame(_)
            | Self::WrongRecord { .. }
            | Self::Value { .. }
            | Self::Payload { .. }
            | Self::Invalid { .. }
            | Self::Evolution { .. }
            | Self::LeftOver { .. }
            | Self::Key { .. } => false,
        }
    }
}
