//! Protobuf and JSON Schema files.

use super::*;

const MONEY: &str = r#"syntax = "proto3"; package com.acme; message Money { int64 cents = 1; }"#;

/// A file that imports others and uses nothing of them.
fn importing(name: &str, imports: &[&str]) -> String {
    let imports: String = imports.iter().map(|path| format!("import \"{path}\";")).collect();
    format!("syntax = \"proto3\"; package com.acme; {imports} message {name} {{ int32 n = 1; }}")
}

fn only(files: &[(&str, &str)], format: Option<Format>) -> Option<String> {
    catalog(files).unwrap().only_value_name(format).map(RecordName::to_string)
}

#[test]
fn a_proto_file_is_found_by_each_of_its_messages() {
    let text =
        r#"syntax = "proto3"; package com.acme; message Order { message Line { int32 n = 1; } } message Refund {}"#;
    let catalog = catalog(&[("orders.proto", text)]).unwrap();
    for name in ["orders", "Order", "com.acme.Order", "com.acme.Order.Line", "Line", "Refund", "com.acme.Refund"] {
        assert_eq!(found(&catalog, name, None).as_deref(), Some("orders.proto"), "{name}");
    }
    for name in ["com.other.Order", "order", "acme.Order"] {
        assert_eq!(found(&catalog, name, None), None, "{name}");
    }
    assert_eq!(catalog.names().collect::<Vec<_>>(), ["com.acme.Order", CloudEvent::RECORD], "by its first message");
    assert_eq!(catalog.names_of("orders"), ["com.acme.Order"]);
    assert_eq!(catalog.names_of("Refund"), ["com.acme.Refund"]);
    assert_eq!(catalog.names_of("Nothing"), [""; 0]);
}

#[test]
fn a_json_schema_is_found_by_its_title_by_those_of_its_branches_and_by_its_file() {
    let text = r#"{"title":"ShopEvent","oneOf":[{"title":"com.acme.Order"},{"title":"Refund"}]}"#;
    let catalog = catalog(&[("shop.json", text), ("untitled.json", "{}")]).unwrap();
    for name in ["shop", "ShopEvent", "Order", "com.acme.Order", "Refund"] {
        assert_eq!(found(&catalog, name, None).as_deref(), Some("shop.json"), "{name}");
    }
    assert_eq!(found(&catalog, "any.Refund", None).as_deref(), Some("shop.json"), "a title seldom has a name space");
    assert_eq!(found(&catalog, "any.Order", None), None, "this one has");
    assert_eq!(found(&catalog, "untitled", None).as_deref(), Some("untitled.json"));
    assert_eq!(catalog.names().collect::<Vec<_>>(), ["ShopEvent", CloudEvent::RECORD, "untitled"]);
    assert_eq!(catalog.names_of("Order"), ["com.acme.Order"]);
}

#[test]
fn an_avro_union_is_found_by_each_of_its_records_and_by_its_file() {
    let union = format!("[{},{},\"null\"]", record("com.acme.Order"), record("com.acme.Refund"));
    let catalog = catalog(&[("shop.avsc", &union)]).unwrap();
    for name in ["shop", "Order", "com.acme.Order", "Refund"] {
        assert_eq!(found(&catalog, name, None).as_deref(), Some("shop.avsc"), "{name}");
    }
    assert_eq!(catalog.names_of("Refund"), ["com.acme.Refund"]);
}

#[test]
fn each_format_has_versions_of_its_own() {
    let newer = MONEY.replace("cents", "cents_of_it");
    let titled = r#"{"title":"com.acme.Money"}"#;
    let files =
        [("Money.proto", MONEY), ("Money.v2.proto", &*newer), ("Money.json", titled), ("Money.v3.json", titled)];
    let catalog = catalog(&files).unwrap();
    for (version, format, file) in [
        (None, None, Some("Money.v2.proto")),
        (Some(1), None, Some("Money.proto")),
        (Some(3), None, None),
        (None, Some(Format::Json), Some("Money.v3.json")),
        (Some(1), Some(Format::Json), Some("Money.json")),
        (Some(2), Some(Format::Json), None),
        (None, Some(Format::Avro), None),
    ] {
        let found = catalog.find("Money", version, format).unwrap();
        assert_eq!(found.map(|schema| schema.file.as_str()), file, "{version:?} {format:?}");
    }
    let json = catalog.find("Money", None, Some(Format::Json)).unwrap().unwrap();
    assert_eq!(catalog.history(json).map(|schema| schema.version).collect::<Vec<_>>(), [1, 3]);
}

