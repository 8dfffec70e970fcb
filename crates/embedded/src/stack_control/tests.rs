use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use super::{StackControl, StackControlError};

/// A script that writes down what it is told, in a folder of its own.
fn script(body: &str) -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (script, log) = (folder.path().join("stack.sh"), folder.path().join("log"));
    fs::write(&script, format!("#!/bin/sh\necho \"$1\" >> '{}'\n{body}\n", log.display())).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    (folder, script, log)
}

#[test]
fn what_is_stopped_is_started_again() {
    let (_folder, script, log) = script("");
    let control = StackControl::new(&script).unwrap();
    control.broker_down(1, Duration::from_secs(3600)).unwrap();
    control.token_endpoint_down(Duration::from_secs(3600)).unwrap();
    assert_eq!(fs::read_to_string(&log).unwrap(), "stop-kafka\nstop-idp\n");
    control.restore();
    assert_eq!(fs::read_to_string(&log).unwrap(), "stop-kafka\nstop-idp\nstart-kafka\nstart-idp\n");
}

#[test]
fn an_outage_ends_with_its_control() {
    let (_folder, script, log) = script("");
    let control = StackControl::new(&script).unwrap();
    control.broker_down(1, Duration::from_secs(3600)).unwrap();
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
