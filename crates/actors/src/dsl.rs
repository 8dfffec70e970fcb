//! What programs and steps use: produce an event, fetch one, wait for one.
//!
//! ```no_run
//! # use std::time::Duration;
//! # use serde::{Deserialize, Serialize};
//! # use test_probe_actors::dsl::{ProbeDsl, Wanted};
//! # use test_probe_directives::TestId;
//! # use test_probe_encoding::CloudEvent;
//! # use test_probe_kafka::Headers;
//! #[derive(Serialize, Deserialize)]
//! struct OrderCreated {
//!     order_id: String,
//! }
//! # async fn example(dsl: ProbeDsl, test_id: TestId, key: CloudEvent) -> Result<(), Box<dyn std::error::Error>> {
//! let order = OrderCreated { order_id: "A-1".into() };
//! let ack = dsl.produce_event(test_id, "orders", &key, &order, Headers::none()).await?;
//! println!("partition {}, offset {}, after {:?}", ack.partition, ack.offset, ack.latency);
//!
//! let wanted = Wanted::correlation_id(&key.correlationid);
//! let event = dsl.await_consumed_event::<CloudEvent, OrderCreated>(test_id, "orders", wanted, Duration::from_secs(5)).await?;
//! assert_eq!(event.value.order_id, "A-1");
//! # Ok(())
//! # }
//! ```
//!
//! Clones are cheap; the DSL is `Send + Sync`, and its futures run on any runtime or none: registry calls and time-outs
//! are the system's own work.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use serde::Serialize;
use serde::de::DeserializeOwned;
use test_probe_directives::{ClusterName, TestId};
use test_probe_encoding::{Decodable, Encodable};
use test_probe_kafka::{EventId, Headers, NackKind, ProduceResult, ProducedNack};

use crate::SystemRuntime;

mod blocking;
mod consumer;
mod fetch_error;
mod producer;
mod registry;
#[cfg(test)]
mod tests;
mod wanted;

pub use consumer::{ConsumedEvent, RawEvent, TopicConsumer};
pub use fetch_error::FetchError;
pub use producer::{JsonValue, TopicProducer};
pub use wanted::Wanted;

pub(crate) use blocking::block_on;
pub(crate) use consumer::ConsumerParts;
pub(crate) use producer::ProducerParts;
pub(crate) use registry::Registration;

use registry::Topics;

/// The way in to a test's topics. Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub struct ProbeDsl {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    system: ArcSwapOption<System>,
    topics: Topics,
    next_event: AtomicU64,
}

struct System {
    runtime: SystemRuntime,
    settings: DslSettings,
}

/// The DSL's time-outs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DslSettings {
    /// How long an actor may take to answer a question. It bounds no delivery and no wait for an event.
    pub ask_timeout: Duration,
    /// How long after the call an event has its answer at the latest.
    pub produce_timeout: Duration,
}

impl Default for DslSettings {
    fn default() -> Self {
        Self { ask_timeout: Duration::from_secs(3), produce_timeout: Duration::from_secs(30) }
    }
}

/// A topic as a caller names it: by its name alone, on the default cluster, or on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopicRef<'a> {
    cluster: &'a str,
    topic: &'a str,
}

impl<'a> TopicRef<'a> {
    /// A topic on the cluster of this name.
    pub fn on(cluster: &'a str, topic: &'a str) -> Self {
        Self { cluster, topic }
    }
}

impl<'a> From<&'a str> for TopicRef<'a> {
    fn from(topic: &'a str) -> Self {
        Self { cluster: ClusterName::DEFAULT, topic }
    }
}

impl fmt::Display for TopicRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}'", self.topic)?;
        if self.cluster == ClusterName::DEFAULT { Ok(()) } else { write!(f, " on cluster '{}'", self.cluster) }
    }
}

impl ProbeDsl {
    /// A DSL without an actor system behind it; every call says so until [`register_system`](Self::register_system).
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a system behind the DSL. Called again, the last system counts.
    pub fn register_system(&self, runtime: SystemRuntime, settings: DslSettings) {
        self.inner.system.store(Some(Arc::new(System { runtime, settings })));
    }

