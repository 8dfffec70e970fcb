use serde::Serialize;

use crate::RunRecord;
use crate::figures::TopicFigures;
use crate::run_record::counts::{ConnectionCounts, EventCounts, ScenarioCounts};

/// `summary.json`: the figures of a run for programs.
///
/// Latencies are milliseconds with microseconds as decimals; a figure that does not exist is `null`.
#[derive(Debug, Serialize)]
struct Summary<'a> {
    test_id: Option<String>,
    test: Option<&'a str>,
    test_type: Option<&'a str>,
    world: Option<&'a str>,
    bootstrap_servers: Option<&'a str>,
    probe_version: Option<&'a str>,
    verdict: &'static str,
    verdict_reason: String,
    outcome: Option<&'static str>,
    reason: Option<&'a str>,
    exit_status: Option<i32>,
    started_at: Option<String>,
    ended_at: Option<String>,
    duration_ms: u64,
    scenarios: ScenarioCounts,
    events: EventCounts,
    topics: Vec<TopicFigures>,
    connections: ConnectionCounts,
    ledger_balanced: bool,
    warnings: Vec<String>,
}

/// The text of `summary.json`.
///
/// # Errors
/// None that is known: every part has a JSON form.
pub fn summary_json(record: &RunRecord) -> Result<String, serde_json::Error> {
    let started = record.started();
    let finished = record.finished();
    let summary = Summary {
        test_id: started.map(|run| run.test_id.to_string()),
        test: started.map(|run| run.test.as_str()),
        test_type: started.map(|run| run.test_type.as_str()),
        world: started.map(|run| run.world.as_str()),
        bootstrap_servers: started.map(|run| run.bootstrap_servers.as_str()),
        probe_version: started.map(|run| run.probe_version.as_str()),
        verdict: record.verdict().as_str(),
        verdict_reason: record.verdict_reason(),
        outcome: finished.map(|run| run.outcome.as_str()),
        reason: finished.and_then(|run| run.reason.as_deref()),
        exit_status: finished.map(|run| run.exit_status),
        started_at: record.started_at().map(|at| at.to_string()),
        ended_at: record.ended_at().map(|at| at.to_string()),
        duration_ms: u64::try_from(record.duration().as_millis()).unwrap_or(u64::MAX),
        scenarios: record.scenario_counts(),
        events: record.event_counts(),
        topics: TopicFigures::all(record),
        connections: record.connection_counts(),
        ledger_balanced: record.balance().holds(),
        warnings: record.warnings(),
    };
    let mut text = serde_json::to_string_pretty(&summary)?;
    text.push('\n');
    Ok(text)
}
