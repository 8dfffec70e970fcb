//! `doctor` on the stack: each thing that is wrong there is told where it is, and only there.

use std::collections::BTreeMap;

use serde_json::Value;

use super::stack::{OnStack, Shared, shipped_secured_config};
use crate::folder::Folder;
use crate::process::start_with;

/// What the doctor finds with the shipped configuration, `further` keys behind it and `changes` in the environment.
fn findings(stack: &Shared, folder: &Folder, further: &str, changes: &[(&str, &str)]) -> (i32, Vec<Value>) {
    let config = folder.path().join("app.conf");
    std::fs::write(&config, format!("include \"{}\"\n{further}\n", shipped_secured_config().display())).unwrap();
    let mut settings: BTreeMap<String, String> = stack.stack().settings().clone();
    settings.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let arguments = ["doctor", folder.path().to_str().unwrap(), "--config", config.to_str().unwrap(), "--json"];
    let ended = start_with(&settings, arguments).end();
    let told: Value = serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{error}: {ended:#?}"));
    (ended.status, told["findings"].as_array().unwrap().clone())
}

/// The checks that failed, each with its cause and its fix.
fn failed(findings: &[Value]) -> Vec<(String, String)> {
    let failed = findings.iter().filter(|finding| finding["verdict"] == "failed");
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    failed.map(|finding| (text(finding, "check"), text(finding, "cause") + " | " + &text(finding, "fix"))).collect()
}

#[track_caller]
fn check(seen: (i32, Vec<Value>), expected: &[(&str, &str)]) {
    let (status, findings) = seen;
    let failed = failed(&findings);
    assert_eq!(failed.len(), expected.len(), "{findings:#?}");
    for ((check, told), (expected_check, words)) in failed.iter().zip(expected) {
        assert_eq!(check, expected_check, "{told}");
        assert!(told.contains(words), "{words}: {told}");
    }
    assert_eq!(status, if expected.is_empty() { 0 } else { 3 });
}

#[test]
fn each_thing_that_is_wrong_is_told_where_it_is() {
    let Some(stack) = Shared::find() else { return };
    let folder = Folder::new(&["Given I wait 1 second"]);
    let of = |further: &str, changes: &[(&str, &str)]| findings(&stack, &folder, further, changes);
    let setting = |name: &str| stack.stack().settings()[name].clone();

    check(of("", &[]), &[]);
    check(of("", &[("OAUTH_CLIENT_SECRET", "wrong")]), &[("token", "status 401")]);
    check(of("", &[("OAUTH_TOKEN_ENDPOINT", "http://127.0.0.1:9/token")]), &[("tcp", "connection refused")]);
    // An authority that signed nothing here.
    let foreign = folder.path().join("foreign.pem");
    std::fs::write(&foreign, FOREIGN_AUTHORITY).unwrap();
    check(of("", &[("KAFKA_TLS_CA", foreign.to_str().unwrap())]), &[("tls", "is not trusted")]);
    check(
        of(
            "test-probe.core.kafka.security.protocol = SASL_SSL",
            &[("KAFKA_OAUTH_TLS_BOOTSTRAP_SERVERS", &setting("KAFKA_OAUTH_BOOTSTRAP_SERVERS"))],
        ),
        &[("tls", "check that the port is one for TLS")],
    );
    // The listener of certificates wants one.
    check(
        of(
            "test-probe.core.kafka.security { protocol = SSL, tls { certificate-file = \"\", key-file = \"\" } }",
            &[
                ("KAFKA_OAUTH_TLS_BOOTSTRAP_SERVERS", &setting("KAFKA_MTLS_BOOTSTRAP_SERVERS")),
                ("KAFKA_TLS_CERTIFICATE", ""),
                ("KAFKA_TLS_KEY", ""),
            ],
        ),
        &[("tls", "certificate")],
    );
    check(
        of(
            "test-probe.core.kafka.security.sasl-mechanism = SCRAM-SHA-512",
            &[
                ("KAFKA_OAUTH_TLS_BOOTSTRAP_SERVERS", &setting("KAFKA_SASL_TLS_BOOTSTRAP_SERVERS")),
                ("KAFKA_SASL_PASSWORD", "wrong"),
            ],
        ),
        &[("sasl", "credentials")],
    );
    check(of("test-probe.core.schema-registry.auth.type = none", &[]), &[("registry", "status 401")]);
}

#[test]
fn a_right_that_is_missing_is_named_with_the_principal() {
    let Some(stack) = Shared::find() else { return };
    let denied = stack.stack().settings()["KAFKA_DENIED_TOPIC"].clone();
    let directive = format!("topics:\n  - {{ topic: {denied}, role: producer, clientPrincipal: svc-denied }}\n");
    let folder = Folder::new(&["Given I wait 1 second"]).with("topic-directive.yaml", &directive);
    let further = "test-probe.core.kafka { create-topics = false, topic-suffix = \"\" }";
    check(findings(&stack, &folder, further, &[]), &[("topic", "svc-denied")]);
}

/// An authority that signed nothing.
const FOREIGN_AUTHORITY: &str = include_str!("foreign_authority.pem");
