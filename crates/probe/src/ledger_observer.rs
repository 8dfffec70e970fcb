use std::sync::Arc;
use std::time::Duration;

use test_probe_directives::WallClock;
use test_probe_evidence::{
    DocString, Feature, Ledger, LedgerEntry, LedgerEvent, Rule, Scenario, ScenarioFinished, ScenarioStarted,
    ScenarioStatus, Step, StepFinished, StepStatus,
};
use test_probe_scenarios::{self as scenarios, ScenarioInfo, ScenarioObserver, ScenarioResult, StepInfo, StepResult};
use tokio::sync::Notify;

use crate::RunObserver;
use crate::running_scenarios::RunningScenarios;

/// Writes what the scenarios do to the run's ledger, and passes it on.
pub(crate) struct LedgerObserver {
    ledger: Ledger,
    clock: WallClock,
    running: RunningScenarios,
    next: Arc<dyn RunObserver>,
    /// Who wants to know that a scenario has ended.
    ended: Option<Arc<Notify>>,
}

impl LedgerObserver {
    pub(crate) fn new(ledger: Ledger, clock: WallClock, running: RunningScenarios, next: Arc<dyn RunObserver>) -> Self {
        Self { ledger, clock, running, next, ended: None }
    }

    pub(crate) fn tells_of_ends(self, ended: Arc<Notify>) -> Self {
        Self { ended: Some(ended), ..self }
    }

    fn record(&self, event: impl Into<LedgerEvent>) {
        self.ledger.record(LedgerEntry::new(self.clock.now(), event));
    }
}

impl ScenarioObserver for LedgerObserver {
    fn scenario_started(&self, scenario: &ScenarioInfo) {
        self.running.begins(scenario.id);
        self.record(ScenarioStarted { scenario: written_scenario(scenario) });
        self.next.scenario_started(scenario);
    }

    fn step_started(&self, scenario: u64, index: usize) {
        self.next.step_started(scenario, index);
    }

    fn step_finished(&self, step: &StepResult) {
        // The record knows by itself which step an interrupted scenario was in.
        if let Some(status) = written_status(step.status) {
            self.record(StepFinished {
                scenario_id: step.scenario,
                index: step.index,
                status,
                duration_us: micros(step.duration),
                message: step.message.clone(),
                attachments: step.attachments.clone(),
            });
        }
        self.next.step_finished(step);
    }

    fn scenario_finished(&self, scenario: &ScenarioResult) {
        self.running.ends(scenario.scenario);
        self.record(ScenarioFinished {
            scenario_id: scenario.scenario,
            status: match scenario.status {
                scenarios::ScenarioStatus::Passed => ScenarioStatus::Passed,
                scenarios::ScenarioStatus::Failed => ScenarioStatus::Failed,
                scenarios::ScenarioStatus::Skipped => ScenarioStatus::Skipped,
                scenarios::ScenarioStatus::Interrupted => ScenarioStatus::Interrupted,
            },
            duration_us: micros(scenario.duration),
            message: scenario.message.clone(),
        });
        if let Some(ended) = &self.ended {
            ended.notify_one();
        }
        self.next.scenario_finished(scenario);
    }
}

fn written_status(status: scenarios::StepStatus) -> Option<StepStatus> {
    match status {
        scenarios::StepStatus::Passed => Some(StepStatus::Passed),
        scenarios::StepStatus::Failed => Some(StepStatus::Failed),
        scenarios::StepStatus::Skipped => Some(StepStatus::Skipped),
        scenarios::StepStatus::Undefined => Some(StepStatus::Undefined),
        scenarios::StepStatus::Interrupted => None,
    }
}

fn written_scenario(scenario: &ScenarioInfo) -> Scenario {
    let ScenarioInfo { feature, .. } = scenario;
    Scenario {
        id: scenario.id,
        feature: Feature {
            uri: feature.uri.clone(),
            name: feature.name.clone(),
            keyword: feature.keyword.clone(),
            line: line(feature.line),
            description: feature.description.clone(),
            tags: feature.tags.clone(),
        },
        rule: scenario.rule.as_ref().map(|rule| Rule { name: rule.name.clone(), tags: rule.tags.clone() }),
        name: scenario.name.clone(),
        keyword: scenario.keyword.clone(),
        description: scenario.description.clone(),
        line: line(scenario.line),
        example_row: scenario.example_row,
        tags: scenario.tags.clone(),
        steps: scenario.steps.iter().map(written_step).collect(),
    }
}

fn written_step(step: &StepInfo) -> Step {
    Step {
        keyword: step.keyword.clone(),
        text: step.text.clone(),
        line: line(step.line),
        doc_string: step
            .doc_string
            .as_ref()
            .map(|text| DocString { media_type: text.media_type.clone(), content: text.content.clone() }),
        table: step.table.clone(),
        background: step.background,
    }
}

fn line(line: usize) -> u64 {
    u64::try_from(line).unwrap_or(u64::MAX)
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
