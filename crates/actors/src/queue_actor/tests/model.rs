//! Any sequence of events at all, against the promises of the value and against a slow and simple copy of the queue.

use proptest::prelude::*;
use test_probe_directives::TestId;

use super::registry::{actor_ended, exception, registry, start_requested, stopping};
use super::rig::{NOW, id, story};
use crate::commands::StopCause;
use crate::queue_actor::event::{Effect, Event};
use crate::responses::TestState;

/// What the copy knows of a test.
#[derive(Clone, Debug)]
struct Test {
    test_id: TestId,
    state: TestState,
    /// When it was lined up, as a number that grows.
    waits_since: Option<usize>,
    was_started: bool,
    has_turn: bool,
}

/// The queue, as simply as it can be said: a list of tests.
#[derive(Debug, Default)]
struct Model {
    tests: Vec<Test>,
    slots: usize,
    next: usize,
    is_shutting_down: bool,
}

impl Model {
    /// Takes an event; yields whose turn it is now, in that order.
    fn on(&mut self, event: &Event) -> Vec<TestId> {
        use TestState::{Completed, Exception, Loaded, Loading, Setup, Testing};
        let next = self.next;
        self.next += 1;
        match event {
            Event::Made { test_id } => self.tests.push(Test {
                test_id: *test_id,
                state: Setup,
                waits_since: None,
                was_started: false,
                has_turn: false,
            }),
            Event::StartRequested { test_id, .. } => self.with(*test_id, |test| {
                if !test.was_started && matches!(test.state, Setup | Loading | Loaded) {
                    test.waits_since = Some(next);
                }
                test.was_started = true;
            }),
            Event::Initialized { test_id } => self.with(*test_id, |test| test.state = Setup),
            Event::Loading { test_id } => self.with(*test_id, |test| test.state = Loading),
            Event::Loaded { test_id } => self.with(*test_id, |test| test.state = Loaded),
            Event::Started { test_id } => self.with(*test_id, |test| {
                (test.state, test.waits_since) = (Testing, None);
            }),
            Event::Completed { test_id, .. } => self.with(*test_id, |test| {
                (test.state, test.waits_since, test.has_turn) = (Completed, None, false);
            }),
            Event::Exception { test_id, .. } => self.with(*test_id, |test| {
                (test.state, test.waits_since, test.has_turn) = (Exception, None, false);
            }),
            Event::Stopping { test_id, .. } | Event::ActorEnded { test_id, .. } => {
                self.tests.retain(|test| test.test_id != *test_id);
            }
            Event::CancelRequested { .. } => {}
            Event::Shutdown { .. } => self.is_shutting_down = true,
        }
        let mut turns = Vec::new();
        while !self.is_shutting_down && self.tests.iter().filter(|test| test.has_turn).count() < self.slots {
            let ready = self.tests.iter_mut().filter(|test| test.state == Loaded && test.waits_since.is_some());
            let Some(first) = ready.min_by_key(|test| test.waits_since) else { break };
            (first.waits_since, first.has_turn) = (None, true);
            turns.push(first.test_id);
        }
        turns
    }

    fn with(&mut self, test_id: TestId, change: impl FnOnce(&mut Test)) {
        if let Some(test) = self.tests.iter_mut().find(|test| test.test_id == test_id) {
            change(test);
        }
    }
}

fn events() -> impl Strategy<Value = Event> {
    let test_id = (1..=6_u8).prop_map(id);
    (test_id, 0..23_u8, 0..40_u8).prop_map(|(test_id, what, rarely)| match what {
        // Starts and loads are frequent, so that several tests wait for a turn at the same time.
        0..=4 => start_requested(test_id),
        5 | 6 => Event::Loading { test_id },
        7..=12 => Event::Loaded { test_id },
        13 | 14 => Event::Started { test_id },
        15..=17 => Event::Completed { test_id, status: story(test_id) },
        18 => exception(test_id),
        19 => stopping(test_id, TestState::Completed),
        20 => actor_ended(test_id),
        21 => Event::CancelRequested { test_id },
        _ if rarely == 0 => Event::Shutdown { cause: StopCause::Interrupt },
        _ => Event::Initialized { test_id },
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_promises_hold_and_turns_are_given_as_the_simple_copy_gives_them(
        slots in 1..=3_usize,
        retained in 1..=4_usize,
        events in proptest::collection::vec(events(), 1..80),
    ) {
        let (mut queue, mut model) = (registry(slots, retained), Model { slots, ..Model::default() });
        let made = (1..=6).map(|n| Event::Made { test_id: id(n) });
        for event in made.chain(events) {
            let turns = model.on(&event);
            let told = queue.on(event, NOW);
            prop_assert_eq!(queue.violated(), None);
            let given: Vec<_> = told
                .iter()
                .filter_map(|effect| if let Effect::StartTesting(test_id) = effect { Some(*test_id) } else { None })
                .collect();
            prop_assert_eq!(given, turns);
            let running: Vec<_> = model.tests.iter().filter(|test| test.has_turn).map(|test| test.test_id).collect();
            let mut testing = queue.testing.clone();
            testing.sort_unstable();
            prop_assert_eq!(testing, running);
            prop_assert_eq!(queue.counts().total_tests, model.tests.len());
        }
        // No slot is lost: whoever is left and is ready gets through, one after the other.
        while let Some(test_id) = queue.testing.first().copied() {
            let turns = model.on(&Event::Completed { test_id, status: story(test_id) });
            prop_assert_eq!(queue.on(Event::Completed { test_id, status: story(test_id) }, NOW).len(), turns.len());
        }
        let is_left = |test: &Test| test.state == TestState::Loaded && test.waits_since.is_some();
        prop_assert!(model.is_shutting_down || !model.tests.iter().any(is_left));
    }
}
