use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix::Addr;
use serde::Serialize;
use serde_json::Value;
use test_probe_directives::{Format, TestId};
use test_probe_encoding::{Encodable, EncodeError, KeyTarget, ResolveError, SchemaPlace, SerdesFactory, ValueTarget};
use test_probe_kafka::{
    DeliveryObserver, EventId, Headers, LateReport, NackKind, OutgoingRecord, ProduceResult, ProducedAck, ProducedNack,
    Ticket,
};
use tokio::time::Instant;

use super::{ProbeDsl, System};
use crate::KafkaProducerStreamingActor;
use crate::commands::ProduceEvent;
use crate::framing::SchemaPlaces;
use crate::gate::Gate;
use crate::journal::{AcceptedEvent, JournalTopic, SharedJournal};
use crate::metrics::ProducerTopicMetrics;
use crate::supervision::Supervised;

/// Everything about an open producer topic that producing to it needs.
pub(crate) struct ProducerParts {
    pub(crate) test_id: TestId,
    pub(crate) address: Addr<Supervised<KafkaProducerStreamingActor>>,
    pub(crate) gate: Arc<Gate>,
    pub(crate) key: KeyTarget,
    pub(crate) value: ValueTarget,
    pub(crate) serdes: Option<SerdesFactory>,
    pub(crate) journal: SharedJournal,
    pub(crate) metrics: ProducerTopicMetrics,
    pub(crate) topic: JournalTopic,
}

/// A producer topic of a test, looked up once for many events. Cheap to clone.
#[derive(Clone)]
pub struct TopicProducer {
    parts: Arc<ProducerParts>,
    dsl: ProbeDsl,
    system: Arc<System>,
}

/// A value that is JSON for a named record: what steps produce.
#[derive(Clone, Copy, Debug)]
pub struct JsonValue<'a> {
    /// The value.
    pub json: &'a Value,
    /// The record's full or simple name; the topic's only record where nothing is said.
    pub record: Option<&'a str>,
    /// The version of the record's schema.
    pub version: Option<u32>,
    /// The format; the topic's where nothing is said.
    pub format: Option<Format>,
}

/// One call, from its beginning: latency and time-outs count from there, whatever encoding takes.
pub(super) struct Call {
    begun: Instant,
    handed_over: AtomicBool,
}

impl Call {
    pub(super) fn begin() -> Self {
        Self { begun: Instant::now(), handed_over: AtomicBool::new(false) }
    }

    /// Whether the topic's actor was given the event, so that it may be written.
    pub(super) fn was_handed_over(&self) -> bool {
        self.handed_over.load(Ordering::Acquire)
    }
}

/// How often an event's schemas are looked up before encoding gives up: one look-up each for key and value, and one more
/// should the first grow old in between.
const MOST_RESOLUTIONS: usize = 3;

impl TopicProducer {
    pub(super) fn new(parts: Arc<ProducerParts>, dsl: ProbeDsl, system: Arc<System>) -> Self {
        Self { parts, dsl, system }
    }

    /// Writes an event, as [`ProbeDsl::produce_event`] does.
    ///
    /// # Errors
    /// A [`ProducedNack`].
    ///
    /// # Cancellation
    /// An event that was handed over is written all the same, and counted; one that is still being encoded never was.
    pub async fn produce<K, V>(&self, key: &K, value: &V, headers: Headers) -> ProduceResult
    where
        K: Serialize + Sync + ?Sized,
        V: Encodable + Sync + ?Sized,
    {
        self.produce_in(&Call::begin(), key, value, headers).await
    }

    /// [`produce`](Self::produce) with a call that tells from outside how far it came.
    pub(super) async fn produce_in<K, V>(&self, call: &Call, key: &K, value: &V, headers: Headers) -> ProduceResult
    where
        K: Serialize + Sync + ?Sized,
        V: Encodable + Sync + ?Sized,
    {
        self.produce_with(call, headers, |serdes, key_bytes, value_bytes| {
            let key = serdes.encode_key(&self.parts.key, key, key_bytes)?;
            let value = serdes.encode_value(&self.parts.value, value, value_bytes)?;
            Ok(SchemaPlaces { key, value })
        })
        .await
    }

