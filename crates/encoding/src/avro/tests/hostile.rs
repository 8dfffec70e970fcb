//! Bytes that nobody's writer made.

use std::collections::HashMap;
use std::fmt;

use serde::Deserializer;
use serde::de::{EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::super::{binary, json_reader};
use super::*;

/// A number as hostile bytes claim it.
fn claim(number: i64) -> Vec<u8> {
    let mut bytes = Vec::new();
    binary::write_long(number, &mut bytes);
    bytes
}

/// A type that takes whatever stands there, and keeps nothing.
#[derive(Debug)]
struct Anything;

/// A field's or an entry's name.
struct Name;

impl<'de> Deserialize<'de> for Anything {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(Anything).map(|Anything| Self)
    }
}

/// The simple values.
macro_rules! takes {
    ($($method:ident($type:ty))*) => {$(
        fn $method<E>(self, _: $type) -> Result<Self, E> {
            Ok(Self)
        }
    )*};
}

impl<'de> Visitor<'de> for Anything {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    takes! { visit_bool(bool) visit_i64(i64) visit_f64(f64) visit_str(&str) visit_bytes(&[u8]) }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        while members.next_entry::<Name, Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, symbol: A) -> Result<Self, A::Error> {
        let (Name, rest) = symbol.variant()?;
        rest.unit_variant()?;
        Ok(self)
    }
}

