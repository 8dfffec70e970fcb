//! The queue as a value: which tests there are, whose turn it is, and how those ended that are gone.
//!
//! ```text
//! StartTestRequest ──▶ pending (first in, first out) ─┐
//! TestLoaded ────────▶ loaded (a set) ────────────────┴─▶ testing (max_concurrent_tests slots) ──▶ StartTesting
//! TestCompleted, TestException, TestStopping, the actor's end ──▶ the slot is free, the next one's turn
//! TestStopping, the actor's end ──▶ out of everything; how it was at last is kept among the ended, bounded
//! ```
//!
//! Whose turn is next: the first that was started *and* is loaded. An older test that still loads does not block a younger
//! one that is ready.
//!
//! # What always holds
//!
//! - No more tests have a turn than there are slots, and none has two.
//! - Whoever waits, is loaded, or has a turn is a test that lives; nobody waits twice.
//! - Who has a turn waits for none. Who has completed or failed neither waits nor has a turn.
//! - A test is in `loaded` exactly while it is in state `Loaded` and has no turn.
//! - No slot is free while a test waits that is loaded, unless the queue shuts down.
//! - A test lives, or has ended, and never both; no more ended ones are kept than were asked for.
//! - The six counts add up to the number of tests that live.
//!
//! # Where it differs from the Scala system
//!
//! A test that failed or completed is taken out of `pending` and `loaded` too, where it could be given a turn it cannot use.
//! A second `StartTestRequest` changes nothing. A test whose actor ended without a word leaves everything at once. The set
//! of stopped ids, which only grew, is the bounded set of results.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::num::NonZeroUsize;

use test_probe_directives::{TestId, Timestamp};

use super::ended_tests::EndedTests;
use super::entry::TestEntry;
use super::event::{Effect, Event};
use crate::commands::StopCause;
use crate::metrics::TestOutcome;
use crate::responses::{TestState, TestStatusResponse};

/// How many tests may have a turn, and how many ended ones are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    pub(super) max_concurrent_tests: NonZeroUsize,
    pub(super) retained_results: NonZeroUsize,
}

/// The queue as a value.
#[derive(Clone, Debug)]
pub(super) struct Registry {
    pub(super) limits: Limits,
    pub(super) tests: BTreeMap<TestId, TestEntry>,
    pub(super) pending: VecDeque<TestId>,
    pub(super) loaded: BTreeSet<TestId>,
    /// The slots that are taken, in the order of the turns.
    pub(super) testing: Vec<TestId>,
    /// Tests that have said goodbye and whose actors have not ended yet.
    pub(super) leaving: BTreeSet<TestId>,
    pub(super) ended: EndedTests,
    pub(super) shutdown: Option<StopCause>,
    /// When something happened last.
    now: Timestamp,
}

impl Registry {
    /// No test lives; these have ended.
    pub(super) fn new(limits: Limits, ended: EndedTests, shutdown: Option<StopCause>) -> Self {
        Self {
            limits,
            tests: BTreeMap::new(),
            pending: VecDeque::new(),
            loaded: BTreeSet::new(),
            testing: Vec::new(),
            leaving: BTreeSet::new(),
            ended,
            shutdown,
            now: Timestamp::default(),
        }
    }

    /// Whether this test is one that lives.
    pub(super) fn is_live(&self, test_id: TestId) -> bool {
        self.tests.contains_key(&test_id)
    }

    /// Decides what follows from an event. Touches nothing else.
    pub(super) fn on(&mut self, event: Event, now: Timestamp) -> Vec<Effect> {
        self.now = now;
        let mut effects = Vec::new();
        match event {
            Event::Made { test_id } => {
                self.ended.remove(test_id);
                self.tests.insert(test_id, TestEntry::new());
            }
            Event::StartRequested { test_id, bucket, test_type } => {
                self.line_up(test_id, bucket, test_type, &mut effects);
            }
            Event::CancelRequested { test_id } => match self.tests.get_mut(&test_id) {
                Some(test) => test.cancel_requested = true,
                None => effects.push(Effect::Unknown(test_id)),
            },
            Event::Initialized { test_id } => self.move_to(TestState::Setup, test_id, &mut effects),
            Event::Loading { test_id } => self.move_to(TestState::Loading, test_id, &mut effects),
            Event::Loaded { test_id } => self.move_to(TestState::Loaded, test_id, &mut effects),
            Event::Started { test_id } => self.move_to(TestState::Testing, test_id, &mut effects),
            Event::Completed { test_id, status } => {
                self.move_to(TestState::Completed, test_id, &mut effects);
                if let Some(test) = self.tests.get_mut(&test_id) {
                    test.story = Some(status);
                }
            }
            Event::Exception { test_id, exception } => {
                self.move_to(TestState::Exception, test_id, &mut effects);
                if let Some(test) = self.tests.get_mut(&test_id) {
                    test.exception = Some(exception);
                    test.story = None;
                }
            }
            Event::Stopping { test_id, last } => self.say_goodbye(test_id, *last, &mut effects),
            Event::ActorEnded { test_id, how } => self.bury(test_id, &how, &mut effects),
            Event::Shutdown { cause } => self.shut_down(cause, &mut effects),
        }
        self.give_turns(&mut effects);
        debug_assert_eq!(self.violated(), None, "the queue is not sound");
        effects
    }

