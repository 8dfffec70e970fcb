//! What the chosen way to reach a Kafka cluster needs.

use super::{load, only_issue, told};
use crate::{Layers, SaslMechanism, SecurityProtocol, Severity};

/// The issues of a text in the section, as `severity path: message`, below the section.
fn found(text: &str) -> Vec<String> {
    let issues = told(&format!("test-probe.core.kafka.security {{ {text} }}"));
    issues.iter().map(|issue| issue.replace("test-probe.core.kafka.security.", "")).collect()
}

const NOTHING: [&str; 0] = [];

#[test]
fn each_protocol_and_each_mechanism_is_read_by_kafkas_name() {
    for protocol in SecurityProtocol::ALL {
        let text = format!("test-probe.core.kafka.security.protocol = {protocol}");
        assert_eq!(load(&text).unwrap().settings.kafka.security.protocol, Some(protocol));
    }
    for mechanism in SaslMechanism::ALL {
        let text = format!(
            "test-probe.core.kafka.security {{ sasl-mechanism = {}, msk.region = eu-west-1 }}",
            mechanism.to_string().to_lowercase()
        );
        assert_eq!(load(&text).unwrap().settings.kafka.security.sasl_mechanism, mechanism);
    }
}

#[test]
fn an_unknown_protocol_or_mechanism_is_told_with_the_nearest() {
    let issue = only_issue("test-probe.core.kafka.security.protocol = SASL-SSL");
    assert_eq!(
        issue.to_string(),
        "[ERROR] Configuration validation issue at 'test-probe.core.kafka.security.protocol': Invalid Kafka security \
         protocol: SASL-SSL. Must be one of: PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL\n  Suggestion: Did you mean SASL_SSL? \
         Set 'test-probe.core.kafka.security.protocol' to one of: PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL\n  Origin: \
         t:1:43"
    );
    let issue = only_issue("test-probe.core.kafka.security.sasl-mechanism = SCRAM-SHA-521");
    assert!(issue.suggestion.starts_with("Did you mean SCRAM-SHA-512? Set"), "{issue}");
    let issue = only_issue("test-probe.core.kafka.security.sasl-mechanism = GSSAPI");
    assert_eq!(
        issue.suggestion,
        "Set 'test-probe.core.kafka.security.sasl-mechanism' to one of: OAUTHBEARER, PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, \
         AWS_MSK_IAM"
    );
    assert_eq!(found("sasl-mechanism = \" \""), ["ERROR sasl-mechanism: Kafka SASL mechanism cannot be empty"]);
}

#[test]
fn a_mechanism_needs_a_protocol_with_sasl() {
    for (protocol, with_sasl) in [("PLAINTEXT", "SASL_PLAINTEXT"), ("SSL", "SASL_SSL")] {
        let issue =
            only_issue(&format!("test-probe.core.kafka.security {{ protocol = {protocol}, sasl-mechanism = PLAIN }}"));
        assert_eq!(
            (issue.path.as_str(), issue.severity),
            ("test-probe.core.kafka.security.sasl-mechanism", Severity::Error)
        );
        assert_eq!(
            issue.message,
            format!(
                "Kafka SASL mechanism 'PLAIN' cannot be used when the security protocol is '{protocol}', without SASL"
            )
        );
        assert_eq!(
            issue.suggestion,
            format!("Take it away, or set 'test-probe.core.kafka.security.protocol' to {with_sasl}")
        );
        assert_eq!(found(&format!("protocol = {protocol}")), NOTHING);
        assert_eq!(
            found(&format!("protocol = {protocol}, sasl-mechanism = OAUTHBEARER")),
            [format!(
                "WARNING sasl-mechanism: 'sasl-mechanism' has no effect when the security protocol is '{protocol}', without SASL"
            )]
        );
    }
    assert_eq!(found("protocol = SASL_SSL, sasl-mechanism = PLAIN"), NOTHING, "the vault may bring the user");
    assert_eq!(found("sasl-mechanism = PLAIN"), NOTHING, "the vault may bring the protocol");
}

