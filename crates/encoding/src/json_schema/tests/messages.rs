use super::*;

#[test]
fn an_error_names_the_place_and_the_rule() {
    let schema = json!({"properties": {
        "items": {"items": {"properties": {"sku": {"type": "string"}}, "required": ["sku"]}},
        "0": {"items": {"type": "null"}},
        "odd key's": {"const": "a/b~c"},
        "a/b~c": {"not": {"type": "string"}},
        "": {"type": "string"},
        "ref": {"$ref": "#/definitions/positive"},
    }, "definitions": {"positive": {"minimum": 1}}, "additionalProperties": false});
    for (value, wanted) in [
        (
            json!({"items": [{"sku": "a"}, {"sku": 1}]}),
            r#"$.items[1].sku: 1 is not of type "string" (the schema's rule /properties/items/items/properties/sku/type)"#,
        ),
        (
            json!({"items": [{}]}),
            r#"$.items[0]: "sku" is a required property (the schema's rule /properties/items/items/required)"#,
        ),
        (json!({"0": [null, 1]}), r#"$['0'][1]: 1 is not of type "null" (the schema's rule /properties/0/items/type)"#),
        (
            json!({"odd key's": 1}),
            r#"$['odd key\'s']: "a/b~c" was expected (the schema's rule /properties/odd key's/const)"#,
        ),
        (
            json!({"a/b~c": "x"}),
            r#"$['a/b~c']: {"type":"string"} is not allowed for "x" (the schema's rule /properties/a~1b~0c/not)"#,
        ),
        (json!({"": 1}), r#"$['']: 1 is not of type "string" (the schema's rule /properties//type)"#),
        (
            json!({"ref": 0}),
            r#"$.ref: 0 is less than the minimum of 1 (the schema's rule /definitions/positive/minimum)"#,
        ),
        (
            json!({"b": 0, "c": 1}),
            "$: Additional properties are not allowed ('b', 'c' were unexpected) (the schema's rule /additionalProperties)",
        ),
    ] {
        assert_eq!(refused(&schema, &value), wanted);
    }
    assert_eq!(refused(&json!(false), &json!(1)), "$: False schema does not allow 1 (the schema's rule #)");
}

#[test]
fn the_first_error_of_the_document_is_told() {
    let schema = json!({
        "properties": {"a": {"type": "string"}, "b": {"items": {"type": "string"}}}, "required": ["c"],
        "allOf": [{"properties": {"e": {"type": "string"}}}, {"properties": {"d": {"type": "number"}}}],
    });
    for (value, path) in [
        (json!({"c": 1, "a": 1, "b": [1]}), "$.a"),
        (json!({"c": 1, "b": ["", 1, 1], "a": 1}), "$.b[1]"),
        (json!({"b": [1], "a": 1}), "$"),
        (json!({"c": 1, "d": "", "e": 1}), "$.d"),
        (json!({"c": 1, "e": 1, "d": ""}), "$.e"),
    ] {
        assert_eq!(codec(&schema).validate(&value).unwrap_err().path, path, "{value}");
    }
}

#[test]
fn what_follows_from_an_error_is_not_told_first() {
    let schema = json!({"$schema": "https://json-schema.org/draft/2020-12/schema",
        "allOf": [{"properties": {"a": {"type": "string"}}}], "unevaluatedProperties": false});
    assert_eq!(
        refused(&schema, &json!({"a": 1})),
        r#"$.a: 1 is not of type "string" (the schema's rule /allOf/0/properties/a/type)"#
    );
    assert_eq!(
        refused(&schema, &json!({"b": 1})),
        "$: Unevaluated properties are not allowed ('b' was unexpected) (the schema's rule /unevaluatedProperties)"
    );
}

#[test]
fn of_a_union_it_is_told_what_each_branch_lacks() {
    let schema = json!({"properties": {"event": {"oneOf": [
        {"title": "Created", "required": ["id"], "type": "object"},
        {"$ref": "#/definitions/paid"},
        {"$ref": "#/definitions/sent"},
        {"properties": {"by": {"type": "null"}}},
    ]}}, "definitions": {
        "paid": {"title": "Paid", "properties": {"to": {"items": {"type": "integer"}}}, "maxProperties": 1},
        "sent": {"properties": {"to": {"items": {"type": "null"}}}},
    }});
    assert_eq!(
        refused(&schema, &json!({"event": {"to": [1, "x"], "by": ""}})),
        "$.event: no branch of oneOf fits: Created: \"id\" is a required property; Paid: {\"to\":[1,\"x\"],\"by\":\"\"} has \
         more than 1 prope…; #/definitions/sent: to[0]: 1 is not of type \"null\"; branch 4: by: \"\" is not of type \"null\" \
         (the schema's rule /properties/event/oneOf)"
    );
    let many: Vec<Value> = (0..9).map(|number| json!({"const": number})).collect();
    assert_eq!(
        refused(&json!({"anyOf": many}), &json!("x")),
        "$: no branch of anyOf fits: branch 1: 0 was expected; branch 2: 1 was expected; branch 3: 2 was expected; \
         branch 4: 3 was expected; and 5 more (the schema's rule /anyOf)"
    );
}

#[test]
fn the_branches_of_a_dependency_are_not_called_as_those_of_the_schema() {
    let schema = json!({"oneOf": [{"title": "Mine"}, false], "properties": {"a": {"$ref": "a.json"}}});
    let dependency = named("a.json", &json!({"oneOf": [{"type": "string"}, {"type": "null"}]}));
    let codec = JsonSchemaCodec::parse(&schema.to_string(), &[dependency]).unwrap();
    assert_eq!(
        codec.validate(&json!({"a": 1})).unwrap_err().to_string(),
        "$.a: no branch of oneOf fits: branch 1: 1 is not of type \"string\"; branch 2: 1 is not of type \"null\" (the \
         schema's rule a.json#/oneOf)"
    );
}

#[test]
fn of_a_union_with_one_branch_that_comes_close_it_is_told_what_that_lacks() {
    let schema = json!({"properties": {"home": {"anyOf": [
        {"type": "null"},
        {"type": "object", "required": ["city"], "properties": {"city": {"oneOf": [
            {"allOf": [{"properties": {"zip": {"minimum": 10}}}, {"properties": {"name": {"type": "string"}}}]},
            {"type": "integer"},
        ]}}},
    ]}}});
    assert_eq!(
        refused(&schema, &json!({"home": {"city": {"name": 1, "zip": 2}}})),
        "$.home.city.name: 1 is not of type \"string\" (the schema's rule \
         /properties/home/anyOf/1/properties/city/oneOf/0/allOf/1/properties/name/type)"
    );
    assert_eq!(
        refused(&schema, &json!({"home": {}})),
        "$.home: no branch of anyOf fits: branch 1: {} is not of type \"null\"; branch 2: \"city\" is a required property \
         (the schema's rule /properties/home/anyOf)"
    );
}

#[test]
fn a_message_is_one_line_and_not_long() {
    let error = refused(&json!({"type": "string"}), &json!(["x".repeat(1_000_000)]));
    assert_eq!(error, format!("$: [\"{}… (the schema's rule /type)", "x".repeat(198)));
    let error = refused(&json!({"pattern": "a\nb"}), &json!("c\n"));
    assert_eq!(error, r#"$: "c\n" does not match "a b" (the schema's rule /pattern)"#);
    let error = refused(&json!({"oneOf": [{"title": "t".repeat(1_000), "type": "string"}, false]}), &json!(1));
    assert_eq!(
        error,
        format!(
            "$: no branch of oneOf fits: {}…; branch 2: False schema does not allow 1 (the schema's rule /oneOf)",
            "t".repeat(100)
        )
    );
}
