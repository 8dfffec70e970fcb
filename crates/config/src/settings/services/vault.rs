use std::path::PathBuf;

use super::{AwsVaultSettings, AzureVaultSettings, GcpVaultSettings, LocalVaultSettings, OAuthSettings};
use crate::settings::{NoValue, Values};

/// Where the credentials of a test's clients come from.
#[derive(Clone, Debug, PartialEq)]
pub struct VaultSettings {
    /// Which vault is asked.
    pub provider: VaultProvider,
    /// The Rosetta file: how a vault is asked, and where credentials stand in its answer. There is one unless the provider
    /// is [`Local`](VaultProvider::Local).
    pub rosetta_mapping_path: Option<PathBuf>,
    /// For [`VaultProvider::Local`].
    pub local: LocalVaultSettings,
    /// For [`VaultProvider::Aws`].
    pub aws: AwsVaultSettings,
    /// For [`VaultProvider::Azure`].
    pub azure: AzureVaultSettings,
    /// For [`VaultProvider::Gcp`].
    pub gcp: GcpVaultSettings,
    /// How clients exchange their credentials for a token.
    pub oauth: OAuthSettings,
}

/// Which vault is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum VaultProvider {
    /// A file on this machine, or nobody.
    #[default]
    Local,
    /// A function of AWS Lambda.
    Aws,
    /// A function of Azure.
    Azure,
    /// A function of Google Cloud.
    Gcp,
}

impl VaultSettings {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self {
            provider: values.get("test-probe.services.vault.provider")?,
            rosetta_mapping_path: values.get("test-probe.services.vault.rosetta-mapping-path")?,
            local: LocalVaultSettings::read(values)?,
            aws: AwsVaultSettings::read(values)?,
            azure: AzureVaultSettings::read(values)?,
            gcp: GcpVaultSettings::read(values)?,
            oauth: OAuthSettings::read(values)?,
        })
    }
}

impl VaultProvider {
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
