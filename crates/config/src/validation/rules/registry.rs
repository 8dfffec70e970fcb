//! What the chosen way to reach a Schema Registry needs, and what stands in its way.

use std::path::PathBuf;

use super::{SCHEMA_REGISTRY_URL, WORLD_KIND, is_private, must_not_be_blank, spec};
use crate::issue::Issue;
use crate::settings::{ClientAuthentication, SchemaRegistryAuthType as AuthType, Values, WorldKind};
use crate::{SchemaRegistryUrl, Secret};

const AUTH_TYPE: &str = "test-probe.core.schema-registry.auth.type";
const USERNAME: &str = "test-probe.core.schema-registry.auth.username";
const PASSWORD: &str = "test-probe.core.schema-registry.auth.password";
const TOKEN: &str = "test-probe.core.schema-registry.auth.token";
const CLIENT_ID: &str = "test-probe.core.schema-registry.auth.client-id";
const CLIENT_SECRET: &str = "test-probe.core.schema-registry.auth.client-secret";
const SCOPE: &str = "test-probe.core.schema-registry.auth.scope";
const SHARED_CLIENT_ID: &str = "test-probe.services.vault.oauth.client-id";
const CLIENT_AUTHENTICATION: &str = "test-probe.services.vault.oauth.client-authentication";
const CERTIFICATE_FILE: &str = "test-probe.core.schema-registry.tls.certificate-file";
const KEY_FILE: &str = "test-probe.core.schema-registry.tls.key-file";

/// Everything that keeps the registry from being reached as it is meant.
pub(super) fn broken(values: &Values) -> Vec<Issue> {
    let auth = credential_that_is_missing(values).into_iter().chain(username_with_a_colon(values));
    let auth = auth.chain(two_credentials(values)).chain(credentials_without_effect(values));
    let auth = auth.chain(client_that_is_not_whole(values)).chain(token_that_can_be_read(values));
    auth.chain(half_an_identity(values)).collect()
}

fn credential_that_is_missing(values: &Values) -> Option<Issue> {
    let auth: AuthType = values.get(AUTH_TYPE).ok()?;
    let path = match auth {
        AuthType::None | AuthType::OAuth => return None,
        AuthType::Basic => USERNAME,
        AuthType::Bearer => TOKEN,
    };
    let because = format!("auth type is '{}'", auth.as_str());
    values.is_blank(path).then(|| must_not_be_blank(path, &because, &format!("or choose another '{AUTH_TYPE}'")))?
}

/// The registry's own client, or that of all tokens, each with its own proof.
fn client_that_is_not_whole(values: &Values) -> Option<Issue> {
    values.get(AUTH_TYPE).ok().filter(|auth: &AuthType| *auth == AuthType::OAuth)?;
    let how: ClientAuthentication = values.get(CLIENT_AUTHENTICATION).ok()?;
    let (own, shared): (Option<String>, Option<String>) =
        (values.get(CLIENT_ID).ok()?, values.get(SHARED_CLIENT_ID).ok()?);
    let secret: Option<Secret> = values.get(CLIENT_SECRET).ok()?;
    match (own, secret) {
        (_, Some(_)) if how == ClientAuthentication::PrivateKey => {
            let message = "Schema Registry client secret cannot be set when client authentication is 'private-key', which \
                           has none";
            let suggestion = format!("Take it away, or set '{CLIENT_AUTHENTICATION}' to basic or body");
            Some(Issue::error(CLIENT_SECRET, message, suggestion))
        }
        (None, Some(_)) => must_not_be_blank(
            CLIENT_ID,
            &format!("'{CLIENT_SECRET}' is set"),
            &format!("or take '{CLIENT_SECRET}' away"),
        ),
        (Some(_), None) if how != ClientAuthentication::PrivateKey => {
            must_not_be_blank(CLIENT_SECRET, &format!("'{CLIENT_ID}' is set"), &format!("or take '{CLIENT_ID}' away"))
        }
        (None, None) if shared.is_none() => {
            let message = format!(
                "Schema Registry client id cannot be empty when auth type is 'oauth' and '{SHARED_CLIENT_ID}' is empty too"
            );
            let suggestion = format!(
                "Set '{SHARED_CLIENT_ID}' or the environment variable OAUTH_CLIENT_ID, or set '{CLIENT_ID}', or choose \
                 another '{AUTH_TYPE}'"
            );
            Some(Issue::error(CLIENT_ID, message, suggestion))
        }
        _ => None,
    }
}

