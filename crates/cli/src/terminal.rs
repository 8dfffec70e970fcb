use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use indicatif::{MultiProgress, ProgressBar};

/// What a person sees: results on the standard output, everything else on the standard error, and a bar below both where
/// that is a terminal. Clones are one terminal.
#[derive(Clone, Debug)]
pub(crate) struct Terminal {
    bars: MultiProgress,
    has_bars: bool,
}

impl Terminal {
    pub(crate) fn new() -> Self {
        Self { bars: MultiProgress::new(), has_bars: io::stderr().is_terminal() }
    }

    /// Whether somebody looks on, so that a bar tells more than lines.
    pub(crate) fn has_bars(&self) -> bool {
        self.has_bars
    }

    /// Shows a bar below everything else.
    pub(crate) fn show(&self, bar: ProgressBar) -> ProgressBar {
        self.bars.add(bar)
    }

    /// A result. Nobody reads it any more when its reader has closed the pipe, which is no failure.
    pub(crate) fn result(&self, text: impl Display) {
        self.above_bars(|| writeln!(io::stdout(), "{text}").and_then(|()| io::stdout().flush()));
    }

    /// A word on the side.
    pub(crate) fn note(&self, text: impl Display) {
        self.above_bars(|| writeln!(io::stderr(), "{text}"));
    }

    /// Something that went wrong.
    pub(crate) fn error(&self, text: impl Display) {
        self.note(format_args!("{} {text}", console::style("error:").for_stderr().red().bold()));
    }

    /// Something that a person should know.
    pub(crate) fn warning(&self, text: impl Display) {
        self.note(format_args!("{} {text}", console::style("warning:").for_stderr().yellow().bold()));
    }

    pub(crate) fn above_bars(&self, write: impl FnOnce() -> io::Result<()>) {
        self.bars.suspend(write).ok();
    }
}
