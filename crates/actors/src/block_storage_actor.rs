use std::sync::Arc;
use std::time::Duration;

use actix::Recipient;
use async_trait::async_trait;
use test_probe_directives::{BlockStorageDirective, TestId};
use test_probe_services::ProbeStorageService;
use tracing::{error, info};

use crate::commands::{BlockStorageCommands, ChildGoodToGo, ChildKind, TestExecutionCommands};
use crate::error::{Cause, IllegalState, ProbeExceptions};
use crate::supervision::{Behaviour, Failure, Receive, Reply, Scope, Strategy, Supervise, supervise};
use crate::system_work::{InTime, in_time};
use crate::test_execution_result::TestEnd;

#[cfg(test)]
mod tests;

/// Finishes the evidence of a test: its last entries and its reports, before it is stored.
#[async_trait]
pub trait EvidenceKeeper: Send + Sync {
    /// Writes into the directive's evidence folder how the test ended, and every report.
    ///
    /// # Errors
    /// Whatever keeps the evidence from being whole.
    async fn finish(&self, directive: &BlockStorageDirective, end: TestEnd) -> Result<(), Cause>;
}

/// What a `BlockStorageActor` is handed at birth.
#[derive(Clone)]
pub struct BlockStorageParts {
    /// The test.
    pub test_id: TestId,
    /// The test's actor.
    pub parent: Recipient<TestExecutionCommands>,
    /// Where tests lie.
    pub storage: Arc<dyn ProbeStorageService>,
    /// Who finishes the evidence.
    pub evidence: Arc<dyn EvidenceKeeper>,
    /// How long one call of the storage may take (`test-probe.core.services.timeout`).
    pub timeout: Duration,
}

/// Fetches a test, and stores its evidence at the end.
///
/// Nothing of it is tried again here: the storage does that, where it helps. Any failure stops the actor, and with it the
/// test.
pub struct BlockStorageActor {
    parts: BlockStorageParts,
    is_initialized: bool,
    directive: Option<Box<BlockStorageDirective>>,
}

impl BlockStorageActor {
    /// The actor to be, named `block-storage-{testId}`.
    pub fn supervised(parts: BlockStorageParts) -> Supervise<Self> {
        let name = ChildKind::BlockStorage.actor_name(parts.test_id);
        let make = move || Ok(Self { parts: parts.clone(), is_initialized: false, directive: None });
        supervise(make).on_failure_matching(|_| true, Strategy::stop()).named(name)
    }

    fn fetch(&mut self, bucket: Option<String>, scope: &mut Scope<'_, Self>) -> Result<(), ProbeExceptions> {
        let test_id = self.parts.test_id;
        let Some(bucket) = bucket else {
            let message = format!("a valid bucket is required to fetch test {test_id}; name the folder that holds it");
            return Err(ProbeExceptions::BlockStorageException { message, cause: None });
        };
        let was_fetched = std::mem::replace(&mut self.is_initialized, true);
        self.directive = None;
        let storage = Arc::clone(&self.parts.storage);
        let fetching = async move {
            if was_fetched {
                storage.release(test_id).await;
            }
            storage.fetch_from_block_storage(test_id, &bucket).await
        };
        scope.pipe(in_time(self.parts.timeout, fetching), move |actor, fetched, scope| {
            let directive = fetched.map_err(|cause| actor.failed("Failed to fetch block storage", cause))?;
            info!(
                %test_id,
                bucket = directive.bucket,
                topics = directive.topic_directives.len(),
                "the test's folder is here"
            );
            let directive = Box::new(directive);
            actor.directive = Some(directive.clone());
            let parent = actor.parts.parent.clone();
            scope.tell(
                &parent,
                TestExecutionCommands::BlockStorageFetched { test_id, block_storage_directive: directive },
            );
            let ready = ChildGoodToGo { test_id, child: ChildKind::BlockStorage };
            scope.tell(&parent, TestExecutionCommands::ChildGoodToGo(ready));
            Ok(())
        });
        Ok(())
    }

    fn store(&self, end: TestEnd, scope: &mut Scope<'_, Self>) -> Result<(), Failure> {
        let test_id = self.parts.test_id;
        let directive = match &self.directive {
            Some(directive) => directive.clone(),
            None => {
                error!(%test_id, "evidence cannot be stored before the test was fetched");
                let needs = if self.is_initialized {
                    "LoadToBlockStorage, and wait until the test is fetched"
                } else {
                    "LoadToBlockStorage"
                };
                return Err(IllegalState { message: needs }.into());
            }
        };
        let (storage, evidence) = (Arc::clone(&self.parts.storage), Arc::clone(&self.parts.evidence));
        let timeout = self.parts.timeout;
        let storing = async move {
            let finished = evidence.finish(&directive, end).await;
            // What there is of the evidence is stored even where it is not whole.
            let BlockStorageDirective { bucket, evidence_dir, .. } = &*directive;
            let stored = in_time(timeout, storage.load_to_block_storage(test_id, bucket, evidence_dir)).await;
            finished.map_err(InTime::Failed)?;
            stored
        };
        scope.pipe(storing, move |actor, stored, scope| {
            stored.map_err(|cause| actor.failed("Failed to upload evidence", cause))?;
            info!(%test_id, "Evidence uploaded");
            let parent = actor.parts.parent.clone();
            scope.tell(&parent, TestExecutionCommands::BlockStorageUploadComplete { test_id });
            Ok(())
        });
        Ok(())
    }

    fn failed(&self, what: &str, cause: InTime) -> ProbeExceptions {
        let message = format!("{what} for test {}", self.parts.test_id);
        error!(test_id = %self.parts.test_id, cause = crate::supervision::explain(&cause), "{what}");
        ProbeExceptions::BlockStorageException { message, cause: Some(Arc::new(cause)) }
    }
}

impl Behaviour for BlockStorageActor {
    const KIND: &'static str = "BlockStorageActor";
}

impl Receive<BlockStorageCommands> for BlockStorageActor {
    fn receive(
        &mut self,
        command: BlockStorageCommands,
        _: &mut Reply<()>,
        scope: &mut Scope<'_, Self>,
    ) -> Result<(), Failure> {
        match command {
            BlockStorageCommands::Initialize { bucket } => Ok(self.fetch(bucket, scope)?),
            BlockStorageCommands::LoadToBlockStorage { end } => self.store(end, scope),
            BlockStorageCommands::Stop => {
                info!(test_id = %self.parts.test_id, "Stopping BlockStorageActor");
                scope.stop(Duration::ZERO);
                Ok(())
            }
        }
    }
}

impl std::fmt::Debug for BlockStorageParts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlockStorageParts").field("test_id", &self.test_id).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for BlockStorageActor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlockStorageActor")
            .field("test_id", &self.parts.test_id)
            .field("is_initialized", &self.is_initialized)
            .finish_non_exhaustive()
    }
}