#[test]
fn user_and_password_come_together() {
    let issue = only_issue("test-probe.core.kafka.security { sasl-mechanism = PLAIN, username = ann }");
    assert_eq!((issue.path.as_str(), issue.severity), ("test-probe.core.kafka.security.password", Severity::Error));
    assert_eq!(
        issue.message,
        "Kafka SASL password cannot be empty when 'test-probe.core.kafka.security.username' is set"
    );
    assert_eq!(
        issue.suggestion,
        "Set 'test-probe.core.kafka.security.password' or the environment variable KAFKA_SASL_PASSWORD, or take \
         'test-probe.core.kafka.security.username' away"
    );
    assert_eq!(
        found("sasl-mechanism = SCRAM-SHA-256, password = p"),
        ["ERROR username: Kafka SASL username cannot be empty when 'password' is set"]
    );
    assert_eq!(found("sasl-mechanism = SCRAM-SHA-256, username = ann, password = p"), NOTHING);
}

#[test]
fn who_comes_is_said_once() {
    assert_eq!(
        found("sasl-mechanism = PLAIN, username = ann, password = p, jaas-config = j"),
        ["ERROR jaas-config: Kafka JAAS text cannot be set when 'username' is set"]
    );
    assert_eq!(found("sasl-mechanism = PLAIN, jaas-config = j"), NOTHING);
    assert_eq!(found("jaas-config = j"), NOTHING);
    let client = "client-id = c, client-secret = s, token-endpoint = \"https://idp/token\"";
    assert_eq!(
        told(&format!(
            "test-probe.core.kafka.security.jaas-config = j\ntest-probe.services.vault.oauth {{ {client} }}"
        )),
        [
            "WARNING test-probe.core.kafka.security.jaas-config: 'test-probe.core.kafka.security.jaas-config' has no effect \
             when 'test-probe.services.vault.oauth.client-id' is set"
        ]
    );
}

#[test]
fn msk_has_a_region() {
    assert_eq!(
        found("sasl-mechanism = AWS_MSK_IAM"),
        ["ERROR msk.region: MSK region cannot be empty when SASL mechanism is 'AWS_MSK_IAM'"]
    );
    assert_eq!(found("sasl-mechanism = AWS_MSK_IAM, msk { region = eu-west-1, profile = p, role-arn = r }"), NOTHING);
}

#[test]
fn what_can_be_read_on_the_way_is_warned_of() {
    for (mechanism, readable) in
        [("PLAIN", "user and password"), ("SCRAM-SHA-512", "records"), ("OAUTHBEARER", "tokens and records")]
    {
        assert_eq!(
            found(&format!("protocol = SASL_PLAINTEXT, sasl-mechanism = {mechanism}")),
            [format!(
                "WARNING protocol: Kafka security protocol is 'SASL_PLAINTEXT' with SASL mechanism '{mechanism}': {readable} \
                 can be read on the way"
            )]
        );
        assert_eq!(found(&format!("protocol = SASL_SSL, sasl-mechanism = {mechanism}")), NOTHING);
    }
}

#[test]
fn an_unchecked_host_name_is_warned_of() {
    assert_eq!(
        found("protocol = SSL, tls.verify-host-name = false"),
        [
            "WARNING tls.verify-host-name: 'tls.verify-host-name' is false: anybody with a certificate of a trusted authority \
          could pose as the broker"
        ]
    );
    assert_eq!(found("protocol = SSL, tls.verify-host-name = true"), NOTHING);
}

const CERTIFICATE: &str = "\"-----BEGIN CERTIFICATE-----\"";
const KEY: &str = "\"-----BEGIN EC PRIVATE KEY-----\"";

#[test]
fn a_file_and_its_text_exclude_each_other() {
    for (name, pem, companion) in
        [("ca", CERTIFICATE, ""), ("certificate", CERTIFICATE, "key-file = k"), ("key", KEY, "certificate-file = c")]
    {
        assert_eq!(
            found(&format!("tls {{ {name}-file = f.pem, {name}-pem = {pem}, {companion} }}")),
            [format!("ERROR tls.{name}-pem: 'tls.{name}-pem' cannot be set when 'tls.{name}-file' is set")]
        );
        assert_eq!(found(&format!("tls {{ {name}-pem = {pem}, {companion} }}")), NOTHING);
    }
}

