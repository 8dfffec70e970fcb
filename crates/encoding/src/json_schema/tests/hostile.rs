use super::*;

fn nested(depth: usize) -> Value {
    (0..depth).fold(json!(1), |inner, _| json!([inner]))
}

/// Objects in one another, with something wrong in the last.
fn chain(depth: usize) -> Value {
    (0..depth).fold(json!({"bad": 1}), |inner, _| json!({"next": inner}))
}

fn tree_of(keyword: &str, branches: usize) -> Value {
    let branch = json!({"properties": {"next": {"$ref": "#/definitions/node"}}, "additionalProperties": false});
    json!({"$ref": "#/definitions/node", "definitions": {"node": {keyword: vec![branch; branches]}}})
}

#[test]
fn a_value_is_no_deeper_than_it_can_be_read() {
    let any = codec(&json!({}));
    for codec in [&any, &codec(&json!({})).without_validation()] {
        let text = written(codec, Part::WHOLE, &nested(127)).unwrap();
        assert_eq!(codec.read_json(Part::WHOLE, &mut text.as_bytes()).unwrap(), nested(127));
        let error = written(codec, Part::WHOLE, &nested(128)).unwrap_err();
        assert!(error.ends_with("[0]: objects and lists lie more than 127 deep in one another"), "{error}");
    }
    assert_eq!(any.part_holding(&nested(128)), Part::WHOLE);
    let error = any.read_json(Part::WHOLE, &mut "[".repeat(1_000_000).as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "$: recursion limit exceeded at line 1 column 128, 999872 bytes before the payload's end"
    );
    assert!(any.read::<Value>(Part::WHOLE, &mut "[".repeat(1_000_000).as_bytes()).is_err());
    assert!(JsonSchemaCodec::parse(&"[".repeat(1_000_000), &[]).is_err());
    assert!(super::super::references(&r#"{"not":"#.repeat(1_000_000)).is_err());
}

#[test]
fn a_recursive_schema_is_followed_to_the_deepest_value() {
    let schema = json!({"$ref": "#/definitions/node", "definitions": {"node": {
        "allOf": [{"$ref": "#/definitions/link"}], "type": "object", "additionalProperties": false,
        "properties": {"next": {"anyOf": [{"$ref": "#/definitions/node"}, {"type": "null"}]}, "bad": {"type": "string"}},
    }, "link": {"type": "object"}}});
    let error = refused(&schema, &chain(120));
    let wanted = ".bad: 1 is not of type \"string\" (the schema's rule /definitions/node/properties/bad/type)";
    assert_eq!(error, format!("${}{wanted}", ".next".repeat(120)));
    let good = (0..120).fold(json!({}), |inner, _| json!({"next": inner}));
    codec(&schema).validate(&good).unwrap();
}

#[test]
fn a_schema_that_leads_back_to_itself_is_refused() {
    let wanted = "a `$ref` of the schema leads back to where it stands without going into the value";
    for schema in [
        json!({"$ref": "#"}),
        json!({"allOf": [{"$ref": "#"}, {"$ref": "#"}]}),
        json!({"anyOf": [{"type": "string"}, {"$ref": "#/anyOf/1"}]}),
        json!({"properties": {"a": {"not": {"$ref": "#/properties/a"}}}}),
        json!({"definitions": {"a": {"$ref": "#/definitions/b"}, "b": {"$ref": "#/definitions/a"}}}),
        json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "$dynamicAnchor": "a", "$dynamicRef": "#a"}),
        json!({"$schema": "https://json-schema.org/draft/2019-09/schema", "$recursiveRef": "#"}),
    ] {
        assert_eq!(refused_schema(&schema), wanted, "{schema}");
    }
    let dependency =
        named("a.json", &json!({"properties": {"default": {"allOf": [{"$ref": "#/properties/default"}]}}}));
    assert_eq!(
        JsonSchemaCodec::parse(r#"{"items": {"$ref": "a.json"}}"#, &[dependency]).map(|_| ()).unwrap_err().to_string(),
        wanted
    );
    for schema in [
        json!({"properties": {"a": {"$ref": "#"}}, "items": {"$ref": "#"}}),
        json!({"allOf": [{"$ref": "#/definitions/a"}, {"$ref": "#/definitions/a"}], "definitions": {"a": {}}}),
        json!({"default": {"$ref": "#/default"}, "const": {"$ref": "#/const"}}),
    ] {
        codec(&schema);
    }
}

#[test]
fn errors_that_double_with_each_level_are_not_all_told() {
    for keyword in ["anyOf", "oneOf"] {
        let codec = codec(&tree_of(keyword, 3));
        assert_eq!(
            codec.validate(&chain(100)).unwrap_err().to_string(),
            "$: the value does not fit the schema, in more ways than can be told (the schema's rule #)"
        );
        let error = codec.validate(&chain(3)).unwrap_err().to_string();
        assert!(error.starts_with(&format!("$: no branch of {keyword} fits: branch 1: next: ")), "{error}");
    }
}

#[test]
fn errors_that_copy_a_large_value_are_not_all_told() {
    let wrong = json!({"anyOf": vec![json!({"type": "string"}); 60]});
    let error = refused(&wrong, &json!(vec![1; 50_000]));
    assert_eq!(error, "$: the value does not fit the schema, in more ways than can be told (the schema's rule #)");
    assert!(refused(&wrong, &json!(vec![1; 1_000])).starts_with("$: no branch of anyOf fits: branch 1: [1,1,1,"));
    let error = refused(&wrong, &json!(["1".repeat(10_000_000)]));
    assert!(error.starts_with("$: the value does not fit the schema, in more ways"), "{error}");
}

#[test]
fn rules_that_double_with_each_definition_are_not_all_followed() {
    let mut definitions: serde_json::Map<String, Value> = (0..60)
        .map(|number| {
            let next = json!({"$ref": format!("#/definitions/d{}", number + 1)});
            (format!("d{number}"), json!({"allOf": [next, next]}))
        })
        .collect();
    definitions.insert("d60".to_owned(), json!({"type": ["integer", "string"]}));
    let wanted = "$: the schema looks at the value so often that the check takes too long (the schema's rule #)";
    let all = json!({"$ref": "#/definitions/d0", "definitions": definitions});
    assert_eq!(refused(&all, &json!(1)), wanted);
    let names = json!({"propertyNames": {"$ref": "#/definitions/d0"}, "definitions": definitions});
    assert_eq!(refused(&names, &json!({"a": 1})), wanted);
    let branch = json!({"oneOf": [{"title": "A", "$ref": "#/definitions/d0"}], "definitions": definitions});
    assert_eq!(codec(&branch).part_holding(&json!(1)), Part::WHOLE);
}

/// Definitions each of which refers to the next, beside `last`.
fn row(length: usize, last: Value) -> Value {
    let definitions: serde_json::Map<String, Value> = (0..length)
        .map(|number| (format!("d{number}"), json!({"allOf": [{"$ref": format!("#/definitions/d{}", number + 1)}]})))
        .chain([(format!("d{length}"), last)])
        .collect();
    json!({"$ref": "#/definitions/d0", "definitions": definitions})
}

#[test]
fn definitions_lie_no_deeper_in_one_another_than_can_be_followed() {
    assert_eq!(
        refused(&row(127, json!({"type": "integer"})), &json!("1")),
        r#"$: "1" is not of type "integer" (the schema's rule /definitions/d127/type)"#
    );
    let wanted = "the schema's definitions lie more than 256 deep in one another without going into the value";
    for length in [128, 10_000] {
        assert_eq!(refused_schema(&row(length, json!({}))), wanted);
    }
    let mut inside = row(300, json!({}));
    inside.as_object_mut().unwrap().remove("$ref");
    assert_eq!(refused_schema(&inside), wanted);
    // The way may begin in the middle, and what was looked at counts as well.
    let mut begun = row(100, json!({"allOf": [{"$ref": "#/a0"}]}));
    begun["a0"] = json!({"not": {"not": {"not": {"$ref": "#/a1"}}}});
    begun["a1"] = (0..60).fold(json!({}), |inner, _| json!({"if": inner}));
    assert_eq!(refused_schema(&begun), wanted);
}

#[test]
fn a_check_stops_before_the_end_of_the_stack() {
    let schema = row(127, json!({"properties": {"next": {"$ref": "#/definitions/d0"}, "bad": {"type": "string"}}}));
    assert_eq!(
        codec(&schema).validate(&chain(120)).unwrap_err().to_string(),
        "$: the schema's definitions lie too deep in one another to check the value (the schema's rule #)"
    );
    assert!(codec(&schema).validate(&chain(1)).unwrap_err().to_string().starts_with("$.next.bad: 1 is not of type "));
}

#[test]
fn a_large_document_is_checked_as_a_whole() {
    let schema = json!({"items": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}});
    let mut document: Vec<Value> = (0..100_000).map(|id| json!({"id": id})).collect();
    let codec = codec(&schema);
    let text = written(&codec, Part::WHOLE, &json!(document)).unwrap();
    assert_eq!(codec.read_json(Part::WHOLE, &mut text.as_bytes()).unwrap(), json!(document));
    document[99_999] = json!({"id": ""});
    assert_eq!(
        codec.validate(&json!(document)).unwrap_err().to_string(),
        r#"$[99999].id: "" is not of type "integer" (the schema's rule /items/properties/id/type)"#
    );
    let all_wrong = json!(vec![json!({"id": ""}); 100_000]);
    assert_eq!(codec.validate(&all_wrong).unwrap_err().path, "$[0].id");
}

