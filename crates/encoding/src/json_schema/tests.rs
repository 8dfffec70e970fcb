mod drafts;
mod hostile;
mod messages;
mod parts;
mod references;

use proptest::prelude::*;
use serde::Deserialize;
use serde_json::json;
use test_probe_directives::{Timestamp, WallClock};

use super::*;
use crate::{CloudEvent, CorrelationId};

fn codec(schema: &Value) -> JsonSchemaCodec {
    JsonSchemaCodec::parse(&schema.to_string(), &[]).unwrap()
}

fn refused_schema(schema: &Value) -> String {
    match JsonSchemaCodec::parse(&schema.to_string(), &[]) {
        Ok(_) => panic!("it was taken"),
        Err(error) => error.to_string(),
    }
}

fn named(name: &str, schema: &Value) -> Dependency {
    Dependency { name: name.to_owned(), text: schema.to_string().into() }
}

fn written(codec: &JsonSchemaCodec, part: Part, value: &Value) -> Result<String, String> {
    let mut out = Vec::new();
    codec.write_json(part, value, &mut out).map_err(|error| error.to_string())?;
    Ok(String::from_utf8(out).unwrap())
}

fn refused(schema: &Value, value: &Value) -> String {
    written(&codec(schema), Part::WHOLE, value).unwrap_err()
}

