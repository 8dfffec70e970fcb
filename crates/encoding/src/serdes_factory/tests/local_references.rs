//! Local files that name others, on their way into the registry.

use super::*;

const MONEY: &str = r#"syntax = "proto3"; package com.acme; message Money { int64 cents = 1; }"#;
const PRICE: &str = r#"syntax = "proto3"; package com.acme; import "money.proto"; message Price { Money net = 1; }"#;
const BILL: &str = r#"syntax = "proto3"; package com.acme; import "shop/price.proto"; import "money.proto";
    message Bill { Price price = 1; Money paid = 2; }"#;
const BILL_FILES: [(&str, &str); 3] = [("Bill.proto", BILL), ("price.proto", PRICE), ("money.proto", MONEY)];

fn bill() -> Value {
    json!({"price": {"net": {"cents": 100}}, "paid": {"cents": 50}})
}

fn target() -> ValueTarget {
    orders().named("Bill", None)
}

async fn references_of(registry: &ScriptedRegistry, subject: &str) -> Vec<SchemaReference> {
    registry.version(subject, 1).await.unwrap().schema.references.to_vec()
}

#[tokio::test]
async fn what_a_proto_file_imports_is_registered_first_under_the_imports_names() {
    let registry = ScriptedRegistry::with(&[]);
    let factory = registering(&registry, &BILL_FILES);
    let bytes = encoded_json(&factory, &target(), &bill()).await.unwrap();
    assert_eq!(
        asked_for(&registry.take_calls()),
        [
            "register the schema under subject `money.proto`",
            "register the schema under subject `shop/price.proto`",
            "register the schema under subject `orders-com.acme.Bill`"
        ]
    );
    assert_eq!(references_of(&registry, "money.proto").await, []);
    assert_eq!(references_of(&registry, "shop/price.proto").await, [reference("money.proto", "money.proto", 1)]);
    assert_eq!(
        references_of(&registry, "orders-com.acme.Bill").await,
        [reference("shop/price.proto", "shop/price.proto", 1), reference("money.proto", "money.proto", 1)]
    );
    assert_eq!(bytes[..6], [0, 0, 0, 0, 3, 0]);
    // Somebody without the files reads it.
    assert_eq!(decoded_json(&super::factory(&registry, &[]), &bytes).await.unwrap(), bill());
}

