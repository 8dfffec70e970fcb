use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;
use tokio::time::Instant;

/// The wish that an actor stops, with the time by which it should have drained. It is handed in at birth and reaches the
/// actor past its mailbox: Actix's own stop is a mailbox message, which a backoff would hold back.
#[derive(Clone, Debug)]
pub(super) struct StopSignal {
    wished: Arc<AtomicBool>,
    deadline: watch::Sender<Option<Instant>>,
}

impl StopSignal {
    pub(super) fn new() -> Self {
        Self { wished: Arc::default(), deadline: watch::channel(None).0 }
    }

    /// Wishes; an earlier wish keeps its deadline unless this one is sooner.
    pub(super) fn wish(&self, deadline: Instant) {
        self.wished.store(true, Ordering::Release);
        self.deadline.send_modify(|wish| *wish = Some(wish.map_or(deadline, |earlier| earlier.min(deadline))));
    }

    /// Whether anybody wished; one load, for the look before each message.
    pub(super) fn is_wished(&self) -> bool {
        self.wished.load(Ordering::Acquire)
    }

    /// The deadline of the wish, if there is one.
    pub(super) fn deadline(&self) -> Option<Instant> {
        *self.deadline.borrow()
    }

    /// Waits until somebody wishes that the actor stops sooner than this.
    pub(super) async fn sooner(&self, than: Instant) {
        let mut deadline = self.deadline.subscribe();
        drop(deadline.wait_for(|wish| wish.is_some_and(|wish| wish < than)).await);
    }

    /// Waits until the deadline of the wish has passed, also when it is moved forward meanwhile.
    pub(super) async fn overdue(&self) {
        loop {
            self.wished().await;
            let deadline = self.deadline().unwrap_or_else(Instant::now);
            tokio::select! {
                () = tokio::time::sleep_until(deadline) => return,
                () = self.sooner(deadline) => {}
            }
        }
    }

    /// Waits for the wish.
    pub(super) async fn wished(&self) {
        let mut deadline = self.deadline.subscribe();
        // The sender lives in `self`, so the wait ends with a wish and never with an error.
        drop(deadline.wait_for(Option::is_some).await);
    }
}
