//! Records that name their schema in a header.

use test_probe_directives::KeyFormat;

use super::*;
use crate::scripted::guid_of;
use crate::{CloudEvent, CorrelationId, FrameError, KeyTarget, SchemaHeader, SchemaIdLocation, SchemaPlace};

const SUBJECT: &str = "orders-com.acme.OrderCreated";
const TWO_MESSAGES: &str = r#"syntax = "proto3"; package com.acme;
    message OrderCreated { string id = 1; int32 n = 2; } message Payment { int64 cents = 1; }"#;

fn in_header(registry: &Arc<ScriptedRegistry>) -> SerdesFactory {
    let settings = SerdesSettings::default().with_schema_id_location(SchemaIdLocation::Header);
    factory_with(registry, &[], settings.with_auto_register(true))
}

fn header_of(place: &SchemaPlace) -> &SchemaHeader {
    place.header().expect("a header")
}

fn with_header<'a>(place: &'a SchemaPlace, bytes: &'a [u8]) -> Framed<'a> {
    Framed::new(bytes).with_schema_header(Some(header_of(place).as_bytes()))
}

/// Magic byte 1, the GUID of a schema, and the message indexes.
fn header_bytes(format: Format, text: &str, indexes: &[u8]) -> Vec<u8> {
    [&[1], guid_of(&SchemaText::new(format, text)).as_bytes().as_slice(), indexes].concat()
}

async fn written<T: Encodable>(factory: &SerdesFactory, target: &ValueTarget, value: &T) -> (SchemaPlace, Vec<u8>) {
    let mut out = Vec::new();
    let place = factory.resolving(|factory| factory.encode_value(target, value, &mut out)).await.unwrap();
    (place, out)
}

#[tokio::test]
async fn a_value_is_written_bare_and_its_header_names_the_schema() {
    let registry = ScriptedRegistry::with(&[(SUBJECT, ORDER)]);
    let factory = in_header(&registry);
    let (place, bytes) = written(&factory, &orders(), &order()).await;
    assert_eq!(bytes, ORDER_PAYLOAD);
    assert_eq!(header_of(&place).as_bytes(), header_bytes(Format::Avro, ORDER, &[]));
    let mut out = b"before".to_vec();
    let target = orders().named("OrderCreated", None);
    let from_json = factory
        .resolving(|factory| factory.encode_json(&target, &json!({"id": "A-1", "n": 3}), &mut out))
        .await
        .unwrap();
    assert_eq!((&out[..], &from_json), (&[b"before", &ORDER_PAYLOAD[..]].concat()[..], &place));
}

#[tokio::test]
async fn a_cloud_event_key_has_a_header_and_other_keys_have_none() {
    let registry = ScriptedRegistry::with(&[]);
    let factory = in_header(&registry);
    let event = CloudEvent::new("T", CorrelationId::from_bytes([0x11; 16]), clock());
    let keys = |format| KeyTarget::new(TopicName::new("orders").unwrap(), format);
    let mut out = Vec::new();
    let place =
        factory.resolving(|factory| factory.encode_key(&keys(KeyFormat::CloudEvent), &event, &mut out)).await.unwrap();
    assert_eq!(header_of(&place).as_bytes(), header_bytes(Format::Avro, CloudEvent::AVRO_SCHEMA, &[]));
    assert_eq!(out[0], 72, "the length of the id, and no prefix");
    let framed = with_header(&place, &out);
    assert_eq!(
        factory.resolving(|factory| factory.decode_cloud_event(framed)).await.unwrap(),
        event,
        "read by its header"
    );
    assert_eq!(factory.decode_key::<CloudEvent>(KeyFormat::CloudEvent, framed).unwrap(), event);
    assert_eq!(factory.decode_key_json(KeyFormat::CloudEvent, framed).unwrap()["type"], "T");
    let plain = factory.encode_key(&keys(KeyFormat::Text), "k", &mut Vec::new()).unwrap();
    assert_eq!(plain, SchemaPlace::Bytes);
}

