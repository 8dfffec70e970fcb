//! Types that serde writes and reads.

use std::collections::{BTreeMap, HashMap};

use super::*;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrderCreated {
    order_id: String,
    quantity: i32,
    note: Option<String>,
    steps: Vec<i64>,
    flags: BTreeMap<String, bool>,
    price: Option<Money>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Money {
    currency: String,
    units: i64,
}

fn an_order_struct() -> OrderCreated {
    OrderCreated {
        order_id: "A-1".into(),
        quantity: -2,
        note: Some("hi".into()),
        steps: vec![1, -1],
        flags: [("x".to_owned(), true)].into(),
        price: Some(Money { currency: "EUR".into(), units: 300 }),
    }
}

fn typed<T: Serialize + ?Sized>(codec: &ProtobufCodec, value: &T) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    codec.write(Part::WHOLE, value, &mut out).map_err(|error| error.to_string())?;
    Ok(out)
}

fn take<T: DeserializeOwned>(codec: &ProtobufCodec, bytes: &[u8]) -> Result<T, String> {
    codec.read(Part::WHOLE, &mut { bytes }).map_err(|error| error.to_string())
}

#[test]
fn a_struct_is_written_straight_to_the_wire() {
    assert_eq!(typed(&order(), &an_order_struct()).unwrap(), AN_ORDER);
    assert_eq!(take::<OrderCreated>(&order(), AN_ORDER).unwrap(), an_order_struct());
}

#[test]
fn nothing_is_written_for_nothing_and_read_from_it() {
    let nothing = OrderCreated {
        order_id: String::new(),
        quantity: 0,
        note: None,
        steps: vec![],
        flags: BTreeMap::new(),
        price: None,
    };
    assert_eq!(typed(&order(), &nothing).unwrap(), b"");
    assert_eq!(take::<OrderCreated>(&order(), b"").unwrap(), nothing);
    let told = OrderCreated { note: Some(String::new()), ..nothing };
    assert_eq!(typed(&order(), &told).unwrap(), [0x1a, 0]);
    assert_eq!(take::<OrderCreated>(&order(), &[0x1a, 0]).unwrap(), told);
}

#[test]
fn an_option_has_nothing_where_the_wire_has_nothing() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Order {
        order_id: Option<String>,
        quantity: Option<i32>,
        steps: Option<Vec<i32>>,
    }
    let nothing = Order { order_id: None, quantity: None, steps: None };
    assert_eq!(typed(&order(), &nothing).unwrap(), b"");
    assert_eq!(take::<Order>(&order(), b"").unwrap(), nothing);
    let there = Order { order_id: Some(String::new()), quantity: Some(0), steps: Some(vec![1]) };
    assert_eq!(take::<Order>(&order(), &[0x0a, 0, 0x10, 0, 0x22, 1, 2]).unwrap(), there);
}

#[test]
fn fields_may_come_in_any_order() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Order {
        price: Money,
        steps: Vec<i32>,
        quantity: i32,
        order_id: String,
    }
    let value =
        Order { price: Money { currency: String::new(), units: 1 }, steps: vec![1], quantity: 2, order_id: "A".into() };
    let bytes = typed(&order(), &value).unwrap();
    assert_eq!(bytes, [0x0a, 1, b'A', 0x10, 2, 0x22, 1, 2, 0x32, 2, 0x10, 1]);
    assert_eq!(take::<Order>(&order(), &bytes).unwrap(), value);
    let mixed = [0x32, 2, 0x10, 1, 0x22, 1, 2, 0x10, 2, 0x0a, 1, b'A'];
    assert_eq!(take::<Order>(&order(), &mixed).unwrap(), value);
}

