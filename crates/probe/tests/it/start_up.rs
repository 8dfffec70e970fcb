//! How a probe is put together: modules, the order in which they are asked, and every way in which it does not start.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, Weak};

use async_trait::async_trait;
use prometheus::{IntCounter, Registry};
use test_probe::config::{BlockStorageProvider, Settings, VaultProvider, WorldKind};
use test_probe::responses::TestState;
use test_probe::services::block_storage::InMemoryBlockStorage;
use test_probe::services::{BlockStorageError, VaultError};
use test_probe::{
    ActorSystem, BlockStorageDirective, CoreConfig, DefaultActorSystem, DefaultConfig, DefaultStorageService,
    DefaultVaultService, ExitStatus, KafkaSecurityDirective, Probe, ProbeActorSystem, ProbeConfig, ProbeStorageModule,
    ProbeStorageService, ProbeVaultModule, ProbeVaultService, ServiceDsl, StartProbeError, TestId, explain,
    module_failed,
};

use crate::memory_storage::put;
use crate::rig::{ended, settings, started, until, whole_test};

#[test]
fn the_default_modules_start_on_the_embedded_world() {
    let probe = ServiceDsl::new()
        // The order is free, and the last one of a sort counts.
        .with_vault_service_module(DefaultVaultService)
        .with_storage_service(DefaultStorageService)
        .with_actor_system(DefaultActorSystem)
        .with_config(DefaultConfig::file("/nowhere/app.conf"))
        .with_config(DefaultConfig::embedded())
        .build()
        .unwrap();
    assert_eq!(probe.settings().world.kind, WorldKind::Embedded);
    probe.services().blocking().initialize_test().unwrap();
    probe.shutdown();
    let probe = Probe::builder().start().unwrap();
    probe.services().blocking().initialize_test().unwrap();
    probe.shutdown();
}

#[test]
fn metrics_go_into_the_registry_that_is_handed_in() {
    let registry = Registry::new();
    let probe = Probe::builder().settings(settings()).metrics(registry.clone()).start().unwrap();
    probe.services().blocking().initialize_test().unwrap();
    let in_setup = |registry: &Registry| {
        let text = prometheus::TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
        text.contains("probe_queue_tests{state=\"Setup\"} 1")
    };
    until("the metric", || in_setup(&registry));
    probe.shutdown();
}

/// What the modules were asked, in order, and where one of them fails.
#[derive(Clone, Debug, Default)]
struct Asked {
    log: Arc<Mutex<Vec<&'static str>>>,
    fails_at: Option<&'static str>,
}

impl Asked {
    fn at(&self, phase: &'static str) -> Result<(), StartProbeError> {
        self.log.lock().unwrap().push(phase);
        match self.fails_at == Some(phase) {
            true => Err(module_failed(phase, io::Error::other("no route to it"))),
            false => Ok(()),
        }
    }
}

struct OwnConfig(Asked);

impl ProbeConfig for OwnConfig {
    fn pre_flight(&self) -> Result<(), StartProbeError> {
        self.0.at("config pre-flight")
    }
    fn initialize(self) -> Result<CoreConfig, StartProbeError> {
        self.0.at("config")?;
        settings().initialize()
    }
}

struct OwnSystem(Asked);

impl ProbeActorSystem for OwnSystem {
    fn pre_flight(&self, _: &Settings) -> Result<(), StartProbeError> {
        self.0.at("actor system pre-flight")
    }
    fn initialize(self, _: &Settings) -> Result<ActorSystem, StartProbeError> {
        self.0.at("actor system")?;
        Ok(ActorSystem::start("own-system")?)
    }
}

struct OwnStorage(Asked, Arc<InMemoryBlockStorage>);

impl ProbeStorageModule for OwnStorage {
    fn pre_flight(&self, _: &Settings) -> Result<(), StartProbeError> {
        self.0.at("storage pre-flight")
    }
    fn initialize(self, _: &Settings) -> Result<Arc<dyn ProbeStorageService>, StartProbeError> {
        self.0.at("storage")?;
        Ok(self.1)
    }
}

/// A vault without a need for credentials, which counts its questions.
#[derive(Debug, Default)]
struct OwnVault(Mutex<Vec<String>>);

