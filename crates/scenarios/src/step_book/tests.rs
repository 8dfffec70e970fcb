use std::collections::BTreeSet;

use super::*;
use crate::arguments::Arguments;
use crate::pattern::Kind;
use crate::steps::Block;

/// A text of each kind that a step may well have.
fn sample(kind: &Kind) -> String {
    match kind {
        Kind::Text => r#""x""#,
        Kind::Number => "10",
        Kind::Word | Kind::TextOrWord => "Encoding",
        Kind::EventType => "OrderCreated",
        Kind::Json => r#"{"a": {"b": "} to topic"}}"#,
        Kind::Value => r#"["x", 1]"#,
        Kind::Duration => "5 seconds",
        Kind::Format => "Avro",
        Kind::OneOf(_) => "",
    }
    .to_owned()
}

fn step(keyword: StepType, text: &str) -> gherkin::Step {
    gherkin::Step {
        keyword: "Given".to_owned(),
        ty: keyword,
        value: text.to_owned(),
        docstring: None,
        table: None,
        span: gherkin::Span::default(),
        position: gherkin::LineCol::default(),
    }
}

/// The numbers of the built-in steps that a text is.
fn rows(book: &StepBook, text: &str) -> Vec<u8> {
    book.built_in.iter().filter(|known| known.pattern.captures(text).is_some()).map(BuiltIn::number).collect()
}

#[test]
fn every_form_of_every_row_is_that_row_and_no_other() {
    let book = StepBook::new();
    let mut forms = 0;
    for known in book.built_in.iter() {
        for text in known.pattern.variants(&sample) {
            assert_eq!(rows(&book, &text), [known.number()], "{text}");
            forms += 1;
        }
    }
    assert!(forms > 500, "{forms}");
}

#[test]
fn every_row_of_the_step_table_is_there() {
    let numbers: BTreeSet<u8> = StepBook::new().built_in.iter().map(BuiltIn::number).collect();
    assert_eq!(numbers, (1..=31).collect::<BTreeSet<u8>>());
}

#[test]
fn every_example_is_a_step_that_can_be_read() {
    let book = StepBook::new();
    for known in book.built_in.iter() {
        let example = known.example();
        assert_eq!(rows(&book, &example), [known.number()], "{example}");
        let captures = known.pattern.captures(&example).unwrap();
        let below = |block: &str| format!("Feature: f\n  Scenario: s\n    Given x\n{block}\n");
        let (doc_string, table) = match known.definition.block {
            Block::None => (None, None),
            Block::DocString(block) | Block::Table(block) => {
                let feature = gherkin::Feature::parse(below(block), gherkin::GherkinEnv::default()).unwrap();
                let step = feature.scenarios[0].steps[0].clone();
                let doc_string = step.docstring().map(|raw| crate::DocString::parse(raw));
                (doc_string, step.table().map(|table| table.rows.clone()))
            }
        };
        let prepared = known.prepare(captures, doc_string, table);
        assert!(prepared.is_ok(), "{example}: {prepared:?}");
    }
}

#[test]
fn a_step_is_the_same_under_every_keyword() {
    let book = StepBook::new();
    for keyword in [StepType::Given, StepType::When, StepType::Then] {
        assert!(matches!(book.find(&step(keyword, "I wait 5 seconds")), Ok(Found::BuiltIn(..))));
    }
}

#[test]
fn the_steps_that_the_scala_guides_show_are_known() {
    let book = StepBook::new();
    for (text, row) in [
        (r#"I have a topic "orders""#, 1),
        (r#"I have a topic "orders" with bootstrap servers "kafka:9092""#, 1),
        (r#"I produce event "order" to topic "orders""#, 7),
        (r#"I produce an event to topic "orders":"#, 6),
        (r#"I produce a Protobuf event with schema "Order" to topic "orders":"#, 6),
        (r#"I produce the following events to topic "orders":"#, 9),
        (r#"I should receive an event from topic "orders" within 10 seconds"#, 15),
        (r#"I should receive exactly 3 events from topic "orders" within 10 seconds"#, 19),
        (r#"topic "orders" should have at least 3 events"#, 19),
        (r#"the event should match JSONPath "$.id" with pattern "^a""#, 22),
        (r#"the event should have JSONPath "$.id""#, 23),
        (r#"the event should match "expected""#, 26),
        (r#"the event should validate against schema "Order""#, 28),
        (r#"an event should arrive"#, 0),
        ("I wait 5 seconds", 31),
        (r#"I produce an event to "orders""#, 0),
    ] {
        assert_eq!(rows(&book, text), if row == 0 { vec![] } else { vec![row] }, "{text}");
    }
}

#[test]
fn a_text_that_two_steps_read_is_ambiguous() {
    let book = StepBook::new()
        .with_step("^I wait (.*)$", async |_: &mut ProbeWorld, _| Ok(()))
        .unwrap()
        .with_phrase_books([("steps/a.yaml", "phrases:\n  - phrase: all is {how}\n    steps: [I wait 1s]\n")])
        .unwrap()
        .with_step("all is", async |_: &mut ProbeWorld, _| Ok(()))
        .unwrap();
    let matches = |text: &str| match book.find(&step(StepType::Given, text)) {
        Err(Unresolved::Ambiguous(matches)) => matches,
        other => panic!("{:?}", other.map(|found| found.describe())),
    };
    assert_eq!(matches("I wait 5 seconds"), ["built-in step 31, `I wait {duration}`", "added step `^I wait (.*)$`"]);
    assert_eq!(matches("all is well"), ["phrase `all is {how}` (steps/a.yaml:2)", "added step `all is`"]);
    assert!(book.find(&step(StepType::Given, "I wait long")).is_ok());
}

#[test]
fn a_try_is_known_as_such() {
    let book = StepBook::new();
    let (known, _) = book.built_in(r#"I try to produce event "x" to topic "orders""#).unwrap();
    assert!(known.is_try && known.number() == 12 && known.definition.number == 7);
    assert!(known.meaning().ends_with("; a rejection does not fail the step"));
    assert!(Arguments::default().captures.get("x").is_none());
}

#[test]
fn the_catalogue_is_a_text_for_people_and_json_for_editors() {
    let book = StepBook::new()
        .with_phrase_books([(
            "steps/a.yaml",
            "phrases:\n  - phrase: all is {how}\n    meaning: nothing is amiss\n    steps: [I wait 1s, I wait 2s]\n",
        )])
        .unwrap();
    let catalogue = book.catalogue();
    let numbers: Vec<_> = catalogue.entries.iter().filter_map(|entry| entry.number).collect();
    assert!(numbers.is_sorted() && numbers.len() == book.built_in.len());
    let text = catalogue.to_text();
    assert!(
        text.contains(
            "\n 2  the topic[ {string}] uses {format} serialization\n      events of the scenario are written to the topic in \
             this format; the last topic that a step named is\n      meant where none is\n      e.g. the topic \"orders\" \
             uses Avro serialization\n"
        ),
        "{text}"
    );
    assert!(
        text.contains("\nall is {how}\n      nothing is amiss\n      e.g. I wait 1s\n           I wait 2s\n      from steps/a.yaml:2\n"),
        "{text}"
    );
    let json: serde_json::Value = serde_json::from_str(&catalogue.to_json()).unwrap();
    let entries = json.as_array().unwrap();
    assert_eq!(entries.len(), catalogue.entries.len());
    assert_eq!(entries[0]["number"], 1);
    assert_eq!(entries.last().unwrap()["origin"], "steps/a.yaml:2");
}
