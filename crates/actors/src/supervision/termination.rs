use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix::{Message, Recipient};
use tokio::sync::watch;

use super::{Failure, SupervisionObserver};

/// A child has ended. Its watcher gets this exactly once, whether it stopped, failed, panicked, or was lost with its
/// thread.
#[derive(Clone, Debug, Message)]
#[rtype(result = "()")]
pub struct Terminated {
    /// The child's name.
    pub child: Arc<str>,
    /// How it ended.
    pub termination: Termination,
}

/// How an actor ended.
#[derive(Clone, Debug)]
pub enum Termination {
    /// It was told to stop, or stopped itself.
    Stopped,
    /// It failed, or panicked, and its strategies said stop or had no answer.
    Failed(Failure),
    /// It failed and its strategy said escalate.
    Escalated(Failure),
    /// Its thread ended under it.
    Lost,
}

impl Termination {
    /// The failure behind the end, if there was one.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) | Self::Escalated(failure) => Some(failure),
            Self::Stopped | Self::Lost => None,
        }
    }

    /// One word, for metrics.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::Failed(_) => "failed",
            Self::Escalated(_) => "escalated",
            Self::Lost => "lost",
        }
    }
}

impl fmt::Display for Termination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())?;
        match self.failure() {
            Some(failure) => write!(f, ": {}", failure.explain()),
            None => Ok(()),
        }
    }
}

/// What is known of an actor's end, and who wants to know. Shared by the actor's task and whoever holds the child.
pub(super) struct Ending {
    name: Arc<str>,
    kind: &'static str,
    observer: Arc<dyn SupervisionObserver>,
    state: Mutex<State>,
    told: watch::Sender<Option<Termination>>,
}

#[derive(Default)]
struct State {
    cause: Option<Termination>,
    watchers: Vec<Recipient<Terminated>>,
    over: Option<Termination>,
}

impl Ending {
    pub(super) fn new(name: Arc<str>, kind: &'static str, observer: Arc<dyn SupervisionObserver>) -> Arc<Self> {
        Arc::new(Self { name, kind, observer, state: Mutex::default(), told: watch::channel(None).0 })
    }

    /// Notes why the actor is about to end; the first cause counts.
    pub(super) fn because(&self, termination: Termination) {
        self.lock().cause.get_or_insert(termination);
    }

    /// Tells `watcher` when the actor ends, or at once when it has.
    pub(super) fn watch(&self, watcher: Recipient<Terminated>) {
        let mut state = self.lock();
        match state.over.clone() {
            Some(termination) => {
                drop(state);
                self.tell(&watcher, termination);
            }
            None => state.watchers.push(watcher),
        }
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<Option<Termination>> {
        self.told.subscribe()
    }

    /// The actor has ended: tells everybody who watches. Later calls change nothing.
    pub(super) fn over(&self, otherwise: Termination) {
        let mut state = self.lock();
        if state.over.is_some() {
            return;
        }
        let termination = state.cause.take().unwrap_or(otherwise);
        state.over = Some(termination.clone());
        let watchers = std::mem::take(&mut state.watchers);
        drop(state);
        self.observer.ended(self.kind, &self.name, &termination);
        for watcher in watchers {
            self.tell(&watcher, termination.clone());
        }
        self.told.send_replace(Some(termination));
    }

    /// A watcher must learn of the end however full its mailbox is, so this signal ignores the bound. There is one for
    /// each child and watcher; a watcher that is gone needs none.
    #[allow(clippy::disallowed_methods, reason = "a signal that may not be lost; see above")]
    fn tell(&self, watcher: &Recipient<Terminated>, termination: Termination) {
        watcher.do_send(Terminated { child: Arc::clone(&self.name), termination });
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lives as long as the actor's task; tells of the end even when the task is dropped with its thread.
pub(super) struct EndingGuard(pub(super) Arc<Ending>);

impl Drop for EndingGuard {
    fn drop(&mut self) {
        self.0.over(Termination::Lost);
    }
}
