use std::fmt;

use prometheus::Registry;
use test_probe_actors::ExternalBehaviors;
use test_probe_directives::WallClock;
use test_probe_scenarios::StepBook;

use crate::core::Core;
use crate::modules::{ProbeActorSystem, ProbeConfig, ProbeStorageModule, ProbeVaultModule};
use crate::world::World;
use crate::{Probe, StartProbeError, wiring};

/// The place of a module that nobody has named yet. A builder with one of these has no `build`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Missing;

/// Starts a probe of modules: the Scala system's `ServiceDsl`, whose type says which modules it has. One that lacks a
/// module cannot be built; naming a module again replaces it, and the order of the calls is free.
///
/// ```no_run
/// use test_probe::{
///     DefaultActorSystem, DefaultConfig, DefaultStorageService, DefaultVaultService, ServiceDsl,
/// };
///
/// let probe = ServiceDsl::new()
///     .with_config(DefaultConfig::file("probe.conf"))
///     .with_actor_system(DefaultActorSystem)
///     .with_storage_service(DefaultStorageService)
///     .with_vault_service_module(DefaultVaultService)
///     .build()?;
/// let test = probe.services().blocking().initialize_test()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Without a vault it does not compile:
///
/// ```compile_fail
/// # use test_probe::{DefaultActorSystem, DefaultConfig, DefaultStorageService, ServiceDsl};
/// ServiceDsl::new()
///     .with_config(DefaultConfig::embedded())
///     .with_actor_system(DefaultActorSystem)
///     .with_storage_service(DefaultStorageService)
///     .build();
/// ```
///
/// The Scala system's modules had three phases each, in an order that could not succeed. Here each phase has what the one
/// before it made: the configuration first, then storage, vault and actor system, then the tree.
pub struct ServiceDsl<C = Missing, A = Missing, S = Missing, V = Missing> {
    config: C,
    actor_system: A,
    storage: S,
    vault: V,
    common: Common,
}

/// What no module brings.
#[derive(Default)]
struct Common {
    external_behaviors: Option<ExternalBehaviors>,
    metrics: Option<Registry>,
    clock: Option<WallClock>,
    steps: StepBook,
}

impl ServiceDsl {
    /// A probe to be, without any module.
    pub fn new() -> Self {
        Self { config: Missing, actor_system: Missing, storage: Missing, vault: Missing, common: Common::default() }
    }
}

impl Default for ServiceDsl {
    fn default() -> Self {
        Self::new()
    }
}

impl<C, A, S, V> ServiceDsl<C, A, S, V> {
    /// Takes the configuration from this module.
    #[must_use]
    pub fn with_config<M: ProbeConfig>(self, config: M) -> ServiceDsl<M, A, S, V> {
        let Self { actor_system, storage, vault, common, .. } = self;
        ServiceDsl { config, actor_system, storage, vault, common }
    }

    /// Lives on the threads of this module.
    #[must_use]
    pub fn with_actor_system<M: ProbeActorSystem>(self, actor_system: M) -> ServiceDsl<C, M, S, V> {
        let Self { config, storage, vault, common, .. } = self;
        ServiceDsl { config, actor_system, storage, vault, common }
    }

    /// Fetches tests, and stores their evidence, with this module. An `Arc` of a
    /// [`ProbeStorageService`](crate::ProbeStorageService) is one.
    #[must_use]
    pub fn with_storage_service<M: ProbeStorageModule>(self, storage: M) -> ServiceDsl<C, A, M, V> {
        let Self { config, actor_system, vault, common, .. } = self;
        ServiceDsl { config, actor_system, storage, vault, common }
    }

    /// Asks this module for credentials. An `Arc` of a [`ProbeVaultService`](crate::ProbeVaultService) is one.
    #[must_use]
    pub fn with_vault_service_module<M: ProbeVaultModule>(self, vault: M) -> ServiceDsl<C, A, S, M> {
        let Self { config, actor_system, storage, common, .. } = self;
        ServiceDsl { config, actor_system, storage, vault, common }
    }

