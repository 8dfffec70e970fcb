use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use actix::Recipient;
use test_probe_directives::{TestId, WallClock};
use test_probe_kafka::{ClientPool, ConsumerClientFactory};
use test_probe_services::{ProbeStorageService, ProbeVaultService};

use crate::child_factories::{ChildContext, ChildFactories, ChildFactory, KafkaChild, PlaceFactory};
use crate::commands::{
    BlockStorageCommands, ChildKind, CucumberExecutionCommands, QueueCommands, TestExecutionCommands, VaultCommands,
};
use crate::metrics::TreeMetrics;
use crate::supervision::Scope;
use crate::{
    BlockStorageActor, BlockStorageParts, CucumberExecutionActor, CucumberExecutor, CucumberParts, EvidenceKeeper,
    KafkaConsumerActor, KafkaConsumers, KafkaProducerActor, KafkaProducers, KafkaWorld, PoisonPills, ProbeDsl,
    QueueActor, TestExecutionActor, TestExecutionFactory, TestExecutionParts, TestWatch, VaultActor, VaultParts,
};

/// What the children of one test work with.
#[derive(Clone)]
pub struct TestServices {
    /// Where the test lies.
    pub storage: Arc<dyn ProbeStorageService>,
    /// Who hands out credentials.
    pub vault: Arc<dyn ProbeVaultService>,
    /// Who finishes the evidence.
    pub evidence: Arc<dyn EvidenceKeeper>,
    /// Who runs the scenarios.
    pub executor: Arc<dyn CucumberExecutor>,
    /// Who makes the test's world ready.
    pub world: Arc<dyn KafkaWorld>,
    /// Who hears how the test goes.
    pub watch: Arc<dyn TestWatch>,
}

/// What all tests share, and how long things may take.
#[derive(Clone)]
pub struct TestTreeParts {
    /// What the children of the test of this id work with. Called once a test, when it is made.
    pub services: Arc<dyn Fn(TestId) -> TestServices + Send + Sync>,
    /// The system's producer clients.
    pub pool: ClientPool,
    /// Makes consumer clients.
    pub consumers: Arc<dyn ConsumerClientFactory>,
    /// Where topics can be used once they are open.
    pub dsl: ProbeDsl,
    /// Counts.
    pub metrics: TreeMetrics,
    /// Makes the thread of a test.
    pub place: PlaceFactory,
    /// Stamps when tests began and ended.
    pub clock: WallClock,
    /// How long a test may stay in which state.
    pub pills: PoisonPills,
    /// How long a call of storage or vault may take.
    pub services_timeout: Duration,
    /// How long topics may take to open.
    pub open_within: Duration,
    /// How long each topic may drain.
    pub close_timeout: Duration,
    /// How long a test's actor and its children may take to end.
    pub stop_within: Duration,
    /// Swaps children for others: how tests of the tree put their own in. Nothing where all are the real ones.
    pub external_behaviors: Option<ExternalBehaviors>,
}

/// Swaps children of a test for others: it is handed the real factories and returns those that are used.
pub type ExternalBehaviors = Arc<dyn Fn(TestId, ChildFactories) -> ChildFactories + Send + Sync>;

/// Makes tests as they are outside of tests: every child the real one.
#[derive(Clone, Debug)]
pub struct TestTree(TestTreeParts);

impl TestTree {
    /// Makes tests of these parts.
    pub const fn new(parts: TestTreeParts) -> Self {
        Self(parts)
    }

    fn children(&self, services: &TestServices) -> ChildFactories {
        ChildFactories {
            block_storage: self.block_storage(services),
            vault: self.vault(services),
            cucumber: Self::cucumber(services),
            producer: self.producer(services),
            consumer: self.consumer(services),
            place: Arc::clone(&self.0.place),
        }
    }

