use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use gherkin::Step;
use test_probe_actors::supervision::explain;

use crate::features::ParsedFeature;
use crate::step_book::{Found, Unresolved};
use crate::steps::Nature;
use crate::{FeatureInfo, Features, ScenarioInfo, StepBook, Tags};

mod info;
mod needs;
mod problem;
#[cfg(test)]
mod tests;

pub use problem::{PlanError, PlanProblem};

/// What is to be run: the selected scenarios, each of their steps known and readable.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) scenarios: Vec<PlannedScenario>,
    pub(crate) book: StepBook,
    pub(crate) measures_arrivals: bool,
}

/// A scenario with all of its steps, those of backgrounds first.
#[derive(Clone, Debug)]
pub(crate) struct PlannedScenario {
    pub(crate) info: Arc<ScenarioInfo>,
    pub(crate) steps: Vec<Step>,
    /// Whether no other scenario may run at the same time.
    pub(crate) is_serial: bool,
}

/// Whether steps that break the world may be run: in the embedded world and on the project's own stack, nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultSteps {
    /// They may.
    Allowed,
    /// A plan with one is refused.
    Refused,
}

impl Plan {
    /// Selects scenarios by their tags and checks all of their steps, before anything runs.
    ///
    /// # Errors
    /// [`PlanError`] with every problem of every selected scenario: steps that are unknown, ambiguous or cannot be read,
    /// and steps that break a world that may not be broken; or that no scenario is selected at all.
    pub fn make(features: Features, book: StepBook, tags: &Tags, fault_steps: FaultSteps) -> Result<Self, PlanError> {
        let all = features.scenario_count();
        let mut scenarios = Vec::new();
        for parsed in &features.features {
            select(parsed, tags, &mut scenarios);
        }
        let mut plan = Self { scenarios, book, measures_arrivals: false };
        let mut problems = plan.check(fault_steps);
        if plan.scenarios.is_empty() {
            problems.push(PlanProblem::NoScenario { all, tags: tags.to_string() });
        }
        if problems.is_empty() { Ok(plan) } else { Err(PlanError { problems }) }
    }

    /// The selected scenarios, in the order in which they run where one runs at a time.
    pub fn scenarios(&self) -> impl ExactSizeIterator<Item = &ScenarioInfo> {
        self.scenarios.iter().map(|scenario| &*scenario.info)
    }

    /// How many steps the selected scenarios have, those of backgrounds counted for each scenario.
    pub fn step_count(&self) -> usize {
        self.scenarios.iter().map(|scenario| scenario.steps.len()).sum()
    }

    /// What would run: every scenario and its steps, each with what it is.
    pub fn dry_run_report(&self) -> String {
        let (mut report, mut uri) = (String::new(), "");
        for PlannedScenario { info, steps, .. } in &self.scenarios {
            if info.feature.uri != uri {
                uri = &info.feature.uri;
                let _written = writeln!(report, "{uri}  {}: {}", info.feature.keyword, info.feature.name);
            }
            let _written = writeln!(report, "  {}  {}: {}", info.line, info.keyword, info.name);
            for (step, told) in steps.iter().zip(&info.steps) {
                let known = self.book.find(step).map(|found| found.short()).unwrap_or_default();
                let _written = writeln!(report, "    {}  {} {}  [{known}]", told.line, told.keyword, told.text);
            }
        }
        let _written = writeln!(report, "{} scenarios, {} steps", self.scenarios.len(), self.step_count());
        report
    }

    /// Every problem, once: a background's steps are met with each of its scenarios.
    fn check(&mut self, fault_steps: FaultSteps) -> Vec<PlanProblem> {
        let (mut problems, mut seen) = (Vec::new(), BTreeSet::new());
        for PlannedScenario { info, steps, .. } in &self.scenarios {
            for step in steps {
                let (uri, line, text) = (info.feature.uri.as_str(), step.position.line, step.value.as_str());
                if !seen.insert((uri, line, text)) {
                    continue;
                }
                let (uri, text) = (uri.to_owned(), text.to_owned());
                match self.book.find(step) {
                    Ok(found) => {
                        self.measures_arrivals |= found.is_of(Nature::MeasuresArrivals);
                        if fault_steps == FaultSteps::Refused && found.is_of(Nature::Fault) {
                            problems.push(PlanProblem::FaultStep { uri: uri.clone(), line, text: text.clone() });
                        }
                        if let Err(error) = found.prepare(step, &self.book) {
                            problems.push(PlanProblem::Unreadable { uri, line, text, reason: explain(&error) });
                        }
                    }
                    Err(Unresolved::Undefined { nearest, keywords }) => {
                        let keywords = keywords.into_iter().map(|keyword| format!("{keyword:?}")).collect();
                        problems.push(PlanProblem::Undefined { uri, line, text, nearest, keywords });
                    }
                    Err(Unresolved::Ambiguous(matches)) => {
                        problems.push(PlanProblem::Ambiguous { uri, line, text, matches });
                    }
                }
            }
        }
        problems
    }
}

fn select(parsed: &ParsedFeature, tags: &Tags, selected: &mut Vec<PlannedScenario>) {
    let feature = FeatureInfo::of(parsed);
    for (rule, scenario) in parsed.scenarios() {
        let inherited = feature.tags.iter().chain(rule.iter().flat_map(|rule| &rule.tags));
        let all: Vec<&str> = inherited.chain(&scenario.tags).map(String::as_str).collect();
        if !tags.select(&all) {
            continue;
        }
        let backgrounds = [parsed.feature.background.as_ref(), rule.and_then(|rule| rule.background.as_ref())];
        let before: Vec<&Step> = backgrounds.into_iter().flatten().flat_map(|background| &background.steps).collect();
        let id = selected.len() as u64 + 1;
        selected.push(PlannedScenario {
            info: Arc::new(ScenarioInfo::of(id, parsed, &feature, rule, scenario, &before)),
            steps: before.into_iter().chain(&scenario.steps).cloned().collect(),
            is_serial: all.contains(&"serial"),
        });
    }
}

impl Found<'_> {
    /// What the step is, in a word or two.
    fn short(&self) -> String {
        match self {
            Self::BuiltIn(known, _) => format!("step {}", known.number()),
            Self::Phrase(phrase, _) => format!("{}:{}", phrase.file, phrase.line),
            Self::Own(..) => "added step".to_owned(),
            Self::Attribute(known, _) => format!("{}:{}", known.location.path, known.location.line),
        }
    }
}
