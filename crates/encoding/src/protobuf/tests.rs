mod compiling;
mod hostile;
mod indexes;
mod json;
mod shapes;
mod special;
mod typed;

use std::sync::Arc;

use proptest::prelude::*;
use prost_reflect::{DynamicMessage, ReflectMessage};
use serde::{Deserialize, Serialize};
use serde_json::json;

use self::shapes::Entropy;
use super::*;

fn codec(text: &str) -> ProtobufCodec {
    ProtobufCodec::parse(text, &[]).unwrap()
}

fn dependency(name: &str, text: &str) -> Dependency {
    Dependency { name: name.to_owned(), text: Arc::from(text) }
}

/// A file of one package and what stands in it.
fn proto3(content: &str) -> ProtobufCodec {
    codec(&format!("syntax = \"proto3\"; package acme; {content}"))
}

fn proto2(content: &str) -> ProtobufCodec {
    codec(&format!("syntax = \"proto2\"; package acme; {content}"))
}

fn write(codec: &ProtobufCodec, value: &Value) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    codec.write_json(Part::WHOLE, value, &mut out).map_err(|error| error.to_string())?;
    Ok(out)
}

fn read(codec: &ProtobufCodec, bytes: &[u8]) -> Result<Value, String> {
    codec.read_json(Part::WHOLE, &mut { bytes }).map_err(|error| error.to_string())
}

/// Writes and reads back.
fn through(codec: &ProtobufCodec, value: &Value) -> Value {
    read(codec, &write(codec, value).unwrap()).unwrap()
}

fn refused(codec: &ProtobufCodec, value: &Value) -> String {
    write(codec, value).unwrap_err()
}

fn order() -> ProtobufCodec {
    proto3(
        "message OrderCreated {
            string order_id = 1;
            int32 quantity = 2;
            optional string note = 3;
            repeated sint32 steps = 4;
            map<string, bool> flags = 5;
            Money price = 6;
        }
        message Money { string currency = 1; int64 units = 2; }",
    )
}

