use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tracing::error;

use crate::{NackKind, ProduceResult, ProducedAck, ProducedNack};

/// The running number of a produced event within its run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId(pub u64);

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Hears how each event ends. Called from whichever thread settles the event, librdkafka's included: be quick, do not
/// block, do not panic.
pub trait DeliveryObserver: Send + Sync {
    /// The broker has the event.
    fn acknowledged(&self, id: EventId, ack: &ProducedAck);
    /// The event was refused, lost its actor or ran out of time, after this long.
    fn nacked(&self, id: EventId, nack: &ProducedNack, latency: Duration);
    /// A delivery report arrived after the event had been Nacked at a deadline.
    fn late(&self, id: EventId, report: &LateReport);
}

/// What a delivery report said that came too late.
#[derive(Clone, Debug)]
pub enum LateReport {
    /// The record is on the topic after all.
    Written {
        /// The partition that the record was written to.
        partition: i32,
        /// The offset that the broker gave it.
        offset: i64,
    },
    /// The record is not on the topic, or nobody knows.
    Failed(ProducedNack),
}

/// The proof that an event was accepted. It is settled exactly once; a ticket that is dropped unsettled, with the
/// mailbox of a stopped actor for example, settles itself as [`NackKind::StreamClosed`], or as
/// [`NackKind::ActorFailed`] where a panic drops it.
pub struct Ticket {
    id: EventId,
    accepted_at: Instant,
    observer: Option<Arc<dyn DeliveryObserver>>,
    settled: bool,
}

impl Ticket {
    /// A ticket whose end `observer` hears of.
    pub fn observed(id: EventId, accepted_at: Instant, observer: Arc<dyn DeliveryObserver>) -> Self {
        Self { id, accepted_at, observer: Some(observer), settled: false }
    }

    /// A ticket that nobody listens to: for callers who send a message themselves.
    pub fn unobserved() -> Self {
        Self { id: EventId::default(), accepted_at: Instant::now(), observer: None, settled: false }
    }

    /// The event's running number.
    pub fn id(&self) -> EventId {
        self.id
    }

    /// When the event was accepted; latencies and deadlines count from here.
    pub fn accepted_at(&self) -> Instant {
        self.accepted_at
    }

    /// Tells the observer how the event ended.
    pub(crate) fn settle(&mut self, result: &ProduceResult) {
        self.settled = true;
        self.tell(|observer| match result {
            Ok(ack) => observer.acknowledged(self.id, ack),
            Err(nack) => observer.nacked(self.id, nack, self.accepted_at.elapsed()),
        });
    }

    /// Tells the observer of an end that the caller answers itself, before the event reached a lane.
    pub fn refuse(mut self, nack: &ProducedNack) {
        self.settled = true;
        self.tell(|observer| observer.nacked(self.id, nack, self.accepted_at.elapsed()));
    }

    /// Tells the observer of a report that came after the end.
    pub(crate) fn late(&self, report: &LateReport) {
        self.tell(|observer| observer.late(self.id, report));
    }

    /// An observer that panics is reported and nothing more: settling runs on librdkafka's polling thread, and an event
    /// that is settled must be answered whatever its observer does.
    fn tell(&self, what: impl FnOnce(&dyn DeliveryObserver)) {
        let Some(observer) = &self.observer else { return };
        if catch_unwind(AssertUnwindSafe(|| what(&**observer))).is_err() {
            error!(event_id = self.id.0, "the observer of a produced event panicked");
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if self.settled {
            return;
        }
        if std::thread::panicking() {
            let reason = "the topic's producer panicked while it had the event";
            self.settle(&Err(ProducedNack::not_written(NackKind::ActorFailed, reason).worth_a_retry()));
        } else {
            self.settle(&Err(stream_closed()));
        }
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticket").field("id", &self.id).field("settled", &self.settled).finish_non_exhaustive()
    }
}

/// The Nack of an event that was still queued when its actor stopped.
pub(crate) fn stream_closed() -> ProducedNack {
    ProducedNack::not_written(NackKind::StreamClosed, "the topic's producer stopped before it sent the event")
}
