use std::fmt;

use super::RunRecord;
use crate::ledger_entry::run::RunOutcome;

/// What a run's scenarios are worth together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The run completed, at least one scenario ran, and all of them passed.
    Passed,
    /// The run completed, and a scenario did not pass, or none ran.
    Failed,
    /// Somebody stopped the run.
    Interrupted,
    /// The run's time was up.
    TimedOut,
    /// Broker, registry, vault or storage failed.
    WorldFailed,
    /// The ledger does not say how the run ended: the run is still going on, or its process was killed.
    Incomplete,
}

impl Verdict {
    /// The word as `summary.json` writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
            Self::TimedOut => "timed-out",
            Self::WorldFailed => "world-failed",
            Self::Incomplete => "incomplete",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl RunRecord {
    /// What the run's scenarios are worth together.
    pub fn verdict(&self) -> Verdict {
        let counts = self.scenario_counts();
        match self.finished().map(|finished| (finished.outcome, finished.exit_status)) {
            None => Verdict::Incomplete,
            Some((RunOutcome::Interrupted, _)) => Verdict::Interrupted,
            Some((RunOutcome::TimedOut, _)) => Verdict::TimedOut,
            Some((RunOutcome::WorldFailed, _)) => Verdict::WorldFailed,
            Some((RunOutcome::Completed, 0)) if counts.passed > 0 && counts.passed == counts.total() => Verdict::Passed,
            Some((RunOutcome::Completed, _)) => Verdict::Failed,
        }
    }

    /// The verdict as a sentence, with its reason.
    pub fn verdict_reason(&self) -> String {
        let counts = self.scenario_counts();
        let total = counts.total();
        let scenarios = |n: u64| format!("{n} scenario{}", if n == 1 { "" } else { "s" });
        let finished = self.finished();
        let sentence = match self.verdict() {
            Verdict::Passed if total == 1 => "the scenario passed".to_owned(),
            Verdict::Passed => format!("all {total} scenarios passed"),
            Verdict::Failed if total == 0 => "no scenario ran".to_owned(),
            Verdict::Failed if counts.failed > 0 => format!("{} of {} failed", counts.failed, scenarios(total)),
            Verdict::Failed if counts.skipped > 0 => format!("{} of {} skipped", counts.skipped, scenarios(total)),
            Verdict::Failed => format!(
                "all scenarios passed, but the run asked for exit status {}",
                finished.map_or(0, |finished| finished.exit_status)
            ),
            Verdict::Interrupted => "the run was interrupted".to_owned(),
            Verdict::TimedOut => "the run's time was up".to_owned(),
            Verdict::WorldFailed => "the world under test failed".to_owned(),
            Verdict::Incomplete => "the ledger ends before the run did".to_owned(),
        };
        match finished.and_then(|finished| finished.reason.as_deref()) {
            Some(reason) => format!("{sentence}: {reason}"),
            None => sentence,
        }
    }

    /// What is wrong with the run as a whole and shows in no failed scenario, so that reports made of scenarios must
    /// say it apart. Nothing for a run that passed, or that failed because a scenario did.
    pub fn run_failure(&self) -> Option<String> {
        match self.verdict() {
            Verdict::Passed => None,
            Verdict::Failed if self.scenario_counts().failed > 0 => None,
            _ => Some(self.verdict_reason()),
        }
    }
}
