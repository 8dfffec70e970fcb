use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use test_probe_directives::Secret;

use crate::FunctionUrl;
use crate::settings::{NoValue, Values};

/// The vault that is a file on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalVaultSettings {
    /// The file. Without one, clients connect as `test-probe.core.kafka.security` says, with its credentials.
    pub credentials_file: Option<PathBuf>,
}

/// The vault that is a function of AWS Lambda.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsVaultSettings {
    /// The function. Not empty where this provider is used.
    pub lambda_arn: String,
    /// The region that the function is in. Not empty where this provider is used.
    pub region: String,
    /// Where the function is called instead of AWS's own address; for a stand-in.
    pub endpoint: Option<String>,
    /// How long one call may take.
    pub timeout: Duration,
    /// How often a call that failed for the moment is made again.
    pub retry_attempts: NonZeroUsize,
    /// Which credentials the answer must hold.
    pub required_fields: Vec<String>,
}

/// The vault that is a function of Azure.
#[derive(Clone, Debug)]
pub struct AzureVaultSettings {
    /// The function's address. There is one where this provider is used.
    pub function_url: Option<FunctionUrl>,
    /// What lets a caller in. Not empty where this provider is used.
    pub function_key: Secret,
    /// How long one call may take.
    pub timeout: Duration,
    /// How often a call that failed for the moment is made again.
    pub retry_attempts: NonZeroUsize,
    /// Which credentials the answer must hold.
    pub required_fields: Vec<String>,
}

/// The vault that is a function of Google Cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GcpVaultSettings {
    /// The function's address. There is one where this provider is used.
    pub function_url: Option<FunctionUrl>,
    /// The key file of the service account that may call it. Without one, the machine's own account is used.
    pub service_account_key: Option<PathBuf>,
    /// How long one call may take.
    pub timeout: Duration,
    /// How often a call that failed for the moment is made again.
    pub retry_attempts: NonZeroUsize,
    /// Which credentials the answer must hold.
    pub required_fields: Vec<String>,
}

impl LocalVaultSettings {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self { credentials_file: values.get("test-probe.services.vault.local.credentials-file")? })
    }
}

impl AwsVaultSettings {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self {
            lambda_arn: values.get("test-probe.services.vault.aws.lambda-arn")?,
            region: values.get("test-probe.services.vault.aws.region")?,
            endpoint: values.get("test-probe.services.vault.aws.endpoint")?,
            timeout: values.get("test-probe.services.vault.aws.timeout")?,
            retry_attempts: values.get("test-probe.services.vault.aws.retry-attempts")?,
            required_fields: values.get("test-probe.services.vault.aws.required-fields")?,
        })
    }
}

impl AzureVaultSettings {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self {
            function_url: values.get("test-probe.services.vault.azure.function-url")?,
            function_key: values.get("test-probe.services.vault.azure.function-key")?,
            timeout: values.get("test-probe.services.vault.azure.timeout")?,
            retry_attempts: values.get("test-probe.services.vault.azure.retry-attempts")?,
            required_fields: values.get("test-probe.services.vault.azure.required-fields")?,
        })
    }
}

/// Secrets are compared by their fingerprints.
impl PartialEq for AzureVaultSettings {
    fn eq(&self, other: &Self) -> bool {
        let Self { function_url, function_key, timeout, retry_attempts, required_fields } = self;
        *function_url == other.function_url
            && function_key.fingerprint() == other.function_key.fingerprint()
            && *timeout == other.timeout
            && *retry_attempts == other.retry_attempts
            && *required_fields == other.required_fields
    }
}

impl Eq for AzureVaultSettings {}

impl GcpVaultSettings {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self {
            function_url: values.get("test-probe.services.vault.gcp.function-url")?,
            service_account_key: values.get("test-probe.services.vault.gcp.service-account-key")?,
            timeout: values.get("test-probe.services.vault.gcp.timeout")?,
            retry_attempts: values.get("test-probe.services.vault.gcp.retry-attempts")?,
            required_fields: values.get("test-probe.services.vault.gcp.required-fields")?,
        })
    }
}
