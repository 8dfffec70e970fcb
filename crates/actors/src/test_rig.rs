//! A test's tree on one thread and paused time, over scripted Kafka clients.

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix::{Actor, Context, Handler, Recipient};
use prometheus::Registry;
use test_probe_directives::{
    BlockStorageDirective, ClientCredentials, KafkaSecurityDirective, Role, Secret, TestId, Timestamp, TopicDirective,
    TopicName, WallClock,
};
use test_probe_encoding::SerdesFactory;
use test_probe_kafka::{
    ClientError, ClientPool, ClientSpec, ClusterError, EventId, IncomingRecord, LateReport, OutgoingRecord, Pending,
    ProducedAck, ProducedNack, ProducerClient, ProducerClientFactory, Refused,
};
use test_probe_oauth::RefreshPolicy;
use test_probe_testkit::{ScriptedConsumers, ScriptedProducers, ScriptedTokens};
use tokio::time::Instant;

use crate::commands::{ChildGoodToGo, ChildKind, Initialize};
use crate::dsl::DslSettings;
use crate::journal::{AcceptedEvent, ConsumedFate, EventJournal, JournalTopic};
use crate::metrics::TreeMetrics;
use crate::supervision::{Child, Failure, Jitter, SupervisionObserver, Surroundings, Termination};
use crate::{
    KafkaConsumerActor, KafkaConsumers, KafkaProducerActor, KafkaProducers, KafkaSettings, KafkaSetup, KafkaWorld,
    ProbeDsl, SystemRuntime, TokenRefreshers,
};

pub(crate) mod child_rig;
pub(crate) mod token_rig;
pub(crate) mod tree_rig;

thread_local! {
    /// When the world of this thread began, for its clock.
    static BEGUN: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// A clock that shows milliseconds of paused time since now.
pub(crate) fn paused_clock() -> WallClock {
    BEGUN.set(Some(Instant::now()));
    WallClock::reading(|| {
        let elapsed = BEGUN.get().map(|begun| begun.elapsed()).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(elapsed.as_millis()).unwrap())
    })
}

/// Everything around the Kafka half of a test's tree.
pub(crate) struct TestRig {
    pub(crate) test_id: TestId,
    pub(crate) producers: ScriptedProducers,
    pub(crate) consumers: ScriptedConsumers,
    pub(crate) settings: KafkaSettings,
    pub(crate) dsl: ProbeDsl,
    pub(crate) journal: Arc<Journal>,
    pub(crate) registry: Registry,
    pub(crate) metrics: TreeMetrics,
    pub(crate) good_to_go: Arc<Mutex<Vec<ChildKind>>>,
    pub(crate) ends: Arc<Mutex<Vec<String>>>,
}

/// Counts what happens in the tree, and writes down the name of every actor that ends.
struct Tree {
    metrics: TreeMetrics,
    ends: Arc<Mutex<Vec<String>>>,
}

impl SupervisionObserver for Tree {
    fn restarted(&self, kind: &'static str, name: &str, failure: &Failure) {
        self.metrics.restarted(kind, name, failure);
    }
    fn resumed(&self, kind: &'static str, name: &str, failure: &Failure) {
        self.metrics.resumed(kind, name, failure);
    }
    fn ended(&self, kind: &'static str, name: &str, termination: &Termination) {
        self.ends.lock().unwrap().push(name.to_owned());
        self.metrics.ended(kind, name, termination);
    }
    fn dead_letter(&self, kind: &'static str, name: &str) {
        self.metrics.dead_letter(kind, name);
    }
}

/// Writes every step of every event down, one line each.
#[derive(Default)]
pub(crate) struct Journal(Mutex<Vec<String>>);

impl Journal {
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
    fn write(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }
}

impl EventJournal for Journal {
    fn accepted(&self, event: &AcceptedEvent<'_>) {
        self.write(format!("accepted {} {}", event.id, event.topic));
    }
    fn acknowledged(&self, _: &JournalTopic, id: EventId, ack: &ProducedAck) {
        self.write(format!("acknowledged {id} at {}", ack.offset));
    }
    fn nacked(&self, _: &JournalTopic, id: EventId, nack: &ProducedNack, _: Duration) {
        self.write(format!("nacked {id} {} {}", nack.kind, nack.written.as_str()));
    }
    fn late(&self, _: &JournalTopic, id: EventId, _: &LateReport) {
        self.write(format!("late {id}"));
    }
    fn consumed(&self, topic: &JournalTopic, record: &IncomingRecord, fate: &ConsumedFate<'_>) {
        let fate = match fate {
            ConsumedFate::Kept { correlation_id, .. } => format!("kept {}", correlation_id.unwrap_or("-")),
            ConsumedFate::Filtered { event_type, payload_version } => {
                format!("filtered {event_type} {payload_version}")
            }
            ConsumedFate::Undecodable { .. } => "undecodable".to_owned(),
        };
        self.write(format!("{topic} {} {fate}", record.offset));
    }
    fn evicted(&self, topic: &JournalTopic, _: i32, offset: i64, _: Option<&str>) {
        self.write(format!("{topic} {offset} evicted"));
    }
}

