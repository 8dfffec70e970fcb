use std::sync::Arc;

use test_probe_directives::{ClusterName, Secret, Timestamp};
use test_probe_oauth::{BearerToken, MskIamRequest, TokenRequest, TokenWriter};

use super::*;
use crate::{ClientIdentity, Login, NackKind, Written};

/// What the clock of these tests shows.
fn now() -> Timestamp {
    Timestamp::from_millis(1000)
}

fn spec(login: Login) -> ClientSpec {
    let identity = ClientIdentity {
        cluster: ClusterName::default(),
        bootstrap_servers: "broker:9092".parse().unwrap(),
        principal: "svc".into(),
        credential: String::new(),
    };
    let security = Security { login, ..Security::plaintext() };
    ClientSpec { security, clock: WallClock::reading(now), ..ClientSpec::new(identity, "svc") }
}

fn with_password() -> Access {
    Access::new(&spec(Login::Plain { username: "svc".into(), password: Secret::new("hunter2") }))
}

/// An access whose token ends at that time.
fn with_token(ends: Timestamp) -> (Access, TokenWriter) {
    let (writer, token) = TokenWriter::new(TokenRequest::MskIam(MskIamRequest::default()).identity());
    writer.put(BearerToken::new(Secret::new("t"), "svc", Timestamp::default(), ends));
    (Access::new(&spec(Login::OAuthBearer { token, extensions: Default::default() })), writer)
}

fn error(code: RDKafkaErrorCode) -> KafkaError {
    KafkaError::Global(code)
}

fn timed_out() -> ProducedNack {
    ProducedNack::possibly_written(NackKind::Broker, "timed out").worth_a_retry()
}

const TIMEOUT: Duration = Duration::from_secs(1);

#[test]
fn a_refused_login_is_what_a_time_out_is_about_until_something_succeeds() {
    let access = with_password();
    let no_word = error(RDKafkaErrorCode::OperationTimedOut);
    assert!(matches!(access.no_answer(&no_word, TIMEOUT), ClusterError::Unreachable { .. }));
    assert_eq!(access.explain(timed_out()).kind, NackKind::Broker);

    access.note(&error(RDKafkaErrorCode::Authentication), "Authentication failed");
    access.note(&error(RDKafkaErrorCode::BrokerTransportFailure), "Disconnected");
    access.note(&error(RDKafkaErrorCode::AllBrokersDown), "1/1 brokers are down");
    assert!(access.is_refused() && access.refusal(TIMEOUT).is_some());
    let told = access.no_answer(&no_word, TIMEOUT).to_string();
    assert_eq!(
        told,
        "broker:9092 refused the login of 'svc': Authentication failed; check user and password: those that the vault gives, \
         or test-probe.core.kafka.security.username and password"
    );
    let nack = access.explain(timed_out());
    assert_eq!((nack.kind, nack.written, nack.retry), (NackKind::Authentication, Written::Possibly, true));
    assert!(nack.explain().contains("timed out (possibly written): Authentication failed"), "{}", nack.explain());

    access.succeeded();
    assert!(!access.is_refused() && access.refusal(TIMEOUT).is_none());
    assert_eq!(access.explain(timed_out()).kind, NackKind::Broker);
}

#[test]
fn a_lost_connection_is_a_reason_and_no_refusal() {
    let access = with_password();
    access.note(&error(RDKafkaErrorCode::BrokerTransportFailure), "Connection refused");
    assert!(!access.is_refused());
    let told = access.no_answer(&error(RDKafkaErrorCode::OperationTimedOut), TIMEOUT).to_string();
    assert!(told.contains("no broker of broker:9092 answered within 1s: Connection refused"), "{told}");
    let nack = access.explain(timed_out());
    assert_eq!(nack.kind, NackKind::Broker);
    assert!(nack.explain().contains("Connection refused"), "{}", nack.explain());
}

#[test]
fn a_token_that_has_ended_is_the_cause() {
    let (access, writer) = with_token(now());
    let told = access.no_answer(&error(RDKafkaErrorCode::OperationTimedOut), TIMEOUT);
    let ClusterError::Login { token: Some(cause), .. } = &told else { panic!("{told}") };
    assert!(cause.to_string().contains("the last one ended at 1970-01-01T00:00:01"), "{cause}");
    let nack = access.explain(timed_out());
    assert_eq!((nack.kind, nack.retry), (NackKind::Authentication, true));
    assert!(nack.explain().contains("the last one ended at"), "{}", nack.explain());

    let ends = Timestamp::from_millis(1001);
    writer.put(BearerToken::new(Secret::new("t"), "svc", Timestamp::default(), ends));
    assert_eq!(access.explain(timed_out()).kind, NackKind::Broker);
}

#[test]
fn notes_of_many_threads_and_successes_leave_no_half_of_either() {
    let access = Arc::new(with_password());
    std::thread::scope(|threads| {
        for number in 0..4 {
            let access = Arc::clone(&access);
            threads.spawn(move || {
                for _ in 0..1000 {
                    if number % 2 == 0 {
                        access.note(&error(RDKafkaErrorCode::Authentication), "no");
                    } else {
                        access.succeeded();
                    }
                }
            });
        }
    });
    access.succeeded();
    assert!(!access.is_refused());
    access.note(&error(RDKafkaErrorCode::Authentication), "no");
    assert!(access.is_refused());
}
