use crate::{InvalidConfig, Layers, RequestParams};

mod actor_system;
mod consumer;
mod cucumber;
mod dsl;
mod kafka;
mod producer;
mod queue;
mod rest;
mod schema_registry;
mod secrets;
mod services;
mod supervision;
mod timers;
mod values;
mod world;

pub use actor_system::ActorSystemSettings;
pub use consumer::{ConsumerSettings, GroupProtocol};
pub use cucumber::CucumberSettings;
pub use dsl::DslSettings;
pub use kafka::{KafkaSecuritySettings, KafkaSettings, KafkaTlsSettings, MskSettings};
pub use producer::{OverflowStrategy, ProducerSettings, StreamMode};
pub use queue::QueueSettings;
pub use rest::RestSettings;
pub(crate) use schema_registry::SchemaRegistryAuthType;
pub use schema_registry::{
    SchemaIdLocation, SchemaRegistryAuth, SchemaRegistrySettings, SchemaRegistryTls, SubjectNames,
};
use secrets::same_secret;
pub use services::{
    AwsStorageSettings, AwsVaultSettings, AzureStorageSettings, AzureVaultSettings, BlockStorageProvider,
    BlockStorageSettings, ClientAuthentication, GcpStorageSettings, GcpVaultSettings, LocalVaultSettings,
    OAuthSettings, ServicesSettings, TokenRefreshSettings, VaultProvider, VaultSettings,
};
pub use supervision::{StreamingSupervisionSettings, SupervisionSettings};
pub use timers::TimerSettings;
pub(crate) use values::{NoValue, Values};
pub use world::{WorldKind, WorldSettings};

/// Everything that can be set, checked. One field a key; defaults and their reasons stand in `config/reference.conf`.
/// Sections lie below `test-probe.core` where nothing else is said.
///
/// A program without configuration files starts from [`reference`](Self::reference) or [`embedded`](Self::embedded) and
/// changes fields; what it sets so is not checked again.
///
/// ```
/// # use std::time::Duration;
/// # use test_probe_config::Settings;
/// let mut settings = Settings::embedded()?;
/// settings.cucumber.step_timeout = Duration::from_secs(5);
/// # Ok::<(), test_probe_config::InvalidConfig>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// `actor-system`: the system as a whole.
    pub actor_system: ActorSystemSettings,
    /// `supervision`: how often a failed actor is given another chance.
    pub supervision: SupervisionSettings,
    /// `queue`: how many tests run, and how many are remembered.
    pub queue: QueueSettings,
    /// `timers`: how long a test may stay in a state.
    pub timers: TimerSettings,
    /// `services`, and `test-probe.services`: the vault and the block storage.
    pub services: ServicesSettings,
    /// `kafka`: the cluster, its topics and the clients.
    pub kafka: KafkaSettings,
    /// `schema-registry`: how schemas are registered, found and remembered, and how the registry is reached.
    pub schema_registry: SchemaRegistrySettings,
    /// `dsl`: how long a step's question may take.
    pub dsl: DslSettings,
    /// `cucumber`: how scenarios run.
    pub cucumber: CucumberSettings,
    /// `world`: what the tests run against.
    pub world: WorldSettings,
    /// `test-probe.interfaces.rest`: what stands between a caller and the tree.
    pub rest: RestSettings,
    /// `request-params` at the configuration's root: what a test's owner hands to the vault.
    pub request_params: RequestParams,
}

impl Settings {
    /// The defaults: a cluster on this machine, nothing created on it.
    ///
    /// # Errors
    /// [`InvalidConfig`] if the built-in text breaks a rule, which a test of this crate rules out.
    pub fn reference() -> Result<Self, InvalidConfig> {
        Ok(Layers::new().reference().load()?.settings)
    }

    /// The defaults of the embedded world: everything in this process, topics and schemas made as they are needed.
    ///
    /// # Errors
    /// [`InvalidConfig`] if the built-in texts break a rule, which a test of this crate rules out.
    pub fn embedded() -> Result<Self, InvalidConfig> {
        Ok(Layers::new().reference().embedded().load()?.settings)
    }

    pub(crate) fn read(values: &Values, request_params: RequestParams) -> Result<Self, NoValue> {
        Ok(Self {
            actor_system: ActorSystemSettings::read(values)?,
            supervision: SupervisionSettings::read(values)?,
            queue: QueueSettings::read(values)?,
            timers: TimerSettings::read(values)?,
            services: ServicesSettings::read(values)?,
            kafka: KafkaSettings::read(values)?,
            schema_registry: SchemaRegistrySettings::read(values)?,
            dsl: DslSettings::read(values)?,
            cucumber: CucumberSettings::read(values)?,
            world: WorldSettings::read(values)?,
            rest: RestSettings::read(values)?,
            request_params,
        })
    }
}
