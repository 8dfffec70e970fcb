use std::fmt;
use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::error::RDKafkaErrorCode;
use test_probe_directives::{BootstrapServers, TopicName};

use super::{client_config, metadata};
use crate::{ClientError, ClientSpec, ClusterError};

/// Creates topics where the configuration allows it.
pub struct TopicAdmin {
    client: AdminClient<DefaultClientContext>,
    servers: BootstrapServers,
}

/// What became of the wish for a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopicCreation {
    /// It was created.
    Created,
    /// It was there.
    Existed,
}

impl TopicAdmin {
    /// An admin client of this cluster and identity.
    ///
    /// # Errors
    /// [`ClientError`] when the settings are not acceptable.
    pub fn new(spec: &ClientSpec) -> Result<Self, ClientError> {
        let client = client_config::admin(spec).create().map_err(|error| ClientError::Settings {
            client_id: spec.client_id.clone(),
            reason: rdkafka::error::KafkaError::to_string(&error),
        })?;
        Ok(Self { client, servers: spec.identity.bootstrap_servers.clone() })
    }

    /// Creates the topic unless it exists.
    ///
    /// # Errors
    /// [`ClusterError`] when the cluster does not answer within `timeout`, or refuses.
    ///
    /// # Cancellation
    /// The topic may be created all the same.
    pub async fn ensure(
        &self,
        topic: &TopicName,
        partitions: i32,
        replication: i32,
        timeout: Duration,
    ) -> Result<TopicCreation, ClusterError> {
        let wish = NewTopic::new(topic.as_str(), partitions, TopicReplication::Fixed(replication));
        let options = AdminOptions::new().request_timeout(Some(timeout)).operation_timeout(Some(timeout));
        let answer = self.client.create_topics([&wish], &options).await.map_err(|error| ClusterError::Unreachable {
            servers: self.servers.clone(),
            timeout,
            reason: error.to_string(),
        })?;
        match answer.into_iter().next() {
            None | Some(Ok(_)) => Ok(TopicCreation::Created),
            Some(Err((_, RDKafkaErrorCode::TopicAlreadyExists))) => Ok(TopicCreation::Existed),
            Some(Err((_, code))) => Err(ClusterError::Refused {
                topic: topic.clone(),
                servers: self.servers.clone(),
                reason: code.to_string(),
            }),
        }
    }
}

impl TopicAdmin {
    /// How many partitions the topic has; nothing when it does not exist. Blocks for up to `timeout`.
    ///
    /// # Errors
    /// [`ClusterError`] when the cluster does not answer, or refuses.
    pub fn partitions(&self, topic: &TopicName, timeout: Duration) -> Result<Option<usize>, ClusterError> {
        let topics = std::slice::from_ref(topic);
        match metadata::partition_counts(self.client.inner(), &self.servers, topics, timeout) {
            Ok(counts) => Ok(counts.first().copied()),
            Err(ClusterError::UnknownTopics { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The first offset that the broker still has of each partition of the topic. Blocks for up to `timeout` a partition.
    ///
    /// # Errors
    /// [`ClusterError`] when the cluster does not answer, or lacks the topic.
    pub fn first_offsets(&self, topic: &TopicName, timeout: Duration) -> Result<Vec<(i32, i64)>, ClusterError> {
        let count = self.partitions(topic, timeout)?.unwrap_or_default();
        let ask = |partition: i32| {
            let watermarks = self.client.inner().fetch_watermarks(topic.as_str(), partition, timeout);
            let (first, _) = watermarks.map_err(|error| ClusterError::Unreachable {
                servers: self.servers.clone(),
                timeout,
                reason: error.to_string(),
            })?;
            Ok((partition, first))
        };
        (0..i32::try_from(count).unwrap_or(i32::MAX)).map(ask).collect()
    }
}

impl fmt::Debug for TopicAdmin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TopicAdmin").field("servers", &self.servers).finish_non_exhaustive()
    }
}
