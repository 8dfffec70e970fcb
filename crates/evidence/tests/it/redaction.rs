//! A secret that passes through every text of a run, and is in no file afterwards.

use std::fs;

use serde_json::json;
use test_probe_directives::{JsonPath, Redaction, Timestamp};
use test_probe_evidence::{
    Direction, EventPayload, Late, Ledger, PayloadPart, RunOutcome, ScenarioStatus, Skipped, StepStatus, write_reports,
};

use crate::story::{Story, cluster, feature, step, topic, with_json, with_table};

const CANARY: &str = "4111-canary";

fn told() -> Story {
    let document = format!("{{\"cardNumber\": \"{CANARY}\"}}");
    let mut story = Story::of("orders", &["orders"]);
    story.scenario(
        &feature("Cards"),
        &format!("A card {document}"),
        3,
        &[
            step("When", &format!("I produce event {document} to topic \"orders\"")),
            with_json(
                step("When", "I produce an event to topic \"orders\":"),
                &format!("{{\n  \"a\": [{document}],\n  \"cardNumber\": \"{CANARY}\"\n}}"),
            ),
            with_table(
                step("When", "I produce the following events to topic \"orders\":"),
                &[&["id", "cardNumber"], &["1", CANARY], &[&document, CANARY]],
            ),
            step("Then", "the event should match JSONPath \"$.amount\" with value 1"),
        ],
    );
    story.step_saying(0, StepStatus::Passed, 10, None, &[&document, &format!("[{document}")]);
    story.step(1, StepStatus::Passed, 10);
    story.step(2, StepStatus::Passed, 10);
    story.step_saying(3, StepStatus::Failed, 10, Some(&format!("nearest: {document} and\n{{ {document}")), &[]);
    story.end_scenario(ScenarioStatus::Failed, Some(&document));
    let id = story.accept("orders");
    story.nack("orders", id, "Encoding", &format!("cannot encode {document}"));
    story.tell(Late {
        id,
        topic: topic("orders"),
        cluster: cluster(),
        partition: None,
        offset: None,
        error: Some(document.clone()),
    });
    story.tell(Skipped {
        topic: topic("orders"),
        cluster: cluster(),
        partition: 0,
        offset: 0,
        reason: document.clone(),
    });
    story.warn(&format!("odd: {document}"));
    story.finish(RunOutcome::Completed, Some(&document), 1);
    story
}

#[test]
fn what_the_directive_redacts_is_in_no_file_of_the_evidence() {
    let directory = tempfile::tempdir().unwrap();
    let paths = ["$..cardNumber"].map(|path| JsonPath::parse(path).unwrap());
    let ledger = Ledger::open(directory.path(), Redaction::of(paths.to_vec())).unwrap();
    told().entries.into_iter().for_each(|entry| ledger.record(entry));
    for direction in [Direction::Produced, Direction::Consumed] {
        let bytes = |text: String| PayloadPart::Bytes(text.into_bytes());
        ledger.record_payload(EventPayload {
            at: Timestamp::from_micros(0),
            direction,
            id: None,
            topic: topic("orders"),
            cluster: cluster(),
            partition: None,
            offset: None,
            timestamp_ms: None,
            correlation_id: None,
            event_type: None,
            key: json!({"cardNumber": CANARY}).into(),
            value: bytes(format!("{{\"cardNumber\": \"{CANARY}")),
            headers: vec![("h".to_owned(), Some(format!("[{{\"cardNumber\":\"{CANARY}\"}}]").into_bytes()))],
        });
    }
    let closed = ledger.close();
    write_reports(directory.path(), &closed.record).unwrap();

    let mut seen = 0;
    for file in fs::read_dir(directory.path()).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains(CANARY), "{} shows the secret", path.display());
        assert!(text.contains("***REDACTED***"), "{} shows nothing of the events", path.display());
        seen += 1;
    }
    assert_eq!(seen, 7);
}

#[test]
fn without_redaction_every_text_is_kept_to_the_letter() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(directory.path(), Redaction::default()).unwrap();
    let told = told();
    told.entries.iter().cloned().for_each(|entry| ledger.record(entry));
    assert_eq!(ledger.close().record, told.record());
}
