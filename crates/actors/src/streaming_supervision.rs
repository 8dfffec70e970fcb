use std::time::Duration;

use crate::error::{IllegalArgument, IoFailure, VirtualMachineError};
use crate::supervision::{Backoff, Behaviour, Panicked, Strategy, Supervise};

/// When a streaming actor is restarted.
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
    /// The Scala system's three wrappers, from the innermost to the outermost. It restarts an `IllegalArgumentException`
    /// without limit; here it is limited like the others. A panic is a programming error like an illegal argument; the
    /// Scala system has no wrapper for those and stops.
    pub(crate) fn around<B: Behaviour>(&self, actor: Supervise<B>) -> Supervise<B> {
        let limited = || Strategy::restart().with_limit(self.max_restarts, self.restart_time_range);
        actor
            .on_failure_matching(|failure| failure.is::<IllegalArgument>() || failure.is::<Panicked>(), limited())
            .on_failure::<IoFailure>(limited().with_backoff(self.backoff))
            .on_failure::<VirtualMachineError>(Strategy::stop())
    }
}
