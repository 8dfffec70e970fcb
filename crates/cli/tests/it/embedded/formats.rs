//! The same tests in Protobuf and JSON, keys included: what a person writes is the same in every format.

use serde_json::{Value, json};

use super::volumes::passes_with_every_event;
use crate::folder::{Folder, text_file};
use crate::process::run;

const PROTO: &str = "\
syntax = \"proto3\";
package com.acme;
import \"money.proto\";
message Order {
  string id = 1;
  int64 cents = 2;
  repeated Line lines = 3;
  Money total = 4;
  message Line {
    string sku = 1;
    repeated string tags = 2;
  }
}
";
const MONEY: &str = "syntax = \"proto3\"; package com.acme; message Money { string currency = 1; int32 units = 2; }";
const JSON_SCHEMA: &str = r##"{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Order",
    "type": "object", "required": ["id"], "properties": {
        "id": {"type": "string"}, "cents": {"type": "integer", "minimum": 0},
        "lines": {"type": "array", "items": {"$ref": "line.json"}},
        "total": {"type": "object"}}}"##;
const LINE: &str = r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Line", "type": "object",
    "properties": {"sku": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}}}"#;

#[derive(Clone, Copy)]
enum Format {
    Json,
    Protobuf,
}

impl Format {
    fn word(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Protobuf => "protobuf",
        }
    }
}

