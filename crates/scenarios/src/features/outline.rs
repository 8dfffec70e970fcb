use std::collections::BTreeMap;

use cucumber::feature::Ext as _;
use gherkin::{Examples, Feature, Scenario};
use test_probe_directives::nearest;

/// Replaces an outline by one scenario for each of its rows; any other scenario stays as it is. The line of a row is
/// noted with its number. The error is a line, and what is wrong there.
pub(super) fn expand(
    scenario: Scenario,
    text: &str,
    example_rows: &mut BTreeMap<usize, u64>,
) -> Result<Vec<Scenario>, (usize, String)> {
    let line = scenario.position.line;
    if scenario.steps.is_empty() {
        let reason = format!("scenario '{}' has no steps, so it checks nothing{}", scenario.name, misread(&scenario));
        return Err((line, reason));
    }
    let is_outline = ["Scenario Outline", "Scenario Template"].contains(&scenario.keyword.trim());
    let mut lines = Vec::new();
    for examples in &scenario.examples {
        let rows = row_lines(examples, text);
        if rows.is_empty() {
            return Err((examples.position.line, "these examples have no rows, so nothing runs with them".to_owned()));
        }
        lines.extend(rows);
    }
    if lines.is_empty() {
        let reason = format!("outline '{}' has no examples, so nothing runs", scenario.name);
        return if is_outline { Err((line, reason)) } else { Ok(vec![scenario]) };
    }
    let columns = columns(&scenario.examples);
    let expanded = alone(scenario).expand_examples().map_err(|error| {
        let hint = nearest(&error.name, columns.iter().map(String::as_str));
        let hint = hint.map(|known| format!("; did you mean <{known}>?")).unwrap_or_default();
        (error.pos.line, format!("no column of the examples is called <{}>{hint}", error.name))
    })?;
    let mut scenarios = expanded.scenarios;
    for (index, (scenario, line)) in scenarios.iter_mut().zip(lines).enumerate() {
        // The expansion guesses the line, as if nothing could stand between `Examples:` and the rows.
        scenario.position.line = line;
        example_rows.insert(line, index as u64 + 1);
    }
    Ok(scenarios)
}

/// Expansion works on features.
fn alone(scenario: Scenario) -> Feature {
    Feature {
        keyword: String::new(),
        name: String::new(),
        description: None,
        background: None,
        scenarios: vec![scenario],
        rules: Vec::new(),
        tags: Vec::new(),
        span: gherkin::Span::default(),
        position: gherkin::LineCol::default(),
        path: None,
    }
}

/// The lines of the rows below the heading.
fn row_lines(examples: &Examples, text: &str) -> Vec<usize> {
    let Some(table) = &examples.table else { return Vec::new() };
    let rows = table.rows.len().saturating_sub(1);
    let lines = text.lines().enumerate().skip(table.position.line.saturating_sub(1));
    let rows_of_text = lines.filter(|(_, line)| line.trim_start().starts_with('|')).map(|(index, _)| index + 1);
    rows_of_text.skip(1).take(rows).collect()
}

fn columns(examples: &[Examples]) -> Vec<String> {
    let headings = examples.iter().filter_map(|examples| examples.table.as_ref()?.rows.first());
    headings.flatten().cloned().collect()
}

/// A line that was meant as a step but begins with no step's keyword is read as the scenario's description.
fn misread(scenario: &Scenario) -> String {
    let first =
        scenario.description.as_deref().and_then(|text| text.lines().map(str::trim).find(|line| !line.is_empty()));
    first.map(|line| format!("; was `{line}` meant as one?")).unwrap_or_default()
}
