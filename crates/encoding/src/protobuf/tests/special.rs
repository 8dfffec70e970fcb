//! The messages that JSON writes in forms of their own.

use super::*;

fn special() -> ProtobufCodec {
    codec(
        "syntax = \"proto3\";
         package acme;
         import \"google/protobuf/any.proto\";
         import \"google/protobuf/duration.proto\";
         import \"google/protobuf/empty.proto\";
         import \"google/protobuf/field_mask.proto\";
         import \"google/protobuf/struct.proto\";
         import \"google/protobuf/timestamp.proto\";
         import \"google/protobuf/wrappers.proto\";
         import \"confluent/type/decimal.proto\";
         message Special {
            google.protobuf.Timestamp at = 1;
            google.protobuf.Duration took = 2;
            google.protobuf.Int64Value count = 3;
            google.protobuf.BytesValue bytes = 4;
            google.protobuf.Struct object = 5;
            google.protobuf.Value any_json = 6;
            google.protobuf.ListValue list = 7;
            google.protobuf.FieldMask mask = 8;
            google.protobuf.Any any = 9;
            google.protobuf.Empty empty = 10;
            confluent.type.Decimal price = 11;
            google.protobuf.StringValue text = 12;
            repeated google.protobuf.Value values = 13;
            optional google.protobuf.NullValue null = 14;
         }
         message Inner { string name = 1; }",
    )
}

/// What is there beside the lists, which always are.
fn back(value: &Value) -> Value {
    let mut back = through(&special(), value);
    back.as_object_mut().unwrap().retain(|_, value| *value != json!([]));
    back
}

#[test]
fn each_has_its_form() {
    for value in [
        json!({"at": "2026-01-31T08:00:00.250Z"}),
        json!({"took": "-1.500s"}),
        json!({"count": -5}),
        json!({"count": 0}),
        json!({"bytes": "AQI="}),
        json!({"text": ""}),
        json!({"object": {"a": 1.0, "b": [null, true, "x", {"c": {}}]}}),
        json!({"any_json": null}),
        json!({"any_json": "x"}),
        json!({"any_json": {"value": [1.5]}}),
        json!({"values": [null, 1.0]}),
        json!({"null": null}),
        json!({"mask": "id,customer.displayName"}),
        json!({"mask": ""}),
        json!({"empty": {}}),
        json!({"any": {"@type": "type.googleapis.com/acme.Inner", "name": "x"}}),
        json!({"any": {"@type": "type.googleapis.com/acme.Inner", "name": ""}}),
        json!({"any": {"@type": "type.googleapis.com/google.protobuf.Duration", "value": "1s"}}),
        json!({"any": {"@type": "a/google.protobuf.Any", "value": {"@type": "a/acme.Inner", "name": "x"}}}),
        json!({"price": 12.5}),
        json!({"price": "12.50"}),
        json!({"price": -7}),
    ] {
        assert_eq!(back(&value), value);
    }
    assert_eq!(through(&special(), &json!({"list": [[], {}, null]}))["list"], json!([[], {}, null]));
    assert_eq!(through(&special(), &json!({"list": []}))["list"], json!([]));
}

#[test]
fn they_lie_on_the_wire_as_any_message_does() {
    for (value, bytes) in [
        (json!({"at": "1970-01-01T00:00:01.000000002Z"}), &[0x0a, 4, 8, 1, 0x10, 2][..]),
        (json!({"count": 0}), &[0x1a, 0]),
        (json!({"count": "3"}), &[0x1a, 2, 8, 3]),
        (json!({"object": {"a": true}}), &[0x2a, 9, 0x0a, 7, 0x0a, 1, b'a', 0x12, 2, 0x20, 1]),
        (json!({"any_json": null}), &[0x32, 2, 8, 0]),
        (
            json!({"mask": "userName,id"}),
            &[0x42, 15, 0x0a, 9, b'u', b's', b'e', b'r', b'_', b'n', b'a', b'm', b'e', 0x0a, 2, b'i', b'd'],
        ),
        (json!({"price": "12.50"}), &[0x5a, 8, 0x0a, 2, 4, 0xe2, 0x10, 4, 0x18, 2]),
        (
            json!({"any": {"@type": "x/acme.Inner", "name": "y"}}),
            &[
                0x4a, 19, 0x0a, 12, b'x', b'/', b'a', b'c', b'm', b'e', b'.', b'I', b'n', b'n', b'e', b'r', 0x12, 3,
                0x0a, 1, b'y',
            ],
        ),
    ] {
        assert_eq!(write(&special(), &value).unwrap(), bytes, "{value}");
        let mut typed = Vec::new();
        special().write(Part::WHOLE, &value, &mut typed).unwrap();
        assert_eq!(typed, bytes, "{value}");
    }
}

#[test]
fn an_object_of_the_own_fields_is_taken_too() {
    assert_eq!(back(&json!({"at": {"seconds": 1, "nanos": 0}})), json!({"at": "1970-01-01T00:00:01Z"}));
    assert_eq!(back(&json!({"count": {"value": 5}})), json!({"count": 5}));
    assert_eq!(back(&json!({"price": {"value": "BOI=", "scale": 2}})), json!({"price": "12.50"}));
}

