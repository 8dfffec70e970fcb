//! Computes every figure anew from the lines of a ledger, by other means than the record's, and compares.

use std::collections::BTreeMap;

use serde_json::Value;
use test_probe_evidence::{RunRecord, html_report, summary_json};

use crate::runs;
use crate::story::Story;

/// The lines of a ledger as JSON.
fn lines(story: &Story) -> Vec<Value> {
    story.entries.iter().map(|entry| serde_json::to_value(entry).unwrap()).collect()
}

fn of_kind<'a>(lines: &'a [Value], kind: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["kind"] == kind).collect()
}

fn of_topic<'a>(lines: &[&'a Value], topic: &str) -> Vec<&'a Value> {
    lines.iter().copied().filter(|line| line["topic"] == topic).collect()
}

/// Seconds since midnight of a stamp such as `2026-01-31T08:00:00.412000Z`, as whole microseconds.
fn micros_of_day(line: &Value) -> i64 {
    let clock = line["at"].as_str().unwrap().split('T').nth(1).unwrap().trim_end_matches('Z');
    let [hours, minutes, seconds] = clock.split(':').collect::<Vec<_>>()[..] else { panic!("{clock}") };
    let (seconds, fraction) = seconds.split_once('.').unwrap();
    let number = |text: &str| text.parse::<i64>().unwrap();
    ((number(hours) * 60 + number(minutes)) * 60 + number(seconds)) * 1_000_000 + number(fraction)
}

/// The smallest latency that at least `percent` of all are not above, counted one by one.
fn percentile_ms(latencies: &[u64], percent: u64) -> Option<f64> {
    let enough = |limit: u64| {
        let below = latencies.iter().filter(|latency| **latency <= limit).count() as u64;
        below * 100 >= percent * latencies.len() as u64
    };
    latencies.iter().copied().filter(|latency| enough(*latency)).min().map(|micros| micros as f64 / 1000.0)
}

/// The figures of a topic, by the names of `summary.json`.
fn figures(lines: &[Value], topic: &str) -> BTreeMap<&'static str, Option<f64>> {
    let of = |kind| of_topic(&of_kind(lines, kind), topic);
    let (accepted, acknowledged) = (of("accepted"), of("acknowledged"));
    let produce: Vec<u64> = acknowledged.iter().map(|line| line["latency_us"].as_u64().unwrap()).collect();
    let end_to_end: Vec<u64> = of("received").iter().filter_map(|line| line["end_to_end_us"].as_u64()).collect();
    let span = acknowledged.iter().map(|line| micros_of_day(line)).max().unwrap_or(0)
        - accepted.iter().map(|line| micros_of_day(line)).min().unwrap_or(0);
    let rate = (acknowledged.len() >= 2).then(|| acknowledged.len() as f64 * 1e6 / span as f64);
    BTreeMap::from([
        ("produced", Some(accepted.len() as f64)),
        ("acknowledged", Some(acknowledged.len() as f64)),
        ("nacked", Some(of("nacked").len() as f64)),
        ("received", Some(of("received").len() as f64)),
        ("p50_ms", percentile_ms(&produce, 50)),
        ("p95_ms", percentile_ms(&produce, 95)),
        ("p99_ms", percentile_ms(&produce, 99)),
        ("max_ms", percentile_ms(&produce, 100)),
        ("events_per_second", rate.map(|rate| (rate * 10.0).round() / 10.0)),
        ("end_to_end_p50_ms", percentile_ms(&end_to_end, 50)),
        ("end_to_end_p95_ms", percentile_ms(&end_to_end, 95)),
        ("end_to_end_p99_ms", percentile_ms(&end_to_end, 99)),
        ("late", Some(of("late").len() as f64)),
        ("skipped", Some(of("skipped").len() as f64)),
        ("filtered", Some(of("filtered").len() as f64)),
        ("evicted", Some(of("evicted").len() as f64)),
    ])
}