#[test]
fn a_certificate_and_its_key_come_together_as_files_or_texts() {
    for (given, missing, called) in [
        ("certificate-file = c", "key-file", "Kafka key file cannot be empty when 'tls.certificate-file'"),
        (
            &format!("certificate-pem = {CERTIFICATE}"),
            "key-file",
            "Kafka key file cannot be empty when 'tls.certificate-pem'",
        ),
        ("key-file = k", "certificate-file", "Kafka certificate file cannot be empty when 'tls.key-file'"),
        (&format!("key-pem = {KEY}"), "certificate-file", "Kafka certificate file cannot be empty when 'tls.key-pem'"),
    ] {
        assert_eq!(found(&format!("tls {{ {given} }}")), [format!("ERROR tls.{missing}: {called} is set")]);
    }
    for (certificate, key) in [
        ("certificate-file = c", "key-file = k"),
        ("certificate-file = c", &format!("key-pem = {KEY}")),
        (&format!("certificate-pem = {CERTIFICATE}"), "key-file = k"),
    ] {
        assert_eq!(found(&format!("tls {{ {certificate}, {key} }}")), NOTHING);
    }
    assert_eq!(
        found("tls.key-password = p"),
        ["WARNING tls.key-password: 'tls.key-password' has no effect without a key"]
    );
}

#[test]
fn a_text_that_is_no_pem_is_refused() {
    assert_eq!(found("tls.ca-pem = ca.pem"), ["ERROR tls.ca-pem: 'tls.ca-pem' is no certificate in PEM"]);
    assert_eq!(
        found("tls { certificate-file = c, key-pem = k.pem }"),
        ["ERROR tls.key-pem: 'tls.key-pem' is no private key in PEM"]
    );
    assert_eq!(
        found(&format!("tls.ca-pem = {CERTIFICATE}{KEY}")),
        ["ERROR tls.ca-pem: 'tls.ca-pem' holds a private key, which is never hidden there"]
    );
}

