use std::sync::Arc;

use async_trait::async_trait;
use test_probe_directives::{BlockStorageDirective, KafkaSecurityDirective};
use test_probe_services::{ProbeVaultService, VaultError};

use super::Session;
use crate::ExitStatus;

/// The probe's vault, asked for a test.
#[derive(Debug)]
pub(super) struct SessionVault(pub(super) Arc<Session>);

#[async_trait]
impl ProbeVaultService for SessionVault {
    async fn fetch_security_directives(
        &self,
        directive: &BlockStorageDirective,
    ) -> Result<Vec<KafkaSecurityDirective>, VaultError> {
        self.0.core.vault.fetch_security_directives(directive).await.inspect_err(|error| {
            self.0.blame(if error.is_bad_input() { ExitStatus::BadInput } else { ExitStatus::WorldFailed });
        })
    }
}
