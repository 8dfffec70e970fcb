use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use test_probe_actors::journal::{AcceptedEvent, ConsumedFate, EventJournal, JournalTopic};
use test_probe_directives::{Timestamp, WallClock};
use test_probe_evidence::{
    Accepted, Acknowledged, Direction, EventPayload, Evicted, Filtered, Late, Ledger, LedgerEntry, LedgerEvent, Nacked,
    PayloadPart, Received, Skipped, Written as LedgerWritten, sha256_hex,
};
use test_probe_kafka::{EventId, Headers, IncomingRecord, LateReport, ProducedAck, ProducedNack, Written};

use crate::running_scenarios::RunningScenarios;

mod reading;
#[cfg(test)]
mod tests;
mod under_way;

pub(crate) use reading::{LateReader, Patience, TopicReading};

use reading::Readings;
use under_way::UnderWay;

/// Writes each step of each event's life to the run's ledger, and each event's contents beside it.
pub(crate) struct LedgerJournal {
    ledger: Ledger,
    clock: WallClock,
    readings: Readings,
    scenarios: RunningScenarios,
    under_way: Mutex<UnderWay>,
    /// The correlation ids of events that have neither been acknowledged nor nacked.
    pending: Mutex<HashMap<EventId, String>>,
    acknowledged_at: AcknowledgedAt,
}

/// Whether the timestamp of an acknowledgement means something. librdkafka's mock stamps all of them alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AcknowledgedAt {
    Meaningful,
    Meaningless,
}

/// What a journal writes with.
pub(crate) struct JournalParts {
    pub(crate) ledger: Ledger,
    pub(crate) clock: WallClock,
    pub(crate) topics: HashMap<JournalTopic, TopicReading>,
    pub(crate) scenarios: RunningScenarios,
    pub(crate) acknowledged_at: AcknowledgedAt,
    /// How long values are waited for whose schema is not known yet.
    pub(crate) patience: Patience,
}

/// What an event's key says of it.
#[derive(Default)]
struct KeyFacts {
    correlation_id: Option<String>,
    event_type: Option<String>,
}

impl LedgerJournal {
    /// A journal, and what reads those values for it whose schema is not known at once.
    pub(crate) fn new(parts: JournalParts) -> (Self, LateReader) {
        let JournalParts { ledger, clock, topics, scenarios, acknowledged_at, patience } = parts;
        let (readings, late) = Readings::new(topics, ledger.clone(), patience);
        let (under_way, pending) = (Mutex::default(), Mutex::default());
        (Self { ledger, clock, readings, scenarios, under_way, pending, acknowledged_at }, late)
    }

    fn record(&self, at: Timestamp, event: impl Into<LedgerEvent>) {
        self.ledger.record(LedgerEntry::new(at, event));
    }

    /// The correlation id is the one that consumers find an event by; see the actors' examination of keys.
    fn facts(key: &PayloadPart) -> KeyFacts {
        match key {
            PayloadPart::Json(serde_json::Value::String(text)) => {
                KeyFacts { correlation_id: Some(text.clone()), event_type: None }
            }
            PayloadPart::Json(key) => {
                let text = |name: &str| key.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
                KeyFacts { correlation_id: text("correlationid"), event_type: text("type") }
            }
            PayloadPart::Absent | PayloadPart::Bytes(_) => KeyFacts::default(),
        }
    }

    fn end_to_end(&self, topic: &JournalTopic, correlation_id: Option<&str>, now: Timestamp) -> Option<u64> {
        let accepted = locked(&self.under_way).take(topic, correlation_id?)?;
        micros(now.since(accepted)).into()
    }
}

impl EventJournal for LedgerJournal {
    fn accepted(&self, event: &AcceptedEvent<'_>) {
        let at = self.clock.now();
        let key = self.readings.key(event.topic, event.key, event.headers);
        let KeyFacts { correlation_id, event_type } = Self::facts(&key);
        if let Some(correlation_id) = &correlation_id {
            locked(&self.under_way).accepted(event.topic, correlation_id, event.id, at);
            locked(&self.pending).insert(event.id, correlation_id.clone());
        }
        let JournalTopic { cluster, topic } = event.topic.clone();
        self.record(
            at,
            Accepted {
                id: event.id.0,
                scenario_id: self.scenarios.only_one(),
                topic: topic.clone(),
                cluster: cluster.clone(),
                correlation_id: correlation_id.clone(),
                event_type: event_type.clone(),
                key_bytes: event.key.map(length),
                value_bytes: event.value.map(length),
                key_sha256: event.key.map(sha256_hex),
                value_sha256: event.value.map(sha256_hex),
            },
        );
        let payload = EventPayload {
            at,
            direction: Direction::Produced,
            id: Some(event.id.0),
            topic,
            cluster,
            partition: None,
            offset: None,
            timestamp_ms: None,
            correlation_id,
            event_type,
            key,
            value: PayloadPart::Absent,
            headers: shown(event.headers),
        };
        self.readings.record(&self.ledger, event.topic, event.value, event.headers, payload);
    }

