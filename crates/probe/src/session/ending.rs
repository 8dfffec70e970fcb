//! What a run's end means: a pure decision.

use std::time::Duration;

use test_probe_directives::describe_duration;
use test_probe_evidence::{RunFinished, RunOutcome};

use crate::{ExitStatus, StopReason};

/// How the run came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Every scenario had its turn.
    Completed {
        /// Whether there were any, and all of them passed.
        is_success: bool,
    },
    /// Somebody stopped it.
    Stopped(StopReason),
    /// Its time was up.
    TimedOut(Duration),
    /// The world failed.
    WorldFailed(String),
}

impl Ending {
    /// What the ledger's last entry says, and what the process is asked for. Records that the world `lost` make every
    /// other end worthless: scenarios may have passed or failed for lack of them.
    pub(super) fn conclude(self, lost: &[String]) -> (RunFinished, ExitStatus) {
        let (outcome, reason, status) = match self {
            Self::Stopped(reason) => (RunOutcome::Interrupted, None, reason.exit_status()),
            Self::WorldFailed(reason) => (RunOutcome::WorldFailed, Some(reason), ExitStatus::WorldFailed),
            _ if !lost.is_empty() => (RunOutcome::WorldFailed, Some(lost.join("\n")), ExitStatus::WorldFailed),
            Self::TimedOut(limit) => {
                let reason = format!(
                    "a test may take {}; raise `timeout` in the directive's `test` section, or \
                     test-probe.core.actor-system.max-execution-time",
                    describe_duration(limit)
                );
                (RunOutcome::TimedOut, Some(reason), ExitStatus::Failed)
            }
            Self::Completed { is_success } => {
                let status = if is_success { ExitStatus::Passed } else { ExitStatus::Failed };
                (RunOutcome::Completed, None, status)
            }
        };
        (RunFinished { outcome, reason, exit_status: i32::from(status.code()) }, status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_end_has_its_outcome_and_its_status() {
        for (ending, outcome, status) in [
            (Ending::Completed { is_success: true }, RunOutcome::Completed, 0),
            (Ending::Completed { is_success: false }, RunOutcome::Completed, 1),
            (Ending::Stopped(StopReason::Interrupt), RunOutcome::Interrupted, 130),
            (Ending::Stopped(StopReason::Terminate), RunOutcome::Interrupted, 143),
            (Ending::TimedOut(Duration::from_secs(600)), RunOutcome::TimedOut, 1),
            (Ending::WorldFailed("no broker".to_owned()), RunOutcome::WorldFailed, 3),
        ] {
            let (finished, asked) = ending.clone().conclude(&[]);
            assert_eq!((finished.outcome, finished.exit_status), (outcome, status), "{ending:?}");
            assert_eq!(i32::from(asked.code()), status);
        }
    }

    #[test]
    fn lost_records_make_a_success_worthless_but_not_a_wish_to_stop() {
        let lost = ["the first 3 records".to_owned()];
        let (finished, status) = Ending::Completed { is_success: true }.conclude(&lost);
        assert_eq!((finished.outcome, status), (RunOutcome::WorldFailed, ExitStatus::WorldFailed));
        assert_eq!(finished.reason.as_deref(), Some("the first 3 records"));
        let (finished, _) = Ending::Stopped(StopReason::Interrupt).conclude(&lost);
        assert_eq!(finished.outcome, RunOutcome::Interrupted);
    }

    #[test]
    fn a_run_whose_time_was_up_says_how_to_give_it_more() {
        let (finished, _) = Ending::TimedOut(Duration::from_secs(600)).conclude(&[]);
        let reason = finished.reason.unwrap();
        assert!(
            reason.starts_with("a test may take 10m;") || reason.starts_with("a test may take 10 minutes;"),
            "{reason}"
        );
    }
}