#[test]
fn one_simple_name_in_two_packages_is_ambiguous_and_a_format_may_tell_them_apart() {
    let other = MONEY.replace("com.acme", "com.b");
    let titled = r#"{"title":"com.c.Money"}"#;
    let catalog = catalog(&[("a.proto", MONEY), ("b.proto", &other), ("c.json", titled)]).unwrap();
    assert_eq!(catalog.find("Money", None, None).unwrap_err(), ["com.acme.Money", "com.b.Money"]);
    assert_eq!(catalog.names_of("Money"), ["com.acme.Money", "com.b.Money", "com.c.Money"]);
    assert_eq!(found(&catalog, "com.b.Money", None).as_deref(), Some("b.proto"));
    let json = catalog.find("Money", None, Some(Format::Json)).unwrap().unwrap();
    assert_eq!(json.file, "c.json");
}

#[test]
fn a_file_for_the_record_goes_before_a_union_but_where_one_schema_serves_a_topic() {
    let union = format!("[{},\"null\"]", record("com.acme.Order"));
    for (union_file, order_file) in [("A.avsc", "z.avsc"), ("z.avsc", "A.avsc")] {
        let catalog = catalog(&[(union_file, &union), (order_file, &record("com.acme.Order"))]).unwrap();
        assert_eq!(found(&catalog, "Order", None).as_deref(), Some(order_file));
        let for_topic = catalog.find_for_topic("Order", None, None).unwrap().unwrap();
        assert_eq!(for_topic.file, union_file);
    }
}

#[test]
fn what_others_import_is_no_value_of_its_own() {
    let bill = importing("Bill", &["shop/price.proto"]);
    let price = importing("Price", &["money.proto"]);
    let protos = [("Bill.proto", &*bill), ("price.proto", &*price), ("money.proto", MONEY)];
    assert_eq!(only(&protos, None).as_deref(), Some("com.acme.Bill"));
    assert_eq!(only(&[("price.proto", &importing("Price", &[])), ("money.proto", MONEY)], None), None);
    let order = r#"{"title":"Order","properties":{"item":{"$ref":"item.json"}}}"#;
    let with_json = [&protos[..], &[("Order.json", order), ("item.json", "{}")]].concat();
    assert_eq!(only(&with_json, None), None);
    assert_eq!(only(&with_json, Some(Format::Json)).as_deref(), Some("Order"));
    assert_eq!(only(&with_json, Some(Format::Protobuf)).as_deref(), Some("com.acme.Bill"));
    assert_eq!(only(&with_json, Some(Format::Avro)), None, "the key is none either");
}

#[test]
fn what_a_file_names_comes_after_what_that_names_itself_and_once() {
    let top = importing("Top", &["left.proto", "right.proto"]);
    let (left, right) = (importing("Left", &["deep/base.proto"]), importing("Right", &["deep/base.proto"]));
    let base = importing("Base", &[]);
    let files = [("top.proto", &*top), ("left.proto", &left), ("right.proto", &right), ("deep/base.proto", &base)];
    let catalog = catalog(&files).unwrap();
    let schema = catalog.find("Top", None, None).unwrap().unwrap();
    let names: Vec<&str> = catalog.named_by(schema).map(|(name, _)| name).collect();
    assert_eq!(names, ["deep/base.proto", "left.proto", "right.proto"]);
}

#[test]
fn an_import_means_the_file_of_its_path_or_the_newest_of_its_last_part() {
    let (old, new) = (importing("Base", &[]), importing("Base", &[]).replace("int32", "int64"));
    let top = importing("Top", &["base.proto"]);
    let named = |files: &[(&str, &str)]| -> String {
        let catalog = catalog(files).unwrap();
        let schema = catalog.find("Top", None, None).unwrap().unwrap();
        let (_, file) = catalog.named_by(schema).next().unwrap();
        file.file.clone()
    };
    assert_eq!(named(&[("top.proto", &top), ("s/base.v2.proto", &new), ("s/base.proto", &old)]), "s/base.proto");
    assert_eq!(named(&[("top.proto", &top), ("base.v2.proto", &old), ("base.v3.proto", &new)]), "base.v3.proto");
    let far = importing("Top", &["com/acme/base.proto"]);
    assert_eq!(named(&[("top.proto", &far), ("base.v2.proto", &new), ("base.proto", &old)]), "base.v2.proto");
}

