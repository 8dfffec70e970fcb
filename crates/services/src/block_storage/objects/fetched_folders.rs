use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempfile::TempDir;
use test_probe_directives::TestId;

use crate::BlockStorageError;
use crate::block_storage::off_thread::off_thread;

/// The private folders of this machine that tests were fetched into, each until it is closed, and at most as long as this
/// value lives.
#[derive(Debug, Default)]
pub(super) struct FetchedFolders {
    folders: Mutex<HashMap<TestId, TempDir>>,
}

impl FetchedFolders {
    /// Makes a folder of this name for the test, in one that only this user may enter.
    pub(super) fn open(&self, test_id: TestId, name: &str) -> Result<PathBuf, BlockStorageError> {
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let Entry::Vacant(vacant) = folders.entry(test_id) else {
            return Err(BlockStorageError::AlreadyFetched { test_id });
        };
        let private =
            private_folder().map_err(|source| BlockStorageError::Disk { path: std::env::temp_dir(), source })?;
        let folder = private.path().join(name);
        fs::create_dir(&folder).map_err(|source| BlockStorageError::Disk { path: folder.clone(), source })?;
        vacant.insert(private);
        Ok(folder)
    }

    /// Deletes the test's folder, if there is one.
    pub(super) async fn close(&self, test_id: TestId) {
        let private = self.folders.lock().unwrap_or_else(PoisonError::into_inner).remove(&test_id);
        let Some(private) = private else { return };
        let path = private.path().to_owned();
        if let Err(error) = off_thread(&path, move || delete(private)).await {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(%test_id, error, "a fetched test could not be deleted");
        }
    }
}

fn private_folder() -> std::io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("test-probe-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir()
}

fn delete(private: TempDir) -> Result<(), BlockStorageError> {
    let path = private.path().to_owned();
    match private.close() {
        Ok(()) => Ok(()),
        // A fetch that was dropped may have made one last file while the folder was being emptied.
        Err(_) if !path.exists() => Ok(()),
        Err(_) => empty(&path),
    }
}

fn empty(path: &Path) -> Result<(), BlockStorageError> {
    fs::remove_dir_all(path).map_err(|source| BlockStorageError::Disk { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests;
