mod other_formats;

use super::*;
use crate::CloudEvent;

const ADDRESS: &str =
    r#"{"type":"record","name":"Address","namespace":"com.acme","fields":[{"name":"city","type":"string"}]}"#;
const CUSTOMER: &str = r#"{"type":"record","name":"Customer","namespace":"com.acme","fields":[{"name":"home","type":"Address"},{"name":"work","type":["null","com.acme.Address"],"default":null}]}"#;
const ORDER: &str = r#"{"type":"record","name":"com.shop.Order","doc":"an order","fields":[{"name":"customer","type":"com.acme.Customer"}]}"#;

fn record(name: &str) -> String {
    format!(r#"{{"type":"record","name":"{name}","fields":[{{"name":"id","type":"string"}}]}}"#)
}

fn catalog(files: &[(&str, &str)]) -> Result<SchemaCatalog, String> {
    SchemaCatalog::parse(files.iter().copied()).map_err(|problems| problems.to_string())
}

fn found(catalog: &SchemaCatalog, name: &str, version: Option<u32>) -> Option<String> {
    catalog.find(name, version, None).unwrap().map(|schema| schema.file.clone())
}

#[test]
fn a_schema_is_found_by_full_simple_and_file_name() {
    let catalog = catalog(&[("order-created.avsc", &record("com.acme.OrderCreated")), ("README.md", "#")]).unwrap();
    for name in ["com.acme.OrderCreated", "OrderCreated", "order-created"] {
        assert_eq!(found(&catalog, name, None).as_deref(), Some("order-created.avsc"), "{name}");
    }
    for name in ["com.other.OrderCreated", "Order", "ordercreated"] {
        assert_eq!(found(&catalog, name, None), None, "{name}");
    }
}

#[test]
fn the_newest_version_is_meant_unless_one_is_asked_for() {
    let (v1, v2) =
        (record("com.acme.Order"), ORDER.replace("com.shop", "com.acme").replace("com.acme.Customer", "string"));
    let catalog = catalog(&[("Order.v2.avsc", &v2), ("Order.avsc", &v1)]).unwrap();
    assert_eq!(found(&catalog, "Order", None).as_deref(), Some("Order.v2.avsc"));
    assert_eq!(found(&catalog, "Order", Some(1)).as_deref(), Some("Order.avsc"));
    assert_eq!(found(&catalog, "Order", Some(3)), None);
    let newest = catalog.find("Order", None, None).unwrap().unwrap();
    let history: Vec<u32> = catalog.history(newest).map(|schema| schema.version).collect();
    assert_eq!(history, [1, 2]);
}

#[test]
fn files_may_name_each_others_types_and_each_schema_stands_alone() {
    let catalog = catalog(&[("Order.avsc", ORDER), ("Customer.avsc", CUSTOMER), ("Address.avsc", ADDRESS)]).unwrap();
    let order = catalog.find("Order", None, None).unwrap().unwrap();
    let schema = apache_avro::Schema::parse_str(&order.schema.text).unwrap();
    let alone = r#"{"name":"com.shop.Order","type":"record","fields":[{"name":"customer","type":{"name":"com.acme.Customer","type":"record","fields":[{"name":"home","type":{"name":"com.acme.Address","type":"record","fields":[{"name":"city","type":"string"}]}},{"name":"work","type":["null","com.acme.Address"]}]}}]}"#;
    assert_eq!(schema.canonical_form(), alone);
    assert!(order.schema.text.contains("an order") && order.schema.text.contains("\"default\":null"));
    assert_eq!(&*catalog.find("Address", None, None).unwrap().unwrap().schema.text, ADDRESS, "untouched");
}

#[test]
fn of_a_type_with_several_versions_the_newest_is_meant() {
    let newer = ADDRESS.replace("city", "town");
    for files in [
        [("Address.avsc", ADDRESS), ("Address.v2.avsc", &newer)],
        [("Address.v2.avsc", &newer), ("Address.avsc", ADDRESS)],
    ] {
        let catalog = catalog(&[files[0], files[1], ("Customer.avsc", CUSTOMER)]).unwrap();
        let customer = catalog.find("Customer", None, None).unwrap().unwrap();
        assert!(customer.schema.text.contains("town") && !customer.schema.text.contains("city"));
    }
}

#[test]
fn everything_wrong_is_said_at_once() {
    let message = catalog(&[
        ("Broken.avsc", "{"),
        ("Order.avsc", ORDER),
        ("A.avsc", r#"{"type":"record","name":"A","fields":[{"name":"n","type":"integr"}]}"#),
        ("B.avsc", &record("B")),
        ("b2.avsc", &record("B")),
    ])
    .unwrap_err();
    assert_eq!(
        message,
        "Broken.avsc: Failed to parse schema from JSON: EOF while parsing an object at line 1 column 1\n\
         Order.avsc: it names the type com.acme.Customer, which is none of Avro's and which no file beside it defines\n\
         A.avsc: it names the type integr, which is none of Avro's and which no file beside it defines; did you mean \
         int?\n\
         b2.avsc: it defines version 1 of B, as B.avsc does; give one of them another version, such as b2.v2.avsc"
    );
}

#[test]
fn an_unknown_type_comes_with_the_nearest_one() {
    let order = ORDER.replace("com.acme.Customer", "com.acme.Custmer");
    let message =
        catalog(&[("Order.avsc", &order), ("Customer.avsc", CUSTOMER), ("Address.avsc", ADDRESS)]).unwrap_err();
    assert_eq!(
        message,
        "Order.avsc: it names the type com.acme.Custmer, which is none of Avro's and which no file beside it defines; \
         did you mean com.acme.Customer?"
    );
}

#[test]
fn types_that_go_round_in_a_circle_belong_in_one_file() {
    let egg = r#"{"type":"record","name":"Egg","fields":[{"name":"hen","type":["null","Hen"]}]}"#;
    let hen = r#"{"type":"record","name":"Hen","fields":[{"name":"egg","type":["null","Egg"]}]}"#;
    assert_eq!(
        catalog(&[("Egg.avsc", egg), ("Hen.avsc", hen)]).unwrap_err(),
        "Egg.avsc: the files that define Egg and what it names go round in a circle; put them in one file\n\
         Hen.avsc: the files that define Hen and what it names go round in a circle; put them in one file"
    );
}

#[test]
fn one_simple_name_in_two_name_spaces_is_ambiguous() {
    let catalog =
        catalog(&[("a/Order.avsc", &record("com.a.Order")), ("b/Order.avsc", &record("com.b.Order"))]).unwrap();
    assert_eq!(catalog.find("Order", None, None).unwrap_err(), ["com.a.Order", "com.b.Order"]);
    assert_eq!(found(&catalog, "com.b.Order", None).as_deref(), Some("b/Order.avsc"));
}

#[test]
fn the_cloud_event_is_built_in_and_a_file_may_take_its_place() {
    let built_in = SchemaCatalog::default();
    assert_eq!(found(&built_in, "CloudEvent", None).as_deref(), Some("the built-in CloudEvent.avsc"));
    let own = catalog(&[("cloud-event.avsc", CloudEvent::AVRO_SCHEMA)]).unwrap();
    assert_eq!(found(&own, CloudEvent::RECORD, None).as_deref(), Some("cloud-event.avsc"));
    assert_eq!(own.names().collect::<Vec<_>>(), [CloudEvent::RECORD]);
}

#[test]
fn other_formats_are_kept_and_avro_goes_first() {
    let catalog = catalog(&[
        ("Order.json", "{}"),
        ("Order.avsc", &record("Order")),
        ("Pay.proto", "syntax = \"proto3\"; package com.acme; message Payment {} message Refund {}"),
    ])
    .unwrap();
    assert_eq!(found(&catalog, "Order", None).as_deref(), Some("Order.avsc"));
    for name in ["Pay", "Payment", "com.acme.Payment", "com.acme.Refund"] {
        assert_eq!(found(&catalog, name, None).as_deref(), Some("Pay.proto"), "{name}");
    }
    let json = catalog.find("Order", None, Some(Format::Json)).unwrap().unwrap();
    assert_eq!((&*json.file, json.schema.format), ("Order.json", Format::Json));
}

#[test]
fn the_only_value_is_known_without_a_name() {
    let one = catalog(&[("Order.avsc", &record("Order")), ("Order.v2.avsc", &record("Order"))]).unwrap();
    assert_eq!(one.only_value_name(None).map(RecordName::as_str), Some("Order"));
    assert_eq!(SchemaCatalog::default().only_value_name(None), None);
    let two = catalog(&[("Order.avsc", &record("Order")), ("Pay.avsc", &record("Pay"))]).unwrap();
    assert_eq!(two.only_value_name(None), None);
}
