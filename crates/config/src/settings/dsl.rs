use std::time::Duration;

use super::{NoValue, Values};

/// How long a step's question may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DslSettings {
    /// How long an actor may take to answer. It bounds actors alone, never a broker.
    pub ask_timeout: Duration,
    /// How long producing an event may take, from the call to the broker's acknowledgement.
    pub produce_timeout: Duration,
}

impl DslSettings {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self {
            ask_timeout: values.get("test-probe.core.dsl.ask-timeout")?,
            produce_timeout: values.get("test-probe.core.dsl.produce-timeout")?,
        })
    }
}
