//! How the tree's actors fail: the Scala system's exceptions by their names. Which of them a strategy tells apart is said
//! at [`StreamingSupervision`](crate::StreamingSupervision).

use std::error::Error;
use std::sync::Arc;

mod probe_exceptions;
mod service_error;

pub use probe_exceptions::{Cause, ProbeExceptions};
pub use service_error::ServiceError;

use test_probe_directives::{TestId, TopicIdentity};

use crate::NoToken;

/// The outside world failed (Java's `IOException`): restarted within a limit, after a pause. A consumer client that failed
/// for good fails its topics so.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct IoFailure {
    /// What failed.
    pub message: String,
    /// The error behind it.
    #[source]
    pub cause: Option<Arc<dyn Error + Send + Sync>>,
}

/// A `KafkaProducerActor` could not open its topics, or lost one.
#[derive(Clone, Debug, thiserror::Error)]
#[error("producers of test {test_id}: {message}")]
pub struct KafkaProducerException {
    /// The test.
    pub test_id: TestId,
    /// What is wrong.
    pub message: String,
    /// The error behind it.
    #[source]
    pub cause: Option<Arc<dyn Error + Send + Sync>>,
}

/// A `KafkaConsumerActor` could not open its topics, or lost one.
#[derive(Clone, Debug, thiserror::Error)]
#[error("consumers of test {test_id}: {message}")]
pub struct KafkaConsumerException {
    /// The test.
    pub test_id: TestId,
    /// What is wrong.
    pub message: String,
    /// The error behind it.
    #[source]
    pub cause: Option<Arc<dyn Error + Send + Sync>>,
}

/// A message came that needs an `Initialize` before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the actor is not initialized; send Initialize before {message}")]
pub struct IllegalState {
    /// The message that came too early.
    pub message: &'static str,
}

/// Topic directives that cannot be opened.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DirectiveError {
    /// Nobody has credentials for the topic in this role. The Scala system dropped such a directive in silence.
    #[error("{0} has no matching security directive: the vault gave no credentials for this topic and role")]
    NoCredentials(TopicIdentity),
    /// The directive names a cluster that is not known.
    #[error("{0} names a cluster that is not known")]
    UnknownCluster(TopicIdentity),
    /// Configuration and credentials do not say together how the topic is opened.
    #[error("{0} cannot be opened: {1}")]
    Security(TopicIdentity, test_probe_kafka::UnavailableSecurity),
    /// The token that the topic is opened with did not come.
    #[error("{topic} cannot be opened without its token")]
    NoToken {
        /// The topic.
        topic: TopicIdentity,
        /// Why it did not.
        #[source]
        cause: NoToken,
    },
}
