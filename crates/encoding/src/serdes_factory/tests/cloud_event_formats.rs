//! CloudEvent keys in each format.

use test_probe_directives::KeyFormat;

use super::*;
use crate::{CloudEvent, CorrelationId, KeyTarget};

const FULL: &str = "orders-io.distia.probe.core.pubsub.models.CloudEvent";
const SHORT: &str = "orders-CloudEvent";

fn keys() -> KeyTarget {
    KeyTarget::new(TopicName::new("orders").unwrap(), KeyFormat::CloudEvent)
}

fn key() -> CloudEvent {
    CloudEvent::new("T", CorrelationId::from_bytes([0x11; 16]), clock()).with_id("i")
}

fn schema_of(format: Format) -> &'static str {
    match format {
        Format::Avro => CloudEvent::AVRO_SCHEMA,
        Format::Protobuf => CloudEvent::PROTO_SCHEMA,
        Format::Json => CloudEvent::JSON_SCHEMA,
    }
}

/// The front of the key's payload in each format, with the message indexes of Protobuf.
fn front_of(format: Format) -> &'static [u8] {
    match format {
        Format::Avro => &[2, b'i', 20],
        Format::Protobuf => &[0, 0x0a, 1, b'i', 0x12, 10],
        Format::Json => br#"{"id":"i","source":"test-probe","#,
    }
}

async fn encoded_key(factory: &SerdesFactory, target: &KeyTarget) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::new();
    factory.resolving(|factory| factory.encode_key(target, &key(), &mut out)).await?;
    Ok(out)
}

#[tokio::test]
async fn the_registered_schema_decides_the_format_whatever_the_topics_is() {
    for registered in [Format::Avro, Format::Protobuf, Format::Json] {
        for subject in [FULL, SHORT] {
            let registry = ScriptedRegistry::with(&[]);
            put(&registry, subject, registered, schema_of(registered));
            for of_topic in [Format::Avro, Format::Protobuf, Format::Json] {
                let factory = registering(&registry, &[]);
                let bytes = encoded_key(&factory, &keys().with_format(of_topic)).await.unwrap();
                assert!(bytes[5..].starts_with(front_of(registered)), "{registered} under {subject} for {of_topic}");
                assert_eq!(factory.decode_cloud_event(&bytes).unwrap(), key());
            }
            let calls = registry.calls();
            assert!(!calls.iter().any(|call| matches!(call, RegistryRequest::Register { .. })), "{calls:?}");
        }
    }
}

#[tokio::test]
async fn where_nothing_is_registered_the_topics_format_decides() {
    for (format, subject) in [(Format::Avro, FULL), (Format::Protobuf, FULL), (Format::Json, SHORT)] {
        let registry = ScriptedRegistry::with(&[]);
        let factory = registering(&registry, &[]);
        let bytes = encoded_key(&factory, &keys().with_format(format)).await.unwrap();
        assert!(bytes[5..].starts_with(front_of(format)), "{format}: {bytes:?}");
        let registered = registry.version(subject, 1).await.unwrap();
        assert_eq!(registered.schema, SchemaText::new(format, schema_of(format)));
        let registrations =
            registry.calls().into_iter().filter(|call| matches!(call, RegistryRequest::Register { .. }));
        assert_eq!(registrations.count(), 1, "{format}");
        assert_eq!(factory.decode_cloud_event(&bytes).unwrap(), key());
        let found = factory.ensure_key_registered(&keys().with_format(format), "CloudEvent", None).await.unwrap();
        assert_eq!((&*found.subject, found.is_new), (subject, false), "{format}");
    }
    let registry = ScriptedRegistry::with(&[]);
    encoded_key(&registering(&registry, &[]), &keys()).await.unwrap();
    assert_eq!(registry.version(FULL, 1).await.unwrap().schema.format, Format::Avro, "where nothing is said");
}

#[tokio::test]
async fn where_registering_is_off_a_key_without_a_schema_names_what_was_tried() {
    let factory = factory(&ScriptedRegistry::with(&[]), &[]);
    for (format, tried) in [
        (Format::Avro, format!("tried `{FULL}` (it knows no such subject), `{SHORT}` (it knows no such subject); ")),
        (
            Format::Protobuf,
            format!("tried `{FULL}` (it knows no such subject), `{SHORT}` (it knows no such subject); "),
        ),
        (Format::Json, format!("`{SHORT}` (it knows no such subject)")),
    ] {
        let message = encoded_key(&factory, &keys().with_format(format)).await.unwrap_err().to_string();
        assert!(message.contains(&tried), "{format}: {message}");
        let fix =
            format!("register the built-in CloudEvent.{} there, or switch auto-register on", format.schema_extension());
        assert!(message.contains(&fix), "{format}: {message}");
    }
}

#[tokio::test]
async fn a_file_of_the_test_takes_the_place_of_the_built_in_key_in_its_format() {
    let own = CloudEvent::JSON_SCHEMA.replace("\"additionalProperties\": false", "\"additionalProperties\": true");
    assert_ne!(own, CloudEvent::JSON_SCHEMA);
    let proto = CloudEvent::PROTO_SCHEMA.replace("int64 time_epoch", "sint64 time_epoch");
    let files = [("CloudEvent.json", &*own), ("cloud-event.proto", &*proto)];
    for (format, subject, text) in
        [(Format::Json, SHORT, &*own), (Format::Protobuf, FULL, &proto), (Format::Avro, FULL, CloudEvent::AVRO_SCHEMA)]
    {
        let registry = ScriptedRegistry::with(&[]);
        let factory = registering(&registry, &files);
        let bytes = encoded_key(&factory, &keys().with_format(format)).await.unwrap();
        assert_eq!(&*registry.version(subject, 1).await.unwrap().schema.text, text, "{format}");
        assert_eq!(factory.decode_cloud_event(&bytes).unwrap(), key());
    }
}

#[tokio::test]
async fn a_document_that_leaves_fields_out_is_read_leniently() {
    let registry = ScriptedRegistry::with(&[]);
    put(&registry, SHORT, Format::Json, CloudEvent::JSON_SCHEMA);
    put(&registry, FULL, Format::Protobuf, CloudEvent::PROTO_SCHEMA);
    let factory = factory(&registry, &[]);
    let json = framed(1, br#"{"type":"T","correlationid":null,"time_epoch_micro_source":7}"#);
    let event = factory.resolving(|factory| factory.decode_cloud_event(&json)).await.unwrap();
    assert_eq!((&*event.event_type, &*event.correlationid, event.time_epoch_micro_source), ("T", "", 7));
    assert_eq!((&*event.specversion, &*event.time), ("1.0", "2026-01-31T08:00:00.250000Z"));
    let proto = framed(2, &[0, 0x22, 1, b'T', 0x50, 7]);
    let event = factory.resolving(|factory| factory.decode_cloud_event(&proto)).await.unwrap();
    assert_eq!((&*event.event_type, event.time_epoch_micro_source), ("T", 7));
    assert_eq!(event.time, "2026-01-31T08:00:00.250000Z", "an empty time is the clock's");
}
