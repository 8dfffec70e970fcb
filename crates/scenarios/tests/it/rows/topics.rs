//! Rows 1 to 4.

use std::sync::Arc;

use test_probe_directives::TopicDirective;
use test_probe_scenarios::{StepStatus, TestEnvironment, TopicCreator, TopicCreatorError};
use test_probe_testkit::ScriptedRegistry;

use crate::rig::{ORDER_CREATED, ORDER_CREATED_2, Rig, fails, passes};

/// Topics have three partitions; `far` may not be created.
#[derive(Debug)]
struct Three;

#[async_trait::async_trait]
impl TopicCreator for Three {
    async fn ensure(&self, topic: &TopicDirective, partitions: Option<u32>) -> Result<u32, TopicCreatorError> {
        match topic.topic.as_str() {
            "far" => Err(TopicCreatorError::new("topic 'far' is not there").because("creation is off")),
            "notes" => Ok(partitions.unwrap_or(1)),
            _ => Ok(3),
        }
    }
}

fn creating() -> Rig {
    Rig { environment: |environment: TestEnvironment| environment.with_topic_creator(Arc::new(Three)), ..Rig::new() }
}

#[test]
fn row_1_a_topic_is_in_the_directive_open_and_as_large_as_asked_for() {
    let steps = [
        r#"I have a topic "orders""#,
        r#"I have a topic "orders" on cluster "default""#,
        r#"I have a topic "far" on cluster "eu""#,
        r#"I have a topic "orders" with 3 partitions"#,
        r#"I have a topic "notes" with 1 partition"#,
    ];
    passes(creating(), &steps);
}

