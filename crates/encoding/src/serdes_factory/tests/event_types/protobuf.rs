//! The same in Protobuf, where the Scala system keeps every message of a topic under `{topic}-DynamicMessage`.

use super::*;
use crate::{KeyTarget, Proto};

const ORDER_CREATED: &str = r#"syntax = "proto3";
    package com.acme;
    option java_multiple_files = true;
    message OrderCreatedProto {
      string order_id = 1;
      string customer_id = 2;
      double amount = 3;
    }"#;
const PAYMENT_PROCESSED: &str = r#"syntax = "proto3";
    package com.acme;
    enum Method { CARD = 0; INVOICE = 1; }
    message PaymentProcessed {
      string payment_id = 1;
      double amount = 2;
      Method method = 3;
      optional string note = 4;
    }"#;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct OrderCreatedProto {
    order_id: String,
    customer_id: String,
    amount: f64,
}

fn order_event(number: usize) -> OrderCreatedProto {
    OrderCreatedProto { order_id: format!("A-{number}"), customer_id: "C-1".into(), amount: 12.5 }
}

/// What prost makes of the same file.
#[derive(Clone, PartialEq, prost::Message)]
struct OrderMessage {
    #[prost(string, tag = "1")]
    order_id: String,
    #[prost(string, tag = "2")]
    customer_id: String,
    #[prost(double, tag = "3")]
    amount: f64,
}

impl prost::Name for OrderMessage {
    const PACKAGE: &'static str = "com.acme";
    const NAME: &'static str = "OrderCreatedProto";
}

/// The dynamic messages of a topic.
fn kept(topic: &str, text: &str) -> Arc<ScriptedRegistry> {
    let registry = ScriptedRegistry::with(&[]);
    put(&registry, &format!("{topic}-DynamicMessage"), Format::Protobuf, text);
    registry
}

async fn proto_key(factory: &SerdesFactory, topic: &str, event_type: &str) -> Vec<u8> {
    let topic = TopicName::new(topic).unwrap();
    let target = KeyTarget::new(topic, test_probe_directives::KeyFormat::CloudEvent).with_format(Format::Protobuf);
    let mut out = Vec::new();
    factory.resolving(|factory| factory.encode_key(&target, &cloud_event(event_type), &mut out)).await.unwrap();
    out
}

#[tokio::test]
async fn an_order_and_its_cloud_event_go_there_and_back_under_the_topics_subjects() {
    let registry = kept("orders", ORDER_CREATED);
    let factory = registering(&registry, &[]);
    let key = proto_key(&factory, "orders", "OrderCreatedProto").await;
    let value = encoded(&factory, &orders(), &order_event(1)).await.unwrap();
    assert_eq!((id_of(&value), id_of(&key)), (1, 2));
    assert_eq!(factory.decode_value::<OrderCreatedProto>(&value).unwrap(), order_event(1));
    assert_eq!(factory.decode_cloud_event(&key).unwrap(), cloud_event("OrderCreatedProto"));
    assert_eq!(factory.record_name_of(&value).unwrap().unwrap().as_str(), "com.acme.OrderCreatedProto");
}

#[tokio::test]
async fn a_payment_and_its_cloud_event_go_there_and_back_under_the_topics_subjects() {
    let registry = kept("payments", PAYMENT_PROCESSED);
    let factory = registering(&registry, &[]);
    let key = proto_key(&factory, "payments", "PaymentProcessed").await;
    let value = encoded(&factory, &to("payments"), &payment()).await.unwrap();
    assert_eq!((id_of(&value), id_of(&key)), (1, 2));
    assert_eq!(factory.decode_value::<PaymentProcessed>(&value).unwrap(), payment());
    assert_eq!(factory.decode_cloud_event(&key).unwrap(), cloud_event("PaymentProcessed"));
    assert_eq!(
        factory.decode_value_json(&value).unwrap(),
        json!({"payment_id": "PAY-1", "amount": 12.5, "method": "INVOICE", "note": "late"})
    );
}

