//! The listeners that ask who comes: OAUTHBEARER, PLAIN, SCRAM and client certificates, in plaintext and over TLS.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex};

use test_probe_directives::{BootstrapServers, ClusterName, Secret, StartFrom, Timestamp, TopicName, WallClock};
use test_probe_kafka::{
    ClientIdentity, ClientKind, ClientObserver, ClientPool, ClientSpec, ClientStatistics, ConsumerClientFactory,
    ConsumerSpec, ConsumerStart, GapPolicy, GroupProtocol, Lane, LaneLimits, Librdkafka, Login, NoObserver,
    OutgoingRecord, Pem, ProduceResult, ProducerLease, RecordReader, ScramMechanism, Security, Ticket, TlsSettings,
    TopicAdmin, TopicCreation, Transport,
};
use test_probe_oauth::{BearerToken, ClientCredentialsRequest, ClientProof, TokenCell, TokenRequest, TokenWriter};
use test_probe_testkit::{Stack, unique_topic};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::pipeline::{PATIENCE, produce};

mod refusals;
mod tokens;

const OAUTH: &str = "KAFKA_OAUTH_BOOTSTRAP_SERVERS";
const OAUTH_TLS: &str = "KAFKA_OAUTH_TLS_BOOTSTRAP_SERVERS";
const SASL_TLS: &str = "KAFKA_SASL_TLS_BOOTSTRAP_SERVERS";
const MTLS: &str = "KAFKA_MTLS_BOOTSTRAP_SERVERS";

fn setting<'a>(stack: &'a Stack, name: &str) -> &'a str {
    stack.settings().get(name).unwrap_or_else(|| panic!("{name} is not set"))
}

fn file(stack: &Stack, name: &str) -> Pem {
    Pem::File(setting(stack, name).into())
}

fn tls(stack: &Stack) -> TlsSettings {
    TlsSettings { ca: Some(file(stack, "KAFKA_TLS_CA")), ..TlsSettings::default() }
}

fn plain(stack: &Stack, password: &str) -> Login {
    Login::Plain { username: setting(stack, "KAFKA_SASL_USERNAME").into(), password: Secret::new(password) }
}

fn scram(stack: &Stack, mechanism: ScramMechanism, password: &str) -> Login {
    let username = setting(stack, "KAFKA_SASL_USERNAME").into();
    Login::Scram { mechanism, username, password: Secret::new(password) }
}

fn bearer(token: &TokenCell) -> Login {
    let extensions = BTreeMap::from([("logicalCluster".to_owned(), "lkc-1".to_owned())]);
    Login::OAuthBearer { token: token.clone(), extensions }
}

fn spec(servers: &str, login: Login, tls: Option<TlsSettings>) -> ClientSpec {
    let servers: BootstrapServers = servers.parse().unwrap();
    let identity = ClientIdentity {
        cluster: ClusterName::default(),
        bootstrap_servers: servers,
        principal: "orders-producer".into(),
        credential: String::new(),
    };
    let transport = tls.map_or(Transport::Plaintext, Transport::Tls);
    ClientSpec { security: Security { transport, login }, ..ClientSpec::new(identity, "secured") }
}

fn lease(spec: &ClientSpec) -> ProducerLease {
    ClientPool::new(Arc::new(Librdkafka::new(Arc::new(NoObserver)))).lease(spec).unwrap()
}

fn reading(spec: &ClientSpec, topic: &TopicName) -> ConsumerSpec {
    ConsumerSpec {
        client: spec.clone(),
        group_id: unique_topic("group").to_string(),
        protocol: GroupProtocol::Classic,
        topics: vec![topic.clone()],
        start: ConsumerStart::At(StartFrom::Earliest),
        commit_batch_size: 20,
        commit_interval: std::time::Duration::from_secs(10),
        queue_capacity: 16,
        start_timeout: PATIENCE,
        fetch_wait: std::time::Duration::from_millis(100),
        gaps: GapPolicy::Expected,
    }
}

/// Runs what blocks where it may.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

