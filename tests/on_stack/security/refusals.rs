//! What a client is told that the cluster does not let in.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use test_probe_kafka::{ClusterError, NackKind, Written};

use super::*;

/// What each kind of client says when it asks for a topic, and how long the slowest took.
async fn told(spec: &ClientSpec) -> Vec<String> {
    let topic = unique_topic("refused");
    let begun = Instant::now();
    let (lease, topics) = (lease(spec), vec![topic.clone()]);
    let producer = blocking(move || lease.partitions(&topics, PATIENCE)).await.unwrap_err();
    let (admin, asked) = (TopicAdmin::new(spec).unwrap(), topic.clone());
    let asking = blocking(move || admin.partitions(&asked, PATIENCE)).await.unwrap_err();
    let (reader, asked) = (RecordReader::new(spec).unwrap(), topic.clone());
    let reader = blocking(move || reader.record(&asked, 0, -1, PATIENCE)).await.unwrap_err();
    let session = Librdkafka::new(Arc::new(NoObserver)).open(reading(spec, &topic)).unwrap();
    let consumer = session.streams[0].readiness().ready().await.unwrap_err();
    let waited = begun.elapsed();
    assert!(waited < PATIENCE, "four clients waited {waited:?} for what is known at once: {producer}");
    vec![producer.to_string(), asking.to_string(), reader.to_string(), consumer.to_string()]
}

#[track_caller]
fn says(told: &[String], parts: &[&str]) {
    for text in told {
        for part in parts {
            assert!(text.contains(part), "{part:?} is not in {text:?}");
        }
    }
}

#[tokio::test]
async fn a_wrong_password_is_told_by_every_client_with_the_brokers_words_and_no_secret() {
    let Some(stack) = Stack::find() else { return };
    let logins = [plain(&stack, "hunter2"), scram(&stack, ScramMechanism::Sha256, "hunter2")];
    for login in logins {
        let told = told(&spec(setting(&stack, SASL_TLS), login, Some(tls(&stack)))).await;
        says(&told, &["refused the login of 'orders-producer'", "uthentication failed", "check user and password"]);
        assert!(!told.iter().any(|text| text.contains("hunter2")), "{told:?}");
    }
}

#[tokio::test]
async fn a_mechanism_that_the_listener_lacks_is_told_with_those_that_it_has() {
    let Some(stack) = Stack::find() else { return };
    let told = told(&spec(setting(&stack, OAUTH), plain(&stack, "s3cr3t"), None)).await;
    says(&told, &["OAUTHBEARER", "set test-probe.core.kafka.security.sasl-mechanism"]);
}

#[tokio::test]
async fn a_token_that_brokers_do_not_take_is_told() {
    let Some(stack) = Stack::find() else { return };
    let identity = Identity::of(&stack, "OAUTH_CLIENT_ID");
    let good = identity.fetch().await;
    let text = good.text().expose().replace('.', ".A");
    identity.writer.put(BearerToken::new(Secret::new(text.as_str()), "svc", good.obtained_at(), good.expires_at()));
    let told = told(&spec(setting(&stack, OAUTH), bearer(&identity.cell()), None)).await;
    says(&told, &["refused the login of 'orders-producer'", "test-probe.services.vault.oauth"]);
    assert!(!told.iter().any(|told| told.contains(&text)), "{told:?}");
}

#[tokio::test]
async fn an_authority_that_did_not_sign_the_brokers_certificate_is_told() {
    let Some(stack) = Stack::find() else { return };
    let ca = Some(file(&stack, "KAFKA_TLS_CERTIFICATE"));
    let other = TlsSettings { ca, ..TlsSettings::default() };
    for tls in [other, TlsSettings::default()] {
        let told = told(&spec(setting(&stack, SASL_TLS), plain(&stack, "s3cr3t"), Some(tls))).await;
        says(
            &told,
            &["no secure connection to localhost", "is from 'test-probe stack'", "tls.ca-file to the PEM file"],
        );
    }
}

#[tokio::test]
async fn a_missing_client_certificate_is_told() {
    let Some(stack) = Stack::find() else { return };
    let told = told(&spec(setting(&stack, MTLS), Login::None, Some(tls(&stack)))).await;
    says(&told, &["no secure connection to", "test-probe.core.kafka.security.tls.certificate-file and key-file"]);
}

