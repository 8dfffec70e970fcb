//! A queue over scripted tests, on one thread and paused time.

use std::cell::Cell;
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix::Recipient;
use prometheus::Registry;
use test_probe_directives::{TestId, Timestamp, WallClock};

use crate::commands::{NoAnswer, QueueCommands, ReplyTo, TestExecutionCommands, ask};
use crate::error::ServiceError;
use crate::metrics::TreeMetrics;
use crate::responses::{
    InitializeTestResponse, QueueStatusResponse, StartTestResponse, TestCancelledResponse, TestState,
    TestStatusResponse,
};
use crate::supervision::{Behaviour, Child, Failure, Jitter, Receive, Reply, Scope, Strategy, Surroundings, supervise};
use crate::test_rig::settle;
use crate::{QueueActor, QueueParts, TestExecutionFactory};

pub(crate) const LIMIT: Duration = Duration::from_secs(3);

thread_local! {
    static NEXT_ID: Cell<u8> = const { Cell::new(0) };
}

/// The n-th test's id.
pub(crate) fn id(n: u8) -> TestId {
    TestId::from_bytes([n; 16])
}

fn next_id() -> TestId {
    NEXT_ID.set(NEXT_ID.get() + 1);
    id(NEXT_ID.get())
}

/// What the clock of the tests always shows.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_000);

/// Tests that write down what they are told, answer what they are asked, and do what they are told by `Trn` messages.
#[derive(Clone, Default)]
pub(crate) struct ScriptedTests {
    heard: Arc<Mutex<Vec<(TestId, String)>>>,
    actors: Arc<Mutex<HashMap<TestId, Recipient<TestExecutionCommands>>>>,
}

impl ScriptedTests {
    /// What this test was told, one line each.
    pub(crate) fn heard(&self, test_id: TestId) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        heard.iter().filter(|(of, _)| *of == test_id).map(|(_, line)| line.clone()).collect()
    }

    /// The tests that got `StartTesting`, in that order.
    pub(crate) fn turns(&self) -> Vec<TestId> {
        let heard = self.heard.lock().unwrap();
        heard.iter().filter(|(_, line)| line == "StartTesting").map(|(test_id, _)| *test_id).collect()
    }

    /// Makes a test's actor panic.
    pub(crate) async fn panic(&self, test_id: TestId) {
        self.order(test_id, TestExecutionCommands::TrnPoisonPill).await;
    }

    /// Makes a test's actor end without a word.
    pub(crate) async fn vanish(&self, test_id: TestId) {
        self.order(test_id, TestExecutionCommands::TrnShutdown).await;
    }

    /// Makes a test's actor deaf: it takes what comes and answers nothing.
    pub(crate) async fn go_silent(&self, test_id: TestId) {
        self.order(test_id, TestExecutionCommands::TrnSetup).await;
    }

    async fn order(&self, test_id: TestId, order: TestExecutionCommands) {
        let actor = self.actors.lock().unwrap().get(&test_id).cloned().expect("the test has an actor");
        // A panic leaves the order unanswered.
        actor.send(order).await.ok();
        settle().await;
    }
}

impl TestExecutionFactory for ScriptedTests {
    fn start(
        &self,
        test_id: TestId,
        queue: Recipient<QueueCommands>,
        scope: &mut Scope<'_, QueueActor>,
    ) -> Recipient<TestExecutionCommands> {
        let heard = Arc::clone(&self.heard);
        let make = move || {
            let (queue, heard) = (queue.clone(), Arc::clone(&heard));
            Ok(ScriptedTest { test_id, queue, heard, silent: false })
        };
        let actor = scope.start(supervise(make).named(QueueActor::test_actor_name(test_id))).recipient();
        self.actors.lock().unwrap().insert(test_id, actor.clone());
        actor
    }
}

pub(crate) struct ScriptedTest {
    test_id: TestId,
    queue: Recipient<QueueCommands>,
    heard: Arc<Mutex<Vec<(TestId, String)>>>,
    silent: bool,
}

impl Behaviour for ScriptedTest {
    const KIND: &'static str = "ScriptedTest";
}

