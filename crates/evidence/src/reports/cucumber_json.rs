use serde::Serialize;

use super::scenario_groups::{FeatureGroup, by_feature, with_at_sign};
use crate::RunRecord;
use crate::ledger_entry::scenario::{DocString, Step, StepStatus};
use crate::run_record::scenario_record::{ScenarioRecord, StepResult};

mod element;
mod run_feature;

use element::{elements, hook};
use run_feature::run_feature;

/// The text of `cucumber.json`: the JSON that Cucumber-JVM's formatter writes and report tools read.
///
/// A list of features; each with `elements`, where the steps of a scenario's backgrounds stand in an element of type
/// `background` before it. Durations are nanoseconds. What failed outside of steps is a hook in `after`. A run that
/// failed as a whole, with no scenario to show it, adds a feature that says so; the warnings of the run are the output
/// of a passed hook of the last scenario.
///
/// # Errors
/// None that is known: every part has a JSON form.
pub fn cucumber_json(record: &RunRecord) -> Result<String, serde_json::Error> {
    let mut features: Vec<JsonFeature> = by_feature(record).iter().map(feature).collect();
    features.extend(record.run_failure().map(|failure| run_feature(record, failure)));
    let warnings = record.warnings();
    if !warnings.is_empty()
        && let Some(last) = features.last_mut().and_then(|feature| feature.elements.last_mut())
    {
        last.after.push(hook("test-probe.warnings", StepStatus::Passed, None, warnings));
    }
    let mut text = serde_json::to_string_pretty(&features)?;
    text.push('\n');
    Ok(text)
}

#[derive(Debug, Serialize)]
struct JsonFeature {
    uri: String,
    id: String,
    keyword: String,
    name: String,
    description: String,
    line: u64,
    tags: Vec<Tag>,
    elements: Vec<Element>,
}

#[derive(Debug, Serialize)]
struct Tag {
    name: String,
}

#[derive(Debug, Serialize)]
struct Element {
    #[serde(skip_serializing_if = "Option::is_none")]
    start_timestamp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    keyword: String,
    name: String,
    description: String,
    line: u64,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Tag>,
    steps: Vec<JsonStep>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    after: Vec<Hook>,
}

#[derive(Debug, Serialize)]
struct JsonStep {
    keyword: String,
    name: String,
    line: u64,
    #[serde(rename = "match")]
    matched: Match,
    result: JsonResult,
    #[serde(skip_serializing_if = "Option::is_none")]
    doc_string: Option<JsonDocString>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<Vec<Row>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    output: Vec<String>,
}

/// What ran beside the steps.
#[derive(Debug, Serialize)]
struct Hook {
    #[serde(rename = "match")]
    matched: Match,
    result: JsonResult,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    output: Vec<String>,
}

/// Where the code of a step is: unknown here but for hooks, and still a member that readers expect.
#[derive(Debug, Default, Serialize)]
struct Match {
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<String>,
}

#[derive(Debug, Serialize)]
struct JsonResult {
    status: &'static str,
    duration: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
}

#[derive(Debug, Serialize)]
struct JsonDocString {
    value: String,
    content_type: String,
    line: u64,
}

#[derive(Debug, Serialize)]
struct Row {
    cells: Vec<String>,
}

fn feature(group: &FeatureGroup<'_>) -> JsonFeature {
    let feature = group.feature;
    JsonFeature {
        uri: feature.uri.clone(),
        id: identifier(&feature.name),
        keyword: feature.keyword.clone(),
        name: feature.name.clone(),
        description: feature.description.clone(),
        line: feature.line,
        tags: tags(&feature.tags),
        elements: group.scenarios.iter().flat_map(|scenario| elements(scenario)).collect(),
    }
}

fn step((step, result): (&Step, StepResult)) -> JsonStep {
    JsonStep {
        keyword: format!("{} ", step.keyword.trim_end()),
        name: step.text.clone(),
        line: step.line,
        matched: Match::default(),
        result: JsonResult {
            status: result.status.as_str(),
            duration: result.duration_us.saturating_mul(1000),
            error_message: result.message,
        },
        doc_string: step.doc_string.as_ref().map(|text| doc_string(text, step.line)),
        rows: step.table.as_ref().map(|rows| rows.iter().map(|row| Row { cells: row.clone() }).collect()),
        output: result.attachments,
    }
}

fn doc_string(text: &DocString, step_line: u64) -> JsonDocString {
    JsonDocString {
        value: text.content.clone(),
        content_type: text.media_type.clone().unwrap_or_default(),
        line: step_line.saturating_add(1),
    }
}

fn tags(tags: &[String]) -> Vec<Tag> {
    tags.iter().map(|tag| Tag { name: with_at_sign(tag) }).collect()
}

/// All tags that a scenario stands under, each once.
fn inherited_tags(record: &ScenarioRecord) -> Vec<Tag> {
    let scenario = &record.scenario;
    let rule = scenario.rule.iter().flat_map(|rule| &rule.tags);
    let mut names: Vec<String> = Vec::new();
    for name in scenario.feature.tags.iter().chain(rule).chain(&scenario.tags).map(|tag| with_at_sign(tag)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.into_iter().map(|name| Tag { name }).collect()
}

/// A name as Cucumber-JVM makes an id of it.
fn identifier(name: &str) -> String {
    name.to_lowercase().split_whitespace().collect::<Vec<_>>().join("-")
}
