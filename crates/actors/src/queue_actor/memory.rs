use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::ended_tests::EndedTests;
use crate::commands::{ReplyTo, StopCause};

/// What outlives a queue that fails: how ended tests were at last, and whether the queue is to shut down. One for each
/// queue; clones are one.
#[derive(Clone, Default)]
pub struct QueueMemory {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    ended: EndedTests,
    shutdown: Option<StopCause>,
    /// Who wants to know when no test is left.
    waiting: Vec<ReplyTo<()>>,
}

impl QueueMemory {
    /// Takes the results out, for as long as a queue lives that keeps them.
    pub(super) fn take_ended(&self) -> EndedTests {
        std::mem::take(&mut self.lock().ended)
    }

    pub(super) fn put_ended(&self, ended: EndedTests) {
        self.lock().ended = ended;
    }

    pub(super) fn shutdown(&self) -> Option<StopCause> {
        self.lock().shutdown
    }

    pub(super) fn wait_for_the_end(&self, cause: StopCause, reply_to: ReplyTo<()>) {
        let mut inner = self.lock();
        inner.shutdown.get_or_insert(cause);
        inner.waiting.push(reply_to);
    }

    /// Tells those who wait that no test is left.
    pub(super) fn tell_the_end(&self) {
        let waiting = std::mem::take(&mut self.lock().waiting);
        waiting.into_iter().for_each(|reply_to| reply_to.tell(()));
    }

    /// The queue is gone: those who wait hear nothing more.
    pub(super) fn forget_who_waits(&self) {
        self.lock().waiting.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for QueueMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueueMemory").finish_non_exhaustive()
    }
}
