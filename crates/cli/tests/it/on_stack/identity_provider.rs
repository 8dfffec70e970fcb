//! An identity provider that goes away and comes back, or says no, under a probe with tokens of 20 seconds.

use std::process::Command;
use std::time::Duration;

use test_probe::config::Layers;
use test_probe::{
    Headers, KeyFormat, NackKind, OpenTopics, Probe, ProduceResult, ProducedNack, Role, SchemaCatalog, TopicDirective,
    explain,
};
use test_probe_testkit::{TokenRelay, unique_topic};
use tokio::time::Instant;

use super::stack::{Alone, OnStack, Shared, repository, shipped_secured_config};
use crate::folder::{Folder, PRODUCE};
use crate::process::start_with;

/// How long a token lives.
const LIFE: Duration = Duration::from_secs(20);
/// The longest wait between two requests that fail.
const BACKOFF: Duration = Duration::from_secs(10);
/// How much longer something may take on a machine that has other things to do.
const LEEWAY: Duration = Duration::from_secs(5);

const SCHEMA: &str = r#"{"type": "record", "name": "Tick", "fields": [{"name": "number", "type": "long"}]}"#;

#[derive(serde::Serialize)]
struct Tick {
    number: i64,
}

/// A topic of a probe that gets its tokens from this endpoint.
struct Ticking {
    runtime: actix_rt::Runtime,
    topics: OpenTopics,
    topic: String,
    probe: Probe,
}

