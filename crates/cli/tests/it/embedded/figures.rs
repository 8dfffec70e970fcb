//! Every figure of a run is one figure: recomputed here from the ledger by other code, and looked for in each place
//! where a person or a program reads it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::folder::{json_file, ledger, shipped, text_file};
use crate::process::run;

#[derive(Default)]
struct Topic {
    accepted: u64,
    acknowledged: u64,
    received: u64,
    latencies_us: Vec<u64>,
}

impl Topic {
    /// By nearest rank, in milliseconds.
    fn percentile_ms(&self, percent: usize) -> f64 {
        let mut sorted = self.latencies_us.clone();
        sorted.sort_unstable();
        let rank = (sorted.len() * percent).div_ceil(100).max(1);
        sorted[rank - 1] as f64 / 1000.0
    }
}

#[test]
fn terminal_summary_page_metrics_and_ledger_tell_the_same_figures() {
    let evidence = tempfile::tempdir().unwrap();
    let ended = run(["run", shipped("orders").to_str().unwrap(), "--evidence", evidence.path().to_str().unwrap()]);
    assert_eq!(ended.status, 0, "{ended:#?}");
    let mut topics: BTreeMap<String, Topic> = BTreeMap::new();
    let mut connections: BTreeMap<String, u64> = BTreeMap::new();
    let (mut passed, mut steps_passed) = (0_u64, 0_u64);
    for entry in ledger(evidence.path()) {
        let name = entry["topic"].as_str().unwrap_or_default().to_owned();
        match entry["kind"].as_str().unwrap() {
            "accepted" => topics.entry(name).or_default().accepted += 1,
            "received" => topics.entry(name).or_default().received += 1,
            "acknowledged" => {
                let topic = topics.entry(name).or_default();
                topic.acknowledged += 1;
                topic.latencies_us.push(entry["latency_us"].as_u64().unwrap());
            }
            "connections" => {
                let kind = entry["client"].as_str().unwrap().to_owned();
                *connections.entry(kind).or_default() += entry["total"].as_u64().unwrap();
            }
            "scenario-finished" => passed += u64::from(entry["status"] == "passed"),
            "step-finished" => steps_passed += u64::from(entry["status"] == "passed"),
            _ => {}
        }
    }
    let summary = json_file(&evidence.path().join("summary.json"));
    let page = text_file(&evidence.path().join("cucumber-report.html"));
    let metrics = text_file(&evidence.path().join("metrics.prom"));
    assert_eq!(summary["scenarios"]["passed"], passed);
    assert!(ended.stdout.contains(&format!("scenarios: {passed} passed, 0 failed, 0 skipped")), "{}", ended.stdout);
    let total = |of: fn(&Topic) -> u64| topics.values().map(of).sum::<u64>();
    let (accepted, acknowledged, received) = (total(|t| t.accepted), total(|t| t.acknowledged), total(|t| t.received));
    assert_eq!(summary["events"]["accepted"], accepted);
    assert_eq!(summary["events"]["acknowledged"], acknowledged);
    assert_eq!(summary["events"]["received"], received);
    let line = format!("events: {accepted} accepted, {acknowledged} acknowledged, 0 nacked, {received} received");
    assert!(ended.stdout.contains(&line), "{}", ended.stdout);
    let line =
        format!("connections: {} by producers, {} by consumers", connections["producer"], connections["consumer"]);
    assert!(ended.stdout.contains(&line), "{}", ended.stdout);
    assert_eq!(summary["connections"]["producer"], connections["producer"]);
    assert_eq!(summary["connections"]["consumer"], connections["consumer"]);
    assert_eq!(sum_of(&metrics, "kafka_producer_connection_creation_total"), connections["producer"]);
    assert_eq!(sum_of(&metrics, "kafka_consumer_connection_creation_total"), connections["consumer"]);

    for (name, topic) in &topics {
        let rows = summary["topics"].as_array().unwrap();
        let row = rows.iter().find(|row| row["topic"] == name.as_str()).unwrap();
        assert_eq!((&row["produced"], &row["acknowledged"]), (&topic.accepted.into(), &topic.acknowledged.into()));
        assert_eq!(row["received"], topic.received);
        let percentiles = [("p50_ms", 50), ("p95_ms", 95), ("p99_ms", 99)].map(|(field, percent)| {
            let expected = topic.percentile_ms(percent);
            assert_eq!(row[field], Value::from(expected), "{field} of {name}");
            format!("{expected:.2}")
        });
        let terminal = ended.stdout.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap();
        let cells: Vec<&str> = terminal.split_whitespace().collect();
        let counts = [topic.accepted, topic.acknowledged, 0, topic.received].map(|count| count.to_string());
        assert_eq!(cells[1..5], counts);
        assert_eq!(cells[5..8], percentiles);
        let cells: Vec<String> = counts.into_iter().chain(percentiles).collect();
        assert!(row_of_page(&page, name).windows(cells.len()).any(|found| found == cells), "{name}: {cells:?}");
        assert_eq!(value_of(&metrics, "probe_events_accepted_total", name), Some(topic.accepted));
        assert_eq!(value_of(&metrics, "probe_events_acknowledged_total", name), Some(topic.acknowledged));
        assert_eq!(value_of(&metrics, "probe_events_received_total", name).unwrap_or(0), topic.received);
    }

    let cucumber = json_file(&evidence.path().join("cucumber.json"));
    let steps = cucumber.as_array().unwrap().iter().flat_map(|feature| feature["elements"].as_array().unwrap());
    let steps = steps.flat_map(|element| element["steps"].as_array().unwrap());
    assert_eq!(steps.filter(|step| step["result"]["status"] == "passed").count() as u64, steps_passed);
    let junit = text_file(&evidence.path().join("junit-report.xml"));
    let junit = roxmltree::Document::parse(&junit).unwrap();
    assert_eq!(junit.root_element().attribute("tests"), Some(passed.to_string().as_str()));
}

/// The texts of the cells of the topic's row in the page's table.
fn row_of_page(page: &str, topic: &str) -> Vec<String> {
    let rows = page.split("<tr").map(|row| row.split("</tr>").next().unwrap_or_default());
    let cells = |row: &str| -> Vec<String> {
        let cells = row.split("<t").skip(1).filter_map(|cell| {
            let text = cell.split_once('>')?.1.split("</t").next()?;
            let without_tags = text.split('<').enumerate().map(|(index, part)| {
                if index == 0 { part } else { part.split_once('>').map_or("", |(_, after)| after) }
            });
            Some(without_tags.collect::<String>().trim().to_owned())
        });
        cells.collect()
    };
    rows.map(cells).find(|cells| cells.first().is_some_and(|first| first == topic)).unwrap_or_default()
}

fn value_of(metrics: &str, name: &str, topic: &str) -> Option<u64> {
    let series = format!("{name}{{topic=\"{topic}\"}} ");
    metrics.lines().find_map(|line| line.strip_prefix(&series)?.parse().ok())
}

fn sum_of(metrics: &str, name: &str) -> u64 {
    let of_name = metrics.lines().filter(|line| line.starts_with(&format!("{name}{{")));
    of_name.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum()
}
