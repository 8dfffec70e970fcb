use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use test_probe_directives::{BlockStorageDirective, TestId};
use url::Url;

use super::bucket_text::{Described, scheme_of};
use super::evidence_files::{EvidenceFile, evidence_files, warn_of_missing_evidence};
use super::fetched_test::fetched_test;
use super::off_thread::off_thread;
use super::{BlockStorageError, EVIDENCE, ProbeStorageService};
use crate::DirectiveFile;

/// Folders of this machine, named by their paths or by `file://` URLs.
///
/// A test is used where it lies, and its evidence is written straight to where it is to stay: `evidence/` below its folder.
/// Nothing is held for a test, so fetching it twice is fine and releasing it deletes nothing of the user's.
#[derive(Clone, Debug, Default)]
pub struct LocalBlockStorage {
    directive_file: DirectiveFile,
}

const LOCAL: Described = Described {
    storage: "this machine's file system",
    example: "the path of an existing folder, such as tests/orders",
};

impl LocalBlockStorage {
    /// Folders whose directives are called so.
    pub fn new(directive_file: DirectiveFile) -> Self {
        Self { directive_file }
    }
}

#[async_trait]
impl ProbeStorageService for LocalBlockStorage {
    async fn fetch_from_block_storage(
        &self,
        _test_id: TestId,
        bucket: &str,
    ) -> Result<BlockStorageDirective, BlockStorageError> {
        let dir = folder_of(bucket)?;
        let shown = dir.display().to_string();
        fetched_test(dir, bucket, &shown, &self.directive_file).await
    }

    async fn load_to_block_storage(
        &self,
        test_id: TestId,
        bucket: &str,
        evidence_dir: &Path,
    ) -> Result<(), BlockStorageError> {
        let target = folder_of(bucket)?.join(EVIDENCE);
        let from = evidence_dir.to_owned();
        let found = off_thread(evidence_dir, move || keep(&from, &target)).await?;
        if !found {
            warn_of_missing_evidence(test_id, bucket, evidence_dir);
        }
        Ok(())
    }

    async fn release(&self, _test_id: TestId) {}
}

/// The folder that a text names, as an absolute path.
fn folder_of(bucket: &str) -> Result<PathBuf, BlockStorageError> {
    let path = match scheme_of(bucket).as_deref() {
        None => PathBuf::from(bucket),
        Some("file") => Url::parse(bucket)
            .ok()
            .and_then(|url| url.to_file_path().ok())
            .ok_or_else(|| LOCAL.refuse(bucket, "a file URL has three slashes, and no host"))?,
        Some(scheme) => return Err(LOCAL.refuse(bucket, format!("{scheme}:// names no folder of this machine"))),
    };
    if path.as_os_str().is_empty() {
        return Err(LOCAL.refuse(bucket, "it is empty"));
    }
    if !path.is_dir() {
        return Err(LOCAL.refuse(bucket, if path.exists() { "it is no folder" } else { "there is no such folder" }));
    }
    std::path::absolute(&path).map_err(|source| BlockStorageError::Disk { path, source })
}

/// Copies the evidence to where it is to stay, unless it was written there; says whether there was any folder of it.
fn keep(from: &Path, to: &Path) -> Result<bool, BlockStorageError> {
    let Some(files) = evidence_files(from)? else { return Ok(false) };
    create(to)?;
    let canonical =
        |path: &Path| path.canonicalize().map_err(|source| BlockStorageError::Disk { path: path.to_owned(), source });
    if canonical(from)? != canonical(to)? {
        for file in files {
            copy(&file, &to.join(&file.relative))?;
        }
    }
    Ok(true)
}

/// Copies a file so that under its own name there is never half of it.
fn copy(file: &EvidenceFile, to: &Path) -> Result<(), BlockStorageError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        |source: io::Error| BlockStorageError::Disk { path, source }
    };
    let (folder, name) = (to.parent().unwrap_or(to), to.file_name().unwrap_or_default());
    create(folder)?;
    let mut partial = std::ffi::OsString::from(".");
    partial.push(name);
    partial.push(".tmp");
    let partial = folder.join(partial);
    fs::copy(&file.path, &partial).map_err(failed(&file.path))?;
    fs::rename(&partial, to).map_err(failed(to))
}

fn create(folder: &Path) -> Result<(), BlockStorageError> {
    fs::create_dir_all(folder).map_err(|source| BlockStorageError::Disk { path: folder.to_owned(), source })
}
