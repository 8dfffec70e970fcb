use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use test_probe_directives::BlockStorageDirective;

use crate::KafkaSettings;
use crate::commands::Initialize;
use crate::error::Cause;
use crate::journal::SharedJournal;
use crate::supervision::{Behaviour, Failure, Scope};

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
struct NotOpenInTime {
    limit: Duration,
}

/// The world could not be made ready.
#[derive(Debug)]
struct WorldNotReady(Cause);

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

/// An actor that opens topics on a world.
pub(crate) trait OpensTopics: Behaviour {
    /// Opens them, once the world is ready.
    fn open(&mut self, initialize: &Initialize, setup: &KafkaSetup, scope: &mut Scope<'_, Self>)
    -> Result<(), Failure>;

    /// Whether all of them are open.
    fn is_open(&self) -> bool;

    /// A failure of this actor's own sort.
    fn failure(&self, message: &str, cause: impl Error + Send + Sync + 'static) -> Failure;
}

/// Has the world made ready, and the topics opened then, both within the time for it.
pub(crate) fn open_on<A: OpensTopics>(
    world: Arc<dyn KafkaWorld>,
    limit: Duration,
    initialize: Initialize,
    scope: &mut Scope<'_, A>,
) {
    let directive = initialize.block_storage_directive.clone();
    let ready = async move { world.ready(&directive).await };
    scope.pipe(ready, move |actor, ready, scope| {
        let setup = ready.map_err(|cause| actor.failure("the world is not ready", WorldNotReady(cause)))?;
        actor.open(&initialize, &setup, scope)
    });
    scope.pipe(tokio::time::sleep(limit), move |actor, (), _| {
        if actor.is_open() { Ok(()) } else { Err(actor.failure("the topics are not open", NotOpenInTime { limit })) }
    });
}
