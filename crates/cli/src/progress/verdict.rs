//! What a run came to, in a few lines. Every figure is asked of the record that the reports are made of.

use console::style;
use test_probe::ExitStatus;
use test_probe::evidence::{RunRecord, Verdict, summary_table};

/// The counts, the table, and the verdict.
pub(crate) fn whole(record: &RunRecord) -> String {
    let (scenarios, events) = (record.scenario_counts(), record.event_counts());
    format!(
        "\nscenarios: {} passed, {} failed, {} skipped\nevents: {} accepted, {} acknowledged, {} nacked, {} received\n\n{}{}",
        scenarios.passed,
        scenarios.failed,
        scenarios.skipped,
        events.accepted,
        events.acknowledged,
        events.nacked,
        events.received,
        summary_table(record),
        short(record)
    )
}

/// The test as its author calls it.
pub(crate) fn name(record: &RunRecord) -> &str {
    record.started().map_or("a test", |started| started.test.as_str())
}

/// Whose result follows, where there are several.
pub(crate) fn heading(record: &RunRecord) -> String {
    format!("\n── {} ──", style(name(record)).bold())
}

/// The verdict.
pub(crate) fn short(record: &RunRecord) -> String {
    let verdict = record.verdict();
    let word = match verdict {
        Verdict::Passed => style(verdict.as_str()).green(),
        _ => style(verdict.as_str()).red(),
    };
    format!("{}: {}", word.bold(), record.verdict_reason())
}

/// What several tests came to together.
pub(crate) fn all(statuses: &[ExitStatus]) -> String {
    let passed = statuses.iter().filter(|status| **status == ExitStatus::Passed).count();
    let others = statuses.len() - passed;
    let word = if others == 0 { style("passed").green() } else { style("failed").red() };
    format!("\n{}: {passed} of {} tests passed", word.bold(), statuses.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_tests_have_passed_when_each_has() {
        use ExitStatus::{Failed, Passed};
        assert!(all(&[Passed, Passed]).ends_with("passed: 2 of 2 tests passed"));
        assert!(all(&[Passed, Failed]).ends_with("failed: 1 of 2 tests passed"));
    }
}
