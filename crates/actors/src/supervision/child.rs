use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix::{Addr, Recipient};
use tokio::time::Instant;

use super::stop_signal::StopSignal;
use super::termination::Ending;
use super::{Behaviour, Supervised, Terminated, Termination};

/// How much longer than its deadline an actor may take to end before whoever waits for it goes on.
const GRACE: Duration = Duration::from_secs(1);

/// Half as much for each parent above: an actor that waited in vain for a child still ends before it looks hung itself.
fn grace(depth: u32) -> Duration {
    GRACE / (1 << depth.min(10))
}

/// An actor in the hands of whoever started it. Dropping it stops the actor without giving it time to drain.
pub struct Child<B: Behaviour> {
    name: Arc<str>,
    grace: Duration,
    address: Addr<Supervised<B>>,
    stop: StopSignal,
    ending: Arc<Ending>,
}

impl<B: Behaviour> Child<B> {
    pub(super) fn new(
        name: Arc<str>,
        depth: u32,
        address: Addr<Supervised<B>>,
        stop: StopSignal,
        ending: Arc<Ending>,
    ) -> Self {
        Self { name, grace: grace(depth), address, stop, ending }
    }

    /// The actor's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The actor's address; it stays valid over restarts.
    pub fn address(&self) -> &Addr<Supervised<B>> {
        &self.address
    }

    /// Tells `watcher` once when the actor ends, or at once when it has.
    pub fn watch(&self, watcher: Recipient<Terminated>) {
        self.ending.watch(watcher);
    }

    /// Asks the actor to stop, giving it and its children until `deadline` to drain, and waits for its end. Nothing when
    /// it has not ended shortly after that.
    ///
    /// # Cancellation
    /// The actor stops all the same.
    pub fn stop(&self, deadline: Instant) -> impl Future<Output = Option<Termination>> + Send + 'static {
        self.stop.wish(deadline);
        let mut told = self.ending.subscribe();
        let patience = deadline + self.grace;
        async move {
            let over = tokio::time::timeout_at(patience, told.wait_for(Option::is_some)).await;
            over.ok().and_then(Result::ok).and_then(|termination| termination.clone())
        }
    }

    /// Waits for the actor's end, whatever brings it.
    ///
    /// # Cancellation
    /// Safe.
    pub fn ended(&self) -> impl Future<Output = Termination> + Send + 'static {
        let mut told = self.ending.subscribe();
        async move {
            let over = told.wait_for(Option::is_some).await;
            over.ok().and_then(|termination| termination.clone()).unwrap_or(Termination::Lost)
        }
    }
}

impl<B: Behaviour> Drop for Child<B> {
    fn drop(&mut self) {
        self.stop.wish(Instant::now());
    }
}

impl<B: Behaviour> std::fmt::Debug for Child<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Child({})", self.name)
    }
}

/// A child whatever its behaviour, for the parent's list.
pub(super) trait AnyChild {
    fn name(&self) -> &str;
    fn is(&self, name: &Arc<str>) -> bool;
    fn stop(&self, deadline: Instant) -> Pin<Box<dyn Future<Output = ()>>>;
}

impl<B: Behaviour> AnyChild for Child<B> {
    fn name(&self) -> &str {
        &self.name
    }

    /// Two incarnations may share a name, but never the text that holds it.
    fn is(&self, name: &Arc<str>) -> bool {
        Arc::ptr_eq(&self.name, name)
    }

    fn stop(&self, deadline: Instant) -> Pin<Box<dyn Future<Output = ()>>> {
        let name = Arc::clone(&self.name);
        let ended = Child::stop(self, deadline);
        Box::pin(async move {
            if ended.await.is_none() {
                tracing::error!(actor = &*name, "a child has not ended by its deadline; its parent goes on without it");
            }
        })
    }
}
