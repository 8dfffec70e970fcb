//! An actor system with one test's topics open: what is produced to `orders` comes back on `orders`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actix::{Actor, Context, Handler};
use serde::{Deserialize, Serialize};
use test_probe_actors::commands::{ChildGoodToGo, Initialize};
use test_probe_actors::dsl::{DslSettings, ProbeDsl};
use test_probe_actors::journal::NoJournal;
use test_probe_actors::metrics::TreeMetrics;
use test_probe_actors::supervision::{Child, Surroundings};
use test_probe_actors::{
    ActorSystem, KafkaConsumerActor, KafkaConsumers, KafkaProducerActor, KafkaProducers, KafkaSettings, KafkaSetup,
    TestArbiter, TokenRefreshers,
};
use test_probe_directives::{
    BlockStorageDirective, ClientCredentials, KafkaSecurityDirective, Role, Secret, TestId, TopicDirective, TopicName,
    WallClock,
};
use test_probe_encoding::{CloudEvent, CorrelationId, SchemaCatalog, SchemaRegistry, SerdesFactory, SerdesSettings};
use test_probe_kafka::ClientPool;
use test_probe_oauth::RefreshPolicy;
use test_probe_testkit::{LoopbackKafka, ScriptedRegistry, ScriptedTokens};
use tokio::sync::mpsc;
use tokio::time::Instant;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct OrderCreated {
    pub(crate) order_id: String,
    pub(crate) amount: i64,
}

const ORDER_CREATED: &str = r#"{"type":"record","name":"OrderCreated","namespace":"com.acme","fields":[
    {"name":"order_id","type":"string"},{"name":"amount","type":"long"}]}"#;

/// Short, so that a blocking call which is not refused comes to its end in a test too.
const PRODUCE_TIMEOUT: Duration = Duration::from_secs(5);

pub(crate) struct World {
    pub(crate) dsl: ProbeDsl,
    pub(crate) test_id: TestId,
    producers: Child<KafkaProducerActor>,
    consumers: Child<KafkaConsumerActor>,
    pub(crate) arbiter: TestArbiter,
    pub(crate) system: ActorSystem,
}

struct Parent(mpsc::UnboundedSender<ChildGoodToGo>);

impl Actor for Parent {
    type Context = Context<Self>;
}

impl Handler<ChildGoodToGo> for Parent {
    type Result = ();
    fn handle(&mut self, message: ChildGoodToGo, _: &mut Context<Self>) {
        self.0.send(message).unwrap();
    }
}

impl World {
    /// Opens it, from whichever runtime the caller has.
    pub(crate) async fn open() -> Self {
        Self::open_as(None, &initialize(None)).await
    }

    /// Opens it with tokens of this endpoint. No tree is above the actors.
    pub(crate) async fn open_with_tokens(endpoint: &ScriptedTokens) -> Self {
        let credentials = ClientCredentials {
            client_id: "svc".to_owned(),
            client_secret: Secret::new("secret"),
            token_endpoint: "http://idp/token".to_owned(),
            scope: None,
        };
        Self::open_as(Some(endpoint.clone()), &initialize(Some(&credentials))).await
    }

    /// The producers end, then the consumers.
    pub(crate) async fn close(self) {
        let deadline = Instant::now() + Duration::from_secs(5);
        self.producers.stop(deadline).await.unwrap();
        self.consumers.stop(deadline).await.unwrap();
    }

    async fn open_as(endpoint: Option<ScriptedTokens>, initialize: &Initialize) -> Self {
        let system = ActorSystem::start("test-probe").unwrap();
        let arbiter = system.arbiter().await.unwrap();
        let (dsl, test_id) = (ProbeDsl::new(), TestId::from_bytes([7; 16]));
        let settings = DslSettings { produce_timeout: PRODUCE_TIMEOUT, ..DslSettings::default() };
        dsl.register_system(system.runtime().clone(), settings);
        let (tell, mut good_to_go) = mpsc::unbounded_channel();
        let on_the_arbiter = dsl.clone();
        let (producers, consumers) =
            arbiter.run(move || async move { start(on_the_arbiter, test_id, tell, endpoint) }).await.unwrap();
        producers.address().send(initialize.clone()).await.unwrap();
        consumers.address().send(initialize.clone()).await.unwrap();
        for _ in 0..2 {
            good_to_go.recv().await.unwrap();
        }
        Self { dsl, test_id, producers, consumers, arbiter, system }
    }
}

