use std::fmt::Write as _;

use crate::RunRecord;
use crate::figures::{TopicFigures, shown_duration, shown_millis, shown_rate};

/// What stands where a figure does not exist.
const NONE: &str = "–";

/// The figures of a run for a terminal: a row a topic, then connections and duration, then the warnings.
///
/// A cluster's name appears only where a topic lives on another cluster than the configuration's.
pub fn summary_table(record: &RunRecord) -> String {
    let topics = TopicFigures::all(record);
    let clusters = record.topics().iter().any(|topic| !topic.cluster.is_default());
    let mut rows = vec![heads(clusters)];
    rows.extend(topics.iter().map(|topic| cells(topic, clusters)));
    let texts = if clusters { 2 } else { 1 };
    let mut table = aligned(&rows, texts);
    let connections = record.connection_counts();
    let micros = u64::try_from(record.duration().as_micros()).unwrap_or(u64::MAX);
    // Writing into a text cannot fail.
    let _infallible = writeln!(
        table,
        "\nconnections: {} by producers, {} by consumers\nduration: {}",
        connections.producer,
        connections.consumer,
        shown_duration(micros)
    );
    for warning in record.warnings() {
        let _infallible = writeln!(table, "warning: {warning}");
    }
    table
}

fn heads(clusters: bool) -> Vec<String> {
    let figures = ["produced", "acknowledged", "nacked", "received", "P50 ms", "P95 ms", "P99 ms", "events/s"];
    let texts = if clusters { &["topic", "cluster"][..] } else { &["topic"] };
    texts.iter().chain(&figures).map(|head| (*head).to_owned()).collect()
}

fn cells(topic: &TopicFigures, clusters: bool) -> Vec<String> {
    let or_none = |figure: Option<String>| figure.unwrap_or_else(|| NONE.to_owned());
    let mut cells = vec![topic.topic.clone()];
    if clusters {
        cells.push(topic.cluster.clone());
    }
    cells.extend([topic.produced, topic.acknowledged, topic.nacked, topic.received].map(|count| count.to_string()));
    cells.extend([topic.p50_ms, topic.p95_ms, topic.p99_ms].map(|latency| or_none(latency.map(shown_millis))));
    cells.push(or_none(topic.events_per_second.map(shown_rate)));
    cells
}

/// Columns two blanks apart: the first `texts` from the left, figures to the right.
fn aligned(rows: &[Vec<String>], texts: usize) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..rows.first().map_or(0, Vec::len)).map(width).collect();
    let mut table = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, &width))| {
            if column < texts { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        table.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        table.push('\n');
    }
    table
}