#[tokio::test]
async fn two_types_of_events_have_a_topic_each_or_one_for_both() {
    let registry = kept("orders", ORDER_CREATED);
    put(&registry, "payments-DynamicMessage", Format::Protobuf, PAYMENT_PROCESSED);
    let apart = factory(&registry, &[]);
    let order_bytes = encoded(&apart, &orders(), &order_event(1)).await.unwrap();
    let payment_bytes = encoded(&apart, &to("payments"), &payment()).await.unwrap();
    assert_eq!((id_of(&order_bytes), id_of(&payment_bytes)), (1, 2));
    assert_eq!(apart.decode_value::<OrderCreatedProto>(&order_bytes).unwrap(), order_event(1));
    assert_eq!(apart.decode_value::<PaymentProcessed>(&payment_bytes).unwrap(), payment());
    assert!(encoded(&apart, &orders(), &payment()).await.is_err(), "the topic's dynamic message is the order");

    let files = [("OrderCreatedProto.proto", ORDER_CREATED), ("PaymentProcessed.proto", PAYMENT_PROCESSED)];
    let together = registering(&ScriptedRegistry::with(&[]), &files);
    let order_bytes = encoded(&together, &to("shop"), &order_event(1)).await.unwrap();
    let payment_bytes = encoded(&together, &to("shop"), &payment()).await.unwrap();
    assert_ne!(id_of(&order_bytes), id_of(&payment_bytes));
    assert!(together.decode_value::<OrderCreatedProto>(&payment_bytes).is_err(), "one is not taken for the other");
}

#[tokio::test]
async fn an_empty_customer_is_proto3s_default_and_stays_empty() {
    let factory = factory(&kept("orders", ORDER_CREATED), &[]);
    let event = OrderCreatedProto { customer_id: String::new(), ..order_event(1) };
    let bytes = encoded(&factory, &orders(), &event).await.unwrap();
    assert_eq!(factory.decode_value::<OrderCreatedProto>(&bytes).unwrap(), event);
    let target = orders().named("OrderCreatedProto", None);
    let left_out = encoded_json(&factory, &target, &json!({"order_id": "A-1", "amount": 12.5})).await.unwrap();
    assert_eq!(left_out, bytes, "nothing is written for it");
    assert_eq!(factory.decode_value_json(&bytes).unwrap()["customer_id"], "");
}

#[tokio::test]
async fn each_message_evolves_by_itself_while_its_field_numbers_stay() {
    let registry = ScriptedRegistry::with(&[]);
    let files = [("OrderCreatedProto.proto", ORDER_CREATED), ("PaymentProcessed.proto", PAYMENT_PROCESSED)];
    let first = registering(&registry, &files);
    let old = encoded(&first, &orders(), &order_event(1)).await.unwrap();
    let payment_bytes = encoded(&first, &orders(), &payment()).await.unwrap();
    let newer = ORDER_CREATED.replace("double amount = 3;", "double total = 3; string note = 4;");
    let second = registering(&registry, &[&files[..], &[("OrderCreatedProto.v2.proto", &newer)]].concat());
    let target = orders().named("OrderCreatedProto", None);
    let noted = json!({"order_id": "A-2", "customer_id": "C-1", "total": 1.5, "note": "hi"});
    let new = encoded_json(&second, &target, &noted).await.unwrap();
    assert_ne!(id_of(&new), id_of(&old), "the order has a second version");
    assert_eq!(encoded(&second, &orders(), &payment()).await.unwrap(), payment_bytes, "and the payment has not");
    let old_as_new = second.resolving(|factory| factory.decode_value_json_as(&target, &old)).await.unwrap();
    assert_eq!(old_as_new, json!({"order_id": "A-1", "customer_id": "C-1", "total": 12.5, "note": ""}));
    let as_old = orders().named("OrderCreatedProto", Some(1));
    let new_as_old: OrderCreatedProto =
        second.resolving(|factory| factory.decode_value_as(&as_old, &new)).await.unwrap();
    assert_eq!(new_as_old, OrderCreatedProto { order_id: "A-2".into(), amount: 1.5, ..order_event(2) });
}

#[tokio::test]
async fn the_subject_of_dynamic_messages_is_looked_under_and_full_names_are_registered() {
    let registry = kept("orders", ORDER_CREATED);
    encoded(&factory(&registry, &[]), &orders(), &order_event(1)).await.unwrap();
    let files = [("OrderCreatedProto.proto", ORDER_CREATED)];
    encoded(&registering(&registry, &files), &to("returns"), &order_event(1)).await.unwrap();
    assert_eq!(registry.subjects("returns-").await.unwrap(), ["returns-com.acme.OrderCreatedProto"]);
    let calls = asked_for(&registry.calls());
    assert!(calls.contains(&"give the latest version of subject `orders-DynamicMessage`".to_owned()), "{calls:?}");
    assert!(!calls.iter().any(|call| call.contains("-key`") || call.contains("-value`")), "{calls:?}");
}

