use super::*;

#[test]
fn a_writer_that_panicked_is_no_clean_end() {
    let (queue, commands) = mpsc::sync_channel(1);
    drop(commands);
    let ledger = Ledger { directory: PathBuf::from("evidence"), queue, shared: Arc::default() };
    let [error] = &ledger.close().write_errors[..] else { panic!("one error") };
    assert_eq!(
        error.to_string(),
        "`evidence/events.jsonl` is incomplete, it could not be written any further; make room and run the test again"
    );
    assert_eq!(error.source.to_string(), "the thread that writes it panicked");
}

#[test]
fn the_queue_of_an_open_ledger_takes_half_a_megabyte_and_not_three() {
    let slots = Ledger::QUEUE_LENGTH * (size_of::<Command>() + size_of::<usize>());
    assert!(slots <= 512 * 1024, "{slots} bytes");
}