#[test]
fn what_the_form_cannot_say_stays_an_object() {
    for value in [
        json!({"at": {"seconds": i64::MAX, "nanos": 0}}),
        json!({"at": {"seconds": 1, "nanos": -1}}),
        json!({"took": {"seconds": 1, "nanos": -1}}),
        json!({"mask": {"paths": ["userName"]}}),
        json!({"any": {"type_url": "type.googleapis.com/acme.Unknown", "value": "AQI="}}),
    ] {
        assert_eq!(back(&value), value);
    }
}

#[test]
fn a_form_that_does_not_fit_says_what_is_wanted() {
    for (value, told) in [
        (
            json!({"at": "now"}),
            "$.at: \"now\" does not fit; the schema wants a timestamp such as \"2026-01-31T08:00:00Z\"",
        ),
        (json!({"at": 5}), "$.at: 5 does not fit; the schema wants a timestamp such as \"2026-01-31T08:00:00Z\""),
        (json!({"took": "1"}), "$.took: \"1\" does not fit; the schema wants a duration such as \"1.5s\""),
        (
            json!({"mask": "user_name"}),
            "$.mask: \"user_name\" does not fit; the schema wants field names such as \"id,customerName\"",
        ),
        (
            json!({"price": "much"}),
            "$.price: \"much\" does not fit; the schema wants a decimal, as a number or a text such as \"12.50\"",
        ),
        (json!({"count": "x"}), "$.count: \"x\" does not fit; the schema wants an int64, a whole number of 64 bits"),
        (json!({"object": []}), "$.object: [] does not fit; the schema wants an object"),
        (json!({"list": {}}), "$.list: {} does not fit; the schema wants a list"),
        (
            json!({"any": 5}),
            "$.any: 5 does not fit; the schema wants a message with its type, {\"@type\": \"type.googleapis.com/…\", …}",
        ),
        (
            json!({"any": {"@type": 5}}),
            "$.any: 5 does not fit; the schema wants a message with its type, {\"@type\": \"type.googleapis.com/…\", …}",
        ),
        (
            json!({"any": {"@type": "a/b.C"}}),
            "$.any['@type']: \"a/b.C\" does not fit; the schema wants the type of a message that the schema knows, such as \"type.googleapis.com/google.protobuf.Timestamp\"",
        ),
        (
            json!({"any": {"@type": "a/acme.Inner", "nome": 1}}),
            "$.any: record acme.Inner has no field `nome`; did you mean `name`?",
        ),
        (
            json!({"at": {"secs": 1}}),
            "$.at: record google.protobuf.Timestamp has no field `secs`; did you mean `seconds`?",
        ),
    ] {
        assert_eq!(refused(&special(), &value), told);
        let typed = special().write(Part::WHOLE, &value, &mut Vec::new()).unwrap_err();
        assert_eq!(typed.to_string(), told);
    }
}

#[test]
fn a_message_that_has_only_the_name_is_a_plain_one() {
    let codec = codec("syntax = \"proto3\"; package google.protobuf; message Timestamp { string x = 1; }");
    assert_eq!(through(&codec, &json!({"x": "y"})), json!({"x": "y"}));
    assert_eq!(
        refused(&codec, &json!("2026-01-31T08:00:00Z")),
        "$: \"2026-01-31T08:00:00Z\" does not fit; the schema wants message google.protobuf.Timestamp"
    );
}

#[test]
fn depth_is_limited_in_any_json_too() {
    let nested = (0..90).fold(json!(1.0), |inner, _| json!([inner]));
    let told = refused(&special(), &json!({"any_json": nested}));
    assert!(told.ends_with("lie more than 100 deep in one another"), "{told}");
}

#[test]
fn types_take_them_by_their_form_or_by_their_fields() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Stamp {
        seconds: i64,
        nanos: i32,
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct ByFields {
        at: Option<Stamp>,
        took: Option<Stamp>,
        count: Option<i64>,
        object: Option<std::collections::BTreeMap<String, Value>>,
        any_json: Option<Value>,
        price: Option<f64>,
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct ByForm {
        at: Option<String>,
        took: Option<String>,
        count: Option<i64>,
        object: Value,
        any_json: Value,
        price: Option<String>,
    }
    let fields = ByFields {
        at: Some(Stamp { seconds: 1, nanos: 0 }),
        took: Some(Stamp { seconds: 0, nanos: -500_000_000 }),
        count: Some(0),
        object: Some([("a".to_owned(), json!(1.0))].into()),
        any_json: None,
        price: Some(12.5),
    };
    let form = ByForm {
        at: Some("1970-01-01T00:00:01Z".into()),
        took: Some("-0.500s".into()),
        count: Some(0),
        object: json!({"a": 1.0}),
        any_json: Value::Null,
        price: Some("12.5".into()),
    };
    let codec = special();
    let (mut by_fields, mut by_form) = (Vec::new(), Vec::new());
    codec.write(Part::WHOLE, &fields, &mut by_fields).unwrap();
    codec.write(Part::WHOLE, &form, &mut by_form).unwrap();
    assert_eq!(by_fields, by_form);
    assert_eq!(codec.read::<ByFields>(Part::WHOLE, &mut by_form.as_slice()).unwrap(), fields);
    // A decimal that a number holds is one.
    let told = codec.read::<ByForm>(Part::WHOLE, &mut by_form.as_slice()).unwrap_err().to_string();
    assert_eq!(told, "$.price: invalid type: floating point `12.5`, expected a string");
}
