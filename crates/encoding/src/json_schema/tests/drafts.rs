use super::*;

const DRAFTS: [(&str, &str); 5] = [
    ("4", "http://json-schema.org/draft-04/schema#"),
    ("6", "http://json-schema.org/draft-06/schema#"),
    ("7", "http://json-schema.org/draft-07/schema#"),
    ("2019-09", "https://json-schema.org/draft/2019-09/schema"),
    ("2020-12", "https://json-schema.org/draft/2020-12/schema"),
];

fn of_draft(uri: &str, mut schema: Value) -> Value {
    schema["$schema"] = json!(uri);
    schema
}

/// The drafts in which a schema takes a value.
fn takes(schema: &Value, value: &Value) -> Vec<&'static str> {
    let takes = |uri| match JsonSchemaCodec::parse(&of_draft(uri, schema.clone()).to_string(), &[]) {
        Ok(codec) => codec.validate(value).is_ok(),
        Err(_) => false,
    };
    DRAFTS.iter().filter(|(_, uri)| takes(uri)).map(|(name, _)| *name).collect()
}

#[test]
fn each_draft_has_its_own_keywords() {
    const NONE: [&str; 0] = [];
    let all = ["4", "6", "7", "2019-09", "2020-12"];
    for (keyword, schema, value, takers) in [
        ("a boolean", json!({"minimum": 3, "exclusiveMinimum": true}), json!(4), &all[..1]),
        ("a boolean", json!({"minimum": 3, "exclusiveMinimum": true}), json!(3), &NONE[..]),
        ("a number", json!({"exclusiveMinimum": 3}), json!(4), &all[1..]),
        ("const", json!({"const": 1}), json!(2), &all[..1]),
        ("if", json!({"if": {"type": "string"}, "then": false}), json!("a"), &all[..2]),
        ("dependentRequired", json!({"dependentRequired": {"a": ["b"]}}), json!({"a": 1}), &all[..3]),
        ("unevaluatedProperties", json!({"unevaluatedProperties": false}), json!({"a": 1}), &all[..3]),
        ("prefixItems", json!({"prefixItems": [{"type": "string"}]}), json!([1]), &all[..4]),
        ("a list of items", json!({"items": [{"type": "string"}]}), json!(["a"]), &all[..4]),
        ("$defs", json!({"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}), json!("a"), &all[..]),
        (
            "definitions",
            json!({"$ref": "#/definitions/a", "definitions": {"a": {"type": "string"}}}),
            json!("a"),
            &all[..],
        ),
        ("beside a $ref", json!({"$ref": "#/$defs/a", "$defs": {"a": {}}, "type": "string"}), json!(1), &all[..3]),
        ("1.0 for an integer", json!({"type": "integer"}), json!(1.0), &all[1..]),
        ("$anchor", json!({"allOf": [{"$ref": "#a"}], "$defs": {"a": {"$anchor": "a"}}}), json!(1), &all[3..]),
        (
            "$dynamicRef",
            json!({"$dynamicRef": "#a", "$defs": {"a": {"$dynamicAnchor": "a", "type": "null"}}}),
            json!(1),
            &all[..4],
        ),
    ] {
        assert_eq!(takes(&schema, &value), takers, "{keyword}");
    }
}

#[test]
fn formats_are_checked_up_to_draft_7() {
    for (format, wrong) in [("date-time", "yesterday"), ("ipv4", "1.2.3"), ("email", "nobody")] {
        assert_eq!(takes(&json!({"format": format}), &json!(wrong)), ["2019-09", "2020-12"], "{format}");
    }
    assert_eq!(takes(&json!({"format": "date-time"}), &json!("2026-01-31T08:00:00Z")).len(), 5);
    assert_eq!(takes(&json!({"format": "uuid"}), &json!("1")).len(), 5);
    assert_eq!(takes(&json!({"format": "made-up"}), &json!("1")).len(), 5);
    assert_eq!(
        refused(&json!({"format": "date-time"}), &json!("yesterday")),
        r#"$: "yesterday" is not a "date-time" (the schema's rule /format)"#
    );
}

#[test]
fn a_schema_that_names_no_draft_is_of_draft_7() {
    // Draft 6 has no `if`, and from 2019-09 on `dependentRequired` is a rule.
    let schema = json!({"if": {"minProperties": 2}, "then": false, "dependentRequired": {"a": ["b"]}});
    for named in ["https://acme.example/meta", "http://json-schema.org/draft-05/schema#", ""] {
        let codec = codec(&of_draft(named, schema.clone()));
        assert!(codec.validate(&json!({"a": 1})).is_ok(), "{named}");
        assert!(codec.validate(&json!({"a": 1, "c": 1})).is_err(), "{named}");
    }
    assert!(codec(&schema).validate(&json!({"a": 1})).is_ok());
    assert!(codec(&schema).validate(&json!({"a": 1, "c": 1})).is_err());
}

#[test]
fn a_draft_is_named_by_any_of_its_addresses() {
    for (uri, is_newest) in [
        ("https://json-schema.org/draft/2020-12/schema#", true),
        ("http://json-schema.org/draft/2020-12/schema", true),
        ("http://json-schema.org/schema#", true),
        ("https://json-schema.org/draft-07/schema", false),
        ("http://json-schema.org/draft-04/schema", false),
    ] {
        let codec = codec(&of_draft(uri, json!({"prefixItems": [false]})));
        assert_eq!(codec.validate(&json!([1])).is_err(), is_newest, "{uri}");
    }
}

#[test]
fn a_schema_that_breaks_its_draft_is_refused() {
    for (name, uri) in DRAFTS {
        let error = refused_schema(&of_draft(uri, json!({"properties": {"a": {"minLength": -1}}})));
        let wanted = format!("the schema is no JSON Schema of draft {name}: /properties/a/minLength: ");
        assert_eq!(error, wanted + "-1 is less than the minimum of 0");
    }
    assert_eq!(
        refused_schema(&of_draft(DRAFTS[0].1, json!({"exclusiveMinimum": true}))),
        "the schema is no JSON Schema of draft 4: the whole: \"minimum\" is a required property"
    );
}
