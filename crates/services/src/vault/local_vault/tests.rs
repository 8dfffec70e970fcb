use std::io::Write;

use test_probe_directives::{Role, TopicName};

use super::*;

const FILE: &str = r#"
credentials:
  - topic: orders
    clientId: svc-any
    clientSecret: secret-any
  - topic: orders
    role: PRODUCER
    clientId: svc-producer
    clientSecret: secret-producer
  - topic: orders
    clientPrincipal: special
    clientId: svc-special
    clientSecret: secret-special
  - topic: open
    securityProtocol: plaintext
"#;

fn directive(topic: &str, role: Role, principal: &str) -> TopicDirective {
    TopicDirective::new(TopicName::new(topic).unwrap(), role, principal)
}

fn vault(file: Option<&str>, environment: Variables) -> LocalVault {
    let file = file.map(|text| CredentialsFile::parse("vault.yaml", text).unwrap());
    LocalVault { oauth: OAuthOptions::new("https://idp/token").with_scope("kafka"), file, environment }
}

/// Id and secret, or the protocol when there are none.
#[track_caller]
fn handed_out(vault: &LocalVault, directive: &TopicDirective) -> String {
    let security = vault.security(directive).unwrap();
    assert!(security.opens(directive));
    match security.credentials {
        Some(credentials) => {
            assert_eq!(security.security_protocol, SecurityProtocol::SaslSsl);
            assert_eq!(
                (&*credentials.token_endpoint, credentials.scope.as_deref()),
                ("https://idp/token", Some("kafka"))
            );
            let jaas = security.jaas_config.expose();
            assert!(jaas.contains(&credentials.client_id) && jaas.contains(credentials.client_secret.expose()));
            format!("{} {}", credentials.client_id, credentials.client_secret.expose())
        }
        None => security.security_protocol.to_string(),
    }
}

#[test]
fn without_file_and_variables_every_topic_is_plaintext() {
    let vault = LocalVault::plaintext();
    assert_eq!(handed_out(&vault, &directive("orders", Role::Producer, "svc")), "PLAINTEXT");
    assert_eq!(handed_out(&vault, &directive("orders", Role::Consumer, "svc")), "PLAINTEXT");
}

#[test]
fn the_entry_that_says_most_is_taken() {
    let vault = vault(Some(FILE), Variables::none());
    for (topic, role, principal, expected) in [
        ("orders", Role::Producer, "svc", "svc-producer secret-producer"),
        ("orders", Role::Consumer, "svc", "svc-any secret-any"),
        ("orders", Role::Consumer, "special", "svc-special secret-special"),
        ("orders", Role::Producer, "special", "svc-producer secret-producer"),
        ("open", Role::Consumer, "svc", "PLAINTEXT"),
    ] {
        assert_eq!(handed_out(&vault, &directive(topic, role, principal)), expected, "{topic} {role} {principal}");
    }
}

#[test]
fn variables_of_a_topic_win_over_the_file_and_general_ones_fill_its_gaps() {
    let environment = Variables::from([
        ("TEST_PROBE_VAULT_ORDERS_CONSUMER_CLIENT_ID", "env-id"),
        ("TEST_PROBE_VAULT_ORDERS_CONSUMER_CLIENT_SECRET", "env-secret"),
        ("TEST_PROBE_VAULT_ORDER_EVENTS_V1_PRODUCER_CLIENT_SECRET", "dotted"),
        ("TEST_PROBE_VAULT_CLIENT_ID", "general-id"),
        ("TEST_PROBE_VAULT_CLIENT_SECRET", "general-secret"),
    ]);
    let vault = vault(Some(FILE), environment);
    for (topic, role, expected) in [
        ("orders", Role::Consumer, "env-id env-secret"),
        ("orders", Role::Producer, "svc-producer secret-producer"),
        ("order-events.v1", Role::Producer, "svc dotted"),
        ("payments", Role::Consumer, "general-id general-secret"),
        ("open", Role::Consumer, "PLAINTEXT"),
    ] {
        assert_eq!(handed_out(&vault, &directive(topic, role, "svc")), expected, "{topic} {role}");
    }
}

#[test]
fn an_id_without_a_secret_is_refused_and_names_both_variables() {
    let environment = Variables::from([("TEST_PROBE_VAULT_CLIENT_ID", "id"), ("TEST_PROBE_VAULT_CLIENT_SECRET", "")]);
    let error = vault(None, environment).security(&directive("orders", Role::Producer, "svc")).unwrap_err();
    let expected =
        "the environment has TEST_PROBE_VAULT_CLIENT_ID but no TEST_PROBE_VAULT_CLIENT_SECRET; set both or neither";
    assert_eq!((error.to_string().as_str(), error.is_bad_input()), (expected, true));
}

