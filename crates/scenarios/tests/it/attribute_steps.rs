//! Steps of this crate, by attributes and by hand, beside the built-in ones.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use test_probe_scenarios::{FaultSteps, Features, Plan, ProbeWorld, StepBook, StepContext, StepError, Tags};

use crate::rig::{Rig, fails, passes};

#[derive(Debug, Default)]
struct Basket(Vec<String>);

#[given("an empty basket")]
fn empty_basket(world: &mut ProbeWorld) {
    world.state::<Basket>().0.clear();
}

#[when(expr = "{string} is put into the basket {int} times")]
async fn put(world: &mut ProbeWorld, what: String, times: usize) {
    tokio::task::yield_now().await;
    world.state::<Basket>().0.extend(vec![what; times]);
}

#[then(regex = r"^the basket holds (\d+) things?$")]
fn holds(world: &mut ProbeWorld, count: usize) -> Result<(), StepError> {
    let found = world.state::<Basket>().0.len();
    if found == count { Ok(()) } else { Err(StepError::failed(format!("the basket holds {found}"))) }
}

#[given("a basket of")]
fn basket_of(world: &mut ProbeWorld, step: &Step) {
    let rows = step.table().into_iter().flat_map(|table| table.rows.clone());
    world.state::<Basket>().0 = rows.flatten().collect();
}

#[then("the order is worth its price")]
async fn worth(world: &mut ProbeWorld) -> Result<(), StepError> {
    let event = world.last_event().ok_or_else(|| StepError::failed("no event"))?;
    let order = event.value().await?;
    assert_eq!(order["quantity"], 2, "the quantity");
    Ok(())
}

fn feature(steps: &str) -> String {
    format!("Feature: f\n  Scenario: s\n{steps}")
}

#[test]
fn attribute_steps_share_the_world_with_the_built_in_ones() {
    let told = Rig::new().run(&feature(
        r#"    Given an empty basket
    When "a pen" is put into the basket 2 times
    And I produce event "fixed" to topic "orders"
    Then the basket holds 2 things
    And I should receive an event from topic "orders" within 1s
    And the order is worth its price
    Given a basket of
      | a | b | c |
    Then the basket holds 3 things
"#,
    ));
    assert!(told.summary.is_success(), "{:?}", told.messages());
}

#[test]
fn what_an_attribute_step_returns_or_asserts_is_its_message() {
    let told = Rig::new().run(&feature("    Given an empty basket\n    Then the basket holds 2 things\n"));
    assert_eq!(told.messages(), ["the step panicked: the basket holds 0"]);
    let told = Rig::new().run(&feature(
        r#"    When I produce event {"orderId": "A-1"} to topic "orders"
    And I should receive an event from topic "orders" within 1s
    Then the order is worth its price
"#,
    ));
    let [message] = told.messages()[..] else { panic!("one message") };
    assert!(message.starts_with("the step panicked: assertion"), "{message}");
    assert!(message.contains("the quantity"), "{message}");
}

#[test]
fn added_steps_are_told_what_was_captured_and_what_stands_below() {
    let book = StepBook::new()
        .with_step("^I say (?P<what>\\w+)(?: (twice))?$", async |world: &mut ProbeWorld, step: StepContext| {
            let doc_string = step.doc_string.as_ref().map(|doc_string| doc_string.content.clone());
            world.attach(format!("{}|{}|{}|{doc_string:?}", step.text, step.named("what"), step.capture(2)));
            Ok(())
        })
        .unwrap()
        .with_step("^I fail$", async |_: &mut ProbeWorld, _| {
            Err(StepError::because("it failed", std::io::Error::other("on purpose")))
        })
        .unwrap();
    let rig = || Rig { book: book.clone(), ..Rig::new() };
    let told = passes(rig(), &["I say hello\n  \"\"\"\n  below\n  \"\"\"", "I say hello twice"]);
    assert_eq!(told.steps[0].attachments, ["I say hello|hello||Some(\"below\")"]);
    assert_eq!(told.steps[1].attachments, ["I say hello twice|hello|twice|None"]);
    assert_eq!(fails(rig(), &["I fail"]), "it failed: on purpose");
}

#[test]
fn a_pattern_that_is_none_is_refused() {
    let error = StepBook::new().with_step("(", async |_: &mut ProbeWorld, _| Ok(())).unwrap_err();
    assert_eq!(error.to_string(), "`(` is not a regular expression");
}

#[test]
fn the_catalogue_lists_the_programs_steps_with_their_places() {
    let catalogue = StepBook::new().catalogue();
    let of_this_file: Vec<&str> = catalogue
        .entries
        .iter()
        .filter(|entry| entry.origin.contains("attribute_steps.rs:"))
        .map(|entry| entry.text.as_str())
        .collect();
    assert!(of_this_file.contains(&"^an empty basket$"), "{of_this_file:?}");
    assert_eq!(of_this_file.len(), 5);
}

#[test]
fn an_attribute_step_under_another_keyword_is_told_of() {
    let features = Features::parse([("a", feature("    When an empty basket\n"))]).unwrap();
    let error = Plan::make(features, StepBook::new(), &Tags::default(), FaultSteps::Refused).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a:3: no step reads `an empty basket` under this keyword; one does under Given; the nearest are\n    ^an empty basket$"
    );
}
