use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use test_probe_directives::Secret;

use crate::settings::{NoValue, Values};

/// Where a test's folder lies, and where its evidence goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockStorageSettings {
    /// Which storage holds the folders of tests.
    pub provider: BlockStorageProvider,
    /// What the topic directive of a test is called in its folder.
    pub topic_directive_file_name: String,
    /// For [`BlockStorageProvider::Aws`].
    pub aws: AwsStorageSettings,
    /// For [`BlockStorageProvider::Azure`].
    pub azure: AzureStorageSettings,
    /// For [`BlockStorageProvider::Gcp`].
    pub gcp: GcpStorageSettings,
}

/// Which storage holds the folders of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum BlockStorageProvider {
    /// The file system of this machine.
    #[default]
    Local,
    /// S3, or what speaks like it.
    Aws,
    /// Azure's blob storage.
    Azure,
    /// Google Cloud Storage.
    Gcp,
}

/// S3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsStorageSettings {
    /// The region that the buckets are in. Not empty where this provider is used.
    pub region: String,
    /// Where S3 is called instead of AWS's own address; for a stand-in.
    pub endpoint: Option<String>,
    /// How long one request may take.
    pub timeout: Duration,
    /// How often a request that failed for the moment is sent again.
    pub retry_attempts: NonZeroUsize,
}

/// Azure's blob storage.
#[derive(Clone, Debug)]
pub struct AzureStorageSettings {
    /// The account that the containers belong to. Not empty where this provider is used.
    pub storage_account_name: String,
    /// The account's key. Not empty where this provider is used.
    pub storage_account_key: Secret,
    /// Where the storage is called instead of Azure's own address; for a stand-in.
    pub endpoint: Option<String>,
    /// How long one request may take.
    pub timeout: Duration,
    /// How often a request that failed for the moment is sent again.
    pub retry_attempts: NonZeroUsize,
}

/// Google Cloud Storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GcpStorageSettings {
    /// The project that the buckets belong to. Not empty where this provider is used.
    pub project_id: String,
    /// The key file of the service account that may read and write them. Without one, the machine's own account is used.
    pub service_account_key: Option<PathBuf>,
    /// Where the storage is called instead of Google's own address; for a stand-in.
    pub endpoint: Option<String>,
    /// How long one request may take.
    pub timeout: Duration,
    /// How often a request that failed for the moment is sent again.
    pub retry_attempts: NonZeroUsize,
}

impl BlockStorageSettings {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self {
            provider: values.get("test-probe.services.block-storage.provider")?,
            topic_directive_file_name: values.get("test-probe.services.block-storage.topic-directive-file-name")?,
            aws: AwsStorageSettings {
                region: values.get("test-probe.services.block-storage.aws.region")?,
                endpoint: values.get("test-probe.services.block-storage.aws.endpoint")?,
                timeout: values.get("test-probe.services.block-storage.aws.timeout")?,
                retry_attempts: values.get("test-probe.services.block-storage.aws.retry-attempts")?,
            },
            azure: AzureStorageSettings {
                storage_account_name: values.get("test-probe.services.block-storage.azure.storage-account-name")?,
                storage_account_key: values.get("test-probe.services.block-storage.azure.storage-account-key")?,
                endpoint: values.get("test-probe.services.block-storage.azure.endpoint")?,
                timeout: values.get("test-probe.services.block-storage.azure.timeout")?,
                retry_attempts: values.get("test-probe.services.block-storage.azure.retry-attempts")?,
            },
            gcp: GcpStorageSettings {
                project_id: values.get("test-probe.services.block-storage.gcp.project-id")?,
                service_account_key: values.get("test-probe.services.block-storage.gcp.service-account-key")?,
                endpoint: values.get("test-probe.services.block-storage.gcp.endpoint")?,
                timeout: values.get("test-probe.services.block-storage.gcp.timeout")?,
                retry_attempts: values.get("test-probe.services.block-storage.gcp.retry-attempts")?,
            },
        })
    }
}

/// Secrets are compared by their fingerprints.
impl PartialEq for AzureStorageSettings {
    fn eq(&self, other: &Self) -> bool {
        let Self { storage_account_name, storage_account_key, endpoint, timeout, retry_attempts } = self;
        *storage_account_name == other.storage_account_name
            && storage_account_key.fingerprint() == other.storage_account_key.fingerprint()
            && *endpoint == other.endpoint
            && *timeout == other.timeout
            && *retry_attempts == other.retry_attempts
    }
}

impl Eq for AzureStorageSettings {}

impl BlockStorageProvider {
    /// The word of the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Aws => "aws",
            Self::Azure => "azure",
            Self::Gcp => "gcp",
        }
    }

    pub(in crate::settings) fn of_word(word: &str) -> Option<Self> {
        [Self::Local, Self::Aws, Self::Azure, Self::Gcp].into_iter().find(|provider| provider.as_str() == word)
    }
}