impl Receive<TestExecutionCommands> for ScriptedTest {
    fn receive(
        &mut self,
        message: TestExecutionCommands,
        _: &mut Reply<()>,
        scope: &mut Scope<'_, Self>,
    ) -> Result<(), Failure> {
        let (test_id, name) = (self.test_id, message.name());
        let line = match &message {
            TestExecutionCommands::InStartTestRequest { bucket, test_type, .. } => {
                format!("{name} {bucket} {}", test_type.as_deref().unwrap_or("-"))
            }
            TestExecutionCommands::InCancelRequest { force, .. } => format!("{name} {force:?}"),
            _ => name.to_owned(),
        };
        self.heard.lock().unwrap().push((test_id, line));
        match message {
            TestExecutionCommands::TrnPoisonPill => panic!("a bug of the test"),
            TestExecutionCommands::TrnShutdown => scope.stop(Duration::from_secs(1)),
            TestExecutionCommands::TrnSetup => self.silent = true,
            TestExecutionCommands::InCancelRequest { force: Some(_), reply_to: None, .. } if !self.silent => {
                let last = Box::new(status(test_id, TestState::Loaded));
                scope.tell(&self.queue, QueueCommands::TestStopping { test_id, last });
                scope.stop(Duration::from_secs(1));
            }
            message if !self.silent => answer(test_id, message),
            _ => {}
        }
        Ok(())
    }
}

fn answer(test_id: TestId, message: TestExecutionCommands) {
    match message {
        TestExecutionCommands::InInitializeTestRequest { reply_to, .. } => {
            reply_to.tell(Ok(InitializeTestResponse { test_id, message: "Test initialized".into() }));
        }
        TestExecutionCommands::InStartTestRequest { test_type, reply_to, .. } => {
            let message = "Test loading initiated".into();
            reply_to.tell(Ok(StartTestResponse { test_id, accepted: true, test_type, message }));
        }
        TestExecutionCommands::GetStatus { reply_to, .. } => {
            // No real test says so; it shows that the test's actor answered and not the queue.
            reply_to.tell(Ok(status(test_id, TestState::ShuttingDown)));
        }
        TestExecutionCommands::InCancelRequest { reply_to: Some(reply_to), .. } => {
            reply_to.tell(Ok(TestCancelledResponse { test_id, cancelled: true, message: None }));
        }
        _ => {}
    }
}

/// How a test went that has run.
pub(crate) fn story(test_id: TestId) -> Box<TestStatusResponse> {
    Box::new(TestStatusResponse { success: Some(true), ..status(test_id, TestState::Completed) })
}

/// The word of a test that it has run.
pub(crate) fn has_completed(test_id: TestId) -> QueueCommands {
    QueueCommands::TestCompleted { test_id, status: story(test_id) }
}

/// A status that says nothing but the state, as the test's actor tells it.
pub(crate) fn status(test_id: TestId, state: TestState) -> TestStatusResponse {
    TestStatusResponse {
        test_id,
        state,
        bucket: None,
        test_type: None,
        start_time: None,
        end_time: None,
        success: None,
        error: None,
        scenarios: None,
    }
}

/// A queue and everything around it.
pub(crate) struct Rig {
    pub(crate) tests: ScriptedTests,
    pub(crate) parts: QueueParts,
    pub(crate) queue: Child<QueueActor>,
    registry: Registry,
}

