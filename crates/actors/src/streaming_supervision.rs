use std::time::Duration;

use crate::error::IoFailure;
use crate::supervision::{Backoff, Behaviour, Panicked, Strategy, Supervise};

#[cfg(test)]
mod tests;

/// When a streaming actor is restarted.
///
/// The Scala system nests three wrappers around one. What plays their parts here, from the innermost to the outermost:
///
/// | there | here | strategy |
/// |---|---|---|
/// | `IllegalArgumentException` | a panic: code that was given what it cannot work with | restart at once, within the limit; there without one |
/// | `IOException` | [`IoFailure`](crate::error::IoFailure): the consumer client that feeds the topic failed for good | restart after a growing pause, within a limit of its own |
/// | `VirtualMachineError` | nothing: Rust ends the process when memory is out, before anybody could decide | stop |
///
/// Whatever matches neither, and whatever is over its limit, stops the topic; its test is over then. A consumer's other
/// failures are of that sort: rights that are wanting, records that were dropped.
///
/// A producer topic fails by panics alone. Its client is shared with other topics and tests and replaces itself after a
/// fatal error, which the events of that moment learn by a Nack; the actor that offers them has lost nothing by it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StreamingSupervision {
    /// Restarts within the range, for each sort of failure.
    pub max_restarts: usize,
    /// The range.
    pub restart_time_range: Duration,
    /// The pause before a restart after an I/O failure.
    pub backoff: Backoff,
}

impl Default for StreamingSupervision {
    fn default() -> Self {
        Self {
            max_restarts: 3,
            restart_time_range: Duration::from_secs(60),
            backoff: Backoff { min: Duration::from_millis(200), max: Duration::from_secs(10), random_factor: 0.2 },
        }
    }
}

impl StreamingSupervision {
    /// The strategies around a streaming actor, from the innermost to the outermost.
    pub(crate) fn around<B: Behaviour>(&self, actor: Supervise<B>) -> Supervise<B> {
        let limited = || Strategy::restart().with_limit(self.max_restarts, self.restart_time_range);
        actor.on_failure::<Panicked>(limited()).on_failure::<IoFailure>(limited().with_backoff(self.backoff))
    }
}