    /// Swaps children of tests for others: how a test of the tree itself puts its own behaviours in. The Scala system's
    /// module of this name takes routers of actors that nothing ever starts.
    #[must_use]
    pub fn with_external_services_module(mut self, behaviors: ExternalBehaviors) -> Self {
        self.common.external_behaviors = Some(behaviors);
        self
    }

    /// Registers the metrics here; in a registry of the probe's own otherwise.
    #[must_use]
    pub fn with_metrics(mut self, registry: Registry) -> Self {
        self.common.metrics = Some(registry);
        self
    }

    /// Stamps evidence by this clock; by the machine's otherwise.
    #[must_use]
    pub fn with_clock(mut self, clock: WallClock) -> Self {
        self.common.clock = Some(clock);
        self
    }

    /// Knows these steps besides the built-in ones, for every test that the tree fetches.
    #[must_use]
    pub fn with_steps(mut self, steps: StepBook) -> Self {
        self.common.steps = steps;
        self
    }
}

impl<C: ProbeConfig, A: ProbeActorSystem, S: ProbeStorageModule, V: ProbeVaultModule> ServiceDsl<C, A, S, V> {
    /// Starts the probe: its threads, its tree, and the embedded world where the configuration asks for it.
    ///
    /// # Errors
    /// [`StartProbeError`] of the first module that fails; what was started before it ends again.
    pub fn build(self) -> Result<Probe, StartProbeError> {
        let Self { config, actor_system, storage, vault, common } = self;
        config.pre_flight()?;
        let configured = config.initialize()?;
        let settings = configured.settings;
        storage.pre_flight(&settings)?;
        vault.pre_flight(&settings)?;
        actor_system.pre_flight(&settings)?;
        let storage = storage.initialize(&settings)?;
        let vault = vault.initialize(&settings)?;
        let registry = common.metrics.unwrap_or_default();
        let metrics = test_probe_actors::metrics::TreeMetrics::register(&registry)?;
        let clock = common.clock.unwrap_or_else(WallClock::system);
        let security = wiring::security::of_world(&settings)?;
        let sources = std::sync::Arc::new(wiring::tokens::sources(&settings, clock)?);
        let oauth = &settings.services.vault.oauth;
        let tokens = test_probe_actors::TokenRefreshers::with_request_timeout(
            sources,
            wiring::tokens::policy(oauth),
            clock,
            metrics.tokens().clone(),
            // The source's own limit tells more, so it comes first.
            oauth.request_timeout + std::time::Duration::from_secs(5),
        );
        let world = World::start(&settings)?;
        let system = actor_system.initialize(&settings)?;
        let clients = std::sync::Arc::new(metrics.clients().clone());
        let librdkafka =
            test_probe_kafka::Librdkafka::new(clients as std::sync::Arc<dyn test_probe_kafka::ClientObserver>);
        let dsl = test_probe_actors::ProbeDsl::new();
        dsl.register_system(system.runtime().clone(), wiring::dsl(&settings));
        let core = Core {
            clock,
            runtime: system.runtime().clone(),
            pool: test_probe_kafka::ClientPool::new(std::sync::Arc::new(librdkafka.clone())),
            librdkafka,
            metrics,
            registry,
            dsl,
            storage,
            vault,
            directive_file: wiring::services::directive_file(&settings),
            steps: common.steps,
            // The embedded registry wants no token.
            registry_token: wiring::tokens::of_registry(&settings, &security.oauth)
                .filter(|_| world.kind == test_probe_config::WorldKind::Cluster),
            security,
            tokens,
            world,
            settings,
            config_sha256: configured.sha256,
        };
        Probe::grow(system, core, common.external_behaviors)
    }
}

impl<C, A, S, V> fmt::Debug for ServiceDsl<C, A, S, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceDsl").finish_non_exhaustive()
    }
}
