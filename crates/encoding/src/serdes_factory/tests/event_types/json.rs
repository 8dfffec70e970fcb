//! The same in JSON, each type under its title.

use super::*;
use crate::KeyTarget;

const ORDER_CREATED: &str = r#"{"$schema":"http://json-schema.org/draft-07/schema#","title":"OrderCreated","type":"object",
    "properties":{"orderId":{"type":"string"},"customerId":{"type":"string"},"amount":{"type":"number"}},
    "required":["orderId","customerId"],"additionalProperties":false}"#;
const PAYMENT_PROCESSED: &str = r#"{"title":"PaymentProcessed","type":"object",
    "properties":{"payment_id":{"type":"string"},"amount":{"type":"number"},
        "method":{"enum":["CARD","INVOICE"]},"note":{"type":["string","null"]}},
    "required":["payment_id"]}"#;
const FILES: [(&str, &str); 2] = [("OrderCreated.json", ORDER_CREATED), ("PaymentProcessed.json", PAYMENT_PROCESSED)];

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename = "OrderCreated", rename_all = "camelCase")]
struct OrderEvent {
    order_id: String,
    customer_id: String,
    amount: f64,
}

fn order_event(number: usize) -> OrderEvent {
    OrderEvent { order_id: format!("A-{number}"), customer_id: "C-1".into(), amount: 12.5 }
}

async fn json_key(factory: &SerdesFactory, topic: &str, event_type: &str) -> Vec<u8> {
    let topic = TopicName::new(topic).unwrap();
    let target = KeyTarget::new(topic, test_probe_directives::KeyFormat::CloudEvent).with_format(Format::Json);
    let mut out = Vec::new();
    factory.resolving(|factory| factory.encode_key(&target, &cloud_event(event_type), &mut out)).await.unwrap();
    out
}

