use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use test_probe_actors::journal::{AcceptedEvent, ConsumedFate, EventJournal, JournalTopic};
use test_probe_directives::{KeyFormat, Timestamp, WallClock};
use test_probe_encoding::SerdesFactory;
use test_probe_evidence::{
    Accepted, Acknowledged, Direction, EventPayload, Evicted, Filtered, Late, Ledger, LedgerEntry, LedgerEvent, Nacked,
    PayloadPart, Received, Skipped, Written as LedgerWritten, sha256_hex,
};
use test_probe_kafka::{EventId, Headers, IncomingRecord, LateReport, ProducedAck, ProducedNack, Written};

/// How many events that were produced and not yet read back are remembered, to tell their end-to-end latency.
const MOST_UNDER_WAY: usize = 100_000;

/// Writes each step of each event's life to the run's ledger, and each event's contents beside it.
pub(crate) struct LedgerJournal {
    ledger: Ledger,
    clock: WallClock,
    topics: HashMap<JournalTopic, TopicReading>,
    under_way: Mutex<UnderWay>,
}

/// How a topic's keys and values are shown.
pub(crate) struct TopicReading {
    pub(crate) key: KeyFormat,
    pub(crate) serdes: Option<SerdesFactory>,
}

/// When events were accepted that may be read back, by topic and correlation id.
#[derive(Default)]
struct UnderWay {
    accepted: HashMap<(JournalTopic, String), VecDeque<Timestamp>>,
    order: VecDeque<(JournalTopic, String)>,
}

/// What an event's key says of it.
#[derive(Default)]
struct KeyFacts {
    correlation_id: Option<String>,
    event_type: Option<String>,
}

impl LedgerJournal {
    pub(crate) fn new(ledger: Ledger, clock: WallClock, topics: HashMap<JournalTopic, TopicReading>) -> Self {
        Self { ledger, clock, topics, under_way: Mutex::default() }
    }

    fn record(&self, at: Timestamp, event: impl Into<LedgerEvent>) {
        self.ledger.record(LedgerEntry::new(at, event));
    }

    /// A part of an event as a person can read it: decoded where that is possible, its bytes otherwise.
    fn value_part(&self, topic: &JournalTopic, bytes: Option<&[u8]>) -> PayloadPart {
        let Some(bytes) = bytes else { return PayloadPart::Absent };
        let serdes = self.topics.get(topic).and_then(|reading| reading.serdes.as_ref());
        let decoded = serdes.and_then(|serdes| serdes.decode_value_json(bytes).ok());
        decoded.map_or_else(|| PayloadPart::Bytes(bytes.to_vec()), PayloadPart::Json)
    }

    fn key_part(&self, topic: &JournalTopic, bytes: Option<&[u8]>) -> PayloadPart {
        let Some(bytes) = bytes else { return PayloadPart::Absent };
        let decoded = self.topics.get(topic).and_then(|reading| {
            let serdes = reading.serdes.as_ref()?;
            serdes.decode_key_json(reading.key, bytes).ok()
        });
        decoded.map_or_else(|| PayloadPart::Bytes(bytes.to_vec()), PayloadPart::Json)
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

    fn remember(&self, topic: &JournalTopic, correlation_id: &str, at: Timestamp) {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (topic.clone(), correlation_id.to_owned());
        under_way.order.push_back(key.clone());
        under_way.accepted.entry(key).or_default().push_back(at);
        if under_way.order.len() > MOST_UNDER_WAY
            && let Some(oldest) = under_way.order.pop_front()
        {
            under_way.take(&oldest);
        }
    }

    fn end_to_end(&self, topic: &JournalTopic, correlation_id: Option<&str>, now: Timestamp) -> Option<u64> {
        let key = (topic.clone(), correlation_id?.to_owned());
        let accepted = self.under_way.lock().unwrap_or_else(PoisonError::into_inner).take(&key)?;
        micros(now.since(accepted)).into()
    }
}

impl UnderWay {
    fn take(&mut self, key: &(JournalTopic, String)) -> Option<Timestamp> {
        let times = self.accepted.get_mut(key)?;
        let oldest = times.pop_front();
        if times.is_empty() {
            self.accepted.remove(key);
        }
        oldest
    }
}

impl EventJournal for LedgerJournal {
    fn accepted(&self, event: &AcceptedEvent<'_>) {
        let at = self.clock.now();
        let (key, value) = (self.key_part(event.topic, event.key), self.value_part(event.topic, event.value));
        let KeyFacts { correlation_id, event_type } = Self::facts(&key);
        if let Some(id) = &correlation_id {
            self.remember(event.topic, id, at);
        }
        let JournalTopic { cluster, topic } = event.topic.clone();
        self.record(
            at,
            Accepted {
                id: event.id.0,
                scenario_id: None,
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
        self.ledger.record_payload(EventPayload {
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
            value,
            headers: shown(event.headers),
        });
    }

    fn acknowledged(&self, topic: &JournalTopic, id: EventId, ack: &ProducedAck) {
        let JournalTopic { cluster, topic } = topic.clone();
        self.record(
            self.clock.now(),
            Acknowledged {
                id: id.0,
                topic,
                cluster,
                partition: ack.partition,
                offset: ack.offset,
                timestamp_ms: Some(ack.timestamp.as_millis()),
                latency_us: micros(ack.latency),
            },
        );
    }

    fn nacked(&self, topic: &JournalTopic, id: EventId, nack: &ProducedNack, latency: Duration) {
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
                self.ledger.record_payload(EventPayload {
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
                    key: self.key_part(journal_topic, key.as_deref()),
                    value: self.value_part(journal_topic, value.as_deref()),
                    headers: shown(headers),
                });
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

/// A journal as the actors take it.
pub(crate) fn shared(journal: LedgerJournal) -> Arc<dyn EventJournal> {
    Arc::new(journal)
}
