//! How runs go: what is told, in which order, and how they end.

use std::panic;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use test_probe_scenarios::{ProbeWorld, ScenarioStatus, StepBook, StepStatus, Tags, TestEnvironment};

use crate::rig::{Rig, after, scenario};

fn stepping() -> StepBook {
    StepBook::new()
        .with_step("^I panic$", async |_: &mut ProbeWorld, _| panic!("the basket is on fire"))
        .unwrap()
        .with_step("^I panic with a number$", async |_: &mut ProbeWorld, _| panic::panic_any(17))
        .unwrap()
        .with_step("^I never end$", async |_: &mut ProbeWorld, _| std::future::pending().await)
        .unwrap()
}

fn rig() -> Rig {
    Rig { book: stepping(), ..Rig::new() }
}

#[test]
fn scenarios_are_told_of_with_their_text_and_in_the_order_of_the_files() {
    let feature = "# language: en
@shop
Feature: Orders
  Some words.
  Background:
    Given I wait 1s

  @first
  Scenario: one
    When I wait 2s

  Rule: outlines
    Background:
      * I wait 3s
    Scenario Outline: <n> seconds
      Then I wait <n>s
      Examples:
        | n |
        | 4 |
        | 5 |
";
    let told = rig().run(feature);
    assert_eq!(told.results(), [(1, ScenarioStatus::Passed), (2, ScenarioStatus::Passed), (3, ScenarioStatus::Passed)]);
    let last = &told.scenarios[2];
    assert_eq!((last.name.as_str(), last.keyword.as_str(), last.line), ("5 seconds", "Scenario Outline", 20));
    assert_eq!((last.example_row, last.rule.as_ref().map(|rule| rule.name.as_str())), (Some(2), Some("outlines")));
    assert_eq!((last.feature.uri.as_str(), last.feature.line), ("features/test.feature", 3));
    assert_eq!((last.feature.description.as_str(), &last.feature.tags), ("Some words.", &vec!["shop".to_owned()]));
    assert_eq!(told.scenarios[0].tags, ["first"]);
    let steps: Vec<_> =
        last.steps.iter().map(|step| (step.keyword.as_str(), step.text.as_str(), step.line, step.background)).collect();
    assert_eq!(
        steps,
        [("Given", "I wait 1s", 6, true), ("*", "I wait 3s", 14, true), ("Then", "I wait 5s", 16, false)]
    );
    let durations: Vec<u64> = told.steps.iter().map(|step| step.duration.as_secs()).collect();
    assert_eq!(durations, [1, 2, 1, 3, 4, 1, 3, 5]);
    assert_eq!(told.results.iter().map(|result| result.duration.as_secs()).collect::<Vec<_>>(), [3, 8, 9]);
    assert_eq!(told.summary.duration, Duration::from_secs(20));
    assert_eq!((told.summary.passed, told.summary.passed_steps), (3, 8));
}

#[test]
fn a_failed_step_fails_its_scenario_and_the_next_one_runs() {
    let feature = "Feature: f
  Scenario: bad
    Given I wait 1s
    When I produce event {} to topic \"x\"
    Then I wait 1s
    And I wait 1s
  Scenario: good
    * I wait 1s
";
    let told = rig().run(feature);
    use StepStatus::{Failed, Passed, Skipped};
    assert_eq!(told.statuses(), [Passed, Failed, Skipped, Skipped, Passed]);
    assert_eq!(
        told.steps.iter().map(|step| (step.scenario, step.index)).collect::<Vec<_>>(),
        [(1, 0), (1, 1), (1, 2), (1, 3), (2, 0)]
    );
    assert_eq!(told.results(), [(1, ScenarioStatus::Failed), (2, ScenarioStatus::Passed)]);
    let summary = &told.summary;
    assert!(!summary.is_success());
    assert_eq!((summary.passed, summary.failed, summary.interrupted), (1, 1, 0));
    assert_eq!((summary.passed_steps, summary.failed_steps, summary.skipped_steps), (2, 1, 2));
    let failed = &summary.failed_scenarios[0];
    assert_eq!((failed.uri.as_str(), failed.line, failed.name.as_str()), ("features/test.feature", 2, "bad"));
    assert_eq!(failed.step.as_deref(), Some("When I produce event {} to topic \"x\""));
    assert!(failed.message.starts_with("topic 'x' is not in this test's directive"), "{}", failed.message);
}

#[test]
fn a_step_that_does_not_end_runs_into_its_limit() {
    let told = rig().run(&scenario(&["I never end"]));
    assert_eq!(
        told.messages(),
        [
            "step `I never end` did not end within 1m: raise test-probe.core.cucumber.step-timeout, or let the step ask for less"
        ]
    );
    assert_eq!(told.steps[0].duration, Duration::from_secs(60));
    let short = Rig {
        environment: |environment: TestEnvironment| environment.with_step_timeout(Duration::from_millis(100)),
        ..rig()
    };
    let told = short.run(&scenario(&["I wait 90 seconds", "I never end"]));
    assert_eq!(told.statuses(), [StepStatus::Passed, StepStatus::Failed], "what a step asks for does not count");
    assert_eq!(told.steps[1].duration, Duration::from_millis(100));
}