/// Scripted producers whose clients have a bug: a record with this key makes them panic, and so does the question about
/// this topic.
#[derive(Clone, Debug)]
pub(crate) struct FragileProducers(pub(crate) ScriptedProducers);

impl FragileProducers {
    pub(crate) const KEY: &str = "boom";
    pub(crate) const TOPIC: &str = "fragile";
}

impl ProducerClientFactory for FragileProducers {
    fn create(&self, spec: &ClientSpec) -> Result<Arc<dyn ProducerClient>, ClientError> {
        Ok(Arc::new(FragileClient(self.0.create(spec)?)))
    }
}

#[derive(Debug)]
struct FragileClient(Arc<dyn ProducerClient>);

impl ProducerClient for FragileClient {
    fn send(&self, topic: &TopicName, record: &OutgoingRecord, pending: &Arc<Pending>) -> Result<(), Refused> {
        assert_ne!(record.key.as_deref(), Some(FragileProducers::KEY.as_bytes()), "a bug of the client");
        self.0.send(topic, record, pending)
    }
    fn partitions(&self, topics: &[TopicName], timeout: Duration) -> Result<Vec<usize>, ClusterError> {
        assert!(topics.iter().all(|topic| topic.as_str() != FragileProducers::TOPIC), "a bug of the client");
        self.0.partitions(topics, timeout)
    }
    fn fatal_error(&self) -> Option<String> {
        self.0.fatal_error()
    }
    fn close(&self, deadline: Duration) {
        self.0.close(deadline);
    }
}

struct Parent(Arc<Mutex<Vec<ChildKind>>>);

impl Actor for Parent {
    type Context = Context<Self>;
}

impl Handler<ChildGoodToGo> for Parent {
    type Result = ();
    fn handle(&mut self, message: ChildGoodToGo, _: &mut Context<Self>) {
        self.0.lock().unwrap().push(message.child);
    }
}

impl TestRig {
    pub(crate) fn new() -> Self {
        Self::with_serdes(None)
    }

    pub(crate) fn with_serdes(serdes: Option<SerdesFactory>) -> Self {
        let registry = Registry::new();
        let dsl = ProbeDsl::new();
        dsl.register_system(SystemRuntime::here(), DslSettings::default());
        Self {
            test_id: TestId::from_bytes([7; 16]),
            producers: ScriptedProducers::acknowledging(),
            consumers: ScriptedConsumers::assigning(),
            settings: KafkaSettings::new("scripted:9092".parse().unwrap(), serdes),
            dsl,
            journal: Arc::default(),
            metrics: TreeMetrics::register(&registry).unwrap(),
            registry,
            good_to_go: Arc::default(),
            ends: Arc::default(),
        }
    }

    pub(crate) fn start_producers(&self) -> Child<KafkaProducerActor> {
        self.start_producers_with(Arc::clone(&self.journal) as Arc<dyn EventJournal>)
    }

    pub(crate) fn start_producers_with(&self, journal: Arc<dyn EventJournal>) -> Child<KafkaProducerActor> {
        self.start_producers_of(Arc::new(self.producers.clone()), journal)
    }

    pub(crate) fn start_producers_of(
        &self,
        clients: Arc<dyn ProducerClientFactory>,
        journal: Arc<dyn EventJournal>,
    ) -> Child<KafkaProducerActor> {
        KafkaProducerActor::supervised(KafkaProducers {
            test_id: self.test_id,
            parent: self.parent(),
            world: self.world(journal),
            open_within: Duration::from_secs(30),
            close_timeout: self.settings.close_timeout,
            pool: ClientPool::new(clients),
            dsl: self.dsl.clone(),
            metrics: self.metrics.clone(),
        })
        .start(&self.surroundings())
    }

    pub(crate) fn start_consumers(&self) -> Child<KafkaConsumerActor> {
        self.start_consumers_with(Arc::clone(&self.journal) as Arc<dyn EventJournal>)
    }

    pub(crate) fn start_consumers_with(&self, journal: Arc<dyn EventJournal>) -> Child<KafkaConsumerActor> {
        KafkaConsumerActor::supervised(KafkaConsumers {
            test_id: self.test_id,
            parent: self.parent(),
            world: self.world(journal),
            open_within: Duration::from_secs(30),
            close_timeout: self.settings.close_timeout,
            clients: Arc::new(self.consumers.clone()),
            dsl: self.dsl.clone(),
            metrics: self.metrics.clone(),
            waits_for_start: false,
        })
        .start(&self.surroundings())
    }

    /// Producers of these topics, open and good to go.
    pub(crate) async fn open_producers(&self, directives: &[TopicDirective]) -> Child<KafkaProducerActor> {
        self.open_producers_of(Arc::new(self.producers.clone()), directives).await
    }

    pub(crate) async fn open_producers_of(
        &self,
        clients: Arc<dyn ProducerClientFactory>,
        directives: &[TopicDirective],
    ) -> Child<KafkaProducerActor> {
        let child = self.start_producers_of(clients, Arc::clone(&self.journal) as Arc<dyn EventJournal>);
        child.address().send(initialize(directives)).await.unwrap();
        until(|| self.good_to_go().contains(&ChildKind::Producer)).await;
        child
    }

