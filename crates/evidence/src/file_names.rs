//! The names of the files in an evidence directory, written once.

/// The ledger.
pub(crate) const EVENTS: &str = "events.jsonl";
/// The contents of produced events.
pub(crate) const EVENTS_PRODUCED: &str = "kafka-events-produced.jsonl";
/// The contents of consumed events.
pub(crate) const EVENTS_CONSUMED: &str = "kafka-events-consumed.jsonl";
/// Scenarios and steps in the format of Cucumber-JVM.
pub(crate) const CUCUMBER_JSON: &str = "cucumber.json";
/// Scenarios in the format of JUnit.
pub(crate) const JUNIT_REPORT: &str = "junit-report.xml";
/// Everything on one page.
pub(crate) const HTML_REPORT: &str = "cucumber-report.html";
/// The figures.
pub(crate) const SUMMARY: &str = "summary.json";
/// The metrics as Prometheus reads them.
pub(crate) const METRICS: &str = "metrics.prom";
/// Versions, who ran it, and the hashes of all other files.
pub(crate) const METADATA: &str = "metadata.json";

/// What an earlier run may have left beside its ledger.
pub(crate) const REPLACED_AT_START: [&str; 8] =
    [EVENTS_PRODUCED, EVENTS_CONSUMED, CUCUMBER_JSON, JUNIT_REPORT, HTML_REPORT, SUMMARY, METRICS, METADATA];
