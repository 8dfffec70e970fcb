//! The modules of a [`ServiceDsl`](crate::ServiceDsl): what a probe is made of, and what each is by default. A module of a
//! program's own implements the trait of its place.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use test_probe_actors::ActorSystem;
use test_probe_config::{Entry, FileIncludes, Layers, Loaded, ProcessEnvironment, Settings, load_file};
use test_probe_evidence::sha256_hex;
use test_probe_services::{ProbeStorageService, ProbeVaultService};

use crate::{StartProbeError, wiring};

/// A configuration that was read and checked.
#[derive(Clone, Debug)]
pub struct CoreConfig {
    /// What it means.
    pub settings: Settings,
    /// The SHA-256 of all its entries, for the evidence; nothing where the settings were put together in code.
    pub sha256: Option<String>,
}

/// Brings the configuration.
pub trait ProbeConfig {
    /// Looks for what is wrong before anything is started.
    ///
    /// # Errors
    /// Whatever is wrong.
    fn pre_flight(&self) -> Result<(), StartProbeError> {
        Ok(())
    }

    /// Reads and checks it.
    ///
    /// # Errors
    /// Whatever is wrong with it.
    fn initialize(self) -> Result<CoreConfig, StartProbeError>;
}

/// Brings the threads that actors live on.
pub trait ProbeActorSystem {
    /// Looks for what is wrong before anything is started.
    ///
    /// # Errors
    /// Whatever is wrong.
    fn pre_flight(&self, _settings: &Settings) -> Result<(), StartProbeError> {
        Ok(())
    }

    /// Starts them.
    ///
    /// # Errors
    /// Whatever keeps them from starting.
    fn initialize(self, settings: &Settings) -> Result<ActorSystem, StartProbeError>;
}

/// Brings the block storage.
pub trait ProbeStorageModule {
    /// Looks for what is wrong before anything is started.
    ///
    /// # Errors
    /// Whatever is wrong.
    fn pre_flight(&self, _settings: &Settings) -> Result<(), StartProbeError> {
        Ok(())
    }

    /// Makes it ready.
    ///
    /// # Errors
    /// Whatever keeps it from being used.
    fn initialize(self, settings: &Settings) -> Result<Arc<dyn ProbeStorageService>, StartProbeError>;
}

/// Brings the vault.
pub trait ProbeVaultModule {
    /// Looks for what is wrong before anything is started.
    ///
    /// # Errors
    /// Whatever is wrong.
    fn pre_flight(&self, _settings: &Settings) -> Result<(), StartProbeError> {
        Ok(())
    }

    /// Makes it ready.
    ///
    /// # Errors
    /// Whatever keeps it from being used.
    fn initialize(self, settings: &Settings) -> Result<Arc<dyn ProbeVaultService>, StartProbeError>;
}

/// A failure of a module of a program's own.
///
/// ```
/// # use test_probe::module_failed;
/// let error = module_failed("my vault", std::io::Error::other("no route"));
/// assert_eq!(error.to_string(), "the module 'my vault' failed");
/// ```
pub fn module_failed(module: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> StartProbeError {
    StartProbeError::Module { module, source: source.into() }
}

/// The configuration from files and the environment, as the command reads it.
#[derive(Clone, Debug, Default)]
pub struct DefaultConfig {
    file: Option<PathBuf>,
}

impl DefaultConfig {
    /// The embedded world's configuration.
    pub const fn embedded() -> Self {
        Self { file: None }
    }

    /// This file over the reference, and the environment over both (`withAltConfigLocation`).
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self { file: Some(path.into()) }
    }
}

impl ProbeConfig for DefaultConfig {
    fn initialize(self) -> Result<CoreConfig, StartProbeError> {
        let layers = Layers::new().reference();
        let layers = match &self.file {
            Some(path) => layers.file(load_file(path)?),
            None => layers.embedded(),
        };
        layers.includes(&FileIncludes).environment(&ProcessEnvironment).load()?.initialize()
    }
}

/// A configuration that was read before.
impl ProbeConfig for Loaded {
    fn initialize(self) -> Result<CoreConfig, StartProbeError> {
        let entry = |entry: &Entry| format!("{} = {}\n", entry.path, entry.value);
        let text: String = self.entries.iter().map(entry).collect();
        Ok(CoreConfig { sha256: Some(sha256_hex(text.as_bytes())), settings: self.settings })
    }
}

/// Settings that a program put together.
impl ProbeConfig for Settings {
    fn initialize(self) -> Result<CoreConfig, StartProbeError> {
        Ok(CoreConfig { settings: self, sha256: None })
    }
}

/// A thread for the tree, named as the configuration says, and one for each test.
#[derive(Clone, Copy, Debug, Default)]
pub struct DefaultActorSystem;

impl ProbeActorSystem for DefaultActorSystem {
    fn initialize(self, settings: &Settings) -> Result<ActorSystem, StartProbeError> {
        Ok(ActorSystem::start(&settings.actor_system.name)?)
    }
}

/// A system that was started before; the probe ends it.
impl ProbeActorSystem for ActorSystem {
    fn initialize(self, _: &Settings) -> Result<ActorSystem, StartProbeError> {
        Ok(self)
    }
}

/// The storage that `test-probe.services.block-storage.provider` names.
#[derive(Clone, Copy, Debug, Default)]
pub struct DefaultStorageService;

impl ProbeStorageModule for DefaultStorageService {
    fn initialize(self, settings: &Settings) -> Result<Arc<dyn ProbeStorageService>, StartProbeError> {
        Ok(wiring::services::storage(settings))
    }
}

impl<S: ProbeStorageService + 'static> ProbeStorageModule for Arc<S> {
    fn initialize(self, _: &Settings) -> Result<Arc<dyn ProbeStorageService>, StartProbeError> {
        Ok(self)
    }
}

/// The vault that `test-probe.services.vault.provider` names.
#[derive(Clone, Copy, Debug, Default)]
pub struct DefaultVaultService;

impl ProbeVaultModule for DefaultVaultService {
    fn initialize(self, settings: &Settings) -> Result<Arc<dyn ProbeVaultService>, StartProbeError> {
        Ok(wiring::services::vault(settings)?)
    }
}

impl<V: ProbeVaultService + 'static> ProbeVaultModule for Arc<V> {
    fn initialize(self, _: &Settings) -> Result<Arc<dyn ProbeVaultService>, StartProbeError> {
        Ok(self)
    }
}
