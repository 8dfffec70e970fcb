//! Keys that a file sets though the chosen protocol and mechanism do not look at them. A variable may be there for other
//! runs.

use super::{
    CA_FILE, CA_PEM, CERTIFICATE_FILE, CERTIFICATE_PEM, EXTENSIONS, JAAS_CONFIG, KEY_FILE, KEY_PASSWORD, KEY_PEM,
    MECHANISM, MSK_PROFILE, MSK_REGION, MSK_ROLE_ARN, PASSWORD, PROTOCOL, Tree, USERNAME, Values, has_password,
    is_given, protocol, with_sasl,
};
use crate::SaslMechanism;
use crate::issue::Issue;
use crate::validation::rules::is_set;

const TLS: &[&str] = &[CA_FILE, CA_PEM, CERTIFICATE_FILE, CERTIFICATE_PEM, KEY_FILE, KEY_PEM, KEY_PASSWORD];
const SASL: &[&str] = &[USERNAME, PASSWORD, JAAS_CONFIG, EXTENSIONS, MSK_REGION, MSK_PROFILE, MSK_ROLE_ARN];

pub(super) fn warnings(values: &Values, tree: &Tree) -> Vec<Issue> {
    let mut issues = Vec::new();
    let mut warn = |path: &str, when: &str, suggestion: &str| {
        issues.push(Issue::warning(path, format!("'{path}' has no effect {when}"), suggestion));
    };
    let written = |paths: &'static [&'static str]| {
        paths.iter().copied().filter(|path| is_given(values, path) && is_written(tree, path))
    };
    let protocol = protocol(values);
    if let Some(protocol) = protocol.filter(|protocol| !protocol.has_tls()) {
        let when = format!("when the security protocol is '{protocol}', without TLS");
        let with_tls = if protocol.has_sasl() { "SASL_SSL" } else { "SSL" };
        written(TLS).for_each(|path| warn(path, &when, &format!("Take it away, or set '{PROTOCOL}' to {with_tls}")));
    } else if !is_given(values, KEY_FILE) && !is_given(values, KEY_PEM) {
        let suggestion = format!("Take it away, or set '{KEY_FILE}'");
        written(&[KEY_PASSWORD]).for_each(|path| warn(path, "without a key", &suggestion));
    }
    if let Some(protocol) = protocol.filter(|protocol| !protocol.has_sasl()) {
        let when = format!("when the security protocol is '{protocol}', without SASL");
        let suggestion = format!("Take it away, or set '{PROTOCOL}' to {}", with_sasl(protocol));
        // Any other mechanism is an error.
        let is_default = matches!(values.get(MECHANISM), Ok(SaslMechanism::OAuthBearer));
        let mechanism = written(&[MECHANISM]).filter(|_| is_default);
        mechanism.chain(written(SASL)).for_each(|path| warn(path, &when, &suggestion));
        return issues;
    }
    let Ok(mechanism) = values.get::<SaslMechanism>(MECHANISM) else { return issues };
    let when = format!("when the SASL mechanism is '{mechanism}'");
    if !has_password(mechanism) {
        let suggestion = format!("Take it away, or set '{MECHANISM}' to PLAIN or SCRAM-SHA-512");
        written(&[USERNAME, PASSWORD]).for_each(|path| warn(path, &when, &suggestion));
    }
    if mechanism != SaslMechanism::OAuthBearer {
        let suggestion = format!("Take it away, or set '{MECHANISM}' to OAUTHBEARER");
        written(&[EXTENSIONS]).for_each(|path| warn(path, &when, &suggestion));
    }
    if mechanism != SaslMechanism::AwsMskIam {
        let suggestion = format!("Take it away, or set '{MECHANISM}' to AWS_MSK_IAM");
        written(&[MSK_REGION, MSK_PROFILE, MSK_ROLE_ARN]).for_each(|path| warn(path, &when, &suggestion));
    }
    issues
}

/// Whether a file says it.
fn is_written(tree: &Tree, path: &str) -> bool {
    is_set(tree, path) && tree.at(path).is_some_and(|value| value.origin.place().is_some())
}
