use std::collections::BTreeMap;
use std::io::{self, Write};

/// What `tests/storage/servers.sh env` says under this name, such as `TEST_PROBE_S3_ENDPOINT`, or a word aloud that the test
/// is skipped.
///
/// # Panics
/// When the environment does not hold it although `TEST_PROBE_STACK=required` is set.
#[track_caller]
pub fn storage_server(name: &str) -> Option<String> {
    let mut settings: BTreeMap<String, String> = std::env::vars().collect();
    if let Some(value) = settings.remove(name) {
        return Some(value);
    }
    let place = std::panic::Location::caller();
    let hint = "start tests/storage/servers.sh up and export what tests/storage/servers.sh env prints";
    assert!(
        settings.get("TEST_PROBE_STACK").is_none_or(|wish| wish != "required"),
        "{place}: the storage servers are required, but {name} is not set; {hint}"
    );
    // The test harness swallows what a passing test prints, but not what it writes.
    writeln!(io::stderr(), "SKIPPED {place}: {name} is not set; {hint}").ok();
    None
}
