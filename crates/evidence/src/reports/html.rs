use askama::Template;

use crate::RunRecord;

use crate::figures::{TopicFigures, shown_duration};
use crate::reports::printable::printable;
use crate::run_record::counts::{ConnectionCounts, EventCounts, ScenarioCounts};
use crate::run_record::percentiles::Percentiles;
use crate::run_record::verdict::Verdict;

mod feature_view;
mod plots;
mod shown;

use feature_view::FeatureView;
use plots::{LatencyPlot, Series, ThroughputPlot, Timeline};
use shown::{grouped, micros_cell, millis_cell, moment, rate_cell};

/// The text of `cucumber-report.html`: everything about a run on one page.
///
/// The page needs nothing beside itself: style, plots and a little script for filtering are in it, and without the
/// script everything can still be read. Whatever came from the test, a broker or an error is escaped by the template.
///
/// # Errors
/// None that is known: the template writes into memory.
pub fn html_report(record: &RunRecord) -> Result<String, askama::Error> {
    Page::of(record).render()
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    title: &'a str,
    probe_version: Option<&'a str>,
    verdict: &'static str,
    passed: bool,
    verdict_reason: String,
    facts: Vec<(&'static str, String)>,
    scenarios: ScenarioCounts,
    events: EventCounts,
    connections: ConnectionCounts,
    latency: Option<Percentiles>,
    warnings: Vec<String>,
    topics: Vec<TopicFigures>,
    shows_clusters: bool,
    shows_end_to_end: bool,
    remarks: Vec<String>,
    series: Vec<Series>,
    latency_plot: Option<LatencyPlot>,
    throughput_plot: Option<ThroughputPlot>,
    features: Vec<FeatureView<'a>>,
}

impl<'a> Page<'a> {
    fn of(record: &'a RunRecord) -> Self {
        let topics = TopicFigures::all(record);
        let series = Series::of(record);
        let timeline = Timeline::of(&series);
        let latency = record.produce_latency();
        Self {
            title: record.started().map_or("test-probe", |run| &run.test),
            probe_version: record.started().map(|run| run.probe_version.as_str()),
            verdict: record.verdict().as_str(),
            passed: record.verdict() == Verdict::Passed,
            verdict_reason: printable(&record.verdict_reason()),
            facts: facts(record),
            scenarios: record.scenario_counts(),
            events: record.event_counts(),
            connections: record.connection_counts(),
            latency,
            warnings: record.warnings().iter().map(|text| printable(text)).collect(),
            shows_clusters: record.topics().iter().any(|topic| !topic.cluster.is_default()),
            shows_end_to_end: topics.iter().any(|topic| topic.end_to_end_p50_ms.is_some()),
            remarks: remarks(&topics),
            topics,
            latency_plot: timeline.zip(latency).map(|(timeline, all)| LatencyPlot::of(&series, timeline, all)),
            throughput_plot: timeline.map(|timeline| ThroughputPlot::of(&series, timeline)),
            series,
            features: FeatureView::all(record),
        }
    }

    /// The features with a scenario that did not pass, for the list at the top.
    fn failures(&self) -> impl Iterator<Item = &feature_view::ScenarioView<'a>> {
        self.features.iter().flat_map(|feature| &feature.scenarios).filter(|scenario| scenario.failed)
    }
}

fn facts(record: &RunRecord) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(run) = record.started() {
        facts.push(("Type", run.test_type.clone()));
        facts.push(("World", format!("{} · {}", run.world, run.bootstrap_servers)));
    }
    facts.extend(record.started_at().map(|at| ("Started", moment(at))));
    let micros = u64::try_from(record.duration().as_micros()).unwrap_or(u64::MAX);
    facts.push(("Duration", shown_duration(micros)));
    if let Some(end) = record.finished() {
        facts.push(("Exit status", end.exit_status.to_string()));
    }
    if let Some(run) = record.started() {
        facts.push(("Test id", run.test_id.to_string()));
    }
    facts
}

/// What happened beside the main road, topic by topic, where anything did.
fn remarks(topics: &[TopicFigures]) -> Vec<String> {
    let mut remarks = Vec::new();
    for topic in topics {
        for nacks in &topic.nacks {
            let written = match nacks.possibly_written {
                0 => String::new(),
                count => format!(", {} of them possibly written", grouped(&count)),
            };
            let (count, reason) = (grouped(&nacks.count), printable(&nacks.first_reason));
            remarks.push(format!("{}: {count} nacked {}{written}; the first: {reason}", topic.topic, nacks.nack));
        }
        for (count, what) in [
            (topic.late, "reported by the broker after their Nack"),
            (topic.skipped, "skipped, since they could not be decoded"),
            (topic.filtered, "left out by event filters"),
            (topic.evicted, "dropped from the bounded store to make room"),
        ] {
            if count > 0 {
                remarks.push(format!("{}: {} {what}", topic.topic, grouped(&count)));
            }
        }
    }
    remarks
}
