//! A test's topics on one thread and paused time, over a Kafka in memory, and features that run on them.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix::{Actor, Context, Handler, Recipient};
use test_probe_actors::commands::{ChildGoodToGo, Initialize};
use test_probe_actors::dsl::DslSettings;
use test_probe_actors::event_store::StoreLimits;
use test_probe_actors::journal::{NoJournal, SharedJournal};
use test_probe_actors::metrics::TreeMetrics;
use test_probe_actors::supervision::{Child, Surroundings};
use test_probe_actors::{
    Cluster, KafkaConsumerActor, KafkaConsumers, KafkaProducerActor, KafkaProducers, KafkaSettings, KafkaSetup,
    ProbeDsl, SystemRuntime,
};
use test_probe_directives::{
    BlockStorageDirective, ClusterName, EventFilter, KafkaSecurityDirective, KeyFormat, Redaction, Role, TestId,
    Timestamp, TopicDirective, TopicName, WallClock,
};
use test_probe_encoding::{SchemaCatalog, SerdesFactory, SerdesSettings};
use test_probe_kafka::ClientPool;
use test_probe_scenarios::{
    CancellationToken, FaultSteps, Features, Plan, RunSummary, ScenarioInfo, ScenarioObserver, ScenarioResult,
    ScenarioStatus, StepBook, StepResult, StepStatus, Tags, TestEnvironment,
};
use test_probe_testkit::{LoopbackKafka, ScriptedRegistry};

pub(crate) const ORDER_CREATED: &str = r#"{
    "type": "record", "name": "OrderCreated", "namespace": "com.acme", "fields": [
        {"name": "orderId", "type": "string"},
        {"name": "quantity", "type": "int", "default": 1},
        {"name": "customer", "default": null, "type": ["null", {"type": "record", "name": "Customer", "fields": [
            {"name": "name", "type": "string"}
        ]}]},
        {"name": "tags", "type": {"type": "array", "items": "string"}, "default": []}
    ]}"#;
pub(crate) const ORDER_CREATED_2: &str = r#"{
    "type": "record", "name": "OrderCreated", "namespace": "com.acme", "fields": [
        {"name": "orderId", "type": "string"},
        {"name": "quantity", "type": "int", "default": 1}
    ]}"#;
pub(crate) const PAYMENT: &str = r#"{"type": "record", "name": "Payment", "namespace": "com.acme", "fields": [{"name": "amount", "type": "double"}]}"#;

/// What a test may change before its topics open.
pub(crate) struct Rig {
    pub(crate) kafka: LoopbackKafka,
    pub(crate) registry: Arc<ScriptedRegistry>,
    pub(crate) auto_register: bool,
    pub(crate) schemas: Vec<(&'static str, &'static str)>,
    pub(crate) directives: Vec<TopicDirective>,
    pub(crate) store: StoreLimits,
    pub(crate) templates: Vec<(&'static str, &'static str)>,
    pub(crate) expected: Vec<(&'static str, &'static str)>,
    pub(crate) redaction: Redaction,
    pub(crate) journal: SharedJournal,
    pub(crate) environment: fn(TestEnvironment) -> TestEnvironment,
    pub(crate) book: StepBook,
    pub(crate) tags: Tags,
    pub(crate) parallel: usize,
    pub(crate) cancel: CancellationToken,
}

/// What a run told its observer, and its summary.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) scenarios: Vec<ScenarioInfo>,
    pub(crate) steps: Vec<StepResult>,
    pub(crate) results: Vec<ScenarioResult>,
    pub(crate) summary: RunSummary,
}

impl Told {
    /// The messages of the steps that failed.
    pub(crate) fn messages(&self) -> Vec<&str> {
        self.steps.iter().filter_map(|step| step.message.as_deref()).collect()
    }

    pub(crate) fn statuses(&self) -> Vec<StepStatus> {
        self.steps.iter().map(|step| step.status).collect()
    }

    pub(crate) fn results(&self) -> Vec<(u64, ScenarioStatus)> {
        self.results.iter().map(|result| (result.scenario, result.status)).collect()
    }
}

/// Writes down what it is told.
#[derive(Default)]
pub(crate) struct Recorder {
    scenarios: Mutex<Vec<ScenarioInfo>>,
    steps: Mutex<Vec<StepResult>>,
    results: Mutex<Vec<ScenarioResult>>,
}