/// Who listens may use a token as long as it lives.
fn token_that_can_be_read(values: &Values) -> Option<Issue> {
    let (auth, kind): (AuthType, WorldKind) = (values.get(AUTH_TYPE).ok()?, values.get(WORLD_KIND).ok()?);
    let urls: SchemaRegistryUrl = values.get(SCHEMA_REGISTRY_URL).ok()?;
    let is_sent = matches!(auth, AuthType::Bearer | AuthType::OAuth) && kind == WorldKind::Cluster;
    let is_broken = is_sent && !urls.urls().all(is_private);
    let message = || format!("Schema Registry URL {urls} is not https: tokens can be read on the way");
    is_broken.then(|| Issue::warning(SCHEMA_REGISTRY_URL, message(), "Use a URL that starts with 'https://'"))
}

/// Who reads the header takes what stands before the first colon for the user, and the rest for the password.
fn username_with_a_colon(values: &Values) -> Option<Issue> {
    let (auth, username): (AuthType, String) = (values.get(AUTH_TYPE).ok()?, values.get(USERNAME).ok()?);
    let message = "Schema Registry username cannot hold a ':', which divides it from the password";
    let suggestion = format!("Put the user alone into '{USERNAME}', and the password into '{PASSWORD}'");
    (auth == AuthType::Basic && username.contains(':')).then(|| Issue::error(USERNAME, message, suggestion))
}

/// A request has one header for credentials. Which of the two would be sent is chance, and the other might be meant.
fn two_credentials(values: &Values) -> Option<Issue> {
    let (auth, kind): (AuthType, WorldKind) = (values.get(AUTH_TYPE).ok()?, values.get(WORLD_KIND).ok()?);
    let url: SchemaRegistryUrl = values.get(SCHEMA_REGISTRY_URL).ok()?;
    let message =
        || format!("Schema Registry URL cannot hold a user and a password when auth type is '{}'", auth.as_str());
    let suggestion = || format!("Take them out of the URL, or set '{AUTH_TYPE}' to none");
    let is_broken = auth != AuthType::None && kind == WorldKind::Cluster && url.has_credentials();
    is_broken.then(|| Issue::error(SCHEMA_REGISTRY_URL, message(), suggestion()))
}

/// Who gives a user and forgets the type would be refused by the registry, and look for the reason there.
fn credentials_without_effect(values: &Values) -> Vec<Issue> {
    let Ok(auth) = values.get::<AuthType>(AUTH_TYPE) else { return Vec::new() };
    let keys = [
        (USERNAME, AuthType::Basic),
        (PASSWORD, AuthType::Basic),
        (TOKEN, AuthType::Bearer),
        (CLIENT_ID, AuthType::OAuth),
        (CLIENT_SECRET, AuthType::OAuth),
        (SCOPE, AuthType::OAuth),
    ];
    let unused = keys.iter().filter(|(path, wanted)| *wanted != auth && values.has(path) && !values.is_blank(path));
    let issue = |(path, wanted): &(&str, AuthType)| {
        let message = format!("'{path}' has no effect when auth type is '{}'", auth.as_str());
        Issue::warning(path, message, format!("Take it away, or set '{AUTH_TYPE}' to {}", wanted.as_str()))
    };
    unused.map(issue).collect()
}

/// A certificate is of no use without its key, nor the key without it.
fn half_an_identity(values: &Values) -> Option<Issue> {
    let certificate: Option<PathBuf> = values.get(CERTIFICATE_FILE).ok()?;
    let key: Option<PathBuf> = values.get(KEY_FILE).ok()?;
    let (missing, given) = match (certificate, key) {
        (Some(_), None) => (KEY_FILE, CERTIFICATE_FILE),
        (None, Some(_)) => (CERTIFICATE_FILE, KEY_FILE),
        _ => return None,
    };
    let message = format!("{} cannot be empty when '{given}' is set", spec(missing)?.description);
    Some(Issue::error(missing, message, format!("Set '{missing}', or take '{given}' away")))
}
