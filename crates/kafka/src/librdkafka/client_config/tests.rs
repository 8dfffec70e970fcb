use test_probe_directives::{ClusterName, Secret, StartFrom, TopicName};

use super::*;
use crate::{ClientIdentity, ConsumerStart, GapPolicy, GroupProtocol, ScramMechanism, TlsSettings};

fn client(client_id: &str) -> ClientSpec {
    let identity = ClientIdentity {
        cluster: ClusterName::default(),
        bootstrap_servers: "h1:9092,h2:9092".parse().unwrap(),
        principal: "svc".into(),
        credential: String::new(),
    };
    ClientSpec::new(identity, client_id)
}

#[track_caller]
fn check<const N: usize>(config: &ClientConfig, expected: [(&str, &str); N]) {
    for (name, value) in expected {
        assert_eq!(config.get(name), Some(value), "{name}");
    }
}

#[test]
fn a_producer_waits_for_all_replicas_writes_once_and_partitions_like_java() {
    let mut spec = client("producer-default-svc");
    spec.properties = ClientProperties::default().with("compression.type", "zstd");
    let expected = [
        ("bootstrap.servers", "h1:9092,h2:9092"),
        ("client.id", "producer-default-svc"),
        ("acks", "all"),
        ("enable.idempotence", "true"),
        ("partitioner", "murmur2_random"),
        ("linger.ms", "0"),
        ("message.timeout.ms", "25000"),
        ("compression.type", "zstd"),
    ];
    check(&producer(&spec).unwrap(), expected);
}

#[test]
fn a_consumer_commits_nothing_by_itself_and_misses_nothing_of_a_partition_that_is_added() {
    let mut client = client("consumer-default-svc");
    client.properties = ClientProperties::default().with("check.crcs", "true");
    let spec = ConsumerSpec {
        client,
        group_id: "test-1".into(),
        protocol: GroupProtocol::Consumer,
        topics: vec![TopicName::new("orders").unwrap()],
        start: ConsumerStart::At(StartFrom::TestStart),
        commit_batch_size: 20,
        commit_interval: Duration::from_secs(10),
        queue_capacity: 16,
        start_timeout: Duration::from_secs(10),
        fetch_wait: Duration::from_millis(30),
        gaps: GapPolicy::Expected,
    };
    let expected = [
        ("bootstrap.servers", "h1:9092,h2:9092"),
        ("client.id", "consumer-default-svc"),
        ("group.id", "test-1"),
        ("group.protocol", "consumer"),
        ("enable.auto.commit", "false"),
        ("enable.auto.offset.store", "false"),
        ("auto.offset.reset", "earliest"),
        ("enable.partition.eof", "false"),
        ("fetch.wait.max.ms", "30"),
        ("check.crcs", "true"),
    ];
    check(&consumer(&spec).unwrap(), expected);
}

fn secured(security: Security) -> ClientSpec {
    ClientSpec { security, ..client("secured") }
}

fn scram_over_tls(tls: TlsSettings) -> Security {
    let (username, password) = ("svc".into(), Secret::new("hunter2"));
    let login = Login::Scram { mechanism: ScramMechanism::Sha512, username, password };
    Security { transport: Transport::Tls(tls), login }
}

#[test]
fn a_login_and_tls_are_what_every_kind_of_client_is_set_to() {
    let tls = TlsSettings { ca: Some(Pem::File(std::env::temp_dir())), ..TlsSettings::default() };
    let spec = secured(scram_over_tls(tls));
    let folder = std::env::temp_dir().display().to_string();
    let expected = [
        ("security.protocol", "SASL_SSL"),
        ("sasl.mechanisms", "SCRAM-SHA-512"),
        ("sasl.username", "svc"),
        ("sasl.password", "hunter2"),
        ("ssl.ca.location", folder.as_str()),
        ("ssl.endpoint.identification.algorithm", "https"),
        ("enable.ssl.certificate.verification", "true"),
    ];
    for config in [producer(&spec), reader(&spec), admin(&spec)] {
        check(&config.unwrap(), expected);
    }
    let plain = Login::Plain { username: "svc".into(), password: Secret::new("p") };
    let config = admin(&secured(Security { transport: Transport::Plaintext, login: plain })).unwrap();
    check(&config, [("security.protocol", "SASL_PLAINTEXT"), ("sasl.mechanisms", "PLAIN"), ("sasl.password", "p")]);
    assert_eq!(config.get("ssl.endpoint.identification.algorithm"), None);
}

