use std::fmt;

use actix::Message;
use test_probe_directives::{BlockStorageDirective, KafkaSecurityDirective, TestId};

use super::{ChildGoodToGo, ReplyTo};
use crate::error::{ProbeExceptions, ServiceError};
use crate::responses::{InitializeTestResponse, StartTestResponse, TestCancelledResponse, TestStatusResponse};
use crate::supervision::Request;
use crate::test_execution_result::TestExecutionResult;

/// What a test's actor takes: requests that the queue hands on, its own `Trn` messages, which carry out a transition after
/// whatever was in the mailbox before, and what its children tell it.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub enum TestExecutionCommands {
    /// The test begins its life.
    InInitializeTestRequest {
        /// The test.
        test_id: TestId,
        /// To the caller.
        reply_to: ReplyTo<Result<InitializeTestResponse, ServiceError>>,
    },
    /// The test is to be loaded.
    InStartTestRequest {
        /// The test.
        test_id: TestId,
        /// Where its folder lies.
        bucket: String,
        /// What sort of test it is; the directive's where nothing is said.
        test_type: Option<String>,
        /// To the caller.
        reply_to: ReplyTo<Result<StartTestResponse, ServiceError>>,
    },
    /// The test is to be cancelled.
    InCancelRequest {
        /// The test.
        test_id: TestId,
        /// Why, when it is to end although it is running; nothing asks as the Scala system does, which refuses then.
        force: Option<StopCause>,
        /// To the caller; nobody waits when the tree shuts down.
        reply_to: Option<ReplyTo<Result<TestCancelledResponse, ServiceError>>>,
    },
    /// How is the test?
    GetStatus {
        /// The test.
        test_id: TestId,
        /// To the caller.
        reply_to: ReplyTo<Result<TestStatusResponse, ServiceError>>,
    },
    /// It is the test's turn.
    StartTesting {
        /// The test.
        test_id: TestId,
    },
    /// Carries out the set-up.
    TrnSetup,
    /// Carries out the loading.
    TrnLoading,
    /// Carries out that the test is loaded.
    TrnLoaded,
    /// Carries out the start of the scenarios.
    TrnTesting,
    /// Carries out the completion.
    TrnComplete,
    /// Carries out the end.
    TrnShutdown,
    /// The time for the present state is up.
    TrnPoisonPill,
    /// Carries out a failure.
    TrnException {
        /// What failed.
        exception: ProbeExceptions,
    },
    /// The test's folder is here.
    BlockStorageFetched {
        /// The test.
        test_id: TestId,
        /// Where it is and what it orders.
        block_storage_directive: Box<BlockStorageDirective>,
    },
    /// The credentials are here.
    SecurityFetched {
        /// The test.
        test_id: TestId,
        /// One for each topic and role.
        security_directives: Vec<KafkaSecurityDirective>,
    },
    /// A child has finished its `Initialize`.
    ChildGoodToGo(ChildGoodToGo),
    /// The scenarios have run.
    TestComplete {
        /// The test.
        test_id: TestId,
        /// How they went.
        result: TestExecutionResult,
    },
    /// The evidence is stored.
    BlockStorageUploadComplete {
        /// The test.
        test_id: TestId,
    },
}

/// Why a test ends before its scenarios have run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StopCause {
    /// Somebody cancelled it by force.
    Cancelled,
    /// The program was interrupted, as by SIGINT.
    Interrupt,
    /// The program is to end, as by SIGTERM.
    Terminate,
    /// Its time was up (`test-probe.core.actor-system.max-execution-time`, or the directive's `timeout`).
    TimedOut,
    /// The world failed under it.
    WorldFailed,
}

impl StopCause {
    /// In words, for messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cancelled => "it was cancelled",
            Self::Interrupt => "the program was interrupted",
            Self::Terminate => "the program was told to end",
            Self::TimedOut => "its time was up",
            Self::WorldFailed => "the world failed",
        }
    }
}

impl fmt::Display for StopCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Request for TestExecutionCommands {
    fn handled() -> Option<()> {
        Some(())
    }
}

impl TestExecutionCommands {
    /// The message's name, for logs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::InInitializeTestRequest { .. } => "InInitializeTestRequest",
            Self::InStartTestRequest { .. } => "InStartTestRequest",
            Self::InCancelRequest { .. } => "InCancelRequest",
            Self::GetStatus { .. } => "GetStatus",
            Self::StartTesting { .. } => "StartTesting",
            Self::TrnSetup => "TrnSetup",
            Self::TrnLoading => "TrnLoading",
            Self::TrnLoaded => "TrnLoaded",
            Self::TrnTesting => "TrnTesting",
            Self::TrnComplete => "TrnComplete",
            Self::TrnShutdown => "TrnShutdown",
            Self::TrnPoisonPill => "TrnPoisonPill",
            Self::TrnException { .. } => "TrnException",
            Self::BlockStorageFetched { .. } => "BlockStorageFetched",
            Self::SecurityFetched { .. } => "SecurityFetched",
            Self::ChildGoodToGo(_) => "ChildGoodToGo",
            Self::TestComplete { .. } => "TestComplete",
            Self::BlockStorageUploadComplete { .. } => "BlockStorageUploadComplete",
        }
    }
}
