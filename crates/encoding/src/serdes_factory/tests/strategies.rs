//! How subjects are called.

use test_probe_directives::KeyFormat;

use super::*;
use crate::{CloudEvent, CorrelationId, KeyTarget, SubjectNameStrategy};

const UNION: &str = r#"[{"type":"record","name":"OrderCreated","namespace":"com.acme","fields":[{"name":"id","type":"string"},{"name":"n","type":"int"}]},
    {"type":"record","name":"Payment","namespace":"com.acme","fields":[{"name":"cents","type":"long"}]}]"#;
const ONE_OF: &str = r#"{"title":"ShopEvent","oneOf":[
    {"title":"OrderCreated","type":"object","properties":{"id":{"type":"string"},"n":{"type":"integer"}},"required":["id"]},
    {"title":"Payment","type":"object","properties":{"cents":{"type":"integer"}},"required":["cents"]}]}"#;

fn by(registry: &Arc<ScriptedRegistry>, files: &[(&str, &str)], strategy: SubjectNameStrategy) -> SerdesFactory {
    factory_with(registry, files, SerdesSettings::default().with_subject_name_strategy(strategy))
}

fn registering_by(
    registry: &Arc<ScriptedRegistry>,
    files: &[(&str, &str)],
    strategy: SubjectNameStrategy,
) -> SerdesFactory {
    let settings = SerdesSettings::default().with_subject_name_strategy(strategy).with_auto_register(true);
    factory_with(registry, files, settings)
}

#[tokio::test]
async fn under_topic_name_one_schema_serves_all_of_a_topic_by_record() {
    let registry = ScriptedRegistry::with(&[("orders-value", UNION)]);
    let factory = by(&registry, &[], SubjectNameStrategy::TopicName);
    let bytes = encoded(&factory, &orders(), &order()).await.unwrap();
    assert_eq!(bytes, framed(1, &[&[0], &ORDER_PAYLOAD[..]].concat()));
    for name in ["Payment", "com.acme.Payment"] {
        let payment = encoded_json(&factory, &orders().named(name, None), &json!({"cents": 1})).await.unwrap();
        assert_eq!(payment, framed(1, &[2, 2]), "{name}");
    }
    let unnamed = encoded_json(&factory, &orders(), &json!({"cents": 1})).await.unwrap();
    assert_eq!(unnamed, framed(1, &[2, 2]), "found by its shape");
    let map: std::collections::BTreeMap<_, _> = [("cents", 1_i64)].into();
    let map = encoded(&factory, &orders(), &map).await;
    assert!(!matches!(map, Err(EncodeError::NoRecordName { .. })), "no name is needed to find the subject: {map:?}");
    let calls = asked_for(&registry.calls());
    assert!(calls.iter().all(|call| call == "give the latest version of subject `orders-value`"), "{calls:?}");
}

