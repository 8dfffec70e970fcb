//! What a request for a token needs.

use super::{load, only_issue, told};
use crate::{ClientAuthentication, Severity};

/// The issues of a text in the section, whose endpoint is set, as `severity path: message`, below the section.
fn found(text: &str) -> Vec<String> {
    let issues = told(&format!("test-probe.services.vault.oauth {{ token-endpoint = \"https://idp/token\", {text} }}"));
    issues.iter().map(|issue| issue.replace("test-probe.services.vault.oauth.", "")).collect()
}

const NOTHING: [&str; 0] = [];

#[test]
fn a_client_and_its_secret_come_together() {
    let issue = only_issue("test-probe.services.vault.oauth { token-endpoint = \"https://idp/token\", client-id = c }");
    assert_eq!(
        (issue.path.as_str(), issue.severity),
        ("test-probe.services.vault.oauth.client-secret", Severity::Error)
    );
    assert_eq!(
        issue.message,
        "OAuth client secret cannot be empty when 'test-probe.services.vault.oauth.client-id' is set"
    );
    assert_eq!(
        issue.suggestion,
        "Set 'test-probe.services.vault.oauth.client-secret' or the environment variable OAUTH_CLIENT_SECRET, or set \
         'test-probe.services.vault.oauth.client-authentication' to private-key and \
         'test-probe.services.vault.oauth.private-key-file' to the client's key"
    );
    assert_eq!(
        found("client-secret = s"),
        ["ERROR client-id: OAuth client id cannot be empty when 'client-secret' is set"]
    );
    assert_eq!(found("client-id = c, client-secret = s"), NOTHING);
    assert_eq!(found("client-id = c, client-secret = s, client-authentication = body"), NOTHING);
}

#[test]
fn a_private_key_stands_in_place_of_a_secret() {
    let key = "client-authentication = private-key";
    assert_eq!(found(&format!("client-id = c, {key}, private-key-file = k.pem, private-key-id = kid")), NOTHING);
    assert_eq!(found(&format!("{key}, private-key-file = k.pem")), NOTHING, "the vault may bring the client");
    assert_eq!(
        found(&format!("client-id = c, {key}")),
        ["ERROR private-key-file: OAuth private key file cannot be empty when client authentication is 'private-key'"]
    );
    assert_eq!(
        found(&format!("client-id = c, {key}, private-key-file = k.pem, client-secret = s")),
        [
            "ERROR client-secret: OAuth client secret cannot be set when client authentication is 'private-key', which has none"
        ]
    );
    assert_eq!(
        found("private-key-file = k.pem, private-key-id = kid"),
        ["private-key-file", "private-key-id"]
            .map(|key| format!("WARNING {key}: '{key}' has no effect when client authentication is 'basic'"))
    );
}

#[test]
fn each_word_of_the_authentication_is_the_variant_of_its_name() {
    for how in [ClientAuthentication::Basic, ClientAuthentication::Body, ClientAuthentication::PrivateKey] {
        let word = how.as_str();
        let text =
            format!("test-probe.services.vault.oauth {{ client-authentication = {word}, private-key-file = k }}");
        assert_eq!(load(&text).unwrap().settings.services.vault.oauth.client_authentication, how);
    }
    assert_eq!(
        found("client-authentication = mtls"),
        [
            "ERROR client-authentication: Invalid OAuth client authentication: mtls. Must be one of: basic, body, private-key"
        ]
    );
}

#[test]
fn parameters_are_not_the_grants_own_fields() {
    for (name, key) in [
        ("client_id", Some("client-id")),
        ("client_secret", Some("client-secret")),
        ("scope", Some("scope")),
        ("audience", Some("audience")),
        ("client_assertion", Some("private-key-file")),
        ("client_assertion_type", Some("client-authentication")),
        ("grant_type", None),
    ] {
        let issue = only_issue(&format!("test-probe.services.vault.oauth.parameters {{ {name} = x }}"));
        assert_eq!(issue.path, format!("test-probe.services.vault.oauth.parameters.{name}"));
        assert_eq!(issue.message, format!("OAuth parameter '{name}' is set by the probe itself"));
        let suggestion = match key {
            Some(key) => format!("Remove it and set 'test-probe.services.vault.oauth.{key}'"),
            None => "Remove it; it is always client_credentials".to_owned(),
        };
        assert_eq!(issue.suggestion, suggestion);
    }
    assert_eq!(found("parameters { \"\" = x }"), ["ERROR parameters.: An OAuth parameter has no name"]);
    let text = "test-probe.services.vault.oauth.parameters { resource = \"https://kafka\", urn.x = 5, none = null }";
    let parameters = load(text).unwrap().settings.services.vault.oauth.parameters;
    let texts: Vec<_> = parameters.as_map().clone().into_iter().collect();
    assert_eq!(texts, [("resource", "https://kafka"), ("urn.x", "5")].map(|(name, text)| (name.into(), text.into())));
}

