use std::time::Duration;

use test_probe_directives::{BootstrapServers, TopicName};
use test_probe_oauth::TokenUnavailable;

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
    /// There is no token that the client could log in with. Asking again may help.
    #[error("client '{client_id}' cannot log in to {servers} without a token")]
    Token {
        /// The client's `client.id`.
        client_id: String,
        /// Whose client it would be.
        servers: BootstrapServers,
        /// Why there is none.
        source: TokenUnavailable,
    },
    /// A certificate or a key cannot be used. Asking again will not help.
    #[error("{place} cannot be used: {reason}; {fix}")]
    Pem {
        /// The setting, and the file that it names.
        place: String,
        /// What is wrong.
        reason: String,
        /// What to do about it.
        fix: &'static str,
    },
    /// A free property says something else than the security settings. Asking again will not help.
    #[error(
        "Kafka client property '{name}' contradicts how {servers} is secured; remove it, and use the keys below \
         test-probe.core.kafka.security"
    )]
    Contradiction {
        /// The property.
        name: String,
        /// Whose client it would be.
        servers: BootstrapServers,
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
    /// The brokers do not let the client in. Asking again may help only where its token will be another.
    #[error("{servers} refused the login of '{principal}': {reason}; {fix}")]
    Login {
        /// Who was asked.
        servers: BootstrapServers,
        /// Who wanted in.
        principal: String,
        /// The broker's words.
        reason: String,
        /// What to do about it.
        fix: &'static str,
        /// Why there is no valid token, where that is so.
        #[source]
        token: Option<TokenUnavailable>,
    },
    /// Client and brokers do not agree on TLS. Asking again will not help.
    #[error("no secure connection to {servers}: {reason}; {fix}")]
    Tls {
        /// Who was asked.
        servers: BootstrapServers,
        /// librdkafka's words.
        reason: String,
        /// What to do about it.
        fix: &'static str,
    },
    /// The client lacks a right. Asking again will not help.
    #[error("{servers} denies '{principal}' the topic '{topic}': {reason}; give it the right {right}")]
    Denied {
        /// The topic as the cluster calls it.
        topic: TopicName,
        /// Who was asked.
        servers: BootstrapServers,
        /// Whose right it is.
        principal: String,
        /// The missing right, as Kafka's tools name it.
        right: &'static str,
        /// The broker's words.
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
