use std::fs;
use std::path::Path;

use proptest::prelude::*;
use test_probe_directives::Redaction;
use test_probe_evidence::{
    Ledger, LedgerEntry, ReplayNotes, TornLine, cucumber_json, html_report, junit_report, replay, summary_json,
    summary_table,
};

use crate::arbitrary::entries;
use crate::runs;
use crate::story::fold;

fn written(directory: &Path, entries: &[LedgerEntry]) {
    let ledger = Ledger::open(directory, Redaction::default()).unwrap();
    entries.iter().cloned().for_each(|entry| ledger.record(entry));
    assert!(ledger.close().write_errors.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_ledger_read_back_is_the_record_of_its_run(entries in entries()) {
        let directory = tempfile::tempdir().unwrap();
        written(directory.path(), &entries);
        let (record, notes) = replay(directory.path()).unwrap();
        prop_assert_eq!(record, fold(&entries));
        prop_assert_eq!(notes, ReplayNotes { entries: entries.len() as u64, torn_line: None, still_running: false });
    }

    #[test]
    fn a_ledger_cut_off_anywhere_is_read_up_to_there(entries in entries(), share in 0.0..1.0_f64) {
        let directory = tempfile::tempdir().unwrap();
        written(directory.path(), &entries);
        let path = directory.path().join("events.jsonl");
        let whole = fs::read(&path).unwrap();
        let cut = (share * whole.len() as f64) as usize;
        fs::write(&path, &whole[..cut]).unwrap();

        let (record, notes) = replay(directory.path()).unwrap();
        let lines = whole[..cut].iter().filter(|byte| **byte == b'\n').count();
        let rest = cut - whole[..cut].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        // A line that lacks nothing but its end is an entry all the same.
        let complete = rest > 0 && whole[cut] == b'\n';
        let read = lines + usize::from(complete);
        prop_assert_eq!(record, fold(&entries[..read]));
        let torn = (rest > 0 && !complete).then_some(TornLine { line: lines as u64 + 1, bytes: rest });
        prop_assert_eq!(notes, ReplayNotes { entries: read as u64, torn_line: torn, still_running: false });
    }

    #[test]
    fn every_ledger_has_every_report(entries in entries()) {
        let record = fold(&entries);
        let scenarios = record.scenario_counts();
        prop_assert_eq!(scenarios.total(), record.scenarios().len() as u64);
        serde_json::from_str::<serde_json::Value>(&summary_json(&record).unwrap()).unwrap();
        serde_json::from_str::<serde_json::Value>(&cucumber_json(&record).unwrap()).unwrap();
        let junit = junit_report(&record).unwrap();
        let document = roxmltree::Document::parse(&junit).unwrap();
        let cases = document.descendants().filter(|node| node.has_tag_name("testcase")).count() as u64;
        prop_assert_eq!(cases, scenarios.total() + u64::from(record.run_failure().is_some()));
        html_report(&record).unwrap();
        summary_table(&record);
    }
}

#[test]
fn reports_made_from_the_ledger_are_those_of_the_run_byte_for_byte() {
    for story in [runs::passing(), runs::failing(), runs::world_failed()] {
        let directory = tempfile::tempdir().unwrap();
        written(directory.path(), &story.entries);
        let (replayed, _) = replay(directory.path()).unwrap();
        let live = story.record();
        assert_eq!(summary_json(&replayed).unwrap(), summary_json(&live).unwrap());
        assert_eq!(cucumber_json(&replayed).unwrap(), cucumber_json(&live).unwrap());
        assert_eq!(junit_report(&replayed).unwrap(), junit_report(&live).unwrap());
        assert_eq!(html_report(&replayed).unwrap(), html_report(&live).unwrap());
        assert_eq!(summary_table(&replayed), summary_table(&live));
    }
}

#[test]
fn a_line_that_is_no_entry_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("events.jsonl");
    let good = serde_json::to_string(&runs::passing().entries[0]).unwrap();
    fs::write(&path, format!("{good}\n{{\"at\":\"yesterday\",\"kind\":\"warning\",\"text\":\"\"}}\n{good}\n")).unwrap();
    let error = replay(directory.path()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{}:2: not an entry of a ledger; the file was changed, or a newer version wrote it", path.display())
    );
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(
        source.contains("`yesterday` is not a time; write it as 2026-01-31T08:00:00.000000Z (RFC 3339)"),
        "{source}"
    );
}

#[test]
fn a_broken_last_line_with_its_end_is_no_torn_one() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("events.jsonl"), "{\"at\":\n").unwrap();
    assert!(replay(directory.path()).unwrap_err().to_string().contains("events.jsonl:1: not an entry"));
}

#[test]
fn fields_of_newer_versions_are_passed_over() {
    let directory = tempfile::tempdir().unwrap();
    let line = r#"{"at":"2026-01-31T08:00:00Z","kind":"warning","text":"w","severity":3}"#;
    fs::write(directory.path().join("events.jsonl"), format!("{line}\n")).unwrap();
    assert_eq!(replay(directory.path()).unwrap().0.warnings(), ["w"]);
}

#[test]
fn a_directory_without_a_ledger_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("events.jsonl");
    assert_eq!(
        replay(directory.path()).unwrap_err().to_string(),
        format!("cannot read the ledger `{}`; name the evidence directory of a run", path.display())
    );
}
