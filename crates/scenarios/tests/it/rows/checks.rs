//! Rows 22 to 27, and 31.

use std::time::Duration;

use crate::rig::{Rig, fails, passes};

const FIXED: [&str; 2] =
    [r#"I produce event "fixed" to topic "orders""#, r#"I should receive an event from topic "orders" within 1s"#];
const THE_EVENT: &str = "the event at partition 0, offset 0 of topic 'orders'";
const VALUE: &str = r#"{"orderId":"A-1","quantity":2,"customer":null,"tags":["new","1970-01-01T00:00:00.000000Z"]}"#;

/// The steps after an event was received.
#[track_caller]
fn received_passes(steps: &[&str]) {
    passes(Rig::new(), &[&FIXED, steps].concat());
}

#[track_caller]
fn received_fails(step: &str) -> String {
    fails(Rig::new(), &[&FIXED[..], &[step]].concat())
}

#[test]
fn row_22_what_stands_at_a_path_is_compared() {
    received_passes(&[
        r#"the event should match JSONPath "$.orderId" with value "A-1""#,
        r#"the event value should match JSONPath "$.quantity" with value 2"#,
        r#"the event should match JSONPath "$.customer" with value null"#,
        r#"the event should match JSONPath "$.tags.length()" with value 2"#,
        r#"the event should match JSONPath "$.tags" with value ["new", "1970-01-01T00:00:00.000000Z"]"#,
        r#"the event should match JSONPath "$.tags[*]" with value 'new'"#,
        r#"the event should match JSONPath "$.orderId" with pattern "^A-[0-9]+$""#,
        r#"the event should match JSONPath "$.orderId" matching pattern "-1""#,
        r#"the event should match JSONPath "$.tags" containing "new""#,
        r#"the event should match JSONPath "$.orderId" containing "A""#,
        r#"the event should match JSONPath "$.quantity" greater than 1"#,
        r#"the event should match JSONPath "$.quantity" less than 2.5"#,
        r#"the event key should match JSONPath "$.type" with value "OrderCreated""#,
    ]);
}

#[test]
fn row_22_what_does_not_match_is_shown_with_its_type() {
    for (step, message) in [
        (
            r#"the event should match JSONPath "$.quantity" with value "2""#,
            format!(r#"{THE_EVENT}: $.quantity is 2 (a number), not "2" (a text)"#),
        ),
        (
            r#"the event should match JSONPath "$.gone" with value 1"#,
            format!("{THE_EVENT}: nothing is at $.gone: {VALUE}, not 1 (a number)"),
        ),
        (
            r#"the event should match JSONPath "$.tags[*]" with value "old""#,
            format!(r#"{THE_EVENT}: $.tags[*] is one of "new", "1970-01-01T00:00:00.000000Z", not "old" (a text)"#),
        ),
        (
            r#"the event should match JSONPath "$.orderId" with pattern "^B""#,
            format!(r#"{THE_EVENT}: $.orderId is "A-1" (a text), not a text that matches ^B"#),
        ),
        (
            r#"the event should match JSONPath "$.orderId" containing "B""#,
            format!(r#"{THE_EVENT}: $.orderId is "A-1" (a text), not a text or a list that contains "B""#),
        ),
        (
            r#"the event should match JSONPath "$.quantity" greater than 2"#,
            format!("{THE_EVENT}: $.quantity is 2 (a number), not greater than 2 (a number)"),
        ),
        (
            r#"the event should match JSONPath "$.quantity" less than "3""#,
            format!(r#"{THE_EVENT}: $.quantity is 2 (a number), not less than "3" (a text)"#),
        ),
        (
            r#"the event key should match JSONPath "$.type" with value "X""#,
            format!(r#"the key of {THE_EVENT}: $.type is "OrderCreated" (a text), not "X" (a text)"#),
        ),
    ] {
        assert_eq!(received_fails(step), message);
    }
    assert_eq!(
        fails(Rig::new(), &[r#"the event should match JSONPath "$.a" with value 1"#]),
        "no event was received in this scenario; put a step such as `I should receive an event from topic …` before this one"
    );
}

#[test]
fn row_22_an_event_without_a_value_says_so() {
    let steps = [
        r#"I produce a tombstone with key "k" to topic "orders""#,
        FIXED[1],
        r#"the event should match JSONPath "$.a" with value 1"#,
    ];
    assert_eq!(fails(Rig::new(), &steps), "partition 0, offset 0 of topic 'orders' is a tombstone and has no value");
}

#[test]
fn row_23_a_path_is_there_or_not() {
    received_passes(&[
        r#"the event should have JSONPath "$.orderId""#,
        r#"the event value should have JSONPath "$.customer""#,
        r#"the event key should have JSONPath "$.correlationid""#,
        r#"the event should not have JSONPath "$.gone""#,
        r#"the event key should not have JSONPath "$.orderId""#,
    ]);
    assert_eq!(
        received_fails(r#"the event should have JSONPath "$.gone""#),
        format!("{THE_EVENT}: nothing is at $.gone: {VALUE}")
    );
    assert_eq!(
        received_fails(r#"the event should not have JSONPath "$.orderId""#),
        format!(r#"{THE_EVENT}: $.orderId is "A-1" (a text), and nothing should be there"#)
    );
}

const THREE: [&str; 2] = [
    "I produce the following events to topic \"orders\":\n  | orderId | quantity |\n  | A-1 | 1 |\n  | A-2 | 3 |\n  | A-3 | 2 |",
    r#"I should receive 3 events from topic "orders" within 1s"#,
];

#[test]
fn row_24_so_many_of_the_events_match() {
    let steps = [
        r#"1 event should match JSONPath "$.quantity" with value 3"#,
        r#"0 events should match JSONPath "$.quantity" with value 9"#,
        r#"all events should match JSONPath "$.customer" with value null"#,
    ];
    passes(Rig::new(), &[&THREE[..], &steps].concat());
    let failing = |step| fails(Rig::new(), &[&THREE[..], &[step]].concat());
    assert_eq!(
        failing(r#"2 events should match JSONPath "$.quantity" with value 3"#),
        "1 of 3 events have 3 (a number) at $.quantity, not 2; the others are such as\n  partition 0, offset 0 of topic \
         'orders': $.quantity is 1 (a number)\n  partition 0, offset 2 of topic 'orders': $.quantity is 2 (a number)"
    );
    assert_eq!(
        failing(r#"2 events should match JSONPath "$.customer" with value null"#),
        "3 of 3 events have null at $.customer, not 2"
    );
    assert_eq!(
        fails(Rig::new(), &[r#"all events should match JSONPath "$.a" with value 1"#]),
        "no events were received in this scenario; put a step such as `I should receive 2 events from topic …` before this one"
    );
}

#[test]
fn row_25_events_come_in_order() {
    let steps = [
        r#"the events should be ordered by JSONPath "$.orderId""#,
        r#"the events should be in order by JSONPath "$.orderId" ascending"#,
    ];
    passes(Rig::new(), &[&THREE[..], &steps].concat());
    let failing = |step| fails(Rig::new(), &[&THREE[..], &[step]].concat());
    assert_eq!(
        failing(r#"the events should be ordered by JSONPath "$.quantity" ascending"#),
        "the events are not in order by $.quantity: 3 at partition 0, offset 1 of topic 'orders' comes before 2 at partition \
         0, offset 2 of topic 'orders'"
    );
    assert_eq!(
        failing(r#"the events should be ordered by JSONPath "$.quantity" descending"#),
        "the events are not in order by $.quantity: 1 at partition 0, offset 0 of topic 'orders' comes before 3 at partition \
         0, offset 1 of topic 'orders'"
    );
    assert_eq!(
        failing(r#"the events should be ordered by JSONPath "$.gone""#),
        "the event at partition 0, offset 0 of topic 'orders' cannot be put in order: nothing is at $.gone: \
         {\"orderId\":\"A-1\",\"quantity\":1,\"customer\":null,\"tags\":[]}"
    );
    assert_eq!(
        failing(r#"the events should be ordered by JSONPath "$.customer""#),
        "null and null have no order; numbers are compared with numbers and texts with texts"
    );
}

#[test]
fn row_26_an_event_is_as_expected() {
    received_passes(&[
        r#"the event should match "reserved""#,
        "the event should equal:\n  \"\"\"json\n  {\"orderId\": \"A-1\", \"quantity\": 2, \"customer\": null, \"tags\": \
         [\"new\", {{any}}]}\n  \"\"\"",
    ]);
    assert_eq!(
        received_fails(
            "the event should equal:\n  \"\"\"\n  {\"orderId\": {{uuid}}, \"quantity\": \"2\", \"x\": 1}\n  \"\"\""
        ),
        format!(
            "{THE_EVENT} is not as the doc string in 5 places:\n  $.orderId is \"A-1\" (a text), not a UUID\n  $.quantity is 2 (a \
             number), not \"2\" (a text)\n  $.x is missing; 1 (a number) is expected\n  $.customer is null, and nothing is \
             expected there\n  $.tags is [\"new\",\"1970-01-01T00:00:00.000000Z\"] (a list), and nothing is expected \
             there\n  the event is {VALUE}"
        )
    );
    assert_eq!(
        received_fails(r#"the event should match "reservd""#),
        "there is no expected/reservd.json; did you mean reserved?"
    );
    let rig = Rig { expected: vec![("reserved", r#"{"quantity": 3}"#)], ..Rig::new() };
    assert_eq!(
        fails(rig, &[FIXED[0], FIXED[1], r#"the event should match "reserved""#]),
        format!(
            "{THE_EVENT} is not as expected/reserved.json in 1 place:\n  $.quantity is 2 (a number), not 3 (a number)\n  the \
             event is {VALUE}"
        )
    );
}

#[test]
fn row_27_headers_are_compared_as_texts() {
    let produce =
        r#"I produce event {"orderId": "A-1"} to topic "orders" with headers {"source": ["a", "shop"], "n": 17}"#;
    let steps = |step| [produce, FIXED[1], step];
    for step in [
        r#"the event header "source" should be "shop""#,
        r#"the event header "n" should match pattern "^[0-9]+$""#,
        r#"the event header "gone" should not exist"#,
    ] {
        passes(Rig::new(), &steps(step));
    }
    for (step, problem) in [
        (r#"the event header "source" should be "a""#, r#": header 'source' is "shop", not "a""#),
        (r#"the event header "n" should match pattern "^a""#, r#": header 'n' is "17", not a text that matches ^a"#),
        (r#"the event header "n" should not exist"#, r#": header 'n' is "17", and should not be there"#),
        (r#"the event header "sorce" should be "a""#, " has no header 'sorce'; did you mean 'source'?"),
        (r#"the event header "xyz" should be "a""#, " has no header 'xyz'; it has source, source, n"),
    ] {
        assert_eq!(fails(Rig::new(), &steps(step)), format!("{THE_EVENT}{problem}"));
    }
    assert_eq!(
        received_fails(r#"the event header "x" should match pattern "a""#),
        format!("{THE_EVENT} has no header 'x'; it has none at all")
    );
}

#[test]
fn row_31_time_passes_and_an_event_is_shown() {
    let steps = [&FIXED[..], &["I wait 90 seconds", "I print the event"]].concat();
    let told = passes(Rig::new(), &steps);
    assert_eq!(told.steps[2].duration, Duration::from_secs(90), "longer than the step time-out");
    let [printed] = told.steps[3].attachments.as_slice() else { panic!("one text") };
    let printed: serde_json::Value = serde_json::from_str(printed).unwrap();
    assert_eq!(printed["topic"], "orders");
    assert_eq!((printed["partition"].as_i64(), printed["offset"].as_i64()), (Some(0), Some(0)));
    assert_eq!(printed["timestamp"], "1970-01-01T00:00:00.000000Z");
    assert_eq!(printed["key"]["type"], "OrderCreated");
    assert_eq!(printed["value"]["orderId"], "A-1");
    assert!(told.steps[..3].iter().all(|step| step.attachments.is_empty()));
}

#[test]
fn row_31_what_cannot_be_decoded_is_shown_as_such() {
    let steps = [
        r#"I produce raw bytes "7b7d" to topic "orders""#,
        FIXED[1],
        "I print the event",
        r#"I produce a tombstone with key "k" to topic "orders""#,
        FIXED[1],
        "I print the event",
    ];
    let told = passes(Rig::new(), &steps);
    assert!(told.steps[2].attachments[0].contains("cannot be decoded: the bytes start with 0x7b"), "{told:?}");
    assert!(told.steps[5].attachments[0].contains("\"value\": null"), "{told:?}");
    assert!(fails(Rig::new(), &["I print the event"]).starts_with("no event was received in this scenario"));
}
