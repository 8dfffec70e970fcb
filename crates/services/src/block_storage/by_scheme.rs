use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use test_probe_directives::{BlockStorageDirective, TestId};

use super::bucket_text::{Described, scheme_of};
use super::{BlockStorageError, ProbeStorageService};

/// Several storages behind one: the text that names a test's folder says which one it lies in.
///
/// Only what was set up is reachable: a service that is told nothing of [`folders`](Self::folders) never opens a folder of
/// its own machine because a caller wrote its path.
#[derive(Clone, Debug, Default)]
pub struct StorageByScheme {
    folders: Option<Arc<dyn ProbeStorageService>>,
    by_scheme: Vec<(&'static str, Arc<dyn ProbeStorageService>)>,
}

const CONFIGURED: Described =
    Described { storage: "a configured storage", example: "the address of a folder that one of these holds" };

impl StorageByScheme {
    /// No storage yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// With this storage for paths and `file://`.
    #[must_use]
    pub fn folders(mut self, storage: Arc<dyn ProbeStorageService>) -> Self {
        self.folders = Some(storage);
        self
    }

    /// With this storage for texts of this scheme, written in lower case: `s3`, `gs`, `memory`; Azure has two, `https` and
    /// `http`.
    #[must_use]
    pub fn scheme(mut self, scheme: &'static str, storage: Arc<dyn ProbeStorageService>) -> Self {
        self.by_scheme.retain(|(known, _)| *known != scheme);
        self.by_scheme.push((scheme, storage));
        self
    }

    fn storage_of(&self, bucket: &str) -> Result<&dyn ProbeStorageService, BlockStorageError> {
        let scheme = scheme_of(bucket);
        let found = match scheme.as_deref() {
            None | Some("file") => self.folders.as_deref(),
            Some(scheme) => {
                self.by_scheme.iter().find(|(known, _)| *known == scheme).map(|(_, storage)| storage.as_ref())
            }
        };
        found.ok_or_else(|| CONFIGURED.refuse(bucket, format!("what can be read here is {}", self.accepted())))
    }

    fn accepted(&self) -> String {
        let folders = self.folders.iter().map(|_| "a folder's path".to_owned());
        let schemes = self.by_scheme.iter().map(|(scheme, _)| format!("{scheme}://"));
        let all: Vec<_> = folders.chain(schemes).collect();
        if all.is_empty() { "nothing, since no storage is set up".to_owned() } else { all.join(", ") }
    }
}

#[async_trait]
impl ProbeStorageService for StorageByScheme {
    async fn fetch_from_block_storage(
        &self,
        test_id: TestId,
        bucket: &str,
    ) -> Result<BlockStorageDirective, BlockStorageError> {
        self.storage_of(bucket)?.fetch_from_block_storage(test_id, bucket).await
    }

    async fn load_to_block_storage(
        &self,
        test_id: TestId,
        bucket: &str,
        evidence_dir: &Path,
    ) -> Result<(), BlockStorageError> {
        self.storage_of(bucket)?.load_to_block_storage(test_id, bucket, evidence_dir).await
    }

    /// Asks every storage, since a test that a storage never fetched is none the worse.
    async fn release(&self, test_id: TestId) {
        for storage in self.folders.iter().chain(self.by_scheme.iter().map(|(_, storage)| storage)) {
            storage.release(test_id).await;
        }
    }
}
