use std::num::NonZeroUsize;
use std::time::Duration;

use super::{NoValue, Values};

/// The producing side of one topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProducerSettings {
    /// How long a client lives.
    pub stream_mode: StreamMode,
    /// How many records a topic may have on the way to the broker.
    pub max_in_flight: NonZeroUsize,
    /// How many records may wait in the actor while that window is full.
    pub buffer_size: usize,
    /// How many asks may wait for room in that buffer.
    pub max_concurrent_offers: NonZeroUsize,
    /// What happens to a record that finds the buffer full.
    pub overflow_strategy: OverflowStrategy,
    /// How long the client waits for more records before it sends a batch.
    pub linger: Duration,
    /// How long the client tries to deliver a record. Below
    /// [`produce_timeout`](crate::DslSettings::produce_timeout), so that the broker's answer comes before the asker
    /// gives up.
    pub delivery_timeout: Duration,
    /// How long one streaming actor may drain when it stops.
    pub close_timeout: Duration,
}

/// How long a producer's client lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StreamMode {
    /// As long as the topic is open; every event travels on it.
    #[default]
    Persistent,
}

/// What happens to a record that finds the buffer full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OverflowStrategy {
    /// Whoever offers it waits for room.
    #[default]
    Backpressure,
}

impl ProducerSettings {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self {
            stream_mode: values.get("test-probe.core.kafka.producer.stream-mode")?,
            max_in_flight: values.get("test-probe.core.kafka.producer.max-in-flight")?,
            buffer_size: values.get("test-probe.core.kafka.producer.buffer-size")?,
            max_concurrent_offers: values.get("test-probe.core.kafka.producer.max-concurrent-offers")?,
            overflow_strategy: values.get("test-probe.core.kafka.producer.overflow-strategy")?,
            linger: values.get("test-probe.core.kafka.producer.linger")?,
            delivery_timeout: values.get("test-probe.core.kafka.producer.delivery-timeout")?,
            close_timeout: values.get("test-probe.core.kafka.producer.close-timeout")?,
        })
    }
}

impl StreamMode {
    pub(super) fn of_word(word: &str) -> Option<Self> {
        (word == "persistent").then_some(Self::Persistent)
    }
}

impl OverflowStrategy {
    pub(super) fn of_word(word: &str) -> Option<Self> {
        (word == "backpressure").then_some(Self::Backpressure)
    }
}