    /// Writes an event whose value is JSON, encoded by the schema of the record that it names.
    ///
    /// # Errors
    /// A [`ProducedNack`].
    pub async fn produce_json<K>(&self, key: &K, value: JsonValue<'_>, headers: Headers) -> ProduceResult
    where
        K: Serialize + Sync + ?Sized,
    {
        let JsonValue { json, record, version, format } = value;
        let mut target = self.parts.value.clone();
        if let Some(record) = record {
            target = target.named(record, version);
        }
        if let Some(format) = format {
            target = target.with_format(format);
        }
        self.produce_with(&Call::begin(), headers, |serdes, key_bytes, value_bytes| {
            let key = serdes.encode_key(&self.parts.key, key, key_bytes)?;
            let value = serdes.encode_json(&target, json, value_bytes)?;
            Ok(SchemaPlaces { key, value })
        })
        .await
    }

    /// Writes a deletion: the key without a value.
    ///
    /// # Errors
    /// A [`ProducedNack`].
    pub async fn produce_tombstone<K>(&self, key: &K, mut headers: Headers) -> ProduceResult
    where
        K: Serialize + Sync + ?Sized,
    {
        let (call, mut bytes) = (Call::begin(), Vec::new());
        let encode = |serdes: &SerdesFactory| {
            bytes.clear();
            let key = serdes.encode_key(&self.parts.key, key, &mut bytes)?;
            Ok(SchemaPlaces { key, value: SchemaPlace::Bytes })
        };
        match self.encode(&call, encode).await {
            Ok(places) => {
                places.add_to(&mut headers);
                self.hand_over(&call, OutgoingRecord { key: Some(bytes), value: None, headers }).await
            }
            Err(nack) => self.refuse(&call, &headers, nack),
        }
    }

    /// Writes bytes as they are, past every schema.
    ///
    /// # Errors
    /// A [`ProducedNack`].
    pub async fn produce_bytes(&self, key: Option<Vec<u8>>, value: Option<Vec<u8>>, headers: Headers) -> ProduceResult {
        self.hand_over(&Call::begin(), OutgoingRecord { key, value, headers }).await
    }

    /// The topic, as steps call it.
    pub fn topic(&self) -> &JournalTopic {
        &self.parts.topic
    }

    /// Encoding and decoding through the topic's registry.
    pub fn serdes(&self) -> Option<&SerdesFactory> {
        self.parts.serdes.as_ref()
    }

    /// Where the topic's keys go.
    pub fn key_target(&self) -> &KeyTarget {
        &self.parts.key
    }

    /// Where the topic's values go.
    pub fn value_target(&self) -> &ValueTarget {
        &self.parts.value
    }

    async fn produce_with(
        &self,
        call: &Call,
        mut headers: Headers,
        encode: impl Fn(&SerdesFactory, &mut Vec<u8>, &mut Vec<u8>) -> Result<SchemaPlaces, EncodeError>,
    ) -> ProduceResult {
        let (mut key, mut value) = (Vec::new(), Vec::new());
        let encoded = self
            .encode(call, |serdes| {
                key.clear();
                value.clear();
                encode(serdes, &mut key, &mut value)
            })
            .await;
        match encoded {
            Ok(places) => {
                places.add_to(&mut headers);
                self.hand_over(call, OutgoingRecord { key: Some(key), value: Some(value), headers }).await
            }
            Err(nack) => self.refuse(call, &headers, nack),
        }
    }

    /// Encodes on the caller's thread; a schema that is not known yet is asked for in the system, within the produce
    /// time-out.
    async fn encode(
        &self,
        call: &Call,
        mut attempt: impl FnMut(&SerdesFactory) -> Result<SchemaPlaces, EncodeError>,
    ) -> Result<SchemaPlaces, ProducedNack> {
        let serdes = self.parts.serdes.as_ref().ok_or_else(|| {
            let reason = "the topic's cluster has no Schema Registry; give one, or produce bytes";
            ProducedNack::not_written(NackKind::SchemaRegistryNotInitialized, reason)
        })?;
        for _ in 0..MOST_RESOLUTIONS {
            let request = match attempt(serdes) {
                Ok(places) => return Ok(places),
                Err(EncodeError::Unresolved(request)) => request,
                Err(error) => return Err(encoding_nack(error)),
            };
            let asked = serdes.clone();
            let left = self.produce_timeout().saturating_sub(call.begun.elapsed());
            let resolved = self.system.runtime.run_within(left, async move { asked.resolve(&request).await }).await;
            let resolved = resolved.map_err(|gone| {
                ProducedNack::not_written(NackKind::StreamClosed, "the schema was not looked up").because(gone)
            })?;
            let resolved = resolved.ok_or_else(|| self.look_up_took_too_long(serdes))?;
            resolved.map_err(|error| encoding_nack(EncodeError::Resolve(error)))?;
        }
        attempt(serdes).map_err(encoding_nack)
    }

    fn look_up_took_too_long(&self, serdes: &SerdesFactory) -> ProducedNack {
        let (registry, limit) = (serdes.registry_url(), self.produce_timeout());
        let reason = format!(
            "the look-up of the schema took too long: the Schema Registry at {registry} did not answer within the \
             produce time-out of {limit:?}"
        );
        ProducedNack::not_written(NackKind::Timeout, reason).worth_a_retry()
    }

    /// The event counts from here: every ticket ends in one acknowledgement or one Nack. The acceptance is noted with the
    /// ticket and never without it, so a call that is dropped while it encodes leaves neither.
    fn accept(&self, call: &Call, key: Option<&[u8]>, value: Option<&[u8]>, headers: &Headers) -> Ticket {
        let id = self.dsl.next_event();
        self.parts.metrics.accepted();
        self.parts.journal.accepted(&AcceptedEvent { id, topic: &self.parts.topic, key, value, headers });
        Ticket::observed(id, call.begun, Arc::clone(&self.parts) as Arc<dyn DeliveryObserver>)
    }

    fn refuse(&self, call: &Call, headers: &Headers, nack: ProducedNack) -> ProduceResult {
        self.accept(call, None, None, headers).refuse(&nack);
        Err(nack)
    }

    async fn hand_over(&self, call: &Call, record: OutgoingRecord) -> ProduceResult {
        let ticket = self.accept(call, record.key.as_deref(), record.value.as_deref(), &record.headers);
        if !self.parts.gate.enter() {
            let reason = format!("{} events wait in the mailbox of '{}'", self.parts.gate.capacity(), self.parts.topic);
            let nack = ProducedNack::not_written(NackKind::QueueFull, reason).worth_a_retry();
            ticket.refuse(&nack);
            return Err(nack);
        }
        call.handed_over.store(true, Ordering::Release);
        match self.parts.address.send(ProduceEvent::accepted(record, ticket)).await {
            Ok(result) => result,
            // The mailbox closed with the message in it: the lane never saw the event.
            Err(closed) => Err(ProducedNack::not_written(
                NackKind::StreamClosed,
                format!("the producer of '{}' stopped before it took the event", self.parts.topic),
            )
            .because(closed)),
        }
    }

    pub(super) fn produce_timeout(&self) -> Duration {
        self.system.settings.produce_timeout
    }
}

/// The Nack of an event that could not be encoded.
fn encoding_nack(error: EncodeError) -> ProducedNack {
    let kind = match &error {
        EncodeError::Resolve(ResolveError::SchemaNotFound { .. }) => NackKind::SchemaNotFound,
        EncodeError::Resolve(ResolveError::Registry(_)) => NackKind::SchemaRegistry,
        _ => NackKind::Encoding,
    };
    let retry = error.helps_to_ask_again();
    let nack = ProducedNack::not_written(kind, "the event was not encoded").because(error);
    if retry { nack.worth_a_retry() } else { nack }
}

/// An open topic hears how its events end, and tells its metrics and the journal.
impl DeliveryObserver for ProducerParts {
    fn acknowledged(&self, id: EventId, ack: &ProducedAck) {
        self.metrics.acknowledged(ack);
        self.journal.acknowledged(&self.topic, id, ack);
    }
    fn nacked(&self, id: EventId, nack: &ProducedNack, latency: Duration) {
        self.metrics.nacked(nack);
        self.journal.nacked(&self.topic, id, nack, latency);
    }
    fn late(&self, id: EventId, report: &LateReport) {
        self.metrics.late();
        self.journal.late(&self.topic, id, report);
    }
}

impl std::fmt::Debug for TopicProducer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TopicProducer").field("topic", &self.parts.topic).finish_non_exhaustive()
    }
}
