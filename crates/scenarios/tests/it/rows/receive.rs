//! Rows 15 to 21, and 29.

use std::time::Duration;

use test_probe_actors::event_store::StoreLimits;
use test_probe_directives::Format;
use test_probe_encoding::{RegistryFailure, SchemaText};
use test_probe_kafka::Headers;
use test_probe_scenarios::{StepStatus, TestEnvironment};

use crate::rig::{PAYMENT, Rig, Told, after, fails, passes, scenario};

const PRODUCE: &str = r#"I produce event {"orderId": "A-1"} to topic "orders""#;
const RECEIVE: &str = r#"I should receive an event from topic "orders" within 1s"#;

#[test]
fn row_15_the_next_event_that_no_step_has_received() {
    let steps = [
        PRODUCE,
        r#"I produce event {"orderId": "A-2"} to topic "orders""#,
        RECEIVE,
        r#"the event should match JSONPath "$.orderId" with value "A-1""#,
        r#"I should receive an Avro event from topic "orders" on cluster "default" within 1s"#,
        r#"the event should match JSONPath "$.orderId" with value "A-2""#,
    ];
    passes(Rig::new(), &steps);
}

#[test]
fn row_15_without_an_event_the_deadline_is_kept_and_what_was_seen_is_shown() {
    let told = Rig::new().run(&scenario(&[
        r#"I produce event "fixed" to topic "orders""#,
        RECEIVE,
        r#"I should receive an event from topic "orders" within 3 seconds"#,
    ]));
    assert_eq!(told.steps[2].duration, Duration::from_secs(3));
    assert_eq!(
        told.messages(),
        [
            "no event came from topic 'orders' within 3s; 1 other event was seen since the scenario began:\n  partition 0, \
          offset 0 of topic 'orders': an earlier step received it: \
          {\"orderId\":\"A-1\",\"quantity\":2,\"customer\":null,\"tags\":[\"new\",\"1970-01-01T00:00:00.000000Z\"]}"
        ]
    );
    assert_eq!(
        fails(Rig::new(), &[r#"I should receive an event from topic "far" on cluster "eu" within 1s"#]),
        "no event came from topic 'eu/far' within 1s; no other event was seen since the scenario began"
    );
    assert_eq!(
        fails(
            Rig::new(),
            &[
                r#"I produce event "fixed" to topic "orders""#,
                r#"I should receive a Protobuf event from topic "orders" within 1s"#,
            ]
        ),
        "no Protobuf event came from topic 'orders' within 1s; 1 other event was seen since the scenario began:\n  \
         partition 0, offset 0 of topic 'orders': it is Avro, not Protobuf: \
         {\"orderId\":\"A-1\",\"quantity\":2,\"customer\":null,\"tags\":[\"new\",\"1970-01-01T00:00:00.000000Z\"]}"
    );
}

#[test]
fn row_15_an_event_that_comes_while_the_step_waits_is_received() {
    let feature = scenario(&[
        r#"I should receive an event from topic "notes" within 5 seconds"#,
        r#"the event key should match JSONPath "$" with value "late""#,
    ]);
    let told = Rig::new().run_with(&feature, async |kafka| {
        after(Duration::from_secs(3)).await;
        kafka.topic("notes").unwrap().push(Some(b"late"), Some(b"x"), Headers::none());
    });
    assert!(told.summary.is_success(), "{:?}", told.messages());
    assert_eq!(told.steps[0].duration, Duration::from_secs(3));
}

#[test]
fn row_15_events_from_before_the_scenario_do_not_count() {
    let feature = format!("Feature: f\n  Scenario: first\n    * {PRODUCE}\n  Scenario: second\n    * {RECEIVE}\n");
    let told = Rig::new().run(&feature);
    assert_eq!(
        told.messages(),
        ["no event came from topic 'orders' within 1s; no other event was seen since the scenario began"]
    );
}

#[test]
fn row_15_an_event_in_no_format_is_no_avro_event() {
    let message = fails(
        Rig::new(),
        &[
            r#"I produce raw bytes "7b7d" to topic "orders""#,
            r#"I should receive an Avro event from topic "orders" within 1s"#,
        ],
    );
    assert_eq!(
        message,
        "no Avro event came from topic 'orders' within 1s; 1 other event was seen since the scenario began:\n  partition 0, \
         offset 0 of topic 'orders': it is not Avro: the value of partition 0, offset 0 of topic 'orders' cannot be decoded: \
         the bytes start with 0x7b, not with the magic byte 0x00, so they name no schema; they were written without the \
         registry's serializer: 2 bytes that cannot be decoded"
    );
}

#[test]
fn row_15_the_scenarios_own_events_go_before_those_of_nobody() {
    let feature = scenario(&[
        "I wait 1s",
        r#"I have correlation ID "mine""#,
        r#"I produce event {"orderId": "A-1"} to topic "notes""#,
        r#"I should receive an event from topic "notes" within 1s"#,
        r#"the event key should match JSONPath "$" with value "mine""#,
        r#"I should receive an event from topic "notes" within 1s"#,
        r#"the event key should match JSONPath "$" with value "nobodys""#,
    ]);
    let told = Rig::new().run_with(&feature, async |kafka| {
        after(Duration::from_millis(500)).await;
        kafka.topic("notes").unwrap().push(Some(b"nobodys"), Some(b"x"), Headers::none());
    });
    assert!(told.summary.is_success(), "{:?}", told.messages());
}

#[test]
fn row_15_events_that_had_to_make_room_are_told_of() {
    let rig = Rig { store: StoreLimits { max_events: 2, max_bytes: usize::MAX }, ..Rig::new() };
    let message = fails(
        rig,
        &[
            r#"I produce event {"orderId": "A-1"} to topic "orders""#,
            r#"I produce event {"orderId": "A-2"} to topic "orders""#,
            r#"I produce event {"orderId": "A-3"} to topic "orders""#,
            r#"I should receive an event matching JSONPath "$.orderId" with value "A-1" from topic "orders" within 1s"#,
        ],
    );
    assert_eq!(
        message,
        "no event with \"A-1\" (a text) at $.orderId came from topic 'orders' within 1s; 2 other events were seen since the \
         scenario began, the nearest are:\n  partition 0, offset 2 of topic 'orders': $.orderId is \"A-3\" (a text): \
         {\"orderId\":\"A-3\",\"quantity\":1,\"customer\":null,\"tags\":[]}\n  partition 0, offset 1 of topic 'orders': \
         $.orderId is \"A-2\" (a text): {\"orderId\":\"A-2\",\"quantity\":1,\"customer\":null,\"tags\":[]}\n  1 more had to \
         make room before they were looked at; raise test-probe.core.kafka.consumer.max-events or max-bytes"
    );
}

#[test]
fn row_15_an_event_that_had_to_make_room_is_named_where_it_is_asked_for() {
    let rig = Rig { store: StoreLimits { max_events: 1, max_bytes: usize::MAX }, ..Rig::new() };
    let message = fails(
        rig,
        &[
            r#"I have correlation ID "order-1""#,
            PRODUCE,
            r#"I have correlation ID "order-2""#,
            PRODUCE,
            r#"I should receive an event with correlation "order-1" from topic "orders" within 1s"#,
        ],
    );
    assert_eq!(
        message,
        "the event with correlation id '6e7f85a9-d0fe-3b5d-bb50-4c6f2991d744' on topic 'orders' was read, but had to make room \
         for later ones; raise test-probe.core.kafka.consumer.max-events or max-bytes"
    );
}

#[test]
fn row_16_an_event_is_received_by_its_label() {
    let steps = [
        PRODUCE,
        r#"I produce event "fixed" to topic "orders""#,
        r#"I should receive event "fixed" from topic "reservations" within 1s"#,
        r#"the event should match JSONPath "$.quantity" with value 2"#,
    ];
    passes(Rig::new(), &steps);
}

#[test]
fn row_16_an_unknown_label_and_an_event_that_does_not_come_are_told_apart() {
    let label = r#"I should receive event "fixd" from topic "orders""#;
    assert_eq!(
        fails(Rig::new(), &[r#"I produce event "fixed" to topic "orders""#, label]),
        "this scenario has produced no event called 'fixd'; did you mean 'fixed'?"
    );
    assert_eq!(
        fails(Rig::new(), &[label]),
        "this scenario has produced no event called 'fixd'; produce it with `I produce event \"…\" to topic \"…\"`, which \
         makes an event from a template"
    );
    let told = Rig::new().run(&scenario(&[
        r#"I produce event "fixed" to topic "audit""#,
        r#"I should receive event "fixed" from topic "orders""#,
    ]));
    assert_eq!(
        told.messages(),
        [
            "no event with the correlation id of 'fixed' came from topic 'orders' within 10s; no other event was seen since the \
          scenario began"
        ]
    );
    assert_eq!(told.steps[1].duration, TestEnvironment::DEFAULT_RECEIVE_TIMEOUT);
}

#[test]
fn row_17_an_event_is_received_by_its_type() {
    let table = "I produce the following events to topic \"orders\":\n  | @type | orderId |\n  | Placed | A-1 |\n  \
                 | Changed | A-2 |";
    let steps = [
        table,
        r#"I should receive a Changed event from "orders" within 1s"#,
        r#"the event should match JSONPath "$.orderId" with value "A-2""#,
        r#"I should receive an Placed event from "orders" within 1s"#,
    ];
    passes(Rig::new(), &steps);
    let message = fails(Rig::new(), &[table, r#"I should receive a Gone event from "orders" within 1s"#]);
    let lines: Vec<&str> = message.lines().map(|line| line.split(": {").next().unwrap()).collect();
    assert_eq!(
        lines,
        [
            "no event of type 'Gone' came from topic 'orders' within 1s; 2 other events were seen since the scenario began, \
             the nearest are:",
            "  partition 0, offset 1 of topic 'orders': its type is 'Changed'",
            "  partition 0, offset 0 of topic 'orders': its type is 'Placed'",
        ]
    );
}

#[test]
fn row_17_events_whose_keys_are_no_cloud_events_have_no_type() {
    let message = fails(
        Rig::new(),
        &[r#"I produce raw bytes "00" to topic "notes""#, r#"I should receive a Note event from "notes" within 1s"#],
    );
    assert!(
        message.contains("its key is no CloudEvent, so it has no type: 1 bytes that cannot be decoded"),
        "{message}"
    );
}

#[test]
fn row_18_an_event_is_received_by_its_content_from_any_topic() {
    let steps = [
        r#"I produce event {"orderId": "A-1", "quantity": 2} to topic "orders""#,
        r#"I produce event {"orderId": "A-2", "quantity": 3} to topic "orders""#,
        r#"I should receive an event matching JSONPath "$.quantity" with value 3"#,
        r#"I should receive an event matching JSONPath "$.quantity" with value 3.0 within 1s"#,
        r#"I should receive an event matching JSONPath "$.orderId" with value "A-1" from topic "reservations""#,
    ];
    passes(Rig::new(), &steps);
}

#[test]
fn row_18_types_are_kept_apart_and_the_nearest_events_are_shown() {
    let message = fails(
        Rig::new(),
        &[
            PRODUCE,
            r#"I produce a tombstone with key "k" to topic "orders""#,
            r#"I should receive an event matching JSONPath "$.quantity" with value "1" from topic "orders" within 1s"#,
        ],
    );
    assert_eq!(
        message,
        "no event with \"1\" (a text) at $.quantity came from topic 'orders' within 1s; 2 other events were seen since the \
         scenario began, the nearest are:\n  partition 0, offset 0 of topic 'orders': $.quantity is 1 (a number): \
         {\"orderId\":\"A-1\",\"quantity\":1,\"customer\":null,\"tags\":[]}\n  partition 0, offset 1 of topic 'orders': \
         partition 0, offset 1 of topic 'orders' is a tombstone and has no value: a tombstone"
    );
    let message = fails(Rig::new(), &[r#"I should receive an event matching JSONPath "$.a" with value 1 within 1s"#]);
    assert_eq!(
        message,
        "no event with 1 (a number) at $.a came from topics 'orders', 'reservations', 'notes', 'eu/far' within 1s; no other \
         event was seen since the scenario began"
    );
}

fn produced(count: usize) -> String {
    format!("I produce {count} events from template \"order-created\" to topic \"orders\"")
}

#[test]
fn row_19_the_next_events_are_received_and_the_rest_is_left() {
    let steps = [
        produced(5),
        r#"I should receive 2 events from topic "orders" within 1s"#.to_owned(),
        r#"1 event should match JSONPath "$.quantity" with value 2"#.to_owned(),
        r#"I should receive at least 1 Avro event from topic "orders" within 1s"#.to_owned(),
        r#"all events should match JSONPath "$.customer" with value null"#.to_owned(),
        r#"the event should match JSONPath "$.quantity" with value 5"#.to_owned(),
        r#"I should receive exactly 0 events from topic "orders" within 1s"#.to_owned(),
        r#"I should receive exactly 5 events from topic "reservations" within 1s"#.to_owned(),
        r#"I should receive 0 events from topic "far" on cluster "eu" within 1s"#.to_owned(),
    ];
    passes(Rig::new(), &steps.each_ref().map(String::as_str));
}

#[test]
fn row_19_too_few_events_are_counted() {
    let steps = [produced(2), r#"I should receive at least 3 events from topic "orders" within 2s"#.to_owned()];
    assert_eq!(
        fails(Rig::new(), &steps.each_ref().map(String::as_str)),
        "only 2 events came from topic 'orders' within 2s, not 3; no other event was seen since the scenario began"
    );
}

#[test]
fn row_19_exactly_so_many_means_that_nothing_comes_after_them() {
    let steps = [produced(3), r#"I should receive exactly 2 events from topic "orders" within 1s"#.to_owned()];
    let message = fails(Rig::new(), &steps.each_ref().map(String::as_str));
    let (first, rest) = message.split_once('\n').unwrap();
    assert_eq!(first, "3 events came from topic 'orders', not exactly 2 with nothing for 500ms after them");
    assert!(rest.starts_with("  too many is partition 0, offset 2 of topic 'orders': {"), "{rest}");

    let late = |delay: u64| {
        let feature = scenario(&[r#"I should receive exactly 1 event from topic "notes" within 5s"#]);
        Rig::new().run_with(&feature, async move |kafka| {
            for _ in 0..2 {
                after(Duration::from_millis(delay)).await;
                kafka.topic("notes").unwrap().push(Some(b"k"), Some(b"x"), Headers::none());
            }
        })
    };
    let statuses = |told: Told| told.statuses();
    assert_eq!(statuses(late(499)), [StepStatus::Failed], "inside the quiet period");
    assert_eq!(statuses(late(501)), [StepStatus::Passed], "after it");
}

#[test]
fn row_19_a_topic_has_what_came_whoever_received_it() {
    let steps = [
        produced(3),
        RECEIVE.to_owned(),
        r#"topic "orders" should have at least 3 events"#.to_owned(),
        r#"topic "orders" should have 2 events"#.to_owned(),
        r#"3 events should match JSONPath "$.customer" with value null"#.to_owned(),
    ];
    passes(Rig::new(), &steps.each_ref().map(String::as_str));
    assert_eq!(
        fails(Rig::new(), &[&produced(3), r#"topic "orders" should have at least 4 events"#]),
        "topic 'orders' had 3 events after 10s, not 4 or more"
    );
}

#[test]
fn row_20_every_produced_event_is_received_however_many_have_one_id() {
    let steps = [
        r#"I have correlation ID "same""#.to_owned(),
        PRODUCE.to_owned(),
        PRODUCE.to_owned(),
        RECEIVE.to_owned(),
        produced(3),
        r#"every produced event should be received from topic "orders" within 1s"#.to_owned(),
        r#"topic "orders" should have 5 events"#.to_owned(),
        r#"no event should arrive on topic "orders" within 1s"#.to_owned(),
        r#"every produced event should be received from topic "reservations" within 1s"#.to_owned(),
    ];
    passes(Rig::new(), &steps.each_ref().map(String::as_str));
}

#[test]
fn row_20_events_that_did_not_come_are_named() {
    let steps = [
        r#"I have correlation ID "a""#,
        r#"I produce event {"orderId": "A-1"} to topic "audit""#,
        r#"I have correlation ID "b""#,
        r#"I produce event {"orderId": "A-1"} to topic "audit""#,
        r#"every produced event should be received from topic "reservations" within 2s"#,
    ];
    assert_eq!(
        fails(Rig::new(), &steps),
        "2 of 2 produced events were not received from topic 'reservations' within 2s: those with correlation id 'a' \
         (0cc175b9-c0f1-36a8-b1c3-99e269772661), 'b' (92eb5ffe-e6ae-3fec-bad7-1c777531578f)"
    );
    assert_eq!(
        fails(Rig::new(), &[r#"every produced event should be received from topic "orders" within 2s"#]),
        "no event was produced and acknowledged in this scenario"
    );
}

#[test]
fn row_21_silence_is_waited_for_and_what_breaks_it_is_shown() {
    let told = passes(
        Rig::new(),
        &[
            PRODUCE,
            RECEIVE,
            r#"no event should arrive on topic "orders" within 2 seconds"#,
            r#"no event matching JSONPath "$.orderId" with value "A-9" should arrive on topic "reservations" within 1s"#,
        ],
    );
    assert_eq!(told.steps[2].duration, Duration::from_secs(2));
    assert_eq!(
        fails(Rig::new(), &[PRODUCE, r#"no event should arrive on topic "orders" within 2 seconds"#]),
        "an event came on topic 'orders', and none should within 2s\n  partition 0, offset 0 of topic 'orders': \
         {\"orderId\":\"A-1\",\"quantity\":1,\"customer\":null,\"tags\":[]}"
    );
    let matching =
        r#"no event matching JSONPath "$.quantity" with value 1 should arrive on topic "reservations" within 1s"#;
    let message = fails(Rig::new(), &[PRODUCE, matching]);
    assert!(
        message.starts_with(
            "an event with 1 (a number) at $.quantity came on topic 'reservations', and none should within 1s"
        ),
        "{message}"
    );
}

#[test]
fn row_21_an_event_that_comes_later_ends_the_silence_at_once() {
    let feature = scenario(&[r#"no event should arrive on topic "notes" within 10 seconds"#]);
    let told = Rig::new().run_with(&feature, async |kafka| {
        after(Duration::from_secs(4)).await;
        kafka.topic("notes").unwrap().push(Some(b"k"), None, Headers::none());
    });
    assert_eq!(told.steps[0].duration, Duration::from_secs(4));
    assert!(
        told.messages()[0].ends_with("partition 0, offset 0 of topic 'notes': a tombstone"),
        "{:?}",
        told.messages()
    );
}

#[test]
fn row_29_latencies_are_measured_from_the_call_to_the_acknowledgement_and_to_the_arrival() {
    let feature = scenario(&[
        PRODUCE,
        r#"the p100 produce latency on topic "orders" should be below 2001 ms"#,
        "the p50 produce latency should be below 2001 ms",
        "I wait 1s",
        r#"the p99 end-to-end latency on topic "orders" should be below 2001 ms"#,
        "the p1 end-to-end latency should be below 2001 ms",
        r#"the p1 end-to-end latency on topic "reservations" should be below 2000 ms"#,
    ]);
    let rig = Rig::new();
    rig.kafka.hold();
    let told = rig.run_with(&feature, async |kafka| {
        after(Duration::from_secs(2)).await;
        kafka.release();
    });
    assert_eq!(
        told.messages(),
        ["the p1 end-to-end latency on topic 'reservations' is 2000.000 ms over 1 event, not below 2000 ms"]
    );
}

#[test]
fn row_29_every_event_counts_that_an_earlier_step_has_received() {
    let produce = r#"I produce 100 events from template "order-created" to topic "orders""#;
    for (receive, place) in [
        (r#"I should receive 100 events from topic "reservations" within 5 seconds"#, r#" on topic "reservations""#),
        (r#"topic "orders" should have 100 events"#, r#" on topic "orders""#),
        (r#"topic "orders" should have 100 events"#, ""),
    ] {
        let feature =
            scenario(&[produce, receive, &format!("the p100 end-to-end latency{place} should be below 2000 ms")]);
        let rig = Rig::new();
        rig.kafka.hold();
        let told = rig.run_with(&feature, async |kafka| {
            after(Duration::from_secs(2)).await;
            kafka.release();
        });
        let place = place.replace('"', "'");
        assert_eq!(
            told.messages(),
            [format!("the p100 end-to-end latency{place} is 2000.000 ms over 100 events, not below 2000 ms")],
            "{receive}"
        );
    }
}

#[test]
fn row_29_an_event_that_is_seen_more_than_once_came_once() {
    let feature = scenario(&[
        r#"I have correlation ID "one-id""#,
        PRODUCE,
        r#"topic "orders" should have 1 event"#,
        "the p100 end-to-end latency on topic \"orders\" should be below 1 ms",
        "I wait 2s",
        PRODUCE,
        r#"topic "orders" should have 2 events"#,
        "the p100 end-to-end latency on topic \"orders\" should be below 1 ms",
    ]);
    let told = Rig::new().run_with(&feature, async |kafka| {
        after(Duration::from_secs(1)).await;
        kafka.hold();
        after(Duration::from_secs(3)).await;
        kafka.release();
    });
    assert_eq!(
        told.messages(),
        ["the p100 end-to-end latency on topic 'orders' is 2000.000 ms over 2 events, not below 1 ms"]
    );
}

#[test]
fn row_29_an_event_came_when_it_was_first_seen_and_not_when_it_is_measured() {
    let told = Rig::new().run(&scenario(&[
        PRODUCE,
        "I wait 5s",
        "the p100 end-to-end latency should be below 1 ms",
        r#"the p100 end-to-end latency on topic "audit" should be below 1 ms"#,
    ]));
    assert_eq!(
        told.messages(),
        [
            "topic 'audit' is only produced to in this test's directive; add an entry with role `consumer` to receive from it"
        ]
    );
}

#[test]
fn row_29_without_an_event_there_is_no_latency() {
    assert_eq!(
        fails(Rig::new(), &["the p99 produce latency should be below 5 ms"]),
        "there is no produce latency: no event of this scenario has one"
    );
    assert_eq!(
        fails(Rig::new(), &[PRODUCE, r#"the p99 end-to-end latency on topic "notes" should be below 5 ms"#]),
        "there is no end-to-end latency on topic 'notes': no event of this scenario has one"
    );
    assert_eq!(
        fails(Rig::new(), &[r#"the p99 produce latency on topic "x" should be below 5 ms"#]),
        "topic 'x' is not in this test's directive; it has orders, orders, reservations, audit, notes, notes, far, far"
    );
}

/// A payment in Avro under a schema that the probe has not met, as a step that writes it.
fn payment_of_somebody_else(rig: &Rig) -> String {
    let id = rig.registry.put("elsewhere", &SchemaText::new(Format::Avro, PAYMENT)).to_string().parse::<u32>().unwrap();
    format!(r#"I produce raw bytes "00 {id:08x} 000000000000f83f" to topic "notes""#)
}

#[test]
fn row_18_an_event_whose_schema_is_not_known_yet_is_looked_at_again() {
    let rig = Rig::new();
    rig.registry.fail_next(std::iter::repeat_n(RegistryFailure::TooManyRequests, 3));
    let produce = payment_of_somebody_else(&rig);
    let receive =
        r#"I should receive an event matching JSONPath "$.amount" with value 1.5 from topic "notes" within 5s"#;
    passes(rig, &[&produce, receive]);
}

#[test]
fn rows_18_and_21_an_event_that_nobody_can_judge_is_told_and_proves_nothing() {
    for step in [
        r#"I should receive an event matching JSONPath "$.amount" with value 1.5 from topic "notes" within 1s"#,
        r#"no event matching JSONPath "$.amount" with value 1.5 should arrive on topic "notes" within 1s"#,
    ] {
        let rig = Rig::new();
        rig.registry.fail_next(std::iter::repeat_n(RegistryFailure::TooManyRequests, 100));
        let produce = payment_of_somebody_else(&rig);
        let message = fails(rig, &[&produce, step]);
        assert!(message.contains("cannot be judged") || message.contains("is not known"), "{message}");
        assert!(message.contains("too many requests") || message.contains("429"), "{message}");
    }
}
