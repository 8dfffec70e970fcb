//! Rows 5 to 14.

use std::sync::Arc;
use std::time::Duration;

use test_probe_directives::TopicName;
use test_probe_encoding::{CloudEvent, RegistryFailure, SchemaCatalog, SerdesFactory, SerdesSettings};
use test_probe_kafka::{NackKind, OutgoingRecord, ProducedNack};
use test_probe_scenarios::StepStatus;
use test_probe_testkit::LoopbackKafka;

use crate::rig::{ORDER_CREATED, PAYMENT, Rig, fails, passes, paused, scenario};

/// What was written, as keys and values that can be compared.
struct Sent {
    topic: String,
    key: CloudEvent,
    value: Option<serde_json::Value>,
    record: OutgoingRecord,
}

fn sent(rig: &Rig) -> impl FnOnce() -> Vec<Sent> + use<> {
    let (kafka, registry, schemas) = (rig.kafka.clone(), Arc::clone(&rig.registry), rig.schemas.clone());
    move || {
        let catalog = SchemaCatalog::parse(schemas).unwrap();
        let clock = test_probe_directives::WallClock::system();
        let serdes = SerdesFactory::new(registry, catalog, SerdesSettings::default(), clock);
        paused(async {
            let mut all = Vec::new();
            for (topic, record) in kafka.sent() {
                let key = record.key.as_deref().unwrap_or_default();
                let key = serdes.resolving(|serdes| serdes.decode_cloud_event(key)).await.unwrap();
                let value = match record.value.as_deref() {
                    Some(value) => serdes.resolving(|serdes| serdes.decode_value_json(value)).await.ok(),
                    None => None,
                };
                all.push(Sent { topic: topic.to_string(), key, value, record });
            }
            all
        })
    }
}

/// Runs the steps and gives what they wrote.
#[track_caller]
fn written(rig: Rig, steps: &[&str]) -> Vec<Sent> {
    let sent = sent(&rig);
    passes(rig, steps);
    sent()
}

fn order(id: &str) -> serde_json::Value {
    serde_json::json!({"orderId": id, "quantity": 1, "customer": null, "tags": []})
}

#[test]
fn row_5_an_event_of_the_step_itself_is_written_with_key_value_and_headers() {
    let step = r#"I produce Avro event {"orderId": "A-1"} to topic "orders" with headers {"source": "shop", "n": 1}"#;
    let events = written(Rig::new(), &[step]);
    let [Sent { topic, key, value, record }] = events.as_slice() else { panic!("one event") };
    assert_eq!((topic.as_str(), value), ("orders", &Some(order("A-1"))));
    assert_eq!((key.event_type.as_str(), key.payloadversion.as_str()), ("OrderCreated", "v1"));
    assert_eq!((key.source.as_str(), key.time.as_str()), ("test-probe", "1970-01-01T00:00:00.000000Z"));
    assert_eq!(record.headers.last("source"), Some(b"shop".as_slice()));
    assert_eq!(record.headers.last("n"), Some(b"1".as_slice()));
}

