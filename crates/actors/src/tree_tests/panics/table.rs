//! Where bugs are put, and what comes of each.

use super::Outcome;
use super::Outcome::{Fails as F, FailsAnyway as A, IsCutShort as C, IsLost as L, IsNotMade as N, Passes as P};

/// One line: the code of an actor, and what becomes of the test when it panics there the first, the second … time.
pub(super) struct Row {
    pub(super) kind: &'static str,
    pub(super) code: &'static str,
    pub(super) outcomes: &'static [Outcome],
}

impl Row {
    pub(super) fn is(&self, kind: &str, code: &str) -> bool {
        (self.kind, self.code) == (kind, code)
    }

    pub(super) fn line(kind: &str, code: &str, outcomes: &[Outcome]) -> String {
        let letters: Vec<_> = outcomes
            .iter()
            .map(|outcome| match outcome {
                F => "F",
                A => "A",
                C => "C",
                L => "L",
                N => "N",
                P => "P",
            })
            .collect();
        format!("row(\"{kind}\", \"{code}\", &[{}]),", letters.join(", "))
    }
}

const fn row(kind: &'static str, code: &'static str, outcomes: &'static [Outcome]) -> Row {
    Row { kind, code, outcomes }
}

/// The life of a test that passes.
pub(super) const PASSING: &[Row] = &[
    row("BlockStorageActor", "<draining>", &[P]),
    row("BlockStorageActor", "<future>", &[F, F]),
    row("BlockStorageActor", "<made>", &[F]),
    row("BlockStorageActor", "<pipe>", &[F, F]),
    row("BlockStorageActor", "<started>", &[F]),
    row("BlockStorageActor", "<stopped>", &[P]),
    row("BlockStorageActor", "Initialize", &[F]),
    row("BlockStorageActor", "LoadToBlockStorage", &[F]),
    row("CucumberExecutionActor", "<draining>", &[P]),
    row("CucumberExecutionActor", "<future>", &[F, F]),
    row("CucumberExecutionActor", "<made>", &[F]),
    row("CucumberExecutionActor", "<pipe>", &[F, F]),
    row("CucumberExecutionActor", "<started>", &[F]),
    row("CucumberExecutionActor", "<stopped>", &[P]),
    row("CucumberExecutionActor", "Initialize", &[F]),
    row("CucumberExecutionActor", "StartTest", &[F]),
    row("GuardianActor", "<made>", &[P]),
    row("GuardianActor", "<started>", &[P]),
    row("GuardianActor", "GetQueueActor", &[N, L, L, L, L]),
    row("GuardianActor", "Initialize", &[P]),
    row("KafkaConsumerActor", "<draining>", &[P]),
    row("KafkaConsumerActor", "<future>", &[F, F, F, F]),
    row("KafkaConsumerActor", "<made>", &[F]),
    row("KafkaConsumerActor", "<pipe>", &[F, F, F]),
    row("KafkaConsumerActor", "<started>", &[F]),
    row("KafkaConsumerActor", "<stopped>", &[P]),
    row("KafkaConsumerActor", "Initialize", &[F]),
    row("KafkaConsumerActor", "StartTest", &[F]),
    row("KafkaConsumerActor", "Stop", &[P]),
    row("KafkaConsumerStreamingActor", "<draining>", &[P]),
    row("KafkaConsumerStreamingActor", "<future>", &[P]),
    row("KafkaConsumerStreamingActor", "<made>", &[P]),
    row("KafkaConsumerStreamingActor", "<started>", &[P]),
    row("KafkaConsumerStreamingActor", "<stopped>", &[P]),
    row("KafkaConsumerStreamingActor", "AwaitConsumedEvents", &[P]),
    row("KafkaConsumerStreamingActor", "FetchConsumedEvent", &[P]),
    row("KafkaConsumerStreamingActor", "FetchConsumedEvents", &[P, P]),
    row("KafkaConsumerStreamingActor", "InternalAdd", &[P]),
    row("KafkaProducerActor", "<draining>", &[P]),
    row("KafkaProducerActor", "<future>", &[F, F, F, F]),
    row("KafkaProducerActor", "<made>", &[F]),
    row("KafkaProducerActor", "<pipe>", &[F, F, F]),
    row("KafkaProducerActor", "<started>", &[F]),
    row("KafkaProducerActor", "<stopped>", &[P]),
    row("KafkaProducerActor", "Initialize", &[F]),
    row("KafkaProducerActor", "StartTest", &[F]),
    row("KafkaProducerActor", "Stop", &[P]),
    row("KafkaProducerStreamingActor", "<draining>", &[P]),
    row("KafkaProducerStreamingActor", "<future>", &[P]),
    row("KafkaProducerStreamingActor", "<made>", &[P]),
    row("KafkaProducerStreamingActor", "<started>", &[P]),
    row("KafkaProducerStreamingActor", "<stopped>", &[P]),
    row("KafkaProducerStreamingActor", "ProduceEvent", &[P]),
    row("QueueActor", "<future>", &[N, F, F, F]),
    row("QueueActor", "<made>", &[P]),
    row("QueueActor", "<pipe>", &[N, F, F, F]),
    row("QueueActor", "<started>", &[P]),
    row("QueueActor", "<terminated>", &[P]),
    row("QueueActor", "CancelRequest", &[F]),
    row("QueueActor", "InitializeTestRequest", &[N]),
    row("QueueActor", "QueueStatusRequest", &[F]),
    row("QueueActor", "StartTestRequest", &[F]),
    row("QueueActor", "TestCompleted", &[F]),
    row("QueueActor", "TestInitialized", &[N]),
    row("QueueActor", "TestLoaded", &[F]),
    row("QueueActor", "TestLoading", &[F]),
    row("QueueActor", "TestStarted", &[F]),
    row("QueueActor", "TestStatusRequest", &[F]),
    row("QueueActor", "TestStopping", &[P]),
    row("TestExecutionActor", "<draining>", &[P]),
    row("TestExecutionActor", "<future>", &[F, F, F, F, F, P]),
    row("TestExecutionActor", "<made>", &[N]),
    row("TestExecutionActor", "<pipe>", &[F, F, F, F, P, P]),
    row("TestExecutionActor", "<started>", &[N]),
    row("TestExecutionActor", "<stopped>", &[P]),
    row("TestExecutionActor", "<terminated>", &[F, F]),
    row("TestExecutionActor", "BlockStorageFetched", &[F]),
    row("TestExecutionActor", "BlockStorageUploadComplete", &[F]),
    row("TestExecutionActor", "ChildGoodToGo", &[F, F, F, F, F]),
    row("TestExecutionActor", "GetStatus", &[F]),
    row("TestExecutionActor", "InCancelRequest", &[F]),
    row("TestExecutionActor", "InInitializeTestRequest", &[N]),
    row("TestExecutionActor", "InStartTestRequest", &[F]),
    row("TestExecutionActor", "SecurityFetched", &[F]),
    row("TestExecutionActor", "StartTesting", &[F]),
    row("TestExecutionActor", "TestComplete", &[F]),
    row("TestExecutionActor", "TrnComplete", &[F]),
    row("TestExecutionActor", "TrnLoaded", &[F]),
    row("TestExecutionActor", "TrnLoading", &[F]),
    row("TestExecutionActor", "TrnSetup", &[N]),
    row("TestExecutionActor", "TrnShutdown", &[P]),
    row("TestExecutionActor", "TrnTesting", &[F]),
    row("VaultActor", "<draining>", &[P]),
    row("VaultActor", "<future>", &[F]),
    row("VaultActor", "<made>", &[F]),
    row("VaultActor", "<pipe>", &[F]),
    row("VaultActor", "<started>", &[F]),
    row("VaultActor", "<stopped>", &[P]),
    row("VaultActor", "Initialize", &[F]),
];

/// What the life of a test that fails has besides.
pub(super) const FAILING: &[Row] =
    &[row("QueueActor", "TestException", &[F]), row("TestExecutionActor", "TrnException", &[F])];

/// What the life of a test that is cut short has besides.
pub(super) const CUT_SHORT: &[Row] = &[row("CucumberExecutionActor", "Interrupt", &[F])];

/// What the life of a test that takes a token has besides.
pub(super) const WITH_A_TOKEN: &[Row] = &[
    row("GuardianActor", "<future>", &[P, L]),
    row("GuardianActor", "<pipe>", &[L]),
    row("OAuthTokenRefresherActor", "<future>", &[P, P, P, P, P, P]),
    row("OAuthTokenRefresherActor", "<made>", &[P]),
    row("OAuthTokenRefresherActor", "<pipe>", &[P, P, P, P, P, P]),
    row("OAuthTokenRefresherActor", "<started>", &[P]),
    row("OAuthTokenRefresherActor", "Observe", &[P]),
];
