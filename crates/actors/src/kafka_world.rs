use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use test_probe_directives::BlockStorageDirective;

use crate::KafkaSettings;
use crate::error::Cause;
use crate::journal::SharedJournal;

/// Makes a test's world ready: asks its registries, creates topics that are missing, opens the ledger.
///
/// Producers and consumers of a test ask it both, at the same time; it does its work once.
#[async_trait]
pub trait KafkaWorld: Send + Sync {
    /// How the directive's topics are opened.
    ///
    /// # Errors
    /// Whatever keeps them from being opened.
    async fn ready(&self, directive: &BlockStorageDirective) -> Result<KafkaSetup, Cause>;
}

/// How a test's topics are opened.
#[derive(Clone)]
pub struct KafkaSetup {
    /// Clusters, clients and limits.
    pub settings: Arc<KafkaSettings>,
    /// Who hears of each event.
    pub journal: SharedJournal,
}

/// A world that is ready.
#[async_trait]
impl KafkaWorld for KafkaSetup {
    async fn ready(&self, _: &BlockStorageDirective) -> Result<KafkaSetup, Cause> {
        Ok(self.clone())
    }
}

impl fmt::Debug for KafkaSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KafkaSetup").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// Topics were not opened in time.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error(
    "the topics were not open within {limit:?}; raise test-probe.core.actor-system.initialization-timeout, or see why the \
     cluster is slow"
)]
pub(crate) struct NotOpenInTime {
    pub(crate) limit: Duration,
}

/// The world could not be made ready.
#[derive(Debug)]
pub(crate) struct WorldNotReady(pub(crate) Cause);

impl fmt::Display for WorldNotReady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for WorldNotReady {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}
