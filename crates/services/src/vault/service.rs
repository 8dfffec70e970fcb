use std::fmt;

use async_trait::async_trait;
use test_probe_directives::{BlockStorageDirective, KafkaSecurityDirective};

use super::VaultError;

/// Hands out credentials: the Scala system's `ProbeVaultService`.
#[async_trait]
pub trait ProbeVaultService: Send + Sync + fmt::Debug {
    /// The credentials for each of the test's topics, by topic and role, in the order of its topic directives.
    ///
    /// # Errors
    /// [`VaultError`]; the first failure fails the whole. Its text never holds a secret, nor what the vault answered.
    ///
    /// # Cancellation
    /// Requests under way are given up.
    async fn fetch_security_directives(
        &self,
        directive: &BlockStorageDirective,
    ) -> Result<Vec<KafkaSecurityDirective>, VaultError>;

    /// Lets go of connections; nothing is asked afterwards.
    async fn shutdown(&self) {}
}
