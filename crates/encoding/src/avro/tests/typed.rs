//! Where a type and a payload do not fit, and what a type may leave.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::*;

fn shop() -> AvroCodec {
    codec(&json!({
        "type": "record", "name": "Shop",
        "fields": [
            {"name": "orders", "type": {"type": "array", "items": {
                "type": "record", "name": "Order", "fields": [{"name": "sku", "type": "string"}],
            }}},
            {"name": "counts", "type": {"type": "map", "values": "int"}},
            {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["NEW", "PAID"]}},
        ],
    }))
}

#[derive(Debug, Deserialize)]
#[serde(rename = "Shop")]
struct Typed<O, C, S> {
    #[allow(dead_code, reason = "it is read only")]
    orders: O,
    #[allow(dead_code, reason = "it is read only")]
    counts: C,
    #[allow(dead_code, reason = "it is read only")]
    state: S,
}

#[derive(Debug, Deserialize)]
struct Order {
    #[allow(dead_code, reason = "it is read only")]
    sku: String,
}

#[derive(Debug, PartialEq, Deserialize)]
enum State {
    #[serde(rename = "NEW")]
    New,
    #[serde(rename = "PAID")]
    Paid,
}

type Whole = Typed<Vec<Order>, BTreeMap<String, i32>, State>;

/// Two orders, two counts, and the second symbol.
const A_SHOP: [u8; 14] = [4, 2, b'x', 2, b'y', 0, 4, 2, b'a', 2, 2, b'b', 4, 0];

fn a_shop(state: u8) -> Vec<u8> {
    [&A_SHOP[..], &[state]].concat()
}

