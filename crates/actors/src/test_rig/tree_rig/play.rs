//! What one test of a [`TreeRig`](super::TreeRig) meets: services that do what they are told.

use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::LocalBoxFuture;
use test_probe_directives::{
    BlockStorageDirective, KafkaSecurityDirective, KeyFormat, Role, TestDirective, TestId, TopicDirective,
};
use test_probe_kafka::Headers;
use test_probe_services::{BlockStorageError, ProbeStorageService, ProbeVaultService, VaultError};
use test_probe_testkit::ScriptedConsumers;
use tokio::time::{Instant, sleep};

use super::Conduct;
use crate::dsl::{FetchError, Wanted};
use crate::error::Cause;
use crate::journal::EventJournal;
use crate::responses::TestStatusResponse;
use crate::test_rig::{Journal, directive, with_token};
use crate::{
    CucumberExecutor, EvidenceKeeper, Interruption, KafkaSettings, KafkaSetup, KafkaWorld, ProbeDsl, TestEnd,
    TestExecutionResult, TestWatch,
};

/// How the services of one test behave, and what they were asked for.
#[derive(Debug)]
pub(crate) struct Play {
    pub(crate) fetch: Mutex<Conduct>,
    pub(crate) load: Mutex<Conduct>,
    pub(crate) vault: Mutex<Conduct>,
    pub(crate) world: Mutex<Conduct>,
    pub(crate) evidence: Mutex<Conduct>,
    pub(crate) prepare: Mutex<Conduct>,
    /// How the run goes once its events are through. One that answers, or fails, does so early when it is interrupted;
    /// one that never answers is deaf, as a step that blocks its thread is.
    pub(crate) run: Mutex<Conduct>,
    /// How long the run takes to end once it is interrupted.
    pub(crate) lingers: Mutex<Duration>,
    /// Whether all scenarios pass.
    pub(crate) passes: Mutex<bool>,
    /// How many events the run produces, and waits for until they are consumed.
    pub(crate) events: Mutex<usize>,
    /// Whether the run produces one more event before it goes on, and does not wait for its acknowledgement.
    pub(crate) leaves_an_event_under_way: Mutex<bool>,
    /// How long the directive lets the scenarios run.
    pub(crate) timeout: Mutex<Option<Duration>>,
    /// Whether its topics are opened with a token.
    pub(crate) takes_a_token: Mutex<bool>,
    calls: Mutex<Vec<String>>,
    ends: Mutex<Vec<TestEnd>>,
    settled: Mutex<Option<TestStatusResponse>>,
    released: Mutex<usize>,
}

impl Default for Play {
    fn default() -> Self {
        let answers = || Mutex::new(Conduct::Answers);
        Self {
            fetch: answers(),
            load: answers(),
            vault: answers(),
            world: answers(),
            evidence: answers(),
            prepare: answers(),
            run: answers(),
            lingers: Mutex::default(),
            passes: Mutex::new(true),
            events: Mutex::new(1),
            leaves_an_event_under_way: Mutex::default(),
            timeout: Mutex::default(),
            takes_a_token: Mutex::default(),
            calls: Mutex::default(),
            ends: Mutex::default(),
            settled: Mutex::default(),
            released: Mutex::default(),
        }
    }
}

impl Play {
    /// Changes one thing about it.
    pub(crate) fn with<T>(self, knob: impl FnOnce(&Self) -> &Mutex<T>, value: T) -> Self {
        *knob(&self).lock().unwrap() = value;
        self
    }

    /// What the services were asked for, in that order.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }

    /// How the test ended as its evidence was told: once at most.
    #[track_caller]
    pub(crate) fn end(&self) -> Option<TestEnd> {
        let ends = self.ends.lock().unwrap();
        assert!(ends.len() <= 1, "the evidence is finished once, not as {ends:?}");
        ends.first().cloned()
    }

    /// How the test was when its story was told.
    pub(crate) fn settled(&self) -> Option<TestStatusResponse> {
        self.settled.lock().unwrap().clone()
    }

    /// How often it was said that the test's actor has ended.
    pub(crate) fn released(&self) -> usize {
        *self.released.lock().unwrap()
    }

    fn note(&self, call: impl Into<String>) {
        self.calls.lock().unwrap().push(call.into());
    }

    fn conduct(&self, knob: &Mutex<Conduct>, call: impl Into<String>) -> Conduct {
        self.note(call);
        let conduct = *knob.lock().unwrap();
        conduct.call();
        conduct
    }
}

