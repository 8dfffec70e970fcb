//! Questions to the cluster about its topics.

use std::time::Duration;

use rdkafka::client::{Client, ClientContext};
use rdkafka::types::RDKafkaRespErr;
use test_probe_directives::{BootstrapServers, TopicName};

use crate::ClusterError;

/// The partition count of each of these topics, in their order.
///
/// All topics are asked for at once: a question for one topic by name creates it where the broker creates topics by
/// itself, and with the wrong number of partitions.
pub(super) fn partition_counts<C: ClientContext>(
    client: &Client<C>,
    servers: &BootstrapServers,
    topics: &[TopicName],
    timeout: Duration,
) -> Result<Vec<usize>, ClusterError> {
    let metadata = client.fetch_metadata(None, timeout).map_err(|error| ClusterError::Unreachable {
        servers: servers.clone(),
        timeout,
        reason: error.to_string(),
    })?;
    let mut counts = Vec::with_capacity(topics.len());
    let mut missing = Vec::new();
    for topic in topics {
        let found = metadata.topics().iter().find(|found| found.name() == topic.as_str());
        match found.map(|found| (found.partitions().len(), found.error())) {
            None | Some((0, None) | (_, Some(RDKafkaRespErr::RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART))) => {
                missing.push(topic.clone());
            }
            Some((count, None)) => counts.push(count),
            Some((_, Some(error))) => {
                return Err(ClusterError::Refused {
                    topic: topic.clone(),
                    servers: servers.clone(),
                    reason: rdkafka::error::RDKafkaErrorCode::from(error).to_string(),
                });
            }
        }
    }
    if missing.is_empty() {
        Ok(counts)
    } else {
        Err(ClusterError::UnknownTopics { topics: missing, servers: servers.clone() })
    }
}
