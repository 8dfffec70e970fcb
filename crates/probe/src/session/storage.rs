use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use test_probe_directives::{BlockStorageDirective, TestId};
use test_probe_services::{BlockStorageError, ProbeStorageService};

use super::Session;
use crate::ExitStatus;
use crate::session_run::on_cluster;

/// The storage of a test, whose topics get the names of this run and whose evidence goes where the caller says.
#[derive(Debug)]
pub(super) struct SessionStorage(pub(super) Arc<Session>);

#[async_trait]
impl ProbeStorageService for SessionStorage {
    async fn fetch_from_block_storage(
        &self,
        test_id: TestId,
        bucket: &str,
    ) -> Result<BlockStorageDirective, BlockStorageError> {
        let session = &self.0;
        let fetched = session.storage().fetch_from_block_storage(test_id, bucket).await;
        let fetched = fetched.inspect_err(|error| {
            session.blame(if error.is_bad_input() { ExitStatus::BadInput } else { ExitStatus::WorldFailed });
        })?;
        let suffix = &session.core.settings.kafka.topic_suffix;
        Ok(BlockStorageDirective {
            topic_directives: on_cluster(&fetched.topic_directives, suffix, test_id),
            evidence_dir: session.evidence_dir(fetched.evidence_dir),
            ..fetched
        })
    }

    async fn load_to_block_storage(
        &self,
        test_id: TestId,
        bucket: &str,
        evidence_dir: &Path,
    ) -> Result<(), BlockStorageError> {
        // Evidence that its caller wants elsewhere is not taken to where the test lies.
        if self.0.options().evidence.is_some() {
            return Ok(());
        }
        self.0.storage().load_to_block_storage(test_id, bucket, evidence_dir).await
    }

    async fn release(&self, test_id: TestId) {
        self.0.storage().release(test_id).await;
    }
}
