use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use tokio::time::Instant;

use super::{StackControl, StackControlError};

const HOUR: Duration = Duration::from_secs(3600);

/// A script that writes down what it is told, in a folder of its own.
///
/// Another process writes it: a file that this one has open for writing cannot be run, and a child that another test
/// starts at that moment has it open for a little longer.
fn script(body: &str) -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (script, log) = (folder.path().join("stack.sh"), folder.path().join("log"));
    let text = format!("#!/bin/sh\necho \"$1\" >> '{}'\n{body}\n", log.display());
    let write = r#"printf %s "$1" > "$0" && chmod 755 "$0""#;
    assert!(Command::new("sh").args(["-c", write]).arg(&script).arg(text).status().unwrap().success());
    (folder, script, log)
}

#[test]
fn what_is_stopped_is_started_again() {
    let (_folder, script, log) = script("");
    let control = StackControl::new(&script).unwrap();
    control.broker_down(1, HOUR).unwrap();
    control.token_endpoint_down(HOUR).unwrap();
    assert_eq!(fs::read_to_string(&log).unwrap(), "stop-kafka\nstop-idp\n");
    control.restore().unwrap();
    assert_eq!(fs::read_to_string(&log).unwrap(), "stop-kafka\nstop-idp\nstart-kafka\nstart-idp\n");
}

#[test]
fn what_is_not_started_again_is_an_error_and_the_rest_is_started() {
    let (_folder, script, log) = script("if [ $1 = start-kafka ]; then echo 'no disk' >&2; exit 1; fi");
    let control = StackControl::new(&script).unwrap();
    control.broker_down(1, HOUR).unwrap();
    control.token_endpoint_down(HOUR).unwrap();
    let message = control.restore().unwrap_err().to_string();
    assert!(message.ends_with("start-kafka` failed with exit status: 1: no disk"), "{message}");
    assert!(fs::read_to_string(&log).unwrap().ends_with("start-idp\n"));
    control.restore().unwrap();
}

#[test]
fn all_parts_that_are_not_started_again_are_named() {
    let (_folder, script, _log) = script("case $1 in start-*) exit 1 ;; esac");
    let control = StackControl::new(&script).unwrap();
    control.broker_down(1, HOUR).unwrap();
    control.token_endpoint_down(HOUR).unwrap();
    let error = control.restore().unwrap_err();
    assert!(matches!(&error, StackControlError::Several(errors) if errors.len() == 2), "{error:?}");
    let shown = script.display();
    assert_eq!(
        error.to_string(),
        format!(
            "`{shown} start-kafka` failed with exit status: 1: it said nothing; `{shown} start-idp` failed with exit \
             status: 1: it said nothing"
        )
    );
}

#[test]
fn a_script_that_does_not_end_is_killed_and_named() {
    let (_folder, script, _log) = script("case $1 in stop-*) exec sleep 60 ;; esac");
    let mut control = StackControl::new(&script).unwrap();
    control.patience = Duration::from_millis(50);
    let begun = Instant::now();
    let message = control.broker_down(1, HOUR).unwrap_err().to_string();
    assert_eq!(
        message,
        format!("`{} stop-kafka` did not end within 0.05 s and was killed: it said nothing", script.display())
    );
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}

#[test]
fn what_a_killed_script_may_have_stopped_is_started_again() {
    let (_folder, script, log) = script("case $1 in stop-*) exec sleep 60 ;; esac");
    let mut control = StackControl::new(&script).unwrap();
    control.patience = Duration::from_millis(50);
    control.broker_down(1, HOUR).unwrap_err();
    // A busy machine may not even begin to start it within that time.
    match control.restore() {
        Ok(()) => assert!(fs::read_to_string(&log).unwrap().ends_with("start-kafka\n")),
        Err(error) => assert!(matches!(error, StackControlError::TimedOut { command: "start-kafka", .. }), "{error}"),
    }
}

#[test]
fn what_a_script_leaves_running_is_not_waited_for() {
    let (_folder, script, _log) = script("echo 'no port' >&2; sleep 20 & exit 2");
    let control = StackControl::new(&script).unwrap();
    let begun = Instant::now();
    let message = control.broker_down(1, HOUR).unwrap_err().to_string();
    assert!(message.ends_with("stop-kafka` failed with exit status: 2: no port"), "{message}");
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
}

#[test]
fn an_outage_ends_with_its_control() {
    let (_folder, script, log) = script("");
    let control = StackControl::new(&script).unwrap();
    control.broker_down(1, HOUR).unwrap();
    drop(control);
    assert_eq!(fs::read_to_string(&log).unwrap(), "stop-kafka\nstart-kafka\n");
}

#[test]
fn a_script_that_fails_says_what_it_said() {
    let (_folder, script, _log) = script("echo 'no java' >&2; exit 3");
    let control = StackControl::new(&script).unwrap();
    let message = control.broker_down(1, Duration::ZERO).unwrap_err().to_string();
    assert!(message.ends_with("stop-kafka` failed with exit status: 3: no java"), "{message}");
    assert!(matches!(control.broker_down(2, Duration::ZERO), Err(StackControlError::UnknownBroker { broker: 2 })));
}

#[test]
fn a_script_that_is_not_there_is_named_with_its_key() {
    let message = StackControl::new(&PathBuf::from("/nowhere/stack.sh")).unwrap_err().to_string();
    assert_eq!(message, "the stack's script `/nowhere/stack.sh` cannot be run (test-probe.core.world.control)");
}
