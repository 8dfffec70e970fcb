use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::{Offset, TopicPartitionList};
use test_probe_directives::TopicName;

use super::detach::detach;
use super::error_keeper::ErrorKeeper;
use super::native::Fed;
use super::token_feed::feed;
use super::{client_config, metadata};
use crate::{ClientError, ClientSpec, ClusterError, IncomingRecord};

/// Reads single records by their place, for people: it joins no group and commits nothing.
pub struct RecordReader {
    consumer: Fed<BaseConsumer<ErrorKeeper>>,
}

impl RecordReader {
    /// A reader of this cluster and identity.
    ///
    /// # Errors
    /// [`ClientError`] when the settings are not acceptable.
    pub fn new(spec: &ClientSpec) -> Result<Self, ClientError> {
        let consumer: BaseConsumer<_> = client_config::reader(spec)?
            .create_with_context(ErrorKeeper::new(spec))
            .map_err(|error| client_config::refused(spec, &error))?;
        let access = Arc::clone(consumer.context().access());
        Ok(Self { consumer: feed(consumer, spec, access)? })
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
        let access = self.consumer.context().access();
        let hear = || metadata::hear_errors(&self.consumer);
        let unreachable = |error: rdkafka::error::KafkaError| {
            hear();
            access.no_answer(&error, timeout)
        };
        let topics = std::slice::from_ref(topic);
        let counts = metadata::partition_counts(self.consumer.client(), access, hear, topics, timeout)?;
        let count = counts.first().copied().unwrap_or_default();
        if usize::try_from(partition).is_ok_and(|partition| partition >= count) || partition < 0 {
            return Err(ClusterError::Refused {
                topic: topic.clone(),
                servers: access.servers().clone(),
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
        f.debug_struct("RecordReader")
            .field("servers", self.consumer.context().access().servers())
            .finish_non_exhaustive()
    }
}
