use std::fmt;
use std::path::PathBuf;

use async_trait::async_trait;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Url};
use test_probe_directives::{BlockStorageDirective, KafkaSecurityDirective, Secret};

use super::answer::{Answer, CallFailure};
use super::{CallOptions, CredentialsRecipe, Function, FunctionVault, http_client};
use crate::vault::{ProbeVaultService, VaultError, VaultProvider};

/// A function of Google Cloud: `test-probe.services.vault.gcp` of the configuration.
#[derive(Clone, Debug)]
pub struct GcpFunctionOptions {
    /// The function's address; it may hold a key, so that it is a secret.
    pub function_url: Secret,
    /// The file with a service account's key. Calls are not authenticated in this version, so that it must be absent.
    pub service_account_key: Option<PathBuf>,
    /// How the function is called.
    pub call: CallOptions,
}

impl GcpFunctionOptions {
    /// The function at this address, called with the defaults.
    pub fn new(function_url: impl Into<String>) -> Self {
        Self { function_url: Secret::new(function_url), service_account_key: None, call: CallOptions::default() }
    }
}

/// Credentials from a function of Google Cloud that lets callers in without authentication, as the Scala system called it:
/// a POST for each topic.
#[derive(Debug)]
pub struct GcpFunctionVault(FunctionVault<GcpFunction>);

impl GcpFunctionVault {
    /// Makes the client. Nothing is sent yet.
    ///
    /// # Errors
    /// [`VaultError::Configuration`] when the address is none, a service account's key is given, or the Rosetta file lacks
    /// a required field or the template.
    pub fn new(options: GcpFunctionOptions, recipe: CredentialsRecipe) -> Result<Self, VaultError> {
        let GcpFunctionOptions { function_url, service_account_key, call } = options;
        if service_account_key.is_some() {
            // Calling without the token that the key is there for would only meet a refusal later.
            let reason = "test-probe.services.vault.gcp.service-account-key cannot be used: calls of GCP functions are \
                          not authenticated in this version; leave it empty and let the function admit the caller by \
                          its network";
            return Err(VaultError::Configuration { reason: reason.to_owned() });
        }
        let url = http_client::address("test-probe.services.vault.gcp.function-url", function_url.expose())?;
        let function = GcpFunction { client: http_client::client(&url)?, url };
        FunctionVault::new(VaultProvider::Gcp, function, call, recipe).map(Self)
    }
}

#[async_trait]
impl ProbeVaultService for GcpFunctionVault {
    async fn fetch_security_directives(
        &self,
        directive: &BlockStorageDirective,
    ) -> Result<Vec<KafkaSecurityDirective>, VaultError> {
        self.0.fetch(directive).await
    }
}

struct GcpFunction {
    client: Client,
    url: Url,
}

#[async_trait]
impl Function for GcpFunction {
    async fn call(&self, body: &str) -> Result<Answer, CallFailure> {
        let request = self.client.post(self.url.clone()).header(CONTENT_TYPE, "application/json").body(body.to_owned());
        http_client::send(&self.client, request.build().map_err(CallFailure::Transport)?).await
    }
}

impl fmt::Debug for GcpFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GcpFunction").field("host", &self.url.host_str()).finish_non_exhaustive()
    }
}
