use std::error::Error;
use std::fmt;

use async_trait::async_trait;
use test_probe_directives::TopicDirective;

/// Knows how many partitions topics have, and creates topics where the configuration allows it.
#[async_trait]
pub trait TopicCreator: fmt::Debug + Send + Sync {
    /// Makes sure that the directive's topic is there, called by its name on the cluster, and says how many partitions
    /// it has. A topic that is not there is created with `partitions`, or the configuration's number, where that is
    /// allowed; a topic that is there keeps the number that it has.
    ///
    /// # Errors
    /// [`TopicCreatorError`] when it is not there and may not be created, or when the cluster does not answer.
    async fn ensure(&self, topic: &TopicDirective, partitions: Option<u32>) -> Result<u32, TopicCreatorError>;
}

/// A topic that is not there, or of which the cluster says nothing.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct TopicCreatorError {
    message: String,
    #[source]
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl TopicCreatorError {
    /// An error that says what is wrong.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), source: None }
    }

    /// Adds the error behind it.
    #[must_use]
    pub fn because(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..self }
    }
}
