//! The Scala system's configuration files are read as they are: their shape stands in `fixtures/scala`.

#![allow(clippy::unwrap_used, reason = "these are the helpers of tests, where a panic is the verdict")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use test_probe_config::{BlockStorageProvider, Layers, Loaded, RequestParam, Severity, load_file};

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
fn the_reference_files_load_and_change_nothing_but_what_is_documented() {
    let mut expected = Layers::new().reference().load().unwrap().settings;
    for name in ["core.conf", "interfaces.conf"] {
        assert_eq!(loaded(&[name], &[]).settings, expected, "{name}");
    }
    expected.services.block_storage.provider = BlockStorageProvider::Aws;
    assert_eq!(loaded(&["core.conf", "interfaces.conf", "services.conf"], &[]).settings, expected);
    expected.services.block_storage.provider = BlockStorageProvider::Local;
    expected.services.block_storage.topic_directive_file_name = "test-config.yaml".to_owned();
    assert_eq!(loaded(ALL, &[]).settings, expected);
}

#[test]
fn each_key_that_nothing_reads_is_told_once_with_its_line() {
    let loaded = loaded(&["core.conf"], &[]);
    assert_eq!(
        warned(&loaded),
        [
            "test-probe.core.actor-system.pool-size",
            "test-probe.core.kafka.oauth.token-endpoint",
            "test-probe.core.kafka.oauth.client-scope",
            "test-probe.core.cucumber.glue-packages",
            "test-probe.core.test-execution.max-retries",
            "test-probe.core.test-execution.cleanup-delay",
            "test-probe.core.test-execution.stash-buffer-size",
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
    assert_eq!(settings.queue.max_concurrent_tests.get(), 10);
    let team = settings.request_params.get("request-params.team.id").and_then(RequestParam::as_text);
    assert_eq!(team, Some("team-a"));

    let suggestions: Vec<String> =
        loaded.warnings.iter().map(|issue| format!("{}: {}", issue.path, issue.suggestion)).collect();
    let starts = [
        "test-probe.core.queue.max-queue-depth: Remove it; tests wait in the queue without a limit",
        "test-probe.core.storage.local.base-path: Set the keys below test-probe.services.block-storage instead",
        "test-probe.interfaces.rest.port: Remove it; this version has no HTTP service",
        "test-probe.interfaces.rest.cors.enabled: Remove it; this version has no HTTP service",
        "test-probe.interfaces.rest.cors.allowed-origins: Remove it; this version has no HTTP service",
        "test-probe.kafka.bootstrap-servers: Set 'test-probe.core.kafka.bootstrap-servers' instead",
        "test-probe.kafka.security.protocol: Set 'test-probe.core.kafka.security.protocol' instead",
        "test-probe.kafka.security.sasl-mechanism: Set 'test-probe.core.kafka.security.sasl-mechanism' instead",
        "test-probe.vault.provider: Set 'test-probe.services.vault.provider' instead",
        "test-probe.vault.secret-id: Set the keys below test-probe.services.vault instead",
    ];
    assert_eq!(suggestions.len(), starts.len(), "{suggestions:#?}");
    for (suggestion, start) in suggestions.iter().zip(starts) {
        assert!(suggestion.starts_with(start), "{suggestion}\n  should start {start}");
    }
}

#[test]
fn the_files_of_the_other_modules_are_warned_of_where_nothing_reads_them() {
    assert_eq!(
        warned(&loaded(&["interfaces.conf"], &[])),
        [
            "test-probe.interfaces.rest.host",
            "test-probe.interfaces.rest.port",
            "test-probe.interfaces.rest.timeout",
            "test-probe.interfaces.rest.graceful-shutdown-timeout",
            "test-probe.interfaces.rest.max-concurrent-requests",
            "test-probe.interfaces.rest.max-request-size",
            "test-probe.interfaces.rest.max-uri-length",
            "test-probe.interfaces.rest.retry-after-service-unavailable",
            "test-probe.interfaces.rest.retry-after-not-ready",
        ]
    );
    assert_eq!(warned(&loaded(&["services.conf"], &[])), ["test-probe.services.vault.local.required-fields"]);
    assert_eq!(warned(&loaded(&["block-storage.conf"], &[])), [] as [&str; 0]);
}

#[test]
fn the_storage_file_that_was_never_loaded_is_overridden_by_its_variables() {
    let variables = [
        ("BLOCK_STORAGE_PROVIDER", "azure"),
        ("AZURE_STORAGE_ACCOUNT_NAME", "account"),
        ("AZURE_STORAGE_ACCOUNT_KEY", "hunter2"),
        ("AWS_REGION", "eu-west-1"),
        ("GCP_PROJECT_ID", "project"),
        ("GCP_SERVICE_ACCOUNT_KEY", "/keys/gcp.json"),
    ];
    let storage = loaded(&["block-storage.conf"], &variables).settings.services.block_storage;
    assert_eq!(
        (storage.provider, storage.azure.storage_account_name.as_str()),
        (BlockStorageProvider::Azure, "account")
    );
    assert_eq!((storage.azure.storage_account_key.expose(), storage.aws.region.as_str()), ("hunter2", "eu-west-1"));
    assert_eq!(storage.gcp.project_id, "project");
    assert_eq!(storage.gcp.service_account_key.as_deref(), Some(Path::new("/keys/gcp.json")));
}

/// Every key that the Scala system's own files define, with its default there; and what is suggested in its place, where
/// this version does not read it.
#[rustfmt::skip]
const SCALA_KEYS: &[(&str, &str, Option<&str>)] = &[
    ("core.actor-system.name", "test-probe", None),
    ("core.actor-system.timeout", "25s", None),
    ("core.actor-system.shutdown-timeout", "45s", None),
    ("core.actor-system.initialization-timeout", "30s", None),
    ("core.actor-system.pool-size", "3", Some("Remove it; the system places its actors itself")),
    ("core.actor-system.max-execution-time", "300s", None),
    ("core.supervision.max-restarts", "10", None),
    ("core.supervision.restart-time-range", "1 minute", None),
    ("core.test-execution.max-retries", "3", Some("Remove it; a test is not run again by itself")),
    ("core.test-execution.cleanup-delay", "60s", Some("Remove it; test-probe.core.timers.completed-state says")),
    ("core.test-execution.stash-buffer-size", "100", Some("Remove it; no actor stashes messages")),
    ("core.timers.setup-state", "60s", None),
    ("core.timers.loading-state", "120s", None),
    ("core.timers.completed-state", "60s", None),
    ("core.timers.exception-state", "30s", None),
    ("core.cucumber.glue-packages", "io.distia.probe.core.glue", Some("Remove it; steps are Rust functions")),
    ("core.services.timeout", "30s", None),
    ("core.kafka.bootstrap-servers", "\"localhost:9092\"", None),
    ("core.kafka.schema-registry-url", "\"http://localhost:8081\"", None),
    ("core.kafka.oauth.token-endpoint", "\"http://localhost:8080/oauth/token\"",
        Some("Set 'test-probe.services.vault.oauth.token-endpoint' instead")),
    ("core.kafka.oauth.client-scope", "\"kafka.read kafka.write\"",
        Some("Set 'test-probe.services.vault.oauth.scope' instead")),
    ("core.dsl.ask-timeout", "3s", None),

    ("interfaces.rest.host", "\"0.0.0.0\"", Some("Remove it; this version has no HTTP service")),
    ("interfaces.rest.port", "8080", Some("Remove it; this version has no HTTP service")),
    ("interfaces.rest.timeout", "30s", Some("Remove it; this version has no HTTP service")),
    ("interfaces.rest.graceful-shutdown-timeout", "10s", Some("Remove it; this version has no HTTP service")),
    ("interfaces.rest.ask-timeout", "25s", None),
    ("interfaces.rest.circuit-breaker-max-failures", "5", None),
    ("interfaces.rest.circuit-breaker-call-timeout", "25s", None),
    ("interfaces.rest.circuit-breaker-reset-timeout", "30s", None),
    ("interfaces.rest.max-concurrent-requests", "100", Some("Remove it; this version has no HTTP service")),
    ("interfaces.rest.max-request-size", "10485760", Some("Remove it; this version has no HTTP service")),
    ("interfaces.rest.max-uri-length", "8192", Some("Remove it; this version has no HTTP service")),
    ("interfaces.rest.retry-after-service-unavailable", "30s", Some("Remove it; this version has no HTTP service")),
    ("interfaces.rest.retry-after-not-ready", "5s", Some("Remove it; this version has no HTTP service")),

    ("services.vault.provider", "local", None),
    ("services.vault.rosetta-mapping-path", "\"\"", None),
    ("services.vault.local.required-fields", "[clientId, clientSecret]", Some("Remove it; credentials in the local vault's file are")),
    ("services.vault.aws.lambda-arn", "\"\"", None),
    ("services.vault.aws.region", "us-east-1", None),
    ("services.vault.aws.timeout", "10s", None),
    ("services.vault.aws.retry-attempts", "3", None),
    ("services.vault.aws.required-fields", "[clientId, clientSecret]", None),
    ("services.vault.azure.function-url", "\"\"", None),
    ("services.vault.azure.function-key", "\"\"", None),
    ("services.vault.azure.timeout", "10s", None),
    ("services.vault.azure.retry-attempts", "3", None),
    ("services.vault.azure.required-fields", "[clientId, clientSecret]", None),
    ("services.vault.gcp.function-url", "\"\"", None),
    ("services.vault.gcp.service-account-key", "\"\"", None),
    ("services.vault.gcp.timeout", "10s", None),
    ("services.vault.gcp.retry-attempts", "3", None),
    ("services.vault.gcp.required-fields", "[clientId, clientSecret]", None),
    ("services.vault.oauth.token-endpoint", "\"https://oauth.company.com/token\"", None),
    ("services.vault.oauth.scope", "\"kafka.producer kafka.consumer\"", None),

    ("services.block-storage.provider", "local", None),
    ("services.block-storage.topic-directive-file-name", "\"topic-directive.yaml\"", None),
    ("services.block-storage.aws.region", "us-east-1", None),
    ("services.block-storage.aws.timeout", "30s", None),
    ("services.block-storage.aws.retry-attempts", "3", None),
    ("services.block-storage.azure.storage-account-name", "\"\"", None),
    ("services.block-storage.azure.storage-account-key", "\"\"", None),
    ("services.block-storage.azure.timeout", "30s", None),
    ("services.block-storage.azure.retry-attempts", "3", None),
    ("services.block-storage.gcp.project-id", "\"\"", None),
    ("services.block-storage.gcp.service-account-key", "\"\"", None),
    ("services.block-storage.gcp.timeout", "30s", None),
    ("services.block-storage.gcp.retry-attempts", "3", None),
];

#[test]
fn every_key_of_the_scala_system_is_read_with_its_default_or_named_with_what_replaces_it() {
    let reference = Layers::new().reference().load().unwrap();
    for (name, default, replacement) in SCALA_KEYS {
        let path = format!("test-probe.{name}");
        let text = format!("{path} = {default}");
        let loaded = Layers::new().reference().text("t", text).load().unwrap_or_else(|invalid| panic!("{invalid}"));
        assert_eq!(loaded.settings, reference.settings, "{path} has the Scala system's default");
        let is_read = reference.origin(&path).is_some();
        assert_eq!(is_read, replacement.is_none(), "{path} is either read or named");
        let told: Vec<(&str, &str)> =
            loaded.warnings.iter().map(|issue| (issue.path.as_str(), issue.suggestion.as_str())).collect();
        match replacement {
            None => assert_eq!(told, []),
            Some(start) => {
                let [(told_path, suggestion)] = told.as_slice() else { panic!("one warning for {path}: {told:?}") };
                assert_eq!(*told_path, path);
                assert!(suggestion.starts_with(start), "{suggestion}\n  should start {start}");
            }
        }
    }
}

#[test]
fn where_tokens_come_from_is_said_in_one_place_and_each_other_one_names_it() {
    let told = |text: &str| {
        let issues = match Layers::new().reference().text("t", text).load() {
            Ok(loaded) => loaded.warnings,
            Err(invalid) => invalid.issues,
        };
        let told: Vec<String> = issues.iter().map(|issue| format!("{} {}", issue.severity, issue.suggestion)).collect();
        told.join("\n")
    };
    let place = "tokens for Kafka and the registry have this one place";
    assert_eq!(
        told("test-probe.core.kafka.oauth { token-endpoint = \"http://idp\", client-scope = kafka }"),
        format!(
            "WARNING Set 'test-probe.services.vault.oauth.token-endpoint' instead; {place}\n\
             WARNING Set 'test-probe.services.vault.oauth.scope' instead; {place}"
        )
    );
    // What the Scala system never had there is no key, and the one that is meant is named.
    for name in ["client-id", "client-secret", "audience", "refresh"] {
        assert_eq!(
            told(&format!("test-probe.core.kafka.oauth {{ {name} = x }}")),
            format!("ERROR Did you mean 'test-probe.services.vault.oauth.{name}'? Otherwise remove it")
        );
    }
    assert_eq!(
        told("test-probe.security.protocol = SASL_SSL"),
        "WARNING Set 'test-probe.core.kafka.security.protocol' instead"
    );
    assert_eq!(
        told("test-probe.security.truststore = x"),
        "WARNING Set the keys below test-probe.core.kafka.security instead"
    );
}

#[test]
fn every_replacement_that_is_named_is_a_key_or_a_section_of_this_version() {
    let keys: Vec<String> =
        Layers::new().reference().load().unwrap().entries.into_iter().map(|entry| entry.path).collect();
    let mut found = 0;
    let all = [ALL, &["application.conf"]].concat();
    for warning in loaded(&all, &[]).warnings {
        for word in warning.suggestion.split(|c: char| c.is_whitespace() || "',;".contains(c)) {
            if word.starts_with("test-probe.") {
                found += 1;
                let is_there = |key: &String| key == word || key.starts_with(&format!("{word}."));
                assert!(keys.iter().any(is_there), "{}: '{word}' is no key", warning.path);
            }
        }
    }
    assert!(found > 5, "{found}");
}
