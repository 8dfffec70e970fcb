use std::fs::{File, TryLockError};
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use crate::file_names::EVENTS;
use crate::{LedgerEntry, RunRecord};

/// What there is to say about a ledger that was read back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplayNotes {
    /// How many entries it has.
    pub entries: u64,
    /// The last line, where the process ended in the middle of writing it. It is not in the record.
    pub torn_line: Option<TornLine>,
    /// Whether a run still writes to it.
    pub still_running: bool,
}

/// A line that ends too early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TornLine {
    /// Its number, counted from 1.
    pub line: u64,
    /// How much of it there is.
    pub bytes: usize,
}

/// A ledger could not be read back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// There is no ledger, or it cannot be read.
    #[error("cannot read the ledger `{}`; name the evidence directory of a run", path.display())]
    Read {
        /// The ledger.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// A line before the last is no entry: somebody changed the file, or a newer version of this program wrote it.
    #[error(
        "{}:{line}: not an entry of a ledger; the file was changed, or a newer version wrote it", path.display()
    )]
    Entry {
        /// The ledger.
        path: PathBuf,
        /// The line's number, counted from 1.
        line: u64,
        /// What is wrong with the line.
        #[source]
        source: serde_json::Error,
    },
}

/// Reads the ledger of an evidence directory back into the record that its run had.
///
/// A last line that the process could not finish is left out and noted.
///
/// # Errors
/// [`ReplayError`] when there is no ledger or a line of it, other than a torn last one, is no entry.
pub fn replay(directory: &Path) -> Result<(RunRecord, ReplayNotes), ReplayError> {
    let path = directory.join(EVENTS);
    let read_error = |source| ReplayError::Read { path: path.clone(), source };
    let file = File::open(&path).map_err(read_error)?;
    let mut record = RunRecord::default();
    let mut notes = ReplayNotes {
        still_running: matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)),
        ..ReplayNotes::default()
    };
    let mut lines = BufReader::new(file);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if lines.read_until(b'\n', &mut line).map_err(read_error)? == 0 {
            break;
        }
        match serde_json::from_slice::<LedgerEntry>(&line) {
            Ok(entry) => {
                record.apply(&entry);
                notes.entries += 1;
            }
            Err(_) if line.last() != Some(&b'\n') => {
                notes.torn_line = Some(TornLine { line: number, bytes: line.len() });
            }
            Err(source) => return Err(ReplayError::Entry { path, line: number, source }),
        }
    }
    Ok((record, notes))
}
