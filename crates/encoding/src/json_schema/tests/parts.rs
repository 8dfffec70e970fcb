use super::*;

fn shop(keyword: &str) -> JsonSchemaCodec {
    let schema = json!({
        "title": "ShopEvent",
        keyword: [
            {"title": "com.acme.OrderCreated", "properties": {"id": {"type": "string"}}, "required": ["id"]},
            {"$ref": "#/definitions/paid"},
            {"type": "null"},
            {"$ref": "cancelled.json"},
            {"$ref": "alias.json#/definitions/x"},
        ],
        "definitions": {"paid": {"title": "OrderPaid", "type": "object", "required": ["amount"]}},
        "properties": {"version": {"type": "integer"}},
    });
    let dependencies = [
        named("cancelled.json", &json!({"title": "OrderCancelled", "required": ["reason"], "type": "object"})),
        named("alias.json", &json!({"definitions": {"x": {"$ref": "sent.json"}}})),
        named("sent.json", &json!({"title": "OrderSent", "type": "array"})),
    ];
    JsonSchemaCodec::parse(&schema.to_string(), &dependencies).unwrap()
}

#[test]
fn the_titled_branches_are_the_parts() {
    for keyword in ["oneOf", "anyOf"] {
        let shop = shop(keyword);
        let names = ["ShopEvent", "com.acme.OrderCreated", "OrderPaid", "OrderCancelled", "OrderSent"];
        for (part, name) in (0..).map(Part).zip(names) {
            assert_eq!(shop.record(part).map(RecordName::as_str), Some(name));
            assert_eq!(shop.part_of(name), Some(part));
        }
        assert_eq!(shop.part_of("OrderCreated"), Some(Part(1)));
        assert_eq!(shop.part_of("com.acme.OrderPaid"), Some(Part(2)));
        assert_eq!(shop.part_of("com.other.OrderCreated"), None);
        assert_eq!(shop.part_of("Order"), None);
    }
}

#[test]
fn a_simple_name_that_two_branches_have_is_none() {
    let codec = codec(&json!({"oneOf": [
        {"title": "a.Order", "type": "string"}, {"title": "b.Order", "type": "null"}, {"title": "a.Bill", "type": "array"},
    ]}));
    for (name, part) in
        [("Order", None), ("a.Order", Some(1)), ("b.Order", Some(2)), ("c.Order", None), ("Bill", Some(3))]
    {
        assert_eq!(codec.part_of(name), part.map(Part), "{name}");
    }
    assert_eq!(codec.record(Part::WHOLE), None);
}

#[test]
fn a_part_is_checked_by_its_branch_and_by_the_whole() {
    let shop = shop("oneOf");
    let created = json!({"id": "A-1"});
    assert_eq!(written(&shop, Part(1), &created).unwrap(), r#"{"id":"A-1"}"#);
    assert_eq!(
        written(&shop, Part(2), &created).unwrap_err(),
        r#"$: "amount" is a required property (the schema's rule /definitions/paid/required)"#
    );
    assert_eq!(
        written(&shop, Part(3), &created).unwrap_err(),
        r#"$: "reason" is a required property (the schema's rule cancelled.json#/required)"#
    );
    assert_eq!(
        written(&shop, Part(1), &json!({"id": "A-1", "version": "1"})).unwrap_err(),
        r#"$.version: "1" is not of type "integer" (the schema's rule /properties/version/type)"#
    );
    let both = json!({"id": "A-1", "amount": 1});
    let wanted = "$: more than one branch of oneOf fits: com.acme.OrderCreated, OrderPaid (the schema's rule /oneOf)";
    assert_eq!(written(&shop, Part(1), &both).unwrap_err(), wanted);
    assert_eq!(written(&shop, Part::WHOLE, &both).unwrap_err(), wanted);
    let mut out = Vec::new();
    assert!(shop.write(Part(2), &created, &mut out).is_err());
    shop.write(Part(1), &created, &mut out).unwrap();
    assert_eq!(out, br#"{"id":"A-1"}"#);
    assert!(written(&super::parts::shop("anyOf"), Part(1), &both).is_ok());
}

#[test]
fn the_part_of_a_value_is_the_one_that_takes_it() {
    let shop = shop("oneOf");
    for (value, part) in [
        (json!({"id": "A-1"}), Part(1)),
        (json!({"amount": 1}), Part(2)),
        (json!({"reason": ""}), Part(3)),
        (json!([]), Part(4)),
        (json!({"id": "A-1", "amount": 1}), Part::WHOLE),
        (json!({"id": 1}), Part::WHOLE),
        (json!({}), Part::WHOLE),
        (json!(null), Part(1)),
    ] {
        // Keywords for objects say nothing of what is none.
        let part = if value.is_array() { Part::WHOLE } else { part };
        assert_eq!(shop.part_holding(&value), part, "{value}");
    }
    assert_eq!(order().part_holding(&json!({"id": "A-1"})), Part::WHOLE);
}

#[test]
fn reading_takes_any_part() {
    assert_eq!(shop("oneOf").read_json(Part::WHOLE, &mut &br#"{"amount":1}"#[..]).unwrap(), json!({"amount": 1}));
}

#[test]
fn branches_without_a_title_are_no_parts() {
    let codec = codec(&json!({"title": "Order", "oneOf": [{"type": "object"}, {"$ref": "#/definitions/a"}, true],
        "definitions": {"a": {"$ref": "#/definitions/b"}, "b": {"type": "null"}}}));
    assert_eq!(codec.compiled.parts.len(), 0);
    assert_eq!(codec.record(Part(1)).map(RecordName::as_str), Some("Order"));
}

#[test]
fn a_branch_of_a_schema_with_an_id_is_found() {
    for id in ["http://acme.example/shop.json", "shop.json", "urn:acme:shop"] {
        let schema = json!({"$id": id, "oneOf": [{"$ref": "a.json"}, {"title": "B", "type": "array", "items": {"$ref": "#/definitions/b"}}],
            "definitions": {"b": {"type": "null"}}});
        let a = named("a.json", &json!({"title": "A", "type": "string"}));
        let codec = JsonSchemaCodec::parse(&schema.to_string(), &[a]).unwrap();
        assert_eq!(codec.part_holding(&json!("a")), Part(1));
        assert_eq!(codec.part_holding(&json!([null])), Part(2));
        assert_eq!(
            written(&codec, Part(2), &json!([1])).unwrap_err(),
            r#"$[0]: 1 is not of type "null" (the schema's rule /definitions/b/type)"#
        );
    }
}
