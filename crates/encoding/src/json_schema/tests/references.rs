use super::*;

fn city() -> Value {
    json!({"definitions": {"City": {"type": "string"}}, "type": "object", "properties": {"city": {"$ref": "#/definitions/City"}}})
}

fn check(schema: &Value, dependencies: &[Dependency], right: &Value, wrong: &Value) -> String {
    let codec =
        JsonSchemaCodec::parse(&schema.to_string(), dependencies).unwrap_or_else(|error| panic!("{schema}: {error}"));
    codec.validate(right).unwrap_or_else(|error| panic!("{schema}: {error}"));
    codec.validate(wrong).unwrap_err().to_string()
}

#[test]
fn a_dependency_is_found_by_its_name() {
    for (id, name, reference) in [
        (None, "address.json", "address.json"),
        (None, "address.json", "./address.json"),
        (None, "./address.json", "address.json"),
        (None, "address", "address"),
        (None, "common/address.json", "common/address.json"),
        (None, "/address.json", "address.json"),
        (None, "http://acme.example/address.json", "http://acme.example/address.json"),
        (None, "http://acme.example/address.json#", "HTTP://acme.example/x/../address.json"),
        (None, "urn:acme:address", "urn:acme:address"),
        (Some("http://acme.example/orders/order.json"), "address.json", "address.json"),
        (Some("http://acme.example/orders/order.json"), "address.json", "http://acme.example/orders/address.json"),
        (Some("http://acme.example/orders/order.json"), "http://acme.example/orders/address.json", "address.json"),
        (Some("http://acme.example/orders/order.json#"), "../address.json", "http://acme.example/address.json"),
        (Some("http://acme.example/orders/order.json"), "http://acme.example/address.json", "../address.json"),
        (Some("order.json"), "address.json", "address.json"),
        (Some("orders/order.json"), "address.json", "address.json"),
        (Some("orders/order.json"), "orders/address.json", "address.json"),
        (Some("urn:acme:order"), "address.json", "address.json"),
        (Some("urn:acme:order"), "urn:acme:address", "urn:acme:address"),
    ] {
        let mut schema = json!({"properties": {
            "home": {"allOf": [{"$ref": reference}]},
            "city": {"$ref": format!("{reference}#/definitions/City")},
        }});
        if let Some(id) = id {
            schema["$id"] = json!(id);
        }
        for draft in ["http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/schema"] {
            schema["$schema"] = json!(draft);
            let dependencies = [named("other.json", &json!(false)), named(name, &city())];
            let right = json!({"home": {"city": "Ulm"}, "city": "Ulm"});
            let error = check(&schema, &dependencies, &right, &json!({"home": {"city": 1}}));
            assert!(error.starts_with(r#"$.home.city: 1 is not of type "string" (the schema's rule "#), "{error}");
            assert!(error.ends_with("#/definitions/City/type)"), "{error}");
            check(&schema, &dependencies, &right, &json!({"city": 1}));
        }
    }
}

#[test]
fn a_dependency_is_found_by_its_own_id() {
    for (root, id, reference) in [
        ("", "http://acme.example/address.json", "http://acme.example/address.json"),
        ("http://acme.example/order.json", "http://acme.example/address.json", "address.json"),
        ("", "where/address.json", "where/address.json"),
        ("", "urn:acme:address", "urn:acme:address"),
    ] {
        let mut address = city();
        address["$id"] = json!(id);
        let schema = json!({"$id": root, "properties": {"city": {"$ref": format!("{reference}#/definitions/City")}}});
        check(&schema, &[named("com.acme.Address", &address)], &json!({"city": "Ulm"}), &json!({"city": 1}));
    }
}

#[test]
fn draft_4_calls_its_id_otherwise() {
    let schema = json!({
        "$schema": "http://json-schema.org/draft-04/schema#", "id": "http://acme.example/order.json",
        "properties": {"home": {"$ref": "address.json"}},
    });
    check(&schema, &[named("address.json", &city())], &json!({"home": {"city": "Ulm"}}), &json!({"home": {"city": 1}}));
    let mut address = city();
    address["id"] = json!("http://else.example/address.json");
    let mut schema = schema;
    schema["properties"]["home"]["$ref"] = address["id"].clone();
    let right = json!({"home": {"city": "Ulm"}});
    check(&schema, &[named("com.acme.Address", &address)], &right, &json!({"home": {"city": 1}}));
}

#[test]
fn dependencies_refer_to_each_other() {
    let schema = json!({"properties": {"home": {"$ref": "address.json"}}});
    let address = json!({"properties": {"city": {"$ref": "city.json"}, "next": {"$ref": "address.json"}}});
    let city = json!({"type": "string", "maxLength": 3, "definitions": {"back": {"$ref": "address.json"}}});
    let dependencies = [named("city.json", &city), named("address.json", &address)];
    let right = json!({"home": {"city": "Ulm", "next": {"city": "Rom"}}});
    assert_eq!(
        check(&schema, &dependencies, &right, &json!({"home": {"next": {"city": "Bonn"}}})),
        r#"$.home.next.city: "Bonn" is longer than 3 characters (the schema's rule city.json#/maxLength)"#
    );

    let schema =
        json!({"$id": "http://acme.example/a/order.json", "properties": {"home": {"$ref": "../b/address.json"}}});
    let address = json!({"$id": "http://acme.example/b/address.json", "properties": {"city": {"$ref": "city.json"}}});
    for name in ["city.json", "http://acme.example/b/city.json", "../b/city.json"] {
        let dependencies = [named(name, &city), named("../b/address.json", &address)];
        check(&schema, &dependencies, &json!({"home": {"city": "Ulm"}}), &json!({"home": {"city": 1}}));
    }
    let schema = json!({"properties": {"home": {"$ref": "http://else.example/b/address.json"}}});
    let address = json!({"$id": "http://else.example/b/address.json", "properties": {"city": {"$ref": "city.json"}}});
    let dependencies = [named("city.json", &city), named("com.acme.Address", &address)];
    check(&schema, &dependencies, &json!({"home": {"city": "Ulm"}}), &json!({"home": {"city": 1}}));
    let schema = json!({"properties": {"home": {"$ref": "common/address.json"}}});
    for name in ["city.json", "common/city.json"] {
        let dependencies =
            [named(name, &city), named("common/address.json", &json!({"properties": {"city": {"$ref": "city.json"}}}))];
        check(&schema, &dependencies, &json!({"home": {"city": "Ulm"}}), &json!({"home": {"city": 1}}));
    }
}

#[test]
fn a_dependency_may_be_of_another_draft() {
    let schema =
        json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "prefixItems": [{"$ref": "old.json"}]});
    let old = json!({"$schema": "http://json-schema.org/draft-04/schema#", "minimum": 3, "exclusiveMinimum": true});
    check(&schema, &[named("old.json", &old)], &json!([4]), &json!([3]));
    let silent = json!({"prefixItems": [{"type": "string"}]});
    check(&schema, &[named("old.json", &silent)], &json!([["a"]]), &json!([[1]]));
    let strange = json!({"$schema": "https://acme.example/meta", "type": "string"});
    check(&schema, &[named("old.json", &strange)], &json!(["a"]), &json!([1]));
}