#[test]
fn row_1_a_topic_that_is_not_as_it_should_be_is_named() {
    for (step, message) in [
        (r#"I have a topic "ordrs""#, "topic 'ordrs' is not in this test's directive; did you mean 'orders'?"),
        (
            r#"I have a topic "xyz""#,
            "topic 'xyz' is not in this test's directive; it has orders, orders, reservations, audit, notes, notes, far, far",
        ),
        (
            r#"I have a topic "far""#,
            "topic 'far' is on cluster 'eu' in this test's directive, not on cluster 'default'; write `on cluster \"eu\"`",
        ),
        (
            r#"I have a topic "orders" with bootstrap servers "a:1""#,
            "topic 'orders' is on cluster 'default' in this test's directive, not on cluster 'a:1'; leave `on cluster` out",
        ),
        (r#"I have a topic "orders" with 2 partitions"#, "topic 'orders' has 3 partitions, not 2"),
        (r#"I have a topic "far" on cluster "eu" with 2 partitions"#, "topic 'far' is not there: creation is off"),
        (
            r#"I have a topic "a b""#,
            "`a b` is not a topic name; use 1 to 249 letters, digits, `.`, `_` or `-`, and neither `.` nor `..` alone",
        ),
    ] {
        assert_eq!(fails(creating(), &[step]), message);
    }
    assert_eq!(
        fails(Rig::new(), &[r#"I have a topic "orders" with 2 partitions"#]),
        "nobody here can say how many partitions topic 'orders' has; leave `with 2 partitions` out"
    );
}

#[test]
fn row_2_a_topics_format_is_the_scenarios() {
    let steps = [
        r#"the topic "orders" uses Avro serialization"#,
        r#"I produce event {"orderId": "A-1"} to topic "orders""#,
        "the topic uses AVRO serialization",
    ];
    passes(Rig::new(), &steps);
}

#[test]
fn row_2_a_topic_must_be_known() {
    passes(Rig::new(), &[r#"the topic "orders" uses Protobuf serialization"#]);
    assert_eq!(
        fails(Rig::new(), &["the topic uses Avro serialization"]),
        "no step has named a topic yet; write `the topic \"…\" uses …`"
    );
    assert_eq!(
        fails(Rig::new(), &[r#"the topic "ordrs" uses Avro serialization"#]),
        "topic 'ordrs' is not in this test's directive; did you mean 'orders'?"
    );
}

#[test]
fn row_3_schemas_are_registered_where_that_is_on() {
    let steps = [
        r#"OrderCreated schema is registered for topic "orders""#,
        r#"com.acme.OrderCreated Avro value schema version 1 is registered for topic "orders""#,
        r#"CloudEvent key schema is registered for topic "orders""#,
        r#"CloudEvent schema is registered for topic "reservations""#,
    ];
    let rig = Rig::new();
    let registry = Arc::clone(&rig.registry);
    passes(rig, &steps);
    let registered: Vec<String> =
        registry.calls().iter().map(|call| format!("{call}")).filter(|call| call.starts_with("register")).collect();
    assert_eq!(
        registered,
        [
            "register the schema under subject `orders-com.acme.OrderCreated`",
            "register the schema under subject `orders-io.distia.probe.core.pubsub.models.CloudEvent`",
            "register the schema under subject `reservations-io.distia.probe.core.pubsub.models.CloudEvent`",
        ]
    );
}

#[test]
fn row_3_a_schema_that_is_not_there_is_named_with_the_subjects_tried() {
    let refusing = || Rig { auto_register: false, ..Rig::new() };
    let message = fails(refusing(), &[r#"OrderCreated schema is registered for topic "orders""#]);
    assert!(
        message.starts_with(
            "no schema for record `OrderCreated` of topic `orders` is registered at memory://registry; tried \
             `orders-com.acme.OrderCreated` (it knows no such subject), `orders-OrderCreated` (it knows no such subject); \
             register OrderCreated.avsc there, or switch auto-register on"
        ),
        "{message}"
    );
    let steps = [r#"OrderCreated Protobuf schema is registered for topic "orders""#];
    let message = fails(Rig::new(), &steps);
    assert!(
        message.contains("`orders-DynamicMessage`") && message.contains("put OrderCreated.proto into"),
        "{message}"
    );
    assert_eq!(
        fails(Rig::new(), &[r#"CloudEvent key schema is registered for topic "notes""#]),
        "the keys of topic `notes` are `string`, which have no schema; a cloudevent has one"
    );
}

#[test]
fn row_4_events_carry_the_scenarios_correlation_id() {
    let steps = [
        r#"I have correlation ID "order-1""#,
        r#"I produce event {"orderId": "A-1"} to topic "orders""#,
        r#"I produce event {"orderId": "A-2"} to topic "orders""#,
        r#"I should receive an event with correlation "6e7f85a9-d0fe-3b5d-bb50-4c6f2991d744" from topic "orders" within 1s"#,
        r#"I should receive an event with correlation "order-1" from topic "orders" within 1s"#,
        r#"the event should match JSONPath "$.orderId" with value "A-2""#,
        r#"the event key should match JSONPath "$.correlationid" with value "6e7f85a9-d0fe-3b5d-bb50-4c6f2991d744""#,
    ];
    passes(Rig::new(), &steps);
}

#[test]
fn row_4_without_it_every_event_has_an_id_of_its_own() {
    let steps = [
        r#"I produce event {"orderId": "A-1"} to topic "orders""#,
        r#"I produce event {"orderId": "A-2"} to topic "orders""#,
        r#"I should receive an event with correlation "order-1" from topic "orders" within 1s"#,
    ];
    let message = fails(Rig::new(), &steps);
    let (first, others) = message.split_once('\n').unwrap();
    assert_eq!(
        first,
        "no event with correlation id 'order-1' (6e7f85a9-d0fe-3b5d-bb50-4c6f2991d744) came from topic 'orders' within 1s; \
         2 other events were seen since the scenario began, the nearest are:"
    );
    let ids: Vec<&str> = others.lines().filter_map(|line| line.split('\'').nth(3)).collect();
    assert_eq!(ids.len(), 2, "{others}");
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn row_28_an_event_is_of_the_schema_that_its_bytes_name() {
    let registry = ScriptedRegistry::with(&[("orders-com.acme.OrderCreated", ORDER_CREATED_2)]);
    registry.put(
        "orders-com.acme.OrderCreated",
        &test_probe_encoding::SchemaText::new(test_probe_directives::Format::Avro, ORDER_CREATED),
    );
    let produced = |version: u32| {
        let step = format!(
            "I produce an event with schema \"OrderCreated\" version {version} to topic \"orders\":\n  \"\"\"json\n  \
             {{\"orderId\": \"A-1\"}}\n  \"\"\""
        );
        [step, r#"I should receive an event from topic "orders" within 1s"#.to_owned()]
    };
    let rig = || Rig { registry: Arc::clone(&registry), auto_register: false, schemas: vec![], ..Rig::new() };
    registry.put(
        "orders-io.distia.probe.core.pubsub.models.CloudEvent",
        &test_probe_encoding::SchemaText::new(
            test_probe_directives::Format::Avro,
            test_probe_encoding::CloudEvent::AVRO_SCHEMA,
        ),
    );
    let [produce, receive] = produced(1);
    let validates = |step: &str| [produce.clone(), receive.clone(), step.to_owned()];
    for step in [
        r#"the event should validate against schema "OrderCreated""#,
        r#"the event should validate against schema "com.acme.OrderCreated" version 1"#,
    ] {
        let steps = validates(step);
        passes(rig(), &steps.each_ref().map(String::as_str));
    }
    for (step, message) in [
        (
            r#"the event should validate against schema "OrderCreated" version 2"#,
            "the event at partition 0, offset 0 of topic 'orders' is of schema com.acme.OrderCreated with id 1, but version 2 \
             of it has id 2",
        ),
        (
            r#"the event should validate against schema "Payment""#,
            "the event at partition 0, offset 0 of topic 'orders' is of schema com.acme.OrderCreated (id 1), not of Payment",
        ),
    ] {
        let steps = validates(step);
        assert_eq!(fails(rig(), &steps.each_ref().map(String::as_str)), message);
    }
}

#[test]
fn row_28_a_check_registers_nothing() {
    let registry = Arc::<ScriptedRegistry>::default();
    let rig = || Rig {
        registry: Arc::clone(&registry),
        schemas: vec![("OrderCreated.avsc", ORDER_CREATED_2), ("OrderCreated.v2.avsc", ORDER_CREATED)],
        ..Rig::new()
    };
    let produce = "I produce an event with schema \"OrderCreated\" version 1 to topic \"orders\":\n  \"\"\"json\n  {\"orderId\": \
                   \"A-1\"}\n  \"\"\"";
    let receive = r#"I should receive an event from topic "orders" within 1s"#;
    passes(rig(), &[produce, receive, r#"the event should validate against schema "OrderCreated" version 1"#]);
    assert_eq!(
        fails(rig(), &[produce, receive, r#"the event should validate against schema "OrderCreated" version 2"#]),
        "the event at partition 0, offset 0 of topic 'orders' is of schema com.acme.OrderCreated with id 1, but version 2 of \
         it is not registered"
    );
    let registered: Vec<String> =
        registry.calls().iter().map(|call| format!("{call}")).filter(|call| call.starts_with("register")).collect();
    let registered: Vec<&String> = registered.iter().filter(|call| call.contains("OrderCreated")).collect();
    let only = "register the schema under subject `orders-com.acme.OrderCreated`";
    assert_eq!(registered, [only, only], "each of the two runs has registered version 1 to write with it");
}

#[test]
fn row_28_a_tombstone_and_bytes_without_a_schema_validate_against_nothing() {
    let tombstone = [
        r#"I produce a tombstone with key "order-1" to topic "orders""#,
        r#"I should receive an event from topic "orders" within 1s"#,
        r#"the event should validate against schema "OrderCreated""#,
    ];
    assert_eq!(
        fails(Rig::new(), &tombstone),
        "the event at partition 0, offset 0 of topic 'orders' is a tombstone, which has no schema"
    );
    let raw = [r#"I produce raw bytes "7b7d" to topic "orders""#, tombstone[1], tombstone[2]];
    assert_eq!(
        fails(Rig::new(), &raw),
        "the bytes start with 0x7b, not with the magic byte 0x00, so they name no schema; they were written without the \
         registry's serializer"
    );
    let nothing = [tombstone[2]];
    let told = Rig::new().run(&crate::rig::scenario(&nothing));
    assert_eq!(told.statuses(), [StepStatus::Failed]);
    assert_eq!(
        told.messages(),
        [
            "no event was received in this scenario; put a step such as `I should receive an event from topic …` before this one"
        ]
    );
}
