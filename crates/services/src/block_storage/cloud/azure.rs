mod address;

use std::sync::Arc;
use std::time::Duration;

use object_store::azure::MicrosoftAzureBuilder;
use test_probe_directives::Secret;

use self::address::Address;
use super::endpoint::Endpoint;
use super::requests::{RETRY_ATTEMPTS, TIMEOUT, client_options, retries};
use super::stand_in::StandIn;
use crate::block_storage::objects::unusable;
use crate::block_storage::{BlockStorageError, ObjectBlockStorage, ObjectPlace, ObjectPlaces};

/// How Azure's blob storage is reached. Folders are named `https://{account}.blob.core.windows.net/{container}/{prefix}`,
/// and in Azurite `http://{host}:{port}/{account}/{container}/{prefix}`.
///
/// A request is only ever sent to Azure, to the endpoint, or to this machine's own loopback address: whoever may name a
/// test's folder must not be able to have a signed request sent elsewhere.
#[derive(Clone, Debug)]
pub struct AzureOptions {
    /// The storage account that the containers belong to.
    pub account_name: String,
    /// The account's key. Without it: the variables `AZURE_CLIENT_ID`, `AZURE_TENANT_ID` and so on for a service principal
    /// or a workload's identity, and on Azure's own machines the managed identity.
    pub account_key: Option<Secret>,
    /// Where the storage is called instead of `https://{account}.blob.core.windows.net`: Azurite with or without the account
    /// in its path, or a private endpoint.
    pub endpoint: Option<String>,
    /// How long one request may take, its answer included; 30 s.
    pub timeout: Duration,
    /// How often a request that failed for the moment is sent again; 3. All tries of one request end within 4 min.
    pub retry_attempts: usize,
}

const STORAGE: &str = "Azure's blob storage";

impl AzureOptions {
    /// Containers of this account at Azure's own address, reached with the default credentials.
    pub fn new(account_name: impl Into<String>) -> Self {
        Self {
            account_name: account_name.into(),
            account_key: None,
            endpoint: None,
            timeout: TIMEOUT,
            retry_attempts: RETRY_ATTEMPTS,
        }
    }
}

impl ObjectBlockStorage {
    /// Azure's blob storage. Nothing is asked yet; options that cannot be used show themselves at the first fetch.
    pub fn azure(options: AzureOptions) -> Self {
        Self::new(options)
    }
}

impl ObjectPlaces for AzureOptions {
    fn place(&self, bucket: &str) -> Result<ObjectPlace, BlockStorageError> {
        let endpoint = Endpoint::of(self.endpoint.as_deref(), STORAGE)?;
        let key = self.account_key.as_ref().filter(|key| !key.is_empty());
        let Address { service, container, prefix } =
            Address::of(bucket, &self.account_name, endpoint.as_ref(), key.is_some())?;
        let mut builder = match key {
            None => MicrosoftAzureBuilder::from_env().with_use_emulator(false),
            Some(key) => MicrosoftAzureBuilder::new().with_access_key(key.expose()),
        };
        builder = builder
            .with_account(&self.account_name)
            .with_container_name(&container)
            .with_endpoint(service.as_str().to_owned())
            .with_retry(retries(self.timeout, self.retry_attempts))
            .with_client_options(client_options(self.timeout, service.is_plain()));
        if let Some(connector) = StandIn::at(&service, self.timeout) {
            builder = builder.with_http_connector(connector);
        }
        let store = builder.build().map_err(unusable(STORAGE))?;
        Ok(ObjectPlace { store: Arc::new(store), prefix, name: container })
    }
}
