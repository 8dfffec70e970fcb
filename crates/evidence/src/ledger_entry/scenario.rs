use std::fmt;

use serde::{Deserialize, Serialize};

/// A scenario began. It carries all that the reports say about the scenario's text, so that the ledger needs no
/// feature file beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioStarted {
    /// The scenario.
    pub scenario: Scenario,
}

/// A scenario as its feature file writes it, with the values of its outline's row filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scenario {
    /// The scenario's number, unique in its run. Two rows of an outline are two scenarios.
    pub id: u64,
    /// The feature that it belongs to.
    pub feature: Feature,
    /// The rule that it stands under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
    /// Its name.
    pub name: String,
    /// `Scenario`, `Scenario Outline`, `Example`, or the word of the file's language.
    pub keyword: String,
    /// The free text below its name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The line of the scenario, or of the outline's row, counted from 1.
    pub line: u64,
    /// Which row of its outline this is, counted from 1 over all its example tables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example_row: Option<u64>,
    /// Its own tags, with or without `@`; those of the feature and the rule stand there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Its steps in the order in which they run, those of its backgrounds first.
    pub steps: Vec<Step>,
}

/// A feature as its file writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    /// Where its file lies in the test's folder, such as `features/orders.feature`. Features are told apart by it.
    pub uri: String,
    /// Its name.
    pub name: String,
    /// `Feature`, or the word of the file's language.
    pub keyword: String,
    /// Its line, counted from 1.
    pub line: u64,
    /// The free text below its name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Its tags, with or without `@`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// A rule of a feature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// Its tags, with or without `@`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// A step of a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// `Given`, `When`, `Then`, `And`, `But`, `*`, or the word of the file's language.
    pub keyword: String,
    /// Its text without the keyword.
    pub text: String,
    /// Its line, counted from 1.
    pub line: u64,
    /// The text block below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc_string: Option<DocString>,
    /// The rows of the table below it, its heading first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<Vec<Vec<String>>>,
    /// Whether it comes from a background.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub background: bool,
}

/// The text block below a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocString {
    /// The word behind its opening quotes, such as `json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Its text.
    pub content: String,
}

/// A step ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepFinished {
    /// The scenario's number.
    pub scenario_id: u64,
    /// Which of the scenario's steps, counted from 0.
    pub index: usize,
    /// How it ended.
    pub status: StepStatus,
    /// How long it took, in microseconds.
    pub duration_us: u64,
    /// What went wrong, in full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The texts that the step printed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<String>,
}

/// How a step ended; the words are Cucumber's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepStatus {
    /// It did what it says.
    Passed,
    /// It did not.
    Failed,
    /// It was not tried, because an earlier step had not passed.
    Skipped,
    /// No step definition fits its text.
    Undefined,
    /// More than one step definition fits its text.
    Ambiguous,
    /// Its step definition says that it is not ready.
    Pending,
}

impl StepStatus {
    /// The word as the ledger and Cucumber's JSON write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Undefined => "undefined",
            Self::Ambiguous => "ambiguous",
            Self::Pending => "pending",
        }
    }
}

impl fmt::Display for StepStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A scenario ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioFinished {
    /// The scenario's number.
    pub scenario_id: u64,
    /// How it ended.
    pub status: ScenarioStatus,
    /// How long it took, in microseconds.
    pub duration_us: u64,
    /// What went wrong, where no step can say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// How a scenario ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScenarioStatus {
    /// All of its steps passed.
    Passed,
    /// A step did not pass.
    Failed,
    /// It was never begun, because the run was stopped before.
    Skipped,
    /// The run ended in the middle of it.
    Interrupted,
}

impl ScenarioStatus {
    /// The word as the ledger writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Interrupted => "interrupted",
        }
    }
}

impl fmt::Display for ScenarioStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
