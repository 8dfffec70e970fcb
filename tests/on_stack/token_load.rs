//! Tokens that live 20 seconds, under load, for three minutes: one token for all topics, renewed in time, on connections
//! that stay.

use std::io::Write;
use std::time::Duration;

use prometheus::TextEncoder;
use serde::Serialize;
use test_probe::config::Layers;
use test_probe::{Headers, KeyFormat, Probe, Role, SchemaCatalog, TopicDirective, TopicName};
use test_probe_testkit::{Stack, TokenRelay, unique_topic};
use tokio::time::Instant;

/// How long the load goes on.
const RUN: Duration = Duration::from_secs(180);
/// Events a second, over all topics.
const RATE: u32 = 200;
/// The middle of a renewal: 80 % of a life of 20 s.
const RENEWAL: Duration = Duration::from_secs(16);

const SCHEMA: &str = r#"{"type": "record", "name": "Tick", "fields": [{"name": "number", "type": "long"}]}"#;

#[derive(Serialize)]
struct Tick {
    number: i64,
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_second_tokens_carry_200_events_a_second_over_one_topic_without_a_nack_or_a_second_connection() {
    three_minutes(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_topics_ask_for_no_more_tokens_and_no_more_connections_than_one() {
    three_minutes(20).await;
}

async fn three_minutes(topics: usize) {
    let Some(stack) = Stack::find() else { return };
    let setting = |name: &str| stack.settings()[name].clone();
    let relay = TokenRelay::start(&setting("OAUTH_TOKEN_ENDPOINT"));
    let configuration = format!(
        "test-probe.core {{
            world.kind = cluster
            kafka {{
                bootstrap-servers = \"{}\", create-topics = true, topic-partitions = 4
                security {{ protocol = SASL_SSL, tls.ca-file = \"{}\" }}
            }}
            schema-registry {{ auth.type = oauth, auto-register = true }}
            kafka.schema-registry-url = \"{}\"
        }}
        test-probe.services.vault.oauth {{
            token-endpoint = \"{}\", scope = \"\", client-id = {}, client-secret = \"{}\"
        }}",
        setting("KAFKA_OAUTH_TLS_BOOTSTRAP_SERVERS"),
        setting("KAFKA_TLS_CA"),
        setting("SECURED_SCHEMA_REGISTRY_URL"),
        relay.url(),
        setting("OAUTH_SHORT_LIVED_CLIENT_ID"),
        setting("OAUTH_CLIENT_SECRET"),
    );
    let settings = Layers::new().reference().text("three minutes", configuration).load().unwrap().settings;
    let probe = tokio::task::spawn_blocking(|| Probe::builder().settings(settings).start()).await.unwrap().unwrap();
    let schemas = SchemaCatalog::parse([("Tick.avsc", SCHEMA)]).unwrap();
    let names: Vec<TopicName> = (0..topics).map(|_| unique_topic("tokens")).collect();
    let mut directives: Vec<TopicDirective> =
        names.iter().map(|name| TopicDirective::new(name.clone(), Role::Producer, "svc-orders")).collect();
    directives.push(TopicDirective::new(names[0].clone(), Role::Consumer, "svc-orders"));
    for directive in &mut directives {
        directive.key = KeyFormat::Text;
    }
    let opened = probe.open_with(directives, schemas).await.unwrap();
    let start = Instant::now();
    let (mut acknowledged, mut sent) = (0_u32, 0_u32);
    let mut begun = Vec::new();
    let mut under_way = tokio::task::JoinSet::new();
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / RATE);
    while start.elapsed() < RUN {
        ticks.tick().await;
        let topic = names[sent as usize % topics].clone();
        let (dsl, test_id) = (opened.dsl().clone(), opened.test_id());
        sent += 1;
        let tick = Tick { number: i64::from(sent) };
        under_way
            .spawn(async move { dsl.produce_event(test_id, topic.as_str(), "tick", &tick, Headers::none()).await });
        if sent == 5 * RATE {
            begun = figures(&probe, CONNECTIONS);
        }
        while let Some(answered) = under_way.try_join_next() {
            answered.unwrap().unwrap_or_else(|nack| panic!("after {:?}: {nack:?}", start.elapsed()));
            acknowledged += 1;
        }
    }
    while let Some(answered) = under_way.join_next().await {
        answered.unwrap().unwrap();
        acknowledged += 1;
    }
    let ran = start.elapsed();
    assert_eq!(acknowledged, sent);
    assert!(f64::from(sent) > 0.95 * f64::from(RATE) * RUN.as_secs_f64(), "{sent} events are no load");
    let calls = relay.requests();
    let expected = ran.as_secs_f64() / RENEWAL.as_secs_f64();
    let off = (calls as f64 - expected).abs();
    assert!(off <= 0.1 * expected, "{calls} calls in {ran:?} are more than 10 % off {expected:.1}");
    assert_eq!(figures(&probe, "probe_oauth_token_requests_total{"), [calls as f64]);
    let connections = figures(&probe, CONNECTIONS);
    assert_eq!(connections, begun, "no connection was made anew");
    assert_eq!(connections, [1.0], "one connection for all topics");
    let told =
        format!("{topics} topics: {sent} events in {ran:?}, {calls} token calls, {expected:.1} renewals expected");
    // The test harness swallows what a passing test prints, but not what it writes.
    writeln!(std::io::stderr(), "{told}").ok();
    opened.close().await;
    tokio::task::spawn_blocking(|| probe.shutdown()).await.unwrap();
}

const CONNECTIONS: &str = "kafka_producer_connection_creation_total{";

/// The figures of the metrics whose lines begin so.
fn figures(probe: &Probe, begin: &str) -> Vec<f64> {
    let text = TextEncoder::new().encode_to_string(&probe.metrics().gather()).unwrap();
    let lines = text.lines().filter(|line| line.starts_with(begin));
    lines.map(|line| line.rsplit(' ').next().unwrap().parse().unwrap()).collect()
}