#[test]
fn row_5_an_event_that_does_not_fit_fails_with_the_place() {
    let message = fails(Rig::new(), &[r#"I produce event {"orderId": 1} to topic "orders""#]);
    let end = " on topic 'orders' was not acknowledged: Encoding: the event was not encoded: the JSON does not fit record \
               `com.acme.OrderCreated` (schema id 1, subject `orders-com.acme.OrderCreated`): $.orderId: 1 does not fit; the \
               schema wants a string";
    assert!(message.starts_with("the event with correlation id '") && message.ends_with(end), "{message}");
}

#[test]
fn row_5_a_topic_in_the_other_role_is_explained() {
    assert_eq!(
        fails(Rig::new(), &[r#"I produce event {} to topic "reservations""#]),
        "topic 'reservations' is only consumed in this test's directive; add an entry with role `producer` to produce to it"
    );
    assert_eq!(
        fails(Rig::new(), &[r#"I should receive an event from topic "audit" within 1s"#]),
        "topic 'audit' is only produced to in this test's directive; add an entry with role `consumer` to receive from it"
    );
}

#[test]
fn row_5_a_format_that_the_schema_is_not_in_is_told() {
    for step in [
        r#"I produce Protobuf event {"orderId": "A-1"} to topic "orders""#,
        "I produce a JSON event to topic \"orders\":\n  \"\"\"\n  {\"orderId\": \"A-1\"}\n  \"\"\"",
        "I produce an event to topic \"orders\":\n  \"\"\"protobuf\n  {\"orderId\": \"A-1\"}\n  \"\"\"",
    ] {
        let message = fails(Rig::new(), &[step]);
        let end = "was not acknowledged: Encoding: the event was not encoded: no record is named for topic `orders`, and \
                   the test's `schemas/` have com.acme.OrderCreated; name one of them, or give the topic's subject";
        assert!(message.ends_with(end), "{message}");
    }
}

#[test]
fn row_6_every_part_of_the_long_form_counts() {
    let step = "I produce an Avro event with type \"OrderPlaced\" with schema \"OrderCreated\" version 1 with correlation \
                \"order-1\" to topic \"far\" on cluster \"eu\" with headers {\"h\": \"v\"}:\n  \"\"\"json\n  {\"orderId\": \
                \"A-1\"}\n  \"\"\"";
    let events = written(Rig::new(), &[step]);
    let Sent { topic, key, value, record } = &events[0];
    assert_eq!((topic.as_str(), value), ("far", &Some(order("A-1"))));
    assert_eq!(key.correlationid, "6e7f85a9-d0fe-3b5d-bb50-4c6f2991d744");
    assert_eq!((key.event_type.as_str(), key.payloadversion.as_str()), ("OrderPlaced", "v1"));
    assert_eq!(record.headers.last("h"), Some(b"v".as_slice()));
}

#[test]
fn row_6_the_doc_strings_type_may_be_left_out_or_name_the_format() {
    for word in ["", "json", "avro", "application/json"] {
        let step =
            format!("I produce event to topic \"orders\":\n  \"\"\"{word}\n  {{\"orderId\": \"A-1\"}}\n  \"\"\"");
        assert_eq!(written(Rig::new(), &[&step])[0].value, Some(order("A-1")), "{word}");
    }
}

#[test]
fn row_6_of_two_schemas_the_one_that_is_called_as_the_type_is_taken() {
    let two = || Rig { schemas: vec![("OrderCreated.avsc", ORDER_CREATED), ("Payment.avsc", PAYMENT)], ..Rig::new() };
    let step = |with: &str| {
        format!("I produce an event{with} to topic \"orders\":\n  \"\"\"\n  {{\"amount\": 1.5}}\n  \"\"\"")
    };
    let events = written(two(), &[&step(" with type \"payment\""), &step(" with schema \"Payment\"")]);
    assert_eq!(events.iter().map(|sent| sent.key.event_type.as_str()).collect::<Vec<_>>(), ["payment", "Payment"]);
    let message = fails(two(), &[&step("")]);
    let end = "Encoding: the event was not encoded: no record is named for topic `orders`, and the test's `schemas/` have \
               com.acme.OrderCreated, com.acme.Payment; name one of them, or give the topic's subject";
    assert!(message.ends_with(end), "{message}");
}

#[test]
fn row_6_an_unknown_schema_fails_with_the_nearest() {
    let step = "I produce an event with schema \"OrderCreatd\" to topic \"orders\":\n  \"\"\"\n  {}\n  \"\"\"";
    let message = fails(Rig::new(), &[step]);
    assert!(
        message.contains("SchemaNotFound: the event was not encoded: no schema for record `OrderCreatd`"),
        "{message}"
    );
    assert!(message.ends_with("there is a local schema com.acme.OrderCreated; did you mean that?"), "{message}");
}

#[test]
fn row_7_an_event_is_made_from_its_template() {
    let events = written(
        Rig::new(),
        &[r#"I have correlation ID "order-1""#, r#"I produce event "order-created" to topic "orders""#],
    );
    let Sent { key, value, .. } = &events[0];
    assert_eq!(key.event_type, "OrderCreated", "the schema is called as the template is");
    assert_eq!(*value, Some(order("6e7f85a9-d0fe-3b5d-bb50-4c6f2991d744")));
    assert_eq!(
        fails(Rig::new(), &[r#"I produce event "order-crated" to topic "orders""#]),
        "there is no templates/order-crated.json; did you mean order-created?"
    );
}

#[test]
fn row_7_versions_of_a_template_are_told_apart_by_their_names() {
    let rig = Rig {
        templates: vec![
            ("order-created", r#"{"orderId": "first"}"#),
            ("order-created.v2", r#"{"orderId": "second"}"#),
            ("order", r#"{"orderId": "a"}"#),
            ("order", r#"{"orderId": "b"}"#),
        ],
        ..Rig::new()
    };
    let refused = || Rig { templates: rig.templates.clone(), ..Rig::new() };
    assert_eq!(
        fails(refused(), &[r#"I produce event "order" to topic "orders""#]),
        "2 files of templates/ are called order.json, and a step could mean any of them; rename all but one"
    );
    let events = written(
        rig,
        &[
            r#"I produce event "order-created.v2" to topic "orders""#,
            r#"I produce event "order-created" to topic "orders""#,
        ],
    );
    let written: Vec<(&str, &str, &str)> = events
        .iter()
        .map(|Sent { key, value, .. }| {
            let order = value.as_ref().unwrap()["orderId"].as_str().unwrap();
            (key.event_type.as_str(), key.payloadversion.as_str(), order)
        })
        .collect();
    assert_eq!(written, [("OrderCreated", "v2", "second"), ("OrderCreated", "v1", "first")]);
}

#[test]
fn row_7_the_topics_filters_say_what_a_template_is() {
    let rig = Rig::new().filtered("ORDER_CREATED", "v7");
    let Sent { key, .. } = &written(rig, &[r#"I produce event "order-created" to topic "orders""#])[0];
    assert_eq!((key.event_type.as_str(), key.payloadversion.as_str()), ("ORDER_CREATED", "v7"));
}

#[test]
fn row_8_an_event_of_a_type_is_made_from_the_template_of_its_name() {
    let events = written(
        Rig::new(),
        &[r#"I produce an OrderCreated event to "orders""#, r#"I produce fixed event to "orders""#],
    );
    let types: Vec<(&str, &serde_json::Value)> =
        events.iter().map(|sent| (sent.key.event_type.as_str(), &sent.value.as_ref().unwrap()["quantity"])).collect();
    assert_eq!(types, [("OrderCreated", &1.into()), ("fixed", &2.into())]);
    assert_eq!(
        fails(Rig::new(), &[r#"I produce a Refund event to "orders""#]),
        "there is no templates/Refund.json; there are fixed, order-created"
    );
}

#[test]
fn row_9_a_table_makes_an_event_of_each_row_with_cells_typed_by_the_schema() {
    let table = "I produce the following Avro events with schema \"OrderCreated\" to topic \"orders\":\n  \
                 | @correlation | @type  | orderId | quantity | customer.name | tags[0] |\n  \
                 | order-1      | Placed | 17      | 2        | true          | 5       |\n  \
                 |              |        | \"18\"  |          |               |         |";
    let events = written(Rig::new(), &[table]);
    let values: Vec<_> = events.iter().map(|sent| sent.value.clone().unwrap()).collect();
    assert_eq!(
        values,
        [serde_json::json!({"orderId": "17", "quantity": 2, "customer": {"name": "true"}, "tags": ["5"]}), order("18")]
    );
    assert_eq!(events[0].key.correlationid, "6e7f85a9-d0fe-3b5d-bb50-4c6f2991d744");
    assert_eq!(events[0].key.event_type, "Placed");
    assert_eq!(events[1].key.event_type, "OrderCreated");
    assert_ne!(events[0].key.correlationid, events[1].key.correlationid);
}

#[test]
fn row_9_a_cell_that_fits_in_no_reading_fails_with_its_path() {
    let table =
        "I produce the following events to topic \"orders\":\n  | orderId | quantity |\n  | A-1     | many     |";
    let message = fails(Rig::new(), &[table]);
    assert!(
        message.ends_with("$.quantity: \"many\" does not fit; the schema wants an int, a whole number of 32 bits"),
        "{message}"
    );
}

#[test]
fn row_10_many_events_are_counted_and_each_is_its_own() {
    let events = written(Rig::new(), &[r#"I produce 100 events from template "order-created" to topic "orders""#]);
    let quantities: Vec<i64> =
        events.iter().map(|sent| sent.value.as_ref().unwrap()["quantity"].as_i64().unwrap()).collect();
    assert_eq!(quantities, (1..=100).collect::<Vec<_>>());
    let ids: std::collections::BTreeSet<&str> = events.iter().map(|sent| sent.key.correlationid.as_str()).collect();
    assert_eq!(ids.len(), 100);
    assert!(events.iter().all(|sent| sent.value.as_ref().unwrap()["orderId"] == sent.key.correlationid.as_str()));
}

#[test]
fn row_10_events_come_at_the_rate_that_is_asked_for() {
    let told = passes(
        Rig::new(),
        &[
            r#"I produce 11 events from template "order-created" to topic "orders" at 10 per second"#,
            r#"I produce 11 events from template "order-created" to topic "orders""#,
        ],
    );
    assert_eq!(told.steps[0].duration.as_millis(), 1_000);
    assert!(told.steps[1].duration < Duration::from_millis(10), "{told:?}");
}

#[test]
fn row_10_nothing_more_is_produced_after_a_rejection() {
    let rig = Rig::new();
    let kafka = rig.kafka.clone();
    kafka.refuse(Some(ProducedNack::not_written(NackKind::Broker, "the disk is full")));
    let message =
        fails(rig, &[r#"I produce 5 events from template "order-created" to topic "orders" at 1 per second"#]);
    assert!(
        message.starts_with("event 'order-created' on topic 'orders' was not acknowledged: Broker: the disk is full"),
        "{message}"
    );
    assert!(kafka.sent().is_empty());
    let unknown = r#"I produce 5 events from template "x" to topic "orders""#;
    assert_eq!(fails(Rig::new(), &[unknown]), "there is no templates/x.json; there are fixed, order-created");
}

#[test]
fn row_11_a_tombstone_has_a_key_and_no_value() {
    let rig = Rig::new();
    let kafka = rig.kafka.clone();
    let events = written(rig, &[r#"I produce a tombstone with key "order-1" to topic "orders""#]);
    assert_eq!(events[0].key.correlationid, "6e7f85a9-d0fe-3b5d-bb50-4c6f2991d744");
    assert_eq!(events[0].key.event_type, "OrderCreated", "the only type that is known");
    assert_eq!(events[0].record.value, None);
    drop(kafka);

    let rig = Rig::new();
    let kafka = rig.kafka.clone();
    passes(rig, &[r#"I produce a tombstone with key "order-1" to topic "notes""#]);
    assert_eq!(kafka.sent()[0].1.key.as_deref(), Some(b"order-1".as_slice()), "a key of plain text is the text");
}

#[test]
fn row_11_raw_bytes_are_written_past_every_schema() {
    let rig = Rig::new();
    let kafka = rig.kafka.clone();
    passes(
        rig,
        &[
            r#"I produce raw bytes "00 ff 7b" to topic "orders""#,
            r#"I have correlation ID "n-1""#,
            r#"I produce raw bytes "" to topic "notes""#,
            r#"I should receive an event from topic "orders" within 1s"#,
        ],
    );
    let sent = kafka.sent();
    assert_eq!(sent[0].1.value.as_deref(), Some([0, 0xff, 0x7b].as_slice()));
    assert_eq!((sent[1].1.key.as_deref(), sent[1].1.value.as_deref()), (Some(b"n-1".as_slice()), Some([].as_slice())));
}

#[test]
fn row_11_a_key_that_cannot_be_encoded_is_a_rejection() {
    let rig = Rig { auto_register: false, ..Rig::new() };
    let message = fails(rig, &[r#"I produce raw bytes "00" to topic "orders""#]);
    assert!(
        message.contains("was not acknowledged: Encoding: the record's key was not encoded: no schema for record"),
        "{message}"
    );
    let rig = Rig { auto_register: false, ..Rig::new() };
    let message = fails(rig, &[r#"I produce a tombstone with key "k" to topic "orders""#]);
    assert!(
        message.contains("was not acknowledged: SchemaNotFound: the event was not encoded: no schema for"),
        "{message}"
    );
}

#[test]
fn row_12_a_rejection_of_a_try_is_kept_for_later_steps() {
    let steps = [
        r#"I try to produce event {"orderId": 1} to topic "orders""#,
        "the event should be rejected with Encoding",
        "I try to produce event to topic \"orders\":\n  \"\"\"\n  {\"orderId\": \"A-1\"}\n  \"\"\"",
        "the event should be acknowledged",
        r#"I try to produce event "fixed" to topic "orders""#,
        r#"I try to produce an OrderCreated event to "orders""#,
        "I try to produce the following events to topic \"orders\":\n  | orderId |\n  | A-2     |",
        r#"I try to produce 2 events from template "fixed" to topic "orders""#,
        r#"I try to produce a tombstone with key "k" to topic "orders""#,
        r#"I try to produce raw bytes "00" to topic "orders""#,
    ];
    passes(Rig::new(), &steps);
}

#[test]
fn row_12_a_topic_that_is_not_there_fails_even_a_try() {
    assert_eq!(
        fails(Rig::new(), &[r#"I try to produce event {} to topic "x""#]),
        "topic 'x' is not in this test's directive; it has orders, orders, reservations, audit, notes, notes, far, far"
    );
}

#[test]
fn row_13_events_are_acknowledged_or_the_first_that_is_not_is_named() {
    let produce = r#"I produce event {"orderId": "A-1"} to topic "orders""#;
    passes(Rig::new(), &[produce, "the event should be acknowledged", "all events should be acknowledged"]);
    let bad = r#"I try to produce event {"orderId": 1} to topic "orders""#;
    let message = fails(Rig::new(), &[produce, bad, bad, produce, "all events should be acknowledged"]);
    assert!(
        message.starts_with("2 of 4 events were not acknowledged; the first is the event with correlation id '"),
        "{message}"
    );
    let message = fails(Rig::new(), &[bad, "the event should be acknowledged"]);
    assert!(
        message.contains(" on topic 'orders' was not acknowledged: Encoding: the event was not encoded:"),
        "{message}"
    );
    assert_eq!(
        fails(Rig::new(), &["the event should be acknowledged"]),
        "no event was produced in this scenario; put a step such as `I try to produce …` before this one"
    );
}

#[test]
fn row_14_a_rejection_is_known_by_its_kind() {
    let rejecting = || {
        let rig = Rig::new();
        rig.kafka.refuse(Some(ProducedNack::not_written(NackKind::Authentication, "not allowed to write")));
        rig
    };
    let bad = r#"I try to produce event {"orderId": "A-1"} to topic "orders""#;
    passes(rejecting(), &[bad, "the event should be rejected with Authentication"]);
    let message = fails(rejecting(), &[bad, "the event should be rejected with Timeout"]);
    assert!(
        message.ends_with("on topic 'orders' was rejected, but not with Timeout: Authentication: not allowed to write"),
        "{message}"
    );
    let message = fails(Rig::new(), &[bad, "the event should be rejected with Timeout"]);
    assert!(
        message.ends_with("on topic 'orders' was acknowledged (partition 0, offset 0), not rejected with Timeout"),
        "{message}"
    );
}

#[test]
fn row_14_a_registry_that_does_not_answer_is_a_rejection_of_its_own() {
    let rig = Rig::new();
    rig.registry.fail_next(std::iter::repeat_n(RegistryFailure::TooManyRequests, 4));
    let steps = [
        r#"I try to produce event {"orderId": "A-1"} to topic "orders""#,
        "the event should be rejected with SchemaRegistry",
    ];
    passes(rig, &steps);
}

#[test]
fn an_event_without_an_answer_runs_into_the_produce_time_out() {
    let rig = Rig::new();
    rig.kafka.hold();
    let told = rig.run(&scenario(&[
        r#"I try to produce event {"orderId": "A-1"} to topic "orders""#,
        "the event should be rejected with Timeout",
    ]));
    assert_eq!(told.statuses(), [StepStatus::Passed, StepStatus::Passed], "{:?}", told.messages());
    assert_eq!(told.steps[0].duration.as_secs(), 30);
}

#[test]
fn keys_of_plain_text_are_the_scenarios_own_text() {
    let rig = Rig::new();
    let kafka: LoopbackKafka = rig.kafka.clone();
    let steps = [
        r#"I have correlation ID "note-1""#,
        r#"I produce event {"orderId": "A-1"} to topic "notes""#,
        r#"I should receive an event with correlation "note-1" from topic "notes" within 1s"#,
        r#"the event key should match JSONPath "$" with value "note-1""#,
    ];
    passes(rig, &steps);
    let (topic, record) = &kafka.sent()[0];
    assert_eq!((topic, record.key.as_deref()), (&TopicName::new("notes").unwrap(), Some(b"note-1".as_slice())));
}