    /// The queue itself is lost, and every test that lives with it, because of this. Yields what outlives it, and what the
    /// tests that were lost came to.
    pub(super) fn lose_all(&mut self, why: &str) -> (EndedTests, Vec<TestOutcome>) {
        let mut lost = std::mem::replace(self, Self::new(self.limits, EndedTests::default(), self.shutdown));
        let tests = std::mem::take(&mut lost.tests);
        let mut outcomes = Vec::with_capacity(tests.len());
        for (test_id, test) in tests {
            let last = test.lost(test_id, why, lost.now);
            outcomes.push(TestOutcome::of(&last, false));
            lost.keep(test_id, last);
        }
        (lost.ended, outcomes)
    }

    /// The first request to start a test lines it up; a further one changes nothing.
    fn line_up(&mut self, test_id: TestId, bucket: String, test_type: Option<String>, effects: &mut Vec<Effect>) {
        let Some(test) = self.tests.get_mut(&test_id) else { return effects.push(Effect::Unknown(test_id)) };
        if test.start_request_time.is_some() {
            return;
        }
        (test.bucket, test.test_type) = (Some(bucket), test_type);
        test.start_request_time = Some(self.now);
        if matches!(test.state, TestState::Setup | TestState::Loading | TestState::Loaded) {
            self.pending.push_back(test_id);
        }
    }

    fn move_to(&mut self, state: TestState, test_id: TestId, effects: &mut Vec<Effect>) {
        let Some(test) = self.tests.get_mut(&test_id) else { return effects.push(Effect::Unknown(test_id)) };
        test.state = state;
        if state == TestState::Testing {
            test.started_at.get_or_insert(self.now);
        }
        if matches!(state, TestState::Completed | TestState::Exception) {
            self.testing.retain(|running| *running != test_id);
        }
        if matches!(state, TestState::Testing | TestState::Completed | TestState::Exception) {
            self.pending.retain(|waiting| *waiting != test_id);
        }
        if state == TestState::Loaded && !self.testing.contains(&test_id) {
            self.loaded.insert(test_id);
        } else {
            self.loaded.remove(&test_id);
        }
    }

    fn say_goodbye(&mut self, test_id: TestId, last: TestStatusResponse, effects: &mut Vec<Effect>) {
        match self.take_out(test_id) {
            Some(test) => {
                effects.push(Effect::Count(TestOutcome::of(&last, test.cancel_requested)));
                self.leaving.insert(test_id);
                self.keep(test_id, last);
            }
            // Said twice, or after the queue had lost the test: what the test itself says is the better word.
            None if self.ended.contains(test_id) => self.keep(test_id, last),
            None => effects.push(Effect::Unknown(test_id)),
        }
    }

    fn bury(&mut self, test_id: TestId, how: &str, effects: &mut Vec<Effect>) {
        self.leaving.remove(&test_id);
        if let Some(test) = self.take_out(test_id) {
            let last = test.lost(test_id, &format!("its actor ended without a word ({how})"), self.now);
            effects.extend([Effect::Lost(test_id), Effect::Count(TestOutcome::of(&last, false))]);
            self.keep(test_id, last);
        }
        self.look_for_the_end(effects);
    }

    fn shut_down(&mut self, cause: StopCause, effects: &mut Vec<Effect>) {
        if self.shutdown.replace(cause).is_none() {
            for (test_id, test) in &mut self.tests {
                test.cancel_requested = true;
                effects.push(Effect::CancelByForce(*test_id, cause));
            }
        }
        self.look_for_the_end(effects);
    }

    fn look_for_the_end(&self, effects: &mut Vec<Effect>) {
        if self.shutdown.is_some() && self.tests.is_empty() && self.leaving.is_empty() {
            effects.push(Effect::AllOver);
        }
    }

    fn give_turns(&mut self, effects: &mut Vec<Effect>) {
        while self.shutdown.is_none() && self.testing.len() < self.limits.max_concurrent_tests.get() {
            let next = self.pending.iter().position(|test_id| self.loaded.contains(test_id));
            let Some(test_id) = next.and_then(|next| self.pending.remove(next)) else { return };
            self.loaded.remove(&test_id);
            self.testing.push(test_id);
            effects.push(Effect::StartTesting(test_id));
        }
    }

    fn take_out(&mut self, test_id: TestId) -> Option<TestEntry> {
        self.pending.retain(|waiting| *waiting != test_id);
        self.loaded.remove(&test_id);
        self.testing.retain(|running| *running != test_id);
        self.tests.remove(&test_id)
    }

    fn keep(&mut self, test_id: TestId, last: TestStatusResponse) {
        self.ended.insert(test_id, last, self.limits.retained_results.get());
    }
}
