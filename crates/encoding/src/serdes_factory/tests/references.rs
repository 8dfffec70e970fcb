//! Schemas that are spread over several subjects of the registry.

use super::*;
use crate::SubjectNameStrategy;

const ADDRESS: &str =
    r#"{"type":"record","name":"Address","namespace":"com.acme","fields":[{"name":"city","type":"string"}]}"#;
const CUSTOMER: &str = r#"{"type":"record","name":"Customer","namespace":"com.acme","fields":[{"name":"home","type":"com.acme.Address"}]}"#;
const VISIT: &str = r#"{"type":"record","name":"Visit","namespace":"com.acme","fields":[
    {"name":"who","type":"com.acme.Customer"},{"name":"at","type":"com.acme.Address"}]}"#;

/// The schema is at `orders-value`.
fn target() -> ValueTarget {
    orders().with_subject("orders-value")
}

/// Writes with one factory and reads with another one.
async fn there_and_back(registry: &Arc<ScriptedRegistry>, target: &ValueTarget, value: &Value) -> Value {
    let bytes = encoded_json(&factory(registry, &[]), target, value).await.unwrap();
    decoded_json(&factory(registry, &[]), &bytes).await.unwrap()
}

#[tokio::test]
async fn an_avro_schema_may_name_records_of_other_subjects() {
    let registry = ScriptedRegistry::with(&[("address", ADDRESS)]);
    put_naming(&registry, "customer", Format::Avro, CUSTOMER, &[("com.acme.Address", "address", 1)]);
    put_naming(&registry, "orders-value", Format::Avro, VISIT, &[("com.acme.Customer", "customer", 1)]);
    let value = json!({"who": {"home": {"city": "Ulm"}}, "at": {"city": "Bern"}});
    let factory = factory(&registry, &[]);
    let bytes = encoded_json(&factory, &target(), &value).await.unwrap();
    assert_eq!(bytes, framed(3, &[6, b'U', b'l', b'm', 8, b'B', b'e', b'r', b'n']));
    assert_eq!(there_and_back(&registry, &target(), &value).await, value);
    assert_eq!(
        asked_for(&registry.calls())[..3],
        [
            "give the latest version of subject `orders-value`",
            "give version 1 of subject `customer`",
            "give version 1 of subject `address`"
        ]
    );
}

#[tokio::test]
async fn a_union_may_be_of_records_of_other_subjects() {
    let registry = ScriptedRegistry::with(&[("order", ORDER), ("payment", PAYMENT)]);
    let union = r#"["com.acme.OrderCreated","com.acme.Payment"]"#;
    let named = [("com.acme.OrderCreated", "order", 1), ("com.acme.Payment", "payment", 1)];
    put_naming(&registry, "orders-value", Format::Avro, union, &named);
    let settings = SerdesSettings::default().with_subject_name_strategy(SubjectNameStrategy::TopicName);
    let factory = factory_with(&registry, &[], settings);
    let bytes = encoded(&factory, &orders(), &order()).await.unwrap();
    assert_eq!(bytes, framed(3, &[&[0], &ORDER_PAYLOAD[..]].concat()));
    let payment = encoded_json(&factory, &orders().named("Payment", None), &json!({"cents": 1})).await.unwrap();
    assert_eq!(payment, framed(3, &[2, 2]));
    assert_eq!(decoded::<OrderCreated>(&factory, &bytes).await.unwrap(), order());
}

#[tokio::test]
async fn a_proto_file_may_import_one_that_imports_another() {
    let registry = ScriptedRegistry::with(&[]);
    let money = r#"syntax = "proto3"; package com.acme; message Money { int64 cents = 1; }"#;
    let price = r#"syntax = "proto3"; package com.acme; import "acme/money.proto";
        message Price { Money net = 1; Money tax = 2; }"#;
    let order = r#"syntax = "proto3"; package com.acme; import "acme/price.proto";
        message Order { string id = 1; Price price = 2; }"#;
    put(&registry, "money", Format::Protobuf, money);
    put_naming(&registry, "price", Format::Protobuf, price, &[("acme/money.proto", "money", 1)]);
    put_naming(&registry, "orders-value", Format::Protobuf, order, &[("acme/price.proto", "price", 1)]);
    let value = json!({"id": "A-1", "price": {"net": {"cents": 100}, "tax": {"cents": 19}}});
    let bytes = encoded_json(&factory(&registry, &[]), &target(), &value).await.unwrap();
    assert_eq!(bytes[..11], [0, 0, 0, 0, 3, 0, 0x0a, 3, b'A', b'-', b'1']);
    assert_eq!(there_and_back(&registry, &target(), &value).await, value);
}

