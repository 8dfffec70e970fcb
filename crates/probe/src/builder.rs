use prometheus::Registry;
use test_probe_config::{Loaded, Settings};
use test_probe_directives::WallClock;

use crate::modules::{CoreConfig, ProbeConfig};
use crate::{DefaultActorSystem, DefaultStorageService, DefaultVaultService, Probe, ServiceDsl, StartProbeError};

/// Makes a [`Probe`] of the default modules; [`ServiceDsl`] makes one of others.
#[derive(Debug, Default)]
pub struct ProbeBuilder {
    config: Config,
    registry: Option<Registry>,
    clock: Option<WallClock>,
}

#[derive(Debug, Default)]
enum Config {
    #[default]
    Embedded,
    Settings(Box<Settings>),
    Loaded(Box<Loaded>),
}

impl ProbeConfig for Config {
    fn initialize(self) -> Result<CoreConfig, StartProbeError> {
        match self {
            // Not the environment's: what a program starts without a word is the same everywhere.
            Self::Embedded => Settings::embedded()?.initialize(),
            Self::Settings(settings) => settings.initialize(),
            Self::Loaded(loaded) => loaded.initialize(),
        }
    }
}

impl ProbeBuilder {
    /// Uses these settings; the embedded world's otherwise.
    #[must_use]
    pub fn settings(self, settings: Settings) -> Self {
        Self { config: Config::Settings(Box::new(settings)), ..self }
    }

    /// Uses this configuration, whose hash then stands in the evidence of each run.
    #[must_use]
    pub fn configuration(self, loaded: Loaded) -> Self {
        Self { config: Config::Loaded(Box::new(loaded)), ..self }
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
        ServiceDsl::new()
            .with_config(self.config)
            .with_actor_system(DefaultActorSystem)
            .with_storage_service(DefaultStorageService)
            .with_vault_service_module(DefaultVaultService)
            .with_metrics(self.registry.unwrap_or_default())
            .with_clock(self.clock.unwrap_or_else(WallClock::system))
            .build()
    }
}
