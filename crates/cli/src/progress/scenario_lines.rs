use std::time::Duration;

use console::style;
use test_probe::scenarios::{ScenarioInfo, ScenarioResult, ScenarioStatus};

/// Writes a line for each scenario as it ends, below its feature.
#[derive(Debug, Default)]
pub(super) struct ScenarioLines {
    feature: Option<String>,
}

/// What is said of a scenario.
pub(super) struct Lines {
    pub(super) text: String,
    pub(super) is_failure: bool,
}

impl ScenarioLines {
    /// `failure` is the index of the step that did not pass, and what went wrong.
    pub(super) fn of(
        &mut self,
        scenario: &ScenarioInfo,
        result: &ScenarioResult,
        failure: Option<&(usize, String)>,
    ) -> Lines {
        let mut lines = Vec::new();
        if self.feature.as_ref() != Some(&scenario.feature.uri) {
            self.feature = Some(scenario.feature.uri.clone());
            lines.push(format!("{}  {}", style(&scenario.feature.name).bold(), style(&scenario.feature.uri).dim()));
        }
        let mark = match result.status {
            ScenarioStatus::Passed => style("✓").green(),
            ScenarioStatus::Failed => style("✗").red(),
            ScenarioStatus::Interrupted => style("–").yellow(),
            ScenarioStatus::Skipped => style("–").dim(),
        };
        let row = scenario.example_row.map(|row| format!(" (row {row})")).unwrap_or_default();
        let name = format!("{}{row}", scenario.name);
        lines.push(format!("  {mark} {name}  {}", style(shown(result.duration)).dim()));
        let message = failure.map(|(_, message)| message).or(result.message.as_ref());
        if let Some(message) = message.filter(|_| result.status != ScenarioStatus::Passed) {
            let step = failure.and_then(|(index, _)| scenario.steps.get(*index));
            let line = step.map_or(scenario.line, |step| step.line);
            if let Some(step) = step {
                lines.push(format!("      {} {}", style(&step.keyword).bold(), step.text));
            }
            lines.extend(message.lines().map(|line| format!("      {}", style(line).red())));
            lines.push(format!("      {}", style(format!("{}:{line}", scenario.feature.uri)).dim()));
        }
        Lines { text: lines.join("\n"), is_failure: result.status != ScenarioStatus::Passed }
    }
}

fn shown(duration: Duration) -> String {
    match duration.as_millis() {
        0..1000 => format!("{} ms", duration.as_millis()),
        _ => format!("{:.1} s", duration.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use test_probe::scenarios::{FeatureInfo, StepInfo};

    use super::*;

    fn scenario(uri: &str, name: &str) -> ScenarioInfo {
        let step = |text: &str, line| StepInfo {
            keyword: "Then".to_owned(),
            text: text.to_owned(),
            line,
            doc_string: None,
            table: None,
            background: false,
        };
        ScenarioInfo {
            id: 1,
            feature: FeatureInfo {
                uri: uri.to_owned(),
                name: "Orders".to_owned(),
                keyword: "Feature".to_owned(),
                line: 1,
                description: String::new(),
                tags: Vec::new(),
            },
            rule: None,
            name: name.to_owned(),
            keyword: "Scenario".to_owned(),
            description: String::new(),
            line: 3,
            example_row: None,
            tags: Vec::new(),
            steps: vec![step("all is well", 4), step("the total is 10", 5)],
        }
    }

    fn plain(lines: &Lines) -> String {
        console::strip_ansi_codes(&lines.text).into_owned()
    }

    fn ended(status: ScenarioStatus, message: Option<&str>) -> ScenarioResult {
        let message = message.map(str::to_owned);
        ScenarioResult { scenario: 1, status, duration: Duration::from_millis(12), message }
    }

    #[test]
    fn a_feature_is_named_once_and_each_scenario_with_its_time() {
        let mut lines = ScenarioLines::default();
        let passed = ended(ScenarioStatus::Passed, None);
        let first = lines.of(&scenario("features/a.feature", "one"), &passed, None);
        assert_eq!(plain(&first), "Orders  features/a.feature\n  ✓ one  12 ms");
        let mut row = scenario("features/a.feature", "two");
        row.example_row = Some(2);
        assert_eq!(plain(&lines.of(&row, &passed, None)), "  ✓ two (row 2)  12 ms");
    }

    #[test]
    fn a_failure_shows_the_step_its_place_and_what_went_wrong() {
        let failure = (1, "expected 10\nfound \"10\"".to_owned());
        let result = ended(ScenarioStatus::Failed, None);
        let lines = ScenarioLines::default().of(&scenario("a.feature", "one"), &result, Some(&failure));
        assert!(lines.is_failure);
        let expected = "Orders  a.feature\n  ✗ one  12 ms\n      Then the total is 10\n      expected 10\n      found \"10\"\n      \
                        a.feature:5";
        assert_eq!(plain(&lines), expected);
    }

    #[test]
    fn a_scenario_that_failed_outside_its_steps_says_why() {
        let result = ended(ScenarioStatus::Failed, Some("the broker stayed away"));
        let lines = ScenarioLines::default().of(&scenario("a.feature", "one"), &result, None);
        assert!(plain(&lines).ends_with("      the broker stayed away\n      a.feature:3"), "{}", plain(&lines));
    }
}
