use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use test_probe_directives::Redaction;

use crate::file_names::EVENTS;
use crate::{EventPayload, LedgerEntry, RunRecord};

mod directory;
mod line_file;
mod writer;

pub use directory::OpenError;
pub use line_file::WriteError;

use directory::EvidenceDirectory;
use writer::{Command, Writer};

/// The evidence of a run that is going on: entries go in from any thread and are on disk moments later.
///
/// ```text
/// record ─┐                      ┌─▶ RunRecord          what progress and reports read
/// record ─┼─▶ queue ─▶ writer ───┼─▶ events.jsonl       the ledger
/// record ─┘           (thread)   └─▶ kafka-events-*.jsonl
/// ```
///
/// The writer flushes whenever its queue runs empty, so a killed process leaves a ledger that reaches to within
/// moments of the kill; [`replay`](crate::replay) reads it. What the directive redacts is hidden before it is folded or
/// written, in every free text; a ledger opened with a clone of the [`Redaction`] that a run's steps work with hides what
/// only they have seen. Clones share one ledger; the last one to be dropped ends the writer, which then still writes its
/// queue out.
///
/// ```
/// use test_probe_directives::{Redaction, Timestamp};
/// use test_probe_evidence::{Ledger, LedgerEntry, Warning, replay, write_reports};
///
/// let directory = tempfile::tempdir()?;
/// let ledger = Ledger::open(directory.path(), Redaction::default())?;
/// let warning = Warning { text: "the topic is shared".to_owned() };
/// ledger.record(LedgerEntry::new(Timestamp::from_millis(1_769_846_400_000), warning));
/// let closed = ledger.close();
/// write_reports(directory.path(), &closed.record)?;
/// assert_eq!(replay(directory.path())?.0, closed.record);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Ledger {
    directory: PathBuf,
    queue: SyncSender<Command>,
    shared: Arc<Shared>,
}

/// What the writer and the handles both see.
#[derive(Debug, Default)]
struct Shared {
    record: Mutex<RunRecord>,
    /// Whether the writer came to its end, and not to a panic.
    ended: AtomicBool,
}

/// What a closed ledger leaves.
#[derive(Debug)]
#[must_use = "it says whether the evidence is whole"]
pub struct ClosedLedger {
    /// Everything that was recorded.
    pub record: RunRecord,
    /// What could not be written, at most one error a file. Empty when the evidence is whole.
    pub write_errors: Vec<WriteError>,
}

impl Ledger {
    /// How many entries wait for the writer at most. Whoever records more waits for it, so that a stalled disk costs
    /// time and not memory.
    pub const QUEUE_LENGTH: usize = 16_384;

    /// Opens the evidence directory, and starts the writer.
    ///
    /// The directory is made where it is missing. The evidence of an earlier run is removed from it, so that nothing
    /// old looks fresh; files of other names stay. `events.jsonl` is locked until the ledger is closed or its process
    /// ends, however it ends.
    ///
    /// # Errors
    /// [`OpenError`]: the directory belongs to a run that is going on, or cannot be written.
    pub fn open(directory: &Path, redaction: Redaction) -> Result<Self, OpenError> {
        let files = EvidenceDirectory::claim(directory)?;
        let (queue, commands) = mpsc::sync_channel(Self::QUEUE_LENGTH);
        let shared = Arc::new(Shared::default());
        let writer = Writer::new(files, redaction, Arc::clone(&shared));
        thread::Builder::new()
            .name("evidence-writer".to_owned())
            .spawn(move || writer.run(&commands))
            .map_err(OpenError::StartWriter)?;
        Ok(Self { directory: directory.to_owned(), queue, shared })
    }

    /// The evidence directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Records what happened. Costs a hand-over to the writer's queue, and waits only while
    /// [`QUEUE_LENGTH`](Self::QUEUE_LENGTH) entries are ahead of it.
    ///
    /// An entry that comes after [`close`](Self::close) is lost, which the log says.
    pub fn record(&self, entry: LedgerEntry) {
        if let Err(mpsc::SendError(Command::Entry(entry))) = self.queue.send(Command::Entry(Box::new(entry))) {
            tracing::warn!(event = ?entry.event, "an entry came after its ledger was closed");
        }
    }

    /// Records the contents of an event, in the same way. They stand in a file of their own and in no figure.
    pub fn record_payload(&self, payload: EventPayload) {
        if self.queue.send(Command::Payload(Box::new(payload))).is_err() {
            tracing::warn!("the contents of an event came after their ledger was closed");
        }
    }

    /// Reads the record as it is, for progress. It may lack entries that still wait for the writer.
    ///
    /// The writer stands still while `read` runs, so `read` must be short, and ask nothing of the ledger itself.
    pub fn with_record<T>(&self, read: impl FnOnce(&RunRecord) -> T) -> T {
        read(&self.shared.record())
    }

    /// The record with everything in it that was recorded before this call, all of it handed to the operating system.
    ///
    /// Blocks until the writer has come that far: keep it off threads that must not wait.
    pub fn snapshot(&self) -> RunRecord {
        let (reached, here) = mpsc::sync_channel(1);
        if self.queue.send(Command::Flush(reached)).is_ok() {
            // No answer means that the ledger was closed meanwhile, which wrote everything as well.
            let _closed = here.recv();
        }
        self.shared.record().clone()
    }

    /// Writes out everything that was recorded before this call, down to the disk, and lets the directory go.
    ///
    /// Blocks until that is done: keep it off threads that must not wait. Other clones of the ledger stay valid, but
    /// what they record is lost. Closing twice is harmless; the second time has no errors to tell.
    pub fn close(self) -> ClosedLedger {
        let (closed, here) = mpsc::sync_channel(1);
        let answer = self.queue.send(Command::Close(closed)).ok().and_then(|()| here.recv().ok());
        let write_errors = match answer {
            Some(write_errors) => write_errors,
            None if self.shared.ended.load(Ordering::Acquire) => Vec::new(),
            None => vec![WriteError {
                path: self.directory.join(EVENTS),
                source: io::Error::other("the thread that writes it panicked"),
            }],
        };
        ClosedLedger { record: self.shared.record().clone(), write_errors }
    }
}

impl Shared {
    /// A panic while the lock was held leaves a record that lacks an entry at worst.
    fn record(&self) -> MutexGuard<'_, RunRecord> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
