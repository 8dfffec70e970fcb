use std::fmt;
use std::path::Path;

use async_trait::async_trait;
use test_probe_directives::{BlockStorageDirective, TestId};

use super::BlockStorageError;

/// Fetches tests and keeps their evidence: the Scala system's `ProbeStorageService`.
#[async_trait]
pub trait ProbeStorageService: Send + Sync + fmt::Debug {
    /// Brings the test's folder to this machine, checks that it holds features and a directive, and says where it is and
    /// what it orders. `bucket` is the text with which the caller named the folder.
    ///
    /// # Errors
    /// [`BlockStorageError`]; whatever was brought here is deleted again.
    ///
    /// # Cancellation
    /// What was brought here so far is deleted by [`release`](Self::release).
    async fn fetch_from_block_storage(
        &self,
        test_id: TestId,
        bucket: &str,
    ) -> Result<BlockStorageDirective, BlockStorageError>;

    /// Takes every file below `evidence_dir` to `{bucket}/evidence/`, relative paths kept. May be called again.
    ///
    /// # Errors
    /// [`BlockStorageError`]; the evidence stays where it is on this machine.
    async fn load_to_block_storage(
        &self,
        test_id: TestId,
        bucket: &str,
        evidence_dir: &Path,
    ) -> Result<(), BlockStorageError>;

    /// Deletes what the fetch brought to this machine, the evidence with it; a test that was never fetched is none the
    /// worse. Called once when the test's actor ends, however it ends.
    async fn release(&self, test_id: TestId);
}
