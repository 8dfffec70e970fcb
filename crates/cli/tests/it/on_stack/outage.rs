//! A broker that goes away in the middle of a run and comes back.

use super::read_back::{acknowledged, on_topic, topics_on_cluster};
use super::stack::{Alone, OnStack, shipped_config};
use crate::folder::{Folder, PRODUCE, RECEIVE};

#[test]
fn no_acknowledged_event_is_missing_after_the_broker_was_stopped_and_started_in_the_middle_of_a_run() {
    let Some(stack) = Alone::find() else { return };
    let folder = Folder::new(&[
        r#"When I produce 200 events from template "order" to topic "orders""#,
        "Given broker 1 is down for 2 seconds",
        r#"When I produce 200 events from template "order" to topic "orders" at 100 per second"#,
        "Then all events should be acknowledged",
        r#"And I should receive 400 events from topic "orders" within 60 seconds"#,
    ])
    .with("templates/order.json", r#"{"id": "{{index}}"}"#)
    .with("app.conf", "");
    let ended = stack.start(folder.path(), &shipped_config(), &[]).end();
    let summary = folder.summary();
    let events = |name: &str| summary["events"][name].as_u64().unwrap();
    assert_eq!(events("accepted"), events("acknowledged") + events("nacked"), "{ended:#?}");
    assert_eq!(summary["ledger_balanced"], true);
    let on_cluster = &topics_on_cluster(&folder.evidence())["orders"];
    let (told, found) = (acknowledged(&folder.evidence(), "orders"), on_topic(&stack, on_cluster));
    for (place, hashes) in &told {
        assert_eq!(found.get(place), Some(hashes), "{place:?} is missing or another record");
    }
    assert_eq!(events("acknowledged") as usize, told.len());
    assert_eq!((ended.status, events("acknowledged"), found.len()), (0, 400, 400), "{ended:#?}");
}

#[test]
fn a_broker_that_hangs_in_the_middle_of_a_run_ends_in_a_nack_a_report_and_within_the_deadlines() {
    let Some(stack) = Alone::find() else { return };
    let folder = Folder::new(&[PRODUCE, RECEIVE, "And I print the event", "And I wait 2 seconds", PRODUCE]).with(
        "app.conf",
        &format!(
            "include \"{}\"\ntest-probe.core {{ dsl.produce-timeout = 3s, kafka.producer.delivery-timeout = 2s, \
             kafka.producer.close-timeout = 1s, actor-system.shutdown-timeout = 12s }}",
            shipped_config().display()
        ),
    );
    let mut running = stack.start(folder.path(), &folder.path().join("app.conf"), &[]);
    running.wait_for_result("orders");
    let frozen = stack.freeze_kafka();
    let ended = running.end();
    drop(frozen);
    assert_eq!(ended.status, 1, "{ended:#?}");
    let summary = folder.summary();
    let events = ["accepted", "acknowledged", "nacked"].map(|name| summary["events"][name].as_u64().unwrap());
    assert_eq!(events, [2, 1, 1], "{summary}");
    let ledger = folder.ledger();
    let nack = ledger.iter().find(|entry| entry["kind"] == "nacked").unwrap();
    assert_eq!(nack["written"], "possibly", "it was on its way: {nack}");
    // The produce time-out, and the time for an orderly end.
    assert!(summary["duration_ms"].as_u64().unwrap() < 2_000 + 3_000 + 12_000 + 10_000, "{summary}");
}