/// A topic in the format, its schema with the file that it names, and no Avro.
fn folder(format: Format, scenarios: &[(&str, &[&str])], test_section: &str) -> Folder {
    let topic =
        |role| format!("  - {{ topic: orders, role: {role}, clientPrincipal: svc, format: {} }}\n", format.word());
    let directive = format!("topics:\n{}{}{test_section}", topic("producer"), topic("consumer"));
    let folder = Folder::with_scenarios(scenarios)
        .without("schemas/Order.avsc")
        .with("topic-directive.yaml", &directive)
        .with("templates/order.json", r#"{"id": "{{uuid}}"}"#);
    match format {
        Format::Json => folder.with("schemas/Order.json", JSON_SCHEMA).with("schemas/line.json", LINE),
        Format::Protobuf => folder.with("schemas/Order.proto", PROTO).with("schemas/money.proto", MONEY),
    }
}

/// The registry is asked a few questions, and the rest is remembered, however many events there are.
fn was_cached(folder: &Folder, events: u64) {
    let metrics = text_file(&folder.evidence().join("metrics.prom"));
    let counted = |name: &str| -> u64 {
        let of_metric = metrics.lines().filter(|line| line.starts_with(&format!("{name}{{")));
        of_metric.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
    };
    let (calls, hits) =
        (counted("probe_schema_registry_calls_total"), counted("probe_schema_registry_cache_hits_total"));
    assert!((1..events).contains(&calls), "{calls} calls");
    // Each event's key and value are written and read.
    assert!(hits >= 4 * events - calls, "{hits} hits");
}

fn batches(format: Format) {
    let batch: &[&str] = &[
        r#"When I produce 5 events from template "order" to topic "orders""#,
        "Then all events should be acknowledged",
        r#"And every produced event should be received from topic "orders" within 30 seconds"#,
    ];
    let names = ["first", "second", "third", "fourth", "fifth"];
    let folder = folder(format, &names.map(|name| (name, batch)), "test: { parallel-scenarios: 5 }\n");
    let summary = passes_with_every_event(&folder, 25);
    assert_eq!(summary["scenarios"]["passed"], 5);
}

#[test]
fn twenty_five_json_events_in_five_batches_at_once() {
    batches(Format::Json);
}

#[test]
fn twenty_five_protobuf_events_in_five_batches_at_once() {
    batches(Format::Protobuf);
}

fn large(format: Format) {
    let line = json!({ "sku": "x".repeat(600), "tags": vec!["tag"; 20] });
    let order = json!({ "id": "{{uuid}}", "lines": vec![line; 100], "total": {"currency": "EUR"} }).to_string();
    assert!(order.len() > 64 * 1024, "{} bytes", order.len());
    let steps: &[&str] = &[
        r#"When I produce 20 events from template "order" to topic "orders""#,
        "Then all events should be acknowledged",
        r#"And every produced event should be received from topic "orders" within 30 seconds"#,
        r#"And the event should match JSONPath "$.lines.length()" with value 100"#,
        r#"And the event should match JSONPath "$.total.currency" with value "EUR""#,
    ];
    let folder = folder(format, &[("large", steps)], "").with("templates/order.json", &order);
    passes_with_every_event(&folder, 20);
}

#[test]
fn twenty_large_json_events_with_nested_structures() {
    large(Format::Json);
}

#[test]
fn twenty_large_protobuf_events_with_repeated_fields() {
    large(Format::Protobuf);
}

fn rapid_fire(format: Format) {
    let steps: &[&str] = &[
        r#"When I produce 30 events from template "order" to topic "orders" at 1000 per second"#,
        "Then all events should be acknowledged",
        r#"And I should receive exactly 30 events from topic "orders" within 30 seconds"#,
        r#"And the event should validate against schema "Order" version 1"#,
    ];
    let folder = folder(format, &[("fast", steps)], "");
    passes_with_every_event(&folder, 30);
    was_cached(&folder, 30);
}

#[test]
fn thirty_json_events_in_rapid_fire() {
    rapid_fire(Format::Json);
}

#[test]
fn thirty_protobuf_events_in_rapid_fire() {
    rapid_fire(Format::Protobuf);
}

/// Payload, key, table, defaults, and what the schema forbids, in one format.
fn end_to_end(format: Format, rejected: &str) {
    let word = match format {
        Format::Json => "JSON",
        Format::Protobuf => "Protobuf",
    };
    let steps = [
        format!(r#"Given Order {word} schema version 1 is registered for topic "orders""#),
        format!(r#"And CloudEvent {word} key schema is registered for topic "orders""#),
        r#"And I have correlation ID "order-1""#.to_owned(),
        r#"When I produce event {"id": "A-1", "cents": 1250} to topic "orders""#.to_owned(),
        "Then the event should be acknowledged".to_owned(),
        format!(
            r#"And I should receive an {word} event with correlation "order-1" from topic "orders" within 10 seconds"#
        ),
        r#"And the event should match JSONPath "$.cents" with value 1250"#.to_owned(),
        r#"And the event key should match JSONPath "$.type" with value "Order""#.to_owned(),
        r#"And the event should validate against schema "Order""#.to_owned(),
        r#"When I produce the following events with schema "Order" to topic "orders":"#.to_owned(),
        "  | id | cents |".to_owned(),
        "  | 17 | 3     |".to_owned(),
        r#"Then I should receive 1 event from topic "orders" within 10 seconds"#.to_owned(),
        r#"And the event should match JSONPath "$.id" with value "17""#.to_owned(),
        format!(r#"When I try to produce event {rejected} to topic "orders""#),
        "Then the event should be rejected with Encoding".to_owned(),
    ];
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    let folder = folder(format, &[("everything", &steps)], "");
    let ended = run(["run", folder.path().to_str().unwrap()]);
    assert_eq!(ended.status, 0, "{ended:#?}");
    let consumed = std::fs::read_to_string(folder.evidence().join("kafka-events-consumed.jsonl")).unwrap();
    let first: Value = serde_json::from_str(consumed.lines().next().unwrap()).unwrap();
    assert_eq!((&first["value"]["cents"], &first["key"]["type"]), (&json!(1250), &json!("Order")), "{first:#}");
}

#[test]
fn a_json_event_flows_end_to_end() {
    end_to_end(Format::Json, r#"{"id": "A-2", "cents": -1}"#);
}

#[test]
fn a_protobuf_event_flows_end_to_end() {
    end_to_end(Format::Protobuf, r#"{"id": "A-2", "cents": "many"}"#);
}

/// A test with a topic in each format.
pub(crate) fn three_formats() -> Folder {
    let topic = |topic: &str, format: &str| {
        ["producer", "consumer"]
            .map(|role| format!("  - {{ topic: {topic}, role: {role}, clientPrincipal: svc, format: {format} }}\n"))
            .concat()
    };
    let directive = format!(
        "topics:\n{}{}{}",
        topic("in-avro", "avro"),
        topic("in-json", "json"),
        topic("in-protobuf", "protobuf")
    );
    let both = |topic: &str, word: &str| {
        vec![
            format!(r#"When I produce {word} event {{"id": "{topic}"}} to topic "{topic}""#),
            format!(r#"Then I should receive an {word} event from topic "{topic}" within 10 seconds"#),
            format!(r#"And the event should match JSONPath "$.id" with value "{topic}""#),
        ]
    };
    let steps = [both("in-avro", "Avro"), both("in-json", "JSON"), both("in-protobuf", "Protobuf")].concat();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    Folder::new(&steps)
        .with("topic-directive.yaml", &directive)
        .with("schemas/Order.json", r#"{"title": "Order", "type": "object", "properties": {"id": {"type": "string"}}}"#)
        .with("schemas/Order.proto", "syntax = \"proto3\"; package com.acme; message Order { string id = 1; }")
}

#[test]
fn three_topics_in_three_formats() {
    passes_with_every_event(&three_formats(), 3);
}

/// The header form: the id stands in a record header, and everything is read all the same.
#[test]
fn schemas_may_be_named_in_headers() {
    let steps: &[&str] = &[
        r#"When I produce event {"id": "a"} to topic "orders""#,
        r#"Then I should receive an event from topic "orders" within 10 seconds"#,
        r#"And the event should match JSONPath "$.id" with value "a""#,
        r#"And the event header "__value_schema_id" should match pattern ".+""#,
        r#"And the event should validate against schema "Order" version 1"#,
    ];
    for format in [Format::Json, Format::Protobuf] {
        let folder = folder(format, &[("headers", steps)], "").with(
            "probe.conf",
            "test-probe.core { world.kind = embedded, kafka.create-topics = true, schema-registry { auto-register = true, schema-id-location = header } }",
        );
        let config = folder.path().join("probe.conf");
        let ended = run(["run", folder.path().to_str().unwrap(), "--config", config.to_str().unwrap()]);
        assert_eq!(ended.status, 0, "{ended:#?}");
    }
}
