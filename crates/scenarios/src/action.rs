use std::fmt;
use std::iter::Sum;
use std::time::Duration;

use futures_util::future::LocalBoxFuture;

use crate::{ProbeWorld, StepError, TestEnvironment};

/// A step that was read and can be done.
pub(crate) struct Action {
    perform: Perform,
    waits: Waits,
    partitions: Vec<PartitionWish>,
}

/// A topic that a step wants with so many partitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PartitionWish {
    pub(crate) topic: String,
    /// The default one where the step names none.
    pub(crate) cluster: Option<String>,
    pub(crate) partitions: u32,
}

type Perform = Box<dyn for<'a> FnOnce(&'a mut ProbeWorld) -> LocalBoxFuture<'a, Result<(), StepError>>>;

/// The time that the text of a step asks for. It does not count against the time that any step may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Waits {
    steps: u32,
    time: Duration,
    receive_timeouts: u32,
    quiet_periods: u32,
}

impl Waits {
    /// A step that asks for none.
    pub(crate) const NONE: Self = Self { steps: 1, time: Duration::ZERO, receive_timeouts: 0, quiet_periods: 0 };

    /// A step that takes this long.
    pub(crate) const fn time(time: Duration) -> Self {
        Self { time, ..Self::NONE }
    }

    /// A step that waits for events: this long, or as long as steps do that say nothing.
    pub(crate) const fn for_events(time: Option<Duration>) -> Self {
        match time {
            Some(time) => Self { time, quiet_periods: 1, ..Self::NONE },
            None => Self { receive_timeouts: 1, quiet_periods: 1, ..Self::NONE },
        }
    }

    fn limit(self, environment: &TestEnvironment) -> Duration {
        environment.step_timeout.saturating_mul(self.steps)
            + self.time
            + environment.receive_timeout.saturating_mul(self.receive_timeouts)
            + environment.quiet_period.saturating_mul(self.quiet_periods)
    }
}

/// Several steps, one after the other.
impl Sum for Waits {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        let nothing = Self { steps: 0, ..Self::NONE };
        all.fold(nothing, |left, right| Self {
            steps: left.steps + right.steps,
            time: left.time + right.time,
            receive_timeouts: left.receive_timeouts + right.receive_timeouts,
            quiet_periods: left.quiet_periods + right.quiet_periods,
        })
    }
}

impl Action {
    /// An action that waits for nothing but answers.
    pub(crate) fn new(perform: impl AsyncFnOnce(&mut ProbeWorld) -> Result<(), StepError> + 'static) -> Self {
        Self {
            perform: Box::new(|world| Box::pin(async move { perform(world).await })),
            waits: Waits::NONE,
            partitions: Vec::new(),
        }
    }

    pub(crate) fn waiting(self, waits: Waits) -> Self {
        Self { waits, ..self }
    }

    /// How long the action may take.
    pub(crate) fn limit(&self, environment: &TestEnvironment) -> Duration {
        self.waits.limit(environment)
    }

    pub(crate) fn wishing(self, partitions: Vec<PartitionWish>) -> Self {
        Self { partitions, ..self }
    }

    pub(crate) fn wishes(&self) -> &[PartitionWish] {
        &self.partitions
    }

    pub(crate) fn waits(&self) -> Waits {
        self.waits
    }

    pub(crate) fn perform(self, world: &mut ProbeWorld) -> LocalBoxFuture<'_, Result<(), StepError>> {
        (self.perform)(world)
    }
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Action").field("waits", &self.waits).finish_non_exhaustive()
    }
}
