use std::time::Duration;

use test_probe_directives::{BootstrapServers, TopicName};

/// A client could not be made.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// librdkafka refused the settings. Asking again will not help.
    #[error("librdkafka refused the settings of client '{client_id}': {reason}")]
    Settings {
        /// The client's `client.id`.
        client_id: String,
        /// librdkafka's words.
        reason: String,
    },
    /// The start offsets of a topic could not be found. Asking again may help.
    #[error("the start offsets of '{topic}' could not be read: {reason}")]
    StartOffsets {
        /// The topic as the cluster calls it.
        topic: TopicName,
        /// What the cluster answered.
        reason: String,
    },
    /// The cluster could not be asked.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
}

/// The cluster did not answer a question as expected.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClusterError {
    /// No broker answered. Asking again may help.
    #[error(
        "no broker of {servers} answered within {timeout:?}: {reason}; check the address \
         (test-probe.core.kafka.bootstrap-servers or KAFKA_BOOTSTRAP_SERVERS) and that the broker runs"
    )]
    Unreachable {
        /// Who was asked.
        servers: BootstrapServers,
        /// For how long.
        timeout: Duration,
        /// librdkafka's words.
        reason: String,
    },
    /// The cluster lacks topics. Asking again will not help.
    #[error(
        "{} on {servers}; create {}, or let the probe do it with test-probe.core.kafka.create-topics = true",
        named(topics),
        if topics.len() == 1 { "it" } else { "them" }
    )]
    UnknownTopics {
        /// All the topics that it lacks, as the cluster would call them.
        topics: Vec<TopicName>,
        /// Who was asked.
        servers: BootstrapServers,
    },
    /// The cluster refused to answer about this topic, for want of rights for example.
    #[error("{servers} refused topic '{topic}': {reason}")]
    Refused {
        /// The topic as the cluster calls it.
        topic: TopicName,
        /// Who was asked.
        servers: BootstrapServers,
        /// The broker's words.
        reason: String,
    },
}

fn named(topics: &[TopicName]) -> String {
    let names: Vec<String> = topics.iter().map(|topic| format!("'{topic}'")).collect();
    match names.as_slice() {
        [name] => format!("topic {name} does not exist"),
        names => format!("topics {} do not exist", names.join(", ")),
    }
}
