use std::sync::Arc;
use std::time::Duration;

use actix::{Addr, Message};
use serde::de::DeserializeOwned;
use serde_json::Value;
use test_probe_directives::{Format, KeyFormat, TestId};
use test_probe_encoding::{Decodable, DecodeError, SerdesFactory};
use test_probe_kafka::Headers;
use tokio::time::Instant;

use super::{FetchError, System};
use crate::KafkaConsumerStreamingActor;
use crate::commands::{FetchConsumedEvent, FetchConsumedEvents};
use crate::event_store::{ConsumedRecord, Selector, Sequence};
use crate::framing::{framed_key, framed_value};
use crate::journal::JournalTopic;
use crate::supervision::{Receive, Request, Supervised};

mod waiting;

/// An event as it was read: key and value are bytes.
pub type RawEvent = ConsumedRecord;

/// Everything about an open consumer topic that fetching from it needs.
pub(crate) struct ConsumerParts {
    pub(crate) test_id: TestId,
    pub(crate) address: Addr<Supervised<KafkaConsumerStreamingActor>>,
    pub(crate) key: KeyFormat,
    pub(crate) serdes: Option<SerdesFactory>,
    pub(crate) topic: JournalTopic,
}

/// An event, decoded.
#[derive(Clone, Debug)]
pub struct ConsumedEvent<K, V> {
    /// The key.
    pub key: K,
    /// The value.
    pub value: V,
    /// The headers in their order, names that stand twice included.
    pub headers: Headers,
    /// The event as it was read.
    pub raw: Arc<RawEvent>,
}

/// A consumer topic of a test. Cheap to clone.
#[derive(Clone)]
pub struct TopicConsumer {
    parts: Arc<ConsumerParts>,
    system: Arc<System>,
}

impl TopicConsumer {
    pub(super) fn new(parts: Arc<ConsumerParts>, system: Arc<System>) -> Self {
        Self { parts, system }
    }

    /// The first event with the correlation id, if it is there now.
    ///
    /// # Errors
    /// [`FetchError`].
    pub async fn fetch<K: DeserializeOwned, V: Decodable>(
        &self,
        correlation_id: &str,
    ) -> Result<ConsumedEvent<K, V>, FetchError> {
        let selector = Selector::CorrelationId(correlation_id.to_owned());
        let found = self.list(selector, Sequence::default()).await?;
        match found.into_iter().next() {
            Some(event) => self.decode(event).await,
            None => Err(self.why_not_there(correlation_id).await?),
        }
    }

    /// Every event with the correlation id, in the order in which they came.
    ///
    /// # Errors
    /// [`FetchError`]; no event at all is no error here.
    pub async fn fetch_all<K: DeserializeOwned, V: Decodable>(
        &self,
        correlation_id: &str,
    ) -> Result<Vec<ConsumedEvent<K, V>>, FetchError> {
        let mut events = Vec::new();
        for event in self.list(Selector::CorrelationId(correlation_id.to_owned()), Sequence::default()).await? {
            events.push(self.decode(event).await?);
        }
        Ok(events)
    }

    /// The events that are there now and came after `after`, as they were read.
    ///
    /// # Errors
    /// [`FetchError`].
    pub async fn list(&self, selector: Selector, after: Sequence) -> Result<Vec<Arc<RawEvent>>, FetchError> {
        self.ask(FetchConsumedEvents { selector, after }).await
    }

    /// Decodes an event.
    ///
    /// # Errors
    /// [`FetchError::Decode`] when key or value are not what is asked for.
    pub async fn decode<K: DeserializeOwned, V: Decodable>(
        &self,
        raw: Arc<RawEvent>,
    ) -> Result<ConsumedEvent<K, V>, FetchError> {
        self.decode_by(raw, None).await
    }

    async fn decode_by<K: DeserializeOwned, V: Decodable>(
        &self,
        raw: Arc<RawEvent>,
        until: Option<Instant>,
    ) -> Result<ConsumedEvent<K, V>, FetchError> {
        let record = &raw.record;
        let serdes = self.parts.serdes.as_ref().ok_or_else(|| self.no_registry())?;
        let format = self.parts.key;
        let key_bytes = framed_key(record.key.as_deref().unwrap_or_default(), &record.headers);
        let key = self.resolving(serdes, until, |serdes| serdes.decode_key(format, key_bytes)).await;
        let key = key.map_err(|error| self.undecodable("key", &raw, error))?;
        let value_bytes = record.value.as_deref().ok_or_else(|| self.tombstone(&raw))?;
        let value_bytes = framed_value(value_bytes, &record.headers);
        let value = self.resolving(serdes, until, |serdes| serdes.decode_value(value_bytes)).await;
        let value = value.map_err(|error| self.undecodable("value", &raw, error))?;
        Ok(ConsumedEvent { key, value, headers: record.headers.clone(), raw: Arc::clone(&raw) })
    }

    /// An event's value as JSON, decoded by the schema that its bytes name.
    ///
    /// # Errors
    /// [`FetchError::Decode`] or [`FetchError::Tombstone`].
    pub async fn value_json(&self, raw: &RawEvent) -> Result<Value, FetchError> {
        self.value_json_by(raw, None).await
    }

    async fn value_json_by(&self, raw: &RawEvent, until: Option<Instant>) -> Result<Value, FetchError> {
        let serdes = self.parts.serdes.as_ref().ok_or_else(|| self.no_registry())?;
        let bytes = raw.record.value.as_deref().ok_or_else(|| self.tombstone(raw))?;
        let bytes = framed_value(bytes, &raw.record.headers);
        let value = self.resolving(serdes, until, |serdes| serdes.decode_value_json(bytes)).await;
        value.map_err(|error| self.undecodable("value", raw, error))
    }

