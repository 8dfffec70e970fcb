//! The service functions are used from any Tokio runtime, from smol, and from a plain thread, over a tree on its own thread.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use actix::Recipient;
use test_probe_actors::commands::{GuardianCommands, QueueCommands, TestExecutionCommands, ask};
use test_probe_actors::error::ServiceError;
use test_probe_actors::metrics::TreeMetrics;
use test_probe_actors::responses::{InitializeTestResponse, StartTestResponse, TestState, TestStatusResponse};
use test_probe_actors::supervision::{Behaviour, Child, Failure, Receive, Reply, Scope, Surroundings, supervise};
use test_probe_actors::{
    ActorSystem, GuardianActor, GuardianParts, QueueActor, QueueParts, ServiceInterfaceFunctions, ServiceSettings,
    TestArbiter, TestExecutionFactory,
};
use test_probe_directives::TestId;

/// A test that does as it is told, and whose scenarios pass as soon as it is its turn.
struct ObedientTest {
    test_id: TestId,
    queue: Recipient<QueueCommands>,
}

impl Behaviour for ObedientTest {
    const KIND: &'static str = "ObedientTest";
}

impl ObedientTest {
    fn status(&self) -> TestStatusResponse {
        TestStatusResponse {
            test_id: self.test_id,
            state: TestState::Completed,
            bucket: None,
            test_type: None,
            start_time: None,
            end_time: None,
            success: Some(true),
            error: None,
            scenarios: None,
        }
    }
}

impl Receive<TestExecutionCommands> for ObedientTest {
    fn receive(
        &mut self,
        message: TestExecutionCommands,
        _: &mut Reply<()>,
        scope: &mut Scope<'_, Self>,
    ) -> Result<(), Failure> {
        let test_id = self.test_id;
        match message {
            TestExecutionCommands::InInitializeTestRequest { reply_to, .. } => {
                reply_to.tell(Ok(InitializeTestResponse { test_id, message: "Test initialized".into() }));
            }
            TestExecutionCommands::InStartTestRequest { test_type, reply_to, .. } => {
                let message = "Test loading initiated".into();
                reply_to.tell(Ok(StartTestResponse { test_id, accepted: true, test_type, message }));
                scope.tell(&self.queue, QueueCommands::TestLoaded { test_id });
            }
            TestExecutionCommands::StartTesting { .. } => {
                scope.tell(&self.queue, QueueCommands::TestStarted { test_id });
                let status = Box::new(self.status());
                scope.tell(&self.queue, QueueCommands::TestCompleted { test_id, status });
                scope.tell(&self.queue, QueueCommands::TestStopping { test_id, last: Box::new(self.status()) });
                scope.stop(Duration::from_secs(1));
            }
            _ => {}
        }
        Ok(())
    }
}

struct ObedientTests;

impl TestExecutionFactory for ObedientTests {
    fn start(
        &self,
        test_id: TestId,
        queue: Recipient<QueueCommands>,
        scope: &mut Scope<'_, QueueActor>,
    ) -> Recipient<TestExecutionCommands> {
        let make = move || Ok(ObedientTest { test_id, queue: queue.clone() });
        scope.start(supervise(make).named(QueueActor::test_actor_name(test_id))).recipient()
    }
}

/// A tree with a queue, ready for tests.
struct Tree {
    functions: ServiceInterfaceFunctions,
    _guardian: Child<GuardianActor>,
    arbiter: TestArbiter,
    _system: ActorSystem,
}

