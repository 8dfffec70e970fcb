//! A card number that real steps produce, receive, compare and print, and that is in nothing which is told of them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use test_probe_actors::dsl::JsonValue;
use test_probe_actors::journal::{AcceptedEvent, ConsumedFate, EventJournal, JournalTopic};
use test_probe_directives::{JsonPath, Redaction};
use test_probe_kafka::{EventId, Headers, IncomingRecord, LateReport, NackKind, ProducedAck, ProducedNack};
use test_probe_scenarios::{ProbeWorld, StepBook, StepError, StepStatus, TestEnvironment};

use crate::rig::{Rig, Told, scenario};

/// The filler brings the card number to where messages are cut.
const CARD_PAID: &str = r#"{
    "type": "record", "name": "CardPaid", "namespace": "com.acme", "fields": [
        {"name": "id", "type": "string", "default": "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"},
        {"name": "cardNumber", "type": "string", "default": ""},
        {"name": "amount", "type": "int", "default": 1},
        {"name": "customer", "default": null, "type": ["null", {"type": "record", "name": "Customer", "fields": [
            {"name": "cardNumber", "type": "string"}
        ]}]}
    ]}"#;

/// What a long number is: hidden wherever it stands.
const LONG: &str = "4111222233334444";
/// Too short for that, so it is hidden only by its place: by every step that says something of it.
const SHORT: &str = "q7";

/// Keeps the rejections' reasons as a ledger would that was given a clone of the redaction.
struct Reasons {
    redaction: Redaction,
    told: Mutex<Vec<String>>,
}