#[test]
fn a_renewal_comes_neither_at_once_nor_too_late() {
    let refresh = |text: &str| found(&format!("refresh {{ {text} }}"));
    for fine in ["share = 0.85, jitter = 0.1", "share = 0.95, jitter = 0", "share = 0.2, jitter = 0.1"] {
        assert_eq!(refresh(fine), NOTHING, "{fine}");
    }
    assert_eq!(
        refresh("share = 0.86"),
        [
            "ERROR refresh.share: OAuth refresh share (0.86) and jitter (0.1) together must not exceed 0.95, or a renewal that \
          fails once comes too late"
        ]
    );
    assert_eq!(
        refresh("share = 0.1"),
        [
            "ERROR refresh.share: OAuth refresh share (0.1) must be greater than jitter (0.1), or a token is renewed as soon as \
          it is there"
        ]
    );
    for key in ["share", "jitter"] {
        let found = refresh(&format!("{key} = 1.1"));
        assert_eq!(found, [format!("ERROR refresh.{key}: OAuth refresh {key} must be from 0 to 1, got 1.1")]);
    }
}

#[test]
fn pauses_do_not_shrink_and_leave_time_for_an_answer() {
    assert_eq!(
        found("refresh { initial-backoff = 11s, max-backoff = 10s }"),
        [
            "ERROR refresh.max-backoff: OAuth refresh max backoff (10000 ms) must not be less than OAuth refresh initial \
          backoff (11000 ms)"
        ]
    );
    assert_eq!(found("refresh { initial-backoff = 10s, max-backoff = 10s }"), NOTHING);
    assert_eq!(
        found("request-timeout = 30s"),
        [
            "WARNING refresh.margin: OAuth refresh margin (30000 ms) should be more than OAuth request timeout (30000 ms), or \
          an answer that comes late finds the old token at its end"
        ]
    );
    assert_eq!(
        found("refresh.max-backoff = 30s"),
        [
            "WARNING refresh.margin: OAuth refresh margin (30000 ms) should be more than OAuth refresh max backoff (30000 ms), \
          or one pause outlasts the token"
        ]
    );
}

#[test]
fn tokens_over_plain_http_are_warned_of_but_on_this_machine() {
    let told = |endpoint: &str| told(&format!("test-probe.services.vault.oauth.token-endpoint = \"{endpoint}\""));
    for private in [
        "https://idp/token",
        "http://localhost:8080/token",
        "http://idp.localhost/token",
        "http://127.0.0.2/token",
        "http://[::1]:80/token",
    ] {
        assert_eq!(told(private), NOTHING, "{private}");
    }
    for open in ["http://idp/token?key=***", "http://10.0.0.1/token", "http://localhost.example.com/", "http://[::2]/t"]
    {
        assert_eq!(
            told(open),
            [format!(
                "WARNING test-probe.services.vault.oauth.token-endpoint: OAuth token endpoint {} is not https: secrets and \
                 tokens can be read on the way",
                open.replace("key=", "")
            )]
        );
    }
}

#[test]
fn the_example_of_a_token_endpoint_is_doubtful_where_there_is_a_client() {
    assert_eq!(
        told("test-probe.services.vault.oauth { client-id = c, client-secret = s }"),
        ["WARNING test-probe.services.vault.oauth.token-endpoint: OAuth token endpoint is the example \
             https://oauth.company.com/token, but 'test-probe.services.vault.oauth.client-id' is set"]
    );
}
