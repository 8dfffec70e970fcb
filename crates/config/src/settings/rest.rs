use std::num::NonZeroUsize;
use std::time::Duration;

use super::{NoValue, Values};

/// What stands between a caller and the tree: how long it waits, and when it is no longer let through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestSettings {
    /// How long a caller waits for an answer.
    pub ask_timeout: Duration,
    /// How many failures in a row open the circuit breaker, so that further callers are refused at once.
    pub circuit_breaker_max_failures: NonZeroUsize,
    /// After which time a call counts as failed. Equal to [`ask_timeout`](Self::ask_timeout).
    pub circuit_breaker_call_timeout: Duration,
    /// How long the circuit breaker stays open before it lets one caller try.
    pub circuit_breaker_reset_timeout: Duration,
}

impl RestSettings {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self {
            ask_timeout: values.get("test-probe.interfaces.rest.ask-timeout")?,
            circuit_breaker_max_failures: values.get("test-probe.interfaces.rest.circuit-breaker-max-failures")?,
            circuit_breaker_call_timeout: values.get("test-probe.interfaces.rest.circuit-breaker-call-timeout")?,
            circuit_breaker_reset_timeout: values.get("test-probe.interfaces.rest.circuit-breaker-reset-timeout")?,
        })
    }
}
