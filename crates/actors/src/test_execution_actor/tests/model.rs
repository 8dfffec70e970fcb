//! Every sequence of events up to a length, and random longer ones, against what must hold whatever happens.
//!
//! The model around the machine is the actor's world at its worst: deferred messages arrive at any later moment, the
//! timer fires whenever one is set, children answer, fail, answer twice, or never.

use std::collections::HashSet;

use proptest::prelude::*;

use super::sample::{NOW, PILLS, cancel, complete, directive, ended, error, force, result, start, test_id};
use crate::commands::{ChildKind, StopCause};
use crate::responses::TestState;
use crate::test_execution_actor::effect::{Effect, Report};
use crate::test_execution_actor::event::{Event, Trn};
use crate::test_execution_actor::machine::Machine;
use crate::test_execution_actor::state::{State, Step};

/// A machine with what has come of it so far.
#[derive(Clone)]
struct Model {
    machine: Machine,
    deferred: Vec<Trn>,
    has_timer: bool,
    spawned: usize,
    started: usize,
    loads: usize,
    closes: usize,
    exceptions: usize,
    stoppings: usize,
    is_over: bool,
}

impl Model {
    fn new() -> Self {
        Self {
            machine: Machine::new(test_id(), PILLS),
            deferred: Vec::new(),
            has_timer: false,
            spawned: 0,
            started: 0,
            loads: 0,
            closes: 0,
            exceptions: 0,
            stoppings: 0,
            is_over: false,
        }
    }

    /// Lets the event happen and checks the invariants of the machine's module, numbered in that order.
    fn on(&mut self, event: Event) {
        let before = self.machine.clone();
        let (machine, effects) = before.clone().on(event, NOW);
        let after = machine.state.name();
        assert!(rank(after) >= rank(before.state.name()), "1: {} leads back to {after}", before.state.name());
        self.machine = machine;
        for effect in effects {
            self.note(effect, &before);
        }
        if self.machine.data.success == Some(true) {
            let result = self.machine.data.test_result.as_ref().expect("4: a success without a result");
            assert!(self.loads > 0, "4: a success before the evidence was stored");
            assert!(result.passed && result.interrupted.is_none(), "4: {result:?} is no success");
        }
        self.check_timer();
    }

    fn note(&mut self, effect: Effect, before: &Machine) {
        assert!(!self.is_over, "5: {effect:?} comes after the end");
        match effect {
            Effect::Defer(trn) => self.deferred.push(trn),
            Effect::StartPoisonPill(_) => self.has_timer = true,
            Effect::CancelPoisonPill => self.has_timer = false,
            Effect::SpawnChildren => {
                self.spawned += 1;
                assert_eq!(self.spawned, 1, "2: children are spawned twice");
            }
            Effect::StartScenarios => {
                self.started += 1;
                assert_eq!(self.started, 1, "2: scenarios start twice");
                assert_eq!(before.state, State::Testing(Step::NotBegun), "2: scenarios start out of turn");
            }
            Effect::CloseTopics => {
                self.closes += 1;
                assert!(self.loads == 0, "3: topics are closed after the evidence was stored");
            }
            Effect::LoadToBlockStorage(_) => {
                self.loads += 1;
                assert_eq!(self.loads, 1, "3: evidence is stored twice");
                assert!(self.closes > 0 || !self.machine.data.has_topics(), "3: evidence is stored over open topics");
            }
            Effect::TellQueue(Report::Exception(_)) => {
                self.exceptions += 1;
                assert_eq!(self.exceptions, 1, "5: the queue hears of an exception twice");
            }
            Effect::TellQueue(Report::Stopping) => {
                self.stoppings += 1;
                assert_eq!(self.stoppings, 1, "5: the queue hears of the end twice");
            }
            Effect::End => {
                assert_eq!(self.stoppings, 1, "5: the queue does not hear of the end");
                self.is_over = true;
            }
            _ => {}
        }
    }

    /// A timer runs, or a deferred message is about to start it, wherever nothing else would end the state.
    fn check_timer(&self) {
        let may_wait = match self.machine.state.name() {
            TestState::Loaded => true,
            TestState::Setup => self.machine.state == State::Setup { is_initialized: false },
            TestState::ShuttingDown => self.is_over,
            _ => false,
        };
        assert!(may_wait || self.has_timer || !self.deferred.is_empty(), "6: nothing ends {:?}", self.machine.state);
    }

    /// What may happen next. A deferred message arrives in its order, whatever comes between.
    fn choices(&self) -> Vec<Event> {
        if self.is_over {
            return Vec::new();
        }
        let mut choices = vec![
            start(),
            cancel(),
            force(StopCause::Cancelled),
            force(StopCause::Terminate),
            Event::GetStatus,
            Event::StartTesting,
            Event::BlockStorageFetched(directive()),
            Event::SecurityFetched(Vec::new()),
            complete(),
            Event::TestComplete(result(false, None)),
            Event::BlockStorageUploadComplete,
            Event::Trn(Trn::Exception(error())),
            Event::Initialize,
        ];
        choices.extend(self.deferred.first().cloned().map(Event::Trn));
        choices.extend(self.has_timer.then_some(Event::PoisonPill));
        choices.extend(ChildKind::ALL.map(Event::ChildGoodToGo));
        choices.extend(self.machine.data.alive.iter().copied().map(ended));
        choices
    }

