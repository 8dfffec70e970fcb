//! The decisions of a test's life: what an event means in each state. Nothing here knows Actix, clocks or timers.
//!
//! ```text
//! Setup ──▶ Loading ──▶ Loaded ──▶ Testing ──▶ Completed ──┐
//!   │          │  │        │  │       │  │         │        │ poison pill
//!   │ cancel,  │  └────────┼──┴───────┼──┴─────────┘        │
//!   │ poison   │           │   a child fails                │
//!   │ pill     │           │          ▼                     │
//!   │          │           │       Exception ───────────────┤
//!   ▼          ▼           ▼                                ▼
//!   ShuttingDown ◀──────────────────────────────────────────┘
//! ```
//!
//! As in the Scala system a transition has two steps: the event stores what it brings and defers a `Trn` message, and the
//! new state's work is done when that message is handled, after whatever was in the mailbox before.
//!
//! Invariants, which the model test checks over every sequence of events:
//! - The order of the states is the one above; nothing leads back.
//! - Children are spawned once, scenarios started once, and only from `Loaded`.
//! - The evidence is stored once, after producers and consumers have ended or their time to drain was up.
//! - `success` is `true` only after the evidence was stored, and only when every scenario passed and none was cut short.
//! - The queue hears of an exception once, and of the end once, as the last thing.
//! - A timer runs in every state but `Loaded` and `ShuttingDown`; whatever never answers, the test comes to its end.

use std::collections::BTreeSet;

use test_probe_directives::{TestId, Timestamp};

use super::data::TestData;
use super::effect::{Answer, Effect, Report};
use super::event::{Event, Trn};
use super::poison_pill::PoisonPills;
use super::state::{Aftermath, State};
use crate::commands::{ChildKind, StopCause};
use crate::responses::{TestState, TestStatusResponse};

mod completed;
mod exception;
mod loaded;
mod loading;
mod setup;
mod shutting_down;
mod testing;

/// A test's state with what is known about it.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) state: State,
    pub(crate) data: TestData,
    pills: PoisonPills,
}

type Decision = (State, Vec<Effect>);

impl Machine {
    pub(crate) fn new(test_id: TestId, pills: PoisonPills) -> Self {
        Self { state: State::Setup { is_initialized: false }, data: TestData::new(test_id), pills }
    }

    /// Decides the next state and what must be done. `now` stamps what is stored.
    #[must_use]
    pub(crate) fn on(mut self, event: Event, now: Timestamp) -> (Self, Vec<Effect>) {
        if let Event::ChildEnded(kind, _) = &event {
            self.data.alive.remove(kind);
        }
        if let Event::Cancel { force: Some(StopCause::Interrupt | StopCause::Terminate) } = &event {
            self.data.is_ending = true;
        }
        let (state, effects) = match self.state.clone() {
            State::Setup { is_initialized } => self.setup(is_initialized, event),
            State::Loading { waiting_for } => self.loading(waiting_for, event),
            State::Loaded => self.loaded(event),
            State::Testing(step) => self.testing(step, event, now),
            State::Completed => self.completed(event),
            State::Exception(aftermath) => self.exception(aftermath, event),
            State::ShuttingDown { last } => self.shutting_down(last, event),
        };
        self.state = state;
        (self, effects)
    }

    /// What somebody is told who asks.
    pub(crate) fn status(&self) -> TestStatusResponse {
        self.data.status(self.state.name())
    }

    /// Whether the test's story is told.
    pub(crate) const fn is_settled(&self) -> bool {
        matches!(self.state, State::Completed | State::Exception(Aftermath::Done))
    }

    /// What somebody is told who asks when the test is gone.
    pub(crate) fn last_status(&self) -> TestStatusResponse {
        self.data.status(self.state.last_name())
    }

    /// Who has not said that it is good to go.
    pub(crate) fn waiting_for(&self) -> BTreeSet<ChildKind> {
        match &self.state {
            State::Loading { waiting_for } => waiting_for.clone(),
            _ => BTreeSet::new(),
        }
    }

    /// Whether a request to start is accepted now.
    pub(crate) const fn may_start(&self) -> bool {
        matches!(self.state, State::Setup { is_initialized: true })
    }

    /// Leaves for the end; `last` is what the test is called afterwards.
    fn shut_down(last: TestState, before: impl IntoIterator<Item = Effect>) -> Decision {
        let effects = before.into_iter().chain([Effect::Defer(Trn::Shutdown)]).collect();
        (State::ShuttingDown { last }, effects)
    }

    /// Cancels a test whose scenarios have not begun.
    fn cancel() -> Decision {
        Self::shut_down(TestState::ShuttingDown, [Effect::CancelPoisonPill, Effect::Answer(Answer::Cancelled)])
    }
}

fn stay(state: State, effects: impl Into<Vec<Effect>>) -> Decision {
    (state, effects.into())
}

/// The state has no use for the event.
fn refuse(state: State) -> Decision {
    (state, vec![Effect::Refuse])
}

/// A second request to start a test does not start it.
fn started_before(state: State) -> Decision {
    stay(state, [Effect::Answer(Answer::NotAccepted("Test was started before"))])
}

fn status(state: State) -> Decision {
    stay(state, [Effect::Answer(Answer::Status)])
}

fn tell(report: Report) -> Effect {
    Effect::TellQueue(report)
}
