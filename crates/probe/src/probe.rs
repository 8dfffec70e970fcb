use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use prometheus::Registry;
use test_probe_actors::dsl::ProbeDsl;
use test_probe_actors::journal::NoJournal;
use test_probe_actors::metrics::TreeMetrics;
use test_probe_actors::{ActorSystem, Cluster, Clusters, StartError};
use test_probe_config::{Entry, InvalidConfig, Loaded, Settings, WorldKind};
use test_probe_directives::{ClusterDirective, ClusterName, StartFrom, TestId, TopicDirective, WallClock};
use test_probe_encoding::{HttpSchemaRegistry, InvalidRegistrySettings, SchemaCatalog, SerdesFactory};
use test_probe_evidence::sha256_hex;
use test_probe_kafka::{ClientObserver, ClientPool, Librdkafka};

use crate::ExitStatus;
use crate::open_topics::{OpenError, OpenTopics, Opening};
use crate::topic_setup::TopicSetup;
use crate::wiring;
use crate::world::{World, WorldError};

/// The probe as a library: an actor system, the clients and the world that it runs against. Tests run on it one after
/// another or side by side, and programs open topics on it.
///
/// It lives on threads of its own and is used from any runtime, or none. [`shutdown`](Self::shutdown) ends it.
pub struct Probe {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) settings: Settings,
    /// Of the configuration that the settings come from, where one is known.
    pub(crate) config_sha256: Option<String>,
    pub(crate) clock: WallClock,
    pub(crate) librdkafka: Librdkafka,
    pub(crate) pool: ClientPool,
    pub(crate) metrics: TreeMetrics,
    pub(crate) registry: Registry,
    pub(crate) dsl: ProbeDsl,
    /// The threads end before the world does that their clients talk to.
    pub(crate) system: ActorSystem,
    pub(crate) world: World,
}