#[test]
fn a_type_may_have_fewer_fields_than_the_message() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        order_id: String,
    }
    #[derive(Debug, PartialEq, Deserialize)]
    struct Fewer {
        quantity: i64,
        #[serde(default)]
        added_later: Option<String>,
    }
    assert_eq!(take::<Fewer>(&order(), AN_ORDER).unwrap(), Fewer { quantity: -2, added_later: None });
    assert_eq!(take::<Strict>(&order(), &[0x0a, 1, b'A']).unwrap(), Strict { order_id: "A".into() });
    assert_eq!(
        take::<Strict>(&order(), &[0x0a, 1, b'A', 0x10, 1]).unwrap_err(),
        "$: unknown field `quantity`, expected `order_id`"
    );
}

#[test]
fn every_number_is_kept_and_checked() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Numbers {
        double: f64,
        float: f32,
        int32: i32,
        int64: i64,
        uint32: u32,
        uint64: u64,
        sint32: i8,
        sint64: i64,
        fixed32: u16,
        fixed64: u64,
        sfixed32: i32,
        sfixed64: i64,
        bool: bool,
    }
    let (codec, _) = shapes::every();
    for numbers in [
        Numbers {
            double: -0.0,
            float: f32::MIN_POSITIVE,
            int32: i32::MIN,
            int64: i64::MIN,
            uint32: u32::MAX,
            uint64: u64::MAX,
            sint32: -128,
            sint64: i64::MIN,
            fixed32: 65_535,
            fixed64: u64::MAX,
            sfixed32: -1,
            sfixed64: -1,
            bool: true,
        },
        Numbers {
            double: 0.0,
            float: 0.0,
            int32: 0,
            int64: 0,
            uint32: 0,
            uint64: 0,
            sint32: 0,
            sint64: 0,
            fixed32: 0,
            fixed64: 0,
            sfixed32: 0,
            sfixed64: 0,
            bool: false,
        },
    ] {
        let bytes = typed(&codec, &numbers).unwrap();
        assert_eq!(take::<Numbers>(&codec, &bytes).unwrap(), numbers);
    }
    for (value, told) in [
        (
            json!({"int32": 1i64 << 31}),
            "$.int32: 2147483648 does not fit; the schema wants an int32, a whole number of 32 bits",
        ),
        (
            json!({"uint64": -1}),
            "$.uint64: -1 does not fit; the schema wants a uint64, a whole number of 64 bits that is not negative",
        ),
        (json!({"bool": 1}), "$.bool: 1 does not fit; the schema wants a bool"),
        (
            json!({"every": {"ints": [1, "x"]}}),
            "$.every.ints[1]: \"x\" does not fit; the schema wants an int32, a whole number of 32 bits",
        ),
        (json!({"by_int": {"7": {"string": 5}}}), "$.by_int['7'].string: 5 does not fit; the schema wants a string"),
        (
            json!({"by_string": {"a": null}}),
            "$.by_string.a: null does not fit; the schema wants an int64, a whole number of 64 bits",
        ),
        (json!({"strings": ["a", null]}), "$.strings[1]: null does not fit; the schema wants a string"),
        (json!({"strings": {}}), "$.strings: an object does not fit; the schema wants a list of string"),
        (json!({"every": []}), "$.every: a list does not fit; the schema wants message acme.Every"),
        (json!({"strng": 5}), "$: record acme.Every has no field `strng`; did you mean `string`?"),
        (
            json!({"a_number": 1, "a_string": ""}),
            "$: `a_number` and `a_string` are set together, but oneof `choice` holds one of them",
        ),
        (
            json!({"int32": 1, "colour": "GREEN"}),
            "$.colour: \"GREEN\" does not fit; the schema wants one of COLOUR_NONE, RED, BLUE, NEGATIVE (enum acme.Colour)",
        ),
    ] {
        assert_eq!(typed(&codec, &value).unwrap_err(), told);
    }
    assert_eq!(
        take::<HashMap<String, i64>>(&order(), &[0x0a, 1, b'A']).unwrap_err(),
        "$.order_id: invalid type: string \"A\", expected i64"
    );
}

