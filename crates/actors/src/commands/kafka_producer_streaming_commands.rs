use actix::Message;
use test_probe_kafka::{Headers, NackKind, OutgoingRecord, ProduceResult, ProducedNack, Ticket};

use crate::supervision::{Refusal, Request};

/// Writes one event, its key and value encoded by the sender. Answered by the broker's delivery report, or by a Nack that
/// says why there is none.
#[derive(Debug, Message)]
#[rtype(result = "ProduceResult")]
pub struct ProduceEvent {
    pub(crate) record: OutgoingRecord,
    pub(crate) ticket: Ticket,
}

impl ProduceEvent {
    /// An event that is accepted now.
    pub fn new(key: Option<Vec<u8>>, value: Option<Vec<u8>>, headers: Headers) -> Self {
        Self { record: OutgoingRecord { key, value, headers }, ticket: Ticket::unobserved() }
    }

    /// An event that was accepted when its ticket was made.
    pub(crate) fn accepted(record: OutgoingRecord, ticket: Ticket) -> Self {
        Self { record, ticket }
    }
}

impl Request for ProduceEvent {
    fn refused(refusal: Refusal<'_>) -> Option<ProduceResult> {
        Some(Err(match refusal {
            Refusal::Failed(failure) => {
                let reason = format!("the topic's producer failed while it took the event: {failure}");
                ProducedNack::not_written(NackKind::ActorFailed, reason).worth_a_retry()
            }
            Refusal::Stopping => ProducedNack::not_written(NackKind::StreamClosed, "the topic's producer is stopping"),
        }))
    }
}