fn order() -> JsonSchemaCodec {
    codec(&json!({
        "title": "OrderCreated", "type": "object",
        "properties": {
            "id": {"type": "string"},
            "quantity": {"type": "integer", "minimum": 1},
            "weight": {"type": "number"},
        },
        "required": ["id"],
    }))
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct OrderCreated {
    id: String,
    quantity: i32,
    weight: f32,
}

const AN_ORDER: &str = r#"{"id":"A-1","quantity":2,"weight":0.1}"#;

fn an_order() -> OrderCreated {
    OrderCreated { id: "A-1".into(), quantity: 2, weight: 0.1 }
}

fn write(codec: &JsonSchemaCodec, value: &impl Serialize) -> Result<String, String> {
    let mut out = Vec::new();
    codec.write(Part::WHOLE, value, &mut out).map_err(|error| error.to_string())?;
    Ok(String::from_utf8(out).unwrap())
}

#[test]
fn a_payload_is_compact_json_in_the_order_of_the_value() {
    assert_eq!(write(&order(), &an_order()).unwrap(), AN_ORDER);
    let value = json!({"z": [1, 2.50, null], "id": "ä", "a": {}});
    assert_eq!(written(&order(), Part::WHOLE, &value).unwrap(), r#"{"z":[1,2.5,null],"id":"ä","a":{}}"#);
}

#[test]
fn what_is_written_is_added() {
    let mut out = b"before".to_vec();
    order().write(Part::WHOLE, &an_order(), &mut out).unwrap();
    order().write_json(Part::WHOLE, &json!({"id": ""}), &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), format!("before{AN_ORDER}{}", r#"{"id":""}"#));
}

#[test]
fn what_was_written_is_read_as_a_type_and_as_json() {
    let mut payload = AN_ORDER.as_bytes();
    assert_eq!(order().read::<OrderCreated>(Part::WHOLE, &mut payload).unwrap(), an_order());
    assert_eq!(payload, b"");
    let mut payload = AN_ORDER.as_bytes();
    assert_eq!(
        order().read_json(Part::WHOLE, &mut payload).unwrap(),
        json!({"id": "A-1", "quantity": 2, "weight": 0.1})
    );
    assert_eq!(payload, b"");
}

#[test]
fn a_value_that_breaks_the_schema_is_not_written() {
    let wanted = "$.quantity: 0 is less than the minimum of 1 (the schema's rule /properties/quantity/minimum)";
    assert_eq!(write(&order(), &OrderCreated { quantity: 0, ..an_order() }).unwrap_err(), wanted);
    let value = json!({"id": "A-1", "quantity": 0});
    assert_eq!(written(&order(), Part::WHOLE, &value).unwrap_err(), wanted);
    assert_eq!(order().validate(&value).unwrap_err().to_string(), wanted);
    order().validate(&json!({"id": "A-1"})).unwrap();
}

#[test]
fn without_validation_anything_is_written_but_can_still_be_checked() {
    let codec = order().without_validation();
    assert_eq!(write(&codec, &7).unwrap(), "7");
    assert_eq!(write(&codec, &an_order()).unwrap(), AN_ORDER);
    assert_eq!(written(&codec, Part::WHOLE, &json!([])).unwrap(), "[]");
    assert_eq!(
        codec.validate(&json!([])).unwrap_err().to_string(),
        r#"$: [] is not of type "object" (the schema's rule /type)"#
    );
}

#[test]
fn reading_checks_nothing() {
    assert_eq!(order().read_json(Part::WHOLE, &mut &b"[1]"[..]).unwrap(), json!([1]));
    assert_eq!(order().read::<Vec<u8>>(Part::WHOLE, &mut &b"[1]"[..]).unwrap(), [1]);
}

#[test]
fn a_payload_is_read_to_its_end() {
    for (payload, wanted) in [
        ("", "$: EOF while parsing a value at line 1 column 0, 0 bytes before the payload's end"),
        ("{\"a\": 1", "$: EOF while parsing an object at line 1 column 7, 0 bytes before the payload's end"),
        ("{} 7 8", "$: trailing characters at line 1 column 4, 2 bytes before the payload's end"),
        ("{\n \"a\":\n  x,\n  1}", "$: expected value at line 3 column 3, 6 bytes before the payload's end"),
    ] {
        let error = order().read_json(Part::WHOLE, &mut payload.as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), wanted);
        assert!(order().read::<Value>(Part::WHOLE, &mut payload.as_bytes()).is_err(), "{payload}");
    }
    let mut padded = &b" {} \r\n\t"[..];
    assert_eq!(order().read_json(Part::WHOLE, &mut padded).unwrap(), json!({}));
    assert_eq!(padded, b"");
}

#[test]
fn the_title_is_the_record() {
    assert_eq!(order().record(Part::WHOLE).map(RecordName::as_str), Some("OrderCreated"));
    let full = codec(&json!({"title": "com.acme.OrderCreated"}));
    for untitled in [json!({}), json!({"title": ""}), json!(true)] {
        assert_eq!(codec(&untitled).record(Part::WHOLE), None);
        assert_eq!(codec(&untitled).part_of("OrderCreated"), None);
    }
    for (codec, asked, found) in [
        (&full, "com.acme.OrderCreated", true),
        (&full, "OrderCreated", true),
        (&full, "com.other.OrderCreated", false),
        (&full, "acme.OrderCreated", false),
        (&order(), "OrderCreated", true),
        (&order(), "com.acme.OrderCreated", true),
        (&order(), "Created", false),
        (&order(), "", false),
    ] {
        assert_eq!(codec.part_of(asked), found.then_some(Part::WHOLE), "{asked}");
    }
}

#[test]
fn a_text_that_is_no_schema_is_refused() {
    let parse = |text| JsonSchemaCodec::parse(text, &[]).map(|_| ()).unwrap_err().to_string();
    assert_eq!(parse(""), "the schema is no JSON: EOF while parsing a value at line 1 column 0");
    assert_eq!(parse("{\n,"), "the schema is no JSON: key must be a string at line 2 column 1");
    for (schema, wanted) in [
        (json!(5), r#"the whole: 5 is not of types "boolean", "object""#),
        (json!({"properties": []}), r#"/properties: [] is not of type "object""#),
        (json!({"properties": {"a": {"minimum": "1"}}}), r#"/properties/a/minimum: "1" is not of type "number""#),
        (json!({"items": [{}, {"pattern": "(("}]}), r#"/items/1/pattern: "((" is not a "regex""#),
        (json!({"$ref": "a b.json"}), r#"/$ref: "a b.json" is not a "uri-reference""#),
    ] {
        assert_eq!(refused_schema(&schema), format!("the schema is no JSON Schema of draft 7: {wanted}"));
    }
    let broken = named("address.json", &json!({"type": 1}));
    assert!(matches!(
        JsonSchemaCodec::parse("{}", &[broken]).map(|_| ()).unwrap_err().to_string().as_str(),
        text if text.starts_with("`address.json` is no JSON Schema of draft 7: /type: no branch of anyOf fits: ")
    ));
    let garbled = Dependency { name: "address.json".into(), text: "{".into() };
    assert_eq!(
        JsonSchemaCodec::parse("{}", &[garbled]).map(|_| ()).unwrap_err().to_string(),
        "`address.json` is no JSON: EOF while parsing an object at line 1 column 1"
    );
}

#[test]
fn a_cloud_event_is_written_and_read() {
    let schema = include_str!("../cloud_event/cloud-event.json");
    let codec = JsonSchemaCodec::parse(schema, &[]).unwrap();
    assert_eq!(codec.record(Part::WHOLE).map(RecordName::as_str), Some("CloudEvent"));
    assert_eq!(codec.part_of(CloudEvent::RECORD), Some(Part::WHOLE));
    let clock = WallClock::reading(|| Timestamp::from_millis(1_769_846_400_250));
    let key = CloudEvent::new("OrderCreated", CorrelationId::from_label("order-1"), clock).with_id("e-1");
    let mut bytes = Vec::new();
    codec.write(Part::WHOLE, &key, &mut bytes).unwrap();
    assert_eq!(codec.read::<CloudEvent>(Part::WHOLE, &mut bytes.as_slice()).unwrap(), key);

    let names: Vec<String> = serde_json::to_value(&key).unwrap().as_object().unwrap().keys().cloned().collect();
    let schema: Value = serde_json::from_str(schema).unwrap();
    assert!(schema["properties"].as_object().unwrap().keys().eq(&names));

    assert_eq!(written(&codec, Part::WHOLE, &json!({"time_epoch_micro_source": 0})).unwrap().len(), 29);
    for (value, wanted) in [
        (json!({"id": "1"}), r#"$: "time_epoch_micro_source" is a required property (the schema's rule /required)"#),
        (
            json!({"time_epoch_micro_source": 0, "extra": 1}),
            "$: Additional properties are not allowed ('extra' was unexpected) (the schema's rule /additionalProperties)",
        ),
        (
            json!({"time_epoch_micro_source": "0"}),
            "$.time_epoch_micro_source: \"0\" is not of type \"integer\" (the schema's rule \
             /properties/time_epoch_micro_source/type)",
        ),
    ] {
        assert_eq!(written(&codec, Part::WHOLE, &value).unwrap_err(), wanted);
    }
}

/// JSON as deep as it may be in a payload of this size.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..5).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// A schema in all of whose corners random values get.
fn tree() -> JsonSchemaCodec {
    codec(&json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": "#/$defs/node",
        "$defs": {"node": {
            "anyOf": [
                {"title": "Leaf", "type": ["null", "boolean", "number", "string"]},
                {"title": "List", "type": "array", "items": {"$ref": "#/$defs/node"}},
                {"title": "Map", "type": "object", "additionalProperties": {"$ref": "#/$defs/node"}},
            ],
        }},
    }))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_was_written_is_read_back(value in any_json()) {
        let codec = tree();
        let mut bytes = Vec::new();
        codec.write_json(Part::WHOLE, &value, &mut bytes).unwrap();
        prop_assert_eq!(&serde_json::from_slice::<Value>(&bytes).unwrap(), &value);
        let mut typed = Vec::new();
        codec.write(Part::WHOLE, &value, &mut typed).unwrap();
        prop_assert_eq!(&typed, &bytes);
        for payload in [&mut bytes.as_slice(), &mut typed.as_slice()] {
            prop_assert_eq!(&codec.read_json(Part::WHOLE, payload).unwrap(), &value);
            prop_assert_eq!(*payload, b"");
        }
    }

    #[test]
    fn any_bytes_are_a_value_or_an_error(bytes: Vec<u8>) {
        let codec = tree();
        let json = codec.read_json(Part::WHOLE, &mut bytes.as_slice());
        prop_assert_eq!(codec.read::<Value>(Part::WHOLE, &mut bytes.as_slice()).ok(), json.as_ref().ok().cloned());
        if let Err(error) = json {
            prop_assert!(error.left <= bytes.len());
        }
    }

    #[test]
    fn any_text_is_a_schema_or_an_error(text in "\\PC{0,40}") {
        let is_json = serde_json::from_str::<Value>(&text).is_ok();
        prop_assert_eq!(super::references(&text).is_ok(), is_json);
        prop_assert!(is_json || JsonSchemaCodec::parse(&text, &[]).is_err());
    }

    #[test]
    fn any_json_fits_or_is_an_error_in_one_line(schema in schema(), value in any_json()) {
        if let Ok(codec) = JsonSchemaCodec::parse(&schema.to_string(), &[]) {
            let part = codec.part_holding(&value);
            prop_assert!(part == Part::WHOLE || codec.record(part).is_some());
            if let Err(error) = codec.validate(&value) {
                let text = error.problem.to_string();
                prop_assert!(!text.contains('\n') && text.chars().count() < 500, "{}", text);
                prop_assert!(error.path.starts_with('$'));
            }
        }
    }
}

/// Schemas of random keywords, most of them for the right kind of value.
fn schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(true)),
        Just(json!(false)),
        prop::sample::select(vec!["string", "object", "array", "integer", "null"])
            .prop_map(|kind| json!({"type": kind})),
        prop::sample::select(vec!["#", "#/a", "#a", "b.json", "/properties/a", "?", "urn:x:y"])
            .prop_map(|name| json!({"$ref": name})),
        prop::sample::select(vec!["#", "a", "b.json", "http://acme.example/a", "urn:x:y", "#a", "/"])
            .prop_map(|id| json!({"$id": id, "title": id})),
        any_json(),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let list = prop::collection::vec(inner.clone(), 1..4).prop_map(Value::from);
        let map = prop::collection::vec((prop::sample::select(vec!["a", "b", "$ref", ""]), inner.clone()), 0..4)
            .prop_map(|members| members.into_iter().collect::<Value>());
        let of_schema = ("items|not|if|additionalProperties|propertyNames|contains|unevaluatedProperties", inner);
        let of_list = ("oneOf|anyOf|allOf|items|prefixItems", list);
        let of_map = ("properties|patternProperties|definitions|\\$defs|dependentSchemas", map);
        let keyword = prop_oneof![of_schema, of_list, of_map];
        prop::collection::vec(keyword, 0..4).prop_map(|keywords| keywords.into_iter().collect::<Value>())
    })
}
