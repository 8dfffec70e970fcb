use std::time::Duration;

use test_probe_actors::supervision::explain;
use tokio::time::Instant;

use super::Shared;
use crate::{ScenarioInfo, ScenarioResult, ScenarioStatus, StepError, StepResult, StepStatus};

/// How far a scenario is, and who is told of it.
pub(super) struct Progress<'a> {
    shared: &'a Shared,
    info: &'a ScenarioInfo,
    begun: Instant,
    next_step: usize,
    failure: Option<(Option<usize>, String)>,
    interrupted: bool,
}

impl<'a> Progress<'a> {
    /// The scenario begins.
    pub(super) fn begin(shared: &'a Shared, info: &'a ScenarioInfo) -> Self {
        shared.observer.scenario_started(info);
        Self { shared, info, begun: Instant::now(), next_step: 0, failure: None, interrupted: false }
    }

    pub(super) fn step_begins(&self) {
        self.shared.observer.step_started(self.info.id, self.next_step);
    }

    /// The step that began ended.
    pub(super) fn step_ends(&mut self, outcome: &Result<(), StepError>, duration: Duration, attachments: Vec<String>) {
        let status = match outcome {
            Ok(()) => StepStatus::Passed,
            Err(StepError::Interrupted) => StepStatus::Interrupted,
            Err(StepError::Undefined(_)) => StepStatus::Undefined,
            Err(_) => StepStatus::Failed,
        };
        let message = outcome.as_ref().err().map(|error| explain(error));
        match (status, &message) {
            (StepStatus::Interrupted, _) => self.interrupted = true,
            (_, Some(message)) => self.failure = Some((Some(self.next_step), message.clone())),
            (_, None) => {}
        }
        self.tell(status, duration, message, attachments);
    }

    /// The scenario is not run, or not run any further.
    pub(super) fn interrupt(&mut self) {
        self.interrupted = true;
    }

    /// Something apart from the steps went wrong.
    pub(super) fn fail(&mut self, message: String) {
        self.failure.get_or_insert((None, message));
    }

    /// The scenario ends; steps that were not tried are skipped.
    pub(super) fn end(mut self) {
        while self.next_step < self.info.steps.len() {
            self.tell(StepStatus::Skipped, Duration::ZERO, None, Vec::new());
        }
        let status = match (self.interrupted, &self.failure) {
            (true, _) => ScenarioStatus::Interrupted,
            (false, Some(_)) => ScenarioStatus::Failed,
            (false, None) => ScenarioStatus::Passed,
        };
        let message = self.failure.as_ref().filter(|(step, _)| step.is_none()).map(|(_, message)| message.clone());
        let (scenario, duration) = (self.info.id, self.begun.elapsed());
        self.shared.observer.scenario_finished(&ScenarioResult { scenario, status, duration, message });
        self.shared.summary.borrow_mut().count(self.info, status, self.failure);
    }

    fn tell(&mut self, status: StepStatus, duration: Duration, message: Option<String>, attachments: Vec<String>) {
        let (scenario, index) = (self.info.id, self.next_step);
        self.next_step += 1;
        self.shared.summary.borrow_mut().count_step(status);
        let result = StepResult { scenario, index, status, duration, message, attachments };
        self.shared.observer.step_finished(&result);
    }
}