fn refused<T: DeserializeOwned>(codec: &AvroCodec, bytes: &[u8]) -> String {
    match codec.read::<T>(Part::WHOLE, &mut { bytes }) {
        Ok(_) => panic!("they were read"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_length_beyond_the_payload_reserves_nothing() {
    for (schema, wanted) in [
        (
            json!({"type": "fixed", "name": "F", "size": 400_000_000}),
            "$: 400000000 bytes are wanted, 6 bytes before the payload's end",
        ),
        (json!("string"), "$: 400000000 bytes are wanted, 1 bytes before the payload's end"),
        (json!({"type": "map", "values": "int"}), "$: 1 bytes are wanted, 0 bytes before the payload's end"),
        (
            json!({"type": "array", "items": "int"}),
            "$[1]: a number is cut off or too long, 0 bytes before the payload's end",
        ),
    ] {
        let bytes = [claim(400_000_000), vec![2]].concat();
        let codec = codec(&schema);
        assert_eq!(refused::<Anything>(&codec, &bytes), wanted, "{schema}");
        assert_eq!(codec.read_json(Part::WHOLE, &mut &bytes[..]).unwrap_err().to_string(), wanted, "{schema}");
    }
    let fixed = codec(&json!({"type": "fixed", "name": "F", "size": 400_000_000}));
    let wanted = "$: 400000000 bytes are wanted, 3 bytes before the payload's end";
    assert_eq!(refused::<Anything>(&fixed, &[1, 2, 3]), wanted);
}

#[test]
fn a_list_of_nothing_cannot_claim_endless_items() {
    #[derive(Debug, Deserialize)]
    struct Empty {}
    let list = |items: Value| codec(&json!({"type": "array", "items": items}));
    let bytes = [claim(1_000_000), vec![0]].concat();
    let wanted = "$: there are more than 65536 items and records without bytes, 1 bytes before the payload's end";
    assert_eq!(refused::<Vec<()>>(&list(json!("null")), &bytes), wanted);
    assert_eq!(refused::<Anything>(&list(json!("null")), &bytes), wanted);
    let empty = json!({"type": "record", "name": "Empty", "fields": []});
    assert_eq!(refused::<Vec<Empty>>(&list(empty), &bytes), wanted);
    assert_eq!(list(json!("null")).read::<Vec<()>>(Part::WHOLE, &mut &[6, 0][..]).unwrap().len(), 3);
}

#[test]
fn records_of_nothing_that_double_with_each_level_come_to_an_end() {
    let pair = |level: usize, of: &Value| {
        let field = |name: &str, kind: Value| json!({"name": name, "type": kind});
        let fields = [field("a", of.clone()), field("b", of["name"].as_str().map_or(of.clone(), |name| json!(name)))];
        json!({"type": "record", "name": format!("Pair{level}"), "fields": fields})
    };
    let schema = (0..40).fold(json!("null"), |of, level| pair(level, &of));
    let codec = codec(&schema);
    let wanted = "there are more than 65536 items and records without bytes";
    assert!(refused::<Anything>(&codec, &[]).contains(wanted));
    assert!(refused::<serde::de::IgnoredAny>(&codec, &[]).contains(wanted));
    assert!(codec.read_json(Part::WHOLE, &mut &[][..]).unwrap_err().to_string().contains(wanted));
}

#[test]
fn depth_is_limited() {
    #[derive(Debug, Deserialize)]
    struct Node {
        next: Option<Box<Node>>,
    }
    let codec =
        codec(&json!({"type": "record", "name": "Node", "fields": [{"name": "next", "type": ["null", "Node"]}]}));
    assert!(codec.read::<Node>(Part::WHOLE, &mut &[2, 2, 0][..]).unwrap().next.unwrap().next.is_some());
    let nested = |levels: usize| [vec![2; levels], vec![0]].concat();
    let deepest = nested(63);
    codec.read::<Node>(Part::WHOLE, &mut deepest.as_slice()).unwrap();
    codec.read::<Anything>(Part::WHOLE, &mut deepest.as_slice()).unwrap();
    assert!(codec.read_json(Part::WHOLE, &mut nested(64).as_slice()).is_ok());
    let wanted = "$: objects and lists lie more than 64 deep in one another; it can only be read as JSON, 1 bytes before the \
                  payload's end";
    assert_eq!(refused::<Node>(&codec, &nested(64)), wanted);
    assert_eq!(refused::<Anything>(&codec, &nested(64)), wanted);
    let message = refused::<Node>(&codec, &[2; 1_000]);
    assert!(message.contains(": objects and lists lie more than 128 deep in one another, "), "{message}");
}

#[test]
fn maps_are_read_as_they_were() {
    let map = codec(&json!({"type": "map", "values": "null"}));
    assert_eq!(map.read::<HashMap<String, ()>>(Part::WHOLE, &mut &[2, 2, b'a', 0][..]).unwrap().len(), 1);
}

/// How many values there are in a document.
fn values(document: &Value) -> usize {
    1 + match document {
        Value::Array(items) => items.iter().map(values).sum(),
        Value::Object(members) => members.values().map(values).sum(),
        _ => 0,
    }
}

/// How many values a schema names.
fn places(schema: &Value) -> usize {
    schema.to_string().matches(r#""type""#).count() + 1
}

/// Payloads into which enormous lengths and counts were written.
fn hostile() -> impl Strategy<Value = (Value, Vec<u8>)> {
    let claimed = prop_oneof![
        Just(i64::MAX),
        Just(i64::MIN),
        Just(-1),
        any::<i64>(),
        100_000i64..=600_000_000,
        -600_000_000i64..=-100_000,
    ];
    (shapes::schema_and_value(), prop::collection::vec((any::<prop::sample::Index>(), claimed), 1..4)).prop_map(
        |((schema, value), claims)| {
            let mut bytes = Vec::new();
            codec(&schema).write_json(Part::WHOLE, &value, &mut bytes).unwrap();
            for (place, number) in claims {
                let at = place.index(bytes.len() + 1);
                bytes.splice(at..at, claim(number));
            }
            (schema, bytes)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    /// What is read is bounded by the bytes that are there, whatever they claim: each value has a byte of its own, but
    /// for so many that need none, and those that a record names besides.
    #[test]
    fn hostile_bytes_are_a_value_no_larger_than_they_are_or_an_error((schema, bytes) in hostile()) {
        let codec = codec(&schema);
        let (mut as_json, mut as_type) = (bytes.as_slice(), bytes.as_slice());
        let json = codec.read_json(Part::WHOLE, &mut as_json);
        let typed = codec.read::<Anything>(Part::WHOLE, &mut as_type);
        prop_assert_eq!(typed.is_ok(), json.is_ok(), "{:?} {:?}", typed, json);
        if let Ok(json) = &json {
            prop_assert!(values(json) <= (bytes.len() + json_reader::MOST_EMPTY_ITEMS) * places(&schema));
            prop_assert_eq!(as_json, as_type);
        }
    }

    #[test]
    fn any_bytes_are_a_typed_value_or_an_error((schema, _) in shapes::schema_and_value(), bytes: Vec<u8>) {
        let codec = codec(&schema);
        let typed = codec.read::<Anything>(Part::WHOLE, &mut bytes.as_slice());
        prop_assert_eq!(typed.is_ok(), codec.read_json(Part::WHOLE, &mut bytes.as_slice()).is_ok());
    }
}