fn start(
    dsl: ProbeDsl,
    test_id: TestId,
    tell: mpsc::UnboundedSender<ChildGoodToGo>,
    endpoint: Option<ScriptedTokens>,
) -> (Child<KafkaProducerActor>, Child<KafkaConsumerActor>) {
    let kafka = Arc::new(LoopbackKafka::new());
    let parent = Parent(tell).start().recipient();
    let metrics = TreeMetrics::register(&prometheus::Registry::new()).unwrap();
    let mut settings = KafkaSettings {
        produce_timeout: PRODUCE_TIMEOUT,
        ..KafkaSettings::new("memory:9092".parse().unwrap(), Some(serdes()))
    };
    if let Some(endpoint) = endpoint {
        let (policy, clock) = (RefreshPolicy::default(), WallClock::system());
        settings =
            settings.with_tokens(TokenRefreshers::new(Arc::new(endpoint), policy, clock, metrics.tokens().clone()));
    }
    let setup = Arc::new(KafkaSetup { settings: Arc::new(settings), journal: Arc::new(NoJournal) });
    let surroundings = Surroundings::new(Arc::new(metrics.clone()));
    let producers = KafkaProducerActor::supervised(KafkaProducers {
        test_id,
        parent: parent.clone(),
        world: Arc::clone(&setup) as _,
        open_within: Duration::from_secs(30),
        close_timeout: Duration::from_secs(2),
        pool: ClientPool::new(Arc::clone(&kafka) as _),
        dsl: dsl.clone(),
        metrics: metrics.clone(),
    });
    let consumers = KafkaConsumerActor::supervised(KafkaConsumers {
        test_id,
        parent,
        world: setup,
        open_within: Duration::from_secs(30),
        close_timeout: Duration::from_secs(2),
        waits_for_start: false,
        clients: kafka,
        dsl,
        metrics,
    });
    (producers.start(&surroundings), consumers.start(&surroundings))
}

fn serdes() -> SerdesFactory {
    let registry = ScriptedRegistry::with(&[
        ("orders-com.acme.OrderCreated", ORDER_CREATED),
        ("orders-io.distia.probe.core.pubsub.models.CloudEvent", CloudEvent::AVRO_SCHEMA),
    ]) as Arc<dyn SchemaRegistry>;
    SerdesFactory::new(registry, SchemaCatalog::default(), SerdesSettings::default(), WallClock::system())
}

fn initialize(credentials: Option<&ClientCredentials>) -> Initialize {
    let topic = TopicName::new("orders").unwrap();
    let roles = [Role::Producer, Role::Consumer];
    let security = |role| match credentials {
        Some(credentials) => {
            KafkaSecurityDirective::sasl_ssl(topic.clone(), role, credentials.clone(), Secret::new(""))
        }
        None => KafkaSecurityDirective::plaintext(topic.clone(), role),
    };
    Initialize {
        security_directives: roles.map(security).to_vec(),
        block_storage_directive: BlockStorageDirective {
            test_dir: PathBuf::from("test"),
            evidence_dir: PathBuf::from("evidence"),
            topic_directives: roles.map(|role| TopicDirective::new(topic.clone(), role, "svc")).to_vec(),
            bucket: "test".to_owned(),
            tags: Vec::new(),
            test_directive: Arc::default(),
        },
    }
}

pub(crate) fn key(label: &str) -> CloudEvent {
    CloudEvent::new("OrderCreated", CorrelationId::from_label(label), WallClock::system()).with_payload_version("v1")
}

pub(crate) fn order(id: &str) -> OrderCreated {
    OrderCreated { order_id: id.to_owned(), amount: 1999 }
}