/// The probe did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartProbeError {
    /// The settings that are built in could not be read.
    #[error(transparent)]
    Settings(#[from] InvalidConfig),
    /// The actor system did not start.
    #[error(transparent)]
    System(#[from] StartError),
    /// The world is not there.
    #[error(transparent)]
    World(#[from] WorldError),
    /// The metrics could not be registered, because their names are taken in the registry that was handed in.
    #[error("the probe's metrics could not be registered")]
    Metrics(#[from] prometheus::Error),
}

impl StartProbeError {
    /// What it asks of the process.
    pub fn exit_status(&self) -> ExitStatus {
        match self {
            Self::Settings(_) | Self::Metrics(_) => ExitStatus::BadInput,
            Self::System(_) | Self::World(_) => ExitStatus::WorldFailed,
        }
    }
}

/// A registry address that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the Schema Registry of cluster '{cluster}' cannot be used")]
pub struct RegistryAddressError {
    cluster: ClusterName,
    #[source]
    source: InvalidRegistrySettings,
}

/// Makes a [`Probe`].
#[derive(Debug, Default)]
pub struct ProbeBuilder {
    settings: Option<Settings>,
    config_sha256: Option<String>,
    registry: Option<Registry>,
    clock: Option<WallClock>,
}

impl ProbeBuilder {
    /// Uses these settings; the embedded world's otherwise.
    #[must_use]
    pub fn settings(self, settings: Settings) -> Self {
        Self { settings: Some(settings), ..self }
    }

    /// Uses this configuration, whose hash then stands in the evidence of each run.
    #[must_use]
    pub fn configuration(self, loaded: Loaded) -> Self {
        let entry = |entry: &Entry| format!("{} = {}\n", entry.path, entry.value);
        let text: String = loaded.entries.iter().map(entry).collect();
        Self { config_sha256: Some(sha256_hex(text.as_bytes())), ..self.settings(loaded.settings) }
    }

    /// Registers the metrics here; in a registry of the probe's own otherwise.
    #[must_use]
    pub fn metrics(self, registry: Registry) -> Self {
        Self { registry: Some(registry), ..self }
    }

    /// Stamps evidence by this clock; by the machine's otherwise.
    #[must_use]
    pub fn clock(self, clock: WallClock) -> Self {
        Self { clock: Some(clock), ..self }
    }

    /// Starts the probe: its threads, and the embedded world where the settings ask for it. Takes milliseconds.
    ///
    /// # Errors
    /// [`StartProbeError`].
    pub fn start(self) -> Result<Probe, StartProbeError> {
        let settings = match self.settings {
            Some(settings) => settings,
            None => Settings::embedded()?,
        };
        let registry = self.registry.unwrap_or_default();
        let metrics = TreeMetrics::register(&registry)?;
        let world = World::start(&settings)?;
        let librdkafka = Librdkafka::new(Arc::new(metrics.clients().clone()) as Arc<dyn ClientObserver>);
        let system = ActorSystem::start(&settings.actor_system.name)?;
        let dsl = ProbeDsl::new();
        dsl.register_system(system.runtime().clone(), wiring::dsl(&settings));
        let inner = Inner {
            clock: self.clock.unwrap_or_else(WallClock::system),
            world,
            pool: ClientPool::new(Arc::new(librdkafka.clone())),
            librdkafka,
            metrics,
            registry,
            dsl,
            system,
            settings,
            config_sha256: self.config_sha256,
        };
        Ok(Probe { inner: Arc::new(inner) })
    }
}

impl Probe {
    /// A probe to be.
    pub fn builder() -> ProbeBuilder {
        ProbeBuilder::default()
    }

    /// The settings in force.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// Where the metrics are.
    pub fn metrics(&self) -> &Registry {
        &self.inner.registry
    }

    /// The way in to every topic that is open.
    pub fn dsl(&self) -> &ProbeDsl {
        &self.inner.dsl
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

    /// Ends the probe and waits for its threads. Topics that are still open are closed without a drain; close them first.
    pub fn shutdown(self) {
        drop(self.inner);
    }
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
    /// A registry address cannot be used.
    #[error(transparent)]
    Registry(#[from] RegistryAddressError),
}

impl Inner {
    async fn open_for_program(
        &self,
        directives: Vec<TopicDirective>,
        schemas: SchemaCatalog,
    ) -> Result<OpenTopics, OpenTopicsError> {
        let clusters = self.clusters(&[], &schemas, &self.world.schema_registry_url)?;
        let setup = TopicSetup::new(self.world.clone(), clusters.clusters.clone(), self.settings.clone());
        setup.create_missing(&directives, |_| None).await?;
        let watches = clusters.serdes.values().cloned().map(|serdes| self.metrics.schema_registries().watch(serdes));
        let opening = Opening {
            test_id: TestId::random(),
            settings: wiring::kafka(&self.settings, clusters.clusters, StartFrom::TestStart, self.world.gaps()),
            directives,
            journal: Arc::new(NoJournal),
            watches: watches.collect(),
            bucket: String::new(),
        };
        Ok(OpenTopics::open(self, opening).await?)
    }

    /// The clusters that a test's topics may live on, each with the factory of its registry.
    pub(crate) fn clusters(
        &self,
        described: &[ClusterDirective],
        schemas: &SchemaCatalog,
        default_registry: &str,
    ) -> Result<ClusterSet, RegistryAddressError> {
        let factory = |cluster: &ClusterName, url: &str| {
            let registry = HttpSchemaRegistry::new(wiring::registry(&self.settings, url))
                .map_err(|source| RegistryAddressError { cluster: cluster.clone(), source })?;
            let settings = wiring::serdes(&self.settings);
            Ok(SerdesFactory::new(Arc::new(registry), schemas.clone(), settings, self.clock))
        };
        let default = ClusterName::default();
        let default_serdes = factory(&default, default_registry)?;
        let mut serdes = HashMap::from([(default, default_serdes.clone())]);
        let servers = self.world.bootstrap_servers.clone();
        let mut clusters = Clusters::new(Cluster { bootstrap_servers: servers, serdes: Some(default_serdes) });
        for directive in described {
            let url = directive.schema_registry_url.as_deref().unwrap_or(default_registry);
            let own = factory(&directive.name, url)?;
            serdes.insert(directive.name.clone(), own.clone());
            let cluster = Cluster { bootstrap_servers: directive.bootstrap_servers.clone(), serdes: Some(own) };
            clusters = clusters.with(directive.name.clone(), cluster);
        }
        Ok(ClusterSet { clusters, serdes })
    }
}

/// A test's clusters and their registries.
#[derive(Clone, Debug)]
pub(crate) struct ClusterSet {
    pub(crate) clusters: Clusters,
    pub(crate) serdes: HashMap<ClusterName, SerdesFactory>,
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let world = match self.inner.world.kind {
            WorldKind::Embedded => "embedded",
            WorldKind::Cluster => "cluster",
        };
        f.debug_struct("Probe").field("world", &world).finish_non_exhaustive()
    }
}