#[async_trait]
impl ProbeVaultService for OwnVault {
    async fn fetch_security_directives(
        &self,
        directive: &BlockStorageDirective,
    ) -> Result<Vec<KafkaSecurityDirective>, VaultError> {
        self.0.lock().unwrap().push(directive.bucket.clone());
        let topics = directive.topic_directives.iter();
        Ok(topics.map(|topic| KafkaSecurityDirective::plaintext(topic.topic.clone(), topic.role)).collect())
    }
}

struct OwnVaultModule(Asked, Arc<OwnVault>);

impl ProbeVaultModule for OwnVaultModule {
    fn pre_flight(&self, _: &Settings) -> Result<(), StartProbeError> {
        self.0.at("vault pre-flight")
    }
    fn initialize(self, _: &Settings) -> Result<Arc<dyn ProbeVaultService>, StartProbeError> {
        self.0.at("vault")?;
        Ok(self.1)
    }
}

const PHASES: [&str; 8] = [
    "config pre-flight",
    "config",
    "storage pre-flight",
    "vault pre-flight",
    "actor system pre-flight",
    "storage",
    "vault",
    "actor system",
];

#[tokio::test]
async fn own_modules_are_asked_in_order_and_a_test_is_fetched_and_opened_with_them() {
    let (asked, buckets, vault) =
        (Asked::default(), Arc::new(InMemoryBlockStorage::new()), Arc::new(OwnVault::default()));
    put(&buckets, "orders", &whole_test()).await;
    let probe = ServiceDsl::new()
        .with_vault_service_module(OwnVaultModule(asked.clone(), Arc::clone(&vault)))
        .with_config(OwnConfig(asked.clone()))
        .with_actor_system(OwnSystem(asked.clone()))
        .with_storage_service(OwnStorage(asked.clone(), Arc::clone(&buckets)))
        .build()
        .unwrap();
    assert_eq!(*asked.log.lock().unwrap(), PHASES);
    let test_id = started(probe.services(), "memory://tests/orders").await;
    let status = ended(probe.services(), test_id).await;
    assert_eq!((status.state, status.success), (TestState::Completed, Some(true)), "{status:?}");
    assert_eq!(*vault.0.lock().unwrap(), ["memory://tests/orders"]);
    assert!(buckets.get("tests", "orders/evidence/summary.json").await.is_some());
    probe.shutdown();
}

#[test]
fn a_module_that_fails_ends_the_start_and_nothing_is_left_of_the_others() {
    for (index, phase) in PHASES.into_iter().enumerate() {
        let asked = Asked { fails_at: Some(phase), ..Asked::default() };
        let (storage, vault) = (Arc::new(InMemoryBlockStorage::new()), Arc::new(OwnVault::default()));
        let (kept_storage, kept_vault) = (Arc::downgrade(&storage), Arc::downgrade(&vault));
        let error = ServiceDsl::new()
            .with_config(OwnConfig(asked.clone()))
            .with_actor_system(OwnSystem(asked.clone()))
            .with_storage_service(OwnStorage(asked.clone(), storage))
            .with_vault_service_module(OwnVaultModule(asked.clone(), vault))
            .build()
            .unwrap_err();
        assert_eq!(explain(&error), format!("the module '{phase}' failed: no route to it"));
        assert_eq!(error.exit_status(), ExitStatus::WorldFailed);
        assert_eq!(*asked.log.lock().unwrap(), PHASES[..=index], "nothing is asked after it");
        assert_eq!((kept_storage.strong_count(), kept_vault.strong_count()), (0, 0), "{phase}");
    }
}

fn start(settings: Settings) -> Result<Probe, StartProbeError> {
    Probe::builder().settings(settings).start()
}

#[track_caller]
fn refused(result: Result<Probe, StartProbeError>, status: ExitStatus, parts: &[&str]) -> StartProbeError {
    let error = result.unwrap_err();
    let told = explain(&error);
    for part in parts {
        assert!(told.contains(part), "`{part}` is not in {told}");
    }
    assert_eq!(error.exit_status(), status, "{told}");
    error
}

fn of_file(path: &Path) -> Result<Probe, StartProbeError> {
    ServiceDsl::new()
        .with_config(DefaultConfig::file(path))
        .with_actor_system(DefaultActorSystem)
        .with_storage_service(DefaultStorageService)
        .with_vault_service_module(DefaultVaultService)
        .build()
}

