use std::time::Duration;

use super::{NoValue, Values};

/// The system as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActorSystemSettings {
    /// What the system is called in logs and actor names.
    pub name: String,
    /// How long the system may take to answer that it is initialised.
    pub timeout: Duration,
    /// How long all actors of a test may take to report ready.
    pub initialization_timeout: Duration,
    /// How long an ordered stop may take, from the leaves of the tree to its root.
    pub shutdown_timeout: Duration,
    /// How long a test may run where its directive says nothing.
    pub max_execution_time: Duration,
}

impl ActorSystemSettings {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self {
            name: values.get("test-probe.core.actor-system.name")?,
            timeout: values.get("test-probe.core.actor-system.timeout")?,
            initialization_timeout: values.get("test-probe.core.actor-system.initialization-timeout")?,
            shutdown_timeout: values.get("test-probe.core.actor-system.shutdown-timeout")?,
            max_execution_time: values.get("test-probe.core.actor-system.max-execution-time")?,
        })
    }
}
