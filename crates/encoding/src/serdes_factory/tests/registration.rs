use test_probe_directives::KeyFormat;

use super::*;
use crate::{CloudEvent, KeyTarget, Registration};

const SUBJECT: &str = "orders-com.acme.OrderCreated";

fn named() -> ValueTarget {
    orders().named("OrderCreated", None)
}

fn registration(id: u32, version: Option<u32>, is_new: bool) -> Registration {
    let text = if id == 1 { ORDER } else { ORDER_V2 };
    let guid = crate::scripted::guid_of(&SchemaText::new(Format::Avro, text));
    Registration { subject: SUBJECT.into(), id: SchemaId::new(id), guid: Some(guid), version, is_new }
}

#[tokio::test]
async fn a_local_schema_is_registered_before_the_first_value() {
    let registry = ScriptedRegistry::with(&[]);
    let factory = registering(&registry, &[("OrderCreated.avsc", ORDER)]);
    assert_eq!(encoded(&factory, &orders(), &order()).await.unwrap(), framed(1, &ORDER_PAYLOAD));
    assert_eq!(asked_for(&registry.calls()), [format!("register the schema under subject `{SUBJECT}`")]);
}

#[tokio::test]
async fn earlier_versions_are_registered_first() {
    let registry = ScriptedRegistry::with(&[]);
    let factory = registering(&registry, &[("OrderCreated.avsc", ORDER), ("OrderCreated.v2.avsc", ORDER_V2)]);
    assert_eq!(factory.schema_id(&orders().named("OrderCreated", None)).await.unwrap(), SchemaId::new(2));
    assert_eq!(factory.schema_id(&orders().named("OrderCreated", Some(1))).await.unwrap(), SchemaId::new(1));
    let v1 = registry.version(SUBJECT, 1).await.unwrap();
    assert_eq!(&*v1.schema.text, ORDER);
}

#[tokio::test]
async fn the_directives_subject_is_registered_under() {
    let registry = ScriptedRegistry::with(&[]);
    let factory = registering(&registry, &[("OrderCreated.avsc", ORDER)]);
    encoded(&factory, &orders().with_subject("mine"), &order()).await.unwrap();
    assert_eq!(asked_for(&registry.calls()), ["register the schema under subject `mine`"]);
}

#[tokio::test]
async fn what_is_not_local_is_looked_for_even_where_registering_is_on() {
    let registry = ScriptedRegistry::with(&[(SUBJECT, ORDER)]);
    let factory = registering(&registry, &[]);
    assert_eq!(encoded(&factory, &orders(), &order()).await.unwrap(), framed(1, &ORDER_PAYLOAD));
}

#[tokio::test]
async fn an_incompatible_schema_is_refused_with_the_registrys_words() {
    let registry = ScriptedRegistry::with(&[]);
    registry.fail_next([RegistryFailure::Incompatible { message: "reader lacks n".into() }]);
    let factory = registering(&registry, &[("OrderCreated.avsc", ORDER)]);
    let error = encoded(&factory, &orders(), &order()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the Schema Registry at memory://registry did not register the schema under subject \
         `orders-com.acme.OrderCreated`: the schema is incompatible with an earlier version; change the schema, or the \
         subject's compatibility level; it says: reader lacks n"
    );
    assert!(!error.helps_to_ask_again());
}

#[tokio::test]
async fn ensuring_tells_whether_it_registered() {
    let registry = ScriptedRegistry::with(&[]);
    let factory = registering(&registry, &[("OrderCreated.avsc", ORDER)]);
    assert_eq!(factory.ensure_registered(&named()).await.unwrap(), registration(1, Some(1), true));
    assert_eq!(factory.ensure_registered(&named()).await.unwrap(), registration(1, Some(1), false));
    registry.take_calls();
    assert_eq!(encoded(&factory, &orders(), &order()).await.unwrap(), framed(1, &ORDER_PAYLOAD));
    assert_eq!(registry.calls(), [], "what was ensured is not asked for again");
}

