//! Many events, big ones, fast ones: the integration features of the Scala system, whose titles promise more there than
//! their scenarios do.

use serde_json::{Value, json};

use crate::folder::Folder;
use crate::process::run;

/// Runs the test and checks that each of its events was acknowledged by the broker and received.
pub(super) fn passes_with_every_event(folder: &Folder, events: u64) -> Value {
    let ended = run(["run", folder.path().to_str().unwrap()]);
    assert_eq!(ended.status, 0, "{ended:#?}");
    let summary = folder.summary();
    let counted = |name: &str| summary["events"][name].as_u64();
    assert_eq!(
        (counted("accepted"), counted("acknowledged"), counted("received")),
        (Some(events), Some(events), Some(events)),
        "{summary:#}"
    );
    assert_eq!(summary["verdict"], "passed");
    summary
}

const TEMPLATE: &str = r#"{"id": "{{uuid}}"}"#;

#[test]
fn twenty_five_avro_events_in_five_batches_at_once() {
    let batch: &[&str] = &[
        r#"When I produce 5 events from template "order" to topic "orders""#,
        "Then all events should be acknowledged",
        r#"And every produced event should be received from topic "orders" within 30 seconds"#,
    ];
    let names = ["first", "second", "third", "fourth", "fifth"];
    let folder = Folder::with_scenarios(&names.map(|name| (name, batch)))
        .with_test_section("{ parallel-scenarios: 5 }")
        .with("templates/order.json", TEMPLATE);
    let summary = passes_with_every_event(&folder, 25);
    assert_eq!(summary["scenarios"]["passed"], 5);
}

/// A nested schema, and an order of more than 64 KiB.
#[test]
fn twenty_large_avro_events_with_nested_arrays() {
    const SCHEMA: &str = r#"{"type": "record", "name": "Order", "namespace": "com.acme", "fields": [
        {"name": "id", "type": "string"},
        {"name": "lines", "type": {"type": "array", "items": {"type": "record", "name": "Line", "fields": [
            {"name": "sku", "type": "string"},
            {"name": "tags", "type": {"type": "array", "items": "string"}}]}}}]}"#;
    let line = json!({ "sku": "x".repeat(600), "tags": vec!["tag"; 20] });
    let order = json!({ "id": "{{uuid}}", "lines": vec![line; 100] }).to_string();
    assert!(order.len() > 64 * 1024, "{} bytes", order.len());
    let folder = Folder::new(&[
        r#"When I produce 20 events from template "order" to topic "orders""#,
        "Then all events should be acknowledged",
        r#"And every produced event should be received from topic "orders" within 30 seconds"#,
        r#"And the event should match JSONPath "$.lines.length()" with value 100"#,
    ])
    .with("schemas/Order.avsc", SCHEMA)
    .with("templates/order.json", &order);
    passes_with_every_event(&folder, 20);
}

#[test]
fn thirty_avro_events_in_rapid_fire() {
    let folder = Folder::new(&[
        r#"When I produce 30 events from template "order" to topic "orders" at 1000 per second"#,
        "Then all events should be acknowledged",
        r#"And I should receive exactly 30 events from topic "orders" within 30 seconds"#,
    ])
    .with("templates/order.json", TEMPLATE);
    passes_with_every_event(&folder, 30);
}

#[test]
fn thirty_events_over_three_topics() {
    let topics = ["order-events", "payment-events", "user-events"];
    let both = |topic: &str| {
        format!(
            "  - {{ topic: {topic}, role: producer, clientPrincipal: svc }}\n  \
               - {{ topic: {topic}, role: consumer, clientPrincipal: svc }}\n"
        )
    };
    let produced = topics.map(|topic| format!(r#"When I produce 10 events from template "order" to topic "{topic}""#));
    let received = topics
        .map(|topic| format!(r#"Then I should receive exactly 10 events from topic "{topic}" within 30 seconds"#));
    let steps: Vec<&str> = produced.iter().chain(&received).map(String::as_str).collect();
    let folder = Folder::new(&steps)
        .with("topic-directive.yaml", &format!("topics:\n{}", topics.map(both).concat()))
        .with("templates/order.json", TEMPLATE);
    let summary = passes_with_every_event(&folder, 30);
    assert_eq!(summary["topics"].as_array().map(Vec::len), Some(3), "{summary:#}");
}
