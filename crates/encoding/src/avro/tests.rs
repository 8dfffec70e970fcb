mod encoded;
mod hostile;
mod shapes;
mod typed;
mod witness;

use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::writer::datum::GenericDatumWriter;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::*;

fn codec(schema: &Value) -> AvroCodec {
    AvroCodec::parse(&schema.to_string(), &[]).unwrap()
}

fn order() -> AvroCodec {
    codec(&json!({
        "type": "record", "name": "OrderCreated", "namespace": "com.acme",
        "fields": [
            {"name": "id", "type": "string"},
            {"name": "quantity", "type": "int"},
            {"name": "note", "type": ["null", "string"], "default": null},
        ],
    }))
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct OrderCreated {
    id: String,
    quantity: i32,
    note: Option<String>,
}

fn an_order() -> OrderCreated {
    OrderCreated { id: "A-1".into(), quantity: -2, note: Some("hi".into()) }
}

/// By hand, from the specification: a string is its length doubled (zig-zag) and its bytes; -2 is 3; the second branch
/// of the union is 2.
const AN_ORDER: [u8; 9] = [6, b'A', b'-', b'1', 3, 2, 4, b'h', b'i'];

#[test]
fn a_record_is_its_fields_one_after_the_other() {
    let mut out = Vec::new();
    order().write(Part::WHOLE, &an_order(), &mut out).unwrap();
    assert_eq!(out, AN_ORDER);
    let mut from_json = Vec::new();
    order().write_json(Part::WHOLE, &json!({"note": "hi", "quantity": -2, "id": "A-1"}), &mut from_json).unwrap();
    assert_eq!(from_json, AN_ORDER);
}

#[test]
fn what_was_written_is_read_as_a_type_and_as_json() {
    let mut payload = &AN_ORDER[..];
    assert_eq!(order().read::<OrderCreated>(Part::WHOLE, &mut payload).unwrap(), an_order());
    assert_eq!(payload, b"");
    let mut payload = &AN_ORDER[..];
    assert_eq!(
        order().read_json(Part::WHOLE, &mut payload).unwrap(),
        json!({"id": "A-1", "quantity": -2, "note": "hi"})
    );
    assert_eq!(payload, b"");
}

#[test]
fn what_follows_a_value_is_left() {
    let mut bytes = AN_ORDER.to_vec();
    bytes.push(7);
    let mut payload = bytes.as_slice();
    order().read::<OrderCreated>(Part::WHOLE, &mut payload).unwrap();
    assert_eq!(payload, [7]);
    let mut payload = bytes.as_slice();
    order().read_json(Part::WHOLE, &mut payload).unwrap();
    assert_eq!(payload, [7]);
}

#[test]
fn a_type_may_have_more_or_fewer_fields_than_the_record() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename = "OrderCreated")]
    struct Fewer {
        quantity: i64,
        #[serde(default)]
        added_later: Option<String>,
    }
    let long = codec(&json!({
        "type": "record", "name": "OrderCreated",
        "fields": [{"name": "id", "type": "string"}, {"name": "quantity", "type": "long"}],
    }));
    let read: Fewer = long.read(Part::WHOLE, &mut &[2, b'x', 10][..]).unwrap();
    assert_eq!(read, Fewer { quantity: 5, added_later: None });
}

#[test]
fn a_type_with_a_full_name_is_read() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename = "com.acme.OrderCreated")]
    struct Renamed {
        id: String,
        quantity: i32,
        note: Option<String>,
    }
    let renamed = Renamed { id: "A-1".into(), quantity: -2, note: Some("hi".into()) };
    let mut out = Vec::new();
    order().write(Part::WHOLE, &renamed, &mut out).unwrap();
    assert_eq!(out, AN_ORDER);
    assert_eq!(order().read::<Renamed>(Part::WHOLE, &mut &AN_ORDER[..]).unwrap(), renamed);
}

#[test]
fn a_text_that_is_no_schema_is_refused() {
    for text in ["", "{", r#"{"type": "record"}"#, r#"{"type": "com.acme.Nowhere"}"#] {
        assert!(AvroCodec::parse(text, &[]).is_err(), "{text}");
    }
}

