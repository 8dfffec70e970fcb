use prometheus::{IntCounterVec, IntGaugeVec, Opts, Registry};

use crate::responses::{QueueStatusResponse, TestState, TestStatusResponse};

/// How many tests the queue holds, and how they end. Cheap to clone.
#[derive(Clone, Debug)]
pub struct QueueMetrics {
    tests: IntGaugeVec,
    ended: IntCounterVec,
}

/// How a test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TestOutcome {
    /// It ran, its evidence is stored, and its scenarios passed.
    CompletedPassed,
    /// It ran, its evidence is stored, and its scenarios did not pass.
    CompletedFailed,
    /// Something failed besides scenarios.
    Exception,
    /// It was cancelled before it had run.
    Cancelled,
    /// Nobody cancelled it, but its time to be started or loaded was over.
    Expired,
}

impl TestOutcome {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::CompletedPassed, Self::CompletedFailed, Self::Exception, Self::Cancelled, Self::Expired];

    /// How a test ended that was so at last, and that somebody may have wanted to end.
    pub fn of(last: &TestStatusResponse, cancel_requested: bool) -> Self {
        match (last.state, last.success) {
            (TestState::Exception, _) => Self::Exception,
            _ if last.error.is_some() => Self::Exception,
            (_, Some(true)) => Self::CompletedPassed,
            (_, Some(false)) | (TestState::Completed, None) => Self::CompletedFailed,
            _ if cancel_requested => Self::Cancelled,
            _ => Self::Expired,
        }
    }

    /// For the metric's label.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CompletedPassed => "completed_passed",
            Self::CompletedFailed => "completed_failed",
            Self::Exception => "exception",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }
}

impl QueueMetrics {
    pub(super) fn register(registry: &Registry) -> prometheus::Result<Self> {
        let tests = IntGaugeVec::new(
            Opts::new(
                "probe_queue_tests",
                "Tests that the queue knows of, by state; those whose turn it is are Testing.",
            ),
            &["state"],
        )?;
        registry.register(Box::new(tests.clone()))?;
        let ended = IntCounterVec::new(Opts::new("probe_tests_total", "Tests that have ended, by how."), &["outcome"])?;
        registry.register(Box::new(ended.clone()))?;
        for outcome in TestOutcome::ALL {
            ended.with_label_values(&[outcome.as_str()]);
        }
        let metrics = Self { tests, ended };
        metrics.show(&QueueStatusResponse::default(), 0);
        Ok(metrics)
    }

    /// Shows how many tests are in which state, and how many have said goodbye but not ended yet.
    pub(crate) fn show(&self, status: &QueueStatusResponse, leaving: usize) {
        for state in TestState::ALL {
            let count = match state {
                TestState::Setup => status.setup_count,
                TestState::Loading => status.loading_count,
                TestState::Loaded => status.loaded_count,
                TestState::Testing => status.testing_count,
                TestState::Completed => status.completed_count,
                TestState::Exception => status.exception_count,
                TestState::ShuttingDown => leaving,
            };
            self.tests.with_label_values(&[state.as_str()]).set(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }

    /// Counts a test that has ended.
    pub(crate) fn ended(&self, outcome: TestOutcome) {
        self.ended.with_label_values(&[outcome.as_str()]).inc();
    }
}
