//! Scenarios that run at the same time on the same topics.

use std::time::Duration;

use test_probe_kafka::Headers;

use crate::rig::{Rig, after};

fn two() -> Rig {
    Rig { parallel: 2, ..Rig::new() }
}

#[test]
fn scenarios_run_at_the_same_time_where_that_is_asked_for() {
    let feature = "Feature: f\n  Scenario: a\n    * I wait 2s\n  Scenario: b\n    * I wait 2s\n";
    assert_eq!(two().run(feature).summary.duration, Duration::from_secs(2));
    assert_eq!(Rig::new().run(feature).summary.duration, Duration::from_secs(4));
}

#[test]
fn a_serial_scenario_runs_alone() {
    let feature = "Feature: f\n  @serial\n  Scenario: a\n    * I wait 2s\n  Scenario: b\n    * I wait 2s\n  Scenario: c\n    * I wait 2s\n";
    let told = two().run(feature);
    assert_eq!(told.summary.duration, Duration::from_secs(4));
    assert!(told.summary.is_success());
}

#[test]
fn each_scenario_receives_its_own_events_and_leaves_those_of_the_other() {
    // The second scenario's event is there first, and the first scenario looks for one all the while.
    let feature = r#"Feature: f
  Scenario: first
    * I wait 2s
    * I produce event {"orderId": "first"} to topic "orders"
    * I should receive an event from topic "orders" within 1s
    * the event should match JSONPath "$.orderId" with value "first"
  Scenario: second
    * I wait 1s
    * I produce event {"orderId": "second"} to topic "orders"
    * I wait 4s
    * I should receive an event from topic "orders" within 1s
    * the event should match JSONPath "$.orderId" with value "second"
    * no event should arrive on topic "orders" within 1s
"#;
    let told = two().run(feature);
    assert!(told.summary.is_success(), "{:#?}", told.messages());
}

#[test]
fn an_event_of_nobody_is_received_once() {
    let feature = r#"Feature: f
  Scenario: first
    * I should receive an event from topic "notes" within 5s
  Scenario: second
    * I should receive an event from topic "notes" within 5s
"#;
    let told = two().run_with(feature, async |kafka| {
        after(Duration::from_secs(1)).await;
        kafka.topic("notes").unwrap().push(Some(b"k"), Some(b"x"), Headers::none());
    });
    assert_eq!((told.summary.passed, told.summary.failed), (1, 1));
    assert_eq!(
        told.messages(),
        [
            "no event came from topic 'notes' within 5s; 1 other event was seen since the scenario began:\n  partition 0, offset \
          0 of topic 'notes': a step of another scenario received it: 1 bytes that cannot be decoded"
        ]
    );
}

#[test]
fn an_event_of_another_scenario_is_received_by_whoever_asks_for_its_id_or_content() {
    let feature = r#"Feature: f
  Scenario: first
    * I have correlation ID "shared"
    * I produce event {"orderId": "A-1"} to topic "orders"
    * I have correlation ID "other"
    * I produce event {"orderId": "A-2"} to topic "orders"
    * I wait 9s
  Scenario: second
    * I should receive an event with correlation "shared" from topic "orders" within 2s
    * I should receive an event matching JSONPath "$.orderId" with value "A-2" from topic "orders" within 2s
    * no event matching JSONPath "$.orderId" with value "A-1" should arrive on topic "reservations" within 1s
    * I should receive an event from topic "reservations" within 1s
"#;
    let told = two().run(feature);
    let [message] = told.messages()[..] else { panic!("one message: {:?}", told.messages()) };
    assert!(message.starts_with("no event came from topic 'reservations' within 1s; 2 other events"), "{message}");
    assert!(message.contains("another scenario produced it"), "{message}");
}
