use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use test_probe_directives::Timestamp;
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

use crate::{LateReport, NackKind, ProduceResult, ProducedAck, ProducedNack, Ticket};

/// Where a record was written: what a successful delivery report says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The partition.
    pub partition: i32,
    /// The offset.
    pub offset: i64,
    /// The record's time as the broker keeps it.
    pub timestamp: Timestamp,
}

/// A record that librdkafka has, and the answer that travels with it.
///
/// The delivery report answers the caller through [`settle`](Pending::settle), with no future in between. The lane may
/// have answered before, at a deadline; the report is then told to the ticket's observer as late. Either way the
/// caller is answered exactly once, and the place in the window is given back when the report arrives.
pub struct Pending {
    window: Arc<Window>,
    deadline: Instant,
    answered: AtomicBool,
    state: Mutex<State>,
}

enum State {
    Open(Reply),
    Overdue(Ticket),
    Reported,
}

/// Who waits for the answer, and the ticket that proves there is one.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) to: Option<oneshot::Sender<ProduceResult>>,
    pub(crate) ticket: Ticket,
}

impl Reply {
    /// Tells the observer first: whoever holds the answer finds it counted. An observer that panics keeps neither the
    /// caller from its answer nor librdkafka's polling thread from its work.
    pub(crate) fn send(mut self, result: ProduceResult) {
        self.ticket.settle(&result);
        if let Some(to) = self.to {
            // A caller that gave up waiting has dropped its end; the ticket has counted the event all the same.
            drop(to.send(result));
        }
    }
}

impl Pending {
    pub(crate) fn new(window: Arc<Window>, deadline: Instant, reply: Reply) -> Self {
        Self { window, deadline, answered: AtomicBool::new(false), state: Mutex::new(State::Open(reply)) }
    }

    /// Settles with the delivery report. Called once, by the client, from any thread.
    pub fn settle(&self, report: Result<Delivered, ProducedNack>) {
        let state = std::mem::replace(&mut *self.lock(), State::Reported);
        match state {
            State::Open(reply) => {
                self.answered.store(true, Ordering::Release);
                let latency = reply.ticket.accepted_at().elapsed();
                reply.send(report.map(|Delivered { partition, offset, timestamp }| ProducedAck {
                    partition,
                    offset,
                    timestamp,
                    latency,
                }));
            }
            State::Overdue(ticket) => ticket.late(&match report {
                Ok(Delivered { partition, offset, .. }) => LateReport::Written { partition, offset },
                Err(nack) => LateReport::Failed(nack),
            }),
            State::Reported => return,
        }
        self.window.leave();
    }

    /// Answers with a Nack before the report is there; the place in the window stays taken until it comes.
    pub(crate) fn give_up(&self, nack: ProducedNack) {
        let mut state = self.lock();
        match std::mem::replace(&mut *state, State::Reported) {
            State::Open(mut reply) => {
                self.answered.store(true, Ordering::Release);
                let to = reply.to.take();
                let result = Err(nack);
                reply.ticket.settle(&result);
                *state = State::Overdue(reply.ticket);
                drop(state);
                if let Some(to) = to {
                    drop(to.send(result));
                }
            }
            unchanged => *state = unchanged,
        }
    }

    /// Takes the answer back from a record that the client did not accept, and gives its place in the window back.
    pub(crate) fn reclaim(&self) -> Option<Reply> {
        let state = std::mem::replace(&mut *self.lock(), State::Reported);
        self.answered.store(true, Ordering::Release);
        match state {
            State::Open(reply) => {
                self.window.leave_quietly();
                Some(reply)
            }
            State::Overdue(_) | State::Reported => None,
        }
    }

    /// Whether the caller has its answer.
    pub(crate) fn is_answered(&self) -> bool {
        self.answered.load(Ordering::Acquire)
    }

    pub(crate) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// No code panics while it holds this lock; should one ever do, the state is still whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A client that goes away without a report must not leave its caller waiting.
impl Drop for Pending {
    fn drop(&mut self) {
        self.settle(Err(ProducedNack::possibly_written(
            NackKind::Broker,
            "the client closed without a delivery report",
        )));
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending").field("answered", &self.is_answered()).finish_non_exhaustive()
    }
}

/// The count of a lane's records in the client, shared with the threads that settle them. It lives outside everything
/// that can be restarted.
#[derive(Debug, Default)]
pub(crate) struct Window {
    in_flight: AtomicUsize,
    held: AtomicUsize,
    watched: AtomicBool,
    /// Told after a record left, while somebody waits for the window or for its emptiness.
    pub(crate) opened: Notify,
    /// Told when the last record left, while somebody watches.
    pub(crate) emptied: Notify,
}

impl Window {
    pub(crate) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Acquire)
    }

    /// How many records wait for the window; only the lane itself changes this.
    pub(crate) fn held(&self) -> usize {
        self.held.load(Ordering::Acquire)
    }

    pub(crate) fn note_held(&self, held: usize) {
        self.held.store(held, Ordering::Release);
    }

    pub(crate) fn enter(&self) {
        self.in_flight.fetch_add(1, Ordering::AcqRel);
    }

    /// Asks to be told of records that leave. Without a watcher leaving costs one subtraction.
    pub(crate) fn watch(&self, watched: bool) {
        self.watched.store(watched, Ordering::SeqCst);
    }

    fn leave(&self) {
        let before = self.in_flight.fetch_sub(1, Ordering::SeqCst);
        if self.watched.load(Ordering::SeqCst) {
            self.opened.notify_one();
            if before == 1 {
                self.emptied.notify_one();
            }
        }
    }

    fn leave_quietly(&self) {
        self.in_flight.fetch_sub(1, Ordering::SeqCst);
    }
}
