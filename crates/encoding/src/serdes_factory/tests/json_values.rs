//! Documents and their JSON Schema.

use super::*;

const SCHEMA: &str = r#"{"title":"OrderCreated","type":"object",
    "properties":{"id":{"type":"string","pattern":"^A-"},"n":{"type":"integer","minimum":1},
        "lines":{"type":"array","items":{"type":"object","required":["sku"]}}},
    "required":["id"],"additionalProperties":false}"#;

fn registry() -> Arc<ScriptedRegistry> {
    let registry = ScriptedRegistry::with(&[]);
    put(&registry, "orders-OrderCreated", Format::Json, SCHEMA);
    registry
}

fn target() -> ValueTarget {
    orders().named("OrderCreated", None)
}

#[tokio::test]
async fn a_document_is_written_as_it_is_and_comes_back() {
    let factory = factory(&registry(), &[]);
    let bytes = encoded(&factory, &orders(), &order()).await.unwrap();
    assert_eq!(bytes, framed(1, br#"{"id":"A-1","n":3}"#));
    assert_eq!(decoded::<OrderCreated>(&factory, &bytes).await.unwrap(), order());
    let json = encoded_json(&factory, &target(), &json!({"id": "A-1", "n": 3})).await.unwrap();
    assert_eq!(json, bytes);
    assert_eq!(factory.decode_value_json(&bytes).unwrap(), json!({"id": "A-1", "n": 3}));
    assert_eq!(factory.format_of(&bytes).unwrap(), Format::Json);
}

#[tokio::test]
async fn a_document_that_breaks_its_schema_is_refused_with_the_place() {
    let factory = factory(&registry(), &[]);
    let mut out = b"before".to_vec();
    let value = json!({"id": "A-1", "lines": [{"sku": 1}, {}]});
    let error = factory.resolving(|factory| factory.encode_json(&target(), &value, &mut out)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the JSON does not fit record `OrderCreated` (schema id 1, subject `orders-OrderCreated`)"
    );
    assert_eq!(
        cause(&error),
        r#"$.lines[1]: "sku" is a required property (the schema's rule /properties/lines/items/required)"#
    );
    assert_eq!(out, b"before");
    let wrong = OrderCreated { id: "A-1".into(), n: 0 };
    let error = encoded(&factory, &orders(), &wrong).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the value does not fit record `OrderCreated` (schema id 1, subject `orders-OrderCreated`)"
    );
    assert!(cause(&error).starts_with("$.n: "), "{}", cause(&error));
}

#[tokio::test]
async fn where_validating_is_off_a_document_that_breaks_its_schema_is_written() {
    let registry = registry();
    let factory = factory_with(&registry, &[], SerdesSettings::default().with_validate_json(false));
    let bytes = encoded_json(&factory, &target(), &json!({"n": 0})).await.unwrap();
    assert_eq!(bytes, framed(1, br#"{"n":0}"#));
    encoded(&factory, &orders(), &OrderCreated { id: "B".into(), n: 0 }).await.unwrap();
    // Whoever asks is told all the same.
    assert!(matches!(factory.validate_value(&bytes), Err(DecodeError::Invalid { .. })));
}

#[tokio::test]
async fn what_was_received_is_checked_when_asked_for() {
    let factory = factory(&registry(), &[]);
    let wrong = framed(1, br#"{"id":"A-1","n":"three"}"#);
    assert_eq!(decoded_json(&factory, &wrong).await.unwrap()["n"], "three", "reading checks nothing");
    let error = factory.validate_value(&wrong).unwrap_err();
    assert_eq!(error.to_string(), "the value breaks its schema, record `OrderCreated` (schema id 1)");
    assert!(cause(&error).starts_with("$.n: "), "{}", cause(&error));
    assert!(!error.helps_to_ask_again());
    factory.validate_value(&framed(1, br#"{"id":"A-1"}"#)).unwrap();
}

#[tokio::test]
async fn what_can_be_read_in_the_other_formats_is_valid() {
    let registry = ScriptedRegistry::with(&[("a", ORDER)]);
    put(&registry, "p", Format::Protobuf, r#"syntax = "proto3"; message OrderCreated { string id = 1; int32 n = 2; }"#);
    let factory = factory(&registry, &[]);
    for bytes in [framed(1, &ORDER_PAYLOAD), framed(2, &[0, 0x10, 3])] {
        factory.resolving(|factory| factory.validate_value(&bytes)).await.unwrap();
    }
    let damaged = factory.validate_value(&framed(1, &ORDER_PAYLOAD[..2])).unwrap_err();
    assert!(matches!(damaged, DecodeError::Payload { .. }), "{damaged}");
}

#[tokio::test]
async fn a_document_that_is_no_json_is_damaged() {
    let factory = factory(&registry(), &[]);
    let error = decoded_json(&factory, &framed(1, br#"{"id":"A-1""#)).await.unwrap_err();
    assert_eq!(error.to_string(), "the payload of record `OrderCreated` (schema id 1) is damaged");
    let two = factory.decode_value_json(&framed(1, b"{}{}")).unwrap_err();
    assert!(matches!(two, DecodeError::Payload { .. }), "one document is all of a value: {two}");
}

#[tokio::test]
async fn another_record_than_the_type_is_named() {
    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "never read successfully")]
    struct Payment {
        id: String,
    }
    let error = decoded::<Payment>(&factory(&registry(), &[]), &framed(1, br#"{"id":"A-1"}"#)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "record `Payment` is asked for, but the bytes hold record `OrderCreated` (schema id 1)"
    );
}

#[tokio::test]
async fn a_serde_name_with_a_name_space_finds_a_title_without_one() {
    #[derive(Serialize)]
    #[serde(rename = "com.acme.OrderCreated")]
    struct Named {
        id: String,
    }
    let named = Named { id: "A-1".into() };
    assert_eq!(encoded(&factory(&registry(), &[]), &orders(), &named).await.unwrap()[4], 1);
    let local = ScriptedRegistry::with(&[]);
    let factory = registering(&local, &[("OrderCreated.json", SCHEMA)]);
    assert_eq!(encoded(&factory, &orders(), &named).await.unwrap(), framed(1, br#"{"id":"A-1"}"#));
    assert_eq!(asked_for(&local.calls()), ["register the schema under subject `orders-OrderCreated`"]);
}
