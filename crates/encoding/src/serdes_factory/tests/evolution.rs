//! Old payloads read by newer schemas.

use super::*;

const OLD: &str = r#"{"type":"record","name":"OrderCreated","namespace":"com.acme","fields":[
    {"name":"id","type":"string"},{"name":"n","type":"int"},{"name":"gone","type":"string"},
    {"name":"state","type":{"type":"enum","name":"State","symbols":["NEW","LOST"]}}]}"#;
const NEW: &str = r#"{"type":"record","name":"OrderCreated","namespace":"com.acme","fields":[
    {"name":"order_id","aliases":["id"],"type":"string"},{"name":"n","type":"long"},
    {"name":"note","type":"string","default":"none"},
    {"name":"state","type":{"type":"enum","name":"State","symbols":["NEW","OTHER"],"default":"OTHER"}}]}"#;

/// By hand: `A-1`, 3, `x`, and the symbol at 1.
const OLD_PAYLOAD: [u8; 8] = [6, b'A', b'-', b'1', 6, 2, b'x', 2];

fn reader(subject: &str) -> ValueTarget {
    orders().with_subject(subject)
}

async fn read_as<T: Decodable>(factory: &SerdesFactory, reader: &ValueTarget, bytes: &[u8]) -> Result<T, DecodeError> {
    factory.resolving(|factory| factory.decode_value_as(reader, bytes)).await
}

async fn read_json_as(factory: &SerdesFactory, reader: &ValueTarget, bytes: &[u8]) -> Result<Value, DecodeError> {
    factory.resolving(|factory| factory.decode_value_json_as(reader, bytes)).await
}

#[tokio::test]
async fn avro_is_brought_into_the_newer_shape() {
    let registry = ScriptedRegistry::with(&[("old", OLD), ("new", NEW)]);
    let factory = factory(&registry, &[]);
    let bytes = framed(1, &OLD_PAYLOAD);
    assert_eq!(
        read_json_as(&factory, &reader("new"), &bytes).await.unwrap(),
        json!({"order_id": "A-1", "n": 3, "note": "none", "state": "OTHER"}),
        "an alias, a promotion, a default, a symbol that is gone, and a field that is gone"
    );
    #[derive(Debug, PartialEq, Deserialize)]
    enum State {
        #[serde(rename = "NEW")]
        New,
        #[serde(rename = "OTHER")]
        Other,
    }
    #[derive(Debug, PartialEq, Deserialize)]
    struct OrderCreated {
        order_id: String,
        n: i64,
        note: String,
        state: State,
    }
    let read_new: OrderCreated = read_as(&factory, &reader("new"), &framed(1, &[2, b'x', 0, 0, 0])).await.unwrap();
    assert_eq!(read_new.state, State::New, "a symbol that both have stays");
    let typed: OrderCreated = read_as(&factory, &reader("new"), &bytes).await.unwrap();
    let expected = OrderCreated { order_id: "A-1".into(), n: 3, note: "none".into(), state: State::Other };
    assert_eq!(typed, expected);
    let calls = registry.take_calls();
    for _ in 0..3 {
        read_as::<OrderCreated>(&factory, &reader("new"), &bytes).await.unwrap();
    }
    assert_eq!((calls.len(), registry.calls().len()), (2, 0), "both schemas are asked for once");
}

#[tokio::test]
async fn without_a_readers_schema_the_payload_is_read_as_it_was_written() {
    let registry = ScriptedRegistry::with(&[("old", OLD), ("new", NEW)]);
    let value = decoded_json(&factory(&registry, &[]), &framed(1, &OLD_PAYLOAD)).await.unwrap();
    assert_eq!(value, json!({"id": "A-1", "n": 3, "gone": "x", "state": "LOST"}));
}

#[tokio::test]
async fn what_was_written_with_the_readers_schema_is_read_straight() {
    let registry = ScriptedRegistry::with(&[("same", OLD)]);
    let factory = factory(&registry, &[]);
    let read = read_json_as(&factory, &reader("same"), &framed(1, &OLD_PAYLOAD)).await.unwrap();
    assert_eq!(read, json!({"id": "A-1", "n": 3, "gone": "x", "state": "LOST"}));
    assert_eq!(factory.0.projections.len(), 0, "nothing was worked out for it");
    let long = framed(1, &[&OLD_PAYLOAD[..], &[0]].concat());
    let error = read_json_as(&factory, &reader("same"), &long).await.unwrap_err();
    assert!(matches!(error, DecodeError::LeftOver { bytes: 1, .. }), "{error}");
}

#[tokio::test]
async fn the_two_schemas_are_compared_once() {
    let registry = ScriptedRegistry::with(&[("old", OLD), ("new", NEW)]);
    let factory = factory(&registry, &[]);
    for _ in 0..3 {
        read_json_as(&factory, &reader("new"), &framed(1, &OLD_PAYLOAD)).await.unwrap();
    }
    assert_eq!(factory.0.projections.len(), 1);
}

