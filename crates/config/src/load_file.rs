use std::io;
use std::path::{Path, PathBuf};

/// A configuration text and the name under which messages and origins speak of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFile {
    /// The path as it was given. What the text says relative to itself is relative to this path's folder.
    pub name: String,
    /// The text.
    pub text: String,
}

/// Why a configuration file could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadFileError {
    /// There is no file at this path.
    #[error("configuration file '{}' does not exist; check the path", path.display())]
    NotFound {
        /// The path as it was given.
        path: PathBuf,
    },
    /// The file holds something other than UTF-8 text.
    #[error("configuration file '{}' is not UTF-8 text; save it as UTF-8", path.display())]
    NotText {
        /// The path as it was given.
        path: PathBuf,
    },
    /// The file is there but cannot be read.
    #[error("configuration file '{}' cannot be read; check that it is a file and its permissions", path.display())]
    Unreadable {
        /// The path as it was given.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// Reads a configuration file. This is the one place where the room touches the file system.
///
/// # Errors
/// [`LoadFileError`] when the file is missing, unreadable or no UTF-8 text.
pub fn load_file(path: &Path) -> Result<ConfigFile, LoadFileError> {
    let named = || path.to_owned();
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(ConfigFile { name: path.display().to_string(), text }),
        Err(error) => Err(match error.kind() {
            io::ErrorKind::NotFound => LoadFileError::NotFound { path: named() },
            io::ErrorKind::InvalidData => LoadFileError::NotText { path: named() },
            _ => LoadFileError::Unreadable { path: named(), source: error },
        }),
    }
}