    /// Writes an event and waits for the broker's acknowledgement.
    ///
    /// The key is encoded by the topic's key format, the value by the schema that its type's name finds in the registry.
    ///
    /// # Errors
    /// A [`ProducedNack`]: why, whether the event may have been written, and whether asking again can help.
    ///
    /// # Cancellation
    /// An event that was handed over is written all the same, and counted; one that is still being encoded never was.
    pub async fn produce_event<'a, K, V>(
        &self,
        test_id: TestId,
        topic: impl Into<TopicRef<'a>>,
        key: &K,
        value: &V,
        headers: Headers,
    ) -> ProduceResult
    where
        K: Serialize + Sync + ?Sized,
        V: Encodable + Sync + ?Sized,
    {
        self.producer(test_id, topic)?.produce(key, value, headers).await
    }

    /// A producer topic of the test, looked up once for many events.
    ///
    /// # Errors
    /// A Nack of kind [`NackKind::DslNotInitialized`] or [`NackKind::ActorNotRegistered`].
    pub fn producer<'a>(&self, test_id: TestId, topic: impl Into<TopicRef<'a>>) -> Result<TopicProducer, ProducedNack> {
        let topic = topic.into();
        let system = self.system().ok_or_else(|| {
            ProducedNack::not_written(NackKind::DslNotInitialized, "the DSL has no actor system; register one first")
        })?;
        let parts = self.inner.topics.producer(test_id, topic.cluster, topic.topic).ok_or_else(|| {
            let reason = format!("no producer is registered for topic {topic} of test {test_id}");
            let known = self.inner.topics.describe(test_id);
            ProducedNack::not_written(NackKind::ActorNotRegistered, format!("{reason}; {known}"))
        })?;
        Ok(TopicProducer::new(parts, self.clone(), system))
    }

    /// The first event with the correlation id, if it is there now.
    ///
    /// # Errors
    /// [`FetchError::NotThere`] when it is not there, or not yet; the others as they say.
    pub async fn fetch_consumed_event<'a, K, V>(
        &self,
        test_id: TestId,
        topic: impl Into<TopicRef<'a>>,
        correlation_id: &str,
    ) -> Result<ConsumedEvent<K, V>, FetchError>
    where
        K: DeserializeOwned,
        V: Decodable,
    {
        self.consumer(test_id, topic)?.fetch(correlation_id).await
    }

    /// The first event that is wanted, waiting for it for up to `deadline`.
    ///
    /// # Errors
    /// [`FetchError::DidNotArrive`] when none came in time; the others as they say.
    ///
    /// # Cancellation
    /// Safe.
    pub async fn await_consumed_event<'a, K, V>(
        &self,
        test_id: TestId,
        topic: impl Into<TopicRef<'a>>,
        wanted: Wanted,
        deadline: Duration,
    ) -> Result<ConsumedEvent<K, V>, FetchError>
    where
        K: DeserializeOwned,
        V: Decodable,
    {
        self.consumer(test_id, topic)?.wait_for(wanted, deadline).await
    }

    /// A consumer topic of the test.
    ///
    /// # Errors
    /// [`FetchError::NotInitialized`] or [`FetchError::ActorNotRegistered`].
    pub fn consumer<'a>(&self, test_id: TestId, topic: impl Into<TopicRef<'a>>) -> Result<TopicConsumer, FetchError> {
        let topic = topic.into();
        let system = self.system().ok_or(FetchError::NotInitialized)?;
        let parts = self.inner.topics.consumer(test_id, topic.cluster, topic.topic).ok_or_else(|| {
            let known = self.inner.topics.describe(test_id);
            FetchError::ActorNotRegistered { topic: topic.to_string(), test_id, known }
        })?;
        Ok(TopicConsumer::new(parts, system))
    }

    pub(crate) fn register_producer(&self, parts: ProducerParts) -> Registration {
        self.inner.topics.add_producer(self.clone(), parts)
    }

    pub(crate) fn register_consumer(&self, parts: ConsumerParts) -> Registration {
        self.inner.topics.add_consumer(self.clone(), parts)
    }

    fn system(&self) -> Option<Arc<System>> {
        self.inner.system.load_full()
    }

    fn next_event(&self) -> EventId {
        EventId(self.inner.next_event.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

impl fmt::Debug for ProbeDsl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProbeDsl").field("initialized", &self.inner.system.load().is_some()).finish_non_exhaustive()
    }
}
