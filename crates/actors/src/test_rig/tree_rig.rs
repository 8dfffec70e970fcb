//! The whole tree on one thread and paused time: every actor the real one, over services and Kafka clients that do what
//! they are told. A rig that is dropped while an actor still lives fails its test.

use std::collections::{HashMap, VecDeque};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use prometheus::Registry;
use test_probe_directives::TestId;
use test_probe_kafka::ClientPool;
use test_probe_oauth::RefreshPolicy;
use test_probe_testkit::{ScriptedConsumers, ScriptedProducers, ScriptedTokens};
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep, sleep_until};

use super::{Journal, paused_clock, settle};
use crate::commands::{ChildKind, GuardianCommands, NoAnswer, ReplyTo, StopCause, ask};
use crate::dsl::DslSettings;
use crate::error::{ProbeExceptions, ServiceError};
use crate::metrics::TreeMetrics;
use crate::responses::{QueueStatusResponse, TestCancelledResponse, TestState, TestStatusResponse};
use crate::supervision::{Child, Jitter, SupervisionObserver, Surroundings};
use crate::{
    ExternalBehaviors, GuardianActor, GuardianParts, KafkaSettings, PlaceFactory, PoisonPills, ProbeDsl, QueueParts,
    ServiceInterfaceFunctions, ServiceSettings, SystemRuntime, TestPlace, TestTree, TestTreeParts, TokenRefreshers,
};

mod conduct;
mod play;
mod wiring;
mod witness;

pub(crate) use conduct::Conduct;
pub(crate) use play::Play;
pub(crate) use witness::{Place, Witness};

use wiring::{remembering, services_of};

/// A tree, and all that is around it.
pub(crate) struct TreeRig {
    pub(crate) functions: ServiceInterfaceFunctions,
    pub(crate) guardian: Child<GuardianActor>,
    pub(crate) producers: ScriptedProducers,
    pub(crate) consumers: ScriptedConsumers,
    /// Where tokens come from.
    pub(crate) endpoint: ScriptedTokens,
    /// Who renews them, if the rig has any.
    pub(crate) tokens: Option<TokenRefreshers>,
    pub(crate) dsl: ProbeDsl,
    pub(crate) journal: Arc<Journal>,
    pub(crate) witness: Arc<Witness>,
    registry: Registry,
    begun: Instant,
    plays: Arc<Plays>,
    tasks_before: usize,
}

/// The plays of the tests to come, and who still uses those of the tests that were made.
#[derive(Default)]
struct Plays {
    next: Mutex<VecDeque<Arc<Play>>>,
    made: Mutex<Vec<Made>>,
    stops: Mutex<HashMap<(TestId, ChildKind), StopChild>>,
}

/// What is remembered of every test that the tree made.
struct Made {
    test_id: TestId,
    topic: String,
    /// Whoever uses its services holds this.
    token: Weak<()>,
}

/// Tells a child to stop.
type StopChild = Box<dyn Fn() + Send>;

/// A test of the rig.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    pub(crate) id: TestId,
    pub(crate) play: Arc<Play>,
}

/// Everything about a rig that a test may want otherwise.
pub(crate) struct RigSettings {
    pub(crate) pills: PoisonPills,
    pub(crate) services_timeout: Duration,
    pub(crate) open_within: Duration,
    pub(crate) stop_within: Duration,
    pub(crate) max_concurrent_tests: usize,
    pub(crate) retained_results: usize,
    pub(crate) producers: ScriptedProducers,
    pub(crate) consumers: ScriptedConsumers,
    pub(crate) place: PlaceFactory,
    pub(crate) external_behaviors: Option<ExternalBehaviors>,
    /// Whether there are tokens, of an hour, for tests that want them.
    pub(crate) has_tokens: bool,
}

impl Default for RigSettings {
    fn default() -> Self {
        Self {
            pills: PoisonPills::default(),
            services_timeout: Duration::from_secs(30),
            open_within: Duration::from_secs(30),
            stop_within: Duration::from_secs(6),
            max_concurrent_tests: 1,
            retained_results: 1000,
            producers: ScriptedProducers::acknowledging(),
            consumers: ScriptedConsumers::assigning(),
            place: Arc::new(|| Ok(TestPlace::here())),
            external_behaviors: None,
            has_tokens: false,
        }
    }
}

impl TreeRig {
    /// A tree that is initialized, with the reference configuration's times.
    pub(crate) async fn new() -> Self {
        Self::with(RigSettings::default()).await
    }

    pub(crate) async fn with(settings: RigSettings) -> Self {
        let rig = Self::before_initialize(settings);
        rig.initialize().await.unwrap().unwrap();
        rig
    }

