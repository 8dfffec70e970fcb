//! Refreshers under a guardian, over a token endpoint that does what it is told. A rig that is dropped while an actor still
//! lives fails its test.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use prometheus::Registry;
use test_probe_directives::{Secret, WallClock};
use test_probe_oauth::{ClientCredentialsRequest, ClientProof, RefreshPolicy, TokenCell, TokenRequest};
use test_probe_testkit::ScriptedTokens;
use tokio::time::{Instant, sleep};

use super::tree_rig::Witness;
use super::{paused_clock, settle};
use crate::commands::TokenRefresherStatus;
use crate::metrics::TreeMetrics;
use crate::supervision::{Child, Failure, Jitter, Supervise, SupervisionObserver, Surroundings};
use crate::{GuardianActor, GuardianParts, QueueActor, QueueActorFactory, TokenRefreshers};

/// The request of this client with this secret.
pub(crate) fn request(client_id: &str, secret: &str) -> TokenRequest {
    TokenRequest::ClientCredentials(ClientCredentialsRequest {
        token_endpoint: "http://idp/token".to_owned(),
        client_id: client_id.to_owned(),
        proof: ClientProof::BasicHeader(Secret::new(secret)),
        scope: None,
        audience: None,
        parameters: BTreeMap::new(),
    })
}

/// Makes no queue: nobody asks for one.
struct NoQueue;

impl QueueActorFactory for NoQueue {
    fn make(&self) -> Result<Supervise<QueueActor>, Failure> {
        Err(Failure::new(std::io::Error::other("no queue is wanted")))
    }
}

/// A guardian that is to host these refreshers.
pub(crate) fn hosting(tokens: &TokenRefreshers) -> Supervise<GuardianActor> {
    let parts =
        GuardianParts { queue: Arc::new(NoQueue), max_restarts: 10, restart_time_range: Duration::from_secs(60) };
    GuardianActor::hosting(parts, tokens)
}

/// The refreshers, and all that is around them.
pub(crate) struct TokenRig {
    pub(crate) endpoint: ScriptedTokens,
    pub(crate) tokens: TokenRefreshers,
    pub(crate) witness: Arc<Witness>,
    pub(crate) clock: WallClock,
    pub(crate) registry: Registry,
    surroundings: Surroundings,
    guardian: Option<Child<GuardianActor>>,
    begun: Instant,
}

impl TokenRig {
    /// Tokens of an hour, which are renewed after 80 % of it.
    pub(crate) fn new() -> Self {
        Self::with(Duration::from_secs(3600), RefreshPolicy::default(), Jitter::fixed(0.5))
    }

    pub(crate) fn with(life: Duration, policy: RefreshPolicy, jitter: Jitter) -> Self {
        let mut rig = Self::without_a_host(life, policy, jitter);
        rig.start_the_guardian();
        rig
    }

    pub(crate) fn without_a_host(life: Duration, policy: RefreshPolicy, jitter: Jitter) -> Self {
        let (clock, registry) = (paused_clock(), Registry::new());
        let metrics = TreeMetrics::register(&registry).unwrap();
        let witness = Arc::new(Witness::new(metrics.clone()));
        let observer = Arc::clone(&witness) as Arc<dyn SupervisionObserver>;
        let endpoint = ScriptedTokens::answering(life, clock);
        let sources = Arc::new(endpoint.clone());
        let tokens = TokenRefreshers::new(sources, policy, clock, metrics.tokens().clone());
        let (surroundings, begun) = (Surroundings { observer, jitter }, Instant::now());
        Self { endpoint, tokens, witness, clock, registry, surroundings, guardian: None, begun }
    }

    pub(crate) fn start_the_guardian(&mut self) {
        self.guardian = Some(hosting(&self.tokens).start(&self.surroundings));
    }

    pub(crate) fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }

    pub(crate) fn guardian(&self) -> &Child<GuardianActor> {
        self.guardian.as_ref().unwrap()
    }

    /// The guardian ends, and what lives under it.
    pub(crate) async fn stop_the_guardian(&mut self) {
        let guardian = self.guardian.take().unwrap();
        guardian.stop(Instant::now() + Duration::from_secs(5)).await.expect("the guardian ends");
        drop(guardian);
        settle().await;
    }

    /// A cell whose token is there.
    pub(crate) async fn first(&self, request: &TokenRequest) -> TokenCell {
        self.tokens.first_token(request, Duration::from_secs(30)).await.unwrap()
    }

    /// Lets time pass.
    pub(crate) async fn pass(&self, time: Duration) {
        sleep(time).await;
        settle().await;
    }

    /// The time since the rig began.
    pub(crate) fn now(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Whether the cell's token is good now.
    pub(crate) fn is_valid(&self, cell: &TokenCell) -> bool {
        cell.is_valid(self.clock.now())
    }

    /// How the only refresher stands.
    pub(crate) async fn status(&self) -> TokenRefresherStatus {
        let mut answers = self.tokens.observe(Duration::from_millis(1)).await;
        assert_eq!(answers.len(), 1, "one refresher answers");
        answers.remove(0)
    }

    /// The seconds, cut down, at which tokens were asked for.
    pub(crate) fn asked_at(&self) -> Vec<i64> {
        self.endpoint.calls().iter().map(|call| call.at.as_millis() / 1000).collect()
    }

    /// What the metrics say about tokens, one line each.
    pub(crate) fn scrape(&self) -> Vec<String> {
        let text = prometheus::TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap();
        text.lines().filter(|line| line.starts_with("probe_oauth_")).map(str::to_owned).collect()
    }

    /// Ends everything, and looks whether anything is left.
    pub(crate) async fn finish(mut self) {
        if self.guardian.is_some() {
            self.stop_the_guardian().await;
        }
        assert_eq!(self.witness.living(), Vec::<String>::new(), "actors are left");
    }
}

impl Drop for TokenRig {
    fn drop(&mut self) {
        let living = self.witness.living();
        if !std::thread::panicking() {
            assert!(living.is_empty(), "a test leaves these actors running: {living:?}");
        }
    }
}
