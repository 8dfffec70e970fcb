use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use actix::Recipient;
use prometheus::Registry;
use test_probe_actors::commands::{GuardianCommands, NoAnswer, StopCause, ask};
use test_probe_actors::dsl::ProbeDsl;
use test_probe_actors::error::ProbeExceptions;
use test_probe_actors::journal::NoJournal;
use test_probe_actors::supervision::Child;
use test_probe_actors::{
    ActorSystem, ExternalBehaviors, GuardianActor, NoToken, ServiceInterfaceFunctions, StartError, SystemGone,
};
use test_probe_config::{InvalidConfig, Settings, WorldKind};
use test_probe_directives::{StartFrom, TestId, TopicDirective};
use test_probe_encoding::SchemaCatalog;
use test_probe_oauth::TokenSettingsError;
use test_probe_services::VaultError;
use tracing::warn;

use crate::core::{Core, RegistryAddressError};
use crate::open_topics::{OpenError, OpenTopics, Opening};
use crate::sessions::Sessions;
use crate::topic_setup::TopicSetup;
use crate::world::WorldError;
use crate::{ExitStatus, ProbeBuilder, SecurityWiringError, StopReason, open_topics, wiring};

/// The probe as a library: an actor system with the whole supervision tree, the clients and the world that tests run
/// against.
///
/// [`run`](Self::run) takes a test through the tree and yields its report; [`services`](Self::services) are the functions
/// with which a service makes, starts, watches and cancels tests; [`open`](Self::open) opens topics for a program.
///
/// It lives on threads of its own and is used from any runtime, or none. [`shutdown`](Self::shutdown) ends it.
pub struct Probe {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) services: ServiceInterfaceFunctions,
    pub(crate) sessions: Sessions,
    pub(crate) guardian: Child<GuardianActor>,
    /// The threads end before the world does that their clients talk to.
    pub(crate) system: ActorSystem,
    pub(crate) core: Arc<Core>,
}