impl Tree {
    async fn open() -> Self {
        let system = ActorSystem::start("service-functions").unwrap();
        let arbiter = system.arbiter().await.unwrap();
        let metrics = TreeMetrics::register(&prometheus::Registry::new()).unwrap();
        let parts = GuardianParts {
            queue: Arc::new(QueueParts::new(Arc::new(ObedientTests), metrics.clone())),
            max_restarts: 10,
            restart_time_range: Duration::from_secs(60),
        };
        let start =
            move || async move { GuardianActor::supervised(parts).start(&Surroundings::new(Arc::new(metrics))) };
        let guardian = arbiter.run(start).await.unwrap();
        let recipient: Recipient<GuardianCommands> = guardian.address().clone().recipient();
        let functions =
            ServiceInterfaceFunctions::new(system.runtime().clone(), recipient.clone(), ServiceSettings::default());
        let initialized = system.runtime().run(async move {
            ask(Duration::from_secs(20), |reply_to| {
                let sent = recipient.send(GuardianCommands::Initialize { reply_to });
                async move { sent.await.is_ok() }
            })
            .await
        });
        initialized.await.unwrap().unwrap().unwrap();
        Self { functions, _guardian: guardian, arbiter, _system: system }
    }
}

/// A whole test: made, started, run, asked for after its end.
async fn whole_test(functions: ServiceInterfaceFunctions) {
    let test_id = functions.initialize_test().await.unwrap().test_id;
    assert!(functions.start_test(test_id, "orders", None).await.unwrap().accepted);
    let last = loop {
        // A test that is about to end may leave the question to the queue, which answers as far as it knows.
        let status = functions.test_status(test_id).await.unwrap();
        if status.success.is_some() {
            break status;
        }
    };
    assert_eq!((last.state, last.success), (TestState::Completed, Some(true)));
    assert!(!functions.cancel_test(test_id).await.unwrap().cancelled);
    assert!(!functions.force_cancel_test(test_id).await.unwrap().cancelled);
    assert_eq!(functions.queue_status(Some(test_id)).await.unwrap().total_tests, 0);
    let unknown = TestId::from_bytes([0; 16]);
    assert_eq!(functions.test_status(unknown).await, Err(ServiceError::TestNotFound { test_id: unknown }));
}

/// The same by the forms that block.
fn whole_test_blocking(functions: &ServiceInterfaceFunctions) {
    let functions = functions.blocking();
    let test_id = functions.initialize_test().unwrap().test_id;
    assert!(functions.start_test(test_id, "orders", None).unwrap().accepted);
    while functions.test_status(test_id).unwrap().success.is_none() {
        thread::yield_now();
    }
    assert!(!functions.cancel_test(test_id).unwrap().cancelled);
    assert!(!functions.force_cancel_test(test_id).unwrap().cancelled);
    assert_eq!(functions.queue_status(Some(test_id)).unwrap().total_tests, 0);
}

#[test]
fn from_a_tokio_runtime_of_one_thread() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let tree = Tree::open().await;
        whole_test(tree.functions.clone()).await;
    });
}

#[test]
fn from_a_tokio_runtime_of_many_threads_by_many_tasks() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let tree = runtime.block_on(Tree::open());
    let tasks = [(); 8].map(|()| runtime.spawn(whole_test(tree.functions.clone())));
    for task in tasks {
        runtime.block_on(task).unwrap();
    }
}

#[test]
fn from_smol() {
    smol::block_on(async {
        let tree = Tree::open().await;
        whole_test(tree.functions.clone()).await;
        smol::spawn(whole_test(tree.functions.clone())).await;
    });
}

#[test]
fn from_a_plain_thread() {
    let tree = smol::block_on(Tree::open());
    let functions = tree.functions.clone();
    thread::spawn(move || whole_test_blocking(&functions)).join().unwrap();
}

#[test]
fn from_a_thread_of_somebody_elses_runtime_by_the_forms_that_block() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let tree = Tree::open().await;
        whole_test_blocking(&tree.functions);
    });
    smol::block_on(async {
        let tree = Tree::open().await;
        whole_test_blocking(&tree.functions);
    });
}

#[test]
fn the_forms_that_block_are_refused_on_the_systems_own_threads() {
    let tree = smol::block_on(Tree::open());
    let functions = tree.functions.clone();
    let refused = tree.arbiter.run(move || async move { functions.blocking().initialize_test() });
    let instead = "initialize_test";
    assert_eq!(smol::block_on(refused).unwrap(), Err(ServiceError::WouldDeadlock { instead }));
}
