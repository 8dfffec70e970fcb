//! Questions about a cluster that change nothing on it.

use std::time::Duration;

use rdkafka_sys::bindings::rd_kafka_AclOperation_t as Operation;
use test_probe_directives::TopicName;

use super::native::{describe_topics, serve_main_queue};
use super::{TopicAdmin, client_config, metadata};
use crate::{ClientError, ClientSpec, ClusterError};

/// Where a broker says that it is found.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BrokerAddress {
    /// The broker's number.
    pub id: i32,
    /// Its host, as it is advertised.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// What a cluster says of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicFacts {
    /// The topic.
    pub topic: TopicName,
    /// How many partitions it has; 0 where `refusal` says why nothing is known.
    pub partitions: usize,
    /// What one may do with it; nothing where the brokers do not tell.
    pub rights: Option<TopicRights>,
    /// Why nothing is known: the topic is not there, or may not even be looked at.
    pub refusal: Option<String>,
}

/// What one may do with a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopicRights {
    /// Consume.
    pub read: bool,
    /// Produce.
    pub write: bool,
}

/// By which rule the producers of this client find a key's partition, as librdkafka calls it.
///
/// # Errors
/// [`ClientError`] when the settings are not acceptable.
pub fn partitioner(spec: &ClientSpec) -> Result<Option<String>, ClientError> {
    Ok(client_config::producer(spec)?.get("partitioner").map(str::to_owned))
}

impl TopicAdmin {
    /// The brokers as they advertise themselves, in the order of their numbers. Blocks for up to `timeout`.
    ///
    /// # Errors
    /// [`ClusterError`] when the cluster does not answer.
    pub fn brokers(&self, timeout: Duration) -> Result<Vec<BrokerAddress>, ClusterError> {
        let hear = || serve_main_queue(self.native());
        let metadata = metadata::ask(self.native(), self.access(), &hear, None, timeout)?;
        let address = |broker: &rdkafka::metadata::MetadataBroker| BrokerAddress {
            id: broker.id(),
            host: broker.host().to_owned(),
            port: u16::try_from(broker.port()).unwrap_or_default(),
        };
        let mut brokers: Vec<BrokerAddress> = metadata.brokers().iter().map(address).collect();
        brokers.sort();
        Ok(brokers)
    }

    /// What the cluster says of each topic, and what one may do with it. Blocks for up to `timeout`. Nothing is created by
    /// it.
    ///
    /// # Errors
    /// [`ClusterError`] when the cluster does not answer.
    pub fn facts(&self, topics: &[TopicName], timeout: Duration) -> Result<Vec<TopicFacts>, ClusterError> {
        let names: Vec<&str> = topics.iter().map(TopicName::as_str).collect();
        let described =
            describe_topics(self.native(), &names, timeout).map_err(|error| self.no_answer(&error, timeout))?;
        let facts = topics.iter().map(|topic| {
            let found = described.iter().find(|found| found.name == topic.as_str());
            let Some(found) = found else {
                return TopicFacts {
                    topic: topic.clone(),
                    partitions: 0,
                    rights: None,
                    refusal: Some("the cluster does not speak of it".to_owned()),
                };
            };
            let may = |operation: Operation| {
                let wanted = [operation as u32, Operation::RD_KAFKA_ACL_OPERATION_ALL as u32];
                wanted.iter().any(|one| found.operations.contains(one))
            };
            TopicFacts {
                topic: topic.clone(),
                partitions: found.partitions,
                rights: (!found.operations.is_empty()).then(|| TopicRights {
                    read: may(Operation::RD_KAFKA_ACL_OPERATION_READ),
                    write: may(Operation::RD_KAFKA_ACL_OPERATION_WRITE),
                }),
                refusal: found.error.map(|code| code.to_string()),
            }
        });
        Ok(facts.collect())
    }
}