impl Rig {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut QueueParts)) -> Self {
        let (registry, tests) = (Registry::new(), ScriptedTests::default());
        let metrics = TreeMetrics::register(&registry).unwrap();
        let mut parts = QueueParts {
            clock: WallClock::reading(|| NOW),
            ids: next_id,
            ..QueueParts::new(Arc::new(tests.clone()), metrics)
        };
        change(&mut parts);
        let surroundings = Surroundings { observer: Arc::new(parts.metrics.clone()), jitter: Jitter::fixed(0.0) };
        let restart = Strategy::restart().with_limit(10, Duration::from_secs(60));
        let queue = QueueActor::supervised(parts.clone()).on_failure_matching(|_| true, restart).start(&surroundings);
        Self { tests, parts, queue, registry }
    }

    pub(crate) fn two_at_a_time() -> Self {
        Self::with(|parts| parts.max_concurrent_tests = NonZeroUsize::new(2).unwrap())
    }

    /// Tells the queue something, as a test does.
    pub(crate) async fn tell(&self, message: QueueCommands) {
        self.queue.address().send(message).await.ok();
        settle().await;
    }

    pub(crate) async fn ask<T>(
        &self,
        message: impl FnOnce(ReplyTo<Result<T, ServiceError>>) -> QueueCommands,
    ) -> Result<Result<T, ServiceError>, NoAnswer> {
        let queue = self.queue.address().clone();
        let answer = ask(LIMIT, |reply_to| {
            let sent = queue.send(message(reply_to));
            async move { sent.await.is_ok() }
        })
        .await;
        settle().await;
        answer
    }

    /// Makes a test.
    pub(crate) async fn make(&self) -> TestId {
        self.ask(|reply_to| QueueCommands::InitializeTestRequest { reply_to }).await.unwrap().unwrap().test_id
    }

    pub(crate) async fn start(&self, test_id: TestId) -> Result<StartTestResponse, ServiceError> {
        let (bucket, test_type) = ("orders".to_owned(), Some("functional".to_owned()));
        self.ask(|reply_to| QueueCommands::StartTestRequest { test_id, bucket, test_type, reply_to }).await.unwrap()
    }

    pub(crate) async fn status(&self, test_id: TestId) -> Result<TestStatusResponse, ServiceError> {
        self.ask(|reply_to| QueueCommands::TestStatusRequest { test_id, reply_to }).await.unwrap()
    }

    pub(crate) async fn cancel(&self, test_id: TestId, force: bool) -> Result<TestCancelledResponse, ServiceError> {
        self.ask(|reply_to| QueueCommands::CancelRequest { test_id, force, reply_to }).await.unwrap()
    }

    pub(crate) async fn queue_status(&self, test_id: Option<TestId>) -> Result<QueueStatusResponse, ServiceError> {
        self.ask(|reply_to| QueueCommands::QueueStatusRequest { test_id, reply_to }).await.unwrap()
    }

    /// The six counts, in the order of the states, and whose turn it is.
    pub(crate) async fn counts(&self) -> ([usize; 6], Option<TestId>) {
        counts(&self.queue_status(None).await.unwrap())
    }

    /// The state that the queue has a test in.
    pub(crate) async fn state(&self, test_id: TestId) -> TestState {
        let (counts, _) = counts(&self.queue_status(Some(test_id)).await.unwrap());
        let at = counts.iter().position(|count| *count == 1).expect("the test is in a state");
        TestState::ALL[at]
    }

    /// Makes a test, starts it, and lets it load.
    pub(crate) async fn make_loaded(&self) -> TestId {
        let test_id = self.make().await;
        self.start(test_id).await.unwrap();
        self.tell(QueueCommands::TestLoading { test_id }).await;
        self.tell(QueueCommands::TestLoaded { test_id }).await;
        test_id
    }

    /// A test whose scenarios run.
    pub(crate) async fn make_running(&self) -> TestId {
        let test_id = self.make_loaded().await;
        self.tell(QueueCommands::TestStarted { test_id }).await;
        test_id
    }

    #[track_caller]
    pub(crate) fn assert_scraped(&self, lines: &[&str]) {
        let text = prometheus::TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap();
        for line in lines {
            assert!(text.lines().any(|known| known == *line), "{line} is not among {text}");
        }
    }
}

pub(crate) fn counts(status: &QueueStatusResponse) -> ([usize; 6], Option<TestId>) {
    let QueueStatusResponse { total_tests, currently_testing, .. } = *status;
    let counts = [
        status.setup_count,
        status.loading_count,
        status.loaded_count,
        status.testing_count,
        status.completed_count,
        status.exception_count,
    ];
    assert_eq!(counts.iter().sum::<usize>(), total_tests, "the counts add up");
    (counts, currently_testing)
}
