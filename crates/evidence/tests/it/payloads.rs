use std::fs;

use serde_json::{Value, json};
use test_probe_directives::{JsonPath, Redaction, Timestamp};
use test_probe_evidence::{Direction, EventPayload, Ledger, PayloadPart};

use crate::story::{cluster, topic};

fn payload(direction: Direction, key: PayloadPart, value: PayloadPart) -> EventPayload {
    EventPayload {
        at: Timestamp::from_millis(1_769_846_400_000),
        direction,
        id: None,
        topic: topic("orders"),
        cluster: cluster(),
        partition: None,
        offset: None,
        timestamp_ms: None,
        correlation_id: None,
        event_type: None,
        key,
        value,
        headers: vec![],
    }
}

/// The lines of both files, produced ones first.
fn lines(redaction: Redaction, payloads: Vec<EventPayload>) -> [Vec<Value>; 2] {
    let directory = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(directory.path(), redaction).unwrap();
    payloads.into_iter().for_each(|payload| ledger.record_payload(payload));
    assert!(ledger.close().write_errors.is_empty());
    ["kafka-events-produced.jsonl", "kafka-events-consumed.jsonl"].map(|name| {
        let text = fs::read_to_string(directory.path().join(name)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    })
}

fn card_number() -> Redaction {
    Redaction::of(vec![JsonPath::parse("$.cardNumber").unwrap()])
}

#[track_caller]
fn check_value(redaction: Redaction, value: PayloadPart, content: Value, encoding: &str) {
    let [produced, _] = lines(redaction, vec![payload(Direction::Produced, PayloadPart::Absent, value)]);
    assert_eq!((&produced[0]["value"], produced[0]["value_encoding"].as_str()), (&content, Some(encoding)));
}

#[test]
fn a_line_says_all_that_is_known_of_an_event() {
    let whole = EventPayload {
        id: Some(7),
        partition: Some(2),
        offset: Some(41),
        timestamp_ms: Some(1_769_846_400_001),
        correlation_id: Some("c-1".to_owned()),
        event_type: Some("OrderCreated".to_owned()),
        headers: vec![
            ("ce_type".to_owned(), Some(b"OrderCreated".to_vec())),
            ("ce_type".to_owned(), None),
            ("port".to_owned(), Some(b"8080".to_vec())),
            ("meta".to_owned(), Some(br#"{"cardNumber":"4111"}"#.to_vec())),
            ("raw".to_owned(), Some(vec![0xff])),
        ],
        ..payload(Direction::Consumed, json!({"id": "k"}).into(), json!({"amount": 12.5, "cardNumber": "4111"}).into())
    };
    let [produced, consumed] = lines(card_number(), vec![whole]);
    assert!(produced.is_empty());
    assert_eq!(
        consumed,
        [json!({
            "at": "2026-01-31T08:00:00.000000Z",
            "id": 7,
            "topic": "orders",
            "cluster": "default",
            "partition": 2,
            "offset": 41,
            "timestamp_ms": 1_769_846_400_001_i64,
            "correlation_id": "c-1",
            "event_type": "OrderCreated",
            "key": {"id": "k"},
            "key_encoding": "json",
            "value": {"amount": 12.5, "cardNumber": "***REDACTED***"},
            "value_encoding": "json",
            "headers": [
                {"name": "ce_type", "value": "OrderCreated", "encoding": "text"},
                {"name": "ce_type", "value": null, "encoding": "none"},
                {"name": "port", "value": "8080", "encoding": "text"},
                {"name": "meta", "value": {"cardNumber": "***REDACTED***"}, "encoding": "json"},
                {"name": "raw", "value": "/w==", "encoding": "base64"},
            ],
        })]
    );
}

#[test]
fn bytes_are_shown_as_what_they_can_be_read_as() {
    let bytes = |bytes: &[u8]| PayloadPart::Bytes(bytes.to_vec());
    check_value(Redaction::default(), bytes(br#" {"a": [1]} "#), json!({"a": [1]}), "json");
    check_value(Redaction::default(), bytes(b"null"), Value::Null, "json");
    check_value(Redaction::default(), bytes("größe\n".as_bytes()), json!("größe\n"), "text");
    check_value(Redaction::default(), bytes(b"\0\0\0\0\x07ab"), json!("AAAAAAdhYg=="), "base64");
    check_value(Redaction::default(), bytes(&[0xc3, 0x28]), json!("wyg="), "base64");
    check_value(Redaction::default(), bytes(b""), json!(""), "text");
    check_value(Redaction::default(), PayloadPart::Absent, Value::Null, "none");
    check_value(Redaction::default(), Some(b"1".to_vec()).into(), json!(1), "json");
    check_value(Redaction::default(), None.into(), Value::Null, "none");
}

#[test]
fn bytes_that_redaction_cannot_look_into_are_hidden_as_a_whole() {
    let poison = PayloadPart::Bytes(br#"{"cardNumber": "4111"#.to_vec());
    check_value(card_number(), poison, json!("***REDACTED***"), "redacted");
    let readable = PayloadPart::Bytes(br#"{"cardNumber": "4111", "a": 1}"#.to_vec());
    check_value(card_number(), readable, json!({"cardNumber": "***REDACTED***", "a": 1}), "json");
    check_value(card_number(), json!("order-1").into(), json!("order-1"), "json");
    check_value(card_number(), PayloadPart::Absent, Value::Null, "none");
}

#[test]
fn events_stand_in_the_file_of_their_direction_in_their_order() {
    let numbered = |direction, n: i32| payload(direction, PayloadPart::Absent, json!(n).into());
    let [produced, consumed] = lines(
        Redaction::default(),
        vec![numbered(Direction::Produced, 1), numbered(Direction::Consumed, 2), numbered(Direction::Produced, 3)],
    );
    let values = |lines: &[Value]| lines.iter().map(|line| line["value"].clone()).collect::<Vec<_>>();
    assert_eq!((values(&produced), values(&consumed)), (vec![json!(1), json!(3)], vec![json!(2)]));
}
