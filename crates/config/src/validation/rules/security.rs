//! What the chosen way to reach a Kafka cluster needs, and what stands in its way.

use super::{Includes, SECURITY_PROTOCOL as PROTOCOL, Tree, WORLD_KIND, missing_file, must_not_be_blank};
use crate::issue::Issue;
use crate::settings::{Values, WorldKind};
use crate::{SaslMechanism, Secret, SecurityProtocol};

mod without_effect;

const MECHANISM: &str = "test-probe.core.kafka.security.sasl-mechanism";
const USERNAME: &str = "test-probe.core.kafka.security.username";
const PASSWORD: &str = "test-probe.core.kafka.security.password";
const JAAS_CONFIG: &str = "test-probe.core.kafka.security.jaas-config";
const EXTENSIONS: &str = "test-probe.core.kafka.security.sasl-extensions";
const CA_FILE: &str = "test-probe.core.kafka.security.tls.ca-file";
const CA_PEM: &str = "test-probe.core.kafka.security.tls.ca-pem";
const CERTIFICATE_FILE: &str = "test-probe.core.kafka.security.tls.certificate-file";
const CERTIFICATE_PEM: &str = "test-probe.core.kafka.security.tls.certificate-pem";
const KEY_FILE: &str = "test-probe.core.kafka.security.tls.key-file";
const KEY_PEM: &str = "test-probe.core.kafka.security.tls.key-pem";
const KEY_PASSWORD: &str = "test-probe.core.kafka.security.tls.key-password";
const VERIFY_HOST_NAME: &str = "test-probe.core.kafka.security.tls.verify-host-name";
const MSK_REGION: &str = "test-probe.core.kafka.security.msk.region";
const MSK_PROFILE: &str = "test-probe.core.kafka.security.msk.profile";
const MSK_ROLE_ARN: &str = "test-probe.core.kafka.security.msk.role-arn";
const SHARED_CLIENT_ID: &str = "test-probe.services.vault.oauth.client-id";

/// Everything that keeps a cluster from being reached as it is meant. The embedded one is reached in its own way.
pub(super) fn broken(values: &Values, tree: &Tree, includes: &dyn Includes) -> Vec<Issue> {
    if !matches!(values.get(WORLD_KIND), Ok(WorldKind::Cluster)) {
        return Vec::new();
    }
    let login = mechanism_without_sasl(values).into_iter().chain(half_a_login(values)).chain(two_logins(values));
    let login = login.chain(region_that_is_missing(values)).chain(login_that_can_be_read(values));
    let tls = file_and_text(values).into_iter().chain(half_an_identity(values)).chain(texts_that_are_no_pem(values));
    let tls = tls.chain(host_names_unchecked(values)).chain(files_that_are_missing(values, tree, includes));
    login.chain(tls).chain(without_effect::warnings(values, tree)).collect()
}

/// The protocol that the configuration asks for, where it asks for one.
fn protocol(values: &Values) -> Option<SecurityProtocol> {
    values.get(PROTOCOL).ok().flatten()
}

fn has_password(mechanism: SaslMechanism) -> bool {
    matches!(mechanism, SaslMechanism::Plain | SaslMechanism::ScramSha256 | SaslMechanism::ScramSha512)
}

/// Without SASL nobody would be asked who comes, though the mechanism says that somebody should. The default says nothing.
fn mechanism_without_sasl(values: &Values) -> Option<Issue> {
    let (protocol, mechanism): (_, SaslMechanism) = (protocol(values)?, values.get(MECHANISM).ok()?);
    let message = || {
        format!(
            "Kafka SASL mechanism '{mechanism}' cannot be used when the security protocol is '{protocol}', without SASL"
        )
    };
    let suggestion = || format!("Take it away, or set '{PROTOCOL}' to {}", with_sasl(protocol));
    let is_broken = !protocol.has_sasl() && mechanism != SaslMechanism::default();
    is_broken.then(|| Issue::error(MECHANISM, message(), suggestion()))
}

/// What the protocol is with SASL in it.
fn with_sasl(protocol: SecurityProtocol) -> SecurityProtocol {
    if protocol.has_tls() { SecurityProtocol::SaslSsl } else { SecurityProtocol::SaslPlaintext }
}

fn half_a_login(values: &Values) -> Option<Issue> {
    let (username, password): (Option<String>, Option<Secret>) =
        (values.get(USERNAME).ok()?, values.get(PASSWORD).ok()?);
    let (missing, given) = match (username, password) {
        (Some(_), None) => (PASSWORD, USERNAME),
        (None, Some(_)) => (USERNAME, PASSWORD),
        _ => return None,
    };
    must_not_be_blank(missing, &format!("'{given}' is set"), &format!("or take '{given}' away"))
}

/// Which of the two would be used is chance.
fn two_logins(values: &Values) -> Option<Issue> {
    values.get::<Option<Secret>>(JAAS_CONFIG).ok()??;
    let mechanism: SaslMechanism = values.get(MECHANISM).ok()?;
    let is_there = |path| values.get::<Option<String>>(path).is_ok_and(|text| text.is_some());
    if has_password(mechanism) && is_there(USERNAME) {
        let message = format!("Kafka JAAS text cannot be set when '{USERNAME}' is set");
        return Some(Issue::error(JAAS_CONFIG, message, format!("Take one of the two away, such as '{JAAS_CONFIG}'")));
    }
    if mechanism == SaslMechanism::OAuthBearer && is_there(SHARED_CLIENT_ID) {
        let message = format!("'{JAAS_CONFIG}' has no effect when '{SHARED_CLIENT_ID}' is set");
        return Some(Issue::warning(JAAS_CONFIG, message, "Take one of the two away"));
    }
    None
}

