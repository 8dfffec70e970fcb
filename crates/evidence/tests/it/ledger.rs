use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use test_probe_directives::{Redaction, Timestamp};
use test_probe_evidence::{Accepted, Acknowledged, Ledger, LedgerEntry, OpenError, Warning, replay};

use crate::runs;
use crate::story::{cluster, fold, topic};

#[track_caller]
fn open(directory: &Path) -> Ledger {
    Ledger::open(directory, Redaction::default()).unwrap()
}

fn warning(text: &str) -> LedgerEntry {
    LedgerEntry::new(Timestamp::from_micros(1), Warning { text: text.to_owned() })
}

#[test]
fn what_was_recorded_is_on_disk_while_the_run_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = open(&directory.path().join("new/evidence"));
    let entries = runs::passing().entries;
    entries.iter().cloned().for_each(|entry| ledger.record(entry));
    assert_eq!(ledger.snapshot(), fold(&entries));
    let (record, notes) = replay(ledger.directory()).unwrap();
    assert_eq!(record, fold(&entries));
    assert_eq!((notes.entries, notes.torn_line, notes.still_running), (entries.len() as u64, None, true));
}

#[test]
fn closing_gives_the_whole_record_and_lets_the_directory_go() {
    let directory = tempfile::tempdir().unwrap();
    let entries = runs::failing().entries;
    let ledger = open(directory.path());
    entries.iter().cloned().for_each(|entry| ledger.record(entry));
    let closed = ledger.close();
    assert_eq!(closed.record, fold(&entries));
    assert!(closed.write_errors.is_empty());
    assert!(!replay(directory.path()).unwrap().1.still_running);
    drop(open(directory.path()));
}

#[test]
fn dropping_the_last_handle_writes_everything_out() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = open(directory.path());
    let other = ledger.clone();
    ledger.record(warning("one"));
    drop(ledger);
    other.record(warning("two"));
    drop(other);
    eventually(|| !replay(directory.path()).unwrap().1.still_running);
    assert_eq!(replay(directory.path()).unwrap().0.warnings(), ["one", "two"]);
}

/// What the process that [`a_killed_process_leaves_its_ledger_and_no_lock`] kills does. Elsewhere it does nothing.
#[test]
fn the_process_that_is_killed() {
    if !Path::new(MARKER).exists() {
        return;
    }
    let ledger = open(Path::new("evidence"));
    runs::passing().entries.into_iter().for_each(|entry| ledger.record(entry));
    loop {
        thread::park();
    }
}

#[test]
fn a_killed_process_leaves_its_ledger_and_no_lock() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join(MARKER), "").unwrap();
    let process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "ledger::the_process_that_is_killed"])
        .current_dir(directory.path())
        .stdout(Stdio::null())
        .spawn()
        .map(KilledOnDrop)
        .unwrap();
    let entries = runs::passing().entries;
    let evidence = directory.path().join("evidence");
    // Nothing asks the process to write: what it recorded must get to the disk by itself.
    let written = || {
        fs::read_to_string(evidence.join("events.jsonl")).is_ok_and(|text| text.matches('\n').count() == entries.len())
    };
    eventually(written);
    drop(process);

    let (record, notes) = replay(&evidence).unwrap();
    assert_eq!(record, fold(&entries));
    assert!(!notes.still_running);
    drop(open(&evidence));
}

const MARKER: &str = "to-be-killed";

/// A process that outlives its test in no case.
struct KilledOnDrop(Child);

impl Drop for KilledOnDrop {
    fn drop(&mut self) {
        self.0.kill().and_then(|()| self.0.wait()).unwrap();
    }
}

/// Waits without a clock until `holds`, and not for ever.
#[track_caller]
fn eventually(holds: impl Fn() -> bool) {
    for _ in 0..2_000_000 {
        if holds() {
            return;
        }
        thread::yield_now();
    }
    panic!("it never came to that");
}

#[test]
fn a_second_run_is_kept_out_of_the_directory_and_harms_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = open(directory.path());
    ledger.record(warning("first"));
    ledger.snapshot();
    let refused = Ledger::open(directory.path(), Redaction::default()).unwrap_err();
    assert!(matches!(refused, OpenError::InUse { .. }));
    assert_eq!(
        refused.to_string(),
        format!(
            "the evidence directory `{}` belongs to a run that is still going on; wait for its end, or give this run a \
             directory of its own with --evidence",
            directory.path().display()
        )
    );
    assert_eq!(ledger.close().record.warnings(), ["first"]);
    assert_eq!(replay(directory.path()).unwrap().0.warnings(), ["first"]);
}