#[test]
fn files_that_go_round_in_a_circle_are_all_named() {
    let round = "it and the files that it names go round in a circle; put them in one file";
    let (a, b, c) = (importing("A", &["b.proto"]), importing("B", &["c.proto"]), importing("C", &["a.proto"]));
    assert_eq!(
        catalog(&[("a.proto", &a), ("b.proto", &b), ("c.proto", &c), ("money.proto", MONEY)]).unwrap_err(),
        format!("a.proto: {round}\nb.proto: {round}\nc.proto: {round}")
    );
    let (egg, hen) = (r#"{"items":{"$ref":"hen.json"}}"#, r#"{"items":{"$ref":"./egg.json#/x"}}"#);
    assert_eq!(
        catalog(&[("egg.json", egg), ("hen.json", hen)]).unwrap_err(),
        format!("egg.json: {round}\nhen.json: {round}")
    );
    assert_eq!(
        catalog(&[("self.proto", &importing("A", &["self.proto"]))]).unwrap_err(),
        format!("self.proto: {round}")
    );
    let within = r##"{"title":"Tree","properties":{"left":{"$ref":"#"},"right":{"$ref":"#"}}}"##;
    catalog(&[("Tree.json", within)]).unwrap();
}

#[test]
fn a_file_that_is_not_there_comes_with_the_nearest_one() {
    let bill = importing("Bill", &["monee.proto"]);
    assert_eq!(
        catalog(&[("Bill.proto", &bill), ("money.proto", MONEY)]).unwrap_err(),
        "Bill.proto: it names monee.proto, which is no file beside it; did you mean money.proto?"
    );
    let order = r#"{"properties":{"item":{"$ref":"https://shop.example/item.json"}}}"#;
    assert_eq!(
        catalog(&[("Order.json", order)]).unwrap_err(),
        "Order.json: it names https://shop.example/item.json, which is no file beside it"
    );
    catalog(&[("Order.json", order), ("item.json", "{}")]).unwrap();
    let known = importing("Known", &["google/protobuf/timestamp.proto"]);
    catalog(&[("Known.proto", &known)]).unwrap();
}

#[test]
fn broken_files_say_what_is_wrong_with_them() {
    let message =
        catalog(&[("Broken.proto", "syntax = \"proto3\"; message {"), ("Broken.json", "{"), ("Broken.avsc", "{")])
            .unwrap_err();
    let lines: Vec<&str> = message.lines().collect();
    assert_eq!(lines.len(), 3, "each file once: {message}");
    for (line, file) in lines.iter().zip(["Broken.avsc: ", "Broken.proto: ", "Broken.json: "]) {
        assert!(line.starts_with(file) && line.len() > file.len() + 10, "{message}");
    }
    for (file, text) in [
        ("Order.proto", r#"syntax = "proto3"; message Order { Money price = 1; }"#),
        ("Order.json", r##"{"properties":{"a":{"$ref":"#/definitions/none"}}}"##),
        ("Order.json", r#"{"type":"strin"}"#),
    ] {
        let message = catalog(&[(file, text)]).unwrap_err();
        assert!(message.starts_with(&format!("{file}: ")) && message.lines().count() == 1, "{message}");
    }
}

#[test]
fn two_files_of_one_record_and_version_are_refused() {
    assert_eq!(
        catalog(&[("a.proto", MONEY), ("b.proto", MONEY)]).unwrap_err(),
        "b.proto: it defines version 1 of com.acme.Money, as a.proto does; give one of them another version, such as \
         b.v2.proto"
    );
    let titled = r#"{"title":"com.acme.Money"}"#;
    catalog(&[("a.proto", MONEY), ("a.json", titled)]).unwrap();
}

#[test]
fn a_file_takes_the_place_of_the_built_in_key_in_its_format_alone() {
    let own = catalog(&[("key.json", CloudEvent::JSON_SCHEMA)]).unwrap();
    let file = |format| own.find(CloudEvent::RECORD, None, Some(format)).unwrap().map(|schema| schema.file.clone());
    assert_eq!(file(Format::Json).as_deref(), Some("key.json"));
    assert_eq!(file(Format::Avro).as_deref(), Some("the built-in CloudEvent.avsc"));
    assert_eq!(file(Format::Protobuf).as_deref(), Some("the built-in CloudEvent.proto"));
    let built_in = SchemaCatalog::default().find("com.acme.CloudEvent", None, None).map(|found| found.is_some());
    assert_eq!(built_in, Ok(false), "a record of the same simple name is another one");
}