#[derive(Clone, PartialEq, prost::Message)]
struct OrderMessage {
    #[prost(string, tag = "1")]
    order_id: String,
    #[prost(int32, tag = "2")]
    quantity: i32,
    #[prost(string, optional, tag = "3")]
    note: Option<String>,
    #[prost(sint32, repeated, tag = "4")]
    steps: Vec<i32>,
    #[prost(btree_map = "string, bool", tag = "5")]
    flags: std::collections::BTreeMap<String, bool>,
    #[prost(message, optional, tag = "6")]
    price: Option<MoneyMessage>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct MoneyMessage {
    #[prost(string, tag = "1")]
    currency: String,
    #[prost(int64, tag = "2")]
    units: i64,
}

fn an_order() -> Value {
    json!({
        "order_id": "A-1", "quantity": -2, "note": "hi", "steps": [1, -1], "flags": {"x": true},
        "price": {"currency": "EUR", "units": 300},
    })
}

fn an_order_message() -> OrderMessage {
    OrderMessage {
        order_id: "A-1".into(),
        quantity: -2,
        note: Some("hi".into()),
        steps: vec![1, -1],
        flags: [("x".to_owned(), true)].into(),
        price: Some(MoneyMessage { currency: "EUR".into(), units: 300 }),
    }
}

/// By hand, from the specification: a tag is eight times the number plus the wire type; a negative int32 has ten bytes;
/// sint32 is zig-zag, and its list lies in one block.
const AN_ORDER: &[u8] = &[
    0x0a, 3, b'A', b'-', b'1', //
    0x10, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, //
    0x1a, 2, b'h', b'i', //
    0x22, 2, 2, 1, //
    0x2a, 5, 0x0a, 1, b'x', 0x10, 1, //
    0x32, 8, 0x0a, 3, b'E', b'U', b'R', 0x10, 0xac, 2,
];

#[test]
fn a_message_is_its_fields_after_their_tags() {
    assert_eq!(write(&order(), &an_order()).unwrap(), AN_ORDER);
    assert_eq!(read(&order(), AN_ORDER).unwrap(), an_order());
}

#[test]
fn prost_reads_and_writes_the_same_bytes() {
    let codec = order();
    let mut out = Vec::new();
    codec.write_message(Part::WHOLE, &an_order_message(), &mut out).unwrap();
    assert_eq!(out, AN_ORDER);
    let mut payload = AN_ORDER;
    assert_eq!(codec.read_message::<OrderMessage>(Part::WHOLE, &mut payload).unwrap(), an_order_message());
    assert_eq!(payload, b"");
    assert!(codec.read_message::<OrderMessage>(Part::WHOLE, &mut &[0x0a, 9][..]).is_err());
}

#[test]
fn a_message_is_all_of_its_payload() {
    let codec = order();
    let mut payload = AN_ORDER;
    codec.read_json(Part::WHOLE, &mut payload).unwrap();
    assert_eq!(payload, b"");
    let mut payload = AN_ORDER;
    codec.read::<Value>(Part::WHOLE, &mut payload).unwrap();
    assert_eq!(payload, b"");
}

#[test]
fn what_is_appended_leaves_what_was_there() {
    let mut out = vec![7];
    order().write_json(Part::WHOLE, &an_order(), &mut out).unwrap();
    assert_eq!(out, [&[7], AN_ORDER].concat());
    let mut out = vec![7];
    order().write(Part::WHOLE, &an_order(), &mut out).unwrap();
    assert_eq!(out, [&[7], AN_ORDER].concat());
}

#[test]
fn the_key_of_the_probe_comes_back() {
    let codec = codec(include_str!("../cloud_event/cloud-event.proto"));
    assert_eq!(codec.record(Part::WHOLE).map(RecordName::as_str), Some(crate::CloudEvent::RECORD));
    let event = crate::CloudEvent {
        id: "e-1".into(),
        source: "test-probe".into(),
        specversion: "1.0".into(),
        event_type: "OrderCreated".into(),
        time: "2026-01-31T08:00:00Z".into(),
        subject: String::new(),
        datacontenttype: "application/octet-stream".into(),
        correlationid: "6e7f85a9-d0fe-3b5d-bb50-4c6f2991d744".into(),
        payloadversion: "v1".into(),
        time_epoch_micro_source: 1_769_846_400_250_000,
    };
    for event in [crate::CloudEvent { time_epoch_micro_source: 0, ..event.clone() }, event] {
        let mut out = Vec::new();
        codec.write(Part::WHOLE, &event, &mut out).unwrap();
        assert_eq!(codec.read::<crate::CloudEvent>(Part::WHOLE, &mut out.as_slice()).unwrap(), event);
        assert_eq!(write(&codec, &serde_json::to_value(&event).unwrap()).unwrap(), out);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// The reflection library is the witness: of its bytes we make JSON, and of the JSON the same message.
    #[test]
    fn any_message_comes_back_from_json(entropy: Vec<u8>, part in 0u32..2) {
        let (codec, pool) = shapes::every();
        let message = shapes::message(&pool, part, &mut Entropy::of(&entropy));
        let bytes = message.encode_to_vec();
        let value = codec.read_json(Part(part), &mut bytes.as_slice()).unwrap();
        let mut written = Vec::new();
        codec.write_json(Part(part), &value, &mut written).unwrap();
        let back = DynamicMessage::decode(message.descriptor(), written.as_slice()).unwrap();
        prop_assert_eq!(back.encode_to_vec(), bytes, "{}", value);
    }

    #[test]
    fn serde_writes_and_reads_what_json_does(entropy: Vec<u8>, part in 0u32..2) {
        let (codec, pool) = shapes::every();
        let message = shapes::message(&pool, part, &mut Entropy::of(&entropy));
        let bytes = message.encode_to_vec();
        let value = codec.read_json(Part(part), &mut bytes.as_slice()).unwrap();
        prop_assert_eq!(&codec.read::<Value>(Part(part), &mut bytes.as_slice()).unwrap(), &value);
        let (mut by_json, mut by_serde) = (Vec::new(), Vec::new());
        codec.write_json(Part(part), &value, &mut by_json).unwrap();
        codec.write(Part(part), &value, &mut by_serde).unwrap();
        prop_assert_eq!(by_serde, by_json, "{}", value);
    }
}