    fn take(&mut self, event: Event) {
        if matches!(&event, Event::Trn(trn) if self.deferred.first() == Some(trn)) {
            self.deferred.remove(0);
        }
        if matches!(event, Event::PoisonPill) {
            self.has_timer = false;
        }
        self.on(event);
    }

    /// Nobody says anything any more: only the timer and the deferred messages are left. The test must come to its end.
    fn leave_alone(mut self) {
        for _ in 0..40 {
            if self.is_over {
                return;
            }
            let next = match self.deferred.first().cloned() {
                Some(trn) => Event::Trn(trn),
                None if self.has_timer => Event::PoisonPill,
                None if self.machine.state == State::Loaded => Event::StartTesting,
                // Nobody initialised it; the queue does that before anything else.
                None => Event::Initialize,
            };
            self.take(next);
        }
        panic!("6: left alone it never ends: {:?}", self.machine.state);
    }

    /// What of the machine decides its future; two models alike in it need not both be followed.
    fn fingerprint(&self) -> String {
        let Machine { state, data, .. } = &self.machine;
        let directive = data.block_storage_directive.is_some();
        format!(
            "{state:?} {directive} {:?} {} {} {} {:?} {:?} {:?} {} {:?} {}",
            data.alive,
            data.is_running,
            data.is_stored,
            data.is_ending,
            data.test_result,
            data.success,
            data.error.is_some(),
            self.has_timer,
            self.deferred,
            self.is_over,
        ) + &format!("{} {} {} {}", self.spawned, self.started, self.loads, self.closes)
    }
}

fn rank(state: TestState) -> usize {
    TestState::ALL.iter().position(|known| *known == state).expect("every state is listed")
}

/// Follows every choice, up to so many events, from this point on.
fn follow(model: &Model, events: usize, seen: &mut HashSet<(usize, String)>) {
    if !seen.insert((events, model.fingerprint())) {
        return;
    }
    model.clone().leave_alone();
    if events == 0 {
        return;
    }
    for event in model.choices() {
        let mut next = model.clone();
        next.take(event);
        follow(&next, events - 1, seen);
    }
}

/// A test that has come so far without any trouble.
fn brought_to(state: TestState) -> Model {
    let mut model = Model::new();
    let mut road = vec![Event::Initialize, Event::Trn(Trn::Setup), start(), Event::Trn(Trn::Loading)];
    road.extend([Event::BlockStorageFetched(directive()), Event::SecurityFetched(Vec::new())]);
    road.extend(ChildKind::ALL.map(Event::ChildGoodToGo));
    road.extend([Event::Trn(Trn::Loaded), Event::StartTesting, Event::Trn(Trn::Testing), complete()]);
    road.extend([ended(ChildKind::Producer), ended(ChildKind::Consumer), Event::BlockStorageUploadComplete]);
    for event in road {
        if model.machine.state.name() == state && model.deferred.is_empty() {
            break;
        }
        model.take(event);
    }
    assert_eq!(model.machine.state.name(), state);
    model
}

#[test]
fn every_sequence_of_five_events_keeps_the_invariants_from_each_state_on() {
    for state in [TestState::Setup, TestState::Loading, TestState::Loaded, TestState::Testing, TestState::Completed] {
        let start = if state == TestState::Setup { Model::new() } else { brought_to(state) };
        let mut seen = HashSet::new();
        follow(&start, 5, &mut seen);
        assert!(seen.len() > 100, "from {state} only {} models were seen", seen.len());
    }
}

#[test]
fn a_test_without_trouble_comes_to_its_end() {
    let mut model = brought_to(TestState::Completed);
    assert_eq!(model.machine.data.success, Some(true));
    assert_eq!((model.spawned, model.started, model.closes, model.loads), (1, 1, 1, 1));
    model.take(Event::Trn(Trn::Complete));
    model.leave_alone();
}

proptest! {
    #[test]
    fn random_sequences_keep_the_invariants(picks in prop::collection::vec(any::<prop::sample::Index>(), 0..120)) {
        let mut model = Model::new();
        for pick in picks {
            let choices = model.choices();
            if choices.is_empty() {
                break;
            }
            // Messages that were deferred arrive more often than not, or nothing would ever get far.
            let event = match (model.deferred.first().cloned(), pick.index(3)) {
                (Some(trn), 0 | 1) => Event::Trn(trn),
                _ => choices[pick.index(choices.len())].clone(),
            };
            model.take(event);
        }
        model.leave_alone();
    }
}