/// The services of one test, as the tree is handed them. Whoever still uses them holds the token.
#[derive(Clone)]
pub(super) struct Services {
    pub(super) test_id: TestId,
    pub(super) play: Arc<Play>,
    pub(super) dsl: ProbeDsl,
    pub(super) consumers: ScriptedConsumers,
    /// Its only topic, which it writes and reads.
    pub(super) topic: String,
    pub(super) settings: Arc<KafkaSettings>,
    pub(super) journal: Arc<Journal>,
    pub(super) token: Arc<()>,
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refused(&'static str);

fn refused(text: &'static str) -> Cause {
    Arc::new(Refused(text))
}

fn closed(bucket: &str) -> BlockStorageError {
    BlockStorageError::Streaming { action: "use", bucket: bucket.to_owned(), source: "the storage is closed".into() }
}

impl Debug for Services {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Services({})", self.test_id)
    }
}

#[async_trait]
impl ProbeStorageService for Services {
    async fn fetch_from_block_storage(
        &self,
        test_id: TestId,
        bucket: &str,
    ) -> Result<BlockStorageDirective, BlockStorageError> {
        let _token = Arc::clone(&self.token);
        assert_eq!(test_id, self.test_id);
        if !self.play.conduct(&self.play.fetch, format!("fetch {bucket}")).play().await {
            return Err(closed(bucket));
        }
        let mut test_directive = TestDirective::default();
        test_directive.test.timeout = *self.play.timeout.lock().unwrap();
        Ok(BlockStorageDirective {
            test_dir: PathBuf::from(format!("/tests/{test_id}")),
            evidence_dir: PathBuf::from(format!("/tests/{test_id}/evidence")),
            topic_directives: [Role::Producer, Role::Consumer]
                .map(|role| TopicDirective { key: KeyFormat::Text, ..directive(&self.topic, role) })
                .to_vec(),
            bucket: bucket.to_owned(),
            tags: Vec::new(),
            test_directive: Arc::new(test_directive),
        })
    }

    async fn load_to_block_storage(&self, _: TestId, bucket: &str, _: &Path) -> Result<(), BlockStorageError> {
        let _token = Arc::clone(&self.token);
        let loaded = self.play.conduct(&self.play.load, format!("load {bucket}")).play().await;
        if loaded { Ok(()) } else { Err(closed(bucket)) }
    }

    async fn release(&self, _: TestId) {
        self.play.note("release");
    }
}

#[async_trait]
impl ProbeVaultService for Services {
    async fn fetch_security_directives(
        &self,
        directive: &BlockStorageDirective,
    ) -> Result<Vec<KafkaSecurityDirective>, VaultError> {
        let _token = Arc::clone(&self.token);
        if !self.play.conduct(&self.play.vault, "vault").play().await {
            return Err(VaultError::Configuration { reason: "the vault is sealed".to_owned() });
        }
        let takes_a_token = *self.play.takes_a_token.lock().unwrap();
        let secured = |topic: &TopicDirective| {
            if takes_a_token {
                return with_token(topic.topic.as_str(), topic.role, "svc", "secret");
            }
            KafkaSecurityDirective::plaintext(topic.topic.clone(), topic.role)
        };
        Ok(directive.topic_directives.iter().map(secured).collect())
    }

    async fn shutdown(&self) {}
}

#[async_trait]
impl EvidenceKeeper for Services {
    async fn finish(&self, _: &BlockStorageDirective, end: TestEnd) -> Result<(), Cause> {
        let _token = Arc::clone(&self.token);
        self.play.ends.lock().unwrap().push(end);
        let whole = self.play.conduct(&self.play.evidence, "evidence").play().await;
        if whole { Ok(()) } else { Err(refused("the ledger has a hole")) }
    }
}

#[async_trait]
impl KafkaWorld for Services {
    async fn ready(&self, _: &BlockStorageDirective, _: &[KafkaSecurityDirective]) -> Result<KafkaSetup, Cause> {
        let _token = Arc::clone(&self.token);
        if !self.play.conduct(&self.play.world, "world").play().await {
            return Err(refused("the registry is down"));
        }
        let journal = Arc::clone(&self.journal) as Arc<dyn EventJournal>;
        Ok(KafkaSetup { settings: Arc::clone(&self.settings), journal })
    }
}

impl TestWatch for Services {
    fn changed(&self, status: &TestStatusResponse, is_settled: bool) {
        if is_settled {
            *self.play.settled.lock().unwrap() = Some(status.clone());
        }
    }

