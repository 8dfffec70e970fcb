use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use object_store::StaticCredentialProvider;
use object_store::gcp::{GcpCredential, GoogleCloudStorageBuilder};

use super::endpoint::Endpoint;
use super::requests::{RETRY_ATTEMPTS, TIMEOUT, client_options, retries};
use super::stand_in::StandIn;
use crate::block_storage::bucket_text::Described;
use crate::block_storage::objects::unusable;
use crate::block_storage::{BlockStorageError, ObjectBlockStorage, ObjectPlace, ObjectPlaces};

/// How Google Cloud Storage is reached. Folders are named `gs://bucket/prefix`.
#[derive(Clone, Debug)]
pub struct GcsOptions {
    /// The project that the buckets belong to. Objects are found by their bucket alone, whose name is the only one in the
    /// world, so this is for log records.
    pub project_id: String,
    /// The key file of the service account that asks, as Google Cloud hands it out (JSON). Without it: the application
    /// default credentials, and on Google's own machines the machine's account.
    pub service_account_key: Option<PathBuf>,
    /// Where the storage is called instead of Google's own address. At a plain `http://` address without a key file
    /// requests carry no credentials: that is how emulators want it, and a token sent in the clear is a token lost.
    pub endpoint: Option<String>,
    /// How long one request may take, its answer included; 30 s.
    pub timeout: Duration,
    /// How often a request that failed for the moment is sent again; 3. All tries of one request end within 4 min.
    pub retry_attempts: usize,
}

const GCS: Described = Described { storage: "Google Cloud Storage", example: "gs://bucket/prefix" };

impl GcsOptions {
    /// Buckets of this project at Google's own address, reached with the default credentials.
    pub fn new(project_id: impl Into<String>) -> Self {
        Self {
            project_id: project_id.into(),
            service_account_key: None,
            endpoint: None,
            timeout: TIMEOUT,
            retry_attempts: RETRY_ATTEMPTS,
        }
    }
}

impl ObjectBlockStorage {
    /// Google Cloud Storage. Nothing is asked yet; options that cannot be used show themselves at the first fetch.
    pub fn gcs(options: GcsOptions) -> Self {
        Self::new(options)
    }
}

impl ObjectPlaces for GcsOptions {
    fn place(&self, bucket: &str) -> Result<ObjectPlace, BlockStorageError> {
        let (name, prefix) = GCS.bucket_and_prefix(bucket, "gs")?;
        tracing::debug!(project = self.project_id, bucket = name, "a bucket of Google Cloud Storage");
        let endpoint = Endpoint::of(self.endpoint.as_deref(), GCS.storage)?;
        let is_plain = endpoint.as_ref().is_some_and(Endpoint::is_plain);
        let mut builder = GoogleCloudStorageBuilder::new()
            .with_bucket_name(&name)
            .with_retry(retries(self.timeout, self.retry_attempts))
            .with_client_options(client_options(self.timeout, is_plain));
        if let Some(endpoint) = &endpoint {
            builder = builder.with_base_url(endpoint.as_str());
            if let Some(connector) = StandIn::at(endpoint, self.timeout) {
                builder = builder.with_http_connector(connector);
            }
        }
        let store = match &self.service_account_key {
            Some(file) => builder.with_service_account_key(key_in(file)?).build().map_err(|_| refuse(file)),
            None => {
                if is_plain {
                    // The credentials are never asked for; given ones keep the default ones from being looked for.
                    let nobody = StaticCredentialProvider::new(GcpCredential { bearer: String::new() });
                    builder = builder.with_credentials(Arc::new(nobody)).with_skip_signature(true);
                }
                builder.build().map_err(unusable(GCS.storage))
            }
        };
        Ok(ObjectPlace { store: Arc::new(store?), prefix, name })
    }
}

/// Reads the key file for every place anew, so that a rotated key is used.
fn key_in(file: &Path) -> Result<String, BlockStorageError> {
    fs::read_to_string(file).map_err(|error| BlockStorageError::InvalidSettings {
        storage: GCS.storage,
        reason: format!("the service account's key file `{}` cannot be read: {error}", file.display()),
    })
}

/// The parser's own words are left out, since they may repeat the key.
fn refuse(file: &Path) -> BlockStorageError {
    BlockStorageError::InvalidSettings {
        storage: GCS.storage,
        reason: format!(
            "`{}` is no key of a service account; name the JSON file that Google Cloud hands out",
            file.display()
        ),
    }
}