fn region_that_is_missing(values: &Values) -> Option<Issue> {
    let mechanism: SaslMechanism = values.get(MECHANISM).ok()?;
    let is_broken = mechanism == SaslMechanism::AwsMskIam && values.is_blank(MSK_REGION);
    let because = format!("SASL mechanism is '{mechanism}'");
    is_broken.then(|| must_not_be_blank(MSK_REGION, &because, &format!("or choose another '{MECHANISM}'")))?
}

fn login_that_can_be_read(values: &Values) -> Option<Issue> {
    protocol(values).filter(|protocol| *protocol == SecurityProtocol::SaslPlaintext)?;
    let mechanism: SaslMechanism = values.get(MECHANISM).ok()?;
    let readable = match mechanism {
        SaslMechanism::Plain => "user and password",
        SaslMechanism::ScramSha256 | SaslMechanism::ScramSha512 => "records",
        _ => "tokens and records",
    };
    let message = format!(
        "Kafka security protocol is 'SASL_PLAINTEXT' with SASL mechanism '{mechanism}': {readable} can be read on the way"
    );
    Some(Issue::warning(PROTOCOL, message, format!("Set '{PROTOCOL}' to SASL_SSL")))
}

/// Which of the two would be used is chance.
fn file_and_text(values: &Values) -> Vec<Issue> {
    let pairs = [(CA_FILE, CA_PEM), (CERTIFICATE_FILE, CERTIFICATE_PEM), (KEY_FILE, KEY_PEM)].into_iter();
    let are_both_there = |(file, text): &(&'static str, &'static str)| is_given(values, file) && is_given(values, text);
    let issue = |(file, text): (&str, &str)| {
        let message = format!("'{text}' cannot be set when '{file}' is set");
        Issue::error(text, message, "Take one of the two away")
    };
    pairs.filter(are_both_there).map(issue).collect()
}

/// A certificate is of no use without its key, nor the key without it.
fn half_an_identity(values: &Values) -> Option<Issue> {
    let first = |paths: [&'static str; 2]| paths.into_iter().find(|path| is_given(values, path));
    let (missing, given) = match (first([CERTIFICATE_FILE, CERTIFICATE_PEM]), first([KEY_FILE, KEY_PEM])) {
        (Some(given), None) => (KEY_FILE, given),
        (None, Some(given)) => (CERTIFICATE_FILE, given),
        _ => return None,
    };
    must_not_be_blank(missing, &format!("'{given}' is set"), &format!("or take '{given}' away"))
}

/// What is wrong with a text must not be shown: it may be the key that belongs into its neighbour.
fn texts_that_are_no_pem(values: &Values) -> Vec<Issue> {
    let text = |path| values.get::<String>(path).unwrap_or_default();
    let key = values.get::<Secret>(KEY_PEM).unwrap_or_else(|_| Secret::new(""));
    let texts = [(CA_PEM, text(CA_PEM)), (CERTIFICATE_PEM, text(CERTIFICATE_PEM))].into_iter();
    let certificates = texts.filter_map(|(path, text)| {
        let (message, suggestion) = match () {
            () if text.contains("PRIVATE KEY-----") => (
                format!("'{path}' holds a private key, which is never hidden there"),
                format!("Move the key to '{KEY_PEM}', or both into files"),
            ),
            () if text.is_empty() || text.contains("-----BEGIN CERTIFICATE-----") => return None,
            () => (
                format!("'{path}' is no certificate in PEM"),
                "Write the text from -----BEGIN CERTIFICATE----- on, between three quotes".to_owned(),
            ),
        };
        Some(Issue::error(path, message, suggestion))
    });
    let is_key = key.is_empty() || (key.expose().contains("-----BEGIN ") && key.expose().contains("PRIVATE KEY-----"));
    let suggestion = "Write the text from -----BEGIN PRIVATE KEY----- on, between three quotes";
    let key = (!is_key).then(|| Issue::error(KEY_PEM, format!("'{KEY_PEM}' is no private key in PEM"), suggestion));
    certificates.chain(key).collect()
}

fn host_names_unchecked(values: &Values) -> Option<Issue> {
    let verifies: bool = values.get(VERIFY_HOST_NAME).ok()?;
    let message = format!(
        "'{VERIFY_HOST_NAME}' is false: anybody with a certificate of a trusted authority could pose as the broker"
    );
    let suggestion = "Take it away, and reach the brokers by the names that their certificates are for";
    (!verifies).then(|| Issue::warning(VERIFY_HOST_NAME, message, suggestion))
}

/// A file is needed where the protocol has TLS. Where the protocol is the credentials' own, a variable may be there for
/// other runs.
fn files_that_are_missing(values: &Values, tree: &Tree, includes: &dyn Includes) -> Vec<Issue> {
    let is_needed = |path: &&str| match protocol(values) {
        Some(protocol) => protocol.has_tls(),
        None => tree.at(path).is_some_and(|value| value.origin.place().is_some()),
    };
    let files = [CA_FILE, CERTIFICATE_FILE, KEY_FILE].into_iter().filter(is_needed);
    files.filter_map(|path| missing_file(values, path, includes)).collect()
}

/// Whether a key says something.
fn is_given(values: &Values, path: &str) -> bool {
    values.has(path) && !values.is_blank(path)
}
