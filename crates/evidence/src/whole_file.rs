//! Files that are there as a whole or not at all, whatever happens to the process that writes them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Puts `content` into `path`: a reader sees the former file or the new one, never a part.
pub(crate) fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let temporary = temporary_beside(path);
    fs::write(&temporary, content)?;
    fs::rename(&temporary, path)
}

/// Where the content of `path` grows until it is whole: a hidden file in the same directory.
pub(crate) fn temporary_beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.tmp"))
}

/// Whether a file of this name is one that [`write`] has not finished.
pub(crate) fn is_temporary(name: &str) -> bool {
    name.starts_with('.') && name.ends_with(".tmp")
}