#[test]
fn enums_are_variants_names_or_numbers() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
    enum Colour {
        #[serde(rename = "COLOUR_NONE")]
        Nothing,
        Red,
        Blue,
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct By<T> {
        colour: T,
        colours: Vec<T>,
    }
    let (codec, _) = shapes::every();
    let bytes = [0x80, 1, 5, 0xc2, 1, 2, 0, 1];
    let variants = By { colour: Colour::Blue, colours: vec![Colour::Nothing, Colour::Red] };
    let names = By { colour: "BLUE".to_owned(), colours: vec!["COLOUR_NONE".into(), "RED".into()] };
    let numbers = By { colour: 5, colours: vec![0, 1] };
    assert_eq!(typed(&codec, &variants).unwrap(), bytes);
    assert_eq!(typed(&codec, &names).unwrap(), bytes);
    assert_eq!(typed(&codec, &numbers).unwrap(), bytes);
    assert_eq!(take::<By<Colour>>(&codec, &bytes).unwrap(), variants);
    assert_eq!(take::<By<String>>(&codec, &bytes).unwrap(), names);
    assert_eq!(take::<By<i32>>(&codec, &bytes).unwrap(), numbers);
    assert_eq!(
        take::<By<Colour>>(&codec, &[0x80, 1, 9]).unwrap_err(),
        "$.colour: the number 9 has no name in the schema's enum"
    );
    assert_eq!(
        take::<By<Colour>>(&codec, &[0x80, 1, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]).unwrap_err(),
        "$.colour: unknown variant `NEGATIVE`, expected one of `COLOUR_NONE`, `RED`, `BLUE`"
    );
}

#[test]
fn bytes_are_bytes_lists_of_numbers_or_base64() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct By<T> {
        bytes: T,
    }
    let (codec, _) = shapes::every();
    let bytes = [0x7a, 3, 0, 0x7f, 0xff];
    assert_eq!(typed(&codec, &By { bytes: vec![0u8, 0x7f, 0xff] }).unwrap(), bytes);
    assert_eq!(typed(&codec, &By { bytes: [0u8, 0x7f, 0xff] }).unwrap(), bytes);
    assert_eq!(typed(&codec, &By { bytes: "AH//" }).unwrap(), bytes);
    assert_eq!(typed(&codec, &By { bytes: Vec::<u8>::new() }).unwrap(), b"");
    assert_eq!(take::<By<Vec<u8>>>(&codec, &bytes).unwrap().bytes, [0, 0x7f, 0xff]);
    assert_eq!(take::<By<[u8; 3]>>(&codec, &bytes).unwrap().bytes, [0, 0x7f, 0xff]);
    assert_eq!(take::<By<String>>(&codec, &bytes).unwrap().bytes, "AH//");
    assert_eq!(
        typed(&codec, &By { bytes: vec![1, 300] }).unwrap_err(),
        "$.bytes[1]: 300 does not fit; the schema wants a byte"
    );
}

#[test]
fn maps_have_keys_of_their_own() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Maps {
        by_string: HashMap<String, i64>,
        by_bool: HashMap<bool, Vec<u8>>,
        by_uint: BTreeMap<u64, String>,
    }
    let (codec, _) = shapes::every();
    let maps = Maps {
        by_string: [("".to_owned(), 0)].into(),
        by_bool: [(true, vec![1])].into(),
        by_uint: [(0, "RED".to_owned()), (u64::MAX, "BLUE".to_owned())].into(),
    };
    let bytes = typed(&codec, &maps).unwrap();
    assert_eq!(bytes[..6], [0xd2, 1, 4, 0x0a, 0, 0x10], "an entry has its key and its value, whatever they are");
    assert_eq!(take::<Maps>(&codec, &bytes).unwrap(), maps);
}

