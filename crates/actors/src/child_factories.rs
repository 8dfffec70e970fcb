//! How the children of a test are made: tests of the tree swap any of them, a program swaps what they work with.

use std::fmt;
use std::sync::Arc;

use actix::Recipient;
use test_probe_directives::TestId;

use crate::commands::{
    BlockStorageCommands, ChildGoodToGo, CucumberExecutionCommands, Initialize, StartTest, Stop, TestExecutionCommands,
    VaultCommands,
};
use crate::supervision::{Place, Receive, Scope, Supervised};
use crate::{TestArbiter, TestExecutionActor};

/// What a child is told at its birth.
#[derive(Clone, Debug)]
pub struct ChildContext {
    /// The test.
    pub test_id: TestId,
    /// The test's actor, for whatever the child has to say.
    pub parent: Recipient<TestExecutionCommands>,
    /// The test's actor, for children that say nothing else.
    pub good_to_go: Recipient<ChildGoodToGo>,
    /// The test's own thread: where scenarios and streaming actors live.
    pub place: Place,
}

/// Makes a child of one sort, under the test's actor and named as the Scala system names it.
pub type ChildFactory<R> = Arc<dyn Fn(&ChildContext, &mut Scope<'_, TestExecutionActor>) -> R + Send + Sync>;

/// Makes the thread of a test.
pub type PlaceFactory = Arc<dyn Fn() -> Result<TestPlace, crate::SystemGone> + Send + Sync>;

/// Makes each child of a test.
#[derive(Clone)]
pub struct ChildFactories {
    /// `block-storage-{testId}`.
    pub block_storage: ChildFactory<Recipient<BlockStorageCommands>>,
    /// `vault-{testId}`.
    pub vault: ChildFactory<Recipient<VaultCommands>>,
    /// `cucumber-{testId}`.
    pub cucumber: ChildFactory<Recipient<CucumberExecutionCommands>>,
    /// `producer-{testId}`.
    pub producer: ChildFactory<KafkaChild>,
    /// `consumer-{testId}`.
    pub consumer: ChildFactory<KafkaChild>,
    /// Where the last three live.
    pub place: PlaceFactory,
}

/// The way to a `KafkaProducerActor` or a `KafkaConsumerActor`.
#[derive(Clone, Debug)]
pub struct KafkaChild {
    /// Opens the topics.
    pub initialize: Recipient<Initialize>,
    /// The test begins.
    pub start_test: Recipient<StartTest>,
    /// Closes the topics.
    pub stop: Recipient<Stop>,
}

impl KafkaChild {
    /// The way to this actor.
    pub fn of<B: Receive<Initialize> + Receive<StartTest> + Receive<Stop>>(
        address: actix::Addr<Supervised<B>>,
    ) -> Self {
        Self {
            initialize: address.clone().recipient(),
            start_test: address.clone().recipient(),
            stop: address.recipient(),
        }
    }
}

/// A place, and the thread beneath it where it has one of its own. The thread ends with this.
#[derive(Debug)]
pub struct TestPlace {
    /// The place.
    pub place: Place,
    /// Its thread.
    pub arbiter: Option<TestArbiter>,
}

impl TestPlace {
    /// The thread of the test's actor itself.
    pub const fn here() -> Self {
        Self { place: Place::here(), arbiter: None }
    }
}

impl fmt::Debug for ChildFactories {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChildFactories").finish_non_exhaustive()
    }
}
