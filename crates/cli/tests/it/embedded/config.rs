//! `config check` and `config print`: what a person reads of a configuration.

use std::collections::BTreeMap;

use tempfile::TempDir;

use crate::process::{Ended, run, start_with};

/// A folder with one configuration file, and its path.
fn file(text: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.conf");
    std::fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

#[track_caller]
fn has_line(ended: &Ended, line: &str) {
    assert!(ended.stdout.lines().any(|printed| printed == line), "`{line}` is not a line of\n{}", ended.stdout);
}

#[test]
fn every_value_is_printed_with_its_origin_and_no_secret() {
    let (_folder, path) = file(
        "test-probe.core.queue.max-concurrent-tests = 4\n\
         test-probe.services.vault.azure { function-key = hunter2, function-url = \"https://h/f?code=hunter2\" }\n\
         test-probe.services.vault.aws.required-fields = [ clientId ]\n\
         request-params { team.id = team-a, api-token = hunter2 }\n",
    );
    let variables = [("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092"), ("AZURE_STORAGE_ACCOUNT_KEY", "hunter2")];
    let settings: BTreeMap<String, String> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let ended = start_with(&settings, ["config", "print", "--config", &path]).end();
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""), "{ended:#?}");
    for line in [
        &format!("test-probe.core.queue.max-concurrent-tests = 4  # {path}:1:46"),
        "test-probe.core.kafka.bootstrap-servers = \"kafka:9092\"  # environment variable KAFKA_BOOTSTRAP_SERVERS",
        &format!("test-probe.services.vault.azure.function-key = \"***\"  # {path}:2:50"),
        &format!("test-probe.services.vault.azure.function-url = \"https://h/f?***\"  # {path}:2:74"),
        &format!("test-probe.services.vault.aws.required-fields = [\"clientId\"]  # {path}:3:49"),
        "test-probe.services.block-storage.azure.storage-account-key = \"***\"  # environment variable \
         AZURE_STORAGE_ACCOUNT_KEY",
        &format!("request-params.team.id = \"team-a\"  # {path}:4:28"),
        &format!("request-params.api-token = \"***\"  # {path}:4:48"),
    ] {
        has_line(&ended, line);
    }
    let default = "test-probe.core.queue.retained-results = 1000  # built-in reference.conf:";
    assert!(ended.stdout.lines().any(|line| line.starts_with(default)), "{}", ended.stdout);
    assert!(!ended.stdout.contains("hunter2"), "{}", ended.stdout);
}

#[test]
fn no_secret_of_a_secured_cluster_is_printed_wherever_it_comes_from() {
    let (_folder, path) = file(
        "test-probe.core.kafka.security { sasl-mechanism = PLAIN, username = ann, sasl-extensions { accessToken = hunter2 } }\n\
         test-probe.core.kafka.security.tls {\n\
         certificate-pem = \"-----BEGIN CERTIFICATE-----\", key-pem = \"-----BEGIN PRIVATE KEY-----hunter2\" }\n\
         test-probe.core.schema-registry.auth { type = oauth, client-id = own }\n\
         test-probe.services.vault.oauth { client-id = svc, parameters { other_token = hunter2 } }\n",
    );
    let names = [
        "KAFKA_SASL_PASSWORD",
        "KAFKA_TLS_KEY_PASSWORD",
        "SCHEMA_REGISTRY_CLIENT_SECRET",
        "SCHEMA_REGISTRY_TOKEN",
        "OAUTH_CLIENT_SECRET",
    ];
    let settings: BTreeMap<String, String> = names.map(|name| (name.to_owned(), "hunter2".to_owned())).into();
    for command in ["print", "check"] {
        let ended = start_with(&settings, ["config", command, "--config", &path]).end();
        assert_eq!(ended.status, 0, "{ended:#?}");
        assert!(!format!("{}{}", ended.stdout, ended.stderr).contains("hunter2"), "{ended:#?}");
        let hidden = ended.stdout.matches(" = \"***\"").count();
        assert_eq!(hidden, if command == "print" { 8 } else { 0 }, "{ended:#?}");
    }
    let (_folder, jaas) = file("test-probe.core.kafka.security { jaas-config = hunter2, protocol = nope }");
    let ended = run(["config", "check", "--config", &jaas]);
    assert_ne!(ended.status, 0);
    assert!(!format!("{}{}", ended.stdout, ended.stderr).contains("hunter2"), "{ended:#?}");
}

