use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use test_probe_actors::dsl::{FetchError, RawEvent, TopicConsumer};
use test_probe_actors::journal::JournalTopic;
use test_probe_directives::Redaction;
use test_probe_kafka::ProduceResult;
use tokio::time::Instant;

use crate::correlation::Correlation;

/// An event that a step of the scenario produced.
#[derive(Clone, Debug)]
pub struct ProducedEvent {
    pub(crate) topic: JournalTopic,
    pub(crate) label: Option<String>,
    pub(crate) correlation: Correlation,
    pub(crate) accepted_at: Instant,
    pub(crate) outcome: ProduceResult,
}

impl ProducedEvent {
    /// The topic.
    pub fn topic(&self) -> &JournalTopic {
        &self.topic
    }

    /// What the scenario calls the event: the name of its template.
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// The `correlationid` of the event's key; on topics whose keys are no CloudEvents, the text of the key.
    pub fn correlation_id(&self) -> String {
        self.correlation.id().to_string()
    }

    /// The broker's acknowledgement, or why there is none.
    pub fn outcome(&self) -> &ProduceResult {
        &self.outcome
    }
}

/// `event 'order-created' on topic 'orders'`.
impl fmt::Display for ProducedEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.label {
            Some(label) => write!(f, "event '{label}' on topic '{}'", self.topic),
            None => write!(f, "the event with correlation id {} on topic '{}'", self.correlation, self.topic),
        }
    }
}

/// An event that a step of the scenario received.
#[derive(Clone, Debug)]
pub struct ReceivedEvent {
    pub(crate) consumer: TopicConsumer,
    pub(crate) raw: Arc<RawEvent>,
    pub(crate) redaction: Redaction,
}

impl ReceivedEvent {
    /// The topic.
    pub fn topic(&self) -> &JournalTopic {
        self.consumer.topic()
    }

    /// The event as it was read: bytes, headers, partition and offset.
    pub fn raw(&self) -> &Arc<RawEvent> {
        &self.raw
    }

    /// The value as JSON, decoded by the schema that its bytes name.
    ///
    /// # Errors
    /// [`FetchError`], such as that it is a tombstone.
    pub async fn value(&self) -> Result<Value, FetchError> {
        self.noted(self.consumer.value_json(&self.raw).await)
    }

    /// The key as JSON, decoded by the topic's key format.
    ///
    /// # Errors
    /// [`FetchError`].
    pub async fn key(&self) -> Result<Value, FetchError> {
        self.noted(self.consumer.key_json(&self.raw).await)
    }

    /// What a step has seen of an event it may quote, and then the run must know what to hide.
    fn noted(&self, document: Result<Value, FetchError>) -> Result<Value, FetchError> {
        document.iter().for_each(|document| self.redaction.note(document));
        document
    }
}

/// `the event at partition 0, offset 3 of topic 'orders'`.
impl fmt::Display for ReceivedEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (partition, offset) = (self.raw.record.partition, self.raw.record.offset);
        write!(f, "the event at partition {partition}, offset {offset} of topic '{}'", self.topic())
    }
}
