//! What the chosen way to reach a Schema Registry needs, and what stands in its way.

use std::path::PathBuf;

use super::{SCHEMA_REGISTRY_URL, WORLD_KIND};
use crate::SchemaRegistryUrl;
use crate::issue::Issue;
use crate::keys::{KeySpec, keys};
use crate::settings::{SchemaRegistryAuthType as AuthType, Values, WorldKind};

const AUTH_TYPE: &str = "test-probe.core.schema-registry.auth.type";
const USERNAME: &str = "test-probe.core.schema-registry.auth.username";
const PASSWORD: &str = "test-probe.core.schema-registry.auth.password";
const TOKEN: &str = "test-probe.core.schema-registry.auth.token";
const CERTIFICATE_FILE: &str = "test-probe.core.schema-registry.tls.certificate-file";
const KEY_FILE: &str = "test-probe.core.schema-registry.tls.key-file";

/// Everything that keeps the registry from being reached as it is meant.
pub(super) fn broken(values: &Values) -> Vec<Issue> {
    let auth = credential_that_is_missing(values).into_iter().chain(username_with_a_colon(values));
    let auth = auth.chain(two_credentials(values)).chain(credentials_without_effect(values));
    auth.chain(half_an_identity(values)).collect()
}

fn credential_that_is_missing(values: &Values) -> Option<Issue> {
    let auth: AuthType = values.get(AUTH_TYPE).ok()?;
    let path = match auth {
        AuthType::None => return None,
        AuthType::Basic => USERNAME,
        AuthType::Bearer => TOKEN,
    };
    let KeySpec { path, description, variable, .. } = spec(path).filter(|spec| values.is_blank(spec.path))?;
    let or_variable = variable.map(|name| format!(" or the environment variable {name}")).unwrap_or_default();
    let message = format!("{description} cannot be empty when auth type is '{}'", auth.as_str());
    Some(Issue::error(path, message, format!("Set '{path}'{or_variable}, or choose another '{AUTH_TYPE}'")))
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
    let keys = [(USERNAME, AuthType::Basic), (PASSWORD, AuthType::Basic), (TOKEN, AuthType::Bearer)];
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

fn spec(path: &str) -> Option<&'static KeySpec> {
    keys().find(|spec| spec.path == path)
}