fn refused<T: DeserializeOwned>(bytes: &[u8]) -> String {
    match shop().read::<T>(Part::WHOLE, &mut { bytes }) {
        Ok(_) => panic!("it was read"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn damage_is_named_with_its_place() {
    let whole = shop().read::<Whole>(Part::WHOLE, &mut &*a_shop(2)).unwrap();
    assert_eq!((whole.orders.len(), whole.counts["b"], whole.state), (2, 2, State::Paid));
    for (at, byte, wanted) in [
        (1, 40, "$.orders[0].sku: 20 bytes are wanted, 13 bytes before the payload's end"),
        (4, 0xff, "$.orders[1].sku: a string is not UTF-8, 10 bytes before the payload's end"),
        (3, 1, "$.orders[1].sku: a length is -1, 11 bytes before the payload's end"),
        (14, 4, "$.state: enum State has no such symbol, 0 bytes before the payload's end"),
    ] {
        let mut bytes = a_shop(2);
        bytes[at] = byte;
        assert_eq!(refused::<Whole>(&bytes), wanted);
    }
    let mut bytes = a_shop(2);
    bytes.splice(12..13, [0x80, 0x80, 0x80, 0x80, 0x80, 1]);
    let wanted = "$.counts.b: an int has more than 32 bits, 2 bytes before the payload's end";
    assert_eq!(refused::<Whole>(&bytes), wanted);
    assert_eq!(shop().read_json(Part::WHOLE, &mut &*bytes).unwrap_err().to_string(), wanted);
}

#[test]
fn what_a_type_wants_otherwise_is_named_with_its_place() {
    let bytes = a_shop(0);
    type Counts = BTreeMap<String, i32>;
    for (message, wanted) in [
        (
            refused::<Typed<Vec<u8>, Counts, State>>(&bytes),
            "$.orders[0]: u8 is asked for, but the schema has record Order of 1 fields",
        ),
        (
            refused::<Typed<Vec<Order>, BTreeMap<String, i64>, State>>(&bytes),
            "$.counts.a: i64 is asked for, but the schema has an int",
        ),
        (
            refused::<Typed<Vec<Order>, Counts, String>>(&bytes),
            "$.state: a string is asked for, but the schema has enum State",
        ),
        (
            refused::<Typed<Vec<State>, Counts, State>>(&bytes),
            "$.orders[0]: enum State (an enum or a union) is asked for, but the schema has record Order of 1 fields",
        ),
        (refused::<Order>(&bytes), "$: record Order is asked for, but the schema has record Shop of 3 fields"),
    ] {
        assert_eq!(message, wanted);
    }
    let negative = [&[0, 2, 2, b'a', 1, 0][..], &[0]].concat();
    assert_eq!(
        refused::<Typed<IgnoredAny, BTreeMap<String, u8>, State>>(&negative),
        "$.counts.a: -1 does not fit into u8"
    );
}

/// Takes one item, or one entry, and leaves the others.
#[derive(Debug)]
struct First<T>(T);

struct FirstVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for First<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FirstVisitor(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for FirstVisitor<T> {
    type Value = First<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one item or more")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<First<T>, A::Error> {
        items.next_element()?.map(First).ok_or_else(|| serde::de::Error::custom("there is none"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<First<T>, A::Error> {
        let entry = members.next_entry::<IgnoredAny, T>()?;
        // The next name is taken, and its value is not.
        members.next_key::<IgnoredAny>()?;
        entry.map(|(_, value)| First(value)).ok_or_else(|| serde::de::Error::custom("there is none"))
    }
}

#[test]
fn what_a_type_leaves_is_passed_over() {
    let bytes = a_shop(2);
    let mut rest = bytes.as_slice();
    let read: Typed<First<Order>, First<i32>, State> = shop().read(Part::WHOLE, &mut rest).unwrap();
    assert_eq!((read.orders.0.sku.as_str(), read.counts.0, read.state), ("x", 1, State::Paid));
    assert!(rest.is_empty());
    let mut rest = bytes.as_slice();
    shop().read::<First<Vec<Order>>>(Part::WHOLE, &mut rest).unwrap();
    assert!(rest.is_empty());
}

#[test]
fn a_record_is_read_as_a_map_and_as_json() {
    let numbers = codec(&json!({
        "type": "record", "name": "Numbers",
        "fields": [{"name": "a", "type": "int"}, {"name": "b", "type": "int"}],
    }));
    let map: BTreeMap<String, i32> = numbers.read(Part::WHOLE, &mut &[2, 4][..]).unwrap();
    assert_eq!(map, BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)]));
    assert_eq!(numbers.read::<Value>(Part::WHOLE, &mut &[2, 4][..]).unwrap(), json!({"a": 1, "b": 2}));
    let record = |name| json!({"type": "record", "name": name, "fields": [{"name": "a", "type": "int"}]});
    let union = codec(&json!([record("A"), record("B")]));
    let map: BTreeMap<String, i32> = union.read(Part::WHOLE, &mut &[2, 4][..]).unwrap();
    assert_eq!(map, BTreeMap::from([("a".to_owned(), 2)]));
}

#[test]
fn a_record_that_stands_for_a_tuple_is_a_list_where_a_type_takes_anything() {
    let tuple = |fields: Value| {
        let schema = json!({"type": "record", "name": "T", "fields": fields, "org.apache.avro.rust.tuple": true});
        codec(&schema)
    };
    let one = tuple(json!([{"name": "a", "type": "int"}]));
    assert_eq!(one.read::<Value>(Part::WHOLE, &mut &[2][..]).unwrap(), json!([1]));
    let two = tuple(json!([{"name": "a", "type": "int"}, {"name": "b", "type": "string"}]));
    assert_eq!(two.read::<Value>(Part::WHOLE, &mut &[2, 2, b'x'][..]).unwrap(), json!([1, "x"]));
}

/// How many items or entries a type is told to expect.
struct Told(usize);

impl<'de> Deserialize<'de> for Told {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ToldVisitor;

        impl<'de> Visitor<'de> for ToldVisitor {
            type Value = Told;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list or a map")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Told, A::Error> {
                let told = items.size_hint().unwrap();
                while items.next_element::<IgnoredAny>().is_ok_and(|item| item.is_some()) {}
                Err(serde::de::Error::custom(format!("told {told}")))
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Told, A::Error> {
                Err(serde::de::Error::custom(format!("told {}", entries.size_hint().unwrap())))
            }
        }

        deserializer.deserialize_any(ToldVisitor)
    }
}

#[test]
fn a_type_is_told_to_expect_no_more_than_there_are_bytes() {
    for (schema, count, wanted) in [
        (json!({"type": "array", "items": "int"}), &[4][..], "$: told 2"),
        (json!({"type": "array", "items": "int"}), &[0xfe, 0xff, 0xff, 0xff, 0x0f], "$: told 3"),
        (json!({"type": "array", "items": "null"}), &[0xfe, 0xff, 0xff, 0xff, 0x0f], "$: told 3"),
        (json!({"type": "map", "values": "int"}), &[0xfe, 0xff, 0xff, 0xff, 0x0f], "$: told 3"),
    ] {
        let bytes = [count, &[2, 2, 0]].concat();
        let told = codec(&schema).read::<Told>(Part::WHOLE, &mut &*bytes).map(|Told(told)| told);
        assert_eq!(told.unwrap_err().to_string(), wanted, "{schema}");
    }
}
