use std::io::{self, Write};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::terminal::Terminal;

/// Writes the log to the standard error: warnings and errors, or what the variable `RUST_LOG` asks for.
pub(crate) fn start(terminal: &Terminal) {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::WARN.into()).from_env_lossy();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(AboveBars(terminal.clone())).init();
}

/// Log lines do not run into the progress bar.
struct AboveBars(Terminal);

impl<'a> MakeWriter<'a> for AboveBars {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { terminal: self.0.clone(), bytes: Vec::new() }
    }
}

/// One event of the log, written when it is whole.
struct Line {
    terminal: Terminal,
    bytes: Vec<u8>,
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.terminal.above_bars(|| io::stderr().write_all(&self.bytes));
    }
}
