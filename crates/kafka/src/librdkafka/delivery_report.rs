//! What a delivery report says, in the probe's words.

use rdkafka::Message;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::DeliveryResult;
use test_probe_directives::{Timestamp, TopicName};

use super::access::Access;
use super::native::{Persistence, persistence};
use crate::{Delivered, NackKind, ProducedNack, Written};

/// Translates a delivery report. A client that is not `closing` purges records only after a fatal error.
pub(super) fn translate(
    report: &DeliveryResult<'_>,
    access: &Access,
    closing: bool,
) -> Result<Delivered, ProducedNack> {
    match report {
        Ok(message) => {
            access.succeeded();
            Ok(Delivered {
                partition: message.partition(),
                offset: message.offset(),
                timestamp: Timestamp::from_millis(message.timestamp().to_millis().unwrap_or_default()),
            })
        }
        Err((error, message)) => {
            let nack = nack(error, persistence(message), closing);
            Err(match error.rdkafka_error_code() {
                Some(code) if no_broker_answered(code) => access.explain(nack),
                _ => with_missing_right(nack, error, access.principal(), message.topic()),
            })
        }
    }
}

/// The Nack of a record that librdkafka did not even queue.
pub(super) fn not_queued(error: &KafkaError, access: &Access, topic: &TopicName) -> ProducedNack {
    with_missing_right(nack(error, Persistence::NotPersisted, false), error, access.principal(), topic.as_str())
}

fn with_missing_right(nack: ProducedNack, error: &KafkaError, principal: &str, topic: &str) -> ProducedNack {
    if error.rdkafka_error_code() != Some(RDKafkaErrorCode::TopicAuthorizationFailed) {
        return nack;
    }
    let reason = format!("{}: give '{principal}' the right Write on the topic '{topic}'", nack.reason);
    ProducedNack { reason, ..nack }
}

/// Whether the report says that time ran out or the connection was lost, and so not why.
fn no_broker_answered(code: RDKafkaErrorCode) -> bool {
    use RDKafkaErrorCode as Code;
    matches!(
        code,
        Code::MessageTimedOut
            | Code::RequestTimedOut
            | Code::OperationTimedOut
            | Code::BrokerTransportFailure
            | Code::AllBrokersDown
            | Code::NetworkException
    )
}

fn nack(error: &KafkaError, persistence: Persistence, closing: bool) -> ProducedNack {
    let code = error.rdkafka_error_code();
    let (kind, retry) = code.map_or((NackKind::Broker, false), |code| sort(code, closing));
    let written = match persistence {
        Persistence::NotPersisted => Written::No,
        Persistence::PossiblyPersisted | Persistence::Persisted => Written::Possibly,
    };
    let reason = code.map_or_else(|| error.to_string(), |code| code.to_string());
    ProducedNack { written, retry, ..ProducedNack::not_written(kind, reason) }
}

/// The kind of Nack behind an error code, and whether the same call may succeed later unchanged.
fn sort(code: RDKafkaErrorCode, closing: bool) -> (NackKind, bool) {
    use RDKafkaErrorCode as Code;
    match code {
        Code::MessageTimedOut | Code::RequestTimedOut | Code::OperationTimedOut => (NackKind::Broker, true),
        Code::NotEnoughReplicas
        | Code::NotEnoughReplicasAfterAppend
        | Code::BrokerTransportFailure
        | Code::AllBrokersDown
        | Code::LeaderNotAvailable
        | Code::NotLeaderForPartition
        | Code::BrokerNotAvailable
        | Code::NetworkException
        | Code::ThrottlingQuotaExceeded => (NackKind::Broker, true),
        Code::QueueFull => (NackKind::QueueFull, true),
        Code::PurgeQueue | Code::PurgeInflight if closing => (NackKind::StreamClosed, false),
        // The client had a fatal error, and the pool puts a new one in its place for the next record.
        Code::Fatal | Code::PurgeQueue | Code::PurgeInflight => (NackKind::Broker, true),
        Code::Authentication
        | Code::SaslAuthenticationFailed
        | Code::TopicAuthorizationFailed
        | Code::ClusterAuthorizationFailed
        | Code::TransactionalIdAuthorizationFailed => (NackKind::Authentication, false),
        _ => (NackKind::Broker, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: RDKafkaErrorCode, persistence: Persistence, kind: NackKind, written: Written, retry: bool) {
        check_while(true, code, persistence, (kind, written, retry));
        if kind != NackKind::StreamClosed {
            check_while(false, code, persistence, (kind, written, retry));
        }
    }

    #[track_caller]
    fn check_while(
        closing: bool,
        code: RDKafkaErrorCode,
        persistence: Persistence,
        expected: (NackKind, Written, bool),
    ) {
        let nack = nack(&KafkaError::MessageProduction(code), persistence, closing);
        assert_eq!((nack.kind, nack.written, nack.retry), expected, "{code:?}");
        assert!(!nack.reason.is_empty());
    }

    #[test]
    fn each_code_says_what_happened_and_whether_asking_again_helps() {
        use Persistence::{NotPersisted, PossiblyPersisted};
        use RDKafkaErrorCode as Code;
        check(Code::MessageTimedOut, NotPersisted, NackKind::Broker, Written::No, true);
        check(Code::MessageTimedOut, PossiblyPersisted, NackKind::Broker, Written::Possibly, true);
        check(Code::MessageSizeTooLarge, NotPersisted, NackKind::Broker, Written::No, false);
        check(Code::UnknownTopicOrPartition, NotPersisted, NackKind::Broker, Written::No, false);
        check(Code::TopicAuthorizationFailed, NotPersisted, NackKind::Authentication, Written::No, false);
        check(Code::NotEnoughReplicasAfterAppend, PossiblyPersisted, NackKind::Broker, Written::Possibly, true);
        check(Code::Fatal, NotPersisted, NackKind::Broker, Written::No, true);
        check(Code::Fatal, PossiblyPersisted, NackKind::Broker, Written::Possibly, true);
        check(Code::PurgeQueue, NotPersisted, NackKind::StreamClosed, Written::No, false);
        check(Code::PurgeInflight, PossiblyPersisted, NackKind::StreamClosed, Written::Possibly, false);
    }

    #[test]
    fn a_record_that_is_purged_by_a_client_that_does_not_close_is_lost_to_a_fatal_error() {
        use Persistence::{NotPersisted, PossiblyPersisted};
        check_while(false, RDKafkaErrorCode::PurgeQueue, NotPersisted, (NackKind::Broker, Written::No, true));
        let possibly = (NackKind::Broker, Written::Possibly, true);
        check_while(false, RDKafkaErrorCode::PurgeInflight, PossiblyPersisted, possibly);
    }
}