#[test]
fn a_schema_refers_to_itself_by_its_id() {
    for (id, own) in [
        ("http://acme.example/order.json", "http://acme.example/order.json"),
        ("http://acme.example/order.json", "order.json"),
        ("order.json", "order.json"),
        ("urn:acme:order", "urn:acme:order"),
        ("", "#"),
    ] {
        let reference = format!("{}#/definitions/City", own.trim_end_matches('#'));
        let schema = json!({"$id": id, "properties": {"city": {"$ref": reference}}, "definitions": {"City": {"type": "string"}}});
        let error = check(&schema, &[], &json!({"city": "Ulm"}), &json!({"city": 1}));
        assert!(error.starts_with(r#"$.city: 1 is not of type "string""#), "{error}");
        assert_eq!(super::super::references(&schema.to_string()).unwrap(), [""; 0], "{schema}");
    }
}

#[test]
fn an_unknown_reference_is_named() {
    let refused = |schema: &Value, dependencies: &[Dependency]| {
        JsonSchemaCodec::parse(&schema.to_string(), dependencies).map(|_| ()).unwrap_err().to_string()
    };
    let schema = json!({"properties": {"b": {"$ref": "b.json#/x"}, "a": {"$ref": "http://localhost/a.json"}, "c": {"$ref": "c.json"}}});
    assert_eq!(
        refused(&schema, &[named("c.json", &json!({}))]),
        "the schema refers to `b.json` and `http://localhost/a.json`, but has no reference of that name"
    );
    for nowhere in ["http://localhost/a.json", "file:///etc/passwd", "/etc/passwd", "urn:acme:a"] {
        assert_eq!(
            refused(&json!({"$ref": nowhere}), &[]),
            format!("the schema refers to `{nowhere}`, but has no reference of that name")
        );
    }
    let address = json!({"properties": {"city": {"$ref": "city.json"}}});
    assert_eq!(
        refused(&json!({"$ref": "address.json"}), &[named("address.json", &address)]),
        "the schema refers to `city.json`, but has no reference of that name"
    );
    assert_eq!(
        refused(&json!({"$ref": "#/definitions/City"}), &[]),
        "a `$ref` of the schema leads nowhere: Pointer '/definitions/City' does not exist"
    );
    assert_eq!(
        refused(&json!({"$ref": "city.json#/definitions/Town"}), &[named("city.json", &city())]),
        "a `$ref` of the schema leads nowhere: Pointer '/definitions/Town' does not exist"
    );
    assert_eq!(
        refused(&json!({"$ref": "#City"}), &[]),
        "a `$ref` of the schema leads nowhere: Anchor 'City' does not exist"
    );
    let astray = json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": "#/a\nb"});
    let error = refused_schema(&astray);
    assert!(error.starts_with("a `$ref` of the schema leads nowhere: ") && !error.contains('\n'), "{error}");
}

#[test]
fn the_documents_that_a_text_names_are_told_once_and_in_order() {
    let found = |schema: &Value| super::super::references(&schema.to_string()).unwrap();
    let schema = json!({
        "$id": "http://acme.example/orders/order.json",
        "properties": {
            "z": {"$ref": "z.json#/definitions/Z"},
            "$ref": {"type": "string"},
            "default": {"$ref": "named-default.json"},
            "enum": {"items": [{"$ref": "../item.json"}]},
            "own": {"$ref": "order.json#/definitions/A"},
            "also own": {"$ref": "http://acme.example/orders/order.json"},
            "local": {"$ref": "#/definitions/A"},
            "meta": {"$ref": "http://json-schema.org/draft-07/schema#"},
            "part of meta": {"$ref": "https://json-schema.org/draft/2020-12/meta/core"},
            "embedded": {"$ref": "part.json"},
        },
        "default": {"$ref": "no-1.json"},
        "const": {"$ref": "no-2.json"},
        "enum": [{"$ref": "no-3.json"}],
        "examples": [{"$ref": "no-4.json"}],
        "oneOf": [{"$ref": "urn:acme:a"}, {"not": {"$ref": "z.json"}}, {"$ref": "http://acme.example/b.json#x"}],
        "definitions": {"A": {"$ref": "a.json"}, "part": {"$id": "part.json"}},
        "dependencies": {"const": {"$ref": "dependency.json"}, "list": ["$ref"]},
        "x-unknown": [{"deep": {"$ref": "deep.json"}}],
        "additionalProperties": {"$ref": "not an address"},
    });
    assert_eq!(
        found(&schema),
        [
            "z.json",
            "named-default.json",
            "../item.json",
            "urn:acme:a",
            "http://acme.example/b.json",
            "a.json",
            "dependency.json",
            "deep.json",
            "not an address",
        ]
    );
    // What stands beside a `$ref` says nothing up to draft 7.
    let beside = json!({"not": {"$id": "a.json", "$ref": "a.json"}});
    assert_eq!(found(&beside), ["a.json"]);
    let mut newer = beside;
    newer["$schema"] = json!("https://json-schema.org/draft/2019-09/schema");
    assert_eq!(found(&newer), [""; 0]);
    for none in [json!(true), json!({}), json!({"$ref": 5}), json!({"$ref": ""}), json!({"$ref": "#"}), json!([])] {
        assert_eq!(found(&none), [""; 0], "{none}");
    }
    assert_eq!(
        super::super::references("{").unwrap_err().to_string(),
        "the schema is no JSON: EOF while parsing an object at line 1 column 1"
    );
}

#[test]
fn the_schemas_of_the_drafts_are_known() {
    for meta in ["http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/schema"] {
        let schema = json!({"$schema": meta, "properties": {"schema": {"$ref": meta}}});
        check(&schema, &[], &json!({"schema": {"minimum": 1}}), &json!({"schema": {"minimum": "1"}}));
    }
}
