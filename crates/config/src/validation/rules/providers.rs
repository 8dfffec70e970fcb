//! What the chosen vault and the chosen storage need; what the others need is nobody's business.

use std::path::PathBuf;

use super::Tree;
use crate::hocon::ValueKind;
use crate::issue::Issue;
use crate::keys::{KeySpec, keys};
use crate::settings::{BlockStorageProvider, Values, VaultProvider};

const VAULT: &str = "test-probe.services.vault";
const STORAGE: &str = "test-probe.services.block-storage";
const MAPPING: &str = "test-probe.services.vault.rosetta-mapping-path";
/// The default is the Scala system's example, which its files carry too.
const EXAMPLE_ENDPOINT: &str = "https://oauth.company.com/token";
const CREDENTIALS_FILE: &str = "test-probe.services.vault.local.credentials-file";
const CLIENT_ID: &str = "test-probe.services.vault.oauth.client-id";
const TOKEN_ENDPOINT: &str = "test-probe.services.vault.oauth.token-endpoint";

/// Section, provider, and the keys of the section that must not be empty where this provider is chosen.
#[rustfmt::skip]
const NEEDED: &[(&str, &str, &[&str])] = &[
    (VAULT, "aws", &["rosetta-mapping-path", "aws.lambda-arn", "aws.region", "aws.required-fields"]),
    (VAULT, "azure", &["rosetta-mapping-path", "azure.function-url", "azure.function-key", "azure.required-fields"]),
    (VAULT, "gcp", &["rosetta-mapping-path", "gcp.function-url", "gcp.required-fields"]),
    (STORAGE, "aws", &["aws.region"]),
    (STORAGE, "azure", &["azure.storage-account-name", "azure.storage-account-key"]),
    (STORAGE, "gcp", &["gcp.project-id"]),
];

/// Everything that keeps the chosen providers from working.
pub(super) fn incomplete(values: &Values, tree: &Tree) -> Vec<Issue> {
    let chosen = NEEDED.iter().filter(|(section, provider, _)| provider_of(values, section) == Some(provider));
    let needed = chosen.flat_map(|(section, provider, names)| names.iter().map(move |name| (section, provider, name)));
    let missing = needed.filter_map(|(section, provider, name)| {
        let path = format!("{section}.{name}");
        let spec = keys().find(|spec| spec.path == path).filter(|spec| values.is_blank(spec.path))?;
        Some(missing(spec, section, provider))
    });
    missing.chain(mapping_on_a_class_path(values, tree)).chain(token_endpoint_of_nobody(values)).collect()
}

fn missing(spec: &KeySpec, section: &str, provider: &str) -> Issue {
    let KeySpec { path, description, variable, .. } = spec;
    let or_variable = variable.map(|name| format!(" or the environment variable {name}")).unwrap_or_default();
    let message = format!("{description} cannot be empty when provider is '{provider}'");
    Issue::error(path, message, format!("Set '{path}'{or_variable}, or choose another '{section}.provider'"))
}

/// The Scala system's guides name files inside of an archive, which this program does not have.
fn mapping_on_a_class_path(values: &Values, tree: &Tree) -> Option<Issue> {
    cloud_vault(values)?;
    let ValueKind::Scalar(path) = &tree.at(MAPPING)?.kind else { return None };
    let path = path.as_text();
    let message = || format!("Rosetta mapping path '{path}' lies on a class path, which this version does not have");
    let suggestion = "Name a file, relative to the folder of the file that says so";
    path.trim().starts_with("classpath:").then(|| Issue::error(MAPPING, message(), suggestion))
}

/// Clients would send what the vault hands out to the example. The local one hands out nothing without its file.
fn token_endpoint_of_nobody(values: &Values) -> Option<Issue> {
    let file: Option<PathBuf> = values.get(CREDENTIALS_FILE).ok().flatten();
    let client: Option<String> = values.get(CLIENT_ID).ok().flatten();
    let provider = cloud_vault(values).or(file.map(|_| VaultProvider::Local.as_str()));
    let who = match provider {
        Some(provider) => format!("the {provider} vault has credentials"),
        None => client.map(|_| format!("'{CLIENT_ID}' is set"))?,
    };
    values.get::<String>(TOKEN_ENDPOINT).ok().filter(|endpoint| endpoint == EXAMPLE_ENDPOINT)?;
    let message = format!("OAuth token endpoint is the example {EXAMPLE_ENDPOINT}, but {who}");
    let suggestion = format!("Set '{TOKEN_ENDPOINT}' or the environment variable OAUTH_TOKEN_ENDPOINT");
    Some(Issue::warning(TOKEN_ENDPOINT, message, suggestion))
}

fn cloud_vault(values: &Values) -> Option<&'static str> {
    provider_of(values, VAULT).filter(|provider| *provider != VaultProvider::Local.as_str())
}

fn provider_of(values: &Values, section: &str) -> Option<&'static str> {
    match section {
        VAULT => values.get("test-probe.services.vault.provider").ok().map(VaultProvider::as_str),
        _ => values.get("test-probe.services.block-storage.provider").ok().map(BlockStorageProvider::as_str),
    }
}
