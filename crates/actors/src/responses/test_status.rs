use std::fmt;

use test_probe_directives::{TestId, Timestamp};

use crate::error::ProbeExceptions;

/// How a test is.
#[derive(Clone, Debug, PartialEq)]
pub struct TestStatusResponse {
    /// The test.
    pub test_id: TestId,
    /// The state that its actor is in, or was in at last.
    pub state: TestState,
    /// Where its folder lies, once it was started.
    pub bucket: Option<String>,
    /// What sort of test the caller said that it is.
    pub test_type: Option<String>,
    /// When its scenarios began.
    pub start_time: Option<Timestamp>,
    /// When its evidence was stored, or when it failed while its scenarios ran.
    pub end_time: Option<Timestamp>,
    /// Cucumber's verdict once the evidence is stored; `false` when the test failed while its scenarios ran.
    pub success: Option<bool>,
    /// What failed, besides scenarios.
    pub error: Option<ProbeExceptions>,
    /// How many scenarios came to which end, once they have run. The Scala system keeps this to itself.
    pub scenarios: Option<ScenarioCounts>,
}

/// How many scenarios came to which end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScenarioCounts {
    /// Every step passed.
    pub passed: usize,
    /// A step failed, or is undefined.
    pub failed: usize,
    /// They did not run, or were interrupted.
    pub skipped: usize,
}

/// The seven states of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TestState {
    /// It has an id and waits for its folder.
    Setup,
    /// Its folder and credentials are fetched, its topics opened.
    Loading,
    /// It is ready and waits for its turn.
    Loaded,
    /// Its scenarios run, or their evidence is being stored.
    Testing,
    /// It has run and its evidence is stored.
    Completed,
    /// Something failed besides scenarios.
    Exception,
    /// It is about to end.
    ShuttingDown,
}

impl TestState {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Setup, Self::Loading, Self::Loaded, Self::Testing, Self::Completed, Self::Exception, Self::ShuttingDown];

    /// The Scala system's text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Setup => "Setup",
            Self::Loading => "Loading",
            Self::Loaded => "Loaded",
            Self::Testing => "Testing",
            Self::Completed => "Completed",
            Self::Exception => "Exception",
            Self::ShuttingDown => "ShuttingDown",
        }
    }
}

impl fmt::Display for TestState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