    fn acknowledged(&self, topic: &JournalTopic, id: EventId, ack: &ProducedAck) {
        locked(&self.pending).remove(&id);
        let JournalTopic { cluster, topic } = topic.clone();
        self.record(
            self.clock.now(),
            Acknowledged {
                id: id.0,
                topic,
                cluster,
                partition: ack.partition,
                offset: ack.offset,
                timestamp_ms: match self.acknowledged_at {
                    AcknowledgedAt::Meaningful => Some(ack.timestamp.as_millis()),
                    AcknowledgedAt::Meaningless => None,
                },
                latency_us: micros(ack.latency),
            },
        );
    }

    fn nacked(&self, topic: &JournalTopic, id: EventId, nack: &ProducedNack, latency: Duration) {
        if let Some(correlation_id) = locked(&self.pending).remove(&id)
            && nack.written == Written::No
        {
            locked(&self.under_way).forget(topic, &correlation_id, id);
        }
        let JournalTopic { cluster, topic } = topic.clone();
        self.record(
            self.clock.now(),
            Nacked {
                id: id.0,
                topic,
                cluster,
                nack: nack.kind.as_str().to_owned(),
                written: match nack.written {
                    Written::No => LedgerWritten::No,
                    Written::Possibly => LedgerWritten::Possibly,
                },
                retry: nack.retry,
                reason: nack.explain(),
                latency_us: micros(latency),
            },
        );
    }

    fn late(&self, topic: &JournalTopic, id: EventId, report: &LateReport) {
        let JournalTopic { cluster, topic } = topic.clone();
        let (partition, offset, error) = match report {
            LateReport::Written { partition, offset } => (Some(*partition), Some(*offset), None),
            LateReport::Failed(nack) => (None, None, Some(nack.explain())),
        };
        self.record(self.clock.now(), Late { id: id.0, topic, cluster, partition, offset, error });
    }

    fn consumed(&self, journal_topic: &JournalTopic, record: &IncomingRecord, fate: &ConsumedFate<'_>) {
        let at = self.clock.now();
        let JournalTopic { cluster, topic } = journal_topic.clone();
        let IncomingRecord { partition, offset, timestamp, key, value, headers, .. } = record;
        let (partition, offset) = (*partition, *offset);
        match fate {
            ConsumedFate::Kept { correlation_id, event_type } => {
                let timestamp_ms = timestamp.map(Timestamp::as_millis);
                let (correlation_id, event_type) = (correlation_id.map(str::to_owned), event_type.map(str::to_owned));
                self.record(
                    at,
                    Received {
                        topic: topic.clone(),
                        cluster: cluster.clone(),
                        partition,
                        offset,
                        timestamp_ms,
                        correlation_id: correlation_id.clone(),
                        event_type: event_type.clone(),
                        key_bytes: key.as_deref().map(length),
                        value_bytes: value.as_deref().map(length),
                        value_sha256: value.as_deref().map(sha256_hex),
                        end_to_end_us: self.end_to_end(journal_topic, correlation_id.as_deref(), at),
                    },
                );
                let payload = EventPayload {
                    at,
                    direction: Direction::Consumed,
                    id: None,
                    topic,
                    cluster,
                    partition: Some(partition),
                    offset: Some(offset),
                    timestamp_ms,
                    correlation_id,
                    event_type,
                    key: self.readings.key(journal_topic, key.as_deref(), headers),
                    value: PayloadPart::Absent,
                    headers: shown(headers),
                };
                self.readings.record(&self.ledger, journal_topic, value.as_deref(), headers, payload);
            }
            ConsumedFate::Filtered { event_type, payload_version } => {
                let reason = format!("no event filter wants type '{event_type}' in version '{payload_version}'");
                self.record(at, Filtered { topic, cluster, partition, offset, reason });
            }
            ConsumedFate::Undecodable { reason } => {
                self.record(at, Skipped { topic, cluster, partition, offset, reason: (*reason).to_owned() });
            }
        }
    }

    fn evicted(&self, topic: &JournalTopic, partition: i32, offset: i64, correlation_id: Option<&str>) {
        let JournalTopic { cluster, topic } = topic.clone();
        let correlation_id = correlation_id.map(str::to_owned);
        self.record(self.clock.now(), Evicted { topic, cluster, partition, offset, correlation_id });
    }
}

fn shown(headers: &Headers) -> Vec<(String, Option<Vec<u8>>)> {
    headers.iter().map(|(name, value)| (name.to_owned(), Some(value.to_vec()))).collect()
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A journal as the actors take it.
pub(crate) fn shared(journal: LedgerJournal) -> Arc<dyn EventJournal> {
    Arc::new(journal)
}