#[test]
fn the_host_name_is_left_unchecked_only_where_that_is_said_and_the_certificate_never() {
    let tls = TlsSettings { verify_host_name: false, ..TlsSettings::default() };
    let config = admin(&secured(Security { transport: Transport::Tls(tls), login: Login::None })).unwrap();
    let expected = [
        ("security.protocol", "SSL"),
        ("ssl.endpoint.identification.algorithm", "none"),
        ("enable.ssl.certificate.verification", "true"),
    ];
    check(&config, expected);
}

#[test]
fn a_certificate_that_cannot_be_used_is_told_before_a_client_is_made() {
    let tls = TlsSettings { ca: Some(Pem::Text(Secret::new("hunter2"))), ..TlsSettings::default() };
    let message = admin(&secured(scram_over_tls(tls))).unwrap_err().to_string();
    let expected = "test-probe.core.kafka.security.tls.ca-pem cannot be used: it holds no certificate; ";
    assert!(message.starts_with(expected), "{message}");
}

#[test]
fn properties_add_to_a_secured_client_and_contradict_it_nowhere() {
    let tls = TlsSettings { ca: Some(Pem::File(std::env::temp_dir())), ..TlsSettings::default() };
    let set = |name: &str, value: &str| {
        let properties = ClientProperties::default().with(name, value);
        admin(&ClientSpec { properties, ..secured(scram_over_tls(tls.clone())) })
    };
    for (name, value) in [
        ("ssl.crl.location", "/crl.pem"),
        ("ssl.cipher.suites", "x"),
        ("security.protocol", "sasl_ssl"),
        ("sasl.mechanism", "SCRAM-SHA-512"),
        ("sasl.username", "svc"),
        ("ssl.certificate.location", "/own.pem"),
        ("socket.timeout.ms", "1"),
    ] {
        assert_eq!(set(name, value).unwrap().get(name), Some(value), "{name}");
    }
    for (name, value) in [
        ("security.protocol", "PLAINTEXT"),
        ("security.protocol", "SASL_PLAINTEXT"),
        ("sasl.mechanism", "PLAIN"),
        ("sasl.mechanisms", "PLAIN"),
        ("sasl.password", "hunter3"),
        ("ssl.ca.pem", "hunter3"),
        ("ssl.ca.location", "/other.pem"),
        ("ssl.endpoint.identification.algorithm", "none"),
        ("enable.ssl.certificate.verification", "false"),
    ] {
        let message = set(name, value).unwrap_err().to_string();
        assert!(message.contains(&format!("property '{name}' contradicts how h1:9092,h2:9092")), "{message}");
        assert!(message.contains("test-probe.core.kafka.security") && !message.contains("hunter3"), "{message}");
    }
}

#[test]
fn where_a_cluster_is_opened_in_plaintext_properties_may_bring_their_own_security() {
    let properties = ClientProperties::default().with("security.protocol", "SSL").with("sasl.mechanism", "PLAIN");
    let config = admin(&ClientSpec { properties, ..client("own") }).unwrap();
    check(&config, [("security.protocol", "SSL"), ("sasl.mechanism", "PLAIN")]);
}

#[test]
fn a_value_that_looks_secret_is_not_repeated_when_librdkafka_refuses_it() {
    let properties = ClientProperties::default().with("ssl.secretly.password", "hunter2");
    let spec = ClientSpec { properties, ..client("own") };
    let error = admin(&spec).unwrap().create_native_config().map(drop).unwrap_err();
    let message = refused(&spec, &error).to_string();
    assert!(message.contains("ssl.secretly.password") && !message.contains("hunter2"), "{message}");
}
