//! Who hears of each event's life.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use test_probe_directives::{ClusterName, TopicName};
use test_probe_kafka::{EventId, Headers, IncomingRecord, LateReport, ProducedAck, ProducedNack};

/// Hears each step of each event's life, as it happens: what a ledger is written from.
///
/// Called from whichever thread the step happens on, librdkafka's included: be quick, do not block. Every event that is
/// [accepted](Self::accepted) is acknowledged or nacked exactly once.
pub trait EventJournal: Send + Sync {
    /// An event was accepted for producing. Its bytes are there unless it could not be encoded.
    fn accepted(&self, event: &AcceptedEvent<'_>);
    /// The broker has the event.
    fn acknowledged(&self, topic: &JournalTopic, id: EventId, ack: &ProducedAck);
    /// The event was not acknowledged, after this long.
    fn nacked(&self, topic: &JournalTopic, id: EventId, nack: &ProducedNack, latency: Duration);
    /// A delivery report came after the event was nacked.
    fn late(&self, topic: &JournalTopic, id: EventId, report: &LateReport);
    /// A record was read; `fate` says what became of it.
    fn consumed(&self, topic: &JournalTopic, record: &IncomingRecord, fate: &ConsumedFate<'_>);
    /// A kept event had to make room for later ones.
    fn evicted(&self, topic: &JournalTopic, partition: i32, offset: i64, correlation_id: Option<&str>);
}

/// How the journal calls a topic. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct JournalTopic {
    /// The cluster.
    pub cluster: ClusterName,
    /// The topic, as steps call it.
    pub topic: TopicName,
}

impl fmt::Display for JournalTopic {
    /// The topic alone on the default cluster, `cluster/topic` elsewhere: the value of the metrics' label `topic`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.cluster.is_default() { self.topic.fmt(f) } else { write!(f, "{}/{}", self.cluster, self.topic) }
    }
}

/// An event that was accepted for producing.
#[derive(Clone, Copy, Debug)]
pub struct AcceptedEvent<'a> {
    /// Its running number.
    pub id: EventId,
    /// Where it goes.
    pub topic: &'a JournalTopic,
    /// The key's bytes.
    pub key: Option<&'a [u8]>,
    /// The value's bytes; nothing for a tombstone, or where the value could not be encoded.
    pub value: Option<&'a [u8]>,
    /// The headers.
    pub headers: &'a Headers,
}

/// What became of a record that was read.
#[derive(Clone, Copy, Debug)]
pub enum ConsumedFate<'a> {
    /// It was kept.
    Kept {
        /// The correlation id that it is found by.
        correlation_id: Option<&'a str>,
        /// Its type.
        event_type: Option<&'a str>,
    },
    /// No filter of the topic wants it.
    Filtered {
        /// Its type.
        event_type: &'a str,
        /// Its payload version.
        payload_version: &'a str,
    },
    /// Its key cannot be decoded.
    Undecodable {
        /// Why not.
        reason: &'a str,
    },
}

/// Writes nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoJournal;

impl EventJournal for NoJournal {
    fn accepted(&self, _: &AcceptedEvent<'_>) {}
    fn acknowledged(&self, _: &JournalTopic, _: EventId, _: &ProducedAck) {}
    fn nacked(&self, _: &JournalTopic, _: EventId, _: &ProducedNack, _: Duration) {}
    fn late(&self, _: &JournalTopic, _: EventId, _: &LateReport) {}
    fn consumed(&self, _: &JournalTopic, _: &IncomingRecord, _: &ConsumedFate<'_>) {}
    fn evicted(&self, _: &JournalTopic, _: i32, _: i64, _: Option<&str>) {}
}

/// A journal as it is handed around.
pub type SharedJournal = Arc<dyn EventJournal>;
