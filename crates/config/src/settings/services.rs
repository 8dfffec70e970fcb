use std::time::Duration;

use super::{NoValue, Values};

mod block_storage;
mod oauth;
mod vault;
mod vault_providers;

pub use block_storage::{
    AwsStorageSettings, AzureStorageSettings, BlockStorageProvider, BlockStorageSettings, GcpStorageSettings,
};
pub use oauth::{ClientAuthentication, OAuthSettings, TokenRefreshSettings};
pub use vault::{VaultProvider, VaultSettings};
pub use vault_providers::{AwsVaultSettings, AzureVaultSettings, GcpVaultSettings, LocalVaultSettings};

/// What a test needs from outside before it can run.
#[derive(Clone, Debug, PartialEq)]
pub struct ServicesSettings {
    /// How long one call of the storage or the vault may take altogether, retries included, as the tree sees it.
    pub timeout: Duration,
    /// Where credentials come from.
    pub vault: VaultSettings,
    /// Where a test's folder lies, and where its evidence goes.
    pub block_storage: BlockStorageSettings,
}

impl ServicesSettings {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self {
            timeout: values.get("test-probe.core.services.timeout")?,
            vault: VaultSettings::read(values)?,
            block_storage: BlockStorageSettings::read(values)?,
        })
    }
}
