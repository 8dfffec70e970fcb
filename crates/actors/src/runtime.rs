use std::collections::HashSet;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock, mpsc};
use std::thread::{self, ThreadId};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

/// Where the system does what must not depend on a caller's runtime: registry calls, time-outs, waiting for actors.
///
/// Callers come from any runtime, or none. What they await is answered through channels that no runtime owns. Cheap to
/// clone.
#[derive(Clone)]
pub struct SystemRuntime {
    handle: Handle,
    own_threads: Arc<RwLock<HashSet<ThreadId>>>,
}

/// The actor system is no more, or its work panicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the actor system has stopped")]
pub struct SystemGone;

impl SystemRuntime {
    /// The runtime of the calling thread, which becomes one of the system's own: for a tree that lives on one thread, as
    /// in tests on paused time.
    ///
    /// # Panics
    /// Outside a Tokio runtime.
    pub fn here() -> Self {
        let runtime = Self { handle: Handle::current(), own_threads: Arc::default() };
        // The thread is the system's as long as there is a system.
        std::mem::forget(runtime.adopt_this_thread());
        runtime
    }

    /// Runs `work` in the system and yields what it yields.
    ///
    /// # Errors
    /// [`SystemGone`] when the system has stopped or the work panicked.
    ///
    /// # Cancellation
    /// The work goes on.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, SystemGone> {
        self.handle.spawn(work).await.map_err(|_| SystemGone)
    }

    /// Like [`run`](Self::run) for a thread that waits for the answer. Not for one of the system's own threads, which
    /// would wait for itself.
    ///
    /// # Errors
    /// [`SystemGone`] when the system has stopped or the work panicked.
    pub fn run_blocking<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, SystemGone> {
        let (tell, told) = mpsc::channel();
        self.handle.spawn(async move {
            // A caller waits for it as long as there is a system.
            tell.send(work.await).ok();
        });
        told.recv().map_err(|_| SystemGone)
    }

    /// Like [`run`](Self::run) with a time-out that the system keeps; nothing when it is over.
    ///
    /// # Errors
    /// [`SystemGone`] when the system has stopped or the work panicked.
    pub async fn run_within<T: Send + 'static>(
        &self,
        limit: Duration,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<Option<T>, SystemGone> {
        self.run(async move { tokio::time::timeout(limit, work).await.ok() }).await
    }

    /// Like [`run_within`](Self::run_within) for work that is of use to nobody but the caller.
    ///
    /// # Errors
    /// [`SystemGone`] when the system has stopped or the work panicked.
    ///
    /// # Cancellation
    /// The work is dropped with the caller's future.
    pub(crate) async fn run_for_the_caller<T: Send + 'static>(
        &self,
        limit: Duration,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<Option<T>, SystemGone> {
        let mut task = AbortOnDrop(self.handle.spawn(async move { tokio::time::timeout(limit, work).await }));
        (&mut task.0).await.map(Result::ok).map_err(|_| SystemGone)
    }

    /// Whether the calling thread is one of the system's own, where a blocking call would wait for itself.
    pub fn is_own_thread(&self) -> bool {
        self.own_threads.read().unwrap_or_else(PoisonError::into_inner).contains(&thread::current().id())
    }

    /// Counts the calling thread among the system's own, until the answer is dropped.
    pub(crate) fn adopt_this_thread(&self) -> OwnThread {
        let id = thread::current().id();
        self.own_threads.write().unwrap_or_else(PoisonError::into_inner).insert(id);
        OwnThread { id, own_threads: Arc::clone(&self.own_threads) }
    }

    #[cfg(test)]
    pub(crate) fn own_threads(&self) -> usize {
        self.own_threads.read().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// A thread that is one of the system's own as long as this lives.
#[must_use = "the thread is the system's as long as this lives"]
pub(crate) struct OwnThread {
    id: ThreadId,
    own_threads: Arc<RwLock<HashSet<ThreadId>>>,
}

impl Drop for OwnThread {
    fn drop(&mut self) {
        self.own_threads.write().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

/// A task that ends with whoever waits for it.
struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl fmt::Debug for SystemRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemRuntime").finish_non_exhaustive()
    }
}