#[test]
fn evidence_of_an_earlier_run_is_gone_at_the_start_and_other_files_stay() {
    let directory = tempfile::tempdir().unwrap();
    let evidence = [
        "events.jsonl",
        "kafka-events-produced.jsonl",
        "kafka-events-consumed.jsonl",
        "cucumber.json",
        "junit-report.xml",
        "cucumber-report.html",
        "summary.json",
        "metrics.prom",
        "metadata.json",
        ".summary.json.tmp",
        ".metrics.prom.tmp",
    ];
    for name in evidence.iter().chain(&["screenshot.png"]) {
        fs::write(directory.path().join(name), "old").unwrap();
    }
    drop(open(directory.path()).close());
    let mut left: Vec<String> = fs::read_dir(directory.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["events.jsonl", "kafka-events-consumed.jsonl", "kafka-events-produced.jsonl", "screenshot.png"]);
    assert_eq!(fs::read_to_string(directory.path().join("events.jsonl")).unwrap(), "");
    assert_eq!(fs::read_to_string(directory.path().join("screenshot.png")).unwrap(), "old");
}

#[test]
fn a_directory_that_cannot_be_made_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Ledger::open(&file.join("evidence"), Redaction::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "cannot make the evidence directory `{}`; name one that can be written with --evidence",
            file.join("evidence").display()
        )
    );
}

#[test]
fn a_file_that_cannot_be_replaced_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let in_the_way = directory.path().join("summary.json");
    fs::create_dir(&in_the_way).unwrap();
    let error = Ledger::open(directory.path(), Redaction::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "cannot replace `{}`; check its rights, or name another directory with --evidence",
            in_the_way.display()
        )
    );
}

#[test]
fn entries_from_many_threads_all_arrive_and_balance() {
    const THREADS: u64 = 8;
    const EVENTS: u64 = 500;
    let directory = tempfile::tempdir().unwrap();
    let ledger = open(directory.path());
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let ledger = ledger.clone();
            scope.spawn(move || {
                for id in thread * EVENTS..(thread + 1) * EVENTS {
                    let at = Timestamp::from_micros(id as i64);
                    ledger.record(LedgerEntry::new(at, accepted(id)));
                    ledger.record(LedgerEntry::new(at, acknowledged(id)));
                }
            });
        }
    });
    let closed = ledger.close();
    let counts = closed.record.event_counts();
    assert_eq!((counts.accepted, counts.acknowledged), (THREADS * EVENTS, THREADS * EVENTS));
    assert!(closed.record.balance().holds());
    assert_eq!(replay(directory.path()).unwrap().0, closed.record);
}

#[test]
fn progress_is_read_without_a_copy() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = open(directory.path());
    ledger.record(LedgerEntry::new(Timestamp::from_micros(1), accepted(1)));
    ledger.snapshot();
    assert_eq!(ledger.with_record(|record| record.event_counts().accepted), 1);
}

#[test]
fn what_comes_after_the_end_is_lost_and_harms_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = open(directory.path());
    let other = ledger.clone();
    ledger.record(warning("in time"));
    drop(ledger.close());
    other.record(warning("too late"));
    assert_eq!(other.snapshot().warnings(), ["in time"]);
    let again = other.close();
    assert_eq!(again.record.warnings(), ["in time"]);
    assert!(again.write_errors.is_empty());
    assert_eq!(replay(directory.path()).unwrap().0.warnings(), ["in time"]);
}

fn accepted(id: u64) -> Accepted {
    Accepted {
        id,
        scenario_id: None,
        topic: topic("orders"),
        cluster: cluster(),
        correlation_id: None,
        event_type: None,
        key_bytes: None,
        value_bytes: None,
        key_sha256: None,
        value_sha256: None,
    }
}

fn acknowledged(id: u64) -> Acknowledged {
    Acknowledged {
        id,
        topic: topic("orders"),
        cluster: cluster(),
        partition: 0,
        offset: id as i64,
        timestamp_ms: None,
        latency_us: 1_000,
    }
}
