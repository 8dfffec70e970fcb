use super::*;

const BOOK: &str = "phrases:\n  - phrase: the shop is open\n    steps: [I wait 1s]\n";

fn plan_with(files: &[(&str, &str)], tags: &[&str], faults: FaultSteps) -> Result<Plan, String> {
    let features = Features::parse(files.iter().copied()).unwrap();
    let book = StepBook::new().with_phrase_books([("steps/shop.yaml", BOOK)]).unwrap();
    let tags = Tags::all_of(tags.iter().copied()).unwrap();
    Plan::make(features, book, &tags, faults).map_err(|error| error.to_string())
}

fn plan(text: &str) -> Result<Plan, String> {
    plan_with(&[("a.feature", text)], &[], FaultSteps::Refused)
}

#[test]
fn every_problem_of_every_selected_scenario_is_told_once_and_before_anything_runs() {
    let first = "Feature: f
  Background:
    Given I wait for long
  Scenario: one
    When I produce event {\"a\": } to topic \"orders\"
    Then broker 1 is down for 5 seconds
  Scenario: two
    Then the event should be rejected with Encodng
    And the event should equal:
    And I wait 1s
      | a |
  @Ignore
  Scenario: left out
    * nonsense that nobody reads
";
    let second = "Feature: g\n  Scenario: s\n    * the event should match JSONPath \"x\" with value 1\n";
    let error = plan_with(&[("a.feature", first), ("b.feature", second)], &[], FaultSteps::Refused).unwrap_err();
    assert_eq!(
        error,
        "a.feature:3: no step reads `I wait for long`; the nearest are\n    I wait {duration}\n    I print the event\n\
         a.feature:5: `I produce event {\"a\": } to topic \"orders\"`: `{\"a\": }` is not JSON: expected value at line 1 column 7\n\
         a.feature:6: `broker 1 is down for 5 seconds` breaks the cluster on purpose, which is refused on this one; it is \
         possible in the embedded world and on the project's own stack only\n\
         a.feature:8: `the event should be rejected with Encodng`: `Encodng` is no kind of rejection, did you mean \
         `Encoding`?; the kinds are DslNotInitialized, ActorNotRegistered, SchemaRegistryNotInitialized, SchemaNotFound, \
         SchemaRegistry, Encoding, QueueFull, StreamClosed, Timeout, Authentication, Broker, ActorFailed, WouldDeadlock\n\
         a.feature:9: `the event should equal:`: the step needs a doc string below it: lines between \"\"\" and \"\"\"\n\
         a.feature:10: `I wait 1s`: the step takes no table\n\
         b.feature:3: `the event should match JSONPath \"x\" with value 1`: `x` is not a JSONPath: at position 0, parser error; a \
         path starts with `$`, such as $.order.items[0].sku"
    );
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_runs() {
    for (step, reason) in [
        ("broker 0 is down for 1s", "there is no broker 0; the first broker is 1"),
        (
            "the schema registry answers 200 for the next 1 request",
            "200 is out of range; a number from 400 to 599 is expected here",
        ),
        ("the p0 produce latency should be below 1 ms", "0 is out of range; a number from 1 to 100 is expected here"),
        (
            "the p101 produce latency should be below 1 ms",
            "101 is out of range; a number from 1 to 100 is expected here",
        ),
        (
            r#"the event should match JSONPath "$.a" greater than true"#,
            "nothing is greater or less than true; give a number or a text",
        ),
        (
            r#"the event should not have JSONPath "$.a.length()""#,
            "$.a.length() is always there: where nothing is, it is 0; compare it, as in `the event should match JSONPath \
             \"$.a.length()\" greater than 0`",
        ),
        (
            r#"I produce 5 events from template "t" to topic "x" at 0 per second"#,
            "0 is out of range; a number from 1 to 4294967295 is expected here",
        ),
        (
            r#"I have a topic "t" with bootstrap servers "x""#,
            "`x`: Invalid bootstrap server format: x. Expected format: host:port or host1:port1,host2:port2",
        ),
    ] {
        let error =
            plan_with(&[("a", &format!("Feature: f\n  Scenario: s\n    * {step}\n"))], &[], FaultSteps::Allowed);
        assert_eq!(error.unwrap_err(), format!("a:3: `{step}`: {reason}"));
    }
    let equals =
        "Feature: f\n  Scenario: s\n    * the event should equal:\n      \"\"\"\n      {{{anny}}}\n      \"\"\"\n";
    assert_eq!(
        plan(equals).unwrap_err(),
        "a.feature:3: `the event should equal:`: the doc string, line 1: {{anny}} fits nothing, did you mean {{any}}?; there are \
         {{any}}, {{uuid}} and {{regex \"…\"}}"
    );
}

#[test]
fn an_ambiguous_step_is_told_with_all_that_it_is() {
    let features = Features::parse([("a", "Feature: f\n  Scenario: s\n    * I wait 1s\n")]).unwrap();
    let book = StepBook::new().with_step("^I wait", async |_: &mut crate::ProbeWorld, _| Ok(())).unwrap();
    let error = Plan::make(features, book, &Tags::default(), FaultSteps::Refused).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a:3: more than one step reads `I wait 1s`:\n    built-in step 31, `I wait {duration}`\n    added step `^I wait`"
    );
}

#[test]
fn tags_of_the_directive_and_of_the_caller_must_both_accept_and_something_must_be_left() {
    let feature = "@f
Feature: f
  @a
  Scenario: one
    * I wait 1s
  @b
  Rule: r
    @a
    Scenario: two
      * I wait 1s
  @Ignore
  Scenario Outline: three
    * I wait <n>s
    @c
    Examples:
      | n |
      | 1 |
";
    let selected = |tags: &[&str]| {
        let plan = plan_with(&[("a", feature)], tags, FaultSteps::Refused)?;
        Ok::<_, String>(plan.scenarios().map(|scenario| scenario.name.clone()).collect::<Vec<_>>())
    };
    assert_eq!(selected(&[]).unwrap(), ["one", "two"]);
    assert_eq!(selected(&["@f and @a", "not @b"]).unwrap(), ["one"]);
    assert_eq!(selected(&["@b or @c"]).unwrap(), ["two", "three"]);
    assert_eq!(selected(&["@a", "@c"]).unwrap_err(), "none of the 3 scenarios is selected by the tags (@a) and (@c)");
    assert_eq!(plan_with(&[], &[], FaultSteps::Refused).unwrap_err(), "there is no scenario to run");
}

#[test]
fn fault_steps_pass_where_they_are_allowed() {
    let feature = "Feature: f\n  Scenario: s\n    * broker 1 is down for 5 seconds\n";
    assert!(plan_with(&[("a", feature)], &[], FaultSteps::Allowed).is_ok());
}

#[test]
fn a_plan_knows_its_counts_and_shows_what_would_run() {
    let feature = "Feature: Orders
  Background:
    Given I wait 1s
  Scenario: one
    When the shop is open
  Scenario Outline: <n>
    Then I wait <n>s
    Examples:
      | n |
      | 2 |
";
    let plan = plan(feature).unwrap();
    assert_eq!((plan.scenarios().len(), plan.step_count()), (2, 4));
    assert_eq!(
        plan.dry_run_report(),
        "a.feature  Feature: Orders
  4  Scenario: one
    3  Given I wait 1s  [step 31]
    5  When the shop is open  [steps/shop.yaml:2]
  10  Scenario Outline: 2
    3  Given I wait 1s  [step 31]
    7  Then I wait 2s  [step 31]
2 scenarios, 4 steps
"
    );
    assert!(!plan.measures_arrivals);
}

#[test]
fn arrivals_are_noted_only_where_a_step_asks_for_them() {
    let feature = "Feature: f\n  Scenario: s\n    * the p99 end-to-end latency should be below 5 ms\n";
    assert!(plan(feature).unwrap().measures_arrivals);
}
