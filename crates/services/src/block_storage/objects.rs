mod failure;
mod fetch;
mod fetched_folders;
mod upload;
mod wanted;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use object_store::ObjectStore;
use test_probe_directives::{BlockStorageDirective, TestId};

use self::fetched_folders::FetchedFolders;
use super::bucket_text::shown;
use super::evidence_files::{evidence_files, warn_of_missing_evidence};
use super::fetched_test::fetched_test;
use super::off_thread::off_thread;
use super::{BlockStorageError, ProbeStorageService};
use crate::DirectiveFile;

#[cfg(feature = "cloud")]
pub(super) use self::failure::unusable;
pub(super) use self::failure::{failed_to, failed_to_find};

/// Tests whose folders are objects under a common prefix, as in S3, Google Cloud Storage and Azure.
///
/// A fetch brings the objects into a private folder of this machine, as files with the same paths; an upload puts every file
/// of the evidence beside the features, under `{prefix}/evidence/`. What a fetch brought stays until
/// [`release`](ProbeStorageService::release), and at most as long as this value lives.
///
/// A prefix ends at a slash: `orders` is the folder `orders/` and never `orders-old/`. Objects that only mark a folder are
/// not files, evidence of earlier runs is not fetched, and an object whose name would lead out of the folder fails the fetch.
#[derive(Debug)]
pub struct ObjectBlockStorage {
    places: Box<dyn ObjectPlaces>,
    directive_file: DirectiveFile,
    fetched: FetchedFolders,
}

/// Finds the store that a text names.
///
/// It is asked for every fetch and every upload, so the connections that it opens are used by one call of one runtime and
/// never stall with the runtime of another.
pub trait ObjectPlaces: Send + Sync + fmt::Debug {
    /// The place that the text names. Nothing is asked over the network yet.
    ///
    /// # Errors
    /// [`BlockStorageError::BucketUriParse`] when the text names no place, [`BlockStorageError::InvalidSettings`] when the
    /// storage's settings cannot be used.
    fn place(&self, bucket: &str) -> Result<ObjectPlace, BlockStorageError>;
}

/// A test's folder in a store.
#[derive(Clone, Debug)]
pub struct ObjectPlace {
    /// The store: one bucket or container.
    pub store: Arc<dyn ObjectStore>,
    /// The folder's path in it; empty for the whole bucket.
    pub prefix: object_store::path::Path,
    /// The bucket's name, after which a test at the bucket's root is called.
    pub name: String,
}

impl ObjectPlace {
    /// What the folder is called: reports name the test after it.
    fn folder_name(&self) -> &str {
        self.prefix.filename().unwrap_or(&self.name)
    }
}

impl ObjectBlockStorage {
    /// A storage whose stores are found so.
    pub fn new(places: impl ObjectPlaces + 'static) -> Self {
        Self { places: Box::new(places), directive_file: DirectiveFile::default(), fetched: FetchedFolders::default() }
    }

    /// With directives that are called so.
    #[must_use]
    pub fn with_directive_file(self, directive_file: DirectiveFile) -> Self {
        Self { directive_file, ..self }
    }

    async fn fetch(&self, test_id: TestId, bucket: &str) -> Result<BlockStorageDirective, BlockStorageError> {
        let place = self.places.place(bucket)?;
        let shown = shown(bucket);
        let dir = self.fetched.open(test_id, place.folder_name())?;
        let fetched = async {
            let files = fetch::fetch(&place, &dir, &shown, &self.directive_file).await?;
            tracing::debug!(%test_id, bucket = %shown, files, "the test's folder was fetched");
            fetched_test(dir, bucket, &shown, &self.directive_file).await
        };
        let result = fetched.await;
        if result.is_err() {
            self.fetched.close(test_id).await;
        }
        result
    }
}

#[async_trait]
impl ProbeStorageService for ObjectBlockStorage {
    async fn fetch_from_block_storage(
        &self,
        test_id: TestId,
        bucket: &str,
    ) -> Result<BlockStorageDirective, BlockStorageError> {
        self.fetch(test_id, bucket).await
    }

    /// As the trait says it.
    ///
    /// # Cancellation
    /// Files that were uploaded stay. Of a big file the parts may stay, invisible, until the bucket's own rule for
    /// incomplete uploads deletes them.
    async fn load_to_block_storage(
        &self,
        test_id: TestId,
        bucket: &str,
        evidence_dir: &Path,
    ) -> Result<(), BlockStorageError> {
        let place = self.places.place(bucket)?;
        let shown = shown(bucket);
        let dir = evidence_dir.to_owned();
        match off_thread(evidence_dir, move || evidence_files(&dir)).await? {
            None => warn_of_missing_evidence(test_id, &shown, evidence_dir),
            Some(files) => {
                let count = files.len();
                upload::upload(&place, &shown, files).await?;
                tracing::debug!(%test_id, bucket = %shown, files = count, "the evidence was uploaded");
            }
        }
        Ok(())
    }

    async fn release(&self, test_id: TestId) {
        self.fetched.close(test_id).await;
    }
}
