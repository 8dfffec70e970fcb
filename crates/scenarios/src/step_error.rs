use std::error::Error;
use std::time::Duration;

use test_probe_actors::dsl::FetchError;
use test_probe_directives::describe_duration;
use test_probe_encoding::{DecodeError, EncodeError, ResolveError};
use test_probe_kafka::ProducedNack;

use crate::{FaultError, InvalidArgument, InvalidExpectation, InvalidTemplate, TopicCreatorError};

/// Why a step did not pass. Steps of your own make one with [`StepError::failed`] or [`StepError::because`]; the errors
/// of the DSL become one by `?`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StepError {
    /// Something is not as the step says it is.
    #[error("{message}")]
    Failed {
        /// The place, the value, and what was expected.
        message: String,
        /// The error behind it.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// The step's text cannot be read.
    #[error(transparent)]
    Argument(#[from] InvalidArgument),
    /// An event was not acknowledged.
    #[error("{event} was not acknowledged")]
    Rejected {
        /// The event and its topic.
        event: String,
        /// Why not.
        #[source]
        nack: Box<ProducedNack>,
    },
    /// An event could not be fetched or decoded.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// A schema is not there, or cannot be used.
    #[error(transparent)]
    Schema(#[from] ResolveError),
    /// Bytes cannot be decoded.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A key cannot be encoded.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// A file of `templates/` is not there, or no event can be made of it.
    #[error(transparent)]
    Template(#[from] InvalidTemplate),
    /// A file of `expected/` is not there, or is not what one should be.
    #[error(transparent)]
    Expectation(#[from] InvalidExpectation),
    /// A fault could not begin.
    #[error(transparent)]
    Fault(#[from] FaultError),
    /// A topic is not there, or the cluster says nothing of it.
    #[error(transparent)]
    Topic(#[from] TopicCreatorError),
    /// The step took too long.
    #[error(
        "step `{step}` did not end within {}: raise test-probe.core.cucumber.step-timeout, or let the step ask for less",
        describe_duration(*.limit)
    )]
    TimedOut {
        /// The step's text.
        step: String,
        /// How long it might take.
        limit: Duration,
    },
    /// The run was cancelled.
    #[error("the run was cancelled while this step ran")]
    Interrupted,
    /// The code of the step panicked.
    #[error("the step panicked: {message}")]
    Panicked {
        /// The panic's message.
        message: String,
    },
    /// No step is known by its text.
    #[error("no step is known that reads `{0}`")]
    Undefined(String),
    /// A step of a phrase did not pass.
    #[error("`{step}` ({place})")]
    InPhrase {
        /// The step as the phrase book has it, its parameters filled in.
        step: String,
        /// Where it stands in the phrase book.
        place: String,
        /// Why it did not pass.
        #[source]
        source: Box<StepError>,
    },
}

impl StepError {
    /// A failure with its message: the place, the value, and what was expected.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::Failed { message: message.into(), source: None }
    }

    /// A failure with the error behind it.
    pub fn because(message: impl Into<String>, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Failed { message: message.into(), source: Some(source.into()) }
    }
}
