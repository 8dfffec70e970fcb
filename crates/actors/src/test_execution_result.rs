//! What a run of scenarios yields, and how a test as a whole ended.

use std::time::Duration;

use test_probe_directives::TestId;

use crate::commands::StopCause;
use crate::error::ProbeExceptions;
use crate::responses::ScenarioCounts;

/// How the scenarios of a test went: the Scala system's record.
#[derive(Clone, Debug, PartialEq)]
pub struct TestExecutionResult {
    /// The test.
    pub test_id: TestId,
    /// Cucumber's verdict: at least one scenario, and all of them passed.
    pub passed: bool,
    /// All scenarios that were selected.
    pub scenario_count: usize,
    /// Of those, the ones whose every step passed.
    pub scenarios_passed: usize,
    /// Of those, the ones with a step that failed or is undefined.
    pub scenarios_failed: usize,
    /// Of those, the ones that did not run or were interrupted.
    pub scenarios_skipped: usize,
    /// All steps of those scenarios.
    pub step_count: usize,
    /// How long the run took.
    pub duration: Duration,
    /// Why it ended before its time, if it did.
    pub interrupted: Option<StopCause>,
    /// "{n} scenario(s) failed", or nothing.
    pub error_message: Option<String>,
    /// The names of the scenarios that failed.
    pub failed_scenarios: Vec<String>,
}

impl TestExecutionResult {
    /// The share of scenarios that passed, from 0 to 1; 0 without a scenario.
    pub fn success_rate(&self) -> f64 {
        if self.scenario_count == 0 {
            return 0.0;
        }
        // Nobody writes so many scenarios that a float could not count them.
        #[allow(clippy::cast_precision_loss, reason = "a share for people")]
        let rate = self.scenarios_passed as f64 / self.scenario_count as f64;
        rate
    }

    /// The counts alone.
    pub fn counts(&self) -> ScenarioCounts {
        ScenarioCounts { passed: self.scenarios_passed, failed: self.scenarios_failed, skipped: self.scenarios_skipped }
    }
}

/// How a test ended, for its evidence.
#[derive(Clone, Debug, PartialEq)]
pub enum TestEnd {
    /// Its scenarios ran, to their end or until they were interrupted.
    Ran(TestExecutionResult),
    /// It was stopped and its scenarios gave no result: a step blocks its thread.
    Stopped(StopCause),
    /// Something else failed.
    Failed(ProbeExceptions),
}
