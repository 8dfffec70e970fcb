use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::Client;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use test_probe_directives::TopicName;

use super::access::Access;
use super::error_keeper::ErrorKeeper;
use super::native::{Fed, serve_main_queue};
use super::token_feed::feed;
use super::{client_config, metadata};
use crate::{ClientError, ClientSpec, ClusterError};

/// Creates topics where the configuration allows it.
pub struct TopicAdmin {
    client: Fed<AdminClient<ErrorKeeper>>,
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
        let client: AdminClient<_> = client_config::admin(spec)?
            .create_with_context(ErrorKeeper::new(spec))
            .map_err(|error| client_config::refused(spec, &error))?;
        let access = Arc::clone(client.inner().context().access());
        Ok(Self { client: feed(client, spec, access)? })
    }

    pub(super) fn native(&self) -> &Client<ErrorKeeper> {
        self.client.inner()
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
        let answer = self.client.create_topics([&wish], &options).await;
        let answer = answer.map_err(|error| {
            serve_main_queue(self.client.inner());
            self.access().no_answer_at_once(&error, timeout)
        })?;
        self.access().succeeded();
        match answer.into_iter().next() {
            None | Some(Ok(_)) => Ok(TopicCreation::Created),
            Some(Err((_, RDKafkaErrorCode::TopicAlreadyExists))) => Ok(TopicCreation::Existed),
            Some(Err((_, code @ RDKafkaErrorCode::TopicAuthorizationFailed))) => {
                Err(metadata::denied(self.access(), topic, "Create", code))
            }
            Some(Err((_, code))) => Err(ClusterError::Refused {
                topic: topic.clone(),
                servers: self.access().servers().clone(),
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
        let hear = || serve_main_queue(self.client.inner());
        match metadata::partition_counts(self.client.inner(), self.access(), hear, topics, timeout) {
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
            let (first, _) = watermarks.map_err(|error| self.no_answer(&error, timeout))?;
            Ok((partition, first))
        };
        (0..i32::try_from(count).unwrap_or(i32::MAX)).map(ask).collect()
    }

    pub(super) fn access(&self) -> &Access {
        self.client.inner().context().access()
    }

    pub(super) fn no_answer(&self, error: &KafkaError, timeout: Duration) -> ClusterError {
        serve_main_queue(self.client.inner());
        self.access().no_answer(error, timeout)
    }
}

impl fmt::Debug for TopicAdmin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TopicAdmin").field("servers", self.access().servers()).finish_non_exhaustive()
    }
}
