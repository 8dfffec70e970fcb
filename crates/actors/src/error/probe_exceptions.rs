use std::error::Error;
use std::sync::Arc;

use crate::supervision::{Failure, explain};

/// What is behind an exception. Shared, since the exception travels to the queue, to askers and into the evidence.
pub type Cause = Arc<dyn Error + Send + Sync>;

/// How a test, or the tree itself, fails: the Scala system's closed set, by its names. Each carries a message and, where
/// there is one, what is behind it. `FatalBooting` and `RpcClientException`, which nobody raises there, are left out.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProbeExceptions {
    /// No bucket was given, the test could not be fetched, or its evidence not be stored.
    #[error("{message}")]
    BlockStorageException {
        /// What failed.
        message: String,
        /// What is behind it.
        #[source]
        cause: Option<Cause>,
    },
    /// Credentials could not be fetched.
    #[error("{message}")]
    VaultConsumerException {
        /// What failed.
        message: String,
        /// What is behind it.
        #[source]
        cause: Option<Cause>,
    },
    /// The scenarios could not be read, started or run.
    #[error("{message}")]
    CucumberException {
        /// What failed.
        message: String,
        /// What is behind it.
        #[source]
        cause: Option<Cause>,
    },
    /// Producer topics could not be opened, or one was lost.
    #[error("{message}")]
    KafkaProducerException {
        /// What failed.
        message: String,
        /// What is behind it.
        #[source]
        cause: Option<Cause>,
    },
    /// Consumer topics could not be opened, or one was lost.
    #[error("{message}")]
    KafkaConsumerException {
        /// What failed.
        message: String,
        /// What is behind it.
        #[source]
        cause: Option<Cause>,
    },
    /// Something did not happen in time.
    #[error("{message}")]
    ServiceTimeoutException {
        /// What did not.
        message: String,
        /// What is behind it.
        #[source]
        cause: Option<Cause>,
    },
    /// Too many questions in a row were not answered, so none is asked for a while.
    #[error("{message}")]
    ServiceUnavailableException {
        /// What is not there.
        message: String,
    },
    /// The tree is not there yet, or no more.
    #[error("{message}")]
    ActorSystemNotReadyException {
        /// What is wanting.
        message: String,
    },
    /// A test's actor ended without a word: it panicked, or its thread is gone.
    #[error("{message}")]
    TestActorException {
        /// What happened.
        message: String,
    },
}

impl ProbeExceptions {
    /// The Scala system's name of it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::BlockStorageException { .. } => "BlockStorageException",
            Self::VaultConsumerException { .. } => "VaultConsumerException",
            Self::CucumberException { .. } => "CucumberException",
            Self::KafkaProducerException { .. } => "KafkaProducerException",
            Self::KafkaConsumerException { .. } => "KafkaConsumerException",
            Self::ServiceTimeoutException { .. } => "ServiceTimeoutException",
            Self::ServiceUnavailableException { .. } => "ServiceUnavailableException",
            Self::ActorSystemNotReadyException { .. } => "ActorSystemNotReadyException",
            Self::TestActorException { .. } => "TestActorException",
        }
    }

    /// The exception and everything behind it, in one line.
    pub fn explain(&self) -> String {
        explain(self)
    }

    /// The failure of an actor of the tree as an exception again, when it is one.
    pub fn of(failure: &Failure) -> Option<Self> {
        failure.downcast_ref::<Self>().cloned()
    }
}

/// Two exceptions are alike when they are of one kind and read alike.
impl PartialEq for ProbeExceptions {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name() && self.explain() == other.explain()
    }
}
