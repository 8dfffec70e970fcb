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

#[test]
fn a_token_is_asked_for_by_the_registrys_own_client_or_by_that_of_all_tokens() {
    let auth = |text: &str| match load(text).unwrap_or_else(|invalid| panic!("{invalid}")).settings.schema_registry.auth
    {
        SchemaRegistryAuth::OAuth { client_id, client_secret, scope } => {
            (client_id, client_secret.map(|secret| secret.expose().to_owned()), scope)
        }
        other => panic!("oauth was chosen: {other:?}"),
    };
    let texts = |id: &str, secret: Option<&str>, scope: Option<&str>| {
        (id.to_owned(), secret.map(str::to_owned), scope.map(str::to_owned))
    };
    let kafka = "test-probe.services.vault.oauth { client-id = kafka, client-secret = k, scope = \"\" }\n";
    let own =
        "test-probe.core.schema-registry.auth { type = oauth, client-id = own, client-secret = o, scope = mine }\n";
    let shared = "test-probe.core.schema-registry.auth { type = oauth, scope = mine }\n";
    assert_eq!(auth(own), texts("own", Some("o"), Some("mine")));
    assert_eq!(auth(&format!("{kafka}{own}")), texts("own", Some("o"), Some("mine")));
    assert_eq!(auth(&format!("{kafka}{shared}")), texts("kafka", Some("k"), Some("mine")));
    let type_alone = "test-probe.core.schema-registry.auth.type = oauth\n";
    assert_eq!(auth(&format!("{kafka}{type_alone}")), texts("kafka", Some("k"), None));
    let scope = "test-probe.services.vault.oauth.scope = \"a b\"\n";
    assert_eq!(auth(&format!("{kafka}{scope}{type_alone}")), texts("kafka", Some("k"), Some("a b")));
    let key = "test-probe.services.vault.oauth { client-authentication = private-key, private-key-file = k.pem }\n";
    let without_secret = "test-probe.core.schema-registry.auth { type = oauth, client-id = own, scope = mine }\n";
    assert_eq!(auth(&format!("{key}{without_secret}")), texts("own", None, Some("mine")));
}

#[test]
fn a_token_needs_a_client_with_its_proof() {
    assert_eq!(
        found("auth.type = oauth"),
        ["ERROR auth.client-id: Schema Registry client id cannot be empty when auth type is 'oauth' and \
          'test-probe.services.vault.oauth.client-id' is empty too"]
    );
    assert_eq!(
        only_issue("test-probe.core.schema-registry.auth.type = oauth").suggestion,
        "Set 'test-probe.services.vault.oauth.client-id' or the environment variable OAUTH_CLIENT_ID, or set \
         'test-probe.core.schema-registry.auth.client-id', or choose another 'test-probe.core.schema-registry.auth.type'"
    );
    assert_eq!(
        found("auth { type = oauth, client-id = c }"),
        ["ERROR auth.client-secret: Schema Registry client secret cannot be empty when \
          'test-probe.core.schema-registry.auth.client-id' is set"]
    );
    assert_eq!(
        found("auth { type = oauth, client-secret = s }"),
        ["ERROR auth.client-id: Schema Registry client id cannot be empty when \
          'test-probe.core.schema-registry.auth.client-secret' is set"]
    );
    let key = "test-probe.services.vault.oauth { client-authentication = private-key, private-key-file = k.pem }\n";
    assert_eq!(
        told(&format!(
            "{key}test-probe.core.schema-registry.auth {{ type = oauth, client-id = c, client-secret = s }}"
        )),
        [
            "ERROR test-probe.core.schema-registry.auth.client-secret: Schema Registry client secret cannot be set when client \
          authentication is 'private-key', which has none"
        ]
    );
    assert_eq!(
        found("auth { client-id = c, scope = s }"),
        ["client-id", "scope"].map(|key| format!(
            "WARNING auth.{key}: 'test-probe.core.schema-registry.auth.{key}' has no effect when auth type is 'none'"
        ))
    );
}

#[test]
fn a_token_over_plain_http_is_warned_of_but_on_this_machine() {
    let told = |auth: &str, url: &str| {
        told(&format!("test-probe.core {{ schema-registry.auth {auth}, kafka.schema-registry-url = \"{url}\" }}"))
    };
    let warning = "WARNING test-probe.core.kafka.schema-registry-url: Schema Registry URL http://127.0.0.1,http://r:8081 is \
                   not https: tokens can be read on the way";
    for auth in ["{ type = bearer, token = t }", "{ type = oauth, client-id = c, client-secret = s }"] {
        assert_eq!(told(auth, "http://127.0.0.1,http://r:8081"), [warning]);
        assert_eq!(told(auth, "http://127.0.0.1,https://r:8081"), [] as [&str; 0]);
    }
    assert_eq!(told("{ type = none }", "http://r:8081"), [] as [&str; 0]);
}
