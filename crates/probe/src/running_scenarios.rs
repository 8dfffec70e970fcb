use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Which scenarios are running, for what happens while they do. Clones are one.
#[derive(Clone, Debug, Default)]
pub(crate) struct RunningScenarios(Arc<Mutex<BTreeSet<u64>>>);

impl RunningScenarios {
    pub(crate) fn begins(&self, scenario: u64) {
        self.with(|running| running.insert(scenario));
    }

    pub(crate) fn ends(&self, scenario: u64) {
        self.with(|running| running.remove(&scenario));
    }

    /// The scenario that an event belongs to: the one that runs, unless there are several.
    pub(crate) fn only_one(&self) -> Option<u64> {
        self.with(|running| running.first().copied().filter(|_| running.len() == 1))
    }

    /// Whether any runs.
    pub(crate) fn any(&self) -> bool {
        self.with(|running| !running.is_empty())
    }

    fn with<T>(&self, work: impl FnOnce(&mut BTreeSet<u64>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_belongs_to_a_scenario_that_runs_alone() {
        let running = RunningScenarios::default();
        assert_eq!(running.only_one(), None);
        running.begins(3);
        assert_eq!(running.only_one(), Some(3));
        running.begins(4);
        assert_eq!(running.only_one(), None);
        running.ends(3);
        assert_eq!(running.only_one(), Some(4));
    }
}
