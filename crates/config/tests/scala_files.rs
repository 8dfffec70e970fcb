//! The Scala system's configuration files are read as they are: their shape stands in `fixtures/scala`.

#![allow(clippy::unwrap_used, reason = "these are the helpers of tests, where a panic is the verdict")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use test_probe_config::{Layers, Loaded, Severity, load_file};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/scala").join(name)
}

/// The files over the defaults, with these environment variables.
#[track_caller]
fn loaded(names: &[&str], variables: &[(&str, &str)]) -> Loaded {
    let environment: BTreeMap<String, String> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let files = names.iter().map(|name| load_file(&fixture(name)).unwrap());
    let layers = files.fold(Layers::new().reference(), Layers::file);
    layers.environment(&environment).load().unwrap_or_else(|invalid| panic!("{invalid}"))
}

/// The paths that are warned of.
fn warned(loaded: &Loaded) -> Vec<&str> {
    assert!(loaded.warnings.iter().all(|issue| issue.severity == Severity::Warning));
    loaded.warnings.iter().map(|issue| issue.path.as_str()).collect()
}

const ALL: &[&str] = &["core.conf", "interfaces.conf", "services.conf", "block-storage.conf"];

#[test]
fn the_reference_files_load_and_change_nothing() {
    let reference = Layers::new().reference().load().unwrap().settings;
    for name in ALL {
        assert_eq!(loaded(&[name], &[]).settings, reference, "{name}");
    }
    assert_eq!(loaded(ALL, &[]).settings, reference);
}

#[test]
fn each_key_that_nothing_reads_is_told_once_with_its_line() {
    let loaded = loaded(&["core.conf"], &[]);
    assert_eq!(
        warned(&loaded),
        [
            "test-probe.core.actor-system.pool-size",
            "test-probe.core.supervision.max-restarts",
            "test-probe.core.supervision.restart-time-range",
            "test-probe.core.kafka.oauth.token-endpoint",
            "test-probe.core.kafka.oauth.client-scope",
            "test-probe.core.cucumber.glue-packages",
            "test-probe.core.test-execution.max-retries",
            "test-probe.core.test-execution.cleanup-delay",
            "test-probe.core.test-execution.stash-buffer-size",
            "test-probe.core.timers.setup-state",
            "test-probe.core.timers.loading-state",
            "test-probe.core.timers.completed-state",
            "test-probe.core.timers.exception-state",
            "test-probe.core.services.timeout",
        ]
    );
    assert_eq!(
        loaded.warnings[0].to_string(),
        format!(
            "[WARNING] Configuration validation issue at 'test-probe.core.actor-system.pool-size': \
             'test-probe.core.actor-system.pool-size' is accepted, but this version does not read it\n  Suggestion: Remove \
             it; the system places its actors itself, there is no pool to size\n  Origin: {}:9:17",
            fixture("core.conf").display()
        )
    );
}

#[test]
fn the_defaults_of_the_files_survive_unset_variables_and_yield_to_set_ones() {
    let path = "test-probe.core.kafka.bootstrap-servers";
    let unset = loaded(&["core.conf"], &[]);
    assert_eq!(unset.settings.kafka.bootstrap_servers.as_str(), "localhost:9092");
    assert_eq!(unset.origin(path).unwrap().to_string(), format!("{}:36:25", fixture("core.conf").display()));

    let set =
        loaded(&["core.conf"], &[("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092"), ("SCHEMA_REGISTRY_URL", "https://r")]);
    assert_eq!(set.settings.kafka.bootstrap_servers.as_str(), "kafka:9092");
    assert_eq!(set.settings.kafka.schema_registry_url.as_str(), "https://r");
    assert_eq!(set.origin(path).unwrap().to_string(), "environment variable KAFKA_BOOTSTRAP_SERVERS");
}

#[test]
fn a_users_file_of_the_guides_loads_and_every_key_that_nobody_read_is_told() {
    let loaded = loaded(&["application.conf"], &[]);
    let settings = &loaded.settings;
    assert_eq!(settings.actor_system.name, "quickstart");
    assert_eq!(settings.actor_system.shutdown_timeout, Duration::from_secs(10));
    assert_eq!(settings.kafka.bootstrap_servers.as_str(), "kafka-1:9092,kafka-2:9092");
    assert_eq!(settings.dsl.ask_timeout, Duration::from_secs(5));

    let suggestions: Vec<String> =
        loaded.warnings.iter().map(|issue| format!("{}: {}", issue.path, issue.suggestion)).collect();
    let starts = [
        "test-probe.core.queue.max-concurrent-tests: Remove it; one test runs at a time",
        "test-probe.core.queue.max-queue-depth: Remove it; one test runs at a time",
        "test-probe.core.storage.local.base-path: Remove it; this version has no block storage",
        "test-probe.interfaces.rest.port: Remove it; this version has no REST interface",
        "test-probe.interfaces.rest.cors.enabled: Remove it; this version has no REST interface",
        "test-probe.interfaces.rest.cors.allowed-origins: Remove it; this version has no REST interface",
        "test-probe.kafka.bootstrap-servers: Set 'test-probe.core.kafka.bootstrap-servers' instead",
        "test-probe.kafka.security.protocol: Move it to test-probe.core.kafka.properties",
        "test-probe.kafka.security.sasl-mechanism: Move it to test-probe.core.kafka.properties",
        "test-probe.vault.provider: Remove it; this version has no vault",
        "test-probe.vault.secret-id: Remove it; this version has no vault",
    ];
    assert_eq!(suggestions.len(), starts.len(), "{suggestions:#?}");
    for (suggestion, start) in suggestions.iter().zip(starts) {
        assert!(suggestion.starts_with(start), "{suggestion}\n  should start {start}");
    }
}

#[test]
fn every_reference_file_is_warned_of_in_full() {
    assert_eq!(warned(&loaded(&["interfaces.conf"], &[])).len(), 13);
    assert_eq!(warned(&loaded(&["services.conf"], &[])).len(), 32);
    assert_eq!(warned(&loaded(&["block-storage.conf"], &[])).len(), 9);
}