    fn released(&self) {
        *self.play.released.lock().unwrap() += 1;
    }
}

impl CucumberExecutor for Services {
    fn prepare(&self, _: &BlockStorageDirective) -> LocalBoxFuture<'static, Result<(), Cause>> {
        let (services, conduct) = (self.clone(), self.play.conduct(&self.play.prepare, "prepare"));
        Box::pin(async move {
            let _services = services;
            if conduct.play().await { Ok(()) } else { Err(refused("a step is undefined")) }
        })
    }

    fn execute(
        &self,
        _: &BlockStorageDirective,
        mut interruption: Interruption,
    ) -> LocalBoxFuture<'static, Result<TestExecutionResult, Cause>> {
        let (services, conduct) = (self.clone(), self.play.conduct(&self.play.run, "execute"));
        Box::pin(async move {
            let begun = Instant::now();
            let play = Arc::clone(&services.play);
            let passes = services.events().await && *play.passes.lock().unwrap();
            let lingers = *play.lingers.lock().unwrap();
            let (answers, interrupted) = tokio::select! {
                answers = conduct.play() => (answers, None),
                cause = interruption.wished(), if conduct != Conduct::NeverAnswers => {
                    sleep(lingers).await;
                    (true, Some(cause))
                }
            };
            if !answers {
                return Err(refused("the runner has no thread"));
            }
            let passed = passes && interrupted.is_none();
            Ok(TestExecutionResult {
                test_id: services.test_id,
                passed,
                scenario_count: 1,
                scenarios_passed: usize::from(passed),
                scenarios_failed: usize::from(!passes),
                scenarios_skipped: usize::from(passes && !passed),
                step_count: 2,
                duration: begun.elapsed(),
                interrupted,
                error_message: (!passes).then(|| "1 scenario(s) failed".to_owned()),
                failed_scenarios: Vec::new(),
            })
        })
    }
}

impl Services {
    /// The steps of the scenario: every event is produced, comes back through the topic, is waited for and fetched. What
    /// may pass is tried again, as steps of a user do.
    async fn events(&self) -> bool {
        let events = *self.play.events.lock().unwrap();
        for number in 0..events {
            let id = format!("{}-{number}", self.test_id);
            if !self.produce(&id).await || !self.consume(&id).await {
                return false;
            }
        }
        if *self.play.leaves_an_event_under_way.lock().unwrap()
            && let Ok(producer) = self.dsl.producer(self.test_id, self.topic.as_str())
        {
            let play = Arc::clone(&self.play);
            // A step that was told to end before the answer came.
            tokio::task::spawn_local(async move {
                let answer = producer.produce_bytes(Some(b"under way".to_vec()), None, Headers::none()).await;
                let answer = answer.map_or_else(|nack| format!("nacked {}", nack.kind), |_| "acknowledged".to_owned());
                play.note(format!("the event under way is {answer}"));
            });
        }
        true
    }

    async fn produce(&self, id: &str) -> bool {
        for _ in 0..TRIES {
            let Ok(producer) = self.dsl.producer(self.test_id, self.topic.as_str()) else { return false };
            let value = Some(b"a value".to_vec());
            match producer.produce_bytes(Some(id.as_bytes().to_vec()), value, Headers::none()).await {
                Ok(_) => return true,
                Err(nack) => self.play.note(format!("nack {}", nack.kind)),
            }
            sleep(PAUSE).await;
        }
        false
    }

    async fn consume(&self, id: &str) -> bool {
        if let Some(topic) = self.consumers.topic(&self.topic) {
            topic.push(Some(id.as_bytes()), Some(b"a value"), Headers::none());
        }
        for _ in 0..TRIES {
            let Ok(consumer) = self.dsl.consumer(self.test_id, self.topic.as_str()) else { return false };
            let waited = consumer.wait_for_raw(Wanted::correlation_id(id), Duration::from_secs(1)).await;
            // An event that is not there is asked for by its id, to tell whether it was evicted.
            let there = consumer.fetch::<String, String>(id).await;
            let not_there = consumer.fetch::<String, String>("nobody").await;
            // Found, an event of this world cannot be decoded; both say that the actor has answered.
            let is_found = matches!(there, Err(FetchError::SchemaRegistryNotInitialized { .. }));
            let is_missed = matches!(not_there, Err(FetchError::NotThere { .. }));
            if waited.is_ok() && is_found && is_missed {
                return true;
            }
            sleep(PAUSE).await;
        }
        false
    }
}

/// How often a step tries again.
const TRIES: usize = 5;

/// How long it waits before that.
const PAUSE: Duration = Duration::from_millis(100);
