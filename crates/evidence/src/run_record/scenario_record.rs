use test_probe_directives::Timestamp;

use crate::ledger_entry::scenario::{Scenario, ScenarioFinished, ScenarioStatus, Step, StepFinished, StepStatus};

/// What is known about one scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioRecord {
    /// The scenario's text.
    pub scenario: Scenario,
    /// When it began.
    pub started_at: Timestamp,
    results: Vec<Option<StepResult>>,
    end: Option<ScenarioFinished>,
}

/// How one step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepResult {
    /// How.
    pub status: StepStatus,
    /// How long it took, in microseconds.
    pub duration_us: u64,
    /// What went wrong; always there for a step that neither passed nor was skipped.
    pub message: Option<String>,
    /// The texts that the step printed.
    pub attachments: Vec<String>,
}

/// Why a scenario did not pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure<'a> {
    /// The step that did not pass; nothing when the scenario failed outside its steps.
    pub step: Option<&'a Step>,
    /// How that step ended; `Failed` outside of steps.
    pub status: StepStatus,
    /// What went wrong, in full.
    pub message: String,
}

impl ScenarioRecord {
    pub(super) fn started(at: Timestamp, scenario: Scenario) -> Self {
        Self { started_at: at, results: vec![None; scenario.steps.len()], scenario, end: None }
    }

    /// Whether the scenario has a step of that index.
    pub(super) fn step_finished(&mut self, step: &StepFinished) -> bool {
        let result = StepResult {
            status: step.status,
            duration_us: step.duration_us,
            message: step.message.clone(),
            attachments: step.attachments.clone(),
        };
        self.results.get_mut(step.index).map(|slot| *slot = Some(result)).is_some()
    }

    pub(super) fn finished(&mut self, end: &ScenarioFinished) {
        self.end = Some(end.clone());
    }

    /// How the scenario ended. One without an end was interrupted; one that calls itself passed but has a step that did
    /// not pass has failed.
    pub fn status(&self) -> ScenarioStatus {
        match self.end.as_ref().map_or(ScenarioStatus::Interrupted, |end| end.status) {
            ScenarioStatus::Passed if !self.results.iter().all(has_passed) => ScenarioStatus::Failed,
            status => status,
        }
    }

    /// How long it took, in microseconds: its own measure, or the sum of its steps before its end is known.
    pub fn duration_us(&self) -> u64 {
        match &self.end {
            Some(end) => end.duration_us,
            None => self.results.iter().flatten().fold(0, |sum, result| sum.saturating_add(result.duration_us)),
        }
    }

    /// The steps with what became of them.
    ///
    /// A step without a result was skipped; only in a scenario that was interrupted the first of them was under way,
    /// and failed by that, so that no reader of step results takes the scenario for passed.
    pub fn steps(&self) -> Vec<(&Step, StepResult)> {
        let interrupted = self.status() == ScenarioStatus::Interrupted;
        let mut failed_before = false;
        let mut steps = Vec::with_capacity(self.results.len());
        for (step, result) in self.scenario.steps.iter().zip(&self.results) {
            let result = match result {
                Some(result) => result.clone().explained(step),
                None if interrupted && !failed_before => {
                    StepResult::unmeasured(StepStatus::Failed, Some(self.interruption("this step")))
                }
                None => StepResult::unmeasured(StepStatus::Skipped, None),
            };
            failed_before |= !matches!(result.status, StepStatus::Passed | StepStatus::Skipped);
            steps.push((step, result));
        }
        steps
    }

    /// What kept the scenario from passing: its first step that did, or its end. Nothing for a scenario that passed or
    /// was skipped.
    pub fn failure(&self) -> Option<Failure<'_>> {
        let status = self.status();
        if matches!(status, ScenarioStatus::Passed | ScenarioStatus::Skipped) {
            return None;
        }
        let mut steps = self.steps().into_iter();
        if let Some((step, result)) =
            steps.find(|(_, result)| !matches!(result.status, StepStatus::Passed | StepStatus::Skipped))
        {
            let message = result.message.unwrap_or_default();
            return Some(Failure { step: Some(step), status: result.status, message });
        }
        let message = match self.end.as_ref().and_then(|end| end.message.clone()) {
            Some(message) => message,
            None if status == ScenarioStatus::Interrupted => self.interruption("this scenario"),
            None if self.results.iter().all(has_passed) => "the scenario failed outside its steps".to_owned(),
            None => "steps of the scenario were skipped".to_owned(),
        };
        Some(Failure { step: None, status: StepStatus::Failed, message })
    }

    fn interruption(&self, what: &str) -> String {
        let reason = self.end.as_ref().and_then(|end| end.message.as_deref());
        match reason {
            Some(reason) => format!("the run ended during {what}: {reason}"),
            None => format!("the run ended during {what}"),
        }
    }
}

impl StepResult {
    fn unmeasured(status: StepStatus, message: Option<String>) -> Self {
        Self { status, duration_us: 0, message, attachments: Vec::new() }
    }

    /// With a message in any case where one is needed.
    fn explained(mut self, step: &Step) -> Self {
        let default = match self.status {
            StepStatus::Passed | StepStatus::Skipped => return self,
            StepStatus::Failed => "the step failed without saying why".to_owned(),
            StepStatus::Undefined => format!("no step definition fits `{}`", step.text),
            StepStatus::Ambiguous => format!("more than one step definition fits `{}`", step.text),
            StepStatus::Pending => "the step definition is not ready".to_owned(),
        };
        self.message = self.message.filter(|message| !message.trim().is_empty()).or(Some(default));
        self
    }
}

fn has_passed(result: &Option<StepResult>) -> bool {
    result.as_ref().is_some_and(|result| result.status == StepStatus::Passed)
}
