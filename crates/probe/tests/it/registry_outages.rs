//! The registry down at the start, down in the middle, and back again: nothing is lost in silence, and nothing needs a
//! restart.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use test_probe::config::{Layers, Settings};
use test_probe::dsl::Wanted;
use test_probe::{
    CloudEvent, CorrelationId, Headers, NackKind, OpenTopics, Probe, ProduceResult, Role, SchemaCatalog,
    TopicDirective, TopicName, WallClock,
};
use test_probe_embedded::{EmbeddedKafka, EmbeddedRegistry};

const ORDER: &str =
    r#"{"type": "record", "name": "Order", "namespace": "com.acme", "fields": [{"name": "id", "type": "string"}]}"#;
const PAYMENT: &str =
    r#"{"type": "record", "name": "Payment", "namespace": "com.acme", "fields": [{"name": "cents", "type": "long"}]}"#;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Order {
    id: String,
}

#[derive(Serialize)]
struct Payment {
    cents: i64,
}

struct World {
    registry: EmbeddedRegistry,
    _kafka: EmbeddedKafka,
    probe: Probe,
    topics: OpenTopics,
}

impl World {
    async fn start(registry_is_up: bool) -> Self {
        let (kafka, registry) = (EmbeddedKafka::start(1).unwrap(), EmbeddedRegistry::start().unwrap());
        let orders = TopicName::new("orders").unwrap();
        kafka.create_topic(&orders, 1).unwrap();
        if !registry_is_up {
            registry.go_down();
        }
        let probe = Probe::builder().settings(settings(&kafka, &registry)).start().unwrap();
        let topic = |role| TopicDirective::new(orders.clone(), role, "svc");
        let schemas = SchemaCatalog::parse([("Order.avsc", ORDER), ("Payment.avsc", PAYMENT)]).unwrap();
        let topics = probe.open_with(vec![topic(Role::Producer), topic(Role::Consumer)], schemas).await.unwrap();
        Self { registry, _kafka: kafka, probe, topics }
    }

    async fn produce<V: Serialize + Sync>(&self, id: &str, value: &V) -> ProduceResult {
        let key = CloudEvent::new("Order", CorrelationId::from_label(id), WallClock::system());
        self.topics.dsl().produce_event(self.topics.test_id(), "orders", &key, value, Headers::none()).await
    }

    async fn order(&self, id: &str) -> ProduceResult {
        self.produce(id, &Order { id: id.to_owned() }).await
    }

    /// The order, as it was read back.
    async fn received(&self, id: &str) -> Order {
        let wanted = Wanted::correlation_id(CorrelationId::from_label(id).to_string());
        let deadline = Duration::from_secs(20);
        let dsl = self.topics.dsl();
        let found =
            dsl.await_consumed_event::<CloudEvent, Order>(self.topics.test_id(), "orders", wanted, deadline).await;
        found.unwrap().value
    }

    async fn end(self) {
        self.topics.close().await;
        self.probe.shutdown();
    }
}

fn settings(kafka: &EmbeddedKafka, registry: &EmbeddedRegistry) -> Settings {
    let text = format!(
        "test-probe.core {{
            world.kind = cluster
            kafka {{
                bootstrap-servers = \"{}\", schema-registry-url = \"{}\", consumer.group-protocol = consumer
            }}
            schema-registry {{ auto-register = true, max-retries = 1, request-timeout = 1s }}
        }}",
        kafka.bootstrap_servers(),
        registry.url(),
    );
    Layers::new().reference().text("outage", text).load().unwrap().settings
}

fn is_told(result: ProduceResult, url: &str) {
    let nack = result.unwrap_err();
    assert_eq!(nack.kind, NackKind::SchemaRegistry, "{nack:?}");
    let text = test_probe::explain(&nack);
    assert!(text.contains(url.trim_start_matches("http://")) && nack.retry, "{text}");
}

#[tokio::test]
async fn a_registry_that_is_down_at_the_start_is_told_and_used_when_it_comes() {
    let world = World::start(false).await;
    is_told(world.order("early").await, &world.registry.url());
    world.registry.come_back().unwrap();
    world.order("late").await.unwrap();
    assert_eq!(world.received("late").await, Order { id: "late".to_owned() });
    world.end().await;
}

#[tokio::test]
async fn what_is_known_goes_on_working_while_the_registry_is_down() {
    let world = World::start(true).await;
    world.order("before").await.unwrap();
    assert_eq!(world.received("before").await, Order { id: "before".to_owned() });

    world.registry.go_down();
    world.order("during").await.unwrap();
    assert_eq!(world.received("during").await, Order { id: "during".to_owned() });
    is_told(world.produce("new", &Payment { cents: 5 }).await, &world.registry.url());

    world.registry.come_back().unwrap();
    world.produce("new-again", &Payment { cents: 5 }).await.unwrap();
    world.order("after").await.unwrap();
    assert_eq!(world.received("after").await, Order { id: "after".to_owned() });
    world.end().await;
}