#[tokio::test]
async fn bytes_after_the_payload_are_too_many_for_the_readers_schema_too() {
    let registry = ScriptedRegistry::with(&[("old", OLD), ("new", NEW)]);
    let long = framed(1, &[&OLD_PAYLOAD[..], &[0, 0]].concat());
    let error = read_json_as(&factory(&registry, &[]), &reader("new"), &long).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the payload of record `com.acme.OrderCreated` (schema id 1) has 2 bytes too many; was it written with another \
         schema?"
    );
}

#[tokio::test]
async fn schemas_that_do_not_go_together_are_an_error() {
    let with_no_default = ORDER_V2.replace(r#","default":"""#, "");
    let registry = ScriptedRegistry::with(&[("old", ORDER), ("new", &with_no_default), ("other", PAYMENT)]);
    let factory = factory(&registry, &[]);
    let error = read_json_as(&factory, &reader("new"), &framed(1, &ORDER_PAYLOAD)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the payload of record `com.acme.OrderCreated` (schema id 1) cannot be read as record `com.acme.OrderCreated` \
         (schema id 2)"
    );
    assert!(cause(&error).contains("note"), "the field without a default: {}", cause(&error));
    assert!(!error.helps_to_ask_again());
    let error = read_json_as(&factory, &reader("other"), &framed(1, &ORDER_PAYLOAD)).await.unwrap_err();
    assert!(matches!(error, DecodeError::Evolution { .. }), "{error}");
}

#[tokio::test]
async fn damage_is_an_error_of_the_reading() {
    let registry = ScriptedRegistry::with(&[("old", OLD), ("new", NEW)]);
    let error =
        read_json_as(&factory(&registry, &[]), &reader("new"), &framed(1, &OLD_PAYLOAD[..3])).await.unwrap_err();
    assert!(matches!(error, DecodeError::Evolution { .. }), "{error}");
    assert!(!cause(&error).is_empty());
}

#[tokio::test]
async fn the_record_of_the_type_tells_the_readers_schema_as_it_does_in_writing() {
    let subject = "orders-com.acme.OrderCreated";
    let registry = ScriptedRegistry::with(&[("old", ORDER), (subject, ORDER_V2), ("orders-com.acme.Payment", PAYMENT)]);
    #[derive(Debug, PartialEq, Deserialize)]
    struct OrderCreated {
        id: String,
        note: String,
    }
    let factory = factory(&registry, &[]);
    let read: OrderCreated = read_as(&factory, &orders(), &framed(1, &ORDER_PAYLOAD)).await.unwrap();
    assert_eq!(read, OrderCreated { id: "A-1".into(), note: String::new() });
}

#[tokio::test]
async fn another_record_than_the_type_is_refused_after_evolution_too() {
    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "never read successfully")]
    struct Payment {
        id: String,
        n: i32,
    }
    let registry = ScriptedRegistry::with(&[("old", ORDER), ("new", ORDER_V2)]);
    let factory = factory(&registry, &[]);
    let bytes = framed(1, &ORDER_PAYLOAD);
    let named = reader("new").named("OrderCreated", None);
    let error = read_as::<Payment>(&factory, &named, &bytes).await.unwrap_err();
    assert!(matches!(error, DecodeError::WrongRecord { .. }), "{error}");
    let error = read_as::<Payment>(&factory, &reader("new"), &bytes).await.unwrap_err();
    assert!(matches!(error, DecodeError::Resolve(ResolveError::RecordMismatch { .. })), "{error}");
}

#[tokio::test]
async fn a_branch_of_a_newer_union_is_read_by_its_record() {
    let union = |field: &str| {
        format!(
            r#"[{{"type":"record","name":"com.acme.Payment","fields":[{{"name":"id","type":"string"}}{field}]}},
                {{"type":"record","name":"com.acme.OrderCreated","fields":[{{"name":"id","type":"string"}}{field}]}}]"#
        )
    };
    let newer = union(r#",{"name":"n","type":"int","default":7}"#);
    let registry = ScriptedRegistry::with(&[("old", &union("")), ("new", &newer)]);
    let factory = factory(&registry, &[]);
    let bytes = framed(1, &[2, 6, b'A', b'-', b'1']);
    let read: OrderCreated = read_as(&factory, &reader("new"), &bytes).await.unwrap();
    assert_eq!(read, OrderCreated { id: "A-1".into(), n: 7 });
    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "never read successfully")]
    struct Payment {
        id: String,
    }
    let error = read_as::<Payment>(&factory, &reader("new"), &bytes).await.unwrap_err();
    assert!(matches!(error, DecodeError::WrongRecord { .. }), "{error}");
}

#[tokio::test]
async fn protobuf_is_read_by_the_newer_message() {
    let old =
        r#"syntax = "proto3"; package com.acme; message OrderCreated { string id = 1; int32 n = 2; string gone = 3; }"#;
    let new = r#"syntax = "proto3"; package com.acme; message Other { int32 x = 1; }
        message OrderCreated { string order_id = 1; int64 n = 2; string note = 4; }"#;
    let registry = ScriptedRegistry::with(&[]);
    put(&registry, "old", Format::Protobuf, old);
    put(&registry, "new", Format::Protobuf, new);
    let factory = factory(&registry, &[]);
    let bytes = framed(1, &[0, 0x0a, 3, b'A', b'-', b'1', 0x10, 3, 0x1a, 1, b'x']);
    let target = reader("new").named("OrderCreated", None);
    let read = read_json_as(&factory, &target, &bytes).await.unwrap();
    assert_eq!(read, json!({"order_id": "A-1", "n": 3, "note": ""}));
}

