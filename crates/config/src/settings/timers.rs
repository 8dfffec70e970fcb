use std::time::Duration;

use super::{NoValue, Values};

/// How long a test may stay in a state before it is ended. Each is at least 1 ms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimerSettings {
    /// How long a test that was announced may wait for its start.
    pub setup_state: Duration,
    /// How long fetching the test's folder and credentials, and opening its topics, may take together.
    pub loading_state: Duration,
    /// How long the actor of a test that ran stays, to answer who asks for its result.
    pub completed_state: Duration,
    /// How long the actor of a test that could not run stays, to answer who asks why.
    pub exception_state: Duration,
}

impl TimerSettings {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self {
            setup_state: values.get("test-probe.core.timers.setup-state")?,
            loading_state: values.get("test-probe.core.timers.loading-state")?,
            completed_state: values.get("test-probe.core.timers.completed-state")?,
            exception_state: values.get("test-probe.core.timers.exception-state")?,
        })
    }
}
