//! A team's own sentences.

use test_probe_scenarios::{FaultSteps, Features, Plan, StepBook, Tags};

use crate::rig::{Rig, fails, passes};

const BOOK: &str = r#"
phrases:
  - phrase: an order {id} is placed
    meaning: a customer orders something
    steps:
      - I produce event {"orderId": "{id}"} to topic "orders"
      - the event should be acknowledged
  - phrase: the order {id} is reserved within {limit}
    steps:
      - I should receive an event matching JSONPath "$.orderId" with value "{id}" from topic "reservations" within {limit}
      - step: "the event should equal:"
        doc-string: |
          {"orderId": "{id}", "quantity": {{any}}, "customer": null, "tags": []}
  - phrase: two orders are placed
    steps:
      - step: "I produce the following events to topic \"orders\":"
        table:
          - [orderId, quantity]
          - [A-1, 1]
          - [A-2, ~]
  - phrase: the cluster fails
    steps: [broker 1 is down for 1s]
"#;

fn rig() -> Rig {
    let book = StepBook::new().with_phrase_books([("steps/orders.yaml", BOOK)]).unwrap();
    Rig { book, ..Rig::new() }
}

#[test]
fn a_phrase_does_what_its_steps_do() {
    let told = passes(
        rig(),
        &[
            "an order A-1 is placed",
            r#"an order "say \"A-2\"" is placed"#,
            r#"the order A-1 is reserved within "1 second""#,
            r#"the order 'say "A-2"' is reserved within 1s"#,
            "two orders are placed",
            r#"topic "orders" should have 4 events"#,
        ],
    );
    assert_eq!(told.scenarios[0].steps[0].text, "an order A-1 is placed", "the sentence is the step");
    assert_eq!(told.steps.len(), 6);
}

#[test]
fn a_step_of_a_phrase_that_fails_is_named_with_its_place() {
    assert_eq!(
        fails(rig(), &["the order A-9 is reserved within 1s"]),
        "`I should receive an event matching JSONPath \"$.orderId\" with value \"A-9\" from topic \"reservations\" within 1s` \
         (steps/orders.yaml:10): no event with \"A-9\" (a text) at $.orderId came from topic 'reservations' within 1s; no other \
         event was seen since the scenario began"
    );
}

fn plan(step: &str, faults: FaultSteps) -> Result<Plan, String> {
    let features = Features::parse([("a.feature", format!("Feature: f\n  Scenario: s\n    * {step}\n"))]).unwrap();
    Plan::make(features, rig().book, &Tags::default(), faults).map_err(|error| error.to_string())
}

#[test]
fn what_a_parameter_makes_of_a_step_is_read_before_anything_runs() {
    assert_eq!(
        plan("the order A-1 is reserved within soon", FaultSteps::Refused).unwrap_err(),
        "a.feature:3: `the order A-1 is reserved within soon`: `I should receive an event matching JSONPath \"$.orderId\" with \
         value \"A-1\" from topic \"reservations\" within soon` (steps/orders.yaml:10), with the phrase's parameters in it, is no \
         step"
    );
    assert_eq!(
        plan("two orders are placed\n      | a |\n      | 1 |", FaultSteps::Refused).unwrap_err(),
        "a.feature:3: `two orders are placed`: the step takes no table"
    );
    assert_eq!(
        plan("two orders are placed\n      \"\"\"\n      x\n      \"\"\"", FaultSteps::Refused).unwrap_err(),
        "a.feature:3: `two orders are placed`: the step takes no doc string; is a colon missing at its end?"
    );
}

#[test]
fn a_phrase_that_breaks_the_world_is_refused_as_its_step_is() {
    assert!(plan("the cluster fails", FaultSteps::Allowed).is_ok());
    assert_eq!(
        plan("the cluster fails", FaultSteps::Refused).unwrap_err(),
        "a.feature:3: `the cluster fails` breaks the cluster on purpose, which is refused on this one; it is possible in the \
         embedded world and on the project's own stack only"
    );
}