/// How the page shows a figure.
fn shown(name: &str, figure: Option<f64>) -> String {
    match figure {
        None => "–".to_owned(),
        Some(figure) if name.ends_with("_ms") => format!("{figure:.2}"),
        Some(figure) if name == "events_per_second" && figure < 100.0 => format!("{figure:.1}"),
        Some(figure) => format!("{figure:.0}"),
    }
}

#[track_caller]
fn check(story: &Story, topics: &[&str]) {
    let lines = lines(story);
    let record: RunRecord = story.record();
    let summary: Value = serde_json::from_str(&summary_json(&record).unwrap()).unwrap();
    let page = html_report(&record).unwrap();

    for (index, topic) in topics.iter().enumerate() {
        let row = &summary["topics"][index];
        assert_eq!(row["topic"], *topic);
        let cells = page.split(&format!("<tr data-topic=\"{topic}\"")).nth(1).unwrap().split("</tr>").next().unwrap();
        for (name, figure) in figures(&lines, topic) {
            assert_eq!(row[name].as_f64(), figure, "{topic} {name} in summary.json");
            if let Some(cell) = cells.split(&format!("data-figure=\"{name}\"")).nth(1) {
                let cell = cell.split('>').nth(1).unwrap().split('<').next().unwrap().replace('\u{202f}', "");
                assert_eq!(cell, shown(name, figure), "{topic} {name} on the page");
            }
        }
    }

    for (index, topic) in topics.iter().enumerate() {
        let nacked = of_topic(&of_kind(&lines, "nacked"), topic);
        let kinds = summary["topics"][index]["nacks"].as_array().unwrap();
        for nacks in kinds {
            let same: Vec<_> = nacked.iter().filter(|line| line["nack"] == nacks["nack"]).collect();
            assert_eq!((&nacks["count"], &nacks["first_reason"]), (&same.len().into(), &same[0]["reason"]));
            let possibly = same.iter().filter(|line| line["written"] == "possibly").count();
            assert_eq!(nacks["possibly_written"], possibly);
            assert!(page.contains(&format!("{topic}: {} nacked {}", same.len(), nacks["nack"].as_str().unwrap())));
        }
        assert_eq!(kinds.iter().map(|kind| kind["count"].as_u64().unwrap()).sum::<u64>(), nacked.len() as u64);
    }
    for (name, kind) in
        [("accepted", "accepted"), ("acknowledged", "acknowledged"), ("nacked", "nacked"), ("received", "received")]
    {
        let count = of_kind(&lines, kind).len();
        assert_eq!(summary["events"][name], count, "{name} in summary.json");
        let tile = page.split(&format!("data-total=\"{name}\"")).nth(1).unwrap();
        assert_eq!(tile.split('>').nth(1).unwrap().split('<').next().unwrap(), count.to_string(), "{name} on the page");
    }
    for status in ["passed", "failed", "skipped"] {
        let ends = of_kind(&lines, "scenario-finished");
        let count = ends
            .iter()
            .filter(|end| end["status"] == status || (status == "failed" && end["status"] == "interrupted"))
            .count();
        assert_eq!(summary["scenarios"][status], count, "{status}");
    }
    for client in ["producer", "consumer"] {
        let totals: BTreeMap<String, u64> = of_kind(&lines, "connections")
            .iter()
            .filter(|line| line["client"] == client)
            .map(|line| (line["client_id"].as_str().unwrap().to_owned(), line["total"].as_u64().unwrap()))
            .collect();
        assert_eq!(summary["connections"][client], totals.values().sum::<u64>(), "{client} connections");
    }
    let duration = micros_of_day(lines.last().unwrap()) - micros_of_day(&lines[0]);
    assert_eq!(summary["duration_ms"], duration / 1000);
}

#[test]
fn the_figures_of_a_passing_run_follow_from_its_ledger() {
    check(&runs::passing(), &["orders", "payments"]);
}

#[test]
fn the_figures_of_a_failing_run_follow_from_its_ledger() {
    check(&runs::failing(), &["orders", "payments"]);
}
