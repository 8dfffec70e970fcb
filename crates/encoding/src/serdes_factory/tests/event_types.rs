//! Several types of events, on one topic and on several, as the Scala system's features have them.

mod json;
mod protobuf;

use tokio::time::Instant;

use super::*;
use crate::{CloudEvent, CorrelationId, KeyTarget};

const PAYMENT_PROCESSED: &str = r#"{"type":"record","name":"PaymentProcessed","namespace":"com.acme","fields":[
    {"name":"payment_id","type":"string"},{"name":"amount","type":"double"},
    {"name":"method","type":{"type":"enum","name":"Method","symbols":["CARD","INVOICE"]}},
    {"name":"note","type":["null","string"],"default":null}]}"#;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Method {
    #[serde(rename = "CARD")]
    Card,
    #[serde(rename = "INVOICE")]
    Invoice,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct PaymentProcessed {
    payment_id: String,
    amount: f64,
    method: Method,
    note: Option<String>,
}

fn payment() -> PaymentProcessed {
    PaymentProcessed { payment_id: "PAY-1".into(), amount: 12.5, method: Method::Invoice, note: Some("late".into()) }
}

fn to(topic: &str) -> ValueTarget {
    ValueTarget::new(TopicName::new(topic).unwrap())
}

fn cloud_event(event_type: &str) -> CloudEvent {
    CloudEvent::new(event_type, CorrelationId::from_bytes([0x22; 16]), clock()).with_id("i")
}

async fn encoded_key(factory: &SerdesFactory, topic: &str, key: &CloudEvent) -> Vec<u8> {
    let target = KeyTarget::new(TopicName::new(topic).unwrap(), test_probe_directives::KeyFormat::CloudEvent);
    let mut out = Vec::new();
    factory.resolving(|factory| factory.encode_key(&target, key, &mut out)).await.unwrap();
    out
}

/// The id in a frame.
fn id_of(bytes: &[u8]) -> u8 {
    assert_eq!(bytes[..4], [0; 4], "the magic byte, and an id below 256");
    bytes[4]
}

#[tokio::test]
async fn a_payment_and_its_cloud_event_go_there_and_back_under_the_topics_subjects() {
    let registry = ScriptedRegistry::with(&[("payments-com.acme.PaymentProcessed", PAYMENT_PROCESSED)]);
    let factory = registering(&registry, &[]);
    let key = encoded_key(&factory, "payments", &cloud_event("PaymentProcessed")).await;
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
async fn two_types_of_events_share_a_topic_under_a_subject_and_an_id_each() {
    let registry = ScriptedRegistry::with(&[]);
    let files = [("OrderCreated.avsc", ORDER), ("PaymentProcessed.avsc", PAYMENT_PROCESSED)];
    let factory = registering(&registry, &files);
    let order_bytes = encoded(&factory, &orders(), &order()).await.unwrap();
    let payment_bytes = encoded(&factory, &orders(), &payment()).await.unwrap();
    assert_ne!(id_of(&order_bytes), id_of(&payment_bytes));
    for (subject, id) in [
        ("orders-com.acme.OrderCreated", id_of(&order_bytes)),
        ("orders-com.acme.PaymentProcessed", id_of(&payment_bytes)),
    ] {
        assert_eq!(registry.version(subject, 1).await.unwrap().id, SchemaId::new(id.into()), "{subject}");
    }
    assert_eq!(factory.decode_value::<OrderCreated>(&order_bytes).unwrap(), order());
    assert_eq!(factory.decode_value::<PaymentProcessed>(&payment_bytes).unwrap(), payment());
    assert!(factory.decode_value::<OrderCreated>(&payment_bytes).is_err(), "one is not taken for the other");
}

#[tokio::test]
async fn each_type_of_events_evolves_by_itself_and_older_ones_stay_readable() {
    let registry = ScriptedRegistry::with(&[]);
    let first = registering(&registry, &[("OrderCreated.avsc", ORDER), ("PaymentProcessed.avsc", PAYMENT_PROCESSED)]);
    let (old, payment_bytes) =
        (encoded(&first, &orders(), &order()).await.unwrap(), encoded(&first, &orders(), &payment()).await.unwrap());
    let files = [
        ("OrderCreated.avsc", ORDER),
        ("OrderCreated.v2.avsc", ORDER_V2),
        ("PaymentProcessed.avsc", PAYMENT_PROCESSED),
    ];
    let second = registering(&registry, &files);
    let new = encoded_json(&second, &orders().named("OrderCreated", None), &json!({"id": "A-2", "n": 4, "note": "hi"}))
        .await
        .unwrap();
    let same_payment = encoded(&second, &orders(), &payment()).await.unwrap();
    assert_ne!(id_of(&new), id_of(&old), "the order has a second version");
    assert_eq!(same_payment, payment_bytes, "and the payment has not");
    for (bytes, id) in [(&old, "A-1"), (&new, "A-2")] {
        let read: OrderCreated = second.resolving(|factory| factory.decode_value(bytes)).await.unwrap();
        assert_eq!(read.id, id);
    }
}

#[tokio::test]
async fn every_topic_has_the_cloud_event_under_a_subject_of_its_own() {
    let registry = ScriptedRegistry::with(&[]);
    let factory = registering(&registry, &[]);
    let mut ids = Vec::new();
    for topic in ["orders", "payments", "refunds"] {
        ids.push(id_of(&encoded_key(&factory, topic, &cloud_event("T")).await));
        let subject = format!("{topic}-io.distia.probe.core.pubsub.models.CloudEvent");
        let registered = registry.version(&subject, 1).await.unwrap();
        assert_eq!(&*registered.schema.text, CloudEvent::AVRO_SCHEMA);
    }
    let calls = asked_for(&registry.calls());
    assert!(!calls.iter().any(|call| call.contains("-key`") || call.contains("-value`")), "{calls:?}");
}

#[tokio::test]
async fn avro_is_framed_and_much_smaller_than_the_same_as_json() {
    let registry = ScriptedRegistry::with(&[("payments-com.acme.PaymentProcessed", PAYMENT_PROCESSED)]);
    let factory = factory(&registry, &[]);
    let bytes = encoded(&factory, &to("payments"), &payment()).await.unwrap();
    let frame = crate::Frame::parse(&bytes).unwrap();
    assert_eq!(
        (bytes[0], &bytes[1..5], frame.schema),
        (0, [0, 0, 0, 1].as_slice(), SchemaIdentity::Id(SchemaId::new(1)))
    );
    let json = serde_json::to_vec(&payment()).unwrap();
    assert!(bytes.len() * 10 <= json.len() * 7, "{} bytes are not 30% less than {}", bytes.len(), json.len());
}

#[tokio::test]
async fn two_hundred_events_are_written_in_no_time_and_with_two_questions_to_the_registry() {
    let registry = ScriptedRegistry::with(&[("orders-com.acme.OrderCreated", ORDER)]);
    let factory = factory(&registry, &[]);
    let begun = Instant::now();
    for number in 0..200 {
        let event = OrderCreated { id: format!("A-{number}"), n: number };
        encoded(&factory, &orders(), &event).await.unwrap();
    }
    assert!(begun.elapsed().as_millis() < 1_500, "{:?}", begun.elapsed());
    let counts = factory.registry_counts();
    assert!(registry.calls().len() <= 2, "{:?}", registry.calls());
    assert!(counts.cache_hits >= 199, "{counts:?}");
}