#[tokio::test]
async fn what_a_json_schema_refers_to_is_registered_first_under_the_text_of_the_reference() {
    let registry = ScriptedRegistry::with(&[]);
    let order =
        r#"{"title":"Bill","type":"object","properties":{"items":{"items":{"$ref":"./item.json#/definitions/one"}}}}"#;
    let item = r#"{"definitions":{"one":{"type":"object","properties":{"sku":{"$ref":"sku.json"}}}}}"#;
    let files = [("Bill.json", order), ("item.json", item), ("sku.json", r#"{"type":"string"}"#)];
    let factory = registering(&registry, &files);
    let value = json!({"items": [{"sku": "S-1"}]});
    let bytes = encoded_json(&factory, &target(), &value).await.unwrap();
    assert_eq!(
        asked_for(&registry.take_calls()),
        [
            "register the schema under subject `sku.json`",
            "register the schema under subject `./item.json`",
            "register the schema under subject `orders-Bill`"
        ]
    );
    let reader = super::factory(&registry, &[]);
    assert_eq!(decoded_json(&reader, &bytes).await.unwrap(), value);
    let wrong = framed(3, br#"{"items":[{"sku":7}]}"#);
    let error = reader.validate_value(&wrong).unwrap_err();
    assert!(cause(&error).starts_with("$.items[0].sku: "), "{}", cause(&error));
}

#[tokio::test]
async fn an_older_registry_is_asked_for_the_version_that_it_does_not_tell() {
    let registry = ScriptedRegistry::with(&[]);
    registry.be_older();
    let factory = registering(&registry, &BILL_FILES);
    encoded_json(&factory, &target(), &bill()).await.unwrap();
    assert_eq!(
        asked_for(&registry.calls()),
        [
            "register the schema under subject `money.proto`",
            "find the schema under subject `money.proto`",
            "register the schema under subject `shop/price.proto`",
            "find the schema under subject `shop/price.proto`",
            "register the schema under subject `orders-com.acme.Bill`"
        ]
    );
    let registered = registry.version("shop/price.proto", 1).await.unwrap();
    assert_eq!(*registered.schema.references, [reference("money.proto", "money.proto", 1)]);
}

#[tokio::test]
async fn earlier_versions_and_their_imports_are_registered_once() {
    let registry = ScriptedRegistry::with(&[]);
    let newer = BILL.replace("Money paid = 2;", "Money paid = 2; string note = 3;");
    let files = [&BILL_FILES[..], &[("Bill.v2.proto", &newer)]].concat();
    let factory = registering(&registry, &files);
    encoded_json(&factory, &target(), &bill()).await.unwrap();
    encoded_json(&factory, &orders().named("Bill", Some(1)), &bill()).await.unwrap();
    let calls = asked_for(&registry.calls());
    for (subject, times) in [("money.proto", 1), ("shop/price.proto", 1), ("orders-com.acme.Bill", 2)] {
        let register = format!("register the schema under subject `{subject}`");
        assert_eq!(calls.iter().filter(|call| **call == register).count(), times, "{subject}: {calls:?}");
    }
}

#[tokio::test]
async fn where_registering_is_off_what_is_imported_is_looked_up() {
    let registry = ScriptedRegistry::with(&[]);
    encoded_json(&registering(&registry, &BILL_FILES), &target(), &bill()).await.unwrap();
    registry.take_calls();
    let settings = SerdesSettings::default().with_use_latest_version(false);
    let factory = factory_with(&registry, &BILL_FILES, settings.clone());
    assert_eq!(encoded_json(&factory, &target(), &bill()).await.unwrap()[4], 3);
    assert_eq!(
        asked_for(&registry.take_calls())[..3],
        [
            "find the schema under subject `money.proto`",
            "find the schema under subject `shop/price.proto`",
            "find the schema under subject `orders-com.acme.Bill`"
        ]
    );
    let empty = ScriptedRegistry::with(&[]);
    let error = encoded_json(&factory_with(&empty, &BILL_FILES, settings), &target(), &bill()).await.unwrap_err();
    assert!(matches!(error, EncodeError::Resolve(ResolveError::SchemaNotFound { .. })), "{error}");
    assert!(error.to_string().contains("register Bill.proto there, or switch auto-register on"), "{error}");
    let calls = empty.calls();
    assert!(!calls.iter().any(|call| matches!(call, RegistryRequest::Register { .. })), "{calls:?}");
}

#[tokio::test]
async fn a_local_schema_is_told_with_where_its_imports_are() {
    let registry = ScriptedRegistry::with(&[]);
    let factory = registering(&registry, &BILL_FILES);
    assert!(factory.local_schema(&target()).await.is_err(), "what it names must be registered");
    assert!(factory.ensure_registered(&target()).await.unwrap().is_new);
    let (subject, text) = factory.local_schema(&target()).await.unwrap().unwrap();
    assert_eq!((&*subject, &*text.text, text.references.len()), ("orders-com.acme.Bill", BILL, 2));
    let again = factory.ensure_registered(&target()).await.unwrap();
    assert_eq!((again.version, again.is_new), (Some(1), false));
}

#[tokio::test]
async fn a_file_that_others_import_is_no_value_of_its_own() {
    let registry = ScriptedRegistry::with(&[]);
    let factory = registering(&registry, &BILL_FILES);
    let bytes = encoded_json(&factory, &orders(), &bill()).await.unwrap();
    assert_eq!(decoded_json(&factory, &bytes).await.unwrap(), bill());
}