    fn block_storage(&self, services: &TestServices) -> ChildFactory<Recipient<BlockStorageCommands>> {
        let (storage, evidence) = (Arc::clone(&services.storage), Arc::clone(&services.evidence));
        let timeout = self.0.services_timeout;
        Arc::new(move |context: &ChildContext, scope: &mut Scope<'_, TestExecutionActor>| {
            let parts = BlockStorageParts {
                test_id: context.test_id,
                parent: context.parent.clone(),
                storage: Arc::clone(&storage),
                evidence: Arc::clone(&evidence),
                timeout,
            };
            scope.start(BlockStorageActor::supervised(parts)).recipient()
        })
    }

    fn vault(&self, services: &TestServices) -> ChildFactory<Recipient<VaultCommands>> {
        let (vault, timeout) = (Arc::clone(&services.vault), self.0.services_timeout);
        Arc::new(move |context: &ChildContext, scope: &mut Scope<'_, TestExecutionActor>| {
            let parts = VaultParts {
                test_id: context.test_id,
                parent: context.parent.clone(),
                vault: Arc::clone(&vault),
                timeout,
            };
            scope.start(VaultActor::supervised(parts)).recipient()
        })
    }

    fn cucumber(services: &TestServices) -> ChildFactory<Recipient<CucumberExecutionCommands>> {
        let executor = Arc::clone(&services.executor);
        Arc::new(move |context: &ChildContext, scope: &mut Scope<'_, TestExecutionActor>| {
            let parts = CucumberParts {
                test_id: context.test_id,
                parent: context.parent.clone(),
                executor: Arc::clone(&executor),
            };
            let name = ChildKind::Cucumber.actor_name(context.test_id);
            scope.start_on(&context.place, name, move || CucumberExecutionActor::supervised(parts)).recipient()
        })
    }

    fn producer(&self, services: &TestServices) -> ChildFactory<KafkaChild> {
        let (world, tree) = (Arc::clone(&services.world), self.0.clone());
        Arc::new(move |context: &ChildContext, scope: &mut Scope<'_, TestExecutionActor>| {
            let parts = KafkaProducers {
                test_id: context.test_id,
                parent: context.good_to_go.clone(),
                world: Arc::clone(&world),
                open_within: tree.open_within,
                close_timeout: tree.close_timeout,
                pool: tree.pool.clone(),
                dsl: tree.dsl.clone(),
                metrics: tree.metrics.clone(),
            };
            let name = ChildKind::Producer.actor_name(context.test_id);
            KafkaChild::of(scope.start_on(&context.place, name, move || KafkaProducerActor::supervised(parts)))
        })
    }

    fn consumer(&self, services: &TestServices) -> ChildFactory<KafkaChild> {
        let (world, tree) = (Arc::clone(&services.world), self.0.clone());
        Arc::new(move |context: &ChildContext, scope: &mut Scope<'_, TestExecutionActor>| {
            let parts = KafkaConsumers {
                test_id: context.test_id,
                parent: context.good_to_go.clone(),
                world: Arc::clone(&world),
                open_within: tree.open_within,
                close_timeout: tree.close_timeout,
                clients: Arc::clone(&tree.consumers),
                dsl: tree.dsl.clone(),
                metrics: tree.metrics.clone(),
                waits_for_start: true,
            };
            let name = ChildKind::Consumer.actor_name(context.test_id);
            KafkaChild::of(scope.start_on(&context.place, name, move || KafkaConsumerActor::supervised(parts)))
        })
    }
}

impl TestExecutionFactory for TestTree {
    fn start(
        &self,
        test_id: TestId,
        queue: Recipient<QueueCommands>,
        scope: &mut Scope<'_, QueueActor>,
    ) -> Recipient<TestExecutionCommands> {
        let services = (self.0.services)(test_id);
        let children = self.children(&services);
        let children = match &self.0.external_behaviors {
            Some(behaviors) => behaviors(test_id, children),
            None => children,
        };
        let parts = TestExecutionParts {
            test_id,
            queue,
            children,
            pills: self.0.pills,
            stop_within: self.0.stop_within,
            clock: self.0.clock,
            watch: services.watch,
        };
        scope.start(TestExecutionActor::supervised(parts)).recipient()
    }
}

impl fmt::Debug for TestServices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestServices").finish_non_exhaustive()
    }
}

impl fmt::Debug for TestTreeParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestTreeParts").field("pills", &self.pills).finish_non_exhaustive()
    }
}
