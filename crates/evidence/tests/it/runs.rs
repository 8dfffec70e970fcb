//! The runs that the golden files show.

use test_probe_evidence::{ClientKind, Late, Rule, RunOutcome, ScenarioStatus, Skipped, StepStatus};

use crate::story::{Story, cluster, feature, in_background, step, topic, with_json, with_table};

/// Latencies that look like a broker's: a slow first one, a body, a tail. Made by a small fixed recurrence.
pub(crate) fn latencies(count: usize) -> impl Iterator<Item = u64> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    (0..count).map(move |index| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let noise = state % 1000;
        let tail = if noise > 985 { 6_000 } else { 0 };
        if index == 0 { 7_400 } else { 700 + noise + tail }
    })
}

/// Three scenarios of two features pass.
pub(crate) fn passing() -> Story {
    let mut story = Story::of("orders", &["orders", "payments"]);
    story.pass(412_000);
    let mut orders = feature("Order intake");
    orders.description = "Orders come in as events,\nand leave as payments.".to_owned();
    orders.tags = vec!["@orders".to_owned()];
    let background = in_background(step("Given", "I have a topic \"orders\""));
    story.scenario_with(
        &orders,
        "An order becomes a payment",
        8,
        &[
            background.clone(),
            with_json(
                step("When", "I produce an Avro event to topic \"orders\":"),
                "{\n  \"orderId\": \"A-1\",\n  \"amount\": 12.5\n}",
            ),
            step("Then", "I should receive an event from topic \"payments\" within 5 seconds"),
            step("And", "I print the event"),
        ],
        |scenario| scenario.tags = vec!["smoke".to_owned()],
    );
    story.step(0, StepStatus::Passed, 900);
    let id = story.produce("orders", 7_400);
    story.step(1, StepStatus::Passed, 1_200);
    story.receive("payments", id, Some(9_100));
    story.step(2, StepStatus::Passed, 2_400);
    story.step_saying(3, StepStatus::Passed, 80, None, &["{\"orderId\":\"A-1\",\"state\":\"PAID\"}"]);
    story.end_scenario(ScenarioStatus::Passed, None);

    story.scenario_with(
        &orders,
        "Many orders at once",
        16,
        &[
            background,
            step("When", "I produce 200 events from template \"order\" to topic \"orders\""),
            step("Then", "all events should be acknowledged"),
        ],
        |scenario| {
            scenario.keyword = "Scenario Outline".to_owned();
            scenario.example_row = Some(1);
            scenario.tags = vec!["@orders".to_owned()];
            scenario.rule = Some(Rule { name: "Volume".to_owned(), tags: vec!["@volume".to_owned()] });
        },
    );
    story.step(0, StepStatus::Passed, 200);
    for latency in latencies(200) {
        let id = story.produce("orders", latency);
        if id.is_multiple_of(2) {
            story.produce("payments", latency / 2 + 300);
        }
        story.receive("orders", id, Some(latency + 850));
    }
    story.step(1, StepStatus::Passed, 310_000);
    story.step(2, StepStatus::Passed, 150);
    story.end_scenario(ScenarioStatus::Passed, None);

    story.scenario(
        &feature("Payments"),
        "Payments carry their currency",
        4,
        &[with_table(
            step("Given", "I produce the following events to topic \"payments\":"),
            &[&["orderId", "currency"], &["A-1", "EUR"], &["A-2", "CHF"]],
        )],
    );
    story.all_steps_pass();
    story.connect(ClientKind::Producer, "producer-default-svc-orders", 1);
    story.connect(ClientKind::Producer, "producer-default-svc-orders", 2);
    story.connect(ClientKind::Consumer, "consumer-default-svc-orders", 2);
    story.pass(90_000);
    story.finish(RunOutcome::Completed, None, 0);
    story
}

/// Each way in which a scenario can fail, a ledger that does not balance, and text that wants to break out.
pub(crate) fn failing() -> Story {
    let mut story = Story::of("orders <script>alert('test')</script>", &["orders", "payments"]);
    story.pass(300_000);
    let mut orders = feature("Order intake");
    orders.description = "Shows <b>everything</b> & more.".to_owned();
    story.scenario(
        &orders,
        "The payment has the amount of the order",
        5,
        &[
            with_json(
                step("When", "I produce an event to topic \"orders\":"),
                "{\"orderId\": \"<img src=x onerror=alert(1)>\", \"amount\": 12.5}",
            ),
            step("Then", "the event should match JSONPath \"$.amount\" with value 12.5"),
            step("And", "all events should be acknowledged"),
        ],
    );
    story.produce("orders", 1_870);
    story.step(0, StepStatus::Passed, 2_100);
    story.step_saying(
        1,
        StepStatus::Failed,
        5_003_000,
        Some(
            "no event on topic `payments` matched $.amount with value 12.5 within 5 s\n\n  3 others were there, the nearest:\n    {\"orderId\": \"A-1\", \"amount\": \"12.5\"}   \u{1b}[31m\"12.5\" is a text, not a number\u{1b}[0m\n\t<script>alert('message')</script> ]]> \u{0}\u{ffff}",
        ),
        &[],
    );
    story.step(2, StepStatus::Skipped, 0);
    story.end_scenario(ScenarioStatus::Failed, None);

    story.scenario(&orders, "Somebody forgot a step", 12, &[step("When", "I frobnicate the \"orders\"")]);
    story.step(0, StepStatus::Undefined, 0);
    story.end_scenario(ScenarioStatus::Failed, None);

    story.scenario(&orders, "Somebody forgot a step", 12, &[step("When", "I frobnicate the \"payments\"")]);
    story.step(0, StepStatus::Passed, 400);
    story.end_scenario(ScenarioStatus::Failed, Some("the scenario's clean-up failed: topic `orders` is gone"));

    story.scenario(&feature("Payments"), "A later one", 3, &[step("Given", "I wait 1 seconds")]);
    story.end_scenario(ScenarioStatus::Skipped, None);

    for latency in latencies(30) {
        story.produce("payments", latency);
        story.pass(20_000);
    }
    let nacked = story.accept("orders");
    story.pass(30_000_000);
    story.nack("orders", nacked, "Timeout", "no report within 30 s");
    for _ in 0..2 {
        let refused = story.accept("orders");
        story.refuse("orders", refused, "QueueFull", "the buffer of topic `orders` is full");
    }
    story.tell(Late {
        id: nacked,
        topic: topic("orders"),
        cluster: cluster(),
        partition: Some(1),
        offset: Some(9),
        error: None,
    });
    story.tell(Skipped {
        topic: topic("payments"),
        cluster: cluster(),
        partition: 0,
        offset: 4,
        reason: "magic byte 7".to_owned(),
    });
    story.accept("orders");
    story.warn("topic `payments` is shared, and its consumer starts at the earliest event");

    story.scenario(
        &feature("Payments"),
        "One that was still running",
        9,
        &[step("Given", "I wait 60 seconds"), step("Then", "all events should be acknowledged")],
    );
    story.pass(2_000_000);
    story.end_scenario(ScenarioStatus::Interrupted, Some("SIGINT"));
    story.finish(RunOutcome::Interrupted, Some("SIGINT"), 130);
    story
}

/// The world failed before any scenario began.
pub(crate) fn world_failed() -> Story {
    let mut story = Story::of("orders", &["orders"]);
    story.pass(10_000_000);
    story.finish(
        RunOutcome::WorldFailed,
        Some("no broker of 127.0.0.1:39092 answers; check --config test-probe.core.kafka.bootstrap-servers"),
        3,
    );
    story
}
