//! What steps of one's own find on the world.

use test_probe_directives::TestId;
use test_probe_scenarios::{ProbeWorld, StepBook, StepError};

use crate::rig::{Rig, fails, passes};

#[test]
fn a_step_finds_the_test_its_topics_and_what_happened_so_far() {
    let book = StepBook::new()
        .with_step("^all is there$", async |world: &mut ProbeWorld, _| {
            assert_eq!(world.test_id(), TestId::from_bytes([7; 16]));
            assert_eq!(world.environment().test_id(), world.test_id());
            assert_eq!(world.environment().topics().len(), 8);
            assert_eq!(world.correlation_id().as_deref(), Some("6e7f85a9-d0fe-3b5d-bb50-4c6f2991d744"));
            let [produced] = world.produced() else { panic!("one event") };
            assert_eq!((produced.label(), produced.topic().to_string().as_str()), (Some("fixed"), "orders"));
            assert_eq!(Some(produced.correlation_id()), world.correlation_id());
            assert_eq!(produced.outcome().as_ref().unwrap().offset, 0);
            let event = world.last_event().unwrap().clone();
            assert_eq!(world.received().len(), 1);
            assert_eq!((event.raw().record.offset, event.key().await?["type"].as_str()), (0, Some("OrderCreated")));
            assert_eq!(world.producer("orders")?.topic(), event.topic());
            assert_eq!(world.consumer("reservations")?.topic().to_string(), "reservations");
            assert!(world.dsl().consumer(world.test_id(), "orders").is_ok());
            world.set_last_event(event);
            Ok(())
        })
        .unwrap()
        .with_step("^a topic is missing$", async |world: &mut ProbeWorld, _| world.producer("ordrs").map(drop))
        .unwrap();
    let steps = [
        r#"I have correlation ID "order-1""#,
        r#"I produce event "fixed" to topic "orders""#,
        r#"I should receive event "fixed" from topic "orders""#,
        "all is there",
        r#"the event should match JSONPath "$.quantity" with value 2"#,
    ];
    let rig = || Rig { book: book.clone(), ..Rig::new() };
    passes(rig(), &steps);
    assert_eq!(
        fails(rig(), &["a topic is missing"]),
        "topic 'ordrs' is not in this test's directive; did you mean 'orders'?"
    );
}

#[test]
fn a_world_outside_of_a_run_has_nothing_and_says_so() {
    let world = ProbeWorld::default();
    assert!(world.last_event().is_none() && world.produced().is_empty() && world.correlation_id().is_none());
    let Err(StepError::Failed { message, .. }) = world.producer("orders") else { panic!("nothing is there") };
    assert_eq!(message, "topic 'orders' is not in this test's directive; the directive has no topics");
}

#[test]
fn what_a_scenario_keeps_is_gone_with_it() {
    let book = StepBook::new()
        .with_step("^I count to (\\d+)$", async |world: &mut ProbeWorld, step: test_probe_scenarios::StepContext| {
            *world.state::<u32>() += 1;
            let count = world.state::<u32>().to_string();
            if step.capture(1) == count { Ok(()) } else { Err(StepError::failed(count)) }
        })
        .unwrap();
    let feature =
        "Feature: f\n  Scenario: a\n    * I count to 1\n    * I count to 2\n  Scenario: b\n    * I count to 1\n";
    let told = Rig { book, ..Rig::new() }.run(feature);
    assert!(told.summary.is_success(), "{:?}", told.messages());
}
