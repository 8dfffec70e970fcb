//! What the chosen way to reach a Schema Registry needs.

use std::collections::BTreeMap;

use super::{load, only_issue, told};
use crate::{Layers, SchemaRegistryAuth, Settings, Severity};

/// The issues of a text in the section, as `severity path: message`, below the section.
fn found(text: &str) -> Vec<String> {
    let issues = told(&format!("test-probe.core.schema-registry {{ {text} }}"));
    issues.iter().map(|issue| issue.replacen("test-probe.core.schema-registry.", "", 1)).collect()
}

#[test]
fn each_auth_type_names_the_credential_that_it_lacks() {
    assert_eq!(
        found("auth { type = basic, username = \" \", password = p }"),
        ["ERROR auth.username: Schema Registry username cannot be empty when auth type is 'basic'"]
    );
    assert_eq!(
        found("auth.type = bearer"),
        ["ERROR auth.token: Schema Registry token cannot be empty when auth type is 'bearer'"]
    );
    assert_eq!(found("auth { type = basic, username = ann }"), [] as [&str; 0]);
    assert_eq!(found("auth { type = bearer, token = t }"), [] as [&str; 0]);
}

#[test]
fn a_missing_credential_is_told_with_its_place_its_variable_and_the_way_out() {
    let issue = only_issue("test-probe.core.schema-registry.auth { type = bearer, token = \"\" }");
    assert_eq!(
        issue.to_string(),
        "[ERROR] Configuration validation issue at 'test-probe.core.schema-registry.auth.token': Schema Registry token \
         cannot be empty when auth type is 'bearer'\n  Suggestion: Set 'test-probe.core.schema-registry.auth.token' or the \
         environment variable SCHEMA_REGISTRY_TOKEN, or choose another 'test-probe.core.schema-registry.auth.type'\n  \
         Origin: t:1:63"
    );
}

#[test]
fn the_environment_completes_the_credentials() {
    let settings = |auth: &str| -> Settings {
        let variables = [
            ("SCHEMA_REGISTRY_USERNAME", "ann"),
            ("SCHEMA_REGISTRY_PASSWORD", "hunter2"),
            ("SCHEMA_REGISTRY_TOKEN", "hunter3"),
        ];
        let environment: BTreeMap<String, String> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let text = format!("test-probe.core.schema-registry.auth.type = {auth}");
        Layers::new().reference().text("t", text).environment(&environment).load().unwrap().settings
    };
    match settings("basic").schema_registry.auth {
        SchemaRegistryAuth::Basic { username, password } => {
            assert_eq!((username.as_str(), password.expose()), ("ann", "hunter2"));
        }
        other => panic!("basic was chosen: {other:?}"),
    }
    match settings("bearer").schema_registry.auth {
        SchemaRegistryAuth::Bearer(token) => assert_eq!(token.expose(), "hunter3"),
        other => panic!("bearer was chosen: {other:?}"),
    }
    assert_eq!(settings("none").schema_registry.auth, SchemaRegistryAuth::None);
}

#[test]
fn a_user_has_no_colon_where_a_password_follows_it() {
    assert_eq!(
        found("auth { type = basic, username = \"ann:smith\" }"),
        ["ERROR auth.username: Schema Registry username cannot hold a ':', which divides it from the password"]
    );
}

#[test]
fn credentials_stand_in_the_address_or_beside_it() {
    let text = |auth: &str, world: &str, url: &str| {
        format!(
            "test-probe.core {{ schema-registry.auth {auth}, world.kind = {world}, kafka.schema-registry-url = \"{url}\" }}"
        )
    };
    let (basic, bearer) = ("{ type = basic, username = ann }", "{ type = bearer, token = t }");
    for (auth, called) in [(basic, "basic"), (bearer, "bearer")] {
        for url in ["https://bob:hunter2@h", "https://a,https://hunter2@h"] {
            let issue = only_issue(&text(auth, "cluster", url));
            assert_eq!(
                (issue.path.as_str(), issue.severity),
                ("test-probe.core.kafka.schema-registry-url", Severity::Error)
            );
            assert_eq!(
                issue.message,
                format!("Schema Registry URL cannot hold a user and a password when auth type is '{called}'")
            );
            assert_eq!(
                issue.suggestion,
                "Take them out of the URL, or set 'test-probe.core.schema-registry.auth.type' to none"
            );
            assert!(!issue.to_string().contains("hunter2"));
        }
        assert_eq!(told(&text(auth, "cluster", "https://a,https://h")), [] as [&str; 0]);
    }
    assert_eq!(told(&text("{}", "cluster", "https://bob:hunter2@h")), [] as [&str; 0]);
    let embedded = told(&text(basic, "embedded", "https://bob:hunter2@h"));
    assert!(
        embedded.iter().all(|issue| issue.starts_with("WARNING")),
        "the embedded world has no such URL: {embedded:?}"
    );
}

#[test]
fn credentials_of_another_type_are_warned_of() {
    assert_eq!(
        found("auth { username = ann, password = p, token = t }"),
        [
            "WARNING auth.username: 'test-probe.core.schema-registry.auth.username' has no effect when auth type is 'none'",
            "WARNING auth.password: 'test-probe.core.schema-registry.auth.password' has no effect when auth type is 'none'",
            "WARNING auth.token: 'test-probe.core.schema-registry.auth.token' has no effect when auth type is 'none'",
        ]
    );
    let issue = only_issue("test-probe.core.schema-registry.auth { type = bearer, token = t, username = ann }");
    assert_eq!(
        (issue.severity, issue.suggestion.as_str()),
        (Severity::Warning, "Take it away, or set 'test-probe.core.schema-registry.auth.type' to basic")
    );
    assert_eq!(found("auth { type = basic, username = ann, password = p, token = \" \" }"), [] as [&str; 0]);
}

#[test]
fn a_certificate_and_its_key_come_together() {
    let issue = only_issue("test-probe.core.schema-registry.tls.certificate-file = c.pem");
    assert_eq!(
        (issue.path.as_str(), issue.severity),
        ("test-probe.core.schema-registry.tls.key-file", Severity::Error)
    );
    assert_eq!(
        issue.message,
        "Schema Registry key file cannot be empty when 'test-probe.core.schema-registry.tls.certificate-file' is set"
    );
    assert_eq!(
        issue.suggestion,
        "Set 'test-probe.core.schema-registry.tls.key-file', or take \
         'test-probe.core.schema-registry.tls.certificate-file' away"
    );
    assert_eq!(
        found("tls { key-file = k.pem, ca-file = ca.pem }"),
        ["ERROR tls.certificate-file: Schema Registry certificate file cannot be empty when \
             'test-probe.core.schema-registry.tls.key-file' is set"]
    );
    let text = "test-probe.core.schema-registry.tls { certificate-file = c.pem, key-file = k.pem }";
    let tls = load(text).unwrap().settings.schema_registry.tls;
    assert_eq!((tls.certificate_file, tls.key_file), (Some("c.pem".into()), Some("k.pem".into())));
    assert_eq!(found("tls.ca-file = ca.pem"), [] as [&str; 0]);
}