#[test]
fn a_panic_in_a_step_is_its_failure() {
    let feature = "Feature: f
  Scenario: a
    * I panic
  Scenario: b
    * I panic with a number
  Scenario: c
    * I wait 1s
";
    let told = rig().run(feature);
    assert_eq!(told.messages(), ["the step panicked: the basket is on fire", "the step panicked: without a text"]);
    assert_eq!(told.results()[2], (3, ScenarioStatus::Passed));
}

#[test]
fn the_process_s_panic_hook_is_left_alone() {
    let heard: Arc<Mutex<Vec<String>>> = Arc::default();
    let (hears, this_thread) = (Arc::clone(&heard), std::thread::current().id());
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        // The other tests of this process panic too.
        if std::thread::current().id() == this_thread {
            hears.lock().unwrap().extend(info.payload_as_str().map(str::to_owned));
        } else {
            before(info);
        }
    }));
    let told = rig().run(&scenario(&["I panic"]));
    drop(panic::catch_unwind(|| panic!("after the run")));
    drop(panic::take_hook());
    assert_eq!(told.results(), [(1, ScenarioStatus::Failed)]);
    assert_eq!(*heard.lock().unwrap(), ["the basket is on fire", "after the run"]);
}

#[test]
fn a_cancelled_run_ends_at_once_and_says_so_of_everything_left() {
    let rig = rig();
    let cancel = rig.cancel.clone();
    let feature = "Feature: f
  Scenario: before
    * I wait 1s
  Scenario: during
    * I wait 1s
    * I never end
    * I wait 1s
  Scenario: after
    * I wait 1s
";
    let told = rig.run_with(feature, async move |_| {
        after(Duration::from_secs(5)).await;
        cancel.cancel();
    });
    use StepStatus::{Interrupted, Passed, Skipped};
    assert_eq!(told.statuses(), [Passed, Passed, Interrupted, Skipped, Skipped]);
    assert_eq!(told.messages(), ["the run was cancelled while this step ran"]);
    assert_eq!(
        told.results(),
        [(1, ScenarioStatus::Passed), (2, ScenarioStatus::Interrupted), (3, ScenarioStatus::Skipped)]
    );
    assert_eq!(told.summary.duration, Duration::from_secs(5), "nothing more is waited for");
    let summary = &told.summary;
    assert_eq!((summary.passed, summary.failed, summary.interrupted, summary.skipped), (1, 0, 1, 1));
    assert_eq!((summary.passed_steps, summary.interrupted_steps, summary.skipped_steps), (2, 1, 2));
    assert!(!told.summary.is_success() && told.summary.failed_scenarios.is_empty());
}

#[test]
fn a_run_that_skipped_a_scenario_is_no_success_though_the_others_passed() {
    let rig = rig();
    let cancel = rig.cancel.clone();
    // The run is stopped between two scenarios, so that none is interrupted.
    let book = stepping()
        .with_step("^the run is stopped$", async move |_: &mut ProbeWorld, _| {
            cancel.cancel();
            Ok(())
        })
        .unwrap();
    let feature = "Feature: f\n  Scenario: a\n    * the run is stopped\n  Scenario: b\n    * I wait 1s\n";
    let told = Rig { book, ..rig }.run(feature);
    assert_eq!(told.results(), [(1, ScenarioStatus::Passed), (2, ScenarioStatus::Skipped)]);
    assert_eq!(told.statuses(), [StepStatus::Passed, StepStatus::Skipped]);
    assert_eq!((told.summary.interrupted, told.summary.failed), (0, 0));
    assert!(!told.summary.is_success());
}

#[test]
fn a_run_that_is_cancelled_before_it_begins_tries_nothing() {
    let rig = rig();
    rig.cancel.cancel();
    let told = rig.run(&scenario(&["I wait 1s", "I panic"]));
    assert_eq!(told.statuses(), [StepStatus::Skipped, StepStatus::Skipped]);
    assert_eq!(told.results(), [(1, ScenarioStatus::Skipped)]);
    assert_eq!((told.summary.duration, told.summary.skipped), (Duration::ZERO, 1));
    assert!(!told.summary.is_success());
}

#[test]
fn only_selected_scenarios_run_and_keep_their_lines() {
    let feature = "Feature: f
  @slow
  Scenario: left out
    * I panic
  Scenario Outline: <n>
    * I wait <n>s
    @slow
    Examples:
      | n |
      | 1 |
    Examples:
      | n |
      | 2 |
";
    let told = Rig { tags: Tags::all_of(["not @slow"]).unwrap(), ..rig() }.run(feature);
    let run: Vec<_> =
        told.scenarios.iter().map(|info| (info.id, info.name.as_str(), info.line, info.example_row)).collect();
    assert_eq!(run, [(1, "2", 13, Some(2))]);
    assert!(told.summary.is_success());
}

#[test]
fn a_tag_of_cucumber_s_own_retries_nothing() {
    let told = rig().run("Feature: f\n  @retry(3)\n  Scenario: s\n    * I panic\n");
    assert_eq!(told.results(), [(1, ScenarioStatus::Failed)]);
}