#[tokio::test]
async fn a_json_document_is_what_it_is() {
    let registry = ScriptedRegistry::with(&[]);
    put(&registry, "old", Format::Json, r#"{"title":"OrderCreated"}"#);
    put(&registry, "new", Format::Json, r#"{"title":"OrderCreated","properties":{"note":{"default":"none"}}}"#);
    let bytes = framed(1, br#"{"id":"A-1","n":3}"#);
    let factory = factory(&registry, &[]);
    assert_eq!(read_json_as(&factory, &reader("new"), &bytes).await.unwrap(), json!({"id": "A-1", "n": 3}));
    assert_eq!(read_as::<OrderCreated>(&factory, &reader("new"), &bytes).await.unwrap(), order());
}

#[tokio::test]
async fn no_format_evolves_into_another() {
    let registry = ScriptedRegistry::with(&[("avro", ORDER)]);
    put(&registry, "json", Format::Json, r#"{"title":"OrderCreated"}"#);
    let factory = factory(&registry, &[]);
    let error = read_json_as(&factory, &reader("json"), &framed(1, &ORDER_PAYLOAD)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the payload of record `com.acme.OrderCreated` (schema id 1) cannot be read as record `OrderCreated` (schema id 2)"
    );
    assert_eq!(cause(&error), "it is Avro, and the reader's schema JSON");
}

#[tokio::test]
async fn a_record_becomes_the_branch_of_its_name_and_a_branch_the_record() {
    let union = format!(
        "[{},{ORDER_V2}]",
        ORDER_V2.replace("OrderCreated", "Twin").replace(r#""default":"""#, r#""default":"twin""#)
    );
    let registry = ScriptedRegistry::with(&[("one", ORDER), ("union", &union), ("newest", ORDER_V2)]);
    let factory = factory(&registry, &[]);
    let with_note = json!({"id": "A-1", "n": 3, "note": ""});
    let read = read_json_as(&factory, &reader("union"), &framed(1, &ORDER_PAYLOAD)).await.unwrap();
    assert_eq!(read, with_note, "not the twin's note");
    let branch = framed(2, &[&[2], &ORDER_PAYLOAD[..], &[0]].concat());
    assert_eq!(read_json_as(&factory, &reader("newest"), &branch).await.unwrap(), with_note);
    let lost = ScriptedRegistry::with(&[("one", PAYMENT), ("union", &union)]);
    let error = read_json_as(&super::factory(&lost, &[]), &reader("union"), &framed(1, &[2])).await.unwrap_err();
    assert_eq!(cause(&error), "the reader's schema has no record `com.acme.Payment`");
}

#[tokio::test]
async fn aliases_are_followed_inside_of_records_lists_maps_and_unions() {
    let line = |name: &str, field: &str| {
        format!(r#"{{"type":"record","name":"{name}","fields":[{{"name":{field},"type":"int"}}]}}"#)
    };
    let order = |line: &str, name: &str| {
        format!(
            r#"{{"type":"record","name":"com.acme.{name},"fields":[
                {{"name":"list","type":{{"type":"array","items":{line}}}}},
                {{"name":"map","type":{{"type":"map","values":"com.acme.Line"}}}},
                {{"name":"maybe","type":["null","com.acme.Line"]}}]}}"#
        )
    };
    let old = order(&line("com.acme.Line", r#""n""#), r#"Order""#);
    let new = order(&line("com.acme.Line", r#""count","aliases":["n"]"#), r#"Purchase","aliases":["Order"]"#);
    let registry = ScriptedRegistry::with(&[("old", &old), ("new", &new)]);
    let bytes = framed(1, &[2, 2, 0, 2, 2, b'k', 4, 0, 2, 6]);
    assert_eq!(
        read_json_as(&factory(&registry, &[]), &reader("new"), &bytes).await.unwrap(),
        json!({"list": [{"count": 1}], "map": {"k": {"count": 2}}, "maybe": {"count": 3}})
    );
}

#[tokio::test]
async fn a_branch_is_found_by_the_name_that_it_had_before() {
    let renamed = r#"[{"type":"record","name":"com.acme.Twin","fields":[{"name":"id","type":"string"}]},
        {"type":"record","name":"com.acme.Purchase","aliases":["OrderCreated"],"fields":[{"name":"id","type":"string"}]}]"#;
    let registry = ScriptedRegistry::with(&[("old", ORDER), ("new", renamed)]);
    #[derive(Debug, PartialEq, Deserialize)]
    struct Purchase {
        id: String,
    }
    let factory = factory(&registry, &[]);
    let read: Purchase = read_as(&factory, &reader("new"), &framed(1, &ORDER_PAYLOAD)).await.unwrap();
    assert_eq!(read, Purchase { id: "A-1".into() });
}