#[test]
fn a_oneof_is_its_fields_or_an_enum() {
    let codec = proto3(
        "message A { oneof payment { Card card = 1; int32 cash = 2; } int32 x = 3; repeated int32 l = 4; }
         message Card { string number = 1; }",
    );
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Card {
        number: String,
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct ByFields {
        #[serde(skip_serializing_if = "Option::is_none")]
        card: Option<Card>,
        cash: Option<i32>,
        x: i32,
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Payment {
        Card(Card),
        Cash(i32),
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct ByEnum {
        #[serde(flatten)]
        payment: Payment,
        x: i32,
    }
    let bytes = [0x0a, 3, 0x0a, 1, b'7', 0x18, 1];
    let fields = ByFields { card: Some(Card { number: "7".into() }), cash: None, x: 1 };
    let variants = ByEnum { payment: Payment::Card(Card { number: "7".into() }), x: 1 };
    assert_eq!(typed(&codec, &fields).unwrap(), bytes);
    assert_eq!(take::<ByFields>(&codec, &bytes).unwrap(), fields);
    assert_eq!(typed(&codec, &variants).unwrap(), bytes);
    assert_eq!(take::<ByEnum>(&codec, &bytes).unwrap(), variants);
    assert_eq!(typed(&codec, &Payment::Cash(0)).unwrap(), [0x10, 0]);
    assert_eq!(take::<Payment>(&codec, &[0x10, 0]).unwrap(), Payment::Cash(0));
}

#[test]
fn wrapping_types_are_seen_through() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Id(String);
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Order {
        order_id: Id,
        quantity: Box<i32>,
        price: (),
    }
    let value = Order { order_id: Id("A".into()), quantity: Box::new(1), price: () };
    assert_eq!(typed(&order(), &value).unwrap(), [0x0a, 1, b'A', 0x10, 1]);
    assert_eq!(take::<Order>(&order(), &[0x0a, 1, b'A', 0x10, 1, 0x32, 0]).unwrap(), value);
}

#[test]
fn a_required_field_must_be_written() {
    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct A {
        id: Option<i32>,
        inner: Option<Box<A>>,
    }
    let codec = proto2("message A { required int32 id = 1; optional A inner = 2; }");
    let inner = A { id: None, inner: None };
    assert_eq!(typed(&codec, &inner).unwrap_err(), "$: field `id` of record acme.A is missing and has no default");
    let outer = A { id: Some(0), inner: Some(Box::new(inner)) };
    assert_eq!(
        typed(&codec, &outer).unwrap_err(),
        "$.inner: field `id` of record acme.A is missing and has no default"
    );
    assert_eq!(typed(&codec, &A { id: Some(0), inner: None }).unwrap(), [8, 0]);
}

#[test]
fn what_a_value_says_itself_is_told_with_its_place() {
    struct Refuses;
    impl Serialize for Refuses {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("it is not ready"))
        }
    }
    #[derive(Serialize)]
    struct Order {
        price: Refuses,
    }
    assert_eq!(typed(&order(), &Order { price: Refuses }).unwrap_err(), "$.price: it is not ready");
    assert_eq!(typed(&order(), &5).unwrap_err(), "$: 5 does not fit; the schema wants message acme.OrderCreated");
}

#[test]
fn depth_is_limited() {
    #[derive(Debug, Serialize, Deserialize)]
    struct Node {
        next: Option<Box<Node>>,
    }
    let codec = proto3("message Node { Node next = 1; }");
    let nested = |levels: usize| (0..levels).fold(Node { next: None }, |next, _| Node { next: Some(Box::new(next)) });
    let bytes = typed(&codec, &nested(100)).unwrap();
    take::<Node>(&codec, &bytes).unwrap();
    assert!(typed(&codec, &nested(101)).unwrap_err().ends_with("lie more than 100 deep in one another"));
    let mut deeper = vec![0x0a];
    wire::write_varint(u64::try_from(bytes.len()).unwrap(), &mut deeper);
    deeper.extend(bytes);
    let told = take::<Node>(&codec, &deeper).unwrap_err();
    assert!(told.contains(": messages lie more than 100 deep in one another, "), "{told}");
}
