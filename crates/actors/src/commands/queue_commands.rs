use actix::Message;
use test_probe_directives::TestId;

use super::{ReplyTo, StopCause};
use crate::error::{ProbeExceptions, ServiceError};
use crate::responses::{
    InitializeTestResponse, QueueStatusResponse, StartTestResponse, TestCancelledResponse, TestStatusResponse,
};
use crate::supervision::Request;

/// What the queue takes: requests of the service functions, and what the tests tell it of their lives.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub enum QueueCommands {
    /// Makes a test: its id and its actor. The test's actor answers.
    InitializeTestRequest {
        /// To the caller.
        reply_to: ReplyTo<Result<InitializeTestResponse, ServiceError>>,
    },
    /// Loads a test and lines it up. The test's actor answers; the queue itself when it does not know the test.
    StartTestRequest {
        /// The test.
        test_id: TestId,
        /// Where its folder lies, as block storage calls it.
        bucket: String,
        /// What sort of test it is; the directive's where nothing is said.
        test_type: Option<String>,
        /// To the caller.
        reply_to: ReplyTo<Result<StartTestResponse, ServiceError>>,
    },
    /// Asks how a test is. The test's actor answers, or the queue when the test has ended or was never there.
    TestStatusRequest {
        /// The test.
        test_id: TestId,
        /// To the caller.
        reply_to: ReplyTo<Result<TestStatusResponse, ServiceError>>,
    },
    /// Asks how the queue is.
    QueueStatusRequest {
        /// Counts this test alone; all where nothing is said.
        test_id: Option<TestId>,
        /// To the caller.
        reply_to: ReplyTo<Result<QueueStatusResponse, ServiceError>>,
    },
    /// Cancels a test. The test's actor answers, or the queue when the test has ended or was never there.
    CancelRequest {
        /// The test.
        test_id: TestId,
        /// Also when it is running: it drains then, and leaves evidence. The Scala system refuses to.
        force: bool,
        /// To the caller.
        reply_to: ReplyTo<Result<TestCancelledResponse, ServiceError>>,
    },
    /// A test is set up.
    TestInitialized {
        /// The test.
        test_id: TestId,
    },
    /// A test loads.
    TestLoading {
        /// The test.
        test_id: TestId,
    },
    /// A test is ready and waits for its turn.
    TestLoaded {
        /// The test.
        test_id: TestId,
    },
    /// A test's scenarios run.
    TestStarted {
        /// The test.
        test_id: TestId,
    },
    /// A test has run and its evidence is stored.
    TestCompleted {
        /// The test.
        test_id: TestId,
        /// How it went, which nothing that happens to its actor afterwards changes. The Scala system leaves it with the
        /// actor.
        status: Box<TestStatusResponse>,
    },
    /// A test failed for another reason than its scenarios.
    TestException {
        /// The test.
        test_id: TestId,
        /// Why.
        exception: ProbeExceptions,
    },
    /// A test's actor is about to end.
    TestStopping {
        /// The test.
        test_id: TestId,
        /// How the test was at last, for those who ask later. The Scala system forgets it here.
        last: Box<TestStatusResponse>,
    },
    /// No test is taken any more: those that wait are cancelled, those that run are cancelled by force.
    Shutdown {
        /// What they are told.
        cause: StopCause,
        /// Answered when no test is left.
        reply_to: ReplyTo<()>,
    },
}

impl Request for QueueCommands {
    fn handled() -> Option<()> {
        Some(())
    }
}