#[tokio::test]
async fn ensuring_registers_nothing_where_that_is_off() {
    let registry = ScriptedRegistry::with(&[]);
    let factory = factory(&registry, &[("OrderCreated.avsc", ORDER)]);
    let error = factory.ensure_registered(&named()).await.unwrap_err();
    assert!(matches!(error, ResolveError::SchemaNotFound { .. }), "{error}");
    assert!(registry.calls().iter().all(|call| !matches!(call, RegistryRequest::Register { .. })));
}

#[tokio::test]
async fn ensuring_finds_what_others_registered() {
    let registry = ScriptedRegistry::with(&[(SUBJECT, ORDER), (SUBJECT, ORDER_V2)]);
    let factory = factory(&registry, &[("OrderCreated.avsc", ORDER)]);
    assert_eq!(factory.ensure_registered(&named()).await.unwrap(), registration(2, Some(2), false));
    let first = orders().named("OrderCreated", Some(1));
    assert_eq!(factory.ensure_registered(&first).await.unwrap(), registration(1, Some(1), false));
}

#[tokio::test]
async fn a_registration_makes_way_for_the_newer_latest() {
    let registry = ScriptedRegistry::with(&[("orders-com.acme.Payment", PAYMENT)]);
    let factory = registering(&registry, &[("OrderCreated.avsc", ORDER)]);
    let payment = orders().named("com.acme.Payment", None);
    encoded_json(&factory, &payment, &json!({"cents": 1})).await.unwrap();
    let other = PAYMENT.replace("long", "double");
    registry.put("orders-com.acme.Payment", &SchemaText::new(Format::Avro, other));
    assert_eq!(encoded_json(&factory, &payment, &json!({"cents": 1})).await.unwrap()[4], 1);
    factory.ensure_registered(&named()).await.unwrap();
    assert_eq!(encoded_json(&factory, &payment, &json!({"cents": 1})).await.unwrap()[4], 2);
}

#[tokio::test]
async fn the_schema_of_keys_is_ensured_under_the_keys_own_subject() {
    let registry = ScriptedRegistry::with(&[]);
    let factory = registering(&registry, &[]);
    let topic = TopicName::new("orders").unwrap();
    let keys = KeyTarget::new(topic.clone(), KeyFormat::CloudEvent);
    let found = factory.ensure_key_registered(&keys, "CloudEvent", None).await.unwrap();
    assert_eq!((&*found.subject, found.is_new), ("orders-io.distia.probe.core.pubsub.models.CloudEvent", true));
    let again = factory.ensure_key_registered(&keys, "CloudEvent", None).await.unwrap();
    assert_eq!((&*again.subject, again.version, again.is_new), (&*found.subject, Some(1), false));
    let text = KeyTarget::new(topic, KeyFormat::Text);
    assert_eq!(
        factory.ensure_key_registered(&text, "CloudEvent", None).await.unwrap_err().to_string(),
        "the keys of topic `orders` are `string`, which have no schema; a cloudevent has one"
    );
}

#[tokio::test]
async fn ensuring_the_schema_of_keys_leaves_the_one_that_is_registered() {
    let other = CloudEvent::AVRO_SCHEMA.replace("io.distia.probe.core.pubsub.models", "com.other");
    let registry = ScriptedRegistry::with(&[("orders-CloudEvent", &other)]);
    let factory = registering(&registry, &[]);
    let keys = KeyTarget::new(TopicName::new("orders").unwrap(), KeyFormat::CloudEvent);
    let found = factory.ensure_key_registered(&keys, "CloudEvent", None).await.unwrap();
    assert_eq!((&*found.subject, found.version, found.is_new), ("orders-CloudEvent", Some(1), false));
    assert!(registry.calls().iter().all(|call| !matches!(call, RegistryRequest::Register { .. })));
}
