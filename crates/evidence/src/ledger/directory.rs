use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::line_file::LineFile;
use crate::file_names::{EVENTS, EVENTS_CONSUMED, EVENTS_PRODUCED, REPLACED_AT_START};
use crate::whole_file::temporary_beside;

/// The evidence directory could not be taken over.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Another run writes there. Asking again helps once that run has ended.
    #[error(
        "the evidence directory `{}` belongs to a run that is still going on; wait for its end, or give this run a \
         directory of its own with --evidence", directory.display()
    )]
    InUse {
        /// The directory.
        directory: PathBuf,
    },
    /// The directory is not there and cannot be made.
    #[error("cannot make the evidence directory `{}`; name one that can be written with --evidence", directory.display())]
    CreateDirectory {
        /// The directory.
        directory: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// A file of evidence cannot be written, or one of an earlier run not removed.
    #[error("cannot replace `{}`; check its rights, or name another directory with --evidence", path.display())]
    ReplaceFile {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// The system gives no more threads.
    #[error("cannot start the thread that writes the evidence")]
    StartWriter(#[source] io::Error),
}

/// The files of a directory that this process alone writes.
#[derive(Debug)]
pub(super) struct EvidenceDirectory {
    pub(super) events: LineFile,
    pub(super) produced: LineFile,
    pub(super) consumed: LineFile,
}

impl EvidenceDirectory {
    pub(super) fn claim(directory: &Path) -> Result<Self, OpenError> {
        fs::create_dir_all(directory)
            .map_err(|source| OpenError::CreateDirectory { directory: directory.to_owned(), source })?;
        let events = claim_events(directory)?;
        for name in REPLACED_AT_START {
            let path = directory.join(name);
            for path in [temporary_beside(&path), path] {
                match fs::remove_file(&path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        return Err(OpenError::ReplaceFile { path, source: error });
                    }
                    _ => {}
                }
            }
        }
        let create = |name| {
            let path = directory.join(name);
            match File::create(&path) {
                Ok(file) => Ok(LineFile::new(&path, file)),
                Err(source) => Err(OpenError::ReplaceFile { path, source }),
            }
        };
        Ok(Self { events, produced: create(EVENTS_PRODUCED)?, consumed: create(EVENTS_CONSUMED)? })
    }
}

/// The ledger itself is the lock: it is there in any case, and the lock goes with the process, so that no stale lock
/// can be left behind. It is emptied only after it is locked.
fn claim_events(directory: &Path) -> Result<LineFile, OpenError> {
    let path = directory.join(EVENTS);
    let replace = |source| OpenError::ReplaceFile { path: path.clone(), source };
    let file = File::options().create(true).write(true).truncate(false).open(&path).map_err(replace)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(OpenError::InUse { directory: directory.to_owned() }),
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
            tracing::warn!(path = %path.display(), "the file system knows no locks; a second run is not kept out");
        }
        Err(TryLockError::Error(error)) => return Err(replace(error)),
    }
    file.set_len(0).map_err(replace)?;
    Ok(LineFile::new(&path, file))
}
