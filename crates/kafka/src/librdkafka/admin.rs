use std::fmt;
use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::error::RDKafkaErrorCode;
use test_probe_directives::{BootstrapServers, TopicName};

use super::client_config;
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

impl fmt::Debug for TopicAdmin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TopicAdmin").field("servers", &self.servers).finish_non_exhaustive()
    }
}
