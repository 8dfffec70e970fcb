//! Secrets that pass through every text of a run, and are in no file afterwards.

use std::fs;
use std::path::Path;

use serde_json::json;
use test_probe_directives::{JsonPath, Redaction, Timestamp};
use test_probe_evidence::{
    Direction, EventPayload, Late, Ledger, LedgerEntry, PayloadPart, RunOutcome, ScenarioStatus, Skipped, StepStatus,
    Warning, write_reports,
};

use crate::story::{Story, cluster, feature, step, topic, with_json, with_table};

/// How every secret begins. Each text has one of its own, so that none is hidden only because another one is.
const CANARY: &str = "4111-canary";

fn redaction(paths: &[&str]) -> Redaction {
    Redaction::of(paths.iter().map(|path| JsonPath::parse(path).unwrap()).collect())
}

fn document(of: &str) -> String {
    format!("{{\"cardNumber\": \"{CANARY}-{of}\"}}")
}

fn told() -> Story {
    let mut story = Story::of("orders", &["orders"]);
    story.scenario_with(
        &feature("Cards"),
        &format!("A card {}", document("name")),
        3,
        &[
            step("When", &format!("I produce event {} to topic \"orders\"", document("text"))),
            with_json(
                step("When", "I produce an event to topic \"orders\":"),
                &format!("{{\n  \"customer\": {},\n  \"cardNumber\": \"{CANARY}-doc\"\n}}", document("nested")),
            ),
            with_table(
                step("When", "I produce the following events to topic \"orders\":"),
                &[
                    &["id", "cardNumber", "customer.cardNumber", "$.customer"],
                    &["1", &format!("{CANARY}-cell"), &format!("{CANARY}-deep-cell"), ""],
                    &[&document("in-cell"), "1", "1", &document("in-deep-cell")],
                ],
            ),
            step("Then", "the event should match JSONPath \"$.amount\" with value 1"),
        ],
        |scenario| {
            scenario.description = format!("pays with {CANARY}-doc");
            scenario.feature.description = format!("pays with {CANARY}-nested");
        },
    );
    // The step printed the event inside of another document, and inside of none.
    let printed = format!("{{\"topic\": \"orders\", \"value\": {}}}", document("text"));
    story.step_saying(0, StepStatus::Passed, 10, None, &[&printed, &format!("[{}", document("attached"))]);
    story.step(1, StepStatus::Passed, 10);
    story.step(2, StepStatus::Passed, 10);
    let message = format!(
        "$.cardNumber is \"{CANARY}-doc\" (a text), not \"{CANARY}-nested\"; nearest: {} and\n\
         {{\"orderId\": \"A-1\", \"cardNumber\": \"{CANARY}-cell\", \"note\": \"cut he…\n\
         $.customer.cardNumber is \"{CANARY}-unknown\" (a text)\n{CANARY}-deep-cell {CANARY}-produced {CANARY}-consumed",
        document("quoted")
    );
    story.step_saying(3, StepStatus::Failed, 10, Some(&message), &[]);
    story.end_scenario(ScenarioStatus::Failed, Some(&format!("after {}: {CANARY}-produced", document("end"))));
    let id = story.accept("orders");
    let reason = format!(
        "the JSON does not fit record `Order` (schema id 1): $.cardNumber: \"{CANARY}-reason\" does not fit; the schema \
         wants a long"
    );
    story.nack("orders", id, "Encoding", &reason);
    story.tell(Late {
        id,
        topic: topic("orders"),
        cluster: cluster(),
        partition: None,
        offset: None,
        error: Some(document("late")),
    });
    story.tell(Skipped {
        topic: topic("orders"),
        cluster: cluster(),
        partition: 0,
        offset: 0,
        reason: format!("odd: {CANARY}-consumed"),
    });
    story.warn(&format!("odd: {}", document("warning")));
    story.finish(RunOutcome::Completed, Some(&document("finish")), 1);
    story
}

fn payload(direction: Direction, of: &str) -> EventPayload {
    let bytes = |text: String| PayloadPart::Bytes(text.into_bytes());
    let header = |text: String| Some(text.into_bytes());
    EventPayload {
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
        key: json!({"cardNumber": format!("{CANARY}-key")}).into(),
        value: bytes(format!("{{\"customer\": {{\"cardNumber\": \"{CANARY}-{of}\"}}}}")),
        headers: vec![
            ("document".to_owned(), header(document("header"))),
            ("text".to_owned(), header(format!("card={CANARY}-{of}"))),
        ],
    }
}

#[track_caller]
fn written(directory: &Path, redaction: Redaction) {
    let ledger = Ledger::open(directory, redaction).unwrap();
    for (direction, of) in [(Direction::Produced, "produced"), (Direction::Consumed, "consumed")] {
        ledger.record_payload(payload(direction, of));
        let broken = PayloadPart::Bytes(format!("{{\"cardNumber\": \"{CANARY}-broken").into_bytes());
        ledger.record_payload(EventPayload { value: broken, ..payload(direction, of) });
    }
    told().entries.into_iter().for_each(|entry| ledger.record(entry));
    let closed = ledger.close();
    write_reports(directory, &closed.record).unwrap();
}

#[test]
fn what_the_directive_redacts_is_in_no_file_of_the_evidence() {
    for paths in [&["$.cardNumber", "$.customer.cardNumber"] as &[&str], &["$..cardNumber"]] {
        let directory = tempfile::tempdir().unwrap();
        written(directory.path(), redaction(paths));
        let mut seen = 0;
        for file in fs::read_dir(directory.path()).unwrap() {
            let path = file.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            if let Some(at) = text.find(CANARY) {
                panic!("{} shows a secret: {}", path.display(), text[at..].chars().take(200).collect::<String>());
            }
            assert!(text.contains("***REDACTED***"), "{} shows nothing of the events", path.display());
            seen += 1;
        }
        assert_eq!(seen, 7);
    }
}

#[test]
fn what_remains_of_a_redacted_text_still_says_what_happened() {
    let directory = tempfile::tempdir().unwrap();
    written(directory.path(), redaction(&["$.cardNumber", "$.customer.cardNumber"]));
    let summary = fs::read_to_string(directory.path().join("summary.json")).unwrap();
    let reason = "$.cardNumber: ***REDACTED*** does not fit; the schema wants a long";
    assert!(summary.contains(reason), "{summary}");
}

#[test]
fn a_value_that_only_the_steps_have_seen_is_hidden_through_their_clone() {
    let directory = tempfile::tempdir().unwrap();
    let redaction = redaction(&["$.cardNumber"]);
    let ledger = Ledger::open(directory.path(), redaction.clone()).unwrap();
    redaction.note(&json!({"cardNumber": CANARY}));
    ledger.record(LedgerEntry::new(Timestamp::from_micros(0), Warning { text: format!("odd: {CANARY}") }));
    assert_eq!(ledger.close().record.warnings(), ["odd: ***REDACTED***"]);
}

#[test]
fn without_redaction_every_text_is_kept_to_the_letter() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(directory.path(), Redaction::default()).unwrap();
    let told = told();
    told.entries.iter().cloned().for_each(|entry| ledger.record(entry));
    assert_eq!(ledger.close().record, told.record());
}
