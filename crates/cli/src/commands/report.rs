use std::path::Path;

use test_probe::evidence::{replay, write_reports};
use test_probe::{ExitStatus, explain};

use crate::progress::verdict;
use crate::terminal::Terminal;

/// Makes the reports of a run again from its ledger.
pub(crate) fn report(dir: &Path, terminal: &Terminal) -> ExitStatus {
    let (record, notes) = match replay(dir) {
        Ok(found) => found,
        Err(error) => {
            terminal.error(explain(&error));
            return ExitStatus::BadInput;
        }
    };
    if notes.still_running {
        terminal.warning("the run is still going on; the reports show it as far as it has come");
    }
    if let Some(torn) = notes.torn_line {
        terminal.warning(format_args!(
            "line {} of the ledger ends after {} bytes: the run was killed while it wrote it; it is left out",
            torn.line, torn.bytes
        ));
    }
    if let Err(error) = write_reports(dir, &record) {
        terminal.error(explain(&error));
        return ExitStatus::WorldFailed;
    }
    terminal.result(verdict::whole(&record));
    terminal.result(format_args!("reports: {} (made from {} entries)", dir.display(), notes.entries));
    ExitStatus::Passed
}
