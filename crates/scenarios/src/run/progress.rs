use std::sync::Arc;
use std::time::Duration;

use test_probe_actors::supervision::explain;
use tokio::time::Instant;

use super::Shared;
use crate::discretion;
use crate::{ScenarioInfo, ScenarioResult, ScenarioStatus, StepError, StepResult, StepStatus};

/// How far a scenario is, and who is told of it.
pub(super) struct Progress<'a> {
    shared: &'a Shared,
    /// As it is told.
    info: Arc<ScenarioInfo>,
    begun: Instant,
    next_step: usize,
    failure: Option<(Option<usize>, String)>,
    stopped: Option<Stopped>,
}

/// Where the end of the run met the scenario.
#[derive(Clone, Copy)]
enum Stopped {
    BeforeItBegan,
    InTheMiddle,
}

impl<'a> Progress<'a> {
    /// The scenario begins.
    pub(super) fn begin(shared: &'a Shared, info: &Arc<ScenarioInfo>) -> Self {
        let info = discretion::scenario(info, &shared.environment.redaction);
        shared.observer.scenario_started(&info);
        Self { shared, info, begun: Instant::now(), next_step: 0, failure: None, stopped: None }
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
        let message = outcome.as_ref().err().map(|error| self.told(&explain(error)));
        let attachments = attachments.iter().map(|text| self.told(text)).collect();
        match (status, &message) {
            (StepStatus::Interrupted, _) => self.stopped = Some(Stopped::InTheMiddle),
            (_, Some(message)) => self.failure = Some((Some(self.next_step), message.clone())),
            (_, None) => {}
        }
        self.tell(status, duration, message, attachments);
    }

    /// The scenario is not run.
    pub(super) fn skip(&mut self) {
        self.stopped = Some(Stopped::BeforeItBegan);
    }

    /// Something apart from the steps went wrong.
    pub(super) fn fail(&mut self, message: String) {
        let message = self.told(&message);
        self.failure.get_or_insert((None, message));
    }

    /// The scenario ends; steps that were not tried are skipped.
    pub(super) fn end(mut self) {
        while self.next_step < self.info.steps.len() {
            self.tell(StepStatus::Skipped, Duration::ZERO, None, Vec::new());
        }
        let status = match (self.stopped, &self.failure) {
            (Some(Stopped::BeforeItBegan), _) => ScenarioStatus::Skipped,
            (Some(Stopped::InTheMiddle), _) => ScenarioStatus::Interrupted,
            (None, Some(_)) => ScenarioStatus::Failed,
            (None, None) => ScenarioStatus::Passed,
        };
        let message = self.failure.as_ref().filter(|(step, _)| step.is_none()).map(|(_, message)| message.clone());
        let (scenario, duration) = (self.info.id, self.begun.elapsed());
        self.shared.observer.scenario_finished(&ScenarioResult { scenario, status, duration, message });
        self.shared.summary.borrow_mut().count(&self.info, status, self.failure);
    }

    fn told(&self, text: &str) -> String {
        discretion::text(text, &self.shared.environment.redaction).into_owned()
    }

    fn tell(&mut self, status: StepStatus, duration: Duration, message: Option<String>, attachments: Vec<String>) {
        let (scenario, index) = (self.info.id, self.next_step);
        self.next_step += 1;
        self.shared.summary.borrow_mut().count_step(status);
        let result = StepResult { scenario, index, status, duration, message, attachments };
        self.shared.observer.step_finished(&result);
    }
}
