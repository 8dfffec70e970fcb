use std::num::NonZeroUsize;

use super::{NoValue, Values};

/// How many tests run, and how many are remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueSettings {
    /// How many tests run at a time; the others wait in the order in which they were started. At most 100.
    pub max_concurrent_tests: NonZeroUsize,
    /// How many tests that ended are remembered for whoever asks late; the oldest go first. At most 100000.
    pub retained_results: NonZeroUsize,
}

impl QueueSettings {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self {
            max_concurrent_tests: values.get("test-probe.core.queue.max-concurrent-tests")?,
            retained_results: values.get("test-probe.core.queue.retained-results")?,
        })
    }
}
