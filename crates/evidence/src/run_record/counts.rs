use std::iter::Sum;

use serde::Serialize;

use crate::ledger_entry::scenario::ScenarioStatus;

/// How many scenarios ended in which way. Every scenario is in exactly one of the three.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ScenarioCounts {
    /// All steps passed.
    pub passed: u64,
    /// A step failed, was skipped, undefined, ambiguous or pending, or the run ended in the middle of the scenario.
    pub failed: u64,
    /// Never begun, because the run was stopped before.
    pub skipped: u64,
}

impl ScenarioCounts {
    pub(super) fn of(statuses: impl Iterator<Item = ScenarioStatus>) -> Self {
        let mut counts = Self::default();
        for status in statuses {
            match status {
                ScenarioStatus::Passed => counts.passed += 1,
                ScenarioStatus::Failed | ScenarioStatus::Interrupted => counts.failed += 1,
                ScenarioStatus::Skipped => counts.skipped += 1,
            }
        }
        counts
    }

    /// The number of scenarios.
    pub const fn total(&self) -> u64 {
        self.passed + self.failed + self.skipped
    }
}

/// What became of events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EventCounts {
    /// Taken over for producing.
    pub accepted: u64,
    /// Confirmed by the broker.
    pub acknowledged: u64,
    /// Not confirmed.
    pub nacked: u64,
    /// Consumed and kept.
    pub received: u64,
}

impl Sum for EventCounts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |sum, next| Self {
            accepted: sum.accepted + next.accepted,
            acknowledged: sum.acknowledged + next.acknowledged,
            nacked: sum.nacked + next.nacked,
            received: sum.received + next.received,
        })
    }
}

/// How many connections were opened, by sort of client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ConnectionCounts {
    /// By producers.
    pub producer: u64,
    /// By consumers.
    pub consumer: u64,
}
