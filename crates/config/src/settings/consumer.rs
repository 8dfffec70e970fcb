use std::num::NonZeroUsize;
use std::time::Duration;

use super::{NoValue, Values};

/// The consuming side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumerSettings {
    /// By which protocol the members of a group share partitions.
    pub group_protocol: GroupProtocol,
    /// How many events of one topic are kept; the oldest go first.
    pub max_events: NonZeroUsize,
    /// How many bytes of one topic's events are kept; the oldest go first.
    pub max_bytes: u64,
    /// After how many stored events offsets are committed.
    pub commit_batch_size: NonZeroUsize,
    /// After which time offsets are committed, however few events were stored.
    pub commit_interval: Duration,
    /// How long a broker holds a fetch that finds nothing.
    pub fetch_wait: Duration,
}

/// By which protocol the members of a consumer group share partitions; librdkafka's `group.protocol`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum GroupProtocol {
    /// The members agree among themselves. Every broker can do it.
    #[default]
    Classic,
    /// The broker assigns (KIP-848), which takes a fraction of the time. Needs Kafka 4, or the embedded world.
    Consumer,
}

impl ConsumerSettings {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self {
            group_protocol: values.get("test-probe.core.kafka.consumer.group-protocol")?,
            max_events: values.get("test-probe.core.kafka.consumer.max-events")?,
            max_bytes: values.get("test-probe.core.kafka.consumer.max-bytes")?,
            commit_batch_size: values.get("test-probe.core.kafka.consumer.commit-batch-size")?,
            commit_interval: values.get("test-probe.core.kafka.consumer.commit-interval")?,
            fetch_wait: values.get("test-probe.core.kafka.consumer.fetch-wait")?,
        })
    }
}

impl GroupProtocol {
    /// The word of the configuration and of librdkafka.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Classic => "classic",
            Self::Consumer => "consumer",
        }
    }

    pub(super) fn of_word(word: &str) -> Option<Self> {
        [Self::Classic, Self::Consumer].into_iter().find(|protocol| protocol.as_str() == word)
    }
}