#[tokio::test]
async fn an_order_and_its_cloud_event_go_there_and_back_under_the_topics_subjects() {
    let registry = ScriptedRegistry::with(&[]);
    put(&registry, "orders-OrderCreated", Format::Json, ORDER_CREATED);
    let factory = registering(&registry, &[]);
    let key = json_key(&factory, "orders", "OrderCreated").await;
    let value = encoded(&factory, &orders(), &order_event(1)).await.unwrap();
    assert_eq!((id_of(&value), id_of(&key)), (1, 2));
    assert_eq!(value[5..], *br#"{"orderId":"A-1","customerId":"C-1","amount":12.5}"#);
    assert_eq!(factory.decode_value::<OrderEvent>(&value).unwrap(), order_event(1));
    assert_eq!(factory.decode_cloud_event(&key).unwrap(), cloud_event("OrderCreated"));
}

#[tokio::test]
async fn a_payment_and_its_cloud_event_go_there_and_back_under_the_topics_subjects() {
    let registry = ScriptedRegistry::with(&[]);
    put(&registry, "payments-PaymentProcessed", Format::Json, PAYMENT_PROCESSED);
    let factory = registering(&registry, &[]);
    let key = json_key(&factory, "payments", "PaymentProcessed").await;
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
    let factory = registering(&registry, &FILES);
    let order_bytes = encoded(&factory, &orders(), &order_event(1)).await.unwrap();
    let payment_bytes = encoded(&factory, &orders(), &payment()).await.unwrap();
    assert_ne!(id_of(&order_bytes), id_of(&payment_bytes));
    for (subject, id) in
        [("orders-OrderCreated", id_of(&order_bytes)), ("orders-PaymentProcessed", id_of(&payment_bytes))]
    {
        assert_eq!(registry.version(subject, 1).await.unwrap().id, SchemaId::new(id.into()), "{subject}");
    }
    assert_eq!(factory.decode_value::<OrderEvent>(&order_bytes).unwrap(), order_event(1));
    assert_eq!(factory.decode_value::<PaymentProcessed>(&payment_bytes).unwrap(), payment());
    assert!(factory.decode_value::<OrderEvent>(&payment_bytes).is_err(), "one is not taken for the other");
}

#[tokio::test]
async fn an_order_without_its_customer_is_refused_before_it_is_written() {
    let registry = ScriptedRegistry::with(&[]);
    let factory = registering(&registry, &FILES);
    let target = orders().named("OrderCreated", None);
    let error = encoded_json(&factory, &target, &json!({"orderId": "A-1", "amount": 12.5})).await.unwrap_err();
    assert_eq!(cause(&error), r#"$: "customerId" is a required property (the schema's rule /required)"#);
    assert!(!error.helps_to_ask_again());
    let whole = json!({"orderId": "A-1", "customerId": "C-1", "amount": 12.5});
    assert!(encoded_json(&factory, &target, &whole).await.is_ok());
}

#[tokio::test]
async fn each_type_of_events_evolves_by_itself_and_older_ones_stay_readable() {
    let registry = ScriptedRegistry::with(&[]);
    let first = registering(&registry, &FILES);
    let old = encoded(&first, &orders(), &order_event(1)).await.unwrap();
    let payment_bytes = encoded(&first, &orders(), &payment()).await.unwrap();
    let newer = ORDER_CREATED.replace(r#""amount":"#, r#""note":{"type":"string"},"amount":"#);
    let second = registering(&registry, &[&FILES[..], &[("OrderCreated.v2.json", &newer)]].concat());
    let noted = json!({"orderId": "A-2", "customerId": "C-1", "amount": 1.5, "note": "hi"});
    let new = encoded_json(&second, &orders().named("OrderCreated", None), &noted).await.unwrap();
    let same_payment = encoded(&second, &orders(), &payment()).await.unwrap();
    assert_ne!(id_of(&new), id_of(&old), "the order has a second version");
    assert_eq!(same_payment, payment_bytes, "and the payment has not");
    assert_eq!(registry.version("orders-OrderCreated", 2).await.unwrap().id, SchemaId::new(id_of(&new).into()));
    for (bytes, id) in [(&old, "A-1"), (&new, "A-2")] {
        let read: OrderEvent = second.resolving(|factory| factory.decode_value(bytes)).await.unwrap();
        assert_eq!(read.order_id, id);
    }
}

#[tokio::test]
async fn every_topic_has_its_types_and_the_cloud_event_under_subjects_without_a_suffix() {
    let registry = ScriptedRegistry::with(&[]);
    let factory = registering(&registry, &FILES);
    for topic in ["orders", "payments", "refunds"] {
        let key = json_key(&factory, topic, "T").await;
        encoded(&factory, &to(topic), &order_event(1)).await.unwrap();
        encoded(&factory, &to(topic), &payment()).await.unwrap();
        assert_eq!(factory.decode_cloud_event(&key).unwrap(), cloud_event("T"));
        let subjects = registry.subjects(&format!("{topic}-")).await.unwrap();
        let expected = ["CloudEvent", "OrderCreated", "PaymentProcessed"].map(|record| format!("{topic}-{record}"));
        assert_eq!(subjects, expected);
        let keys = registry.version(&expected[0], 1).await.unwrap();
        assert_eq!(keys.schema, SchemaText::new(Format::Json, CloudEvent::JSON_SCHEMA));
    }
    let calls = asked_for(&registry.calls());
    assert!(!calls.iter().any(|call| call.contains("-key`") || call.contains("-value`")), "{calls:?}");
}

#[tokio::test]
async fn two_hundred_events_of_two_types_are_written_in_no_time_and_the_registry_is_hardly_asked() {
    let registry = ScriptedRegistry::with(&[]);
    let factory = registering(&registry, &FILES);
    let begun = Instant::now();
    for number in 0..100 {
        encoded(&factory, &orders(), &order_event(number)).await.unwrap();
        encoded(&factory, &orders(), &payment()).await.unwrap();
    }
    assert!(begun.elapsed().as_millis() < 2_000, "{:?}", begun.elapsed());
    let counts = factory.registry_counts();
    assert_eq!(registry.calls().len(), 2, "{:?}", registry.calls());
    assert!(counts.cache_hits * 100 >= (counts.cache_hits + counts.calls) * 99, "{counts:?}");
}