#[tokio::test]
async fn a_json_schema_may_refer_to_others() {
    let registry = ScriptedRegistry::with(&[]);
    put(&registry, "sku", Format::Json, r#"{"type":"string","pattern":"^S-"}"#);
    let item = r#"{"type":"object","properties":{"sku":{"$ref":"sku.json"}},"required":["sku"]}"#;
    put_naming(&registry, "item", Format::Json, item, &[("sku.json", "sku", 1)]);
    let order = r#"{"title":"Order","type":"object","properties":{"item":{"$ref":"item.json"}}}"#;
    put_naming(&registry, "orders-value", Format::Json, order, &[("item.json", "item", 1)]);
    let value = json!({"item": {"sku": "S-1"}});
    assert_eq!(there_and_back(&registry, &target(), &value).await, value);
    let wrong = encoded_json(&factory(&registry, &[]), &target(), &json!({"item": {"sku": "T-1"}})).await.unwrap_err();
    assert!(cause(&wrong).starts_with("$.item.sku: "), "the rule of the schema two references away: {}", cause(&wrong));
}

#[tokio::test]
async fn a_reference_to_nothing_is_named_however_far_away_it_is() {
    let registry = ScriptedRegistry::with(&[("address", ADDRESS)]);
    put_naming(&registry, "customer", Format::Avro, CUSTOMER, &[("com.acme.Address", "address", 2)]);
    put_naming(&registry, "orders-value", Format::Avro, VISIT, &[("com.acme.Customer", "customer", 1)]);
    let error = encoded_json(&factory(&registry, &[]), &target(), &json!({})).await.unwrap_err();
    assert!(matches!(error, EncodeError::Resolve(ResolveError::ReferenceNotFound { .. })), "{error}");
    assert_eq!(
        error.to_string(),
        "version 1 of subject `orders-value` names `com.acme.Address`, version 2 of subject `address`, which the Schema \
         Registry at memory://registry does not have (the subject has no such version); register it again"
    );
    assert!(!error.helps_to_ask_again());
}

#[tokio::test]
async fn an_outage_on_the_way_is_no_missing_reference() {
    let registry = ScriptedRegistry::with(&[("address", ADDRESS)]);
    put_naming(&registry, "c", Format::Avro, CUSTOMER, &[("com.acme.Address", "address", 1)]);
    let factory = factory(&registry, &[]);
    let request = match factory.decode_value_json(&framed(2, &[2, b'x'])).unwrap_err() {
        DecodeError::Unresolved(request) => request,
        error => panic!("{error}"),
    };
    let outage = || RegistryFailure::OutOfOrder { status: 503, message: "m".into() };
    registry.fail_next([outage()]);
    assert!(factory.resolve(&request).await.unwrap_err().helps_to_ask_again());
    // The schema itself is known by now, so that the reference is the next question.
    factory.resolve(&request).await.unwrap();
    assert_eq!(factory.decode_value_json(&framed(2, &[2, b'x'])).unwrap(), json!({"home": {"city": "x"}}));
}

#[tokio::test]
async fn what_two_schemas_name_is_asked_for_once() {
    let registry = ScriptedRegistry::with(&[]);
    let base = r#"syntax = "proto3"; message Base { int32 n = 1; }"#;
    let side = |name: &str| format!(r#"syntax = "proto3"; import "base.proto"; message {name} {{ Base base = 1; }}"#);
    let top = r#"syntax = "proto3"; import "left.proto"; import "right.proto";
        message Top { Left left = 1; Right right = 2; }"#;
    put(&registry, "base", Format::Protobuf, base);
    put_naming(&registry, "left", Format::Protobuf, &side("Left"), &[("base.proto", "base", 1)]);
    put_naming(&registry, "right", Format::Protobuf, &side("Right"), &[("base.proto", "base", 1)]);
    let named = [("left.proto", "left", 1), ("right.proto", "right", 1)];
    put_naming(&registry, "orders-value", Format::Protobuf, top, &named);
    let value = json!({"left": {"base": {"n": 1}}, "right": {"base": {"n": 2}}});
    let factory = factory(&registry, &[]);
    encoded_json(&factory, &target(), &value).await.unwrap();
    let calls = asked_for(&registry.take_calls());
    assert_eq!(
        calls[1..],
        ["give version 1 of subject `left`", "give version 1 of subject `base`", "give version 1 of subject `right`"]
    );
    assert_eq!(there_and_back(&registry, &target(), &value).await, value);
}

#[tokio::test]
async fn references_that_go_round_in_a_circle_come_to_an_end() {
    let registry = ScriptedRegistry::with(&[]);
    let node = r#"{"title":"Node","type":"object","properties":{"leaf":{"$ref":"leaf.json"},"n":{"type":"integer"}}}"#;
    let leaf = r#"{"type":"object","properties":{"node":{"$ref":"node.json"}}}"#;
    put_naming(&registry, "orders-value", Format::Json, node, &[("leaf.json", "leaf", 1)]);
    put_naming(&registry, "leaf", Format::Json, leaf, &[("node.json", "orders-value", 1)]);
    let value = json!({"leaf": {"node": {"leaf": {}, "n": 1}}});
    assert_eq!(there_and_back(&registry, &target(), &value).await, value);
    let wrong = json!({"leaf": {"node": {"n": "x"}}});
    let error = encoded_json(&factory(&registry, &[]), &target(), &wrong).await.unwrap_err();
    assert!(cause(&error).starts_with("$.leaf.node.n: "), "{}", cause(&error));

    let a = r#"syntax = "proto3"; import "b.proto"; message A { B b = 1; }"#;
    let b = r#"syntax = "proto3"; import "a.proto"; message B { A a = 1; }"#;
    put_naming(&registry, "a", Format::Protobuf, a, &[("b.proto", "b", 1)]);
    put_naming(&registry, "b", Format::Protobuf, b, &[("a.proto", "a", 1)]);
    let error = encoded_json(&factory(&registry, &[]), &orders().with_subject("a"), &json!({})).await.unwrap_err();
    assert_eq!(error.to_string(), "version 1 of subject `a` cannot be used as a schema", "Protobuf allows none");
}

#[tokio::test]
async fn a_schema_that_names_no_end_of_others_is_refused() {
    let registry = ScriptedRegistry::with(&[]);
    let mut named = Vec::new();
    for number in 0..=1_000 {
        let subject = format!("s{number}");
        put(&registry, &subject, Format::Json, &format!(r#"{{"const":{number}}}"#));
        named.push(reference(&format!("{subject}.json"), &subject, 1));
    }
    let with = |count: usize| SchemaText {
        references: named[..count].into(),
        ..SchemaText::new(Format::Json, format!(r#"{{"title":"T{count}"}}"#))
    };
    registry.put("orders-value", &with(1_001));
    registry.put("as-many-as-may-be", &with(1_000));
    let error = encoded_json(&factory(&registry, &[]), &target(), &json!(1)).await.unwrap_err();
    assert!(matches!(error, EncodeError::Resolve(ResolveError::TooManyReferences { limit: 1_000, .. })), "{error}");
    assert_eq!(
        error.to_string(),
        "version 1 of subject `orders-value` names more than 1000 schemas of other subjects; put them into fewer"
    );
    let target = orders().with_subject("as-many-as-may-be");
    encoded_json(&factory(&registry, &[]), &target, &json!(1)).await.unwrap();
}

#[tokio::test]
async fn a_schema_is_read_with_the_version_that_it_names() {
    let registry = ScriptedRegistry::with(&[("address", ADDRESS)]);
    put(&registry, "address", Format::Avro, &ADDRESS.replace("\"string\"", "\"int\""));
    put_naming(&registry, "old", Format::Avro, CUSTOMER, &[("com.acme.Address", "address", 1)]);
    put_naming(&registry, "new", Format::Avro, CUSTOMER, &[("com.acme.Address", "address", 2)]);
    let factory = factory(&registry, &[]);
    assert_eq!(decoded_json(&factory, &framed(3, &[2, b'x'])).await.unwrap(), json!({"home": {"city": "x"}}));
    assert_eq!(decoded_json(&factory, &framed(4, &[8])).await.unwrap(), json!({"home": {"city": 4}}));
}
