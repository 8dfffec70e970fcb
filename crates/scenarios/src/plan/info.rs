//! From the Gherkin parser's values to what observers are told.

use crate::features::ParsedFeature;
use crate::{DocString, FeatureInfo, RuleInfo, ScenarioInfo, StepInfo};

impl FeatureInfo {
    pub(super) fn of(parsed: &ParsedFeature) -> Self {
        let feature = &parsed.feature;
        Self {
            uri: parsed.uri.clone(),
            name: feature.name.clone(),
            keyword: feature.keyword.clone(),
            line: feature.position.line,
            description: described(feature.description.as_deref()),
            tags: feature.tags.clone(),
        }
    }
}

impl ScenarioInfo {
    pub(super) fn of(
        id: u64,
        parsed: &ParsedFeature,
        feature: &FeatureInfo,
        rule: Option<&gherkin::Rule>,
        scenario: &gherkin::Scenario,
        before: &[&gherkin::Step],
    ) -> Self {
        let line = scenario.position.line;
        Self {
            id,
            feature: feature.clone(),
            rule: rule.map(|rule| RuleInfo { name: rule.name.clone(), tags: rule.tags.clone() }),
            name: scenario.name.clone(),
            keyword: scenario.keyword.clone(),
            description: described(scenario.description.as_deref()),
            line,
            example_row: parsed.example_rows.get(&line).copied(),
            tags: scenario.tags.clone(),
            steps: before
                .iter()
                .map(|step| StepInfo::of(step, true))
                .chain(scenario.steps.iter().map(|step| StepInfo::of(step, false)))
                .collect(),
        }
    }
}

impl StepInfo {
    fn of(step: &gherkin::Step, background: bool) -> Self {
        Self {
            // The parser keeps the blank behind it.
            keyword: step.keyword.trim().to_owned(),
            text: step.value.clone(),
            line: step.position.line,
            doc_string: step.docstring().map(|raw| DocString::parse(raw)),
            table: step.table().map(|table| table.rows.clone()),
            background,
        }
    }
}

/// A description without the indentation of its lines.
fn described(text: Option<&str>) -> String {
    text.unwrap_or_default().lines().map(str::trim).collect::<Vec<_>>().join("\n").trim().to_owned()
}
