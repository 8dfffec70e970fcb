use test_probe_directives::{KeyFormat, TopicName};

use crate::codec::BoxError;
use crate::{JsonMismatch, ResolveError, ResolveRequest, SchemaId};

/// A value or a key that was not encoded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The schema is not known yet: await [`SerdesFactory::resolve`](crate::SerdesFactory::resolve) and encode again.
    #[error("{0} is not known yet; it must be resolved first")]
    Unresolved(ResolveRequest),
    /// The schema could not be found out.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// The value's type does not say which record it is. Asking again does not help.
    #[error(
        "{kind} does not say which record it is on topic `{topic}`; encode a struct, name the record, or give the \
         topic's subject"
    )]
    NoRecordName {
        /// What the value is.
        kind: &'static str,
        /// The topic.
        topic: TopicName,
    },
    /// The value does not fit the schema. Asking again does not help.
    #[error("the value does not fit record `{record}` (schema id {id}, subject `{subject}`)")]
    Value {
        /// The record's full name.
        record: String,
        /// The schema's id.
        id: SchemaId,
        /// The schema's subject.
        subject: String,
        /// What the format's library says.
        #[source]
        source: BoxError,
    },
    /// The JSON does not fit the schema. Asking again does not help.
    #[error("the JSON does not fit record `{record}` (schema id {id}, subject `{subject}`)")]
    Json {
        /// The record's full name.
        record: String,
        /// The schema's id.
        id: SchemaId,
        /// The schema's subject.
        subject: String,
        /// Where, and why.
        #[source]
        source: Box<JsonMismatch>,
    },
    /// The key is not of the kind that the topic's keys are. Asking again does not help.
    #[error("the keys of topic `{topic}` are `{format}`, and this key is {found}")]
    Key {
        /// The topic.
        topic: TopicName,
        /// What the keys are.
        format: KeyFormat,
        /// What the key is.
        found: String,
    },
}

impl EncodeError {
    /// Whether the same value may be encoded later, without anybody changing anything.
    pub fn helps_to_ask_again(&self) -> bool {
        match self {
            Self::Unresolved(_) => true,
            Self::Resolve(error) => error.helps_to_ask_again(),
            Self::NoRecordName { .. } | Self::Value { .. } | Self::Json { .. } | Self::Key { .. } => false,
        }
    }
}
