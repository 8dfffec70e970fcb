use std::fs::File;
use std::path::Path;
use std::sync::mpsc;

use super::*;

/// Linux's file on a disk that is always full.
fn full() -> LineFile {
    LineFile::new(Path::new("/dev/full"), File::options().write(true).open("/dev/full").unwrap())
}

#[test]
fn a_full_disk_is_a_warning_of_the_reports_and_an_error_at_the_end() {
    let directory = tempfile::tempdir().unwrap();
    let good = |name| {
        let path = directory.path().join(name);
        LineFile::new(&path, File::create(&path).unwrap())
    };
    let files = EvidenceDirectory { events: full(), produced: good("produced"), consumed: good("consumed") };
    let shared = Arc::new(Shared::default());
    let (queue, commands) = mpsc::sync_channel(9);
    let warning = |text: &str| {
        Command::Entry(Box::new(LedgerEntry::new(Timestamp::default(), Warning { text: text.to_owned() })))
    };
    let (reached, _here) = mpsc::sync_channel(1);
    let (closed, errors) = mpsc::sync_channel(1);
    for command in [warning("one"), Command::Flush(reached), warning("two"), Command::Close(closed)] {
        queue.send(command).unwrap();
    }
    Writer::new(files, Redaction::default(), Arc::clone(&shared)).run(&commands);

    let lost = "`/dev/full` is incomplete, it could not be written any further: No space left on device (os error 28)";
    assert_eq!(shared.record().warnings(), ["one", lost, "two"]);
    let errors: Vec<String> = errors.recv().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        ["`/dev/full` is incomplete, it could not be written any further; make room and run the test again"]
    );
}
