//! Properties that go to librdkafka as they are.

use std::collections::BTreeMap;

use super::{Checked, Findings, KeySpec, Refusal, Value, ValueKind, scalar_text, wrong_type};
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