/// The probe did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartProbeError {
    /// The settings could not be read.
    #[error(transparent)]
    Settings(#[from] InvalidConfig),
    /// The configuration file could not be loaded.
    #[error(transparent)]
    Configuration(#[from] test_probe_config::LoadFileError),
    /// The actor system did not start.
    #[error(transparent)]
    System(#[from] StartError),
    /// The world is not there.
    #[error(transparent)]
    World(#[from] WorldError),
    /// The vault cannot be used as it is set up.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Credentials of the configuration cannot be had.
    #[error(transparent)]
    Security(#[from] SecurityWiringError),
    /// Tokens cannot be asked for as the configuration says.
    #[error(transparent)]
    Tokens(#[from] TokenSettingsError),
    /// The metrics could not be registered, because their names are taken in the registry that was handed in.
    #[error("the probe's metrics could not be registered")]
    Metrics(#[from] prometheus::Error),
    /// The tree did not come to live.
    #[error(transparent)]
    Tree(#[from] ProbeExceptions),
    /// The actor system has stopped again.
    #[error(transparent)]
    SystemGone(#[from] SystemGone),
    /// A module of the caller's own failed.
    #[error("the module '{module}' failed")]
    Module {
        /// The module.
        module: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl StartProbeError {
    /// What it asks of the process.
    pub fn exit_status(&self) -> ExitStatus {
        match self {
            Self::Settings(_) | Self::Configuration(_) | Self::Metrics(_) | Self::Security(_) | Self::Tokens(_) => {
                ExitStatus::BadInput
            }
            Self::Vault(error) if error.is_bad_input() => ExitStatus::BadInput,
            Self::System(_)
            | Self::World(_)
            | Self::Vault(_)
            | Self::Tree(_)
            | Self::SystemGone(_)
            | Self::Module { .. } => ExitStatus::WorldFailed,
        }
    }
}

impl Probe {
    /// A probe to be, of the default modules.
    pub fn builder() -> ProbeBuilder {
        ProbeBuilder::default()
    }

    /// Starts the tree on a system that is there.
    pub(crate) fn grow(
        system: ActorSystem,
        core: Core,
        external_behaviors: Option<ExternalBehaviors>,
    ) -> Result<Self, StartProbeError> {
        let (core, sessions) = (Arc::new(core), Sessions::default());
        let guardian = wiring::tree::guardian(&system, &core, &sessions, external_behaviors)?;
        let address = wiring::tree::address(&guardian);
        let runtime = system.runtime().clone();
        let (limit, root) = (core.settings.actor_system.initialization_timeout, address.clone());
        runtime.run_blocking(async move { initialize(root, limit).await })??;
        let services =
            ServiceInterfaceFunctions::new(runtime, address, wiring::tree::service_functions(&core.settings));
        Ok(Self { inner: Arc::new(Inner { services, sessions, guardian, system, core }) })
    }

    /// The settings in force.
    pub fn settings(&self) -> &Settings {
        &self.inner.core.settings
    }

    /// Where the metrics are.
    pub fn metrics(&self) -> &Registry {
        &self.inner.core.registry
    }

    /// The way in to every topic that is open.
    pub fn dsl(&self) -> &ProbeDsl {
        &self.inner.core.dsl
    }

    /// The functions with which tests are made, started, watched and cancelled. Such a test is fetched from the probe's
    /// block storage, and its evidence is stored there.
    pub fn services(&self) -> &ServiceInterfaceFunctions {
        &self.inner.services
    }

    /// Opens topics for a program: producers and consumers as the directives say, ready when this returns. Schemas come
    /// from the registry alone.
    ///
    /// # Errors
    /// [`OpenTopicsError`].
    ///
    /// # Cancellation
    /// What was opened closes again.
    pub async fn open(&self, directives: Vec<TopicDirective>) -> Result<OpenTopics, OpenTopicsError> {
        self.open_with(directives, SchemaCatalog::default()).await
    }

    /// Opens topics for a program that brings schemas along.
    ///
    /// # Errors
    /// [`OpenTopicsError`].
    ///
    /// # Cancellation
    /// What was opened closes again.
    pub async fn open_with(
        &self,
        directives: Vec<TopicDirective>,
        schemas: SchemaCatalog,
    ) -> Result<OpenTopics, OpenTopicsError> {
        let inner = Arc::clone(&self.inner);
        let opened = self.inner.system.runtime().run(async move { inner.open_for_program(directives, schemas).await });
        opened.await.map_err(OpenError::SystemGone)?
    }

    /// Ends the tree in order, and leaves the threads running: no test is taken any more, those that wait are cancelled,
    /// those that run drain and leave evidence. Says whether all of that was done within `shutdown-timeout`.
    ///
    /// # Errors
    /// [`SystemGone`] when the system has stopped.
    ///
    /// # Cancellation
    /// The tree ends all the same.
    pub async fn stop(&self, reason: StopReason) -> Result<bool, SystemGone> {
        let inner = Arc::clone(&self.inner);
        self.inner.system.runtime().run(async move { inner.stop_tree(reason).await }).await
    }

    /// Ends the probe: [`stop`](Self::stop), and then its threads, for which it waits. Topics that a program has open are
    /// closed without a drain; close them first.
    ///
    /// It blocks the calling thread, for up to `shutdown-timeout` where tests are running.
    pub fn shutdown(self) {
        let inner = Arc::clone(&self.inner);
        let ended =
            self.inner.system.runtime().run_blocking(async move { inner.stop_tree(StopReason::Terminate).await });
        if !matches!(ended, Ok(true)) {
            warn!("the tree did not end in time (test-probe.core.actor-system.shutdown-timeout)");
        }
        drop(self.inner);
    }
}

/// Has the guardian start its queue.
async fn initialize(guardian: Recipient<GuardianCommands>, limit: Duration) -> Result<(), ProbeExceptions> {
    let asked =
        ask(limit, |reply_to| async move { guardian.send(GuardianCommands::Initialize { reply_to }).await.is_ok() });
    let unanswered = |error: NoAnswer| ProbeExceptions::ActorSystemNotReadyException {
        message: format!("the guardian did not start its queue: {error}"),
    };
    asked.await.map_err(unanswered)?
}

/// Topics could not be opened for a program.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenTopicsError {
    /// The actors did not get them open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A topic could not be created.
    #[error(transparent)]
    World(#[from] WorldError),
    /// The vault has no credentials for the topics.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// There is no token for the registry.
    #[error("the Schema Registry cannot be asked")]
    RegistryToken(#[from] NoToken),
    /// A registry address cannot be used.
    #[error(transparent)]
    Registry(#[from] RegistryAddressError),
}

impl Inner {
    async fn stop_tree(&self, reason: StopReason) -> bool {
        let within = self.core.settings.actor_system.shutdown_timeout;
        let cause = match reason {
            StopReason::Interrupt => StopCause::Interrupt,
            StopReason::Terminate => StopCause::Terminate,
        };
        let guardian = wiring::tree::address(&self.guardian);
        let asked = ask(within + MARGIN, |reply_to| async move {
            guardian.send(GuardianCommands::Shutdown { cause, within, reply_to }).await.is_ok()
        });
        // A guardian that is gone was stopped before.
        let ended = asked.await.unwrap_or_else(|error| error == NoAnswer::Gone);
        self.guardian.stop(tokio::time::Instant::now() + MARGIN).await;
        ended
    }

    async fn open_for_program(
        &self,
        directives: Vec<TopicDirective>,
        schemas: SchemaCatalog,
    ) -> Result<OpenTopics, OpenTopicsError> {
        let core = &self.core;
        // Before anybody else asks for it, so that a refusal is told as soon as it comes.
        core.registry_token().await?;
        let clusters = core.clusters(&[], &schemas, &core.world.schema_registry_url, Path::new(""))?;
        let credentials = core.vault.fetch_security_directives(&open_topics::as_a_test(&directives)).await?;
        let setup = TopicSetup::new(core, clusters.clusters.clone(), credentials.clone());
        setup.create_missing(&directives, |_| None).await?;
        let watches = clusters.serdes.values().cloned().map(|serdes| core.metrics.schema_registries().watch(serdes));
        let opening = Opening {
            test_id: TestId::random(),
            settings: wiring::kafka(&core.settings, clusters.clusters, StartFrom::TestStart, core.world.gaps())
                .with_tokens(core.tokens.clone()),
            directives,
            credentials,
            journal: Arc::new(NoJournal),
            watches: watches.collect(),
        };
        Ok(OpenTopics::open(self, opening).await?)
    }
}

/// How much longer than the tests the tree itself may take to end.
const MARGIN: Duration = Duration::from_secs(5);

impl Drop for Inner {
    fn drop(&mut self) {
        self.sessions.clear();
    }
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let world = match self.inner.core.world.kind {
            WorldKind::Embedded => "embedded",
            WorldKind::Cluster => "cluster",
        };
        f.debug_struct("Probe").field("world", &world).finish_non_exhaustive()
    }
}
