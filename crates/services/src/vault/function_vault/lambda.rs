mod credential_chain;

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;
use http::Method;
use reqsign_aws_v4::{Credential, RequestSigner};
use reqsign_core::Signer;
use reqwest::{Client, Url};
use sha2::{Digest, Sha256};
use test_probe_directives::{BlockStorageDirective, KafkaSecurityDirective};

use super::answer::{Answer, CallFailure};
use super::{CallOptions, CredentialsRecipe, Function, FunctionVault, http_client};
use crate::vault::{ProbeVaultService, Variables, VaultError, VaultProvider};

/// A function of AWS Lambda: `test-probe.services.vault.aws` of the configuration.
#[derive(Clone, Debug)]
pub struct LambdaOptions {
    /// The function's ARN, with a version or alias after it if need be.
    pub lambda_arn: String,
    /// The region in which it is invoked.
    pub region: String,
    /// Where Lambda's API is, if not where AWS has it for the region: a VPC endpoint, or a server for tests. The variables
    /// `AWS_ENDPOINT_URL_LAMBDA` and `AWS_ENDPOINT_URL` say the same.
    pub endpoint: Option<String>,
    /// How the function is called.
    pub call: CallOptions,
}

impl LambdaOptions {
    /// The function of this ARN, called with the defaults.
    pub fn new(lambda_arn: impl Into<String>, region: impl Into<String>) -> Self {
        let (lambda_arn, region) = (lambda_arn.into(), region.into());
        Self { lambda_arn, region, endpoint: None, call: CallOptions::default() }
    }
}

/// Credentials from a function of AWS Lambda: one invocation for each topic, signed with the credentials of AWS's default
/// chain: environment, profile, SSO, web identity, a profile's process, container, IMDS.
#[derive(Debug)]
pub struct LambdaVault(FunctionVault<Lambda>);

impl LambdaVault {
    /// Makes the client. Nothing is sent yet, and no AWS credentials are looked for. `environment` is where the chain finds
    /// `AWS_ACCESS_KEY_ID`, `AWS_PROFILE`, `HOME` and the like.
    ///
    /// # Errors
    /// [`VaultError::Configuration`] when the ARN, the region or the endpoint is none, or the Rosetta file lacks a required
    /// field or the template.
    pub fn new(options: LambdaOptions, recipe: CredentialsRecipe, environment: &Variables) -> Result<Self, VaultError> {
        let call = options.call.clone();
        let invocation = invocation_url(&options, environment)?;
        let chain = credential_chain::default_chain(environment)?;
        let signer = chain.signer(RequestSigner::new("lambda", options.region.trim()));
        let function = Lambda { client: http_client::client(&invocation)?, invocation, signer };
        FunctionVault::new(VaultProvider::Aws, function, call, recipe).map(Self)
    }
}

fn invocation_url(options: &LambdaOptions, environment: &Variables) -> Result<Url, VaultError> {
    const KEY: &str = "test-probe.services.vault.aws";
    let refused = |reason: String| Err(VaultError::Configuration { reason });
    let (arn, region) = (options.lambda_arn.trim(), options.region.trim());
    if arn.is_empty() {
        return refused(format!(
            "{KEY}.lambda-arn is empty; set it to such as arn:aws:lambda:eu-west-1:123456789012:function:vault"
        ));
    }
    if region.is_empty() || !region.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return refused(format!("{KEY}.region '{region}' is no region; set it to such as eu-west-1"));
    }
    // These characters stand in a URL's path as they are, which is also how they are signed.
    if !arn.chars().all(|c| c.is_ascii_alphanumeric() || ":-_.$".contains(c)) {
        return refused(format!("{KEY}.lambda-arn '{arn}' is no ARN of a function; copy it from the function's page"));
    }
    let home = arn.strip_prefix("arn:").and_then(|rest| rest.split(':').nth(2));
    if let Some(home) = home.filter(|home| *home != region) {
        return refused(format!(
            "{KEY}.lambda-arn lies in region '{home}', but {KEY}.region is '{region}'; set it to '{home}'"
        ));
    }
    let endpoint = options.endpoint.clone();
    let endpoint = endpoint.or_else(|| environment.get("AWS_ENDPOINT_URL_LAMBDA"));
    let endpoint = endpoint.or_else(|| environment.get("AWS_ENDPOINT_URL")).filter(|text| !text.trim().is_empty());
    let suffix = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    let endpoint = endpoint.unwrap_or_else(|| format!("https://lambda.{region}.{suffix}"));
    let base = endpoint.trim().trim_end_matches('/');
    http_client::address(&format!("{KEY}.endpoint"), &format!("{base}/2015-03-31/functions/{arn}/invocations"))
}

#[async_trait]
impl ProbeVaultService for LambdaVault {
    async fn fetch_security_directives(
        &self,
        directive: &BlockStorageDirective,
    ) -> Result<Vec<KafkaSecurityDirective>, VaultError> {
        self.0.fetch(directive).await
    }
}

struct Lambda {
    client: Client,
    invocation: Url,
    signer: Signer<Credential>,
}

impl Lambda {
    /// An unsigned call cannot be made either, so both failures are told as one.
    const UNSIGNED: &str = "no AWS credentials were found, or none that are valid; set AWS_ACCESS_KEY_ID and \
                            AWS_SECRET_ACCESS_KEY or AWS_PROFILE, or run where a role is given";

    async fn signed(&self, body: Bytes) -> Result<reqwest::Request, CallFailure> {
        let unsigned = || CallFailure::Unsigned(Self::UNSIGNED);
        // The signature covers the body by this header. It is taken as it is, so that it must be there beforehand.
        let hash: String = Sha256::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect();
        let request = http::Request::builder()
            .method(Method::POST)
            .uri(self.invocation.as_str())
            .header(http::header::CONTENT_TYPE, "application/json")
            .header("x-amz-invocation-type", "RequestResponse")
            .header("x-amz-content-sha256", hash)
            .body(())
            .map_err(|_| unsigned())?;
        let (mut head, ()) = request.into_parts();
        // Its error is not handed on: it may repeat what a metadata service or a credentials file said.
        self.signer.sign(&mut head, None).await.map_err(|_| unsigned())?;
        http::Request::from_parts(head, body).try_into().map_err(CallFailure::Transport)
    }
}

#[async_trait]
impl Function for Lambda {
    async fn call(&self, body: &str) -> Result<Answer, CallFailure> {
        let request = self.signed(Bytes::copy_from_slice(body.as_bytes())).await?;
        http_client::send(&self.client, request).await
    }
}

impl fmt::Debug for Lambda {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lambda").field("host", &self.invocation.host_str()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
