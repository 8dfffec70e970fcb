use std::path::PathBuf;

use test_probe_evidence::RunRecord;

use crate::ExitStatus;

/// What a run leaves.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RunReport {
    /// Everything that was recorded: all figures come from here.
    pub record: RunRecord,
    /// Where the evidence is.
    pub evidence: PathBuf,
    /// What the run asks of its process.
    pub exit_status: ExitStatus,
    /// What of the evidence could not be written. Empty where it is whole.
    pub write_errors: Vec<String>,
}
