use std::time::Duration;

use test_probe_directives::TestId;
use test_probe_encoding::DecodeError;

/// Why no event was fetched. The Scala system has one exception for "not there yet", "nobody answered" and "cannot be
/// decoded"; here they are told apart.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The DSL has no actor system behind it (`DslNotInitializedException`).
    #[error("the DSL has no actor system; register one first")]
    NotInitialized,
    /// No consumer is registered for the test and topic (`ActorNotRegisteredException`).
    #[error("no consumer is registered for topic {topic} of test {test_id}; {known}")]
    ActorNotRegistered {
        /// The topic as the caller named it.
        topic: String,
        /// The test.
        test_id: TestId,
        /// What is open for the test.
        known: String,
    },
    /// The topic's cluster has no registry to decode with (`SchemaRegistryNotInitializedException`).
    #[error("the cluster of topic '{topic}' has no Schema Registry; give one, or fetch bytes")]
    SchemaRegistryNotInitialized {
        /// The topic.
        topic: String,
    },
    /// No event with the correlation id is there, or not yet. Asking again may help.
    #[error("no event with correlation id '{correlation_id}' is there on topic '{topic}'")]
    NotThere {
        /// The topic.
        topic: String,
        /// What was asked for.
        correlation_id: String,
    },
    /// The event was there and had to make room for later ones. Asking again will not help.
    #[error(
        "the event with correlation id '{correlation_id}' on topic '{topic}' was read, but had to make room for later \
         ones; raise test-probe.core.kafka.consumer.max-events or max-bytes"
    )]
    Evicted {
        /// The topic.
        topic: String,
        /// What was asked for.
        correlation_id: String,
    },
    /// The deadline is over. Asking again may help.
    #[error("{wanted} did not arrive on topic '{topic}' within {deadline:?}; {seen} other events were seen")]
    DidNotArrive {
        /// The topic.
        topic: String,
        /// What was waited for.
        wanted: String,
        /// For how long.
        deadline: Duration,
        /// How many events were looked at and not taken.
        seen: usize,
    },
    /// The deadline is over, and an event is there that nobody could look into: the Schema Registry did not answer. Asking
    /// again may help.
    #[error(
        "{wanted} was waited for on topic '{topic}' for {deadline:?}, but the Schema Registry at {registry} did not answer, \
         so partition {partition}, offset {offset} could not be decoded"
    )]
    RegistryDidNotAnswer {
        /// The topic.
        topic: String,
        /// What was waited for.
        wanted: String,
        /// For how long.
        deadline: Duration,
        /// The registry's address.
        registry: String,
        /// The partition of the first event that could not be decoded.
        partition: i32,
        /// Its offset.
        offset: i64,
        /// What the registry said last, if it said anything.
        #[source]
        source: Option<Box<DecodeError>>,
    },
    /// The topic's actor did not answer in time. Asking again may help.
    #[error("the consumer of topic '{topic}' did not answer within {limit:?}")]
    AskTimeout {
        /// The topic.
        topic: String,
        /// The ask time-out.
        limit: Duration,
    },
    /// The topic's actor has stopped. Asking again will not help.
    #[error("the consumer of topic '{topic}' has stopped")]
    Stopped {
        /// The topic.
        topic: String,
    },
    /// The event is there and cannot be decoded as what was asked for.
    #[error("the {part} of partition {partition}, offset {offset} of topic '{topic}' cannot be decoded")]
    Decode {
        /// Key or value.
        part: &'static str,
        /// The topic.
        topic: String,
        /// The record's partition.
        partition: i32,
        /// The record's offset.
        offset: i64,
        /// Why not.
        #[source]
        source: Box<DecodeError>,
    },
    /// The event is a deletion and has no value.
    #[error("partition {partition}, offset {offset} of topic '{topic}' is a tombstone and has no value")]
    Tombstone {
        /// The topic.
        topic: String,
        /// The record's partition.
        partition: i32,
        /// The record's offset.
        offset: i64,
    },
    /// A blocking call on one of the system's own threads would wait for itself.
    #[error("this call blocks one of the actor system's own threads and would never end; use {instead} instead")]
    WouldDeadlock {
        /// The form that does not block.
        instead: &'static str,
    },
}

impl FetchError {
    /// Whether the same call may succeed later, without anybody changing anything.
    pub fn helps_to_ask_again(&self) -> bool {
        match self {
            Self::NotThere { .. }
            | Self::DidNotArrive { .. }
            | Self::RegistryDidNotAnswer { .. }
            | Self::AskTimeout { .. } => true,
            Self::Decode { source, .. } => source.helps_to_ask_again(),
            _ => false,
        }
    }
}