impl Ticking {
    fn start(stack: &impl OnStack, token_endpoint: &str) -> Self {
        let setting = |name: &str| stack.stack().settings()[name].clone();
        let configuration = format!(
            "test-probe.core {{
                world.kind = cluster
                kafka {{
                    bootstrap-servers = \"{}\", create-topics = true, producer.delivery-timeout = 2s
                    security.protocol = SASL_PLAINTEXT
                    schema-registry-url = \"{}\"
                }}
                dsl.produce-timeout = 5s
                schema-registry.auto-register = true
            }}
            test-probe.services.vault.oauth {{
                token-endpoint = \"{token_endpoint}\", scope = \"\", client-id = {}, client-secret = \"{}\"
            }}",
            setting("KAFKA_OAUTH_BOOTSTRAP_SERVERS"),
            setting("SCHEMA_REGISTRY_URL"),
            setting("OAUTH_SHORT_LIVED_CLIENT_ID"),
            setting("OAUTH_CLIENT_SECRET"),
        );
        let settings = Layers::new().reference().text("ticking", configuration).load().unwrap().settings;
        let probe = Probe::builder().settings(settings).start().unwrap();
        let runtime = actix_rt::Runtime::new().unwrap();
        let topic = unique_topic("ticking");
        let mut directive = TopicDirective::new(topic.clone(), Role::Producer, "svc-orders");
        directive.key = KeyFormat::Text;
        let schemas = SchemaCatalog::parse([("Tick.avsc", SCHEMA)]).unwrap();
        let topics = runtime.block_on(probe.open_with(vec![directive], schemas)).unwrap();
        Self { runtime, topics, topic: topic.to_string(), probe }
    }

    fn tick(&self) -> ProduceResult {
        let (dsl, test_id) = (self.topics.dsl(), self.topics.test_id());
        self.runtime.block_on(dsl.produce_event(
            test_id,
            self.topic.as_str(),
            "tick",
            &Tick { number: 1 },
            Headers::none(),
        ))
    }

    /// Produces an event every 50 ms until `done` says so, and gives the Nacks.
    fn tick_until(&self, mut done: impl FnMut(&ProduceResult) -> bool) -> Vec<ProducedNack> {
        let mut nacks = Vec::new();
        loop {
            let answer = self.tick();
            let is_done = done(&answer);
            nacks.extend(answer.err());
            if is_done {
                return nacks;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn end(self) {
        self.runtime.block_on(self.topics.close());
        self.probe.shutdown();
    }
}

#[test]
fn an_outage_that_is_shorter_than_what_is_left_of_the_token_is_not_noticed() {
    let Some(stack) = Shared::find() else { return };
    let relay = TokenRelay::start(&stack.stack().settings()["OAUTH_TOKEN_ENDPOINT"]);
    let ticking = Ticking::start(&stack, relay.url());
    let begun = Instant::now();
    assert_eq!(relay.requests(), 1);
    relay.go_down();
    // Past the time of every renewal, and shortly before the token's end.
    let back = LIFE - Duration::from_secs(2);
    let nacks = ticking.tick_until(|_| begun.elapsed() >= back);
    assert_eq!(relay.requests(), 1, "the endpoint was away when the token was to be renewed");
    relay.come_back();
    let nacks: Vec<_> = nacks.into_iter().chain(ticking.tick_until(|_| begun.elapsed() >= LIFE * 2)).collect();
    assert!(nacks.is_empty(), "{} nacks, the first: {:?}", nacks.len(), nacks.first());
    assert!(relay.requests() >= 2, "it was renewed");
    ticking.end();
}

#[test]
fn after_a_longer_outage_nacks_say_why_and_the_probe_recovers_on_its_own() {
    let Some(stack) = Alone::find() else { return };
    let control = |command: &str| {
        let script = repository().join("tests/stack/stack.sh");
        let done = Command::new(script).arg(command).envs(stack.stack().settings()).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    let ticking = Ticking::start(&stack, &stack.stack().settings()["OAUTH_TOKEN_ENDPOINT"]);
    control("stop-idp");
    let stopped = Instant::now();
    let nacks = ticking.tick_until(|answer| answer.is_err() || stopped.elapsed() > LIFE + LEEWAY);
    let [nack] = nacks.as_slice() else { panic!("the token ended: {nacks:?}") };
    let told = explain(nack);
    assert_eq!(nack.kind, NackKind::Authentication, "{told}");
    assert!(nack.retry, "{told}");
    for words in ["short-lived-producer", "ended at", "does not answer", "connection refused"] {
        assert!(told.to_lowercase().contains(words), "{words}: {told}");
    }
    control("start-idp");
    let back = Instant::now();
    let nacks = ticking.tick_until(|answer| answer.is_ok() || back.elapsed() > BACKOFF + LEEWAY);
    assert!(back.elapsed() <= BACKOFF + LEEWAY, "{:?}", nacks.last());
    assert!(nacks.iter().all(|nack| nack.kind == NackKind::Authentication), "{nacks:?}");
    ticking.end();
}

#[test]
fn each_thing_that_an_identity_provider_can_say_ends_a_run_with_its_own_words() {
    let Some(stack) = Shared::find() else { return };
    let endpoint = stack.stack().settings()["OAUTH_TOKEN_ENDPOINT"].clone();
    let realm = endpoint.split("/protocol/").next().unwrap().to_owned();
    let folder =
        Folder::new(&[PRODUCE]).with("app.conf", &format!("include \"{}\"", shipped_secured_config().display()));
    let config = folder.path().join("app.conf");
    for (name, value, words) in [
        ("OAUTH_CLIENT_SECRET", "wrong", "refuses it with status 401"),
        ("OAUTH_CLIENT_ID", "nobody", "nobody"),
        ("OAUTH_CLIENT_SCOPE", "moon", "moon"),
        ("OAUTH_TOKEN_ENDPOINT", realm.as_str(), "token endpoint"),
        ("OAUTH_TOKEN_ENDPOINT", "http://127.0.0.1:9/token", "onnection refused"),
    ] {
        let mut settings = stack.stack().settings().clone();
        settings.insert(name.into(), value.into());
        let evidence = tempfile::tempdir().unwrap();
        let arguments = ["run", folder.path().to_str().unwrap(), "--config", config.to_str().unwrap()];
        let evidence = ["--evidence", evidence.path().to_str().unwrap()];
        let ended = start_with(&settings, arguments.into_iter().chain(evidence)).end();
        assert!(ended.stderr.contains(words) || ended.stdout.contains(words), "{name}={value}: {ended:#?}");
        assert_eq!(ended.status, 3, "{name}={value}: {ended:#?}");
    }
}
