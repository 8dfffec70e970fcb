use std::fs;

use test_probe_evidence::{RunRecord, summary_json, write_metrics, write_reports};

use crate::runs;

#[test]
fn reports_take_the_place_of_earlier_ones_and_leave_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    write_reports(directory.path(), &RunRecord::default()).unwrap();
    let record = runs::passing().record();
    write_reports(directory.path(), &record).unwrap();
    let mut names: Vec<_> =
        fs::read_dir(directory.path()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["cucumber-report.html", "cucumber.json", "junit-report.xml", "summary.json"]);
    let summary = fs::read_to_string(directory.path().join("summary.json")).unwrap();
    assert_eq!(summary, summary_json(&record).unwrap());
}

#[test]
fn a_report_that_cannot_be_written_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("missing");
    let error = write_reports(&missing, &RunRecord::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "cannot write the report `{}`; the ledger beside it holds the same, and the report can be made from it \
             later",
            missing.join("summary.json").display()
        )
    );
}

#[test]
fn the_metrics_are_written_as_they_are_given_and_in_the_place_of_earlier_ones() {
    let directory = tempfile::tempdir().unwrap();
    let metrics = "# HELP probe_kafka_producer_throughput events\nprobe_kafka_producer_throughput{topic=\"größe\"} 7\n";
    for text in ["much more than what comes after it".repeat(9).as_str(), metrics] {
        write_metrics(directory.path(), text).unwrap();
    }
    let names: Vec<_> =
        fs::read_dir(directory.path()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names, ["metrics.prom"]);
    assert_eq!(fs::read_to_string(directory.path().join("metrics.prom")).unwrap(), metrics);
}

#[test]
fn metrics_that_cannot_be_written_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("missing");
    let error = write_metrics(&missing, "").unwrap_err();
    let path = missing.join("metrics.prom");
    assert_eq!(error.path, path);
    assert!(error.to_string().starts_with(&format!("cannot write the report `{}`", path.display())), "{error}");
}
