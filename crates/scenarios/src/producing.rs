//! From what a step says of an event to a record on a topic, and its outcome.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use serde::Serialize;
use serde_json::Value;
use test_probe_actors::dsl::{JsonValue, TopicProducer};
use test_probe_actors::journal::JournalTopic;
use test_probe_directives::{Format, KeyFormat, WallClock};
use test_probe_encoding::{CloudEvent, EncodeError, SchemaHeader, SchemaPlace, ValueTarget};
use test_probe_kafka::{Headers, NackKind, ProduceResult, ProducedNack};
use tokio::time::Instant;

use crate::correlation::Correlation;
use crate::{ProbeWorld, ProducedEvent, StepError};

mod event_type;
pub(crate) mod table;

pub(crate) use event_type::is_same_word;

use table::EventTable;

/// What a step says of the events that it produces; all of them go to one topic.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) topic: JournalTopic,
    /// The name of the template, which is the label of the events.
    pub(crate) template: Option<String>,
    pub(crate) event_type: Option<String>,
    pub(crate) record: Option<String>,
    pub(crate) version: Option<u32>,
    pub(crate) format: Option<Format>,
    pub(crate) headers: Headers,
}

/// The value of a record.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Json(Value),
    Tombstone,
    Bytes(Vec<u8>),
}

/// One event, apart from what it has in common with the others of its step.
#[derive(Clone, Debug)]
pub(crate) struct Single {
    pub(crate) content: Content,
    pub(crate) correlation: Correlation,
    pub(crate) event_type: Option<String>,
    pub(crate) label: Option<String>,
}

/// How many events of one step are under way at a time.
const MOST_AT_ONCE: usize = 64;

impl Draft {
    /// Events on a topic, of which nothing else is said.
    pub(crate) fn new(topic: JournalTopic) -> Self {
        Self {
            topic,
            template: None,
            event_type: None,
            record: None,
            version: None,
            format: None,
            headers: Headers::none(),
        }
    }

    /// What a header `payloadversion` says; or `v2` for version 2 of a schema, or for a template called
    /// `order-created.v2`.
    fn payload_version(&self) -> Option<String> {
        if let Some(version) = self.headers.last("payloadversion") {
            return Some(String::from_utf8_lossy(version).into_owned());
        }
        if let Some(version) = self.version {
            return Some(format!("v{version}"));
        }
        versioned(self.template.as_deref()?).1.map(str::to_owned)
    }

    fn target(&self, producer: &TopicProducer) -> ValueTarget {
        let mut target = producer.value_target().clone();
        if let Some(record) = &self.record {
            target = target.named(record.as_str(), self.version);
        }
        match self.format {
            Some(format) => target.with_format(format),
            None => target,
        }
    }
}

/// A name, and the version at its end: `order-created` and `v2`.
fn versioned(name: &str) -> (&str, Option<&str>) {
    let is_version = |word: &str| {
        word.strip_prefix('v').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    };
    match name.rsplit_once('.') {
        Some((bare, version)) if is_version(version) => (bare, Some(version)),
        _ => (name, None),
    }
}

/// Everything about the events of a step that is found out once.
struct Batch {
    producer: TopicProducer,
    draft: Draft,
    event_type: String,
    payload_version: String,
    clock: WallClock,
}

impl ProbeWorld {
    /// Produces one event and keeps its outcome. A rejection fails the step unless it only tries.
    pub(crate) async fn produce(&mut self, draft: Draft, single: Single, is_try: bool) -> Result<(), StepError> {
        self.produce_all(draft, vec![Ok(single)], None, is_try).await
    }

