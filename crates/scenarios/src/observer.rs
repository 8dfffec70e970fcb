use std::time::Duration;

use crate::DocString;

/// Hears how a run goes, as it goes. Scenarios that run at the same time are told apart by their numbers.
///
/// Called on the thread of the run: be quick, do not block, and do not panic.
pub trait ScenarioObserver: Send + Sync {
    /// A scenario begins.
    fn scenario_started(&self, scenario: &ScenarioInfo);

    /// One of a scenario's steps begins: which one, counted from 0.
    fn step_started(&self, _scenario: u64, _index: usize) {}

    /// A step ended, or was not tried.
    fn step_finished(&self, step: &StepResult);

    /// A scenario ended, or was not tried. It is told of each of its steps before.
    fn scenario_finished(&self, scenario: &ScenarioResult);
}

/// A scenario, with all that a report says about its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioInfo {
    /// Its number in the run, counted from 1. Two rows of an outline are two scenarios.
    pub id: u64,
    /// Its feature.
    pub feature: FeatureInfo,
    /// The rule that it stands under.
    pub rule: Option<RuleInfo>,
    /// Its name.
    pub name: String,
    /// `Scenario`, `Scenario Outline`, `Example`, or the word of the file's language.
    pub keyword: String,
    /// The free text below its name.
    pub description: String,
    /// Its line, or that of its row of examples, counted from 1.
    pub line: usize,
    /// Which row of its outline it is, counted from 1 over all of its tables.
    pub example_row: Option<u64>,
    /// Its own tags and those of its examples, without `@`.
    pub tags: Vec<String>,
    /// Its steps in the order in which they run, those of backgrounds first.
    pub steps: Vec<StepInfo>,
}

/// A feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeatureInfo {
    /// The file, as it was named when it was parsed.
    pub uri: String,
    /// Its name.
    pub name: String,
    /// `Feature`, or the word of the file's language.
    pub keyword: String,
    /// Its line, counted from 1.
    pub line: usize,
    /// The free text below its name.
    pub description: String,
    /// Its tags, without `@`.
    pub tags: Vec<String>,
}

/// A rule of a feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// Its name.
    pub name: String,
    /// Its tags, without `@`.
    pub tags: Vec<String>,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepInfo {
    /// `Given`, `When`, `Then`, `And`, `But`, `*`, or the word of the file's language.
    pub keyword: String,
    /// Its text without the keyword.
    pub text: String,
    /// Its line, counted from 1.
    pub line: usize,
    /// The text block below it.
    pub doc_string: Option<DocString>,
    /// The rows of the table below it, its heading first.
    pub table: Option<Vec<Vec<String>>>,
    /// Whether it comes from a background.
    pub background: bool,
}

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepResult {
    /// The scenario's number.
    pub scenario: u64,
    /// Which of the scenario's steps, counted from 0.
    pub index: usize,
    /// How it ended.
    pub status: StepStatus,
    /// How long it took.
    pub duration: Duration,
    /// What went wrong, in full.
    pub message: Option<String>,
    /// The texts that the step printed.
    pub attachments: Vec<String>,
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepStatus {
    /// It did what it says.
    Passed,
    /// It did not.
    Failed,
    /// It was not tried, because an earlier step had not passed or its scenario never began.
    Skipped,
    /// No step is known by its text. A plan lets no such step through.
    Undefined,
    /// The run was cancelled while it ran.
    Interrupted,
}

/// How a scenario ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioResult {
    /// The scenario's number.
    pub scenario: u64,
    /// How it ended.
    pub status: ScenarioStatus,
    /// How long it took, what came before and after its steps included.
    pub duration: Duration,
    /// What went wrong, where no step can say it.
    pub message: Option<String>,
}

/// How a scenario ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScenarioStatus {
    /// All of its steps passed.
    Passed,
    /// A step did not pass.
    Failed,
    /// The run was cancelled before it began.
    Skipped,
    /// The run was cancelled while it ran.
    Interrupted,
}
