use crate::{InvalidConfig, Layers};

mod actor_system;
mod consumer;
mod cucumber;
mod dsl;
mod kafka;
mod producer;
mod schema_registry;
mod supervision;
mod values;
mod world;

pub use actor_system::ActorSystemSettings;
pub use consumer::{ConsumerSettings, GroupProtocol};
pub use cucumber::CucumberSettings;
pub use dsl::DslSettings;
pub use kafka::KafkaSettings;
pub use producer::{OverflowStrategy, ProducerSettings, StreamMode};
pub use schema_registry::SchemaRegistrySettings;
pub use supervision::{StreamingSupervisionSettings, SupervisionSettings};
pub(crate) use values::{NoValue, Values};
pub use world::{WorldKind, WorldSettings};

/// Everything that can be set, checked. One field a key of `test-probe.core`; defaults and their reasons stand in
/// `config/reference.conf`.
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
    /// `kafka`: the cluster, its topics and the clients.
    pub kafka: KafkaSettings,
    /// `schema-registry`: how schemas are registered, found and remembered.
    pub schema_registry: SchemaRegistrySettings,
    /// `dsl`: how long a step's question may take.
    pub dsl: DslSettings,
    /// `cucumber`: how scenarios run.
    pub cucumber: CucumberSettings,
    /// `world`: what the tests run against.
    pub world: WorldSettings,
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

    pub(crate) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self {
            actor_system: ActorSystemSettings::read(values)?,
            supervision: SupervisionSettings::read(values)?,
            kafka: KafkaSettings::read(values)?,
            schema_registry: SchemaRegistrySettings::read(values)?,
            dsl: DslSettings::read(values)?,
            cucumber: CucumberSettings::read(values)?,
            world: WorldSettings::read(values)?,
        })
    }
}
