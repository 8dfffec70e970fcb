//! The Scala system's first integration test, with a folder of this machine and events in Avro.

use std::fs;
use std::time::Duration;

use serde_json::Value;
use test_probe::Probe;
use test_probe::responses::TestState;
use tokio::time::Instant;

use crate::rig::{EVIDENCE, Files, ended, settings, started, test_of, write};

fn probe() -> Probe {
    Probe::builder().settings(settings()).start().unwrap()
}

/// One outline of three rows: key, payload, produce, fetch, compare.
fn produce_and_consume() -> Files {
    let mut files = test_of(&[]);
    let (mut topics, mut rows) = ("topics:\n".to_owned(), String::new());
    for (record, topic) in
        [("TestEvent", "test-events"), ("OrderEvent", "order-events"), ("PaymentEvent", "payment-events")]
    {
        for role in ["producer", "consumer"] {
            topics.push_str(&format!("  - {{ topic: {topic}, role: {role}, clientPrincipal: svc }}\n"));
        }
        rows.push_str(&format!("      | {record} | {topic} |\n"));
    }
    let schema = |record: &str| {
        format!(
            r#"{{"type": "record", "name": "{record}", "namespace": "com.acme", "fields": [{{"name": "id", "type": "string"}}, {{"name": "amount", "type": "long"}}]}}"#
        )
    };
    files.remove("schemas/Order.avsc");
    files.insert("schemas/TestEvent.avsc", schema("TestEvent"));
    files.insert("schemas/OrderEvent.avsc", schema("OrderEvent"));
    files.insert("schemas/PaymentEvent.avsc", schema("PaymentEvent"));
    files.insert("topic-directive.yaml", topics);
    let feature = format!(
        r#"Feature: Produce and consume an event
  Scenario Outline: <record> goes to <topic> and comes back
    When I produce an Avro event with schema "<record>" with correlation "c-<record>" to topic "<topic>":
      """json
      {{ "id": "<record>-1", "amount": 42 }}
      """
    Then I should receive an event with correlation "c-<record>" from topic "<topic>" within 10 seconds
    And the event key should match JSONPath "$.type" with value "<record>"
    And the event should match JSONPath "$.id" with value "<record>-1"
    And the event should match JSONPath "$.amount" with value 42

    Examples:
      | record | topic |
{rows}"#
    );
    files.insert("features/orders.feature", feature);
    files
}

#[tokio::test]
async fn initialize_test_answers_with_an_id_and_the_test_is_in_setup() {
    let probe = probe();
    let made = probe.services().initialize_test().await.unwrap();
    assert_eq!(made.message, "Test initialized");
    // Five groups of hexadecimal digits, as everybody writes an UUID.
    let lengths: Vec<usize> = made.test_id.to_string().split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12], "{}", made.test_id);
    let status = probe.services().test_status(made.test_id).await.unwrap();
    assert_eq!((status.test_id, status.state), (made.test_id, TestState::Setup));
    assert_eq!((status.error, status.success, status.bucket), (None, None, None));
    probe.shutdown();
}

#[tokio::test]
async fn a_test_that_is_started_is_completed_and_passed_within_thirty_seconds() {
    let (probe, folder) = (probe(), tempfile::tempdir().unwrap());
    write(&produce_and_consume(), folder.path());
    let begun = Instant::now();
    let test_id = started(probe.services(), folder.path().to_str().unwrap()).await;
    let status = ended(probe.services(), test_id).await;
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    assert_eq!((status.state, status.success), (TestState::Completed, Some(true)), "{status:?}");
    assert_eq!(status.bucket.as_deref(), folder.path().to_str());
    let (start, end) = (status.start_time.unwrap(), status.end_time.unwrap());
    assert!(start < end, "{start:?} {end:?}");
    let counts = status.scenarios.unwrap();
    assert_eq!((counts.passed, counts.failed, counts.skipped), (3, 0, 0));
    probe.shutdown();
}

#[tokio::test]
async fn the_evidence_lies_beside_the_features_and_its_cucumber_json_says_three_passed_and_none_failed() {
    let (probe, folder) = (probe(), tempfile::tempdir().unwrap());
    write(&produce_and_consume(), folder.path());
    let test_id = started(probe.services(), folder.path().to_str().unwrap()).await;
    ended(probe.services(), test_id).await;
    let evidence = folder.path().join("evidence");
    for name in EVIDENCE {
        assert!(evidence.join(name).is_file(), "{name} is not there");
    }
    let cucumber: Value = serde_json::from_slice(&fs::read(evidence.join("cucumber.json")).unwrap()).unwrap();
    let scenarios = cucumber[0]["elements"].as_array().unwrap();
    assert_eq!(scenarios.len(), 3, "{cucumber:#}");
    for scenario in scenarios {
        for step in scenario["steps"].as_array().unwrap() {
            assert_eq!(step["result"]["status"], "passed", "{step:#}");
        }
    }
    // Each event was produced and received once, on the topic of its own.
    let received = fs::read_to_string(evidence.join("kafka-events-consumed.jsonl")).unwrap();
    let mut topics: Vec<String> = received
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["topic"].as_str().unwrap().to_owned())
        .collect();
    topics.sort();
    assert_eq!(topics, ["order-events", "payment-events", "test-events"]);
    probe.shutdown();
}
