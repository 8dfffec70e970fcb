use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;

use actix::Recipient;
use test_probe_directives::{TestId, WallClock};

use super::{QueueActor, QueueMemory};
use crate::commands::{QueueCommands, TestExecutionCommands};
use crate::metrics::TreeMetrics;
use crate::supervision::Scope;

/// Tests at a time: one, as in the Scala system, whose queue has a single slot.
const DEFAULT_MAX_CONCURRENT_TESTS: NonZeroUsize = NonZeroUsize::MIN;

/// Results that are kept of ended tests. A result is small (a few hundred bytes), and this is more than any suite polls for.
const DEFAULT_RETAINED_RESULTS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(999);

/// Starts a test's actor. One trait for one purpose: the queue does not know what a test is made of.
pub trait TestExecutionFactory: Send + Sync {
    /// Starts the actor of this test as a child of the queue, named as [`QueueActor::test_actor_name`] says, and yields
    /// where it takes its messages. It tells `queue` of its life.
    ///
    /// A panic here is the queue's failure.
    fn start(
        &self,
        test_id: TestId,
        queue: Recipient<QueueCommands>,
        scope: &mut Scope<'_, QueueActor>,
    ) -> Recipient<TestExecutionCommands>;
}

/// What a queue is handed at birth.
#[derive(Clone)]
pub struct QueueParts {
    /// Starts the tests' actors.
    pub tests: Arc<dyn TestExecutionFactory>,
    /// Stamps what happens to tests.
    pub clock: WallClock,
    /// Where ids of new tests come from.
    pub ids: fn() -> TestId,
    /// How many tests may run at a time.
    pub max_concurrent_tests: NonZeroUsize,
    /// How many results of ended tests are kept; the oldest go first.
    pub retained_results: NonZeroUsize,
    /// What outlives a queue that fails.
    pub memory: QueueMemory,
    /// Counts.
    pub metrics: TreeMetrics,
}

impl QueueParts {
    /// A queue on the machine's clock with random ids, one test at a time and a thousand retained results.
    pub fn new(tests: Arc<dyn TestExecutionFactory>, metrics: TreeMetrics) -> Self {
        Self {
            tests,
            clock: WallClock::system(),
            ids: TestId::random,
            max_concurrent_tests: DEFAULT_MAX_CONCURRENT_TESTS,
            retained_results: DEFAULT_RETAINED_RESULTS,
            memory: QueueMemory::default(),
            metrics,
        }
    }
}

impl fmt::Debug for QueueParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueueParts")
            .field("max_concurrent_tests", &self.max_concurrent_tests)
            .field("retained_results", &self.retained_results)
            .finish_non_exhaustive()
    }
}
