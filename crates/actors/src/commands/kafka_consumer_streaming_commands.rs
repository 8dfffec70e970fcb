use std::sync::Arc;

use actix::Message;
use test_probe_kafka::Headers;

use crate::event_store::{ConsumedRecord, Selector, Sequence};
use crate::supervision::Request;

/// Looks an event up by its correlation id and answers at once; whoever wants to wait sends [`AwaitConsumedEvents`].
#[derive(Clone, Debug, Message)]
#[rtype(result = "ConsumedResult")]
pub struct FetchConsumedEvent {
    /// The `correlationid` of the event's key.
    pub correlation_id: String,
}

/// The event, or the word that it is not there.
pub type ConsumedResult = Result<ConsumedAck, ConsumedNack>;

/// The first event with the correlation id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumedAck {
    /// The key's bytes.
    pub key: Option<Vec<u8>>,
    /// The value's bytes; nothing for a tombstone.
    pub value: Option<Vec<u8>>,
    /// The headers in their order, names that stand twice included.
    pub headers: Headers,
}

/// No event with the correlation id is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsumedNack {
    /// Always 0, as in the Scala system.
    pub status: i32,
    /// Whether there was one, which had to make room for later events.
    pub evicted: bool,
}

/// Lists events in the order in which they were kept.
#[derive(Clone, Debug, Message)]
#[rtype(result = "Vec<Arc<ConsumedRecord>>")]
pub struct FetchConsumedEvents {
    /// Which events.
    pub selector: Selector,
    /// Only events after this one.
    pub after: Sequence,
}

/// Waits until an event is there that the selector accepts and that came after `after`; answers with all such events.
///
/// # Cancellation
/// The wait ends with the caller's.
#[derive(Clone, Debug, Message)]
#[rtype(result = "Vec<Arc<ConsumedRecord>>")]
pub struct AwaitConsumedEvents {
    /// Which events.
    pub selector: Selector,
    /// Only events after this one.
    pub after: Sequence,
}

/// Keeps an event: sent by the actor's own stream, which commits the record once this is confirmed.
#[derive(Clone, Debug, Message)]
#[rtype(result = "InternalAddConfirmed")]
pub struct InternalAdd {
    pub(crate) record: ConsumedRecord,
}

/// The event is kept, or was kept before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InternalAddConfirmed {
    /// The event's correlation id.
    pub correlation_id: Option<String>,
}

impl Request for FetchConsumedEvent {}
impl Request for FetchConsumedEvents {}
impl Request for AwaitConsumedEvents {}
impl Request for InternalAdd {}
