use std::fmt;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::{Offset, TopicPartitionList};
use test_probe_directives::{BootstrapServers, TopicName};

use super::detach::detach;
use super::{client_config, metadata};
use crate::{ClientError, ClientSpec, ClusterError, IncomingRecord};

/// Reads single records by their place, for people: it joins no group and commits nothing.
pub struct RecordReader {
    consumer: BaseConsumer,
    servers: BootstrapServers,
}

impl RecordReader {
    /// A reader of this cluster and identity.
    ///
    /// # Errors
    /// [`ClientError`] when the settings are not acceptable.
    pub fn new(spec: &ClientSpec) -> Result<Self, ClientError> {
        let consumer = client_config::reader(spec).create().map_err(|error| ClientError::Settings {
            client_id: spec.client_id.clone(),
            reason: rdkafka::error::KafkaError::to_string(&error),
        })?;
        Ok(Self { consumer, servers: spec.identity.bootstrap_servers.clone() })
    }

    /// The record at an offset of a partition, counted back from the end where it is negative: -1 is the last one. Nothing
    /// when there is none. Blocks for up to `timeout` for each of three questions.
    ///
    /// # Errors
    /// [`ClusterError`] when the cluster does not answer, or lacks the topic or the partition.
    pub fn record(
        &self,
        topic: &TopicName,
        partition: i32,
        offset: i64,
        timeout: Duration,
    ) -> Result<Option<IncomingRecord>, ClusterError> {
        let unreachable = |error: rdkafka::error::KafkaError| ClusterError::Unreachable {
            servers: self.servers.clone(),
            timeout,
            reason: error.to_string(),
        };
        let topics = std::slice::from_ref(topic);
        let counts = metadata::partition_counts(self.consumer.client(), &self.servers, topics, timeout)?;
        let count = counts.first().copied().unwrap_or_default();
        if usize::try_from(partition).is_ok_and(|partition| partition >= count) || partition < 0 {
            return Err(ClusterError::Refused {
                topic: topic.clone(),
                servers: self.servers.clone(),
                reason: format!("it has no partition {partition}; it has {count}, counted from 0"),
            });
        }
        let watermarks = self.consumer.fetch_watermarks(topic.as_str(), partition, timeout);
        let (first, end) = watermarks.map_err(unreachable)?;
        let offset = if offset < 0 { end + offset } else { offset };
        if offset < first || offset >= end {
            return Ok(None);
        }
        let mut assignment = TopicPartitionList::new();
        assignment.add_partition_offset(topic.as_str(), partition, Offset::Offset(offset)).map_err(unreachable)?;
        self.consumer.assign(&assignment).map_err(unreachable)?;
        let found = self.consumer.poll(timeout).transpose().map_err(unreachable)?;
        // After a transaction's marker, or where a record was compacted away, the next one is what is there.
        Ok(found.as_ref().and_then(detach).filter(|record| record.offset == offset))
    }
}

impl fmt::Debug for RecordReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordReader").field("servers", &self.servers).finish_non_exhaustive()
    }
}
