use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

/// A file of evidence could not be written from some point on: the disk is full, or gone.
#[derive(Debug, thiserror::Error)]
#[error("`{}` is incomplete, it could not be written any further; make room and run the test again", path.display())]
pub struct WriteError {
    /// The file.
    pub path: PathBuf,
    /// What the operating system says.
    #[source]
    pub source: io::Error,
}

/// A file that grows by a JSON document a line.
///
/// After its first error it takes nothing more: a line after a torn one would make the file unreadable, where a file
/// that merely ends too early is not.
#[derive(Debug)]
pub(super) struct LineFile<W: Write = File> {
    path: PathBuf,
    state: State<W>,
    line: Vec<u8>,
}

#[derive(Debug)]
enum State<W: Write> {
    Writing(BufWriter<W>),
    Broken(io::Error),
}

impl<W: Write> LineFile<W> {
    /// Large enough that a burst of entries is few writes, small enough to reach the disk in time.
    const BUFFER: usize = 64 * 1024;

    pub(super) fn new(path: &Path, file: W) -> Self {
        Self {
            path: path.to_owned(),
            state: State::Writing(BufWriter::with_capacity(Self::BUFFER, file)),
            line: Vec::new(),
        }
    }

    /// Appends a line. Gives the error's text when this is the call that broke the file.
    pub(super) fn append(&mut self, document: &impl Serialize) -> Result<(), String> {
        self.line.clear();
        let line = &mut self.line;
        let encoded = serde_json::to_writer(&mut *line, document).map_err(io::Error::from);
        line.push(b'\n');
        self.attempt(|file, line| encoded.and_then(|()| file.write_all(line)))
    }

    /// Hands everything to the operating system. Gives the error's text when this is the call that broke the file.
    pub(super) fn flush(&mut self) -> Result<(), String> {
        self.attempt(|file, _| file.flush())
    }

    fn attempt(&mut self, work: impl FnOnce(&mut BufWriter<W>, &[u8]) -> io::Result<()>) -> Result<(), String> {
        let State::Writing(file) = &mut self.state else { return Ok(()) };
        let Err(error) = work(file, &self.line) else { return Ok(()) };
        let text = format!("`{}` is incomplete, it could not be written any further: {error}", self.path.display());
        if let State::Writing(file) = std::mem::replace(&mut self.state, State::Broken(error)) {
            // Taken apart, since dropping it would try once more to write what it holds.
            let (_file, _unwritten) = file.into_parts();
        }
        Err(text)
    }

    /// The file, with nothing left in memory, or what broke it.
    fn finish(self) -> Result<W, WriteError> {
        let broken = |source| WriteError { path: self.path, source };
        match self.state {
            State::Broken(error) => Err(broken(error)),
            State::Writing(file) => file.into_inner().map_err(|error| broken(error.into_error())),
        }
    }
}

impl LineFile<File> {
    /// Writes everything down to the disk and lets the file go.
    pub(super) fn close(self) -> Result<(), WriteError> {
        let path = self.path.clone();
        self.finish()?.sync_all().map_err(|source| WriteError { path, source })
    }
}

#[cfg(test)]
mod tests;
