use std::num::NonZeroUsize;
use std::time::Duration;

use crate::StartFrom;

/// How a test wants to be run: the directive file's `test` section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestSettings {
    /// Free text carried through; the label `test_type` of the duration metric.
    pub test_type: String,
    /// A tag expression that selects scenarios.
    pub tags: Option<String>,
    /// How many scenarios run at a time; the configuration's `cucumber.parallel-scenarios` where the file says nothing.
    pub parallel_scenarios: Option<NonZeroUsize>,
    /// How long the whole run may take; the configuration's `max-execution-time` where the file says nothing.
    pub timeout: Option<Duration>,
    /// Where consumers begin to read.
    pub start_from: StartFrom,
}

impl Default for TestSettings {
    fn default() -> Self {
        Self {
            test_type: "functional".to_owned(),
            tags: None,
            parallel_scenarios: None,
            timeout: None,
            start_from: StartFrom::TestStart,
        }
    }
}