impl ScenarioObserver for Recorder {
    fn scenario_started(&self, scenario: &ScenarioInfo) {
        self.scenarios.lock().unwrap().push(scenario.clone());
    }
    fn step_finished(&self, step: &StepResult) {
        self.steps.lock().unwrap().push(step.clone());
    }
    fn scenario_finished(&self, scenario: &ScenarioResult) {
        self.results.lock().unwrap().push(scenario.clone());
    }
}

struct Parent;

impl Actor for Parent {
    type Context = Context<Self>;
}

impl Handler<ChildGoodToGo> for Parent {
    type Result = ();
    fn handle(&mut self, _: ChildGoodToGo, _: &mut Context<Self>) {}
}

pub(crate) fn topic(name: &str, role: Role) -> TopicDirective {
    TopicDirective::new(TopicName::new(name).unwrap(), role, "svc")
}

impl Rig {
    /// Two topics that are written to and read, one that is only read, and one with plain text keys.
    pub(crate) fn new() -> Self {
        let text = |role| TopicDirective { key: KeyFormat::Text, ..topic("notes", role) };
        let kafka = LoopbackKafka::new();
        kafka.forward(&TopicName::new("orders").unwrap(), &TopicName::new("reservations").unwrap());
        Self {
            kafka,
            registry: Arc::default(),
            auto_register: true,
            schemas: vec![("OrderCreated.avsc", ORDER_CREATED)],
            directives: vec![
                topic("orders", Role::Producer),
                topic("orders", Role::Consumer),
                topic("reservations", Role::Consumer),
                topic("audit", Role::Producer),
                text(Role::Producer),
                text(Role::Consumer),
                TopicDirective { cluster: ClusterName::new("eu"), ..topic("far", Role::Producer) },
                TopicDirective { cluster: ClusterName::new("eu"), ..topic("far", Role::Consumer) },
            ],
            store: StoreLimits::default(),
            templates: vec![
                ("order-created", r#"{"orderId": "{{correlation}}", "quantity": {{index}}}"#),
                ("fixed", r#"{"orderId": "A-1", "quantity": 2, "tags": ["new", "{{now}}"]}"#),
            ],
            expected: vec![("reserved", r#"{"orderId": "{{regex "^A-"}}", "quantity": 2}"#)],
            redaction: Redaction::default(),
            journal: Arc::new(NoJournal),
            environment: |environment| environment,
            book: StepBook::new(),
            tags: Tags::default(),
            parallel: 1,
            cancel: CancellationToken::new(),
        }
    }

    pub(crate) fn filtered(mut self, event_type: &str, version: &str) -> Self {
        for directive in self.directives.iter_mut().filter(|directive| directive.topic.as_str() == "orders") {
            directive.event_filters =
                vec![EventFilter { event_type: event_type.into(), payload_version: version.into() }];
        }
        self
    }

    /// Runs a feature, and tells how it went.
    #[track_caller]
    pub(crate) fn run(self, feature: &str) -> Told {
        self.run_with(feature, |_| std::future::ready(()))
    }

    /// Runs a feature, and something beside it.
    #[track_caller]
    pub(crate) fn run_with<B: Future<Output = ()>>(
        self,
        feature: &str,
        beside: impl FnOnce(LoopbackKafka) -> B,
    ) -> Told {
        let plan = self.plan(feature);
        paused(async {
            let open = self.open().await;
            let running = observed(plan, open.environment, self.cancel.clone(), self.parallel);
            let (told, ()) = tokio::join!(running, beside(self.kafka.clone()));
            told
        })
    }

    #[track_caller]
    fn plan(&self, feature: &str) -> Plan {
        let features = Features::parse([("features/test.feature", feature)]).unwrap();
        match Plan::make(features, self.book.clone(), &self.tags, FaultSteps::Allowed) {
            Ok(plan) => plan,
            Err(error) => panic!("{error}"),
        }
    }

    /// Opens the topics.
    pub(crate) async fn open(&self) -> Open {
        let serdes = SerdesFactory::new(
            Arc::clone(&self.registry) as Arc<_>,
            SchemaCatalog::parse(self.schemas.iter().copied()).unwrap(),
            SerdesSettings::default().with_auto_register(self.auto_register),
            clock(),
        );
        let cluster = Cluster { bootstrap_servers: "memory:9092".parse().unwrap(), serdes: Some(serdes.clone()) };
        let mut settings = KafkaSettings::new("memory:9092".parse().unwrap(), Some(serdes));
        settings.clusters = settings.clusters.with(ClusterName::new("eu"), cluster);
        settings.store = self.store;
        let setup = Arc::new(KafkaSetup { settings: Arc::new(settings), journal: Arc::clone(&self.journal) });
        let dsl = ProbeDsl::new();
        dsl.register_system(SystemRuntime::here(), DslSettings::default());
        let metrics = TreeMetrics::register(&prometheus::Registry::new()).unwrap();
        let test_id = TestId::from_bytes([7; 16]);
        let surroundings = Surroundings::new(Arc::new(metrics.clone()));
        let parent: Recipient<ChildGoodToGo> = Parent.start().recipient();
        let producers = KafkaProducerActor::supervised(KafkaProducers {
            test_id,
            parent: parent.clone(),
            world: Arc::clone(&setup) as _,
            open_within: Duration::from_secs(30),
            close_timeout: Duration::from_secs(2),
            pool: ClientPool::new(Arc::new(self.kafka.clone())),
            dsl: dsl.clone(),
            metrics: metrics.clone(),
        })
        .start(&surroundings);
        let consumers = KafkaConsumerActor::supervised(KafkaConsumers {
            test_id,
            parent,
            world: setup,
            open_within: Duration::from_secs(30),
            close_timeout: Duration::from_secs(2),
            waits_for_start: false,
            clients: Arc::new(self.kafka.clone()),
            dsl: dsl.clone(),
            metrics,
        })
        .start(&surroundings);
        let initialize = initialize(&self.directives);
        producers.address().send(initialize.clone()).await.unwrap();
        consumers.address().send(initialize).await.unwrap();
        settle().await;
        let environment = TestEnvironment::new(dsl, test_id, self.directives.clone())
            .with_templates(self.templates.iter().copied())
            .with_expected(self.expected.iter().copied())
            .with_redaction(self.redaction.clone())
            .with_clock(clock());
        Open { environment: (self.environment)(environment), _producers: producers, _consumers: consumers }
    }
}

/// Runs a feature in an environment, and tells how it went.
pub(crate) async fn run_in(environment: TestEnvironment, feature: &str) -> Told {
    observed(Rig::new().plan(feature), environment, CancellationToken::new(), 1).await
}

async fn observed(plan: Plan, environment: TestEnvironment, cancel: CancellationToken, parallel: usize) -> Told {
    let recorder = Arc::new(Recorder::default());
    let observer = Arc::clone(&recorder) as Arc<dyn ScenarioObserver>;
    let parallel = NonZeroUsize::new(parallel).unwrap();
    let summary = test_probe_scenarios::run(plan, environment, observer, cancel, parallel).await;
    let recorder = Arc::into_inner(recorder).unwrap();
    Told {
        scenarios: recorder.scenarios.into_inner().unwrap(),
        steps: recorder.steps.into_inner().unwrap(),
        results: recorder.results.into_inner().unwrap(),
        summary,
    }
}

/// Open topics, and the actors that keep them open.
pub(crate) struct Open {
    pub(crate) environment: TestEnvironment,
    _producers: Child<KafkaProducerActor>,
    _consumers: Child<KafkaConsumerActor>,
}

fn clock() -> WallClock {
    WallClock::reading(|| Timestamp::from_micros(0))
}

fn initialize(directives: &[TopicDirective]) -> Initialize {
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

/// Lets everything run that can run without the clock.
pub(crate) async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

/// A moment later.
pub(crate) async fn after(time: Duration) {
    tokio::time::sleep(time).await;
}

pub(crate) fn paused<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, test)
}

/// One scenario of these steps; lines that begin with a blank belong to the step before.
pub(crate) fn scenario(steps: &[&str]) -> String {
    let steps = steps
        .iter()
        .flat_map(|step| step.lines())
        .map(|line| if line.starts_with(' ') { format!("    {line}\n") } else { format!("    * {line}\n") });
    format!("Feature: f\n  Scenario: s\n{}", steps.collect::<String>())
}

/// Asserts that a scenario of these steps passes.
#[track_caller]
pub(crate) fn passes(rig: Rig, steps: &[&str]) -> Told {
    let told = rig.run(&scenario(steps));
    assert!(told.summary.is_success(), "{:#?}", told.messages());
    told
}

/// Asserts that a scenario of these steps fails at its last step, and gives the message.
#[track_caller]
pub(crate) fn fails(rig: Rig, steps: &[&str]) -> String {
    let told = rig.run(&scenario(steps));
    let last = told.steps.last().unwrap();
    assert_eq!(last.status, StepStatus::Failed, "{told:#?}");
    last.message.clone().unwrap()
}
