//! `test-probe schema`, against a registry in this process.

use std::fs;

use tempfile::TempDir;
use test_probe_embedded::EmbeddedRegistry;

use crate::process::{Ended, run};

const ORDER: &str =
    r#"{"type": "record", "name": "Order", "namespace": "com.acme", "fields": [{"name": "id", "type": "string"}]}"#;
const ORDER_V2: &str = r#"{"type": "record", "name": "Order", "namespace": "com.acme", "fields": [
    {"name": "id", "type": "string"}, {"name": "note", "type": "string", "default": ""}]}"#;
const INCOMPATIBLE: &str = r#"{"type": "record", "name": "Order", "namespace": "com.acme", "fields": [
    {"name": "id", "type": "string"}, {"name": "must", "type": "int"}]}"#;
const PAYMENT: &str =
    "syntax = \"proto3\"; package com.acme; import \"money.proto\"; message Payment { Money amount = 1; }";
const MONEY: &str = "syntax = \"proto3\"; package com.acme; message Money { int64 cents = 1; }";

struct Rig {
    registry: EmbeddedRegistry,
    folder: TempDir,
}

impl Rig {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        Self { registry: EmbeddedRegistry::start().unwrap(), folder }
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn schema(&self, arguments: &[&str]) -> Ended {
        let url = self.registry.url();
        run([&["schema"], arguments, &["--registry", &url]].concat())
    }

    fn passes(&self, arguments: &[&str]) -> String {
        let ended = self.schema(arguments);
        assert_eq!(ended.status, 0, "{ended:#?}");
        ended.stdout.replace(self.folder.path().to_str().unwrap(), "")
    }
}

#[test]
fn a_schema_is_registered_checked_shown_and_decoded() {
    let rig = Rig::new(&[("Order.avsc", ORDER), ("Order.v2.avsc", ORDER_V2)]);
    let registered = rig.passes(&["register", &rig.file("Order.v2.avsc"), "--topic", "orders"]);
    assert!(
        registered.starts_with("/Order.v2.avsc: registered under orders-com.acme.Order, version 2, id 2, GUID "),
        "{registered}"
    );
    let again = rig.passes(&["register", &rig.file("Order.avsc"), "--topic", "orders"]);
    assert!(again.starts_with("/Order.avsc: was there under orders-com.acme.Order, version 1, id 1"), "{again}");

    let checked = rig.passes(&["check", &rig.file("Order.v2.avsc"), "--topic", "orders", "--version", "all"]);
    assert_eq!(checked, "/Order.v2.avsc: compatible with all versions of orders-com.acme.Order\n");

    let shown = rig.passes(&["show", "orders-com.acme.Order"]);
    assert!(shown.contains("orders-com.acme.Order, version 2, id 2, GUID "), "{shown}");
    assert!(shown.contains("versions 1, 2; compatibility BACKWARD\nAVRO\n"), "{shown}");
    assert!(shown.contains("  \"name\": \"Order\""), "{shown}");
    assert_eq!(rig.passes(&["show"]), "orders-com.acme.Order\n");
    assert!(rig.passes(&["show", "--id", "1"]).starts_with("id 1, GUID "));

    let decoded = rig.passes(&["decode", "00 00000001 06 412d31"]);
    assert_eq!(decoded, "com.acme.Order, AVRO, schema id 1\n{\n  \"id\": \"A-1\"\n}\n");
}

#[test]
fn what_a_file_names_is_registered_with_it_and_shown() {
    let rig = Rig::new(&[("Payment.proto", PAYMENT), ("money.proto", MONEY)]);
    rig.passes(&["register", &rig.file("Payment.proto"), "--topic", "payments"]);
    assert_eq!(rig.passes(&["show", "*"]), "money.proto\npayments-com.acme.Payment\n");
    let shown = rig.passes(&["show", "payments-com.acme.Payment"]);
    assert!(shown.contains("PROTOBUF\nnames money.proto (subject money.proto, version 1)\nsyntax"), "{shown}");
    let id = shown.split("id ").nth(1).and_then(|rest| rest.split(',').next()).unwrap().to_owned();
    let frame = format!("00 {:08x} 00 0a020805", id.parse::<u32>().unwrap());
    let decoded = rig.passes(&["decode", &frame]);
    assert_eq!(
        decoded,
        format!("com.acme.Payment, PROTOBUF, schema id {id}\n{{\n  \"amount\": {{\n    \"cents\": 5\n  }}\n}}\n")
    );
}

#[test]
fn an_incompatible_schema_is_status_1_with_the_reason() {
    let rig = Rig::new(&[("Order.avsc", ORDER)]);
    rig.passes(&["register", &rig.file("Order.avsc"), "--subject", "orders-value"]);
    fs::write(rig.folder.path().join("Order.avsc"), INCOMPATIBLE).unwrap();
    let ended = rig.schema(&["check", &rig.file("Order.avsc"), "--subject", "orders-value"]);
    assert_eq!(ended.status, 1, "{ended:#?}");
    assert!(ended.stdout.contains("NOT compatible with the latest version of orders-value\n  "), "{ended:#?}");
    let refused = rig.schema(&["register", &rig.file("Order.avsc"), "--subject", "orders-value"]);
    assert_eq!(refused.status, 2, "{refused:#?}");
    assert!(refused.stderr.contains("incompatible"), "{refused:#?}");
}

#[test]
fn bad_input_is_status_2_and_names_what_is_wrong() {
    let rig = Rig::new(&[("Order.avsc", ORDER), ("broken.proto", "message")]);
    for (arguments, message) in [
        (vec!["decode", "0x"], "cannot be decoded: there are no bytes"),
        (vec!["decode", "00g0"], "`g` is no hex digit"),
        (vec!["decode", "000"], "3 hex digits are no whole bytes"),
        (vec!["decode", "0000000009"], "schema id 9"),
        (vec!["show", "nothing"], "it knows no such subject"),
        (vec!["show", "--guid", "7"], "--guid 7: it is no GUID"),
    ] {
        let ended = rig.schema(&arguments);
        assert_eq!(ended.status, 2, "{ended:#?}");
        assert!(format!("{}{}", ended.stdout, ended.stderr).contains(message), "{message} is not in {ended:#?}");
    }
    let broken = rig.schema(&["register", &rig.file("Order.avsc"), "--topic", "orders"]);
    assert!(broken.status == 2 && broken.stderr.contains("broken.proto"), "{broken:#?}");
}

#[test]
fn a_registry_that_does_not_answer_is_status_3() {
    let ended = run(["schema", "show", "--registry", "http://127.0.0.1:1"]);
    assert_eq!(ended.status, 3, "{ended:#?}");
    assert!(ended.stderr.contains("127.0.0.1:1"), "{ended:#?}");
}
