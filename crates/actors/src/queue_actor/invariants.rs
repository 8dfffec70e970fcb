use std::collections::BTreeSet;

use super::registry::Registry;
use crate::responses::TestState;

impl Registry {
    /// The first of the module's promises that does not hold; nothing when the value is sound. Checked after every event
    /// where debug assertions are on, and by the tests.
    pub(super) fn violated(&self) -> Option<&'static str> {
        let Self { tests, pending, loaded, testing, leaving, ended, .. } = self;
        let waiting: BTreeSet<_> = pending.iter().copied().collect();
        let running: BTreeSet<_> = testing.iter().copied().collect();
        let state = |test_id| tests.get(test_id).map(|test| test.state);
        let may_wait = |state| matches!(state, Some(TestState::Setup | TestState::Loading | TestState::Loaded));
        let is_over = |state| matches!(state, None | Some(TestState::Completed | TestState::Exception));
        let is_loaded = |(test_id, test): (_, &super::entry::TestEntry)| {
            loaded.contains(test_id) == (test.state == TestState::Loaded && !running.contains(test_id))
        };
        let counts = self.counts();
        let counted = counts.setup_count
            + counts.loading_count
            + counts.loaded_count
            + counts.testing_count
            + counts.completed_count
            + counts.exception_count;
        let (kept, places) = ended.sizes();
        let promises = [
            (testing.len() <= self.limits.max_concurrent_tests.get(), "more tests have a turn than there are slots"),
            (running.len() == testing.len(), "a test has two slots"),
            (waiting.len() == pending.len(), "a test waits twice"),
            (waiting.is_disjoint(&running), "a test waits and has a turn"),
            (waiting.iter().all(|test_id| may_wait(state(test_id))), "one waits that cannot have a turn"),
            (!running.iter().any(|test_id| is_over(state(test_id))), "one has a turn that is over or gone"),
            (loaded.iter().all(|test_id| tests.contains_key(test_id)), "one is loaded that is gone"),
            (tests.iter().all(is_loaded), "the loaded are not those in state Loaded without a turn"),
            (!self.wastes_a_slot(), "a slot is free while a test waits that is loaded"),
            (leaving.iter().all(|test_id| !tests.contains_key(test_id)), "a test lives and has said goodbye"),
            (tests.keys().all(|test_id| !ended.contains(*test_id)), "a test lives and has ended"),
            (kept == places && kept <= self.limits.retained_results.get(), "more ended tests are kept than may be"),
            (counted == tests.len(), "the counts do not add up"),
        ];
        promises.into_iter().find_map(|(holds, otherwise)| (!holds).then_some(otherwise))
    }

    fn wastes_a_slot(&self) -> bool {
        self.shutdown.is_none()
            && self.testing.len() < self.limits.max_concurrent_tests.get()
            && self.pending.iter().any(|test_id| self.loaded.contains(test_id))
    }
}
