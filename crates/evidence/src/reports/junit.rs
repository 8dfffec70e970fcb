use std::collections::HashSet;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};
use test_probe_directives::Timestamp;

use super::printable::printable;
use super::scenario_groups::{FeatureGroup, by_feature, full_name};
use super::summary_table::summary_table;
use crate::RunRecord;
use crate::ledger_entry::scenario::ScenarioStatus;
use crate::run_record::scenario_record::ScenarioRecord;

/// The text of `junit-report.xml`: a suite a feature, a case a scenario, its steps in the case's output.
///
/// A step that did not pass is the case's `failure`; an interrupted scenario is an `error`. A run that failed as a
/// whole, with no scenario to show it, adds a suite `The run` with one error. The summary table and the warnings are
/// the output of the last suite.
///
/// # Errors
/// None that is known: what XML cannot hold is taken out of texts before.
pub fn junit_report(record: &RunRecord) -> Result<String, SerializeError> {
    let mut report = Report::new(printable(record.started().map_or("test-probe", |run| &run.test)));
    report.timestamp = record.started_at().and_then(date_time);
    report.set_time(record.duration());
    report.add_test_suites(by_feature(record).iter().map(|group| suite(record, group)));
    if let Some(failure) = record.run_failure() {
        report.add_test_suite(run_suite(record, &failure));
    }
    if let Some(last) = report.test_suites.last_mut() {
        last.set_system_out(printable(&summary_table(record)));
        let warnings = record.warnings();
        if !warnings.is_empty() {
            last.set_system_err(printable(&warnings.join("\n")));
        }
    }
    report.to_string()
}

fn suite(record: &RunRecord, group: &FeatureGroup<'_>) -> TestSuite {
    let mut suite = TestSuite::new(printable(&group.feature.name));
    suite.timestamp = group.scenarios.iter().map(|scenario| scenario.started_at).min().and_then(date_time);
    let micros = group.scenarios.iter().fold(0_u64, |sum, scenario| sum.saturating_add(scenario.duration_us()));
    suite.set_time(Duration::from_micros(micros));
    suite.add_property(("feature", printable(&group.feature.uri).as_str()));
    if let Some(run) = record.started() {
        suite.add_property(("test-id", run.test_id.to_string().as_str()));
        suite.add_property(("test-type", printable(&run.test_type).as_str()));
        suite.add_property(("world", run.world.as_str()));
        suite.add_property(("bootstrap-servers", printable(&run.bootstrap_servers).as_str()));
    }
    let mut names = HashSet::new();
    for scenario in &group.scenarios {
        // Readers tell cases apart by class and name, and would fold two of one name into one.
        let mut name = full_name(scenario);
        if !names.insert(name.clone()) {
            name = format!("{name} (line {}, scenario {})", scenario.scenario.line, scenario.scenario.id);
        }
        suite.add_test_case(case(scenario, &name));
    }
    suite
}

fn case(record: &ScenarioRecord, name: &str) -> TestCase {
    let mut case = TestCase::new(printable(name), status(record));
    case.set_classname(printable(&record.scenario.feature.name));
    case.timestamp = date_time(record.started_at);
    case.set_time(Duration::from_micros(record.duration_us()));
    case.set_system_out(printable(&steps(record)));
    case
}

fn status(record: &ScenarioRecord) -> TestCaseStatus {
    let Some(failure) = record.failure() else {
        return match record.status() {
            ScenarioStatus::Skipped => TestCaseStatus::skipped(),
            _ => TestCaseStatus::success(),
        };
    };
    let kind = match record.status() {
        ScenarioStatus::Interrupted => NonSuccessKind::Error,
        _ => NonSuccessKind::Failure,
    };
    let place = failure.step.map_or_else(
        || format!("{}:{}", record.scenario.feature.uri, record.scenario.line),
        |step| format!("{}:{}: {} {}", record.scenario.feature.uri, step.line, step.keyword.trim_end(), step.text),
    );
    let mut status = TestCaseStatus::non_success(kind);
    status
        .set_message(printable(failure.message.lines().next().unwrap_or_default()))
        .set_type(failure.status.as_str())
        .set_description(printable(&format!("{place}\n{}", failure.message)));
    status
}

/// The steps as a log: what became of each, its words, what it printed.
fn steps(record: &ScenarioRecord) -> String {
    let mut lines = Vec::new();
    for (step, result) in record.steps() {
        lines.push(format!("{:<9} {} {}", result.status.as_str(), step.keyword.trim_end(), step.text));
        lines.extend(result.attachments.iter().flat_map(|text| text.lines()).map(|line| format!("          {line}")));
    }
    lines.join("\n")
}

fn run_suite(record: &RunRecord, failure: &str) -> TestSuite {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message(printable(failure)).set_type(record.verdict().as_str());
    let mut case = TestCase::new("The run completes", status);
    case.set_classname("The run");
    let mut suite = TestSuite::new("The run");
    suite.timestamp = record.ended_at().and_then(date_time);
    suite.add_test_case(case);
    suite
}

/// The crate's form of a time is one of another crate, which reads the same text.
fn date_time<T: std::str::FromStr>(at: Timestamp) -> Option<T> {
    at.to_string().parse().ok()
}
