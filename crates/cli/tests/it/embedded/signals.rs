//! Runs that are ended before their time.

use std::fs;
use std::thread;
use std::time::Duration;

use crate::folder::{Folder, PRODUCE, json_file, text_file};
use crate::process::{run, start};

/// How often the file of another process is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// A scenario that is in its second step for as long as it is let.
fn long_run() -> Folder {
    Folder::with_scenarios(&[("long", &[PRODUCE, "And I wait 50 seconds", PRODUCE]), ("never", &[PRODUCE])])
}

#[test]
fn sigint_and_sigterm_drain_write_all_evidence_and_end_with_130_and_143() {
    for (signal, status) in [("INT", 130), ("TERM", 143)] {
        let folder = long_run();
        let mut running = start(["run", folder.path().to_str().unwrap()]);
        running.wait_for_note("running 2 scenarios");
        wait_for_ledger(&folder, "acknowledged");
        running.signal(signal);
        let ended = running.end();
        assert_eq!(ended.status, status, "{ended:#?}");
        assert!(ended.stderr.contains("stopping: events under way are waited for"), "{}", ended.stderr);
        let summary = folder.summary();
        assert_eq!(
            (summary["verdict"].as_str(), summary["exit_status"].as_i64()),
            (Some("interrupted"), Some(status.into()))
        );
        assert_eq!(summary["events"]["accepted"], 1);
        assert_eq!(summary["events"]["acknowledged"], 1);
        assert_eq!(summary["scenarios"], serde_json::json!({"passed": 0, "failed": 1, "skipped": 1}));
        for name in ["cucumber.json", "junit-report.xml", "cucumber-report.html", "metadata.json", "metrics.prom"] {
            assert!(!text_file(&folder.evidence().join(name)).is_empty(), "{name}");
        }
        assert!(text_file(&folder.evidence().join("junit-report.xml")).contains("interrupted"), "JUnit says so");
    }
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let folder = long_run();
    let mut running = start(["run", folder.path().to_str().unwrap()]);
    running.wait_for_note("running 2 scenarios");
    running.signal("INT");
    running.wait_for_note("once more ends it at once");
    running.signal("INT");
    assert_eq!(running.end().status, 130);
}

#[test]
fn after_sigkill_the_ledger_is_readable_up_to_the_last_event_and_makes_the_reports() {
    let folder = long_run();
    let mut running = start(["run", folder.path().to_str().unwrap()]);
    running.wait_for_note("running 2 scenarios");
    wait_for_ledger(&folder, "acknowledged");
    running.signal("KILL");
    assert_eq!(running.end().status, -1);
    let ledger = folder.ledger();
    let count = |kind: &str| ledger.iter().filter(|entry| entry["kind"] == kind).count();
    assert_eq!((count("accepted"), count("acknowledged")), (1, 1), "{ledger:#?}");
    // Reports were written on the way, and say how far they are.
    assert_eq!(folder.summary()["verdict"], "incomplete");
    let ended = run(["report", folder.evidence().to_str().unwrap()]);
    assert_eq!(ended.status, 0, "{ended:#?}");
    assert!(ended.stdout.contains("incomplete: the ledger ends before the run did"), "{}", ended.stdout);
    let summary = folder.summary();
    assert_eq!((summary["verdict"].as_str(), &summary["events"]["acknowledged"]), (Some("incomplete"), &1.into()));
    assert!(text_file(&folder.evidence().join("cucumber-report.html")).contains("the run ended during this step"));
}

#[test]
fn a_ledger_that_ends_in_the_middle_of_a_line_is_read_up_to_there() {
    let folder = Folder::new(&[PRODUCE]);
    assert_eq!(run(["run", folder.path().to_str().unwrap()]).status, 0);
    let path = folder.evidence().join("events.jsonl");
    let whole = text_file(&path);
    let cut = whole.trim_end().len() - 10;
    fs::write(&path, &whole[..cut]).unwrap();
    let ended = run(["report", folder.evidence().to_str().unwrap()]);
    assert_eq!(ended.status, 0, "{ended:#?}");
    assert!(ended.stderr.contains("the run was killed while it wrote it; it is left out"), "{}", ended.stderr);
    assert_eq!(json_file(&folder.evidence().join("summary.json"))["verdict"], "incomplete");
}

#[test]
fn two_runs_do_not_share_an_evidence_folder() {
    let folder = long_run();
    let mut first = start(["run", folder.path().to_str().unwrap()]);
    first.wait_for_note("running 2 scenarios");
    let second = run(["run", folder.path().to_str().unwrap()]);
    assert_eq!(second.status, 2, "{second:#?}");
    assert!(second.stderr.contains("belongs to a run that is still going on"), "{}", second.stderr);
    first.signal("INT");
    assert_eq!(first.end().status, 130);
}

/// Follows the ledger on disk, as a person with `tail` would, until it tells of this.
fn wait_for_ledger(folder: &Folder, kind: &str) {
    let path = folder.evidence().join("events.jsonl");
    let wanted = format!("\"kind\":\"{kind}\"");
    for _ in 0..6000 {
        if fs::read_to_string(&path).is_ok_and(|text| text.contains(&wanted)) {
            return;
        }
        thread::park_timeout(LOOK_AGAIN);
    }
    panic!("the ledger never told of `{kind}`");
}
