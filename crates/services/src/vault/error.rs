/// Credentials could not be fetched. No text of this type holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// The vault is set up wrongly (`VaultConfigurationException`). Asking again does not help.
    #[error("{reason}")]
    Configuration {
        /// What is wrong, and the key to mend.
        reason: String,
    },
}

impl VaultError {
    /// Whether asking again may help.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Configuration { .. } => false,
        }
    }

    /// Whether configuration or the test itself is at fault, rather than the world.
    pub fn is_bad_input(&self) -> bool {
        matches!(self, Self::Configuration { .. })
    }
}
