use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::{InvalidVaultFile, VaultQuestion};

/// Credentials could not be fetched. No text of this type holds a secret, nor anything that a vault answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// No answer came in time (`VaultTimeoutException`). Asking again may help.
    #[error("{question} did not answer within {after:?}; raise the vault's timeout if its function needs longer")]
    Timeout {
        /// Who was asked for what.
        question: VaultQuestion,
        /// How long one try was waited for.
        after: Duration,
    },
    /// Status 429 (`VaultRateLimitException`). Asking again may help.
    #[error("{question} is asked too often (status 429); raise its quota or run fewer tests at a time")]
    RateLimit {
        /// Who was asked for what.
        question: VaultQuestion,
        /// When to come back, if the vault said so.
        retry_after: Option<Duration>,
    },
    /// Status 503 (`VaultServiceUnavailableException`). Asking again may help.
    #[error("{question} is not available (status 503); see whether its function is deployed and running")]
    ServiceUnavailable {
        /// Who was asked for what.
        question: VaultQuestion,
        /// When to come back, if the vault said so.
        retry_after: Option<Duration>,
    },
    /// No connection, or one that broke. Asking again may help.
    #[error("{question} cannot be reached; check its address and the network")]
    Unreachable {
        /// Who was asked for what.
        question: VaultQuestion,
        /// What the transport says; without the address, which may hold a key.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// Status 401 or 403 (`VaultAuthException`). Asking again does not help.
    #[error(
        "{question} refuses this caller (status {status}); check the function key, or the rights of the identity that calls"
    )]
    Auth {
        /// Who was asked for what.
        question: VaultQuestion,
        /// The HTTP status.
        status: u16,
    },
    /// Status 404, or no credentials for this topic (`VaultNotFoundException`). Asking again does not help.
    #[error("{question} has none: {reason}")]
    NotFound {
        /// Who was asked for what.
        question: VaultQuestion,
        /// What is not there, and what to do about it.
        reason: String,
    },
    /// The request could not be made from the template, or the answer not be read by the mappings
    /// (`VaultMappingException`). Asking again does not help.
    #[error("{}: {problems}", mapping_failed(question, *stage))]
    Mapping {
        /// Who was asked for what.
        question: VaultQuestion,
        /// What was being done.
        stage: MappingStage,
        /// All that is wrong.
        problems: String,
    },
    /// A status that says nothing more, or success without a body. Asking again does not help.
    #[error("{question} answered status {status}{}; see the function's log", if *.empty { " with an empty body" } else { "" })]
    Status {
        /// Who was asked for what.
        question: VaultQuestion,
        /// The HTTP status.
        status: u16,
        /// Whether there was no body.
        empty: bool,
    },
    /// The function was invoked and failed: Lambda's `X-Amz-Function-Error`. Asking again does not help.
    #[error("{question} failed while it ran ({kind}); see the function's log")]
    FunctionFailed {
        /// Who was asked for what.
        question: VaultQuestion,
        /// How it failed, in Lambda's word: `Handled` or `Unhandled`.
        kind: String,
    },
    /// The vault is set up wrongly (`VaultConfigurationException`). Asking again does not help.
    #[error("{reason}")]
    Configuration {
        /// What is wrong, and the key to mend.
        reason: String,
    },
    /// A file of the vault's has mistakes. Asking again does not help.
    #[error(transparent)]
    File(#[from] InvalidVaultFile),
    /// A file of the vault's cannot be read. Asking again does not help.
    #[error("the vault's file `{}` cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
}

/// Where between a topic directive and its credentials something did not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MappingStage {
    /// Making the request from the template.
    Request,
    /// Reading the answer as JSON.
    Parse,
    /// Finding the credentials in the answer.
    Map,
}

fn mapping_failed(question: &VaultQuestion, stage: MappingStage) -> String {
    let provider = question.provider;
    let topic = &question.topic.topic;
    match stage {
        MappingStage::Request => format!("Failed to build the {provider} request for topic {topic}"),
        MappingStage::Parse => format!("Failed to parse {provider} response for topic {topic}"),
        MappingStage::Map => format!("Failed to map {provider} response for topic {topic}"),
    }
}

impl VaultError {
    /// Whether asking again may help.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Timeout { .. }
            | Self::RateLimit { .. }
            | Self::ServiceUnavailable { .. }
            | Self::Unreachable { .. } => true,
            Self::Auth { .. }
            | Self::NotFound { .. }
            | Self::Mapping { .. }
            | Self::Status { .. }
            | Self::FunctionFailed { .. }
            | Self::Configuration { .. }
            | Self::File(_)
            | Self::Unreadable { .. } => false,
        }
    }

    /// Whether configuration or the test itself is at fault, rather than the world.
    pub fn is_bad_input(&self) -> bool {
        match self {
            Self::Configuration { .. } | Self::File(_) | Self::Unreadable { .. } => true,
            Self::Mapping { stage, .. } => *stage == MappingStage::Request,
            // The local vault's answer lies in the user's own file.
            Self::NotFound { question, .. } => question.provider == super::VaultProvider::Local,
            Self::Timeout { .. }
            | Self::RateLimit { .. }
            | Self::ServiceUnavailable { .. }
            | Self::Unreachable { .. }
            | Self::Auth { .. }
            | Self::Status { .. }
            | Self::FunctionFailed { .. } => false,
        }
    }
}