    /// A tree whose guardian was asked for nothing yet.
    pub(crate) fn before_initialize(settings: RigSettings) -> Self {
        let tasks_before = Handle::current().metrics().num_alive_tasks();
        let begun = Instant::now();
        let RigSettings { producers, consumers, .. } = settings;
        let registry = Registry::new();
        let metrics = TreeMetrics::register(&registry).unwrap();
        let witness = Arc::new(Witness::new(metrics.clone()));
        let (plays, dsl, journal) = (Arc::<Plays>::default(), ProbeDsl::new(), Arc::<Journal>::default());
        dsl.register_system(SystemRuntime::here(), DslSettings::default());
        let clock = paused_clock();
        let endpoint = ScriptedTokens::answering(Duration::from_secs(3600), clock);
        let tokens = settings.has_tokens.then(|| {
            let (sources, counted) = (Arc::new(endpoint.clone()), metrics.tokens().clone());
            TokenRefreshers::new(sources, RefreshPolicy::default(), clock, counted)
        });
        let kafka = KafkaSettings::new("scripted:9092".parse().unwrap(), None);
        let kafka = tokens.iter().fold(kafka, |kafka, tokens| kafka.with_tokens(tokens.clone()));
        let services = services_of(&plays, &dsl, &consumers, &journal, Arc::new(kafka.clone()));
        let tests = TestTree::new(TestTreeParts {
            services,
            pool: ClientPool::new(Arc::new(producers.clone())),
            consumers: Arc::new(consumers.clone()),
            dsl: dsl.clone(),
            metrics: metrics.clone(),
            place: settings.place,
            clock,
            pills: settings.pills,
            services_timeout: settings.services_timeout,
            open_within: settings.open_within,
            close_timeout: kafka.close_timeout,
            stop_within: settings.stop_within,
            external_behaviors: Some(remembering(&plays, settings.external_behaviors)),
        });
        let queue = QueueParts {
            clock,
            max_concurrent_tests: NonZeroUsize::new(settings.max_concurrent_tests).unwrap(),
            retained_results: NonZeroUsize::new(settings.retained_results).unwrap(),
            ..QueueParts::new(Arc::new(tests), metrics)
        };
        let parts =
            GuardianParts { queue: Arc::new(queue), max_restarts: 10, restart_time_range: Duration::from_secs(60) };
        let observer = Arc::clone(&witness) as Arc<dyn SupervisionObserver>;
        let guardian = match &tokens {
            Some(tokens) => GuardianActor::hosting(parts, tokens),
            None => GuardianActor::supervised(parts),
        };
        let guardian = guardian.start(&Surroundings { observer, jitter: Jitter::fixed(0.0) });
        let functions = ServiceInterfaceFunctions::new(
            SystemRuntime::here(),
            guardian.address().clone().recipient(),
            ServiceSettings::default(),
        );
        Self {
            functions,
            guardian,
            producers,
            consumers,
            endpoint,
            tokens,
            dsl,
            journal,
            witness,
            registry,
            begun,
            plays,
            tasks_before,
        }
    }

    pub(crate) async fn initialize(&self) -> Result<Result<(), ProbeExceptions>, NoAnswer> {
        self.ask_guardian(|reply_to| GuardianCommands::Initialize { reply_to }).await
    }

    /// Shuts the tree down as the program does; whether all tests had ended in time.
    pub(crate) async fn shut_down(&self, cause: StopCause, within: Duration) -> Result<bool, NoAnswer> {
        self.ask_guardian(|reply_to| GuardianCommands::Shutdown { cause, within, reply_to }).await
    }

    async fn ask_guardian<T>(&self, message: impl FnOnce(ReplyTo<T>) -> GuardianCommands) -> Result<T, NoAnswer> {
        let guardian = self.guardian.address().clone();
        ask(Duration::from_secs(3600), |reply_to| {
            let sent = guardian.send(message(reply_to));
            async move { sent.await.is_ok() }
        })
        .await
    }

    /// Makes a test whose services behave like this.
    ///
    /// # Errors
    /// As `initialize_test`.
    pub(crate) async fn try_to_make(&self, play: Play) -> Result<Test, ServiceError> {
        let play = Arc::new(play);
        self.plays.next.lock().unwrap().push_back(Arc::clone(&play));
        let made = self.functions.initialize_test().await;
        self.plays.next.lock().unwrap().clear();
        made.map(|made| Test { id: made.test_id, play })
    }

    pub(crate) async fn make(&self, play: Play) -> Test {
        self.try_to_make(play).await.unwrap()
    }

    /// Makes a test and starts it.
    pub(crate) async fn start(&self, play: Play) -> Test {
        let test = self.make(play).await;
        assert!(self.functions.start_test(test.id, "orders", Some("smoke".to_owned())).await.unwrap().accepted);
        self.idle().await;
        test
    }