impl EventJournal for Reasons {
    fn accepted(&self, _: &AcceptedEvent<'_>) {}
    fn acknowledged(&self, _: &JournalTopic, _: EventId, _: &ProducedAck) {}
    fn nacked(&self, _: &JournalTopic, _: EventId, nack: &ProducedNack, _: Duration) {
        self.told.lock().unwrap().push(self.redaction.text(&nack.explain()).into_owned());
    }
    fn late(&self, _: &JournalTopic, _: EventId, _: &LateReport) {}
    fn consumed(&self, _: &JournalTopic, _: &IncomingRecord, _: &ConsumedFate<'_>) {}
    fn evicted(&self, _: &JournalTopic, _: i32, _: i64, _: Option<&str>) {}
}

/// Steps that all pass.
const PASSING: &str = r#"
  Scenario: HEADER with every step that passes
    * I have a topic "orders"
    * the topic "orders" uses Avro serialization
    * CardPaid schema is registered for topic "orders"
    * I have correlation ID "order-1"
    * I produce event {"cardNumber": "CANARY", "customer": {"cardNumber": "CANARY"}} to topic "orders"
    * I produce an event with schema "CardPaid" to topic "orders":
      """json
      {"cardNumber": "CANARY", "customer": {"cardNumber": "CANARY"}}
      """
    * I produce event "card-paid" to topic "orders"
    * I produce a CardPaid event to "orders"
    * I produce the following events to topic "orders":
      | cardNumber | customer.cardNumber |
      | CANARY     | CANARY              |
    * I produce 2 events from template "card-paid" to topic "orders"
    * all events should be acknowledged
    * I should receive an event with correlation "order-1" from topic "orders" within 1s
    * I print the event
    * I should receive event "card-paid" from topic "orders" within 1s
    * I should receive a CardPaid event from "orders" within 1s
    * I should receive an event matching JSONPath "$.cardNumber" with value "CANARY" from topic "orders" within 1s
    * every produced event should be received from topic "orders" within 1s
    * all events should match JSONPath "$.customer.cardNumber" with value "CANARY"
    * the events should be ordered by JSONPath "$.cardNumber"
    * I should receive 5 events from topic "reservations" within 1s
    * the event should match JSONPath "$.cardNumber" with value "CANARY"
    * the event should match JSONPath "$.customer" with value {"cardNumber": "CANARY"}
    * the event should match JSONPath "$.cardNumber" with pattern "^CANARY$"
    * the event should match JSONPath "$.cardNumber" containing "CANARY"
    * the event should match JSONPath "$.cardNumber" less than "CANARYx"
    * the event should have JSONPath "$.customer.cardNumber"
    * the event should match "card-paid"
    * the event should validate against schema "CardPaid"
    * the p99 end-to-end latency on topic "orders" should be below 1000 ms
    * I print the event
"#;

/// Steps that fail, each with a message that would show the number.
const FAILING: [&str; 27] = [
    r#"I produce event {"cardNumber": ["CANARY"]} to topic "orders""#,
    r#"I produce event {"customer": {"cardNumber": ["CANARY"]}} to topic "orders""#,
    r#"I produce event "broken" to topic "orders""#,
    "I produce the following events to topic \"orders\":\n      | customer                   |\n      | {\"cardNumber\": [\"CANARY\"]} |",
    r#"I should receive an event from topic "orders" within 1s"#,
    "I produce event \"card-paid\" to topic \"orders\"\n    * I should receive event \"card-paid\" from topic \"orders\" within \
     1s\n    * I should receive event \"card-paid\" from topic \"orders\" within 1s",
    r#"I should receive an Other event from "orders" within 1s"#,
    r#"I should receive an event matching JSONPath "$.cardNumber" with value "xCANARY" from topic "orders" within 1s"#,
    r#"I should receive an event matching JSONPath "$.customer.cardNumber" with value 5 from topic "orders" within 1s"#,
    r#"I should receive exactly 1 event from topic "reservations" within 1s"#,
    r#"no event should arrive on topic "reservations" within 1s"#,
    r#"no event matching JSONPath "$.cardNumber" with value "CANARY" should arrive on topic "reservations" within 1s"#,
    r#"the event should match JSONPath "$.cardNumber" with value "xCANARY""#,
    r#"the event should match JSONPath "$.cardNumber" with value 5"#,
    r#"the event should match JSONPath "$.*" with value "xCANARY""#,
    r#"the event should match JSONPath "$.customer" with value {"cardNumber": "xCANARY"}"#,
    r#"the event should match JSONPath "$.gone" with value "x""#,
    r#"the event should match JSONPath "$.cardNumber" matching pattern "^xCANARY""#,
    r#"the event should match JSONPath "$.cardNumber" containing "xCANARY""#,
    r#"the event should match JSONPath "$.cardNumber" greater than "zCANARY""#,
    r#"the event should match JSONPath "$.cardNumber" less than "CANARY""#,
    r#"the event should not have JSONPath "$.customer.cardNumber""#,
    r#"the event should have JSONPath "$.gone""#,
    r#"5 events should match JSONPath "$.cardNumber" with value "xCANARY""#,
    r#"the events should be ordered by JSONPath "$.cardNumber" ascending"#,
    r#"the event should match "other-card""#,
    "the event should equal:\n      \"\"\"\n      {\"cardNumber\": \"xCANARY\", \"customer\": {\"cardNumber\": {{regex \"xCANARY\"}}}}\n      \"\"\"",
];

/// Somebody's own steps and sentences, which quote what is in the event and do not say where it is from.
const OWN: [&str; 5] = [
    r#"the card is "CANARY", not another"#,
    "I say what the card is",
    "I panic with the card",
    r#"the event header "x-card" should be "another""#,
    r#"I take too long over "CANARY""#,
];

/// Two events, the second of which is the last one received; and the one before it has a greater number.
const BEFORE: &str = r#"
    * I produce event {"cardNumber": "yCANARY", "customer": {"cardNumber": "CANARY"}} to topic "orders" with headers {"x-card": "HEADER"}
    * I produce event {"cardNumber": "CANARY", "customer": {"cardNumber": "CANARY"}} to topic "orders" with headers {"x-card": "HEADER"}
    * I should receive 2 events from topic "orders" within 1s"#;

fn book() -> StepBook {
    let book = StepBook::new()
        .with_step("^I say what the card is$", async |world: &mut ProbeWorld, _| {
            let event = world.last_event().unwrap().value().await?;
            world.attach(format!("the card: {}", event["cardNumber"].as_str().unwrap()));
            Err(StepError::failed(format!("the card is {}", event["cardNumber"].as_str().unwrap())))
        })
        .unwrap()
        .with_step("^I panic with the card$", async |world: &mut ProbeWorld, _| {
            let event = world.last_event().unwrap().value().await?;
            panic!("{event}")
        })
        .unwrap()
        .with_step("^I take too long over \"", async |_: &mut ProbeWorld, _| std::future::pending().await)
        .unwrap();
    let phrases = "phrases:\n  - phrase: the card is {number}, not another\n    steps:\n      - the event should match \
                   JSONPath \"$.customer.cardNumber\" with value \"x{number}\"\n";
    book.with_phrase_books([("steps/cards.yaml", phrases)]).unwrap()
}

fn feature(canary: &str, failing: &[&str]) -> String {
    let mut feature = format!("Feature: cards such as {{\"cardNumber\": \"CANARY\"}}\n{PASSING}");
    for step in failing {
        feature.push_str(&format!("\n  Scenario: the last step fails with HEADER\n{BEFORE}\n    * {step}\n"));
    }
    let header = if canary == SHORT { "none" } else { canary };
    feature.replace("HEADER", header).replace("CANARY", canary)
}

fn told(canary: &'static str, redaction: &Redaction, failing: &[&str]) -> (Told, Vec<String>) {
    let reasons = Arc::new(Reasons { redaction: redaction.clone(), told: Mutex::default() });
    let card = |text: &str| -> &'static str { text.replace("CANARY", canary).leak() };
    let rig = Rig {
        schemas: vec![("CardPaid.avsc", CARD_PAID)],
        templates: vec![
            ("card-paid", card(r#"{"cardNumber": "CANARY", "customer": {"cardNumber": "CANARY"}}"#)),
            ("broken", card(r#"{"id": "{{uuid}}", "cardNumber": {"of": "CANARY"}}"#)),
        ],
        expected: vec![
            ("card-paid", card(r#"{"cardNumber": "CANARY"}"#)),
            ("other-card", card(r#"{"cardNumber": "xCANARY", "customer": {"cardNumber": "{{regex "^xCANARY"}}"}}"#)),
        ],
        redaction: redaction.clone(),
        journal: Arc::clone(&reasons) as Arc<_>,
        environment: |environment: TestEnvironment| environment.with_step_timeout(Duration::from_secs(5)),
        book: book(),
        ..Rig::new()
    };
    let told = rig.run(&feature(canary, failing));
    let reasons = std::mem::take(&mut *reasons.told.lock().unwrap());
    (told, reasons)
}

fn redaction() -> Redaction {
    Redaction::of(["$.cardNumber", "$.customer.cardNumber"].map(|path| JsonPath::parse(path).unwrap()).to_vec())
}

/// The message of the last step of each scenario but the first.
#[track_caller]
fn failures(told: &Told) -> Vec<&str> {
    assert_eq!(told.results().iter().filter(|(_, status)| format!("{status:?}") == "Passed").count(), 1, "{told:#?}");
    told.steps
        .iter()
        .filter(|step| step.status == StepStatus::Failed)
        .map(|step| step.message.as_deref().unwrap())
        .collect()
}

#[track_caller]
fn check(canary: &'static str, failing: &[&str]) -> Vec<String> {
    // A message may be cut in the middle of the number.
    let beginning = &canary[..canary.len().min(8)];
    let (open, open_reasons) = told(canary, &Redaction::default(), failing);
    let messages = failures(&open);
    assert_eq!(messages.len(), failing.len());
    for (step, message) in failing.iter().zip(&messages) {
        assert!(message.contains(beginning), "`{step}` has nothing to hide: {message}");
    }
    assert_eq!(open_reasons.len(), 4);
    assert!(open_reasons.iter().all(|reason| reason.contains(beginning)), "{open_reasons:?}");

    let (told, reasons) = told(canary, &redaction(), failing);
    let everything = [
        format!("{:#?}", told.scenarios),
        format!("{:#?}", told.steps),
        format!("{:#?}", told.results),
        format!("{:#?}", told.summary),
        format!("{reasons:#?}"),
    ];
    for text in &everything {
        let lines: Vec<&str> = text.lines().filter(|line| line.contains(beginning)).collect();
        assert!(lines.is_empty(), "{lines:#?}");
    }
    assert!(everything[0].contains("***REDACTED***") && everything[4].contains("***REDACTED***"));
    let hidden = failures(&told);
    assert_eq!(hidden.len(), messages.len(), "hiding changes what is said, not what happens");
    hidden.into_iter().map(str::to_owned).collect()
}

#[test]
fn a_number_at_a_redacted_path_is_in_nothing_that_is_told() {
    check(LONG, &[&FAILING[..], &OWN].concat());
}

#[test]
fn a_number_that_is_too_short_to_be_known_again_is_hidden_by_every_step_that_speaks_of_it() {
    check(SHORT, &FAILING);
}

#[test]
fn a_message_without_the_number_still_says_what_is_wrong() {
    let failing = [&FAILING[..], &OWN].concat();
    let messages = check(LONG, &failing);
    for (step, said) in [
        (r#"{"cardNumber": ["CANARY"]}"#, "$.cardNumber: ***REDACTED*** does not fit; the schema wants a string"),
        (r#""$.cardNumber" with value 5"#, "$.cardNumber is ***REDACTED*** (a text), not ***REDACTED*** (a number)"),
        (
            r#""$.cardNumber" with value "xCANARY" from"#,
            "no event with ***REDACTED*** (a text) at $.cardNumber came from topic 'orders' within 1s; 2 other events were \
             seen since the scenario began, the nearest are:\n  partition 0, offset",
        ),
        (
            r#""$.customer.cardNumber" with value 5 from"#,
            "of topic 'orders': $.customer.cardNumber is ***REDACTED*** (a text): {\"id\":\"f",
        ),
        (r#"ordered by"#, "the events are not in order by $.cardNumber: ***REDACTED*** at partition 0, offset"),
        (r#"greater than"#, "$.cardNumber is ***REDACTED*** (a text), not greater than ***REDACTED*** (a text)"),
        (
            "the card is",
            "`the event should match JSONPath \"$.customer.cardNumber\" with value \"***REDACTED***\"` (steps/cards.yaml:4): \
             the event at partition 0, offset",
        ),
    ] {
        let index = failing.iter().position(|failing| failing.contains(step)).unwrap();
        assert!(messages[index].contains(said), "{}", messages[index]);
    }
}

#[test]
fn a_number_that_only_a_template_or_a_phrase_knows_is_hidden_where_it_is_quoted() {
    let rig = || Rig {
        schemas: vec![("CardPaid.avsc", CARD_PAID)],
        templates: vec![("card-paid", r#"{"cardNumber": "4111222233334444"}"#)],
        redaction: redaction(),
        book: book(),
        ..Rig::new()
    };
    let refusing = rig();
    let reason = "the broker does not like 4111222233334444";
    refusing.kafka.refuse(Some(ProducedNack::not_written(NackKind::Broker, reason)));
    let told = refusing.run(&scenario(&[r#"I produce event "card-paid" to topic "orders""#]));
    assert!(told.messages()[0].ends_with("Broker: the broker does not like ***REDACTED***"), "{:?}", told.messages());

    let told = rig().run(&scenario(&[r#"the card is "5555", not another"#, r#"I take too long over "x5555""#]));
    let texts: Vec<&str> = told.scenarios[0].steps.iter().map(|step| step.text.as_str()).collect();
    assert_eq!(texts, [r#"the card is "5555", not another"#, r#"I take too long over "***REDACTED***""#]);
}

#[test]
fn a_number_that_came_with_an_event_is_hidden_once_a_step_has_seen_it() {
    let book = book()
        .with_step("^somebody else pays$", async |world: &mut ProbeWorld, _| {
            let json = json!({"cardNumber": "4111222233334444"});
            let value = JsonValue { json: &json, record: Some("CardPaid"), version: None, format: None };
            world.producer("notes")?.produce_json("key", value, Headers::none()).await.map(drop).unwrap();
            Ok(())
        })
        .unwrap();
    let rig = Rig { schemas: vec![("CardPaid.avsc", CARD_PAID)], redaction: redaction(), book, ..Rig::new() };
    let receive = r#"I should receive an event from topic "notes" within 1s"#;
    let told = rig.run(&scenario(&["somebody else pays", receive, "I say what the card is"]));
    assert_eq!(told.messages(), ["the card is ***REDACTED***"]);
    assert_eq!(told.steps[2].attachments, ["the card: ***REDACTED***"]);
}
