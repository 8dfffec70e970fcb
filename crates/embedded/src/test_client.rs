//! A client of Kafka for tests, which shares nothing with this room but the socket.

use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::error::KafkaError;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use test_probe_directives::BootstrapServers;

/// How long a test waits for what must come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A producer that tries a lost broker again at once.
pub(crate) struct TestClient(BaseProducer);

impl TestClient {
    pub(crate) fn of(servers: &BootstrapServers) -> Self {
        #[allow(
            clippy::disallowed_methods,
            reason = "the one place is above this room, and a test needs no more than this"
        )]
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", servers.as_str());
        config.set("reconnect.backoff.ms", "10").set("reconnect.backoff.max.ms", "50");
        Self(config.create().unwrap())
    }

    /// How many partitions a topic has; nothing when no broker says it in time.
    pub(crate) fn partitions(&self, topic: &str, patience: Duration) -> Result<usize, KafkaError> {
        let metadata = self.0.client().fetch_metadata(Some(topic), patience)?;
        Ok(metadata.topics()[0].partitions().len())
    }

    /// Sends a record to partition 0, and gives up waiting for the broker's word after `patience`: the record waits then.
    pub(crate) fn send(&self, topic: &str, patience: Duration) -> Result<(), KafkaError> {
        self.0.send(BaseRecord::<(), _>::to(topic).partition(0).payload("x")).map_err(|(error, _)| error)?;
        self.delivered(patience)
    }

    /// Waits until the broker has confirmed all records.
    pub(crate) fn delivered(&self, patience: Duration) -> Result<(), KafkaError> {
        self.0.flush(patience)
    }
}