fn record(text: impl Into<String>) -> OutgoingRecord {
    OutgoingRecord { value: Some(text.into().into_bytes()), ..OutgoingRecord::default() }
}

/// Offers a record on a lane that [`driven`] keeps.
fn offer(lane: &RefCell<Lane>, record: OutgoingRecord) -> oneshot::Receiver<ProduceResult> {
    let (to, answer) = oneshot::channel();
    lane.borrow_mut().offer(record, Ticket::unobserved(), Some(to));
    answer
}

/// Keeps a lane while something is done with it.
async fn driven<T>(lane: &RefCell<Lane>, work: impl Future<Output = T>) -> T {
    let keeper = lane.borrow().keeper();
    let keep = async {
        loop {
            let look_at = lane.borrow_mut().next_look(Instant::now());
            keeper.wait(look_at).await;
            lane.borrow_mut().pump();
            lane.borrow_mut().expire(Instant::now());
        }
    };
    tokio::select! {
        done = work => done,
        () = keep => unreachable!("the keeper never ends"),
    }
}

/// The realm's token endpoint, asked as simply as can be, and one client's cell.
struct Identity {
    endpoint: String,
    client_id: String,
    secret: String,
    writer: TokenWriter,
}

impl Identity {
    fn of(stack: &Stack, client_id: &str) -> Self {
        let endpoint = setting(stack, "OAUTH_TOKEN_ENDPOINT").to_owned();
        let secret = setting(stack, "OAUTH_CLIENT_SECRET").to_owned();
        let client_id = setting(stack, client_id).to_owned();
        let request = TokenRequest::ClientCredentials(ClientCredentialsRequest {
            token_endpoint: endpoint.clone(),
            client_id: client_id.clone(),
            proof: ClientProof::Body(Secret::new(secret.as_str())),
            scope: None,
            audience: None,
            parameters: BTreeMap::new(),
        });
        let (writer, _) = TokenWriter::new(request.identity());
        Self { endpoint, client_id, secret, writer }
    }

    fn cell(&self) -> TokenCell {
        self.writer.cell()
    }

    async fn fetch(&self) -> BearerToken {
        let form = format!("grant_type=client_credentials&client_id={}&client_secret={}", self.client_id, self.secret);
        let asked_at = WallClock::system().now();
        let request = reqwest::Client::new()
            .post(&self.endpoint)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(form);
        let answer: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
        let text = answer["access_token"].as_str().expect("a token");
        let life = answer["expires_in"].as_i64().unwrap();
        let expires_at = Timestamp::from_millis(asked_at.as_millis() + 1000 * life);
        BearerToken::new(Secret::new(text), self.client_id.as_str(), asked_at, expires_at)
    }

    async fn renew(&self) {
        self.writer.put(self.fetch().await);
    }

    /// Renews the token at 80 % of its life, forever.
    async fn keep_renewing(&self) {
        loop {
            let token = self.fetch().await;
            let life = token.life();
            self.writer.put(token);
            tokio::time::sleep(life.mul_f64(0.8)).await;
        }
    }
}

/// Remembers the last statistics of each kind of client, and every error.
#[derive(Debug, Default)]
struct Watching {
    statistics: Mutex<BTreeMap<ClientKind, ClientStatistics>>,
    errors: Mutex<Vec<String>>,
}

impl ClientObserver for Watching {
    fn opened(&self, _: ClientKind, _: &str) {}
    fn closed(&self, _: ClientKind, _: &str) {}
    fn statistics(&self, kind: ClientKind, _: &str, statistics: &ClientStatistics) {
        self.statistics.lock().unwrap().insert(kind, statistics.clone());
    }
    fn unreadable_statistics(&self, _: ClientKind, _: &str) {}
    fn client_error(&self, _: ClientKind, _: &str, reason: &str) {
        self.errors.lock().unwrap().push(reason.to_owned());
    }
}

impl Watching {
    fn of(&self, kind: ClientKind) -> ClientStatistics {
        self.statistics.lock().unwrap().get(&kind).cloned().unwrap_or_default()
    }
}