#[tokio::test]
async fn the_message_indexes_of_protobuf_are_in_the_header() {
    let registry = ScriptedRegistry::with(&[]);
    put(&registry, "shop", Format::Protobuf, TWO_MESSAGES);
    let factory = in_header(&registry);
    let target = |record: &str| orders().with_subject("shop").named(record, None);
    let (first, bytes) = written(&factory, &target("OrderCreated"), &order()).await;
    assert_eq!(bytes, [0x0a, 3, b'A', b'-', b'1', 0x10, 3]);
    assert_eq!(header_of(&first).as_bytes(), header_bytes(Format::Protobuf, TWO_MESSAGES, &[0]));
    assert_eq!(decoded::<OrderCreated>(&factory, with_header(&first, &bytes)).await.unwrap(), order());
    let mut out = Vec::new();
    let payment = target("Payment");
    let second =
        factory.resolving(|factory| factory.encode_json(&payment, &json!({"cents": 7}), &mut out)).await.unwrap();
    assert_eq!(out, [0x08, 7]);
    assert_eq!(header_of(&second).as_bytes(), header_bytes(Format::Protobuf, TWO_MESSAGES, &[2, 2]));
    assert_eq!(factory.record_name_of(with_header(&second, &out)).unwrap().unwrap().as_str(), "com.acme.Payment");
}

#[tokio::test]
async fn a_topic_may_hold_both_forms() {
    let registry = ScriptedRegistry::with(&[(SUBJECT, ORDER)]);
    let (place, bare) = written(&in_header(&registry), &orders(), &order()).await;
    let prefixed = encoded(&factory(&registry, &[]), &orders(), &order()).await.unwrap();
    let reader = factory(&registry, &[]);
    registry.take_calls();
    let id_in_header = [0, 0, 0, 0, 1];
    for (framed, schema) in [
        (with_header(&place, &bare), SchemaIdentity::Guid(guid_of(&SchemaText::new(Format::Avro, ORDER)))),
        (Framed::new(&prefixed), SchemaIdentity::Id(SchemaId::new(1))),
        (Framed::new(&bare).with_schema_header(Some(&id_in_header)), SchemaIdentity::Id(SchemaId::new(1))),
    ] {
        assert_eq!(decoded::<OrderCreated>(&reader, framed).await.unwrap(), order());
        assert_eq!(reader.decode_value_json(framed).unwrap(), json!({"id": "A-1", "n": 3}));
        assert_eq!(reader.record_name_of(framed).unwrap().unwrap().as_str(), "com.acme.OrderCreated");
        assert_eq!((reader.schema_of(framed).unwrap(), reader.format_of(framed).unwrap()), (schema, Format::Avro));
    }
    assert_eq!(registry.calls().len(), 2, "each name is asked for once: {:?}", registry.calls());
}

#[tokio::test]
async fn a_header_goes_before_what_the_bytes_look_like() {
    let registry = ScriptedRegistry::with(&[("x", "\"int\""), (SUBJECT, ORDER)]);
    let payload = [0, 0, 0, 0, 1];
    put(&registry, "empty", Format::Avro, r#"{"type":"fixed","name":"Five","size":5}"#);
    let header = header_bytes(Format::Avro, r#"{"type":"fixed","name":"Five","size":5}"#, &[]);
    let value = decoded_json(&factory(&registry, &[]), Framed::new(&payload).with_schema_header(Some(&header))).await;
    assert_eq!(value.unwrap(), json!("\0\0\0\0\u{1}"));
}

#[tokio::test]
async fn a_registry_without_guids_cannot_serve_the_header_form_and_the_error_says_what_to_do() {
    let registry = ScriptedRegistry::with(&[(SUBJECT, ORDER)]);
    registry.be_older();
    let mut out = b"before".to_vec();
    let factory = in_header(&registry);
    let error = factory.resolving(|factory| factory.encode_value(&orders(), &order(), &mut out)).await.unwrap_err();
    assert!(matches!(error, EncodeError::Resolve(ResolveError::NoGuid { .. })), "{error}");
    assert_eq!(
        error.to_string(),
        "the Schema Registry at memory://registry gives no GUID for the schema with id 1, and the header form names \
         schemas by it; use a registry that does (Confluent Platform 8.0), or set \
         test-probe.core.schema-registry.schema-id-location to prefix"
    );
    assert!(!error.helps_to_ask_again());
    assert_eq!(out, b"before");
    assert!(encoded(&super::factory(&registry, &[]), &orders(), &order()).await.is_ok(), "the prefix form needs none");
}

#[tokio::test]
async fn a_guid_that_came_with_no_answer_so_far_is_asked_for_by_the_id() {
    let registry = ScriptedRegistry::with(&[(SUBJECT, ORDER)]);
    let factory = in_header(&registry);
    let (place, bytes) = written(&factory, &orders().with_schema_id(SchemaId::new(1)), &order()).await;
    assert_eq!(header_of(&place).as_bytes(), header_bytes(Format::Avro, ORDER, &[]));
    assert_eq!(bytes, ORDER_PAYLOAD);
    assert_eq!(asked_for(&registry.calls()), ["give the schema with id 1"]);
}

#[tokio::test]
async fn a_guid_that_the_registry_does_not_have_is_named() {
    let registry = ScriptedRegistry::with(&[]);
    let factory = factory(&registry, &[]);
    let header = header_bytes(Format::Avro, ORDER, &[]);
    let framed = Framed::new(&ORDER_PAYLOAD).with_schema_header(Some(&header));
    let guid = guid_of(&SchemaText::new(Format::Avro, ORDER));
    assert_eq!(
        factory.decode_value_json(framed).unwrap_err().to_string(),
        format!("the schema with GUID {guid} is not known yet; it must be resolved first")
    );
    let error = decoded_json(&factory, framed).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the bytes name schema GUID {guid}, which the Schema Registry at memory://registry does not have; were they \
             written through another registry?"
        )
    );
    assert!(!error.helps_to_ask_again());
}