    /// Lets everything run that can run without the clock, threads that may block included: they hold the clock, which
    /// moves on by a millisecond afterwards.
    pub(crate) async fn idle(&self) {
        sleep(Duration::from_millis(1)).await;
        settle().await;
    }

    /// Waits until so much time has passed since the tree began.
    pub(crate) async fn at(&self, time: Duration) {
        let moment = self.begun + time;
        assert!(moment >= Instant::now(), "{time:?} is over; it is {:?}", self.now());
        sleep_until(moment).await;
        settle().await;
    }

    /// The time since the tree began.
    pub(crate) fn now(&self) -> Duration {
        self.begun.elapsed()
    }

    pub(crate) async fn status(&self, test: &Test) -> TestStatusResponse {
        self.functions.test_status(test.id).await.unwrap()
    }

    pub(crate) async fn state(&self, test: &Test) -> TestState {
        self.status(test).await.state
    }

    /// What the test failed of, everything behind it included.
    pub(crate) async fn error(&self, test: &Test) -> String {
        self.status(test).await.error.map(|error| error.explain()).unwrap_or_default()
    }

    pub(crate) async fn queue_status(&self) -> QueueStatusResponse {
        self.functions.queue_status(None).await.unwrap()
    }

    /// How many tests are in Setup, Loading, Loaded, Testing, Completed and Exception.
    pub(crate) async fn counts(&self) -> [usize; 6] {
        let QueueStatusResponse {
            total_tests,
            setup_count,
            loading_count,
            loaded_count,
            testing_count,
            completed_count,
            exception_count,
            ..
        } = self.queue_status().await;
        let counts = [setup_count, loading_count, loaded_count, testing_count, completed_count, exception_count];
        assert_eq!(counts.iter().sum::<usize>(), total_tests);
        counts
    }

    pub(crate) async fn cancel(&self, test: &Test) -> TestCancelledResponse {
        self.functions.cancel_test(test.id).await.unwrap()
    }

    pub(crate) async fn cancel_by_force(&self, test: &Test) -> TestCancelledResponse {
        self.functions.force_cancel_test(test.id).await.unwrap()
    }

    /// Whether the test's actor has ended, its children with it.
    pub(crate) fn is_gone(&self, test: &Test) -> bool {
        let id = test.id.to_string();
        !self.witness.living().iter().any(|name| name.ends_with(&id))
    }

    /// The name of the test's only topic.
    pub(crate) fn topic(&self, test: &Test) -> String {
        let made = self.plays.made.lock().unwrap();
        made.iter().find(|made| made.test_id == test.id).map(|made| made.topic.clone()).unwrap()
    }

    /// Tells one of the test's children to stop, which nobody does but a bug.
    pub(crate) async fn stop_child(&self, test: &Test, kind: ChildKind) {
        self.plays.stops.lock().unwrap()[&(test.id, kind)]();
        settle().await;
    }

    /// Uses the services of every test as a future does that nobody ends.
    pub(crate) fn keep_services_in_use(&self) {
        self.plays.made.lock().unwrap().iter().for_each(|made| std::mem::forget(made.token.upgrade()));
    }

    /// What a metric says; 0 where it says nothing.
    pub(crate) fn metric(&self, name: &str) -> u64 {
        let text = prometheus::TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ').map(str::to_owned));
        line.map_or(0, |value| value.parse().unwrap())
    }

    /// Ends the tree, and looks whether anything of it is left.
    pub(crate) async fn finish(self) {
        self.shut_down(StopCause::Terminate, Duration::from_secs(600)).await.unwrap();
        let stopped = self.guardian.stop(Instant::now() + Duration::from_secs(5)).await;
        assert!(stopped.is_some(), "the guardian ends");
        self.assert_nothing_is_left().await;
    }

    /// No actor, no future of a test, no task, no topic.
    pub(crate) async fn assert_nothing_is_left(&self) {
        settle().await;
        assert_eq!(self.witness.living(), Vec::<String>::new(), "actors are left");
        for Made { test_id, topic, token } in &*self.plays.made.lock().unwrap() {
            assert_eq!(token.strong_count(), 0, "somebody still uses the services of test {test_id}");
            let (producer, consumer) = (self.dsl.producer(*test_id, &**topic), self.dsl.consumer(*test_id, &**topic));
            assert!(producer.is_err() && consumer.is_err(), "topics of test {test_id} are still open");
        }
        let tasks = Handle::current().metrics().num_alive_tasks();
        assert_eq!(tasks, self.tasks_before, "tasks are left");
    }
}

impl Drop for TreeRig {
    fn drop(&mut self) {
        let living = self.witness.living();
        if !std::thread::panicking() {
            assert!(living.is_empty(), "a test leaves these actors running: {living:?}");
        }
    }
}
