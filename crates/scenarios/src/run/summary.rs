use std::time::Duration;

use crate::{ScenarioInfo, ScenarioStatus, StepStatus};

/// How a run went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunSummary {
    /// Scenarios whose steps all passed.
    pub passed: usize,
    /// Scenarios with a step that did not pass.
    pub failed: usize,
    /// Scenarios that the run was cancelled before.
    pub skipped: usize,
    /// Scenarios that the run was cancelled in the middle of.
    pub interrupted: usize,
    /// Steps that passed.
    pub passed_steps: usize,
    /// Steps that did not pass, those that no step is known for included.
    pub failed_steps: usize,
    /// Steps that were not tried.
    pub skipped_steps: usize,
    /// Steps that the run was cancelled in the middle of.
    pub interrupted_steps: usize,
    /// The failed scenarios, in the order in which they failed.
    pub failed_scenarios: Vec<FailedScenario>,
    /// How long the run took.
    pub duration: Duration,
}

/// A scenario that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedScenario {
    /// The feature's file.
    pub uri: String,
    /// The scenario's line.
    pub line: usize,
    /// The scenario's name.
    pub name: String,
    /// The step that did not pass, with its keyword.
    pub step: Option<String>,
    /// What went wrong.
    pub message: String,
}

impl RunSummary {
    /// Whether scenarios were run, and all of them passed.
    pub fn is_success(&self) -> bool {
        self.passed > 0 && self.failed == 0 && self.skipped == 0 && self.interrupted == 0
    }

    pub(super) fn count_step(&mut self, status: StepStatus) {
        match status {
            StepStatus::Passed => self.passed_steps += 1,
            StepStatus::Failed | StepStatus::Undefined => self.failed_steps += 1,
            StepStatus::Skipped => self.skipped_steps += 1,
            StepStatus::Interrupted => self.interrupted_steps += 1,
        }
    }

    /// Counts a scenario; `failure` is the step that did not pass, and what went wrong.
    pub(super) fn count(
        &mut self,
        scenario: &ScenarioInfo,
        status: ScenarioStatus,
        failure: Option<(Option<usize>, String)>,
    ) {
        match status {
            ScenarioStatus::Passed => self.passed += 1,
            ScenarioStatus::Skipped => self.skipped += 1,
            ScenarioStatus::Interrupted => self.interrupted += 1,
            ScenarioStatus::Failed => {
                self.failed += 1;
                let (step, message) = failure.unwrap_or_default();
                let step = step.and_then(|index| scenario.steps.get(index));
                self.failed_scenarios.push(FailedScenario {
                    uri: scenario.feature.uri.clone(),
                    line: scenario.line,
                    name: scenario.name.clone(),
                    step: step.map(|step| format!("{} {}", step.keyword, step.text)),
                    message,
                });
            }
        }
    }
}