#[test]
fn the_schema_says_which_record_it_is() {
    assert_eq!(order().record(Part::WHOLE).map(RecordName::as_str), Some("com.acme.OrderCreated"));
    assert_eq!(codec(&json!("string")).record(Part::WHOLE), None);
}

/// Confluent's serializers write it so; any other type, and bytes inside one, are as Avro writes them.
#[test]
fn plain_bytes_stand_for_themselves() {
    let codec = codec(&json!("bytes"));
    for bytes in [&b"\x00\xffraw"[..], b"", &[7; 300]] {
        let (mut typed, mut from_json) = (b"-".to_vec(), b"-".to_vec());
        codec.write(Part::WHOLE, &RawBytes(bytes), &mut typed).unwrap();
        let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        codec.write_json(Part::WHOLE, &json!(text), &mut from_json).unwrap();
        assert_eq!((&typed[1..], &from_json[1..]), (bytes, bytes));
        let mut payload = bytes;
        assert_eq!(codec.read_json(Part::WHOLE, &mut payload).unwrap(), json!(text));
        assert!(payload.is_empty());
    }
}

struct RawBytes<'a>(&'a [u8]);

impl Serialize for RawBytes<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// The Avro library is the witness: it reads what we wrote and writes the same bytes.
    #[test]
    fn json_becomes_the_bytes_that_the_library_writes((schema, value) in shapes::schema_and_value()) {
        prop_assume!(schema != json!("bytes"));
        let schema = Schema::parse_str(&schema.to_string()).unwrap();
        let codec = AvroCodec::new(schema.clone()).unwrap();
        let mut bytes = Vec::new();
        codec.write_json(Part::WHOLE, &value, &mut bytes).unwrap();

        let mut rest = bytes.as_slice();
        let read = GenericDatumReader::builder(&schema).build().unwrap().read_value(&mut rest).unwrap();
        prop_assert_eq!(rest, b"");
        let written = GenericDatumWriter::builder(&schema).build().unwrap().write_value_to_vec(read).unwrap();
        prop_assert_eq!(&written, &bytes);

        let mut rest = bytes.as_slice();
        prop_assert_eq!(codec.read_json(Part::WHOLE, &mut rest).unwrap(), value);
        prop_assert_eq!(rest, b"");
    }

    #[test]
    fn bytes_cut_anywhere_are_an_error((schema, value) in shapes::schema_and_value(), cut: prop::sample::Index) {
        prop_assume!(schema != json!("bytes"));
        let codec = codec(&schema);
        let mut bytes = Vec::new();
        codec.write_json(Part::WHOLE, &value, &mut bytes).unwrap();
        prop_assume!(!bytes.is_empty());
        bytes.truncate(cut.index(bytes.len()));
        prop_assert!(codec.read_json(Part::WHOLE, &mut bytes.as_slice()).is_err());
    }

    #[test]
    fn any_bytes_are_a_value_or_an_error((schema, _) in shapes::schema_and_value(), bytes: Vec<u8>) {
        prop_assume!(schema != json!("bytes"));
        let schema = Schema::parse_str(&schema.to_string()).unwrap();
        let codec = AvroCodec::new(schema.clone()).unwrap();
        let mut ours = bytes.as_slice();
        if codec.read_json(Part::WHOLE, &mut ours).is_ok() {
            let mut theirs = bytes.as_slice();
            let read = GenericDatumReader::builder(&schema).build().unwrap().read_value(&mut theirs);
            prop_assert!(read.is_ok(), "{:?}", read);
            prop_assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn any_json_is_written_or_refused_without_a_panic(
        (schema, _) in shapes::schema_and_value(),
        (_, value) in shapes::schema_and_value(),
    ) {
        let mut bytes = Vec::new();
        let codec = codec(&schema);
        if codec.write_json(Part::WHOLE, &value, &mut bytes).is_ok() {
            prop_assert!(codec.read_json(Part::WHOLE, &mut bytes.as_slice()).is_ok());
        }
    }
}
