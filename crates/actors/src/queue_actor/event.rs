use test_probe_directives::TestId;

use crate::commands::StopCause;
use crate::error::ProbeExceptions;
use crate::metrics::TestOutcome;
use crate::responses::TestStatusResponse;

/// What happens to the queue.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Event {
    /// A test was made and its actor started.
    Made { test_id: TestId },
    /// Somebody wants a test to be started, which was handed on to it.
    StartRequested { test_id: TestId, bucket: String, test_type: Option<String> },
    /// Somebody wants a test to end, which was handed on to it.
    CancelRequested { test_id: TestId },
    /// `TestInitialized`.
    Initialized { test_id: TestId },
    /// `TestLoading`.
    Loading { test_id: TestId },
    /// `TestLoaded`.
    Loaded { test_id: TestId },
    /// `TestStarted`.
    Started { test_id: TestId },
    /// `TestCompleted`, with how it went.
    Completed { test_id: TestId, status: Box<TestStatusResponse> },
    /// `TestException`.
    Exception { test_id: TestId, exception: ProbeExceptions },
    /// `TestStopping`, with how the test was at last.
    Stopping { test_id: TestId, last: Box<TestStatusResponse> },
    /// A test's actor has ended, this way.
    ActorEnded { test_id: TestId, how: String },
    /// No test is taken any more.
    Shutdown { cause: StopCause },
}

impl Event {
    /// What happened, for logs.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Made { .. } => "Made",
            Self::StartRequested { .. } => "StartTestRequest",
            Self::CancelRequested { .. } => "CancelRequest",
            Self::Initialized { .. } => "TestInitialized",
            Self::Loading { .. } => "TestLoading",
            Self::Loaded { .. } => "TestLoaded",
            Self::Started { .. } => "TestStarted",
            Self::Completed { .. } => "TestCompleted",
            Self::Exception { .. } => "TestException",
            Self::Stopping { .. } => "TestStopping",
            Self::ActorEnded { .. } => "Terminated",
            Self::Shutdown { .. } => "Shutdown",
        }
    }
}

/// What is to be done about it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Effect {
    /// It is this test's turn: it gets `StartTesting`.
    StartTesting(TestId),
    /// This test is cancelled by force, because of this.
    CancelByForce(TestId, StopCause),
    /// A test came to this end.
    Count(TestOutcome),
    /// A test's actor ended without a word; that is worth an error in the log.
    Lost(TestId),
    /// Nobody knows the test that this is about; that is worth a warning in the log.
    Unknown(TestId),
    /// The queue shuts down, and no test's actor is left.
    AllOver,
}
