//! Properties that go to librdkafka as they are.

use std::collections::BTreeMap;

use super::{Checked, Findings, Issue, KeySpec, Refusal, Value, ValueKind, scalar_text, wrong_type};
use crate::ClientProperties;

/// What the probe sets itself, since its promises hang on it, and the key that sets it where there is one.
const OWNED: &[(&str, Option<&str>)] = &[
    ("acks", None),
    ("request.required.acks", None),
    ("enable.idempotence", None),
    ("transactional.id", None),
    ("partitioner", None),
    ("client.id", Some("test-probe.core.kafka.client-id-prefix")),
    ("group.id", Some("test-probe.core.kafka.group-id-prefix")),
    ("group.protocol", Some("test-probe.core.kafka.consumer.group-protocol")),
    ("bootstrap.servers", Some("test-probe.core.kafka.bootstrap-servers")),
    ("metadata.broker.list", Some("test-probe.core.kafka.bootstrap-servers")),
    ("auto.offset.reset", None),
    ("enable.auto.commit", Some("test-probe.core.kafka.consumer.commit-interval")),
    ("enable.auto.offset.store", None),
    ("fetch.wait.max.ms", Some("test-probe.core.kafka.consumer.fetch-wait")),
    ("statistics.interval.ms", Some("test-probe.core.kafka.statistics-interval")),
    ("linger.ms", Some("test-probe.core.kafka.producer.linger")),
    ("queue.buffering.max.ms", Some("test-probe.core.kafka.producer.linger")),
    ("message.timeout.ms", Some("test-probe.core.kafka.producer.delivery-timeout")),
    ("delivery.timeout.ms", Some("test-probe.core.kafka.producer.delivery-timeout")),
    ("queue.buffering.max.messages", Some("test-probe.core.kafka.producer.max-in-flight")),
    ("queue.buffering.max.kbytes", Some("test-probe.core.kafka.producer.max-in-flight")),
];

/// What has a key of its own, which other parts of the probe know of. It is accepted, since files from before the keys say
/// it; no client is made where it contradicts them.
pub(crate) const KEYED: &[(&str, &str)] = &[
    ("security.protocol", "test-probe.core.kafka.security.protocol"),
    ("sasl.mechanism", "test-probe.core.kafka.security.sasl-mechanism"),
    ("sasl.mechanisms", "test-probe.core.kafka.security.sasl-mechanism"),
    ("sasl.username", "test-probe.core.kafka.security.username"),
    ("sasl.password", "test-probe.core.kafka.security.password"),
    ("sasl.oauthbearer.extensions", "test-probe.core.kafka.security.sasl-extensions"),
    ("ssl.ca.location", "test-probe.core.kafka.security.tls.ca-file"),
    ("ssl.ca.pem", "test-probe.core.kafka.security.tls.ca-pem"),
    ("ssl.certificate.location", "test-probe.core.kafka.security.tls.certificate-file"),
    ("ssl.certificate.pem", "test-probe.core.kafka.security.tls.certificate-pem"),
    ("ssl.key.location", "test-probe.core.kafka.security.tls.key-file"),
    ("ssl.key.pem", "test-probe.core.kafka.security.tls.key-pem"),
    ("ssl.key.password", "test-probe.core.kafka.security.tls.key-password"),
    ("ssl.endpoint.identification.algorithm", "test-probe.core.kafka.security.tls.verify-host-name"),
    ("sasl.oauthbearer.client.id", "test-probe.services.vault.oauth.client-id"),
    ("sasl.oauthbearer.client.credentials.client.id", "test-probe.services.vault.oauth.client-id"),
    ("sasl.oauthbearer.client.secret", "test-probe.services.vault.oauth.client-secret"),
    ("sasl.oauthbearer.client.credentials.client.secret", "test-probe.services.vault.oauth.client-secret"),
    ("sasl.oauthbearer.scope", "test-probe.services.vault.oauth.scope"),
    ("sasl.oauthbearer.token.endpoint.url", "test-probe.services.vault.oauth.token-endpoint"),
    ("sasl.oauthbearer.assertion.private.key.file", "test-probe.services.vault.oauth.private-key-file"),
    ("https.ca.location", "test-probe.services.vault.oauth.ca-file"),
];
/// Off, it takes any broker for the right one.
const CERTIFICATE_CHECK: &str = "enable.ssl.certificate.verification";

pub(super) fn check(spec: &KeySpec, value: &Value, findings: &mut Findings) -> Option<Checked> {
    let ValueKind::Object(_) = value.kind else {
        let suggestion = format!("Write '{} {{ socket.timeout.ms = 30000 }}'", spec.path);
        let cause = format!("the value is {}", value.describe());
        findings.add(wrong_type(spec, "object", suggestion, cause).at(spec.path, &value.origin));
        return None;
    };
    let mut properties = BTreeMap::new();
    let mut all_right = true;
    for (name, value) in leaves(value) {
        match property(&name, value) {
            Ok(text) => {
                let doubtful = doubtful(&format!("{}.{name}", spec.path), &name, &text);
                doubtful.into_iter().for_each(|issue| findings.add(issue.standing_at(&value.origin)));
                properties.insert(name, text);
            }
            Err(refusal) => {
                all_right = false;
                findings.add(refusal.at(&format!("{}.{name}", spec.path), &value.origin));
            }
        }
    }
    all_right.then_some(Checked::ClientProperties(ClientProperties::from(properties)))
}

fn doubtful(path: &str, name: &str, text: &str) -> Option<Issue> {
    if let Some((_, key)) = KEYED.iter().find(|(keyed, _)| *keyed == name) {
        let message = format!(
            "Kafka client property '{name}' has a key of its own, '{key}'; where the two contradict each other no client is made"
        );
        return Some(Issue::warning(path, message, format!("Remove it and set '{key}'")));
    }
    let is_off = name == CERTIFICATE_CHECK && text.trim().eq_ignore_ascii_case("false");
    let message = || format!("Kafka client property '{name}' is false: anybody could pose as a broker");
    let suggestion = "Remove it and set 'test-probe.core.kafka.security.tls.ca-file' to the authority of the brokers";
    is_off.then(|| Issue::warning(path, message(), suggestion))
}

/// The properties with their dotted names, however the text nests them. A null takes a property away.
pub(crate) fn leaves(value: &Value) -> Vec<(String, &Value)> {
    let ValueKind::Object(members) = &value.kind else { return Vec::new() };
    members
        .iter()
        .filter(|(_, value)| !value.is_null())
        .flat_map(|(name, value)| match value.kind {
            ValueKind::Object(_) => {
                leaves(value).into_iter().map(|(inner, value)| (format!("{name}.{inner}"), value)).collect()
            }
            _ => vec![(name.clone(), value)],
        })
        .collect()
}

fn property(name: &str, value: &Value) -> Result<String, Refusal> {
    if let Some((_, key)) = OWNED.iter().find(|(owned, _)| *owned == name) {
        let suggestion = match key {
            Some(key) => format!("Remove it and set '{key}'"),
            None => "Remove it; the probe's acknowledgements and offsets hang on its own value".to_owned(),
        };
        return Err(Refusal::new(format!("Kafka client property '{name}' is set by the probe itself"), suggestion));
    }
    let text = scalar_text(value).map_err(|cause| {
        Refusal::new(format!("Invalid string format for Kafka client property '{name}'"), "Write a text or a number")
            .caused_by(cause)
    })?;
    Ok(text.into_owned())
}
