use std::fmt;

use async_trait::async_trait;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Url};
use test_probe_directives::{BlockStorageDirective, KafkaSecurityDirective, Secret};

use super::answer::{Answer, CallFailure};
use super::{CallOptions, CredentialsRecipe, Function, FunctionVault, http_client};
use crate::vault::{ProbeVaultService, VaultError, VaultProvider};

/// An Azure function and its key: `test-probe.services.vault.azure` of the configuration.
#[derive(Clone, Debug)]
pub struct AzureFunctionOptions {
    /// The function's address; it may hold a key, so that it is a secret too.
    pub function_url: Secret,
    /// The key that goes with each call, in the header `x-functions-key`.
    pub function_key: Secret,
    /// How the function is called.
    pub call: CallOptions,
}

impl AzureFunctionOptions {
    /// The function at this address, called with the defaults.
    pub fn new(function_url: impl Into<String>, function_key: Secret) -> Self {
        Self { function_url: Secret::new(function_url), function_key, call: CallOptions::default() }
    }
}

/// Credentials from an Azure function: a POST with the function's key for each topic.
#[derive(Debug)]
pub struct AzureFunctionVault(FunctionVault<AzureFunction>);

impl AzureFunctionVault {
    /// Makes the client. Nothing is sent yet.
    ///
    /// # Errors
    /// [`VaultError::Configuration`] when the address or the key is none, or the Rosetta file lacks a required field or
    /// the template.
    pub fn new(options: AzureFunctionOptions, recipe: CredentialsRecipe) -> Result<Self, VaultError> {
        let AzureFunctionOptions { function_url, function_key, call } = options;
        let url = http_client::address("test-probe.services.vault.azure.function-url", function_url.expose())?;
        let refused = |what: &str| VaultError::Configuration {
            reason: format!(
                "test-probe.services.vault.azure.function-key {what}; copy it from the function's App keys"
            ),
        };
        if function_key.expose().trim().is_empty() {
            return Err(refused("is empty"));
        }
        let mut key = HeaderValue::from_str(function_key.expose().trim())
            .map_err(|_| refused("holds a character that no HTTP header can"))?;
        key.set_sensitive(true);
        let function = AzureFunction { client: http_client::client(&url)?, url, key };
        FunctionVault::new(VaultProvider::Azure, function, call, recipe).map(Self)
    }
}

#[async_trait]
impl ProbeVaultService for AzureFunctionVault {
    async fn fetch_security_directives(
        &self,
        directive: &BlockStorageDirective,
    ) -> Result<Vec<KafkaSecurityDirective>, VaultError> {
        self.0.fetch(directive).await
    }
}

struct AzureFunction {
    client: Client,
    url: Url,
    key: HeaderValue,
}

#[async_trait]
impl Function for AzureFunction {
    async fn call(&self, body: &str) -> Result<Answer, CallFailure> {
        let request = self.client.post(self.url.clone()).header("x-functions-key", self.key.clone());
        let request = request.header(CONTENT_TYPE, "application/json").body(body.to_owned());
        http_client::send(&self.client, request.build().map_err(CallFailure::Transport)?).await
    }
}

impl fmt::Debug for AzureFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AzureFunction").field("host", &self.url.host_str()).finish_non_exhaustive()
    }
}
