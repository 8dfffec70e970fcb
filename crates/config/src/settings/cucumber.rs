use std::num::NonZeroUsize;
use std::time::Duration;

use super::{NoValue, Values};

/// How scenarios run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CucumberSettings {
    /// How long one step may take.
    pub step_timeout: Duration,
    /// How many scenarios of a test run at a time where its directive says nothing.
    pub parallel_scenarios: NonZeroUsize,
}

impl CucumberSettings {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self {
            step_timeout: values.get("test-probe.core.cucumber.step-timeout")?,
            parallel_scenarios: values.get("test-probe.core.cucumber.parallel-scenarios")?,
        })
    }
}