#[tokio::test]
async fn under_topic_name_a_one_of_serves_all_of_a_topic_by_title() {
    let registry = ScriptedRegistry::with(&[]);
    put(&registry, "orders-value", Format::Json, ONE_OF);
    let factory = by(&registry, &[], SubjectNameStrategy::TopicName);
    let bytes = encoded(&factory, &orders(), &order()).await.unwrap();
    assert_eq!(bytes, framed(1, br#"{"id":"A-1","n":3}"#));
    let error = encoded_json(&factory, &orders().named("Payment", None), &json!({"id": "A-1"})).await.unwrap_err();
    assert!(cause(&error).contains("\"cents\" is a required property"), "the branch of that name: {}", cause(&error));
}

#[tokio::test]
async fn under_topic_name_a_record_that_the_topics_schema_lacks_is_refused() {
    let registry = ScriptedRegistry::with(&[("orders-value", UNION)]);
    let factory = by(&registry, &[], SubjectNameStrategy::TopicName);
    let error = encoded_json(&factory, &orders().named("Refund", None), &json!({})).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "record `Refund` is to be written, but subject `orders-value` describes record `com.acme.OrderCreated`, \
         `com.acme.Payment`; name the right record or subject"
    );
}

#[tokio::test]
async fn under_topic_name_nothing_but_the_topics_subject_is_tried() {
    let registry = ScriptedRegistry::with(&[("orders-com.acme.OrderCreated", ORDER), ("com.acme.OrderCreated", ORDER)]);
    let factory = by(&registry, &[], SubjectNameStrategy::TopicName);
    assert_eq!(
        encoded(&factory, &orders(), &order()).await.unwrap_err().to_string(),
        "no schema for record `OrderCreated` of topic `orders` is registered at memory://registry; tried `orders-value` \
         (it knows no such subject); register the schema there, or put OrderCreated.avsc into the test's `schemas/` and \
         switch auto-register on (test-probe.core.schema-registry.auto-register)"
    );
}

#[tokio::test]
async fn each_strategy_registers_under_its_own_subject() {
    for (strategy, subject) in [
        (SubjectNameStrategy::TopicRecordName, "orders-com.acme.OrderCreated"),
        (SubjectNameStrategy::TopicName, "orders-value"),
        (SubjectNameStrategy::RecordName, "com.acme.OrderCreated"),
    ] {
        let registry = ScriptedRegistry::with(&[]);
        let factory = registering_by(&registry, &[("OrderCreated.avsc", ORDER)], strategy);
        assert_eq!(encoded(&factory, &orders(), &order()).await.unwrap(), framed(1, &ORDER_PAYLOAD));
        let calls = asked_for(&registry.calls());
        assert_eq!(calls, [format!("register the schema under subject `{subject}`")], "{strategy}");
        let found = factory.find_registered(&orders().named("OrderCreated", None)).await.unwrap();
        assert_eq!((&*found.subject, found.version), (subject, Some(1)), "{strategy}");
    }
}

#[tokio::test]
async fn a_local_union_is_registered_for_the_topic_and_serves_each_of_its_records() {
    for (file, format, text) in [("ShopEvent.avsc", Format::Avro, UNION), ("ShopEvent.json", Format::Json, ONE_OF)] {
        let registry = ScriptedRegistry::with(&[]);
        let factory = registering_by(&registry, &[(file, text)], SubjectNameStrategy::TopicName);
        let bytes = encoded(&factory, &orders(), &order()).await.unwrap();
        let payment = encoded_json(&factory, &orders().named("Payment", None), &json!({"cents": 1})).await.unwrap();
        assert_eq!((bytes[4], payment[4]), (1, 1), "{file}");
        let registered = registry.version("orders-value", 1).await.unwrap();
        assert_eq!(registered.schema, SchemaText::new(format, text), "{file}");
        assert_eq!(decoded::<OrderCreated>(&factory, &bytes).await.unwrap(), order(), "{file}");
    }
}

#[tokio::test]
async fn a_union_goes_before_the_file_of_its_record_under_topic_name_alone() {
    let order = r#"{"title":"OrderCreated","type":"object"}"#;
    let one_of =
        r#"{"title":"ShopEvent","oneOf":[{"$ref":"OrderCreated.json"},{"title":"Payment","required":["cents"]}]}"#;
    let avro_union = r#"["com.acme.OrderCreated","null"]"#;
    for (files, subject, of_topic, of_record) in [
        (
            [("OrderCreated.json", order), ("ShopEvent.json", one_of)],
            "orders-OrderCreated",
            r#"{"title":"ShopEvent""#,
            r#"{"title":"OrderCreated""#,
        ),
        (
            [("OrderCreated.avsc", ORDER), ("ShopEvent.avsc", avro_union)],
            "orders-com.acme.OrderCreated",
            "[",
            r#"{"type":"record""#,
        ),
    ] {
        for (strategy, subject, text) in [
            (SubjectNameStrategy::TopicName, "orders-value", of_topic),
            (SubjectNameStrategy::TopicRecordName, subject, of_record),
        ] {
            let registry = ScriptedRegistry::with(&[]);
            let factory = registering_by(&registry, &files, strategy);
            let bytes = encoded(&factory, &orders(), &super::order()).await.unwrap();
            let registered = registry.version(subject, 1).await.unwrap();
            assert!(registered.schema.text.starts_with(text), "{strategy}: {}", registered.schema.text);
            assert_eq!(decoded::<OrderCreated>(&factory, &bytes).await.unwrap(), super::order());
        }
    }
}

#[tokio::test]
async fn under_record_name_topics_share_a_subject() {
    let registry = ScriptedRegistry::with(&[("com.acme.OrderCreated", ORDER)]);
    let factory = by(&registry, &[], SubjectNameStrategy::RecordName);
    for topic in ["orders", "returns"] {
        let target = ValueTarget::new(TopicName::new(topic).unwrap()).named("com.acme.OrderCreated", None);
        assert_eq!(encoded(&factory, &target, &order()).await.unwrap(), framed(1, &ORDER_PAYLOAD), "{topic}");
    }
    let calls = asked_for(&registry.take_calls());
    assert_eq!(calls, ["give the latest version of subject `com.acme.OrderCreated`"], "once for both topics");
    let error = encoded(&factory, &orders(), &order()).await.unwrap_err();
    assert!(
        error.to_string().contains("; tried `OrderCreated` (it knows no such subject); "),
        "no topic's subjects say which name space a simple name is of: {error}"
    );
    let error = encoded_json(&factory, &orders(), &json!({"id": "A-1", "n": 3})).await.unwrap_err();
    assert!(matches!(error, EncodeError::Resolve(ResolveError::RecordNotNamed { .. })), "{error}");
    let local = by(&registry, &[("OrderCreated.avsc", ORDER)], SubjectNameStrategy::RecordName);
    assert_eq!(encoded(&local, &orders(), &order()).await.unwrap(), framed(1, &ORDER_PAYLOAD), "but a file says it");
}

#[tokio::test]
async fn keys_have_subjects_of_their_own_under_each_strategy() {
    let event = CloudEvent::new("T", CorrelationId::from_bytes([0x11; 16]), clock());
    for (strategy, subject) in [
        (SubjectNameStrategy::TopicRecordName, "orders-io.distia.probe.core.pubsub.models.CloudEvent"),
        (SubjectNameStrategy::TopicName, "orders-key"),
        (SubjectNameStrategy::RecordName, "io.distia.probe.core.pubsub.models.CloudEvent"),
    ] {
        let registry = ScriptedRegistry::with(&[("orders-value", UNION)]);
        let factory = registering_by(&registry, &[], strategy);
        let keys = KeyTarget::new(TopicName::new("orders").unwrap(), KeyFormat::CloudEvent);
        let mut out = Vec::new();
        factory.resolving(|factory| factory.encode_key(&keys, &event, &mut out)).await.unwrap();
        let registered = registry.latest(subject).await.unwrap();
        assert_eq!(&*registered.schema.text, CloudEvent::AVRO_SCHEMA, "{strategy}");
        assert_eq!(factory.decode_cloud_event(&out).unwrap(), event);
    }
}

#[tokio::test]
async fn a_message_is_found_where_the_scala_system_keeps_it() {
    let proto = r#"syntax = "proto3"; package com.acme; message OrderCreated { string id = 1; int32 n = 2; }"#;
    let registry = ScriptedRegistry::with(&[]);
    put(&registry, "orders-DynamicMessage", Format::Protobuf, proto);
    let bytes = encoded(&factory(&registry, &[]), &orders(), &order()).await.unwrap();
    assert_eq!(bytes, framed(1, &[0, 0x0a, 3, b'A', b'-', b'1', 0x10, 3]));
    assert_eq!(
        asked_for(&registry.take_calls()),
        [
            "list the subjects that start with `orders-`",
            "give the latest version of subject `orders-OrderCreated`",
            "give the latest version of subject `orders-DynamicMessage`"
        ]
    );
    let local = factory(&registry, &[("OrderCreated.proto", proto)]);
    assert_eq!(encoded(&local, &orders(), &order()).await.unwrap(), bytes);
    let error = encoded(&factory(&registry, &[]), &orders().with_format(Format::Json), &order()).await.unwrap_err();
    assert!(!error.to_string().contains("DynamicMessage"), "it is Protobuf's alone: {error}");
    let error = encoded_json(&factory(&registry, &[]), &orders().named("Refund", None), &json!({})).await.unwrap_err();
    assert!(
        error.to_string().contains("`orders-DynamicMessage` (it has no such schema there); "),
        "another message's is none of it: {error}"
    );
}

#[tokio::test]
async fn the_subject_of_a_message_goes_before_that_of_dynamic_messages() {
    let proto = |n: &str| format!(r#"syntax = "proto3"; message OrderCreated {{ string id = 1; int32 {n} = 2; }}"#);
    let registry = ScriptedRegistry::with(&[]);
    put(&registry, "orders-DynamicMessage", Format::Protobuf, &proto("m"));
    put(&registry, "orders-OrderCreated", Format::Protobuf, &proto("n"));
    assert_eq!(encoded(&factory(&registry, &[]), &orders(), &order()).await.unwrap()[4], 2);
}
