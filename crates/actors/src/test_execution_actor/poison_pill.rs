use std::time::Duration;

/// How long a test may stay in a state. In `Loaded` it may wait for its turn without end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoisonPills {
    /// In `Setup`, until somebody starts the test (`test-probe.core.timers.setup-state`).
    pub setup: Duration,
    /// In `Loading`, until it is ready (`timers.loading-state`).
    pub loading: Duration,
    /// In `Testing`, until its scenarios have run, where its directive says nothing
    /// (`actor-system.max-execution-time`). The Scala system lets it run for ever, and holds the queue with it.
    pub testing: Duration,
    /// For a step of a scenario that is interrupted, and again for topics that drain (each a part of
    /// `actor-system.shutdown-timeout`).
    pub closing: Duration,
    /// For evidence that is finished and stored: `services.timeout` and a while for the reports.
    pub storing: Duration,
    /// In `Completed`, for those who ask how it went (`timers.completed-state`).
    pub completed: Duration,
    /// In `Exception`, for those who ask what failed (`timers.exception-state`).
    pub exception: Duration,
}

impl Default for PoisonPills {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            setup: seconds(60),
            loading: seconds(120),
            testing: seconds(300),
            closing: seconds(15),
            storing: seconds(45),
            completed: seconds(60),
            exception: seconds(30),
        }
    }
}