#[test]
fn what_is_printed_is_a_configuration_that_means_the_same() {
    let first = run(["config", "print"]);
    let (_folder, path) = file(&first.stdout);
    let second = run(["config", "print", "--config", &path]);
    assert_eq!(second.status, 0, "{second:#?}");
    let values = |ended: &Ended| -> Vec<String> {
        ended.stdout.lines().map(|line| line.split("  # ").next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(values(&second), values(&first));
    assert!(first.stdout.contains("\ntest-probe.core.world.kind = \"embedded\"  # built-in embedded.conf:"));
}

#[test]
fn a_valid_configuration_is_told_with_its_warnings_and_passes() {
    let (_folder, path) = file("test-probe.interfaces.rest.port = 8080");
    let ended = run(["config", "check", "--config", &path]);
    assert_eq!(ended.status, 0, "{ended:#?}");
    assert!(ended.stdout.starts_with("the configuration is valid: "), "{}", ended.stdout);
    assert!(ended.stdout.ends_with(" keys, 1 warning\n"), "{}", ended.stdout);
    assert_eq!(
        ended.stderr,
        format!(
            "[WARNING] Configuration validation issue at 'test-probe.interfaces.rest.port': \
             'test-probe.interfaces.rest.port' is accepted, but this version does not read it\n  Suggestion: Remove it; this \
             version has no HTTP service\n  Origin: {path}:1:35\n"
        )
    );
    let ended = run(["config", "check"]);
    assert!(ended.stdout.ends_with(" keys, 0 warnings\n") && ended.stderr.is_empty(), "{ended:#?}");
}

#[test]
fn every_problem_of_an_invalid_configuration_is_told_and_none_of_its_secrets() {
    let (_folder, path) = file(
        "test-probe.core.queue.max-concurrent-test = 4\n\
         test-probe.services.vault { provider = gcp, azure.function-key = [hunter2] }\n\
         test-probe.services.block-storage.aws.endpoint = \"http://ann:hunter2@h\"\n\
         test-probe.core.actor-system.pool-size = 3\n",
    );
    for command in ["check", "print"] {
        let ended = run(["config", command, "--config", &path]);
        assert_eq!((ended.status, ended.stdout.as_str()), (2, ""), "{ended:#?}");
        for part in [
            "Did you mean 'test-probe.core.queue.max-concurrent-tests'? Otherwise remove it",
            "Rosetta mapping path cannot be empty when provider is 'gcp'",
            "GCP function URL cannot be empty when provider is 'gcp'",
            "Invalid string format for Azure function key\n",
            "Invalid AWS S3 endpoint format: http://***@h\n",
            "there is no pool to size",
            &format!("Origin: {path}:3:50"),
        ] {
            assert!(ended.stderr.contains(part), "`{part}` is not in\n{}", ended.stderr);
        }
        assert!(
            ended.stderr.ends_with("error: the configuration is invalid: 5 errors, 2 warnings\n"),
            "{}",
            ended.stderr
        );
        assert!(!ended.stderr.contains("hunter2"), "{}", ended.stderr);
    }
}

#[test]
fn a_file_that_is_not_there_is_told_alone() {
    let ended = run(["config", "check", "--config", "/nowhere/app.conf"]);
    let message = "error: configuration file '/nowhere/app.conf' does not exist; check the path\n";
    assert_eq!((ended.status, ended.stderr.as_str()), (2, message));
}
