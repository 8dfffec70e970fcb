use test_probe_evidence::{RunOutcome, ScenarioStatus, StepStatus, Verdict, junit_report, summary_json};

use crate::story::{Story, feature, step};

/// A run with a scenario of one step for each pair: how the step ended, if it did, and how the scenario says it ended.
fn run(scenarios: &[(Option<StepStatus>, ScenarioStatus)]) -> Story {
    let mut story = Story::of("orders", &[]);
    for (index, (step_status, status)) in scenarios.iter().enumerate() {
        story.scenario(&feature("F"), &format!("S{index}"), 3, &[step("When", "a")]);
        if let Some(step_status) = step_status {
            story.step(0, *step_status, 5);
        }
        story.end_scenario(*status, None);
    }
    story
}

const PASSED: (Option<StepStatus>, ScenarioStatus) = (Some(StepStatus::Passed), ScenarioStatus::Passed);
const FAILED: (Option<StepStatus>, ScenarioStatus) = (Some(StepStatus::Failed), ScenarioStatus::Failed);
const SKIPPED: (Option<StepStatus>, ScenarioStatus) = (None, ScenarioStatus::Skipped);
const INTERRUPTED: (Option<StepStatus>, ScenarioStatus) = (None, ScenarioStatus::Interrupted);

#[track_caller]
fn check(mut story: Story, outcome: RunOutcome, exit_status: i32, verdict: Verdict, reason: &str) {
    story.finish(outcome, None, exit_status);
    let record = story.record();
    assert_eq!((record.verdict(), record.verdict_reason().as_str()), (verdict, reason));
}

#[test]
fn a_run_passes_when_it_completes_and_all_its_scenarios_pass() {
    check(run(&[PASSED]), RunOutcome::Completed, 0, Verdict::Passed, "the scenario passed");
    check(run(&[PASSED, PASSED]), RunOutcome::Completed, 0, Verdict::Passed, "all 2 scenarios passed");
    check(run(&[PASSED, FAILED]), RunOutcome::Completed, 1, Verdict::Failed, "1 of 2 scenarios failed");
    check(run(&[PASSED, SKIPPED]), RunOutcome::Completed, 0, Verdict::Failed, "1 of 2 scenarios skipped");
    check(run(&[]), RunOutcome::Completed, 0, Verdict::Failed, "no scenario ran");
    check(
        run(&[PASSED]),
        RunOutcome::Completed,
        2,
        Verdict::Failed,
        "all scenarios passed, but the run asked for exit status 2",
    );
}

#[test]
fn a_run_that_did_not_complete_says_so_whatever_its_scenarios_did() {
    check(run(&[PASSED]), RunOutcome::Interrupted, 130, Verdict::Interrupted, "the run was interrupted");
    check(run(&[FAILED]), RunOutcome::TimedOut, 1, Verdict::TimedOut, "the run's time was up");
    check(run(&[PASSED]), RunOutcome::WorldFailed, 3, Verdict::WorldFailed, "the world under test failed");
    let unfinished = run(&[PASSED]).record();
    assert_eq!(unfinished.verdict(), Verdict::Incomplete);
    assert_eq!(unfinished.run_failure().as_deref(), Some("the ledger ends before the run did"));
}

#[test]
fn every_scenario_is_in_one_of_three_counts() {
    let mut story = run(&[PASSED, FAILED, SKIPPED, INTERRUPTED]);
    story.scenario(&feature("F"), "never ended", 9, &[]);
    let counts = story.record().scenario_counts();
    assert_eq!((counts.passed, counts.failed, counts.skipped, counts.total()), (1, 3, 1, 5));
}

#[test]
fn a_run_that_was_stopped_tells_what_it_broke_off_from_what_it_never_began() {
    let mut story = run(&[PASSED, INTERRUPTED, SKIPPED, SKIPPED]);
    story.step(0, StepStatus::Skipped, 0);
    story.finish(RunOutcome::Interrupted, Some("SIGINT"), 130);
    let record = story.record();
    let counts = record.scenario_counts();
    assert_eq!((counts.passed, counts.failed, counts.skipped), (1, 1, 2));
    assert_eq!(
        (record.verdict(), record.verdict_reason().as_str()),
        (Verdict::Interrupted, "the run was interrupted: SIGINT")
    );
    let failures: Vec<bool> = record.scenarios().iter().map(|scenario| scenario.failure().is_some()).collect();
    assert_eq!(failures, [false, true, false, false], "what was never begun has not failed");
    let summary: serde_json::Value = serde_json::from_str(&summary_json(&record).unwrap()).unwrap();
    assert_eq!(summary["scenarios"], serde_json::json!({"passed": 1, "failed": 1, "skipped": 2}));
    assert_eq!(junit_report(&record).unwrap().matches("<skipped").count(), 2);
}

#[test]
fn a_scenario_that_calls_itself_passed_is_judged_by_its_steps() {
    for status in
        [StepStatus::Failed, StepStatus::Skipped, StepStatus::Undefined, StepStatus::Ambiguous, StepStatus::Pending]
    {
        let record = run(&[(Some(status), ScenarioStatus::Passed)]).record();
        assert_eq!(record.scenarios()[0].status(), ScenarioStatus::Failed, "{status}");
        assert!(record.scenarios()[0].failure().is_some(), "{status}");
    }
    let untold = run(&[(None, ScenarioStatus::Passed)]).record();
    assert_eq!(untold.scenarios()[0].failure().unwrap().message, "steps of the scenario were skipped");
}

#[test]
fn each_step_that_did_not_pass_says_why() {
    for (status, message) in [
        (StepStatus::Failed, "the step failed without saying why"),
        (StepStatus::Undefined, "no step definition fits `a`"),
        (StepStatus::Ambiguous, "more than one step definition fits `a`"),
        (StepStatus::Pending, "the step definition is not ready"),
    ] {
        let record = run(&[(Some(status), ScenarioStatus::Failed)]).record();
        let failure = record.scenarios()[0].failure().unwrap();
        assert_eq!((failure.status, failure.message.as_str()), (status, message));
        assert_eq!(failure.step.unwrap().text, "a");
    }
}

#[test]
fn an_end_without_a_beginning_is_a_warning() {
    let mut story = Story::of("orders", &[]);
    story.step(2, StepStatus::Passed, 1);
    story.end_scenario(ScenarioStatus::Passed, None);
    assert_eq!(
        story.record().warnings(),
        [
            "the ledger tells of step 2 of scenario 0, which it never began",
            "the ledger tells of the end of scenario 0, which it never began",
        ]
    );
}
