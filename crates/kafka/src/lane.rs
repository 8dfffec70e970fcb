use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use test_probe_directives::TopicName;
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::pending::{Reply, Window};
use crate::ticket::stream_closed;
use crate::{
    Admission, LaneLimits, NackKind, OutgoingRecord, Pending, ProduceResult, ProducedNack, ProducerLease, Refused,
    Ticket,
};

#[cfg(test)]
mod tests;

/// What one topic has under way: the window in front of the client, and the records that wait for it.
///
/// Every record that is offered is answered exactly once: by its delivery report, by a refusal, or at its deadline.
/// A lane is driven by two hands on one thread: whoever offers, and a [`LaneKeeper`] that sends held records as the
/// window opens and answers what is overdue. It is no actor and knows none; it outlives the restarts of one.
#[derive(Debug)]
pub struct Lane {
    topic: TopicName,
    lease: ProducerLease,
    limits: LaneLimits,
    produce_timeout: Duration,
    window: Arc<Window>,
    held: VecDeque<Held>,
    in_flight: VecDeque<Arc<Pending>>,
    /// No record under way is due before this. Tickets come in no order: an event that was long in the encoding has an
    /// earlier deadline than those in front of it. The record that was meant may have its answer by now.
    earliest_deadline: Option<Instant>,
    /// When the keeper looks next; a record that is due earlier wakes it.
    keeper_wakes: Option<Instant>,
    closed: bool,
}

#[derive(Debug)]
struct Held {
    record: OutgoingRecord,
    reply: Reply,
}

/// How much a lane has under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outstanding {
    /// Records in the client without a delivery report.
    pub in_flight: usize,
    /// Records that wait for the window.
    pub buffered: usize,
    /// Calls that wait for the buffer.
    pub waiting_offers: usize,
}

impl Outstanding {
    /// Whether nothing is under way.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Lane {
    /// A lane for the topic of this name on the cluster. `produce_timeout` counts from each ticket's acceptance.
    pub fn new(topic: TopicName, lease: ProducerLease, limits: LaneLimits, produce_timeout: Duration) -> Self {
        Self {
            topic,
            lease,
            limits,
            produce_timeout,
            window: Arc::default(),
            held: VecDeque::new(),
            in_flight: VecDeque::new(),
            earliest_deadline: None,
            keeper_wakes: None,
            closed: false,
        }
    }

    /// The topic as the cluster calls it.
    pub fn topic(&self) -> &TopicName {
        &self.topic
    }

    /// Sends the record, holds it while the window is full, or refuses it. `reply` hears how it ended; records leave in
    /// the order in which they were offered.
    pub fn offer(&mut self, record: OutgoingRecord, ticket: Ticket, reply: Option<oneshot::Sender<ProduceResult>>) {
        let reply = Reply { to: reply, ticket };
        if self.closed {
            reply.send(Err(stream_closed()));
            return;
        }
        let deadline = self.deadline_of(&reply);
        self.earliest_deadline = Some(self.earliest_deadline.map_or(deadline, |due| due.min(deadline)));
        self.wake_keeper_before(deadline);
        match self.limits.admit(self.window.in_flight(), self.held.len()) {
            Admission::Send => self.send(Held { record, reply }),
            Admission::Hold => {
                self.held.push_back(Held { record, reply });
                self.window.note_held(self.held.len());
                self.window.watch(true);
                // The window may have opened between the look and the watch; the keeper looks again.
                self.window.opened.notify_one();
            }
            Admission::Refuse => reply.send(Err(self.queue_full())),
        }
    }

    /// Sends held records while the window has room.
    pub fn pump(&mut self) {
        while self.limits.window_is_open(self.window.in_flight()) {
            let Some(held) = self.held.pop_front() else { break };
            let before = self.held.len();
            self.send(held);
            if self.held.len() > before {
                // The client itself is full and gave the record back; a report will open it.
                break;
            }
        }
        self.window.note_held(self.held.len());
        self.window.watch(self.closed || !self.held.is_empty());
    }

    /// Answers every record whose deadline has passed. Costs nothing before the earliest deadline and one walk over what
    /// is under way after it.
    pub fn expire(&mut self, now: Instant) {
        if self.earliest_deadline.is_none_or(|due| now < due) {
            return;
        }
        self.expire_held(now);
        let reason = format!("no delivery report from '{}' within {:?}", self.topic, self.produce_timeout);
        self.in_flight.retain(|pending| {
            let overdue = pending.deadline() <= now;
            if overdue {
                pending.give_up(ProducedNack::possibly_written(NackKind::Timeout, reason.as_str()).worth_a_retry());
            }
            !overdue && !pending.is_answered()
        });
        let held = self.held.iter().map(|held| self.deadline_of(&held.reply));
        self.earliest_deadline = held.chain(self.in_flight.iter().map(|pending| pending.deadline())).min();
    }

    fn expire_held(&mut self, now: Instant) {
        for held in std::mem::take(&mut self.held) {
            if now < self.deadline_of(&held.reply) {
                self.held.push_back(held);
            } else {
                let reason = format!("the event waited {:?} for the window of '{}'", self.produce_timeout, self.topic);
                held.reply.send(Err(ProducedNack::not_written(NackKind::Timeout, reason).worth_a_retry()));
            }
        }
        self.window.note_held(self.held.len());
    }

    /// Refuses what is offered from now on. What is under way goes on.
    pub fn close(&mut self) {
        self.closed = true;
        self.window.watch(true);
    }

