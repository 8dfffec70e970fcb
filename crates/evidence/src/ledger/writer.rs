use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError};

use test_probe_directives::{Redaction, Timestamp};

use super::Shared;
use super::directory::EvidenceDirectory;
use super::line_file::{LineFile, WriteError};
use crate::event_payload::PayloadLine;
use crate::ledger_entry::run::Warning;
use crate::redacted_entry::redact;
use crate::{Direction, EventPayload, LedgerEntry};

/// What the ledger's handles ask of the writer.
#[derive(Debug)]
pub(super) enum Command {
    /// Boxed, since the queue has room for all its commands from the start: a ledger would take megabytes otherwise.
    Entry(Box<LedgerEntry>),
    Payload(Box<EventPayload>),
    /// Answered when everything before it is folded and with the operating system.
    Flush(SyncSender<()>),
    /// Answered when everything before it is on the disk and the files are let go.
    Close(SyncSender<Vec<WriteError>>),
}

/// The one that writes. Folding happens here as well, so that record and file have one order.
#[derive(Debug)]
pub(super) struct Writer {
    files: EvidenceDirectory,
    redaction: Redaction,
    shared: Arc<Shared>,
    /// The stamp of the last entry, for what the writer itself has to say.
    now: Timestamp,
}

impl Writer {
    pub(super) fn new(files: EvidenceDirectory, redaction: Redaction, shared: Arc<Shared>) -> Self {
        Self { files, redaction, shared, now: Timestamp::default() }
    }

    /// Works until it is closed, or until no handle is left.
    pub(super) fn run(mut self, commands: &Receiver<Command>) {
        loop {
            let command = match commands.try_recv() {
                Ok(command) => command,
                Err(TryRecvError::Empty) => {
                    self.flush();
                    match commands.recv() {
                        Ok(command) => command,
                        Err(_) => break,
                    }
                }
                Err(TryRecvError::Disconnected) => break,
            };
            match command {
                Command::Entry(entry) => self.entry(*entry),
                Command::Payload(payload) => self.payload(*payload),
                Command::Flush(reached) => {
                    self.flush();
                    answer(&reached, ());
                }
                Command::Close(closed) => {
                    answer(&closed, self.close());
                    return;
                }
            }
        }
        self.close();
    }

    fn entry(&mut self, mut entry: LedgerEntry) {
        redact(&mut entry.event, &self.redaction);
        self.now = entry.at;
        self.shared.record().apply(&entry);
        let written = self.files.events.append(&entry);
        self.note(written);
    }

    fn payload(&mut self, payload: EventPayload) {
        let (direction, line) = PayloadLine::of(payload, &self.redaction);
        let written = match direction {
            Direction::Produced => self.files.produced.append(&line),
            Direction::Consumed => self.files.consumed.append(&line),
        };
        self.note(written);
    }

    fn flush(&mut self) {
        let EvidenceDirectory { events, produced, consumed } = &mut self.files;
        for flushed in [events, produced, consumed].map(LineFile::flush) {
            self.note(flushed);
        }
    }

    /// Says once, in the log and in the reports, that a file is not whole.
    fn note(&mut self, result: Result<(), String>) {
        if let Err(text) = result {
            tracing::error!(error = text, "evidence is being lost");
            self.shared.record().apply(&LedgerEntry::new(self.now, Warning { text }));
        }
    }

    fn close(mut self) -> Vec<WriteError> {
        self.flush();
        let EvidenceDirectory { events, produced, consumed } = self.files;
        let write_errors = [events, produced, consumed].into_iter().filter_map(|file| file.close().err()).collect();
        self.shared.ended.store(true, Ordering::Release);
        write_errors
    }
}

/// Nobody waits any more when this cannot be sent, which is no trouble of the writer's.
fn answer<T>(asker: &SyncSender<T>, answer: T) {
    let _unheard = asker.send(answer);
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests;