    /// Consumers of these topics, open and good to go.
    pub(crate) async fn open_consumers(&self, directives: &[TopicDirective]) -> Child<KafkaConsumerActor> {
        let child = self.start_consumers();
        child.address().send(initialize(directives)).await.unwrap();
        until(|| self.good_to_go().contains(&ChildKind::Consumer)).await;
        child
    }

    pub(crate) fn good_to_go(&self) -> Vec<ChildKind> {
        self.good_to_go.lock().unwrap().clone()
    }

    /// What the metrics say, one line each, comments left out.
    pub(crate) fn scrape(&self) -> Vec<String> {
        let text = prometheus::TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap();
        text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
    }

    /// Looks for each of these lines in what the metrics say.
    #[track_caller]
    pub(crate) fn assert_scraped(&self, lines: &[&str]) {
        let scrape = self.scrape();
        for line in lines {
            assert!(scrape.iter().any(|known| known == line), "{line} is not among {scrape:#?}");
        }
    }

    /// From now on topics are opened with tokens of this endpoint, which live for a minute.
    pub(crate) fn take_tokens(&mut self) -> ScriptedTokens {
        let clock = paused_clock();
        let endpoint = ScriptedTokens::answering(Duration::from_secs(60), clock);
        let (sources, metrics) = (Arc::new(endpoint.clone()), self.metrics.tokens().clone());
        let tokens = TokenRefreshers::new(sources, RefreshPolicy::default(), clock, metrics);
        self.settings = self.settings.clone().with_tokens(tokens);
        endpoint
    }

    fn world(&self, journal: Arc<dyn EventJournal>) -> Arc<dyn KafkaWorld> {
        Arc::new(KafkaSetup { settings: Arc::new(self.settings.clone()), journal })
    }

    fn parent(&self) -> Recipient<ChildGoodToGo> {
        Parent(Arc::clone(&self.good_to_go)).start().recipient()
    }

    /// The names of the actors that have ended, in that order.
    pub(crate) fn ends(&self) -> Vec<String> {
        self.ends.lock().unwrap().clone()
    }

    pub(crate) fn surroundings(&self) -> Surroundings {
        let tree = Tree { metrics: self.metrics.clone(), ends: Arc::clone(&self.ends) };
        Surroundings { observer: Arc::new(tree), jitter: Jitter::fixed(0.0) }
    }
}

pub(crate) fn directive(topic: &str, role: Role) -> TopicDirective {
    TopicDirective::new(TopicName::new(topic).unwrap(), role, "svc")
}

/// Credentials that open this topic with a token, which this client is given for this secret.
pub(crate) fn with_token(topic: &str, role: Role, client_id: &str, secret: &str) -> KafkaSecurityDirective {
    let credentials = ClientCredentials {
        client_id: client_id.to_owned(),
        client_secret: Secret::new(secret),
        token_endpoint: "http://idp/token".to_owned(),
        scope: None,
    };
    KafkaSecurityDirective::sasl_ssl(TopicName::new(topic).unwrap(), role, credentials, Secret::new(""))
}

/// Opens these topics with the token of one client.
pub(crate) fn initialize_with_tokens(directives: &[TopicDirective]) -> Initialize {
    let secured = |topic: &TopicDirective| with_token(topic.topic.as_str(), topic.role, "svc", "secret");
    Initialize { security_directives: directives.iter().map(secured).collect(), ..initialize(directives) }
}

/// Opens these topics without credentials.
pub(crate) fn initialize(directives: &[TopicDirective]) -> Initialize {
    let security =
        directives.iter().map(|directive| KafkaSecurityDirective::plaintext(directive.topic.clone(), directive.role));
    Initialize {
        security_directives: security.collect(),
        block_storage_directive: BlockStorageDirective {
            test_dir: PathBuf::from("test"),
            evidence_dir: PathBuf::from("evidence"),
            topic_directives: directives.to_vec(),
            bucket: "test".to_owned(),
            tags: Vec::new(),
            test_directive: Arc::default(),
        },
    }
}

pub(crate) async fn stop<B: crate::supervision::Behaviour>(child: &Child<B>) -> Termination {
    child.stop(Instant::now() + Duration::from_secs(2)).await.expect("the actor ends")
}

/// Lets everything run that can run without the clock.
pub(crate) async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

/// Waits until it is so; threads that may block have to come back for it.
pub(crate) async fn until(so: impl Fn() -> bool) {
    for _ in 0..1_000_000 {
        if so() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("it never came");
}

/// Runs a test on paused time. One that waits for what never comes fails after a day, which is over at once.
pub(crate) fn paused(test: impl Future<Output = ()>) {
    let day = Duration::from_secs(24 * 60 * 60);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let test = async { tokio::time::timeout(day, test).await.expect("the test comes to its end") };
    tokio::task::LocalSet::new().block_on(&runtime, test);
}

/// Runs a test that waits for other threads, which paused time would not wait for.
pub(crate) fn with_threads(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, test);
}
