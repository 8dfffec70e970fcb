use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use test_probe_directives::Secret;

use super::endpoint::Endpoint;
use super::requests::{RETRY_ATTEMPTS, TIMEOUT, client_options, retries};
use super::stand_in::StandIn;
use crate::block_storage::bucket_text::Described;
use crate::block_storage::objects::unusable;
use crate::block_storage::{BlockStorageError, ObjectBlockStorage, ObjectPlace, ObjectPlaces};

/// How S3, or what speaks like it, is reached. Folders are named `s3://bucket/prefix`.
#[derive(Clone, Debug)]
pub struct S3Options {
    /// The region that the buckets are in.
    pub region: String,
    /// Where S3 is called instead of AWS's own address: MinIO, moto. The bucket then is the first part of the path.
    pub endpoint: Option<String>,
    /// Who asks. Without it: the variables `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, a web
    /// identity, a container's role, the instance's role, in this order. Profiles in files are not read.
    pub credentials: Option<S3Credentials>,
    /// How long one request may take, its answer included; 30 s.
    pub timeout: Duration,
    /// How often a request that failed for the moment is sent again; 3. All tries of one request end within 4 min.
    pub retry_attempts: usize,
}

/// An access key of AWS.
#[derive(Clone, Debug)]
pub struct S3Credentials {
    /// The key's id.
    pub access_key_id: String,
    /// The key.
    pub secret_access_key: Secret,
    /// The token of a session that the key is for.
    pub session_token: Option<Secret>,
}

const S3: Described = Described { storage: "S3", example: "s3://bucket/prefix" };

impl S3Options {
    /// Buckets of this region at AWS's own address.
    pub fn new(region: impl Into<String>) -> Self {
        Self {
            region: region.into(),
            endpoint: None,
            credentials: None,
            timeout: TIMEOUT,
            retry_attempts: RETRY_ATTEMPTS,
        }
    }
}

impl ObjectBlockStorage {
    /// S3. Nothing is asked yet; options that cannot be used show themselves at the first fetch.
    pub fn s3(options: S3Options) -> Self {
        Self::new(options)
    }
}

impl ObjectPlaces for S3Options {
    fn place(&self, bucket: &str) -> Result<ObjectPlace, BlockStorageError> {
        let (name, prefix) = S3.bucket_and_prefix(bucket, "s3")?;
        let endpoint = Endpoint::of(self.endpoint.as_deref(), S3.storage)?;
        let mut builder = match &self.credentials {
            None => AmazonS3Builder::from_env(),
            Some(credentials) => {
                let builder = AmazonS3Builder::new()
                    .with_access_key_id(&credentials.access_key_id)
                    .with_secret_access_key(credentials.secret_access_key.expose());
                match &credentials.session_token {
                    None => builder,
                    Some(token) => builder.with_token(token.expose()),
                }
            }
        };
        builder = builder
            .with_region(&self.region)
            .with_bucket_name(&name)
            .with_retry(retries(self.timeout, self.retry_attempts))
            .with_client_options(client_options(self.timeout, endpoint.as_ref().is_some_and(Endpoint::is_plain)));
        if let Some(endpoint) = endpoint {
            // Both, since an endpoint of S3 alone, which the environment may name, wins over a general one.
            builder = builder
                .with_endpoint(endpoint.as_str())
                .with_config(AmazonS3ConfigKey::S3Endpoint, endpoint.as_str())
                .with_virtual_hosted_style_request(false);
            if let Some(connector) = StandIn::at(&endpoint, self.timeout) {
                builder = builder.with_http_connector(connector);
            }
        }
        let store = builder.build().map_err(unusable(S3.storage))?;
        Ok(ObjectPlace { store: Arc::new(store), prefix, name })
    }
}