#[tokio::test]
async fn a_host_name_that_is_not_in_the_certificate_is_told_unless_nobody_asks() {
    let Some(stack) = Stack::find() else { return };
    let servers = setting(&stack, SASL_TLS);
    let by_other_name = forwarded(servers);
    let login = || plain(&stack, setting(&stack, "KAFKA_SASL_PASSWORD"));
    let told = told(&spec(&by_other_name, login(), Some(tls(&stack)))).await;
    says(&told, &["is for localhost, 127.0.0.1, and not for 127.0.0.2", "tls.verify-host-name = false"]);

    let unchecked = TlsSettings { verify_host_name: false, ..tls(&stack) };
    write_read_and_ask(&spec(&by_other_name, login(), Some(unchecked)), "unchecked").await;
}

#[tokio::test]
async fn a_listener_of_another_protocol_is_told_when_the_time_is_over() {
    let Some(stack) = Stack::find() else { return };
    let tls_to_plaintext = spec(stack.servers().as_str(), Login::None, Some(tls(&stack)));
    let plaintext_to_tls = spec(setting(&stack, MTLS), Login::None, None);
    let plaintext_to_sasl = spec(setting(&stack, OAUTH), Login::None, None);
    for spec in [tls_to_plaintext, plaintext_to_tls, plaintext_to_sasl] {
        let (lease, topics) = (lease(&spec), vec![unique_topic("refused")]);
        let error = blocking(move || lease.partitions(&topics, Duration::from_secs(3))).await.unwrap_err();
        says(&[error.to_string()], &["no secure connection to", "set test-probe.core.kafka.security.protocol"]);
    }
}

/// An address on 127.0.0.2, which no certificate of the stack bears, for what is on 127.0.0.1.
fn forwarded(servers: &str) -> String {
    let port = servers.rsplit(':').next().unwrap().to_owned();
    let listener = TcpListener::bind("127.0.0.2:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for here in listener.incoming() {
            let here = here.unwrap();
            let there = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
            for (from, to) in [(here.try_clone(), there.try_clone()), (Ok(there), Ok(here))] {
                let (from, to) = (from.unwrap(), to.unwrap());
                thread::spawn(move || pass_on(from, to));
            }
        }
    });
    address
}

fn pass_on(mut from: TcpStream, mut to: TcpStream) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    to.shutdown(Shutdown::Both).ok();
}

#[tokio::test]
async fn a_topic_that_is_denied_is_told_with_the_right_that_is_missing() {
    let Some(stack) = Stack::find() else { return };
    let topic = TopicName::new(setting(&stack, "KAFKA_DENIED_TOPIC")).unwrap();
    let spec =
        spec(setting(&stack, SASL_TLS), plain(&stack, setting(&stack, "KAFKA_SASL_PASSWORD")), Some(tls(&stack)));
    let lease = lease(&spec);
    let (asking, topics) = (lease.clone(), vec![topic.clone()]);
    let error = blocking(move || asking.partitions(&topics, PATIENCE)).await.unwrap_err();
    assert!(matches!(error, ClusterError::Denied { .. }), "{error}");
    let session = Librdkafka::new(Arc::new(NoObserver)).open(reading(&spec, &topic)).unwrap();
    let failure = session.streams[0].readiness().ready().await.unwrap_err();
    let told = [error.to_string(), failure.to_string()];
    says(&told, &["denies 'orders-producer' the topic 'denied-topic'", "give it the right Describe"]);

    let lane = RefCell::new(Lane::new(topic.clone(), lease, LaneLimits::default(), PATIENCE));
    let nack = driven(&lane, async { offer(&lane, record("x")).await.unwrap() }).await.unwrap_err();
    assert_eq!((nack.kind, nack.written, nack.retry), (NackKind::Authentication, Written::No, false), "{nack}");
    says(&[nack.explain()], &["give 'orders-producer' the right Write on the topic 'denied-topic'"]);
}

#[tokio::test]
async fn a_record_that_waits_for_a_login_that_is_refused_says_so() {
    let Some(stack) = Stack::find() else { return };
    let mut spec = spec(setting(&stack, SASL_TLS), plain(&stack, "hunter2"), Some(tls(&stack)));
    spec.delivery_timeout = Duration::from_secs(3);
    let lane = RefCell::new(Lane::new(unique_topic("waits"), lease(&spec), LaneLimits::default(), PATIENCE));
    let nack = driven(&lane, async { offer(&lane, record("x")).await.unwrap() }).await.unwrap_err();
    assert_eq!((nack.kind, nack.written, nack.retry), (NackKind::Authentication, Written::No, true), "{nack}");
    says(&[nack.explain()], &["uthentication failed", "check user and password"]);
}