    /// Answers everything that is still under way, at the end of a drain: held records are not written, records in the client possibly. A
    /// report that comes later is told to the ticket's observer.
    pub fn abandon(&mut self) {
        self.let_go_of_held();
        for pending in self.in_flight.drain(..) {
            let reason = format!("the producer of '{}' stopped before the delivery report came", self.topic);
            pending.give_up(ProducedNack::possibly_written(NackKind::StreamClosed, reason));
        }
    }

    /// What is under way now.
    pub fn outstanding(&self) -> Outstanding {
        self.monitor().outstanding()
    }

    /// A look at what is under way from any thread.
    pub fn monitor(&self) -> LaneMonitor {
        LaneMonitor { window: Arc::clone(&self.window), buffer_size: self.limits.buffer_size }
    }

    /// What drives the lane between offers.
    pub fn keeper(&self) -> LaneKeeper {
        LaneKeeper { window: Arc::clone(&self.window) }
    }

    /// When the keeper must look again at the latest, if nothing happens before.
    pub fn next_look(&mut self, now: Instant) -> Instant {
        self.forget_answered_in_front();
        if self.held.is_empty() && self.in_flight.is_empty() {
            self.earliest_deadline = None;
        }
        let due = self.earliest_deadline.unwrap_or(now + self.produce_timeout);
        self.keeper_wakes = Some(due);
        due
    }

    fn send(&mut self, held: Held) {
        let Held { record, reply } = held;
        let deadline = self.deadline_of(&reply);
        self.window.enter();
        let pending = Arc::new(Pending::new(Arc::clone(&self.window), deadline, reply));
        match self.lease.send(&self.topic, &record, &pending) {
            Ok(()) => self.remember(pending),
            Err(Refused::QueueFull) => match pending.reclaim() {
                Some(reply) if self.held.len() < self.room_to_hold() => {
                    self.held.push_front(Held { record, reply });
                    self.window.note_held(self.held.len());
                    self.window.watch(true);
                }
                Some(reply) => reply.send(Err(self.queue_full())),
                None => {}
            },
            Err(Refused::Failed(nack)) => pending.settle(Err(nack)),
        }
    }

    fn let_go_of_held(&mut self) {
        for held in self.held.drain(..) {
            held.reply.send(Err(stream_closed()));
        }
        self.window.note_held(0);
    }

    fn remember(&mut self, pending: Arc<Pending>) {
        self.forget_answered_in_front();
        // Partitions settle at their own pace: a slow one in front must not keep what the others finished.
        if self.in_flight.len() > 2 * self.limits.max_in_flight {
            self.in_flight.retain(|pending| !pending.is_answered());
        }
        self.in_flight.push_back(pending);
    }

    fn forget_answered_in_front(&mut self) {
        while self.in_flight.front().is_some_and(|pending| pending.is_answered()) {
            self.in_flight.pop_front();
        }
    }

    fn wake_keeper_before(&mut self, due: Instant) {
        if self.keeper_wakes.is_some_and(|wakes| due < wakes) {
            self.keeper_wakes = None;
            self.window.opened.notify_one();
        }
    }

    fn deadline_of(&self, reply: &Reply) -> Instant {
        reply.ticket.accepted_at() + self.produce_timeout
    }

    /// A record that the client gave back keeps the place that it had.
    fn room_to_hold(&self) -> usize {
        self.limits.buffer_size.saturating_add(self.limits.max_concurrent_offers).max(1)
    }

    fn queue_full(&self) -> ProducedNack {
        let LaneLimits { max_in_flight, buffer_size, max_concurrent_offers } = self.limits;
        let reason = format!(
            "'{}' has {max_in_flight} events in flight, {buffer_size} buffered and {max_concurrent_offers} waiting",
            self.topic
        );
        ProducedNack::not_written(NackKind::QueueFull, reason).worth_a_retry()
    }
}

/// A lane that is dropped without a drain answers what it holds; what it sent is answered by the reports to come.
impl Drop for Lane {
    fn drop(&mut self) {
        self.let_go_of_held();
    }
}

/// A look at a lane from any thread. Cheap to clone; it keeps nothing of the lane alive but its counts.
#[derive(Clone, Debug)]
pub struct LaneMonitor {
    window: Arc<Window>,
    buffer_size: usize,
}

impl LaneMonitor {
    /// What the lane has under way.
    pub fn outstanding(&self) -> Outstanding {
        let held = self.window.held();
        let buffered = held.min(self.buffer_size);
        Outstanding { in_flight: self.window.in_flight(), buffered, waiting_offers: held - buffered }
    }
}

/// Waits for what a lane must be told of. Its owner loops: wait, then [`Lane::pump`] and [`Lane::expire`].
#[derive(Clone, Debug)]
pub struct LaneKeeper {
    window: Arc<Window>,
}

impl LaneKeeper {
    /// Returns when the window may have opened for a held record, or at `look_at`.
    ///
    /// # Cancellation
    /// Safe: dropping the future loses nothing, the next wait sees the same state.
    pub async fn wait(&self, look_at: Instant) {
        tokio::select! {
            () = self.window.opened.notified() => {}
            () = tokio::time::sleep_until(look_at) => {}
        }
    }

    /// Returns when the client has no record of the lane any more, or at `deadline`; says which. The lane must have
    /// been [closed](Lane::close) and must be kept meanwhile, so that held records leave too.
    ///
    /// # Cancellation
    /// Safe.
    pub async fn drained(&self, deadline: Instant) -> bool {
        loop {
            if self.is_empty() {
                return true;
            }
            tokio::select! {
                () = self.window.emptied.notified() => {}
                () = tokio::time::sleep_until(deadline) => return self.is_empty(),
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.window.in_flight() == 0 && self.window.held() == 0
    }
}