    /// Produces events in their order, `interval` apart where it is given; without it as fast as the topic takes them.
    /// After a rejection no further event is begun, unless the step only tries.
    pub(crate) async fn produce_all(
        &mut self,
        draft: Draft,
        events: impl IntoIterator<Item = Result<Single, StepError>>,
        interval: Option<Duration>,
        is_try: bool,
    ) -> Result<(), StepError> {
        let mut events = events.into_iter().peekable();
        let first = match events.peek() {
            Some(Ok(Single { content: Content::Json(value), .. })) => Some(value.clone()),
            _ => None,
        };
        let batch = self.batch(draft, first.as_ref()).await?;
        let (batch, begun) = (&batch, Instant::now());
        let (claims, redaction) = (Rc::clone(&self.claims), self.environment.redaction.clone());
        let (scenario, looks_up) = (self.scenario, Cell::new(true));
        let sends = stream::iter(events.enumerate()).then(async |(index, single)| {
            if let Some(interval) = interval {
                tokio::time::sleep_until(begun + interval.mul_f64(index as f64)).await;
            }
            if let Ok(single) = &single {
                // A rejection may quote the event, and comes before anything else is told of it.
                if let Content::Json(value) = &single.content {
                    redaction.note(value);
                }
                claims.borrow_mut().produced(scenario, single.correlation.texts());
                // Events that wait for a schema may overtake each other, so it is looked up before.
                looks_up.set(looks_up.get() && batch.look_up(single).await);
            }
            single
        });
        let mut outcomes =
            Box::pin(sends.map(async |single| Ok::<_, StepError>(batch.send(single?).await)).buffered(MOST_AT_ONCE));
        let (mut produced, mut result) = (Vec::new(), Ok(()));
        while let Some(outcome) = outcomes.next().await {
            match outcome {
                Ok(event) => {
                    let rejection = event.outcome.as_ref().err().filter(|_| !is_try).cloned();
                    let shown = event.to_string();
                    produced.push(event);
                    if let Some(nack) = rejection {
                        result = Err(StepError::Rejected { event: shown, nack: Box::new(nack) });
                        break;
                    }
                }
                Err(error) => {
                    result = Err(error);
                    break;
                }
            }
        }
        drop(outcomes);
        self.produced.extend(produced);
        result
    }

    /// Produces a row of the table for each event.
    pub(crate) async fn produce_table(
        &mut self,
        draft: Draft,
        table: EventTable,
        is_try: bool,
    ) -> Result<(), StepError> {
        let (producer, draft) = self.settled(draft)?;
        let target = draft.target(&producer);
        let mut events = Vec::new();
        for row in table.rows() {
            let correlation = row.correlation.as_deref().map(Correlation::of_label);
            let correlation = correlation.unwrap_or_else(|| self.next_correlation());
            let (event_type, label) = (row.event_type.clone(), row.label.clone());
            let value = row.typed(&producer, &target).await.map_err(StepError::failed)?;
            events.push(Ok(Single { content: Content::Json(value), correlation, event_type, label }));
        }
        self.produce_all(draft, events, None, is_try).await
    }

    /// The scenario's correlation id, or a fresh one.
    pub(crate) fn next_correlation(&self) -> Correlation {
        self.correlation.clone().unwrap_or_else(Correlation::random)
    }

    /// Fills in what the step leaves open and the scenario, the directive and the schemas say.
    fn settled(&self, mut draft: Draft) -> Result<(TopicProducer, Draft), StepError> {
        let producer = self.producer_of(&draft.topic)?;
        draft.format = draft.format.or_else(|| self.formats.get(&draft.topic).copied());
        self.find_record(&mut draft, &producer);
        Ok((producer, draft))
    }

    async fn batch(&self, draft: Draft, first: Option<&Value>) -> Result<Batch, StepError> {
        let (producer, draft) = self.settled(draft)?;
        let event_type = self.find_event_type(&draft, &producer, first).await;
        let payload_version =
            draft.payload_version().unwrap_or_else(|| self.payload_version(&draft.topic, &event_type));
        Ok(Batch { producer, draft, event_type, payload_version, clock: self.environment.clock })
    }
}