#[test]
fn what_the_protocol_or_the_mechanism_does_not_look_at_is_warned_of_where_a_file_says_it() {
    let no_effect = |path: &str, when: &str| format!("WARNING {path}: '{path}' has no effect when the {when}");
    assert_eq!(
        found("protocol = PLAINTEXT, username = u, password = p, tls.ca-file = f"),
        [
            no_effect("tls.ca-file", "security protocol is 'PLAINTEXT', without TLS"),
            no_effect("username", "security protocol is 'PLAINTEXT', without SASL"),
            no_effect("password", "security protocol is 'PLAINTEXT', without SASL"),
        ]
    );
    let oauth = "SASL mechanism is 'OAUTHBEARER'";
    assert_eq!(
        found("username = u, password = p, msk.profile = x"),
        [no_effect("username", oauth), no_effect("password", oauth), no_effect("msk.profile", oauth)]
    );
    assert_eq!(
        found("sasl-mechanism = PLAIN, sasl-extensions { a = b }"),
        [no_effect("sasl-extensions", "SASL mechanism is 'PLAIN'")]
    );
    let environment: std::collections::BTreeMap<String, String> =
        [("KAFKA_SASL_USERNAME", "u"), ("KAFKA_SASL_PASSWORD", "p"), ("KAFKA_TLS_CA", "f")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
    let loaded = Layers::new().reference().environment(&environment).text("t", "");
    assert_eq!(loaded.load().unwrap().warnings, []);
}

#[test]
fn the_embedded_world_is_reached_in_its_own_way() {
    let told = told("test-probe.core { world.kind = embedded, kafka.security { protocol = SSL, username = u } }");
    assert_eq!(
        told,
        [
            "WARNING test-probe.core.kafka.security.protocol: 'test-probe.core.kafka.security.protocol' has no effect in the \
             embedded world, which brings its own"
        ]
    );
    assert_eq!(super::told("test-probe.core { world.kind = embedded, kafka.security.protocol = \"\" }"), NOTHING);
}

#[test]
fn extensions_have_names_of_letters_and_visible_values() {
    let extension = |text: &str| found(&format!("sasl-extensions {{ {text} }}"));
    assert_eq!(extension("logicalCluster = lkc-1, identityPoolId = \"pool 1\", Number = 5, none = null"), NOTHING);
    for name in ["auth", "AUTH", "logical-cluster", "x1", "a.b", "\"\"", "ä"] {
        let found = extension(&format!("{name} = v"));
        let name = name.trim_matches('"');
        assert_eq!(
            found,
            [format!("ERROR sasl-extensions.{name}: '{name}' cannot be the name of a Kafka SASL extension")]
        );
    }
    for value in ["\"\"", "\"\\u0001\"", "ä"] {
        let found = extension(&format!("name = {value}"));
        assert_eq!(
            found,
            [
                "ERROR sasl-extensions.name: The value of Kafka SASL extension 'name' is empty or holds what SASL has no room for"
            ]
        );
    }
    assert_eq!(
        extension("name = [1]"),
        ["ERROR sasl-extensions.name: Invalid string format for 'name' of Kafka SASL extensions"]
    );
    assert_eq!(
        found("sasl-extensions = a"),
        ["ERROR sasl-extensions: Invalid object format for Kafka SASL extensions"]
    );
    let loaded = load("test-probe.core.kafka.security.sasl-extensions { logicalCluster = lkc-1, name = 5 }").unwrap();
    let texts: Vec<_> = loaded.settings.kafka.security.sasl_extensions.as_map().clone().into_iter().collect();
    assert_eq!(texts, [("logicalCluster", "lkc-1"), ("name", "5")].map(|(name, text)| (name.into(), text.into())));
}

#[test]
fn properties_that_have_a_key_are_accepted_and_the_key_is_named() {
    let told = |name: &str, value: &str| {
        let issue = only_issue(&format!("test-probe.core.kafka.properties {{ \"{name}\" = \"{value}\" }}"));
        assert_eq!(
            (issue.severity, issue.path),
            (Severity::Warning, format!("test-probe.core.kafka.properties.{name}"))
        );
        (issue.message, issue.suggestion)
    };
    for (name, key) in [
        ("security.protocol", "core.kafka.security.protocol"),
        ("sasl.mechanism", "core.kafka.security.sasl-mechanism"),
        ("sasl.mechanisms", "core.kafka.security.sasl-mechanism"),
        ("sasl.username", "core.kafka.security.username"),
        ("sasl.password", "core.kafka.security.password"),
        ("ssl.ca.location", "core.kafka.security.tls.ca-file"),
        ("ssl.key.pem", "core.kafka.security.tls.key-pem"),
        ("ssl.endpoint.identification.algorithm", "core.kafka.security.tls.verify-host-name"),
        ("sasl.oauthbearer.token.endpoint.url", "services.vault.oauth.token-endpoint"),
        ("sasl.oauthbearer.client.secret", "services.vault.oauth.client-secret"),
    ] {
        assert_eq!(
            told(name, "hunter2"),
            (
                format!(
                    "Kafka client property '{name}' has a key of its own, 'test-probe.{key}'; where the two contradict each other no client is made"
                ),
                format!("Remove it and set 'test-probe.{key}'")
            )
        );
    }
    assert_eq!(
        told("enable.ssl.certificate.verification", "false").0,
        "Kafka client property 'enable.ssl.certificate.verification' is false: anybody could pose as a broker"
    );
    let fine = "\"enable.ssl.certificate.verification\" = true, \"socket.timeout.ms\" = 5, \"ssl.cipher.suites\" = x";
    assert_eq!(super::told(&format!("test-probe.core.kafka.properties {{ {fine} }}")), NOTHING);
}

#[test]
fn every_property_that_has_a_key_names_one() {
    let keys: Vec<&str> = crate::keys::keys().map(|spec| spec.path).collect();
    for (name, key) in crate::check::KEYED {
        assert!(keys.contains(key), "{name}: {key} is no key");
    }
}
