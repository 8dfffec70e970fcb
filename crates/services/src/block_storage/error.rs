use std::path::PathBuf;

use test_probe_directives::TestId;

use crate::TestFolderError;

/// A test could not be fetched, or its evidence not be kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BlockStorageError {
    /// The text names no place in this storage (`BucketUriParseException`). Asking again does not help.
    #[error("`{bucket}` names no folder in {storage}: {reason}; write {example}")]
    BucketUriParse {
        /// The text.
        bucket: String,
        /// What the storage is called.
        storage: &'static str,
        /// What is wrong with it.
        reason: String,
        /// How such a text looks.
        example: &'static str,
    },
    /// The storage cannot be used with these settings. Asking again does not help.
    #[error("{storage} cannot be used with its settings: {reason}")]
    InvalidSettings {
        /// What the storage is called.
        storage: &'static str,
        /// Which setting is wrong, and how.
        reason: String,
    },
    /// What lies there is no test: features or directive are missing or wrong. Asking again does not help.
    #[error("`{bucket}` holds no test that can be run")]
    InvalidTest {
        /// The text that names the folder.
        bucket: String,
        /// What is wrong.
        #[source]
        source: TestFolderError,
    },
    /// The test was fetched before and not released.
    #[error("test {test_id} was fetched before")]
    AlreadyFetched {
        /// The test.
        test_id: TestId,
    },
    /// The storage did not answer, or refused (`StreamingException`). Asking again may help.
    #[error("cannot {action} `{bucket}`")]
    Streaming {
        /// What was tried: "list", "read", "write to".
        action: &'static str,
        /// The text that names the folder, and the file in it.
        bucket: String,
        /// What the storage says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// This machine's own disk failed.
    #[error("cannot use `{}`", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: std::io::Error,
    },
}

impl BlockStorageError {
    /// Whether the caller's text or the test itself is at fault, rather than the world.
    pub fn is_bad_input(&self) -> bool {
        matches!(self, Self::BucketUriParse { .. } | Self::InvalidTest { .. })
    }
}
