use test_probe_directives::{BlockStorageDirective, KafkaSecurityDirective};

use crate::commands::{ChildKind, StopCause, TestExecutionCommands};
use crate::error::ProbeExceptions;
use crate::test_execution_result::TestExecutionResult;

/// What happens to a test: its messages without the way back, and the end of a child.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    Initialize,
    Start {
        bucket: String,
        test_type: Option<String>,
    },
    Cancel {
        force: Option<StopCause>,
    },
    GetStatus,
    StartTesting,
    Trn(Trn),
    PoisonPill,
    BlockStorageFetched(Box<BlockStorageDirective>),
    SecurityFetched(Vec<KafkaSecurityDirective>),
    ChildGoodToGo(ChildKind),
    TestComplete(TestExecutionResult),
    BlockStorageUploadComplete,
    /// A child has ended, whatever ended it; the exception says what that means when nobody asked for it.
    ChildEnded(ChildKind, ProbeExceptions),
}

/// The messages with which a test carries its own transitions out, after whatever was in its mailbox before.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trn {
    Setup,
    Loading,
    Loaded,
    Testing,
    Complete,
    Shutdown,
    Exception(ProbeExceptions),
}

impl Event {
    /// The Scala system's name of the message, for logs.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Initialize => "InInitializeTestRequest",
            Self::Start { .. } => "InStartTestRequest",
            Self::Cancel { .. } => "InCancelRequest",
            Self::GetStatus => "GetStatus",
            Self::StartTesting => "StartTesting",
            Self::Trn(Trn::Setup) => "TrnSetup",
            Self::Trn(Trn::Loading) => "TrnLoading",
            Self::Trn(Trn::Loaded) => "TrnLoaded",
            Self::Trn(Trn::Testing) => "TrnTesting",
            Self::Trn(Trn::Complete) => "TrnComplete",
            Self::Trn(Trn::Shutdown) => "TrnShutdown",
            Self::Trn(Trn::Exception(_)) => "TrnException",
            Self::PoisonPill => "TrnPoisonPill",
            Self::BlockStorageFetched(_) => "BlockStorageFetched",
            Self::SecurityFetched(_) => "SecurityFetched",
            Self::ChildGoodToGo(_) => "ChildGoodToGo",
            Self::TestComplete(_) => "TestComplete",
            Self::BlockStorageUploadComplete => "BlockStorageUploadComplete",
            Self::ChildEnded(..) => "Terminated",
        }
    }
}

impl From<Trn> for TestExecutionCommands {
    fn from(trn: Trn) -> Self {
        match trn {
            Trn::Setup => Self::TrnSetup,
            Trn::Loading => Self::TrnLoading,
            Trn::Loaded => Self::TrnLoaded,
            Trn::Testing => Self::TrnTesting,
            Trn::Complete => Self::TrnComplete,
            Trn::Shutdown => Self::TrnShutdown,
            Trn::Exception(exception) => Self::TrnException { exception },
        }
    }
}