#[tokio::test]
async fn every_topic_has_the_cloud_event_under_a_subject_of_its_own() {
    let registry = ScriptedRegistry::with(&[]);
    put(&registry, "refunds-CloudEvent", Format::Protobuf, CloudEvent::PROTO_SCHEMA);
    let factory = registering(&registry, &[]);
    for (topic, subject) in [
        ("orders", "orders-io.distia.probe.core.pubsub.models.CloudEvent"),
        ("payments", "payments-io.distia.probe.core.pubsub.models.CloudEvent"),
        ("refunds", "refunds-CloudEvent"),
    ] {
        let key = proto_key(&factory, topic, "T").await;
        assert_eq!(factory.decode_cloud_event(&key).unwrap(), cloud_event("T"), "{topic}");
        assert_eq!(registry.subjects(&format!("{topic}-")).await.unwrap(), [subject]);
        let registered = registry.version(subject, 1).await.unwrap();
        assert_eq!(registered.schema, SchemaText::new(Format::Protobuf, CloudEvent::PROTO_SCHEMA));
    }
}

#[tokio::test]
async fn protobuf_is_framed_with_an_index_and_much_smaller_than_the_same_as_json() {
    let factory = factory(&kept("orders", ORDER_CREATED), &[]);
    let bytes = encoded(&factory, &orders(), &order_event(1)).await.unwrap();
    let payload = [&[0x0a, 3][..], b"A-1", &[0x12, 3], b"C-1", &[0x19], &12.5_f64.to_le_bytes()].concat();
    assert_eq!(bytes, [&[0, 0, 0, 0, 1, 0], &payload[..]].concat(), "magic byte, id, index, payload");
    let json = serde_json::to_vec(&order_event(1)).unwrap();
    assert!(bytes.len() * 10 <= json.len() * 6, "{} bytes are not 40% less than {}", bytes.len(), json.len());
}

#[tokio::test]
async fn the_first_message_has_a_single_byte_for_its_index_and_others_have_a_list() {
    let two = ORDER_CREATED.replace("message OrderCreatedProto", "message First {} message OrderCreatedProto");
    for (text, indexes) in [(ORDER_CREATED, &[0][..]), (&two, &[2, 2])] {
        let factory = factory(&kept("orders", text), &[]);
        let bytes = encoded(&factory, &orders(), &order_event(1)).await.unwrap();
        assert_eq!(bytes[5..5 + indexes.len()], *indexes);
        assert_eq!(bytes[5 + indexes.len()], 0x0a, "then the first field");
        assert_eq!(decoded::<OrderCreatedProto>(&factory, &bytes).await.unwrap(), order_event(1));
    }
}

#[tokio::test]
async fn a_message_of_a_file_for_java_is_read_as_a_type_by_its_full_name() {
    assert!(ORDER_CREATED.contains("java_multiple_files"));
    let registry = kept("orders", ORDER_CREATED);
    let bytes = encoded(&factory(&registry, &[]), &orders(), &order_event(1)).await.unwrap();
    let reader = factory(&registry, &[]);
    let message: Proto<OrderMessage> = decoded(&reader, &bytes).await.unwrap();
    assert_eq!((message.0.order_id.as_str(), message.0.amount), ("A-1", 12.5));
    assert_eq!(decoded::<OrderCreatedProto>(&reader, &bytes).await.unwrap(), order_event(1));
    assert!(decoded::<PaymentProcessed>(&reader, &bytes).await.is_err(), "another type is not");
}

#[tokio::test]
async fn a_hundred_events_are_written_in_no_time_and_the_registry_is_hardly_asked() {
    let registry = kept("orders", ORDER_CREATED);
    let factory = factory(&registry, &[]);
    let begun = Instant::now();
    for number in 0..100 {
        encoded(&factory, &orders(), &order_event(number)).await.unwrap();
    }
    assert!(begun.elapsed().as_millis() < 800, "{:?}", begun.elapsed());
    let counts = factory.registry_counts();
    // The list of subjects, the simple name, and the dynamic messages.
    assert_eq!(registry.calls().len(), 3, "{:?}", registry.calls());
    assert!(counts.cache_hits >= 99, "{counts:?}");
}