#[tokio::test]
async fn a_registry_that_knows_no_guids_says_so_when_one_is_to_be_read() {
    let registry = ScriptedRegistry::with(&[(SUBJECT, ORDER)]);
    registry.be_older();
    let header = header_bytes(Format::Avro, ORDER, &[]);
    let framed = Framed::new(&ORDER_PAYLOAD).with_schema_header(Some(&header));
    let message = decoded_json(&factory(&registry, &[]), framed).await.unwrap_err().to_string();
    assert!(message.contains("it does not offer that (status 404)"), "{message}");
}

#[tokio::test]
async fn a_message_of_nothing_but_defaults_is_empty_and_is_no_tombstone() {
    let registry = ScriptedRegistry::with(&[(SUBJECT, ORDER)]);
    put(&registry, "shop", Format::Protobuf, TWO_MESSAGES);
    let factory = in_header(&registry);
    let nothing = OrderCreated { id: String::new(), n: 0 };
    let (place, bytes) = written(&factory, &orders().with_subject("shop"), &nothing).await;
    assert_eq!(bytes, b"");
    assert_eq!(decoded::<OrderCreated>(&factory, with_header(&place, &bytes)).await.unwrap(), nothing);
    assert_eq!(factory.decode_value_json(with_header(&place, b"")).unwrap(), json!({"id": "", "n": 0}));
    let error = factory.decode_value_json(b"").unwrap_err();
    assert!(matches!(error, DecodeError::Frame(FrameError::Empty)), "without a header it is one: {error}");
    let (avro, _) = written(&factory, &orders(), &order()).await;
    let error = decoded_json(&factory, with_header(&avro, b"")).await.unwrap_err();
    assert!(matches!(error, DecodeError::Payload { .. }), "a record with fields is never empty: {error}");
}

#[test]
fn a_header_that_names_no_schema_is_refused_though_the_bytes_would_name_one() {
    let factory = factory(&ScriptedRegistry::with(&[]), &[]);
    let bytes = framed(1, &ORDER_PAYLOAD);
    for (header, message) in [
        (&[1, 2, 3][..], "the record's header that names the schema ends after 3 bytes; a GUID takes 17, an id 5"),
        (
            &[7],
            "the record's header that names the schema starts with 0x07, where 0x01 and a GUID, or 0x00 and an id, \
             belong",
        ),
        (&[], "the record's header that names the schema ends after 0 bytes; a GUID takes 17, an id 5"),
    ] {
        let framed = Framed::new(&bytes).with_schema_header(Some(header));
        assert_eq!(factory.decode_value_json(framed).unwrap_err().to_string(), message);
    }
}
