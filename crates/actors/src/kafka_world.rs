use std::error::Error;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use test_probe_directives::{BlockStorageDirective, KafkaSecurityDirective, Role};
use tokio::time::Instant;

use crate::KafkaSettings;
use crate::commands::Initialize;
use crate::error::Cause;
use crate::journal::SharedJournal;
use crate::openings::{Opening, openings, with_tokens};
use crate::supervision::{Behaviour, Failure, Scope};
use crate::token_refreshers::tend;

/// Makes a test's world ready: asks its registries, creates topics that are missing, opens the ledger.
///
/// Producers and consumers of a test ask it both, at the same time; it does its work once.
#[async_trait]
pub trait KafkaWorld: Send + Sync {
    /// How the directive's topics are opened. `credentials` are what they are opened with.
    ///
    /// # Errors
    /// Whatever keeps them from being opened.
    async fn ready(
        &self,
        directive: &BlockStorageDirective,
        credentials: &[KafkaSecurityDirective],
    ) -> Result<KafkaSetup, Cause>;
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
    async fn ready(&self, _: &BlockStorageDirective, _: &[KafkaSecurityDirective]) -> Result<KafkaSetup, Cause> {
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
    /// Which topics are its own.
    const ROLE: Role;

    /// Opens them, once the world is ready and every token is there.
    fn open(&mut self, opened: Vec<Opening>, setup: &KafkaSetup, scope: &mut Scope<'_, Self>) -> Result<(), Failure>;

    /// Whether all of them are open.
    fn is_open(&self) -> bool;

    /// A failure of this actor's own sort.
    fn failure(&self, message: &str, cause: impl Error + Send + Sync + 'static) -> Failure;
}

/// Has the world made ready, waits for the tokens of the topics, and has the topics opened then, all within the time for
/// it.
pub(crate) fn open_on<A: OpensTopics>(
    world: Arc<dyn KafkaWorld>,
    limit: Duration,
    initialize: Initialize,
    scope: &mut Scope<'_, A>,
) {
    let deadline = Instant::now() + limit;
    let Initialize { block_storage_directive: directive, security_directives: credentials } = initialize.clone();
    let ready = async move { world.ready(&directive, &credentials).await };
    scope.pipe(ready, move |actor, ready, scope| {
        let setup = ready.map_err(|cause| actor.failure("the world is not ready", WorldNotReady(cause)))?;
        open_when_tokens_are_there(actor, &initialize, setup, deadline, scope)
    });
    scope.pipe(tokio::time::sleep(limit), move |actor, (), _| {
        if actor.is_open() { Ok(()) } else { Err(actor.failure("the topics are not open", NotOpenInTime { limit })) }
    });
}

fn open_when_tokens_are_there<A: OpensTopics>(
    actor: &mut A,
    initialize: &Initialize,
    setup: KafkaSetup,
    deadline: Instant,
    scope: &mut Scope<'_, A>,
) -> Result<(), Failure> {
    let failed = |actor: &A, cause| actor.failure("a topic cannot be opened", cause);
    let Initialize { block_storage_directive, security_directives } = initialize;
    let topics = &block_storage_directive.topic_directives;
    let wanted = openings(A::ROLE, topics, security_directives, &setup.settings);
    let wanted = wanted.map_err(|cause| failed(actor, cause))?;
    let needs_a_token = wanted.iter().any(|opening| opening.security.token_request().is_some());
    let Some(tokens) = setup.settings.clusters.tokens().filter(|_| needs_a_token).cloned() else {
        let opened: Result<Vec<_>, _> = wanted.into_iter().map(|opening| opening.with_token(None)).collect();
        let opened = opened.map_err(|cause| failed(actor, cause))?;
        return actor.open(opened, &setup, scope);
    };
    if let Some(lease) = tokens.stand_in() {
        tend(&Rc::new(lease), scope);
    }
    // What is left is the clusters' time; a token that does not come says why before the time is up.
    let within = deadline.saturating_duration_since(Instant::now()) / 10 * 9;
    scope.pipe(with_tokens(wanted, tokens, within), move |actor, opened, scope| {
        let opened = opened.map_err(|cause| failed(actor, cause))?;
        actor.open(opened, &setup, scope)
    });
    Ok(())
}

#[cfg(test)]
mod tests;
