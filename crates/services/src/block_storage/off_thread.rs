use std::io;
use std::path::Path;

use super::BlockStorageError;

/// Does what blocks on this machine's disk on a thread that may block; `place` is what an error names.
pub(super) async fn off_thread<T: Send + 'static>(
    place: &Path,
    work: impl FnOnce() -> Result<T, BlockStorageError> + Send + 'static,
) -> Result<T, BlockStorageError> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| {
        Err(BlockStorageError::Disk { path: place.to_owned(), source: io::Error::other(error) })
    })
}
