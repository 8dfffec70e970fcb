use std::collections::BTreeSet;

use crate::commands::{ChildKind, StopCause};
use crate::responses::TestState;

/// Where a test stands: the Scala system's seven states, and within some of them how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Setup {
        is_initialized: bool,
    },
    Loading {
        /// Who has not said that it is good to go. The Scala system counts to five, whoever speaks.
        waiting_for: BTreeSet<ChildKind>,
    },
    Loaded,
    Testing(Step),
    Completed,
    Exception(Aftermath),
    ShuttingDown {
        /// What the test is called by those who ask later: it keeps the name of the state in which its story ended.
        last: TestState,
    },
}

/// How far a running test is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// It is its turn, and nothing has begun.
    NotBegun,
    /// The scenarios run.
    Running,
    /// The scenarios were told to end.
    Interrupting(StopCause),
    /// The scenarios are over; producers and consumers drain.
    Closing(Option<StopCause>),
    /// The evidence is being finished and stored.
    Uploading(Option<StopCause>),
}

/// How far a test that failed is with what it owes: its events drained and its evidence stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aftermath {
    /// The failure is not told yet.
    NotBegun,
    /// The scenarios were told to end.
    Interrupting,
    /// Producers and consumers drain.
    Closing,
    /// The evidence is being finished and stored.
    Uploading,
    /// Nothing is owed any more.
    Done,
}

impl State {
    /// The state by its Scala name.
    pub(crate) const fn name(&self) -> TestState {
        match self {
            Self::Setup { .. } => TestState::Setup,
            Self::Loading { .. } => TestState::Loading,
            Self::Loaded => TestState::Loaded,
            Self::Testing(_) => TestState::Testing,
            Self::Completed => TestState::Completed,
            Self::Exception(_) => TestState::Exception,
            Self::ShuttingDown { .. } => TestState::ShuttingDown,
        }
    }

    /// What those are told who ask when the test is gone.
    pub(crate) const fn last_name(&self) -> TestState {
        match self {
            Self::ShuttingDown { last } => *last,
            other => other.name(),
        }
    }
}
