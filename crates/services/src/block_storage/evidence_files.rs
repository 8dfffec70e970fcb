use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::BlockStorageError;

/// A file that a run left.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct EvidenceFile {
    /// Where it is on this machine.
    pub(super) path: PathBuf,
    /// Its path below the evidence folder, with `/`.
    pub(super) relative: String,
}

/// The regular files below the folder, by their paths; nothing at all where the folder is not there.
///
/// Links are left out, since they may lead out of the folder, and so are files that are still being written: those are
/// called `.….tmp` until they are whole.
pub(super) fn evidence_files(dir: &Path) -> Result<Option<Vec<EvidenceFile>>, BlockStorageError> {
    let mut found = Vec::new();
    let mut folders = vec![(dir.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        let failed = |source| BlockStorageError::Disk { path: folder.clone(), source };
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound && prefix.is_empty() => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let (path, kind) = (entry.path(), entry.file_type().map_err(failed)?);
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                let source = io::Error::new(io::ErrorKind::InvalidData, "its name is not UTF-8, as a storage wants it");
                return Err(BlockStorageError::Disk { path, source });
            };
            let relative = format!("{prefix}{name}");
            if kind.is_dir() {
                folders.push((path, format!("{relative}/")));
            } else if kind.is_file() && !is_unfinished(name) {
                found.push(EvidenceFile { path, relative });
            }
        }
    }
    found.sort_by(|a, b| a.relative.cmp(&b.relative));
    Ok(Some(found))
}

/// Says that there was nothing to keep; a run that was stopped early leaves no evidence, and that is no failure.
pub(super) fn warn_of_missing_evidence(test_id: test_probe_directives::TestId, shown: &str, dir: &Path) {
    tracing::warn!(%test_id, bucket = shown, evidence_dir = %dir.display(), "there is no evidence to keep");
}

fn is_unfinished(name: &str) -> bool {
    name.starts_with('.') && name.ends_with(".tmp")
}

#[cfg(test)]
mod tests;
