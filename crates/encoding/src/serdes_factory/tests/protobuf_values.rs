//! Messages that prost makes.

use super::*;
use crate::Proto;

const SHOP: &str = r#"syntax = "proto3"; package com.acme;
    message Payment { int64 cents = 1; } message OrderCreated { string id = 1; int32 n = 2; }"#;

#[derive(Clone, PartialEq, prost::Message)]
struct OrderMessage {
    #[prost(string, tag = "1")]
    id: String,
    #[prost(int32, tag = "2")]
    n: i32,
}

impl prost::Name for OrderMessage {
    const PACKAGE: &'static str = "com.acme";
    const NAME: &'static str = "OrderCreated";
}

/// A message of the same simple name, and of another package.
#[derive(Clone, PartialEq, prost::Message)]
struct ForeignOrder {
    #[prost(string, tag = "1")]
    id: String,
}

impl prost::Name for ForeignOrder {
    const PACKAGE: &'static str = "com.other";
    const NAME: &'static str = "OrderCreated";
}

fn message() -> Proto<OrderMessage> {
    Proto(OrderMessage { id: "A-1".into(), n: 3 })
}

fn shop() -> Arc<ScriptedRegistry> {
    let registry = ScriptedRegistry::with(&[]);
    put(&registry, "orders-com.acme.OrderCreated", Format::Protobuf, SHOP);
    registry
}

/// The second message of the file, by hand.
const BYTES: [u8; 14] = [0, 0, 0, 0, 1, 2, 2, 0x0a, 3, b'A', b'-', b'1', 0x10, 3];

#[tokio::test]
async fn a_message_is_written_as_the_record_of_its_full_name_and_comes_back() {
    let registry = shop();
    let factory = factory(&registry, &[]);
    let bytes = encoded(&factory, &orders(), &message()).await.unwrap();
    assert_eq!(bytes, BYTES);
    assert_eq!(asked_for(&registry.calls()), ["give the latest version of subject `orders-com.acme.OrderCreated`"]);
    assert_eq!(decoded::<Proto<OrderMessage>>(&factory, &bytes).await.unwrap(), message());
    assert_eq!(factory.decode_value_json(&bytes).unwrap(), json!({"id": "A-1", "n": 3}));
}

#[tokio::test]
async fn a_message_and_a_struct_make_the_same_bytes() {
    let registry = shop();
    let factory = factory(&registry, &[]);
    let bytes = encoded(&factory, &orders(), &order()).await.unwrap();
    assert_eq!(bytes, BYTES);
    assert_eq!(decoded::<Proto<OrderMessage>>(&factory, &bytes).await.unwrap(), message());
    assert_eq!(decoded::<OrderCreated>(&factory, &BYTES).await.unwrap(), order());
}

#[tokio::test]
async fn a_message_and_its_file_need_no_registry_entry_before() {
    let registry = ScriptedRegistry::with(&[]);
    let factory = registering(&registry, &[("shop.proto", SHOP)]);
    assert_eq!(encoded(&factory, &orders(), &message()).await.unwrap(), BYTES);
    assert_eq!(asked_for(&registry.calls()), ["register the schema under subject `orders-com.acme.OrderCreated`"]);
}

#[tokio::test]
async fn a_message_is_protobuf_alone_and_the_refusal_says_so() {
    let registry = ScriptedRegistry::with(&[("orders-com.acme.OrderCreated", ORDER)]);
    put(&registry, "json", Format::Json, r#"{"title":"OrderCreated"}"#);
    let factory = factory(&registry, &[]);
    let reason =
        |format: &str| format!("a prost message is Protobuf, and the schema is {format}; use a type that serde knows");
    let error = encoded(&factory, &orders(), &message()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the value does not fit record `com.acme.OrderCreated` (schema id 1, subject `orders-com.acme.OrderCreated`)"
    );
    assert_eq!(cause(&error), reason("Avro"));
    let error = encoded(&factory, &orders().with_subject("json"), &message()).await.unwrap_err();
    assert_eq!(cause(&error), reason("JSON"));
    let error = decoded::<Proto<OrderMessage>>(&factory, &framed(1, &ORDER_PAYLOAD)).await.unwrap_err();
    assert_eq!(cause(&error), reason("Avro"));
}

#[tokio::test]
async fn another_message_is_refused_in_reading() {
    let factory = factory(&shop(), &[]);
    let error = decoded::<Proto<ForeignOrder>>(&factory, &BYTES).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "record `com.other.OrderCreated` is asked for, but the bytes hold record `com.acme.OrderCreated` (schema id 1)",
        "full names are compared"
    );
    let error = decoded::<Proto<OrderMessage>>(&factory, &framed(1, &[0, 8, 7])).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "record `com.acme.OrderCreated` is asked for, but the bytes hold record `com.acme.Payment` (schema id 1)"
    );
}

#[tokio::test]
async fn another_message_is_refused_in_writing() {
    let factory = factory(&shop(), &[]);
    let foreign = Proto(ForeignOrder { id: "A-1".into() });
    let subject = orders().with_subject("orders-com.acme.OrderCreated");
    for target in [subject.clone(), orders().with_schema_id(SchemaId::new(1)), subject.clone().named("Payment", None)] {
        let error = encoded(&factory, &target, &foreign).await.unwrap_err();
        let said = format!("{error}: {}", cause(&error));
        assert!(said.contains("com.other.OrderCreated") && said.contains("com.acme."), "{target:?}: {said}");
    }
    let error = encoded(&factory, &subject.named("Payment", None), &message()).await.unwrap_err();
    assert!(matches!(error, EncodeError::Value { .. }), "a payment is no order: {error}");
}

#[tokio::test]
async fn damaged_bytes_are_an_error_of_the_message() {
    let factory = factory(&shop(), &[]);
    let error = decoded::<Proto<OrderMessage>>(&factory, &BYTES[..10]).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the payload of record `com.acme.OrderCreated` (schema id 1) cannot be read as the type asked for"
    );
    let no_such_message = decoded::<Proto<OrderMessage>>(&factory, &framed(1, &[2, 8])).await.unwrap_err();
    assert!(matches!(no_such_message, DecodeError::Payload { .. }), "{no_such_message}");
}
