use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::{NoObserver, RunObserver, StopSwitch};

/// What a run is told besides its test.
#[derive(Clone)]
#[non_exhaustive]
pub struct RunOptions {
    /// Where the evidence goes; `evidence/` in the test's folder where nothing is said.
    pub evidence: Option<PathBuf>,
    /// The label `test_type` of the duration metric; the directive's where nothing is said.
    pub test_type: Option<String>,
    /// Who runs it, for `metadata.json`.
    pub run_by: Option<String>,
    /// Who hears how it goes.
    pub observer: Arc<dyn RunObserver>,
    /// What ends it before its time.
    pub stop: StopSwitch,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            evidence: None,
            test_type: None,
            run_by: None,
            observer: Arc::new(NoObserver),
            stop: StopSwitch::default(),
        }
    }
}

impl RunOptions {
    /// Puts the evidence here.
    #[must_use]
    pub fn evidence(self, directory: impl Into<PathBuf>) -> Self {
        Self { evidence: Some(directory.into()), ..self }
    }

    /// Calls the test this sort of test.
    #[must_use]
    pub fn test_type(self, test_type: impl Into<String>) -> Self {
        Self { test_type: Some(test_type.into()), ..self }
    }

    /// Notes who runs it.
    #[must_use]
    pub fn run_by(self, who: impl Into<String>) -> Self {
        Self { run_by: Some(who.into()), ..self }
    }

    /// Tells somebody how it goes.
    #[must_use]
    pub fn observer(self, observer: Arc<dyn RunObserver>) -> Self {
        Self { observer, ..self }
    }

    /// Can be ended by this switch.
    #[must_use]
    pub fn stop(self, stop: StopSwitch) -> Self {
        Self { stop, ..self }
    }
}

impl fmt::Debug for RunOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunOptions")
            .field("evidence", &self.evidence)
            .field("test_type", &self.test_type)
            .field("run_by", &self.run_by)
            .finish_non_exhaustive()
    }
}