    /// The format of an event's value.
    ///
    /// # Errors
    /// [`FetchError::Decode`] or [`FetchError::Tombstone`].
    pub async fn value_format(&self, raw: &RawEvent) -> Result<Format, FetchError> {
        let serdes = self.parts.serdes.as_ref().ok_or_else(|| self.no_registry())?;
        let bytes = raw.record.value.as_deref().ok_or_else(|| self.tombstone(raw))?;
        let bytes = framed_value(bytes, &raw.record.headers);
        let format = self.resolving(serdes, None, |serdes| serdes.format_of(bytes)).await;
        format.map_err(|error| self.undecodable("value", raw, error))
    }

    /// An event's key as JSON, decoded by the topic's key format.
    ///
    /// # Errors
    /// [`FetchError::Decode`].
    pub async fn key_json(&self, raw: &RawEvent) -> Result<Value, FetchError> {
        let serdes = self.parts.serdes.as_ref().ok_or_else(|| self.no_registry())?;
        let format = self.parts.key;
        let bytes = framed_key(raw.record.key.as_deref().unwrap_or_default(), &raw.record.headers);
        let key = self.resolving(serdes, None, |serdes| serdes.decode_key_json(format, bytes)).await;
        key.map_err(|error| self.undecodable("key", raw, error))
    }

    /// The topic, as steps call it.
    pub fn topic(&self) -> &JournalTopic {
        &self.parts.topic
    }

    /// Encoding and decoding through the topic's registry.
    pub fn serdes(&self) -> Option<&SerdesFactory> {
        self.parts.serdes.as_ref()
    }

    /// The topic's actor itself.
    #[cfg(test)]
    pub(crate) fn address(&self) -> &Addr<Supervised<KafkaConsumerStreamingActor>> {
        &self.parts.address
    }

    pub(super) fn ask_timeout(&self) -> Duration {
        self.system.settings.ask_timeout
    }

    /// Decodes on the caller's thread; a schema that is not known yet is asked for in the system, until `until` where that
    /// is said.
    async fn resolving<T>(
        &self,
        serdes: &SerdesFactory,
        until: Option<Instant>,
        attempt: impl Fn(&SerdesFactory) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let request = match attempt(serdes) {
            Err(DecodeError::Unresolved(request)) => request,
            decoded => return decoded,
        };
        let asked = serdes.clone();
        let again = request.clone();
        let look_up = async move { asked.resolve(&request).await };
        let runtime = &self.system.runtime;
        let resolved = match until {
            Some(until) => runtime.run_within(until.saturating_duration_since(Instant::now()), look_up).await,
            None => runtime.run(look_up).await.map(Some),
        };
        match resolved {
            Ok(Some(resolved)) => resolved.map_err(DecodeError::Resolve)?,
            Ok(None) | Err(_) => return Err(DecodeError::Unresolved(again)),
        }
        attempt(serdes)
    }

    async fn ask<M>(&self, question: M) -> Result<M::Result, FetchError>
    where
        M: Request + Message,
        M::Result: Send + 'static,
        KafkaConsumerStreamingActor: Receive<M>,
    {
        let limit = self.ask_timeout();
        let answer = self.ask_within(limit, question).await?;
        answer.ok_or_else(|| FetchError::AskTimeout { topic: self.parts.topic.to_string(), limit })
    }

    async fn ask_within<M>(&self, limit: Duration, question: M) -> Result<Option<M::Result>, FetchError>
    where
        M: Request + Message,
        M::Result: Send + 'static,
        KafkaConsumerStreamingActor: Receive<M>,
    {
        let address = self.parts.address.clone();
        let stopped = || FetchError::Stopped { topic: self.parts.topic.to_string() };
        let answer = self.system.runtime.run_for_the_caller(limit, async move { address.send(question).await }).await;
        match answer {
            Ok(Some(Ok(answer))) => Ok(Some(answer)),
            Ok(None) => Ok(None),
            Ok(Some(Err(_))) | Err(_) => Err(stopped()),
        }
    }

    async fn why_not_there(&self, correlation_id: &str) -> Result<FetchError, FetchError> {
        let (topic, correlation_id) = (self.parts.topic.to_string(), correlation_id.to_owned());
        let answer = self.ask(FetchConsumedEvent { correlation_id: correlation_id.clone() }).await?;
        Ok(match answer {
            Err(nack) if nack.evicted => FetchError::Evicted { topic, correlation_id },
            Ok(_) | Err(_) => FetchError::NotThere { topic, correlation_id },
        })
    }

    fn no_registry(&self) -> FetchError {
        FetchError::SchemaRegistryNotInitialized { topic: self.parts.topic.to_string() }
    }

    fn tombstone(&self, raw: &RawEvent) -> FetchError {
        let (partition, offset) = (raw.record.partition, raw.record.offset);
        FetchError::Tombstone { topic: self.parts.topic.to_string(), partition, offset }
    }

    fn undecodable(&self, part: &'static str, raw: &RawEvent, source: DecodeError) -> FetchError {
        let (partition, offset) = (raw.record.partition, raw.record.offset);
        FetchError::Decode { part, topic: self.parts.topic.to_string(), partition, offset, source: Box::new(source) }
    }
}

impl std::fmt::Debug for TopicConsumer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TopicConsumer").field("topic", &self.parts.topic).finish_non_exhaustive()
    }
}