/// Creates a topic, writes to it, reads it through a group and by place, all with one client's security.
async fn write_read_and_ask(spec: &ClientSpec, purpose: &str) {
    let topic = unique_topic(purpose);
    let admin = TopicAdmin::new(spec).unwrap();
    assert_eq!(admin.ensure(&topic, 2, 1, PATIENCE).await.unwrap(), TopicCreation::Created, "{purpose}");
    let lease = lease(spec);
    let (asked, asking) = (vec![topic.clone()], lease.clone());
    assert_eq!(blocking(move || asking.partitions(&asked, PATIENCE)).await.unwrap(), [2], "{purpose}");
    let lane = Lane::new(topic.clone(), lease, LaneLimits::default(), PATIENCE);
    let acks = produce(lane, (0..20).map(|number| record(format!("{purpose} {number}"))).collect()).await;
    let asked = topic.clone();
    let (partitions, firsts) =
        blocking(move || (admin.partitions(&asked, PATIENCE).unwrap(), admin.first_offsets(&asked, PATIENCE).unwrap()))
            .await;
    assert_eq!((partitions, firsts), (Some(2), vec![(0, 0), (1, 0)]), "{purpose}");

    let mut session = Librdkafka::new(Arc::new(NoObserver)).open(reading(spec, &topic)).unwrap();
    let stream = &mut session.streams[0];
    stream.readiness().ready().await.unwrap_or_else(|failure| panic!("{purpose}: {failure}"));
    for _ in 0..20 {
        tokio::time::timeout(PATIENCE, stream.next()).await.unwrap().unwrap();
        stream.processed();
    }
    assert!(session.control.close(Instant::now() + PATIENCE).await, "{purpose}");

    let (reader, partition, offset) = (RecordReader::new(spec).unwrap(), acks[0].partition, acks[0].offset);
    let found = blocking(move || reader.record(&topic, partition, offset, PATIENCE)).await.unwrap().unwrap();
    assert_eq!(found.offset, offset, "{purpose}");
}

#[tokio::test]
async fn every_listener_lets_its_clients_write_read_and_ask() {
    let Some(stack) = Stack::find() else { return };
    let password = setting(&stack, "KAFKA_SASL_PASSWORD");
    let identity = Identity::of(&stack, "OAUTH_CLIENT_ID");
    identity.renew().await;
    let token = identity.cell();
    let with_certificate = TlsSettings {
        certificate: Some(file(&stack, "KAFKA_TLS_CERTIFICATE")),
        key: Some(file(&stack, "KAFKA_TLS_KEY")),
        ..tls(&stack)
    };
    let as_text = |name: &str| Some(Pem::Text(Secret::new(std::fs::read_to_string(setting(&stack, name)).unwrap())));
    let with_texts = TlsSettings {
        ca: as_text("KAFKA_TLS_CA"),
        certificate: as_text("KAFKA_TLS_CERTIFICATE"),
        key: as_text("KAFKA_TLS_KEY"),
        ..TlsSettings::default()
    };
    let listeners = [
        ("oauth", spec(setting(&stack, OAUTH), bearer(&token), None)),
        ("oauth-tls", spec(setting(&stack, OAUTH_TLS), bearer(&token), Some(tls(&stack)))),
        ("plain-tls", spec(setting(&stack, SASL_TLS), plain(&stack, password), Some(tls(&stack)))),
        (
            "scram-256-tls",
            spec(setting(&stack, SASL_TLS), scram(&stack, ScramMechanism::Sha256, password), Some(tls(&stack))),
        ),
        (
            "scram-512-tls",
            spec(setting(&stack, SASL_TLS), scram(&stack, ScramMechanism::Sha512, password), Some(tls(&stack))),
        ),
        ("mtls", spec(setting(&stack, MTLS), Login::None, Some(with_certificate))),
        ("mtls-pem", spec(setting(&stack, MTLS), Login::None, Some(with_texts))),
    ];
    for (purpose, spec) in listeners {
        write_read_and_ask(&spec, purpose).await;
    }
}
