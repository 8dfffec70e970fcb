use std::time::Duration;

use super::{NoValue, Values};

/// The system as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActorSystemSettings {
    /// What the system's own thread is called.
    pub name: String,
    /// How long the tree may take to answer one question that a service function asks it; and one question to a cluster at
    /// the end of a run.
    pub timeout: Duration,
    /// How long the topics of a test may take to open, and one question about a topic that is to be created.
    pub initialization_timeout: Duration,
    /// How long the orderly end of a run may take; each of its five parts a fifth.
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
