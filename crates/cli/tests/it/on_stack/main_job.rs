//! The main job on a real Kafka.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::read_back::{acknowledged, on_topic, topics_on_cluster};
use super::stack::{OnStack, Shared};
use crate::folder::{json_file, ledger, shipped};

#[test]
fn two_hundred_events_are_read_back_by_kafkas_own_consumer_byte_for_byte() {
    let Some(stack) = Shared::find() else { return };
    let evidence = tempfile::tempdir().unwrap();
    let ended = stack.run(&shipped("orders"), evidence.path());
    assert_eq!(ended.status, 0, "{ended:#?}");
    assert!(!ended.stderr.contains("WARN") && !ended.stderr.contains("warning:"), "{}", ended.stderr);
    let mut events = 0;
    for (topic, on_cluster) in topics_on_cluster(evidence.path()) {
        let (told, found) = (acknowledged(evidence.path(), &topic), on_topic(&stack, &on_cluster));
        assert_eq!(told, found, "{topic}");
        events += found.len();
    }
    assert_eq!(events, 200);
}

/// What a run came to, apart from its times.
fn outcome(evidence: &Path) -> Value {
    let summary = json_file(&evidence.join("summary.json"));
    let names = ["verdict", "scenarios", "events", "ledger_balanced", "warnings"];
    names.map(|name| summary[name].clone()).into_iter().collect()
}

#[test]
fn ten_runs_in_a_row_and_two_at_once_come_to_the_same_and_share_nothing() {
    let Some(stack) = Shared::find() else { return };
    let folders: Vec<_> = (0..12).map(|_| tempfile::tempdir().unwrap()).collect();
    for evidence in &folders[..10] {
        let ended = stack.run(&shipped("orders"), evidence.path());
        assert_eq!(ended.status, 0, "{ended:#?}");
    }
    let config = super::stack::shipped_config();
    let at_once: Vec<_> = folders[10..]
        .iter()
        .map(|evidence| stack.start(&shipped("orders"), &config, &["--evidence", evidence.path().to_str().unwrap()]))
        .collect();
    for running in at_once {
        let ended = running.end();
        assert_eq!(ended.status, 0, "{ended:#?}");
    }
    let first = outcome(folders[0].path());
    let (mut topics, mut tests, mut consumers) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for evidence in &folders {
        assert_eq!(outcome(evidence.path()), first);
        topics.extend(topics_on_cluster(evidence.path()).into_values());
        let ledger = ledger(evidence.path());
        // The group is named after the test.
        tests.insert(ledger[0]["test_id"].to_string());
        let of_consumers = ledger.iter().filter(|entry| entry["client"] == "consumer");
        consumers.extend(of_consumers.map(|entry| entry["client_id"].to_string()));
    }
    assert_eq!((topics.len(), tests.len(), consumers.len()), (24, 12, 12));
}