#[test]
fn a_configuration_that_is_missing_or_wrong_is_bad_input() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.conf");
    let error = refused(of_file(&path), ExitStatus::BadInput, &["app.conf"]);
    assert!(matches!(error, StartProbeError::Configuration(_)), "{error:?}");
    fs::write(&path, "test-probe.core.queue.max-concurent-tests = 2").unwrap();
    let parts = ["app.conf:1", "max-concurent-tests", "max-concurrent-tests"];
    let error = refused(of_file(&path), ExitStatus::BadInput, &parts);
    assert!(matches!(error, StartProbeError::Settings(_)), "{error:?}");
}

#[test]
fn metrics_whose_names_are_taken_are_bad_input() {
    let registry = Registry::new();
    let taken = IntCounter::new("probe_tests_total", "of somebody else").unwrap();
    registry.register(Box::new(taken)).unwrap();
    let started = Probe::builder().settings(settings()).metrics(registry).start();
    let error = refused(started, ExitStatus::BadInput, &["metrics could not be registered"]);
    assert!(matches!(error, StartProbeError::Metrics(_)), "{error:?}");
}

#[test]
fn a_vault_that_is_not_set_up_is_bad_input() {
    let mut settings = settings();
    settings.services.vault.provider = VaultProvider::Aws;
    let error = refused(start(settings), ExitStatus::BadInput, &[]);
    assert!(matches!(error, StartProbeError::Vault(_)), "{error:?}");
}

#[test]
fn a_stack_that_cannot_be_controlled_is_a_world_that_failed() {
    let mut settings = settings();
    settings.world.kind = WorldKind::Cluster;
    settings.world.control = Some("/nowhere/stack.sh".into());
    let error =
        refused(start(settings), ExitStatus::WorldFailed, &["faults cannot be brought about", "/nowhere/stack.sh"]);
    assert!(matches!(error, StartProbeError::World(_)), "{error:?}");
}

#[test]
fn a_storage_in_the_clouds_is_asked_for_nothing_before_the_first_test() {
    for provider in [BlockStorageProvider::Aws, BlockStorageProvider::Azure, BlockStorageProvider::Gcp] {
        let mut settings = settings();
        settings.services.block_storage.provider = provider;
        let probe = start(settings).unwrap();
        probe.services().blocking().initialize_test().unwrap();
        probe.shutdown();
    }
}

/// A storage that never finds anything, and is there as long as somebody holds it.
#[derive(Debug)]
struct Held;

#[async_trait]
impl ProbeStorageService for Held {
    async fn fetch_from_block_storage(&self, _: TestId, _: &str) -> Result<BlockStorageDirective, BlockStorageError> {
        std::future::pending().await
    }
    async fn load_to_block_storage(&self, _: TestId, _: &str, _: &Path) -> Result<(), BlockStorageError> {
        Ok(())
    }
    async fn release(&self, _: TestId) {}
}

#[test]
fn a_probe_that_is_shut_down_or_dropped_with_tests_in_it_lets_go_of_its_modules_and_its_thread() {
    for is_shut_down in [true, false] {
        let (held, name) = (Arc::new(Held), if is_shut_down { "shut-down" } else { "dropped" });
        let kept: Weak<Held> = Arc::downgrade(&held);
        let probe = ServiceDsl::new()
            .with_config(settings())
            .with_actor_system(ActorSystem::start(name).unwrap())
            .with_storage_service(held)
            .with_vault_service_module(DefaultVaultService)
            .build()
            .unwrap();
        let services = probe.services().blocking();
        services.initialize_test().unwrap();
        let loading = services.initialize_test().unwrap().test_id;
        assert!(services.start_test(loading, "held", None).unwrap().accepted);
        assert!(has_thread(name));
        match is_shut_down {
            true => probe.shutdown(),
            false => drop(probe),
        }
        until("the end of its thread", || !has_thread(name));
        until("the end of its storage", || kept.strong_count() == 0);
        services.initialize_test().unwrap_err();
    }
}

fn has_thread(name: &str) -> bool {
    let mut threads = fs::read_dir("/proc/self/task").unwrap();
    threads
        .any(|thread| fs::read_to_string(thread.unwrap().path().join("comm")).is_ok_and(|found| found.trim() == name))
}
