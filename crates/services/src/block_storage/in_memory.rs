use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use futures_util::TryStreamExt;
use object_store::memory::InMemory;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use test_probe_directives::{BlockStorageDirective, TestId};

use super::bucket_text::{Described, shown};
use super::evidence_files::evidence_files;
use super::objects::{failed_to, failed_to_find};
use super::off_thread::off_thread;
use super::{BlockStorageError, ObjectBlockStorage, ObjectPlace, ObjectPlaces, ProbeStorageService};
use crate::DirectiveFile;

/// Buckets in memory: the counterpart of the Scala system's jimfs, for tests and for programs that make their tests
/// themselves. Folders are named `memory://bucket/prefix`.
///
/// A bucket is there once something was put into it. Clones share their buckets.
#[derive(Clone, Debug)]
pub struct InMemoryBlockStorage {
    buckets: Buckets,
    storage: Arc<ObjectBlockStorage>,
}

#[derive(Clone, Debug, Default)]
struct Buckets(Arc<Mutex<HashMap<String, Arc<InMemory>>>>);

const MEMORY: Described = Described { storage: "memory", example: "memory://bucket/prefix" };

impl InMemoryBlockStorage {
    /// No buckets yet.
    pub fn new() -> Self {
        Self::with_directive_file(DirectiveFile::default())
    }

    /// No buckets yet; the directives of their tests will be called so.
    pub fn with_directive_file(directive_file: DirectiveFile) -> Self {
        let buckets = Buckets::default();
        let storage = ObjectBlockStorage::new(buckets.clone()).with_directive_file(directive_file);
        Self { buckets, storage: Arc::new(storage) }
    }

    /// Puts an object into a bucket, over the one that has its path already.
    ///
    /// # Errors
    /// [`BlockStorageError::BucketUriParse`] when bucket and path cannot be written as `memory://bucket/path`.
    pub async fn put(
        &self,
        bucket: &str,
        path: &str,
        bytes: impl Into<Vec<u8>> + Send,
    ) -> Result<(), BlockStorageError> {
        let text = format!("memory://{bucket}/{path}");
        let (bucket, path) = MEMORY.bucket_and_prefix(&text, "memory")?;
        let store = self.buckets.open(bucket);
        store.put(&path, PutPayload::from(bytes.into())).await.map_err(failed_to("write to", text))?;
        Ok(())
    }

    /// Puts the files below a folder of this machine into a bucket, each under its path within the folder.
    ///
    /// # Errors
    /// [`BlockStorageError::Disk`] when the folder cannot be read, and as [`put`](Self::put).
    pub async fn put_folder(&self, bucket: &str, folder: &Path) -> Result<(), BlockStorageError> {
        let root = folder.to_owned();
        let files = off_thread(folder, move || {
            let missing = || BlockStorageError::Disk { path: root.clone(), source: io::ErrorKind::NotFound.into() };
            let mut files = Vec::new();
            for file in evidence_files(&root)?.ok_or_else(missing)? {
                let bytes = std::fs::read(&file.path)
                    .map_err(|source| BlockStorageError::Disk { path: file.path.clone(), source })?;
                files.push((file.relative, bytes));
            }
            Ok(files)
        })
        .await?;
        for (path, bytes) in files {
            self.put(bucket, &path, bytes).await?;
        }
        Ok(())
    }

    /// What an object holds, if it is there.
    pub async fn get(&self, bucket: &str, path: &str) -> Option<Vec<u8>> {
        let (bucket, path) = MEMORY.bucket_and_prefix(&format!("memory://{bucket}/{path}"), "memory").ok()?;
        let answer = self.buckets.find(&bucket)?.get(&path).await.ok()?;
        Some(answer.bytes().await.ok()?.to_vec())
    }

    /// The paths of a bucket's objects, sorted; none where there is no such bucket.
    pub async fn list(&self, bucket: &str) -> Vec<String> {
        let Some(store) = self.buckets.find(bucket) else { return Vec::new() };
        // A map in memory does not fail.
        let found: Vec<_> = store.list(None).try_collect().await.unwrap_or_default();
        let mut paths: Vec<_> = found.into_iter().map(|object| object.location.to_string()).collect();
        paths.sort();
        paths
    }
}

impl Default for InMemoryBlockStorage {
    fn default() -> Self {
        Self::new()
    }
}

impl Buckets {
    fn open(&self, name: String) -> Arc<InMemory> {
        Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default())
    }

    fn find(&self, name: &str) -> Option<Arc<InMemory>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }
}

impl ObjectPlaces for Buckets {
    fn place(&self, bucket: &str) -> Result<ObjectPlace, BlockStorageError> {
        let (name, prefix) = MEMORY.bucket_and_prefix(bucket, "memory")?;
        let store = self.find(&name).ok_or_else(|| failed_to_find(shown(bucket), &name))?;
        Ok(ObjectPlace { store, prefix, name })
    }
}

#[async_trait]
impl ProbeStorageService for InMemoryBlockStorage {
    async fn fetch_from_block_storage(
        &self,
        test_id: TestId,
        bucket: &str,
    ) -> Result<BlockStorageDirective, BlockStorageError> {
        self.storage.fetch_from_block_storage(test_id, bucket).await
    }

    async fn load_to_block_storage(
        &self,
        test_id: TestId,
        bucket: &str,
        evidence_dir: &Path,
    ) -> Result<(), BlockStorageError> {
        self.storage.load_to_block_storage(test_id, bucket, evidence_dir).await
    }

    async fn release(&self, test_id: TestId) {
        self.storage.release(test_id).await;
    }
}
