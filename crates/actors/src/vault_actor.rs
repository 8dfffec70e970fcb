use std::sync::Arc;
use std::time::Duration;

use actix::Recipient;
use test_probe_directives::{BlockStorageDirective, TestId};
use test_probe_services::ProbeVaultService;
use tracing::{error, info};

use crate::commands::{ChildGoodToGo, ChildKind, TestExecutionCommands, VaultCommands};
use crate::error::ProbeExceptions;
use crate::supervision::{Behaviour, Failure, Receive, Reply, Scope, Strategy, Supervise, explain, supervise};
use crate::system_work::{InTime, in_time};

#[cfg(test)]
mod tests;

/// What a `VaultActor` is handed at birth.
#[derive(Clone)]
pub struct VaultParts {
    /// The test.
    pub test_id: TestId,
    /// The test's actor.
    pub parent: Recipient<TestExecutionCommands>,
    /// Who hands out credentials.
    pub vault: Arc<dyn ProbeVaultService>,
    /// How long the vault may take for all of a test's topics (`test-probe.core.services.timeout`).
    pub timeout: Duration,
}

/// Fetches the credentials for a test's topics. What it hands on is made of types that cannot print.
///
/// Nothing is tried again here: the vault does that, where it helps. Any failure stops the actor, and with it the test.
pub struct VaultActor {
    parts: VaultParts,
}

impl VaultActor {
    /// The actor to be, named `vault-{testId}`.
    pub fn supervised(parts: VaultParts) -> Supervise<Self> {
        let name = ChildKind::Vault.actor_name(parts.test_id);
        let make = move || Ok(Self { parts: parts.clone() });
        supervise(make).on_failure_matching(|_| true, Strategy::stop()).named(name)
    }

    fn fetch(&self, directive: Box<BlockStorageDirective>, scope: &mut Scope<'_, Self>) {
        let (test_id, vault) = (self.parts.test_id, Arc::clone(&self.parts.vault));
        let fetching = async move { vault.fetch_security_directives(&directive).await };
        scope.pipe(in_time(self.parts.timeout, fetching), move |actor, fetched, scope| {
            let security_directives = fetched.map_err(|cause| actor.failed(cause))?;
            // The list itself is never logged.
            info!(%test_id, credentials = security_directives.len(), "the test's credentials are here");
            let parent = actor.parts.parent.clone();
            scope.tell(&parent, TestExecutionCommands::SecurityFetched { test_id, security_directives });
            let ready = ChildGoodToGo { test_id, child: ChildKind::Vault };
            scope.tell(&parent, TestExecutionCommands::ChildGoodToGo(ready));
            Ok(())
        });
    }

    fn failed(&self, cause: InTime) -> ProbeExceptions {
        let test_id = self.parts.test_id;
        error!(%test_id, cause = explain(&cause), "credentials could not be fetched");
        ProbeExceptions::VaultConsumerException {
            message: format!("Failed to fetch secrets for test {test_id}"),
            cause: Some(Arc::new(cause)),
        }
    }
}

impl Behaviour for VaultActor {
    const KIND: &'static str = "VaultActor";
}

impl Receive<VaultCommands> for VaultActor {
    fn receive(
        &mut self,
        command: VaultCommands,
        _: &mut Reply<()>,
        scope: &mut Scope<'_, Self>,
    ) -> Result<(), Failure> {
        match command {
            VaultCommands::Initialize { block_storage_directive } => self.fetch(block_storage_directive, scope),
            VaultCommands::Stop => {
                info!(test_id = %self.parts.test_id, "Stopping VaultActor");
                scope.stop(Duration::ZERO);
            }
        }
        Ok(())
    }
}

impl std::fmt::Debug for VaultParts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VaultParts").field("test_id", &self.test_id).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for VaultActor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VaultActor").field("test_id", &self.parts.test_id).finish_non_exhaustive()
    }
}
