//! A circuit breaker as a value: after some failures in a row nobody is asked for a while, then one call tries again.
//!
//! ```text
//! closed ──(max_failures in a row)──▶ open ──(reset_timeout)──▶ half-open: one trial
//!    ▲                                 ▲                            │
//!    │                                 └────────(it fails)──────────┤
//!    └──────────────────────────────────────────(it succeeds)───────┘
//! ```
//!
//! A call that was let through before the breaker changed says nothing about the state after it, and is not counted.

use std::num::NonZeroU32;
use std::time::Duration;

use tokio::time::Instant;

#[cfg(test)]
mod tests;

/// When a breaker opens, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BreakerSettings {
    /// Failures in a row that open it.
    pub(crate) max_failures: NonZeroU32,
    /// How long it stays open before one call may try.
    pub(crate) reset_timeout: Duration,
}

/// The breaker.
#[derive(Clone, Debug)]
pub(crate) struct CircuitBreaker {
    settings: BreakerSettings,
    state: State,
    /// Counts the changes of state, so that late answers are told from present ones.
    generation: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant },
    HalfOpen,
}

/// A call that was let through; how it went is told with it.
#[derive(Debug)]
#[must_use = "a call that was let through ends in success or failure"]
pub(crate) struct Admission {
    generation: u64,
}

/// The breaker is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BreakerOpen {
    /// When it is worth asking again; nothing is left when a trial is under way.
    pub(crate) retry_after: Duration,
}

impl CircuitBreaker {
    /// A closed one.
    pub(crate) fn new(settings: BreakerSettings) -> Self {
        Self { settings, state: State::Closed { failures: 0 }, generation: 0 }
    }

    /// Lets a call through, or not.
    pub(crate) fn admit(&mut self, now: Instant) -> Result<Admission, BreakerOpen> {
        match self.state {
            State::Closed { .. } => {}
            // ## Open => HalfOpen
            //
            // The first call after the pause is the trial; the others wait for how it goes.
            State::Open { until } if now >= until => self.enter(State::HalfOpen),
            State::Open { until } => return Err(BreakerOpen { retry_after: until - now }),
            State::HalfOpen => return Err(BreakerOpen { retry_after: Duration::ZERO }),
        }
        Ok(Admission { generation: self.generation })
    }

    /// A call was answered.
    pub(crate) fn succeeded(&mut self, call: &Admission) {
        if call.generation != self.generation {
            return;
        }
        match self.state {
            State::Closed { .. } => self.state = State::Closed { failures: 0 },
            // ## HalfOpen => Closed
            State::HalfOpen => self.enter(State::Closed { failures: 0 }),
            State::Open { .. } => {}
        }
    }

    /// A call was not answered.
    pub(crate) fn failed(&mut self, call: &Admission, now: Instant) {
        if call.generation != self.generation {
            return;
        }
        let open = State::Open { until: now + self.settings.reset_timeout };
        match self.state {
            // ## Closed => Closed | Open
            State::Closed { failures } if failures + 1 < self.settings.max_failures.get() => {
                self.state = State::Closed { failures: failures + 1 };
            }
            // ## HalfOpen => Open
            State::Closed { .. } | State::HalfOpen => self.enter(open),
            State::Open { .. } => {}
        }
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.generation += 1;
    }
}
