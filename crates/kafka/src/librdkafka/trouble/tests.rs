use test_probe_directives::Secret;

use super::*;
use crate::ScramMechanism;

fn of(code: RDKafkaErrorCode, reason: &str) -> Option<Trouble> {
    let login: Login<()> =
        Login::Scram { mechanism: ScramMechanism::Sha256, username: "svc".into(), password: Secret::new("hunter2") };
    Trouble::of(&KafkaError::Global(code), reason, &login)
}

#[track_caller]
fn check(code: RDKafkaErrorCode, reason: &str, kind: TroubleKind, kept: &str, fix: &str) {
    let trouble = of(code, reason).unwrap();
    assert_eq!((trouble.kind, trouble.reason.as_str()), (kind, kept));
    assert!(trouble.fix.contains(fix), "{}", trouble.fix);
}

#[test]
fn what_librdkafka_says_is_sorted_and_shortened_and_has_a_fix() {
    use RDKafkaErrorCode as Code;
    use TroubleKind::{Connection, Login, Protocol, Tls};
    check(
        Code::Authentication,
        "sasl_ssl://b:1/bootstrap: SASL authentication error: Authentication failed: Invalid username or password (after \
         141ms in state AUTH_REQ, 1 identical error(s) suppressed)",
        Login,
        "sasl_ssl://b:1/bootstrap: SASL authentication error: Authentication failed: Invalid username or password",
        "check user and password",
    );
    check(
        Code::Authentication,
        "SASL PLAIN mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's supported mechanisms: OAUTHBEARER",
        Login,
        "SASL PLAIN mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's supported mechanisms: OAUTHBEARER",
        "sasl-mechanism",
    );
    check(
        Code::SSL,
        "sasl_ssl://b:1/bootstrap: SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker \
         certificate could not be verified, verify that ssl.ca.location is correctly configured (after 2ms in state X)",
        Tls,
        "sasl_ssl://b:1/bootstrap: SSL handshake failed: error:0A000086:SSL routines::certificate verify failed",
        "tls.ca-file",
    );
    check(
        Code::BrokerTransportFailure,
        "ssl://b:1/bootstrap: Receive failed: error:0A00045C:SSL routines::tlsv13 alert certificate required: SSL alert number \
         116 (after 0ms in state APIVERSION_QUERY)",
        Tls,
        "ssl://b:1/bootstrap: Receive failed: error:0A00045C:SSL routines::tlsv13 alert certificate required: SSL alert number \
         116",
        "tls.certificate-file and key-file",
    );
    check(
        Code::BrokerTransportFailure,
        "ssl://b:1/bootstrap: SSL handshake failed: Disconnected: connecting to a PLAINTEXT broker listener? (after 0ms)",
        Protocol,
        "ssl://b:1/bootstrap: SSL handshake failed: Disconnected: connecting to a PLAINTEXT broker listener?",
        "security.protocol",
    );
    check(Code::BrokerTransportFailure, "Connect to b:1 failed", Connection, "Connect to b:1 failed", "address");
    assert_eq!(of(Code::AllBrokersDown, "1/1 brokers are down"), None);
    assert_eq!(of(Code::TopicAuthorizationFailed, "no"), None);
}

#[test]
fn that_a_broker_closes_at_once_is_read_from_the_log() {
    let line = "b:1/bootstrap: Disconnected: requesting ApiVersion: might be caused by incorrect security.protocol \
                configuration (connecting to a SSL listener?) or broker version is < 0.10 (see x) (after 1ms in state Y)";
    let trouble = Trouble::of_log("FAIL", line).unwrap();
    assert_eq!(trouble.kind, TroubleKind::Protocol);
    assert!(trouble.reason.ends_with("(connecting to a SSL listener?)"), "{}", trouble.reason);
    assert_eq!(Trouble::of_log("SSL", line), None);
    for (state, is_it) in
        [("0ms in state APIVERSION_QUERY", true), ("7ms in state UP", true), ("2000ms in state UP", false)]
    {
        let line =
            format!("[thrd:b]: b:1/bootstrap: Disconnected: receive 0 after POLLIN (after {state}, 1 suppressed)");
        let told = Trouble::of_log("FAIL", &line).map(|trouble| trouble.reason);
        assert_eq!(told, is_it.then(|| "b:1/bootstrap: Disconnected: receive 0 after POLLIN".to_owned()), "{line}");
    }
    assert_eq!(Trouble::of_log("FAIL", "b:1/bootstrap: Connect failed: Connection refused (after 1ms)"), None);
}