#[test]
fn a_pattern_that_goes_back_without_end_is_given_up() {
    let text = json!("a".repeat(5_000) + "!");
    // Without look-around it takes time that grows with the text.
    assert!(codec(&json!({"pattern": "^(a+)+$"})).validate(&text).is_err());
    for pattern in ["^(?=(a+)+$)", r"^(a|aa)+\1$", r"^(?=(a+)+$)(a+)+c\1$"] {
        let error = refused(&json!({"pattern": pattern}), &text);
        assert!(error.contains("(the schema's rule /pattern)"), "{error}");
    }
    assert_eq!(
        refused(&json!({"pattern": r"^(a|aa)+\1$"}), &text),
        "$: Error executing regex: Max limit for backtracking count exceeded (the schema's rule /pattern)"
    );
    codec(&json!({"pattern": "^(?!.*b)a+!$"})).validate(&text).unwrap();
}

#[test]
fn names_are_metered_too() {
    let schema = json!({"propertyNames": {"maxLength": 3, "$ref": "#/definitions/a"}, "definitions": {"a": {"pattern": "^a"}},
        "$schema": "https://json-schema.org/draft/2020-12/schema"});
    let codec = codec(&schema);
    codec.validate(&json!({"abc": 1, "a": 2})).unwrap();
    let error = codec.validate(&json!({"abcd": 1})).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"$: "abcd" is longer than 3 characters (the schema's rule /propertyNames/maxLength)"#
    );
    assert!(codec.validate(&json!({"b": 1})).is_err());
}
