use std::fs;

use test_probe_evidence::{RunRecord, summary_json, write_reports};

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
