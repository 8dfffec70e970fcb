//! What a request for a token needs, and what stands in its way.

use super::{Includes, is_private, missing_file, must_not_be_blank};
use crate::Secret;
use crate::issue::Issue;
use crate::service_endpoint::shown;
use crate::settings::{ClientAuthentication, Values};

const TOKEN_ENDPOINT: &str = "test-probe.services.vault.oauth.token-endpoint";
const CLIENT_ID: &str = "test-probe.services.vault.oauth.client-id";
const CLIENT_SECRET: &str = "test-probe.services.vault.oauth.client-secret";
const CLIENT_AUTHENTICATION: &str = "test-probe.services.vault.oauth.client-authentication";
const PRIVATE_KEY_FILE: &str = "test-probe.services.vault.oauth.private-key-file";
const PRIVATE_KEY_ID: &str = "test-probe.services.vault.oauth.private-key-id";
const CA_FILE: &str = "test-probe.services.vault.oauth.ca-file";
const SHARE: &str = "test-probe.services.vault.oauth.refresh.share";
const JITTER: &str = "test-probe.services.vault.oauth.refresh.jitter";

/// The part of a token's life after which there is no time left to try again.
const LATEST_RENEWAL: f64 = 0.95;

/// Everything that keeps tokens from being asked for as it is meant.
pub(super) fn broken(values: &Values, includes: &dyn Includes) -> Vec<Issue> {
    let Ok(how) = values.get::<ClientAuthentication>(CLIENT_AUTHENTICATION) else { return Vec::new() };
    let proof = match how {
        ClientAuthentication::PrivateKey => key_that_is_missing(values).into_iter().chain(secret_beside_a_key(values)),
        _ => half_a_client(values).into_iter().chain(None),
    };
    let proof = proof.chain(key_without_effect(values, how)).chain(token_that_can_be_read(values));
    let files = [PRIVATE_KEY_FILE, CA_FILE].into_iter();
    // A key that nobody uses is told of already.
    let files = files.filter(|path| *path == CA_FILE || how == ClientAuthentication::PrivateKey);
    let proof = proof.chain(files.filter_map(|path| missing_file(values, path, includes)));
    proof.chain(renewal_too_late(values)).chain(renewal_at_once(values)).collect()
}

fn half_a_client(values: &Values) -> Option<Issue> {
    let (id, secret): (Option<String>, Option<Secret>) = (values.get(CLIENT_ID).ok()?, values.get(CLIENT_SECRET).ok()?);
    match (id, secret) {
        (Some(_), None) => {
            let or =
                format!("or set '{CLIENT_AUTHENTICATION}' to private-key and '{PRIVATE_KEY_FILE}' to the client's key");
            must_not_be_blank(CLIENT_SECRET, &format!("'{CLIENT_ID}' is set"), &or)
        }
        (None, Some(_)) => must_not_be_blank(
            CLIENT_ID,
            &format!("'{CLIENT_SECRET}' is set"),
            &format!("or take '{CLIENT_SECRET}' away"),
        ),
        _ => None,
    }
}

fn key_that_is_missing(values: &Values) -> Option<Issue> {
    let or = format!("or choose another '{CLIENT_AUTHENTICATION}'");
    let because = "client authentication is 'private-key'";
    values.is_blank(PRIVATE_KEY_FILE).then(|| must_not_be_blank(PRIVATE_KEY_FILE, because, &or))?
}

fn secret_beside_a_key(values: &Values) -> Option<Issue> {
    values.get::<Option<Secret>>(CLIENT_SECRET).ok()??;
    let message = "OAuth client secret cannot be set when client authentication is 'private-key', which has none";
    let suggestion = format!("Take it away, or set '{CLIENT_AUTHENTICATION}' to basic or body");
    Some(Issue::error(CLIENT_SECRET, message, suggestion))
}

fn key_without_effect(values: &Values, how: ClientAuthentication) -> Vec<Issue> {
    let paths = [PRIVATE_KEY_FILE, PRIVATE_KEY_ID].into_iter();
    let is_set = |path: &&str| values.has(path) && !values.is_blank(path) && how != ClientAuthentication::PrivateKey;
    let issue = |path: &str| {
        let message = format!("'{path}' has no effect when client authentication is '{}'", how.as_str());
        Issue::warning(path, message, format!("Take it away, or set '{CLIENT_AUTHENTICATION}' to private-key"))
    };
    paths.filter(is_set).map(issue).collect()
}

/// Who listens may use a secret for ever, and a token as long as it lives.
fn token_that_can_be_read(values: &Values) -> Option<Issue> {
    let endpoint: String = values.get(TOKEN_ENDPOINT).ok()?;
    let message =
        || format!("OAuth token endpoint {} is not https: secrets and tokens can be read on the way", shown(&endpoint));
    (!is_private(&endpoint)).then(|| Issue::warning(TOKEN_ENDPOINT, message(), "Use a URL that starts with 'https://'"))
}

fn renewal_too_late(values: &Values) -> Option<Issue> {
    let (share, jitter): (f64, f64) = (values.get(SHARE).ok()?, values.get(JITTER).ok()?);
    let message = || {
        format!(
            "OAuth refresh share ({share}) and jitter ({jitter}) together must not exceed {LATEST_RENEWAL}, or a renewal \
             that fails once comes too late"
        )
    };
    // Sums of fractions are not exact.
    let is_broken = share + jitter > LATEST_RENEWAL + 1e-9;
    is_broken.then(|| Issue::error(SHARE, message(), format!("Lower it, or '{JITTER}'")))
}

/// The next renewal would follow the last one without a pause.
fn renewal_at_once(values: &Values) -> Option<Issue> {
    let (share, jitter): (f64, f64) = (values.get(SHARE).ok()?, values.get(JITTER).ok()?);
    let message = || {
        format!(
            "OAuth refresh share ({share}) must be greater than jitter ({jitter}), or a token is renewed as soon as it is \
             there"
        )
    };
    (share <= jitter).then(|| Issue::error(SHARE, message(), format!("Raise it, or lower '{JITTER}'")))
}
