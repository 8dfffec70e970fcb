//! Values that are written with the schema of an id.

use super::*;

fn with_id(id: u32) -> ValueTarget {
    orders().with_schema_id(SchemaId::new(id))
}

#[tokio::test]
async fn the_schema_of_the_id_is_written_with_whatever_its_subject() {
    let registry = ScriptedRegistry::with(&[("elsewhere", ORDER_V2), ("orders-com.acme.OrderCreated", ORDER)]);
    let factory = registering(&registry, &[("OrderCreated.avsc", ORDER)]);
    let value = json!({"id": "A-1", "n": 3, "note": "hi"});
    let bytes = encoded_json(&factory, &with_id(1), &value).await.unwrap();
    assert_eq!(bytes, framed(1, &[&ORDER_PAYLOAD[..], &[4, b'h', b'i']].concat()));
    assert_eq!(asked_for(&registry.calls()), ["give the schema with id 1"], "nothing is looked for nor registered");
    assert_eq!(factory.schema_id(&with_id(1)).await.unwrap(), SchemaId::new(1));
    assert_eq!(
        encoded(&factory, &with_id(2), &order()).await.unwrap(),
        framed(2, &ORDER_PAYLOAD),
        "ids are kept apart"
    );
    let map: std::collections::BTreeMap<_, _> = [("cents", 1_i64)].into();
    assert!(!matches!(encoded(&factory, &with_id(1), &map).await, Err(EncodeError::NoRecordName { .. })));
}

#[tokio::test]
async fn a_name_says_which_record_of_the_schema_is_meant() {
    let registry = ScriptedRegistry::with(&[]);
    let text = r#"syntax = "proto3"; package com.acme; message A { int32 n = 1; } message B { int32 n = 1; }"#;
    put(&registry, "shop", Format::Protobuf, text);
    let factory = factory(&registry, &[]);
    let value = json!({"n": 7});
    assert_eq!(encoded_json(&factory, &with_id(1), &value).await.unwrap(), framed(1, &[0, 8, 7]), "the first");
    let second = encoded_json(&factory, &with_id(1).named("com.acme.B", None), &value).await.unwrap();
    assert_eq!(second, framed(1, &[2, 2, 8, 7]));
}

#[tokio::test]
async fn another_format_or_record_is_refused() {
    let registry = ScriptedRegistry::with(&[("elsewhere", PAYMENT)]);
    let factory = factory(&registry, &[]);
    for (target, message) in [
        (
            with_id(1).with_format(Format::Protobuf),
            "Protobuf is asked for, but subject `(schema id 1)` holds a schema in Avro; ask for Avro, or name another \
             subject",
        ),
        (
            with_id(1),
            "record `OrderCreated` is to be written, but subject `(schema id 1)` describes record `com.acme.Payment`; \
             name the right record or subject",
        ),
    ] {
        assert_eq!(encoded(&factory, &target, &order()).await.unwrap_err().to_string(), message);
    }
    let avro = with_id(1).with_format(Format::Avro);
    assert_eq!(encoded_json(&factory, &avro, &json!({"cents": 1})).await.unwrap(), framed(1, &[2]));
}

#[tokio::test]
async fn an_id_that_the_registry_does_not_have_is_named() {
    let error = encoded(&factory(&ScriptedRegistry::with(&[]), &[]), &with_id(9), &order()).await.unwrap_err();
    assert!(matches!(error, EncodeError::Resolve(ResolveError::UnknownSchema { .. })), "{error}");
    assert!(error.to_string().contains("schema id 9, which the Schema Registry at memory://registry does not have"));
    assert!(!error.helps_to_ask_again());
}

#[tokio::test(start_paused = true)]
async fn the_schema_of_an_id_never_grows_old() {
    let registry = ScriptedRegistry::with(&[("elsewhere", ORDER)]);
    let factory = factory(&registry, &[]);
    encoded(&factory, &with_id(1), &order()).await.unwrap();
    registry.take_calls();
    tokio::time::advance(SerdesSettings::DEFAULT_LATEST_CACHE_TTL * 10).await;
    encoded(&factory, &with_id(1), &order()).await.unwrap();
    assert_eq!(registry.calls(), []);
}
