use super::{Element, Hook, JsonResult, Match, identifier, inherited_tags, step};
use crate::ledger_entry::scenario::{Step, StepStatus};
use crate::run_record::scenario_record::{ScenarioRecord, StepResult};

/// The element of a scenario, after one for its background where it has any.
pub(super) fn elements(record: &ScenarioRecord) -> Vec<Element> {
    let scenario = &record.scenario;
    let start = Some(record.started_at.to_string());
    let (background, own): (Vec<_>, Vec<_>) = record.steps().into_iter().partition(|(step, _)| step.background);
    let mut elements = Vec::with_capacity(2);
    if let Some((first, _)) = background.first() {
        elements.push(Element {
            start_timestamp: start.clone(),
            id: None,
            keyword: "Background".to_owned(),
            name: String::new(),
            description: String::new(),
            line: first.line.saturating_sub(1),
            kind: "background",
            tags: Vec::new(),
            steps: steps(background),
            after: Vec::new(),
        });
    }
    elements.push(Element {
        start_timestamp: start,
        id: Some(id(record)),
        keyword: scenario.keyword.clone(),
        name: scenario.name.clone(),
        description: scenario.description.clone(),
        line: scenario.line,
        kind: "scenario",
        tags: inherited_tags(record),
        steps: steps(own),
        after: failure_outside_steps(record).into_iter().collect(),
    });
    elements
}

/// A hook with its outcome, in the shape that Cucumber-JVM gives to `@After` methods.
pub(super) fn hook(location: &str, status: StepStatus, error_message: Option<String>, output: Vec<String>) -> Hook {
    Hook {
        matched: Match { location: Some(location.to_owned()) },
        result: JsonResult { status: status.as_str(), duration: 0, error_message },
        output,
    }
}

fn steps(steps: Vec<(&Step, StepResult)>) -> Vec<super::JsonStep> {
    steps.into_iter().map(step).collect()
}

fn failure_outside_steps(record: &ScenarioRecord) -> Option<Hook> {
    let failure = record.failure()?;
    let outside = failure.step.is_none();
    outside.then(|| hook("test-probe.scenario", StepStatus::Failed, Some(failure.message), Vec::new()))
}

/// Feature, rule, scenario and row, so that no two scenarios of a file share an id but by their names.
fn id(record: &ScenarioRecord) -> String {
    let scenario = &record.scenario;
    let mut parts = vec![identifier(&scenario.feature.name)];
    parts.extend(scenario.rule.iter().map(|rule| identifier(&rule.name)));
    parts.push(identifier(&scenario.name));
    parts.extend(scenario.example_row.map(|row| row.to_string()));
    parts.join(";")
}
