//! Questions to the cluster about its topics.

use std::time::Duration;

use rdkafka::client::{Client, ClientContext};
use rdkafka::consumer::{BaseConsumer, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::metadata::Metadata;
use rdkafka::types::RDKafkaRespErr;
use test_probe_directives::TopicName;

use super::access::Access;
use crate::ClusterError;

/// How long a question waits before it is looked whether brokers refuse the client. Each further look is twice as late.
const FIRST_LOOK: Duration = Duration::from_secs(1);

/// How long a consumer is polled for errors at least.
const HEARING: Duration = Duration::from_millis(20);

/// The partition count of each of these topics, in their order. `hear` has the client's context told of the errors so far.
///
/// All topics are asked for at once: one answer tells what is there. A topic that is not in it is asked for by name, since
/// brokers leave out what the client has no right to see; the clients are set up so that this creates none.
pub(super) fn partition_counts<C: ClientContext>(
    client: &Client<C>,
    access: &Access,
    hear: impl Fn(),
    topics: &[TopicName],
    timeout: Duration,
) -> Result<Vec<usize>, ClusterError> {
    let all = ask(client, access, &hear, None, timeout)?;
    let mut counts = Vec::with_capacity(topics.len());
    let mut missing = Vec::new();
    for topic in topics {
        let mut count = partition_count(&all, access, topic)?;
        if count.is_none() {
            count = partition_count(&ask(client, access, &hear, Some(topic), timeout)?, access, topic)?;
        }
        match count {
            Some(count) => counts.push(count),
            None => missing.push(topic.clone()),
        }
    }
    if missing.is_empty() {
        Ok(counts)
    } else {
        Err(ClusterError::UnknownTopics { topics: missing, servers: access.servers().clone() })
    }
}

/// Has a consumer that reads nothing yet tell its context of the errors so far.
pub(super) fn hear_errors<C: ConsumerContext>(consumer: &BaseConsumer<C>) {
    while consumer.poll(HEARING).is_some() {}
}

/// The error of a client that lacks a right to a topic.
pub(super) fn denied(access: &Access, topic: &TopicName, right: &'static str, code: RDKafkaErrorCode) -> ClusterError {
    ClusterError::Denied {
        topic: topic.clone(),
        servers: access.servers().clone(),
        principal: access.principal().to_owned(),
        right,
        reason: code.to_string(),
    }
}

/// Asks, and gives up as soon as it is known that brokers refuse the client: waiting does not help then.
pub(super) fn ask<C: ClientContext>(
    client: &Client<C>,
    access: &Access,
    hear: &impl Fn(),
    topic: Option<&TopicName>,
    timeout: Duration,
) -> Result<Metadata, ClusterError> {
    let mut left = timeout;
    let mut look = FIRST_LOOK;
    loop {
        let patience = left.min(look);
        let error = match client.fetch_metadata(topic.map(TopicName::as_str), patience) {
            Ok(metadata) => {
                access.succeeded();
                return Ok(metadata);
            }
            Err(error) => error,
        };
        hear();
        left = left.saturating_sub(patience);
        if left.is_zero() || access.is_refused() || !ran_out_of_time(&error) {
            return Err(access.no_answer(&error, timeout));
        }
        look = look.saturating_mul(2);
    }
}

/// Without a broker to ask librdkafka waits for one to come up, and then says that there is none.
fn ran_out_of_time(error: &KafkaError) -> bool {
    matches!(
        error.rdkafka_error_code(),
        Some(RDKafkaErrorCode::OperationTimedOut | RDKafkaErrorCode::BrokerTransportFailure)
    )
}

/// The partition count of a topic in an answer; nothing when it is not in it.
fn partition_count(answer: &Metadata, access: &Access, topic: &TopicName) -> Result<Option<usize>, ClusterError> {
    let found = answer.topics().iter().find(|found| found.name() == topic.as_str());
    match found.map(|found| (found.partitions().len(), found.error())) {
        None | Some((0, None) | (_, Some(RDKafkaRespErr::RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART))) => Ok(None),
        Some((count, None)) => Ok(Some(count)),
        Some((_, Some(error))) => Err(match RDKafkaErrorCode::from(error) {
            code @ RDKafkaErrorCode::TopicAuthorizationFailed => denied(access, topic, "Describe", code),
            code => ClusterError::Refused {
                topic: topic.clone(),
                servers: access.servers().clone(),
                reason: code.to_string(),
            },
        }),
    }
}