impl Batch {
    /// Looks up the schemas that the event is written with, unless they are known; tells whether they are now.
    async fn look_up(&self, single: &Single) -> bool {
        let Some(serdes) = self.producer.serdes() else { return false };
        if matches!(single.content, Content::Json(_))
            && serdes.schema_id(&self.draft.target(&self.producer)).await.is_err()
        {
            return false;
        }
        if self.producer.key_target().format() != KeyFormat::CloudEvent {
            return true;
        }
        let key = CloudEvent::new(self.event_type.as_str(), single.correlation.id(), self.clock);
        let encoded: Result<_, EncodeError> =
            serdes.resolving(|serdes| serdes.encode_key(self.producer.key_target(), &key, &mut Vec::new())).await;
        encoded.is_ok()
    }

    async fn send(&self, single: Single) -> ProducedEvent {
        let accepted_at = Instant::now();
        let outcome = match self.producer.key_target().format() {
            KeyFormat::CloudEvent => {
                let event_type = single.event_type.as_deref().unwrap_or(&self.event_type);
                let key = CloudEvent::new(event_type, single.correlation.id(), self.clock)
                    .with_payload_version(&*self.payload_version);
                self.send_keyed(&key, &single.content).await
            }
            KeyFormat::Text | KeyFormat::Json | KeyFormat::Bytes => {
                self.send_keyed(single.correlation.key_text().as_str(), &single.content).await
            }
        };
        let label = single.label.or_else(|| self.draft.template.clone());
        ProducedEvent { topic: self.draft.topic.clone(), label, correlation: single.correlation, accepted_at, outcome }
    }

    async fn send_keyed<K>(&self, key: &K, content: &Content) -> ProduceResult
    where
        K: Serialize + Sync + ?Sized,
    {
        let mut headers = self.draft.headers.clone();
        match content {
            Content::Json(json) => {
                let (record, version, format) = (self.draft.record.as_deref(), self.draft.version, self.draft.format);
                self.producer.produce_json(key, JsonValue { json, record, version, format }, headers).await
            }
            Content::Tombstone => self.producer.produce_tombstone(key, headers).await,
            Content::Bytes(bytes) => {
                let (key, place) = self.key_bytes(key).await?;
                if let Some(header) = place.header() {
                    headers.push(SchemaHeader::KEY, header.as_bytes());
                }
                self.producer.produce_bytes(Some(key), Some(bytes.clone()), headers).await
            }
        }
    }

    /// The key of a record whose value is not encoded.
    async fn key_bytes<K>(&self, key: &K) -> Result<(Vec<u8>, SchemaPlace), ProducedNack>
    where
        K: Serialize + Sync + ?Sized,
    {
        let serdes = self.producer.serdes().ok_or_else(|| {
            let reason = "the topic's cluster has no Schema Registry, which the record's key is encoded with";
            ProducedNack::not_written(NackKind::SchemaRegistryNotInitialized, reason)
        })?;
        let encoded = serdes.resolving(|serdes| {
            let mut bytes = Vec::new();
            serdes.encode_key(self.producer.key_target(), key, &mut bytes).map(|place| (bytes, place))
        });
        encoded.await.map_err(|error: EncodeError| {
            ProducedNack::not_written(NackKind::Encoding, "the record's key was not encoded").because(error)
        })
    }
}

#[cfg(test)]
mod tests {
    use test_probe_directives::{ClusterName, TopicName};

    use super::*;

    #[test]
    fn the_payload_version_is_the_headers_the_schemas_or_the_templates() {
        let topic = JournalTopic { cluster: ClusterName::default(), topic: TopicName::new("orders").unwrap() };
        let draft = |template: Option<&str>, version: Option<u32>, headers: Headers| Draft {
            template: template.map(str::to_owned),
            version,
            headers,
            ..Draft::new(topic.clone())
        };
        for (draft, version) in [
            (draft(None, None, Headers::none()), None),
            (draft(Some("order-created.v3"), None, Headers::none()), Some("v3")),
            (draft(Some("order.created"), None, Headers::none()), None),
            (draft(Some("order.v"), None, Headers::none()), None),
            (draft(Some("order-created.v3"), Some(2), Headers::none()), Some("v2")),
            (draft(None, Some(2), Headers::none().with("payloadversion", "v9")), Some("v9")),
        ] {
            assert_eq!(draft.payload_version().as_deref(), version, "{draft:?}");
        }
    }
}
