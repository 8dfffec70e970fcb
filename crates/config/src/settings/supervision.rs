use std::time::Duration;

use super::{NoValue, Values};

/// How often a failed actor is given another chance.
#[derive(Clone, Debug, PartialEq)]
pub struct SupervisionSettings {
    /// How often the guardian restarts a queue that fails within [`restart_time_range`](Self::restart_time_range), at
    /// least 1. One more failure stops it for good.
    pub max_restarts: u32,
    /// The sliding window in which the queue's restarts are counted.
    pub restart_time_range: Duration,
    /// The rules for the actors that hold a topic.
    pub streaming: StreamingSupervisionSettings,
}

/// How often a failed streaming actor is given another chance, and after which wait.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamingSupervisionSettings {
    /// How often it is restarted within [`restart_time_range`](Self::restart_time_range); 0 is never.
    pub max_restarts: u32,
    /// The sliding window in which restarts are counted.
    pub restart_time_range: Duration,
    /// The wait before the first restart of one that lost its connection; each further one doubles it.
    pub min_backoff: Duration,
    /// The longest wait, before jitter. Not below [`min_backoff`](Self::min_backoff).
    pub max_backoff: Duration,
    /// How much of a wait is added at random, from 0 to 1: 0.2 adds up to a fifth.
    pub random_factor: f64,
}

impl SupervisionSettings {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self {
            max_restarts: values.get("test-probe.core.supervision.max-restarts")?,
            restart_time_range: values.get("test-probe.core.supervision.restart-time-range")?,
            streaming: StreamingSupervisionSettings {
                max_restarts: values.get("test-probe.core.supervision.streaming.max-restarts")?,
                restart_time_range: values.get("test-probe.core.supervision.streaming.restart-time-range")?,
                min_backoff: values.get("test-probe.core.supervision.streaming.min-backoff")?,
                max_backoff: values.get("test-probe.core.supervision.streaming.max-backoff")?,
                random_factor: values.get("test-probe.core.supervision.streaming.random-factor")?,
            },
        })
    }
}
