//! Each report of fixed runs, byte for byte. `UPDATE_EXPECT=1 cargo test` writes the files anew; read the difference.

use expect_test::{ExpectFile, expect_file};
use test_probe_evidence::{RunRecord, cucumber_json, html_report, junit_report, summary_json, summary_table};

use crate::{runs, story};

#[track_caller]
fn check(record: &RunRecord, [summary, cucumber, junit, html, table]: [ExpectFile; 5]) {
    summary.assert_eq(&summary_json(record).unwrap());
    cucumber.assert_eq(&cucumber_json(record).unwrap());
    junit.assert_eq(&junit_report(record).unwrap());
    html.assert_eq(&html_report(record).unwrap());
    table.assert_eq(&summary_table(record));
}

macro_rules! golden {
    ($directory:literal) => {
        [
            expect_file![concat!("../golden/", $directory, "/summary.json")],
            expect_file![concat!("../golden/", $directory, "/cucumber.json")],
            expect_file![concat!("../golden/", $directory, "/junit-report.xml")],
            expect_file![concat!("../golden/", $directory, "/cucumber-report.html")],
            expect_file![concat!("../golden/", $directory, "/summary-table.txt")],
        ]
    };
}

#[test]
fn a_passing_run_reads_as_it_always_did() {
    check(&runs::passing().record(), golden!("passing"));
}

#[test]
fn a_failing_run_reads_as_it_always_did() {
    check(&runs::failing().record(), golden!("failing"));
}

#[test]
fn a_run_whose_world_failed_reads_as_it_always_did() {
    check(&runs::world_failed().record(), golden!("world-failed"));
}

#[test]
fn an_empty_ledger_has_reports_too() {
    check(&RunRecord::default(), golden!("empty"));
}

#[test]
fn the_lines_of_a_ledger_read_as_they_always_did() {
    let story: story::Story = runs::failing();
    let lines: String = story.entries.iter().map(|entry| serde_json::to_string(entry).unwrap() + "\n").collect();
    expect_file!["../golden/failing/events.jsonl"].assert_eq(&lines);
}
