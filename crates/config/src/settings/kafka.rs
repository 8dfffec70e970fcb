use std::num::NonZeroU16;
use std::time::Duration;

use test_probe_directives::BootstrapServers;

use super::{ConsumerSettings, NoValue, ProducerSettings, Values};
use crate::{ClientProperties, SchemaRegistryUrl};

mod security;

pub use security::{KafkaSecuritySettings, KafkaTlsSettings, MskSettings};

/// The cluster, its topics and the clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KafkaSettings {
    /// The brokers of topics whose directive names none. The embedded world puts its own in their place.
    pub bootstrap_servers: BootstrapServers,
    /// The registry of topics whose directive names none, by one address or several. The embedded world puts its own in
    /// its place.
    pub schema_registry_url: SchemaRegistryUrl,
    /// What the `client.id` of a producer begins with.
    pub client_id_prefix: String,
    /// What the `group.id` of a test's consumers begins with; the test's id follows.
    pub group_id_prefix: String,
    /// What is appended to every topic's name on the cluster. `{test-id}` in it stands for the test's short id.
    pub topic_suffix: String,
    /// Whether a topic that does not exist is created.
    pub create_topics: bool,
    /// How many partitions a created topic has.
    pub topic_partitions: NonZeroU16,
    /// How many copies of each partition a created topic has.
    pub topic_replication_factor: NonZeroU16,
    /// How often a client reports its statistics.
    pub statistics_interval: Duration,
    /// The producing side.
    pub producer: ProducerSettings,
    /// The consuming side.
    pub consumer: ConsumerSettings,
    /// How clusters are reached, and who comes where the vault names nobody.
    pub security: KafkaSecuritySettings,
    /// Further properties of librdkafka, for every client.
    pub properties: ClientProperties,
}

impl KafkaSettings {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self {
            bootstrap_servers: values.get("test-probe.core.kafka.bootstrap-servers")?,
            schema_registry_url: values.get("test-probe.core.kafka.schema-registry-url")?,
            client_id_prefix: values.get("test-probe.core.kafka.client-id-prefix")?,
            group_id_prefix: values.get("test-probe.core.kafka.group-id-prefix")?,
            topic_suffix: values.get("test-probe.core.kafka.topic-suffix")?,
            create_topics: values.get("test-probe.core.kafka.create-topics")?,
            topic_partitions: values.get("test-probe.core.kafka.topic-partitions")?,
            topic_replication_factor: values.get("test-probe.core.kafka.topic-replication-factor")?,
            statistics_interval: values.get("test-probe.core.kafka.statistics-interval")?,
            producer: ProducerSettings::read(values)?,
            consumer: ConsumerSettings::read(values)?,
            security: KafkaSecuritySettings::read(values)?,
            properties: values.get("test-probe.core.kafka.properties")?,
        })
    }
}