#[test]
fn a_topic_that_the_file_leaves_out_is_an_error_unless_the_file_says_plaintext() {
    let payments = directive("payments", Role::Consumer, "svc");
    let error = vault(Some(FILE), Variables::none()).security(&payments).unwrap_err();
    let expected = "the local vault, asked for consumer topic 'payments', has none: `vault.yaml` has no entry for topic \
                    'payments' as consumer with clientPrincipal 'svc'; add one, or `default: plaintext`";
    assert_eq!(error.to_string(), expected);
    assert!(error.is_bad_input() && !error.is_transient());
    let file = format!("default: plaintext\n{FILE}");
    assert_eq!(handed_out(&vault(Some(&file), Variables::none()), &payments), "PLAINTEXT");
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once_with_their_lines_and_no_secret() {
    let text = "default: open\ncredentials:\n- topic: two words\n  role: publisher\n  clientSecret: hunter2\n- topic: a\n  \
                clientid: x\n  clientId: x\n  clientSecret: [hunter2]\n  securityProtocol: hunter2\n- orders\n\
                - {topic: b, clientId: i, clientSecret: s}\n- {topic: b, clientId: j, clientSecret: s}\n";
    let error = VaultError::from(CredentialsFile::parse("v.yaml", text).unwrap_err());
    let expected = "v.yaml:1: default: the only default is `plaintext`; leave the line out to refuse topics without an entry
v.yaml:3: credentials[0].topic: `two words` is not a topic name; use 1 to 249 letters, digits, `.`, `_` or `-`, and neither `.` nor `..` alone
v.yaml:4: credentials[0].role: a role is `producer` or `consumer`
v.yaml:3: credentials[0].clientId: this is missing; write such as `clientId: svc-orders`
v.yaml:7: credentials[1].clientid: this key is not known; did you mean `clientId`?
v.yaml:10: credentials[1].securityProtocol: a security protocol is SASL_SSL or PLAINTEXT
v.yaml:9: credentials[1].clientSecret: a text belongs here
v.yaml:11: credentials[2]: a mapping belongs here, with the keys topic, role, clientPrincipal, clientId, clientSecret, securityProtocol
v.yaml:13: credentials[4]: an entry above is for the same topic, role and clientPrincipal; leave out one of them";
    assert_eq!(error.to_string(), expected);
    assert!(error.is_bad_input());
}

#[test]
fn a_bare_list_is_a_file_too_and_broken_yaml_names_its_line() {
    let file = CredentialsFile::parse("v.yaml", "- {topic: a, clientId: i, clientSecret: s}\n").unwrap();
    assert!(file.entry(&directive("a", Role::Producer, "p")).is_some());
    let error = CredentialsFile::parse("v.yaml", "credentials:\n - topic: [a\n").unwrap_err().to_string();
    assert!(error.starts_with("v.yaml:"), "{error}");
}

#[test]
fn the_file_is_read_when_the_vault_is_made() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(FILE.as_bytes()).unwrap();
    let options = |path: &std::path::Path| LocalVaultOptions {
        credentials_file: Some(path.to_owned()),
        oauth: OAuthOptions::new("https://idp/token").with_scope("kafka"),
    };
    let vault = LocalVault::new(options(file.path()), Variables::none()).unwrap();
    assert_eq!(handed_out(&vault, &directive("orders", Role::Producer, "svc")), "svc-producer secret-producer");
    assert!(!format!("{vault:?}").contains("secret-"), "{vault:?}");
    let error = LocalVault::new(options("/nowhere/vault.yaml".as_ref()), Variables::none()).unwrap_err();
    assert_eq!(error.to_string(), "the vault's file `/nowhere/vault.yaml` cannot be read");
}

#[test]
fn a_token_endpoint_that_is_none_is_a_configuration_error_that_shows_no_secret() {
    let vault = LocalVault { oauth: OAuthOptions::new("idp"), ..vault(Some(FILE), Variables::none()) };
    let error = vault.security(&directive("orders", Role::Producer, "svc")).unwrap_err().to_string();
    assert!(error.contains("producer topic 'orders'") && error.contains("oauth.token-endpoint"), "{error}");
    assert!(!error.contains("secret-producer"), "{error}");
}
