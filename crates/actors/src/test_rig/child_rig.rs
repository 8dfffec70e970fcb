//! What tests of a single child of a test stand on: a parent that writes everything down, services that do what they are
//! told, and whatever is logged meanwhile.

use std::cell::RefCell;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Once};
use std::time::Duration;

use actix::{Actor, Addr, Context, Handler};
use async_trait::async_trait;
use futures_util::future::{BoxFuture, LocalBoxFuture};
use test_probe_directives::{BlockStorageDirective, KafkaSecurityDirective, Role, Secret, TestId, TopicName};
use test_probe_kafka::{ClientError, ClientPool, ClientSpec, ProducerClient, ProducerClientFactory};
use test_probe_services::{BlockStorageError, ProbeStorageService, ProbeVaultService, VaultError};
use test_probe_testkit::ScriptedProducers;

use super::{TestRig, directive, initialize, paused, settle, with_token};
use crate::commands::{StopCause, TestExecutionCommands};
use crate::error::{Cause, ProbeExceptions};
use crate::journal::EventJournal;
use crate::supervision::{Behaviour, Child, Failure, Jitter, Surroundings, Terminated, Termination, Unobserved};
use crate::{
    BlockStorageActor, BlockStorageParts, CucumberExecutionActor, CucumberExecutor, CucumberParts, EvidenceKeeper,
    Interruption, KafkaConsumerActor, KafkaConsumers, KafkaProducerActor, KafkaProducers, KafkaSetup, KafkaWorld,
    TestEnd, TestExecutionResult, VaultActor, VaultParts,
};

/// How long a service may take in these tests.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

/// A secret that nothing may show.
pub(crate) const CANARY: &str = "canary-8d1f";

/// What a scripted service does when it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    /// Answers well, at once.
    Answer,
    /// Answers well after this time.
    AnswerAfter(Duration),
    /// Answers with an error.
    Fail,
    /// Panics before it hands out a future.
    PanicInTheCall,
    /// Panics while its future runs.
    PanicInTheFuture,
    /// Never answers.
    NeverAnswer,
    /// Waits to be interrupted, and answers this long after that; for runs of scenarios.
    UntilInterrupted(Duration),
    /// Looks after this time whether it was interrupted, and why; for runs of scenarios.
    LookAfter(Duration),
}

impl Script {
    /// The part that is played in the call itself.
    fn call(self) {
        assert!(self != Self::PanicInTheCall, "a bug in the call");
    }

    /// The part that is played later: whether the answer is a good one.
    async fn play(self) -> bool {
        match self {
            Self::Answer | Self::PanicInTheCall => true,
            Self::AnswerAfter(delay) => {
                tokio::time::sleep(delay).await;
                true
            }
            Self::Fail => false,
            Self::PanicInTheFuture => {
                tokio::task::yield_now().await;
                panic!("a bug in the future");
            }
            Self::NeverAnswer | Self::UntilInterrupted(_) | Self::LookAfter(_) => std::future::pending().await,
        }
    }
}

/// What was called, in that order, one line a call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calls(Arc<Mutex<Vec<String>>>);

impl Calls {
    fn note(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// A storage that does what it is told.
#[derive(Debug)]
pub(crate) struct ScriptedStorage {
    fetch: Mutex<Script>,
    load: Mutex<Script>,
    calls: Calls,
}

#[async_trait]
impl ProbeStorageService for ScriptedStorage {
    // Written out, so that it can panic before there is a future.
    fn fetch_from_block_storage<'life0, 'life1, 'async_trait>(
        &'life0 self,
        _: TestId,
        bucket: &'life1 str,
    ) -> BoxFuture<'async_trait, Result<BlockStorageDirective, BlockStorageError>>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        Self: 'async_trait,
    {
        let script = *self.fetch.lock().unwrap();
        self.calls.note(format!("fetch {bucket}"));
        script.call();
        Box::pin(async move { if script.play().await { Ok(fetched(bucket)) } else { Err(refused("read", bucket)) } })
    }

    fn load_to_block_storage<'life0, 'life1, 'life2, 'async_trait>(
        &'life0 self,
        _: TestId,
        bucket: &'life1 str,
        evidence_dir: &'life2 Path,
    ) -> BoxFuture<'async_trait, Result<(), BlockStorageError>>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        'life2: 'async_trait,
        Self: 'async_trait,
    {
        let script = *self.load.lock().unwrap();
        self.calls.note(format!("load {} to {bucket}", evidence_dir.display()));
        script.call();
        Box::pin(async move { if script.play().await { Ok(()) } else { Err(refused("write to", bucket)) } })
    }

    async fn release(&self, _: TestId) {
        self.calls.note("release".to_owned());
    }
}

/// What the scripted storage fetches.
fn fetched(bucket: &str) -> BlockStorageDirective {
    let topics = [directive("orders", Role::Producer), directive("orders", Role::Consumer)];
    BlockStorageDirective {
        test_dir: PathBuf::from("/tests/07070707"),
        evidence_dir: PathBuf::from("/tests/07070707/evidence"),
        bucket: bucket.to_owned(),
        ..initialize(&topics).block_storage_directive
    }
}

fn refused(action: &'static str, bucket: &str) -> BlockStorageError {
    BlockStorageError::Streaming { action, bucket: bucket.to_owned(), source: "the storage is closed".into() }
}

/// A keeper of evidence that does what it is told.
pub(crate) struct ScriptedEvidence {
    finish: Mutex<Script>,
    ends: Mutex<Vec<TestEnd>>,
    calls: Calls,
}

impl EvidenceKeeper for ScriptedEvidence {
    fn finish<'life0, 'life1, 'async_trait>(
        &'life0 self,
        directive: &'life1 BlockStorageDirective,
        end: TestEnd,
    ) -> BoxFuture<'async_trait, Result<(), Cause>>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        Self: 'async_trait,
    {
        let script = *self.finish.lock().unwrap();
        self.calls.note(format!("finish {}", directive.evidence_dir.display()));
        self.ends.lock().unwrap().push(end);
        script.call();
        let calls = self.calls.clone();
        Box::pin(async move {
            let done = script.play().await;
            calls.note("finished".to_owned());
            if done { Ok(()) } else { Err(cause("the ledger has a hole")) }
        })
    }
}

/// A vault that does what it is told. Its directives hold [`CANARY`].
#[derive(Debug)]
pub(crate) struct ScriptedVault {
    script: Mutex<Script>,
    directives: Mutex<Vec<KafkaSecurityDirective>>,
    calls: Calls,
}

impl ProbeVaultService for ScriptedVault {
    fn fetch_security_directives<'life0, 'life1, 'async_trait>(
        &'life0 self,
        directive: &'life1 BlockStorageDirective,
    ) -> BoxFuture<'async_trait, Result<Vec<KafkaSecurityDirective>, VaultError>>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        Self: 'async_trait,
    {
        let script = *self.script.lock().unwrap();
        self.calls.note(format!("ask about {} topics", directive.topic_directives.len()));
        script.call();
        Box::pin(async move {
            if script.play().await {
                Ok(self.directives.lock().unwrap().clone())
            } else {
                Err(VaultError::Configuration { reason: "the vault has no function; set its address".to_owned() })
            }
        })
    }

    fn shutdown<'life0, 'async_trait>(&'life0 self) -> BoxFuture<'async_trait, ()>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(std::future::ready(()))
    }
}

/// Credentials whose secret is [`CANARY`].
pub(crate) fn secured(topic: &str, role: Role) -> KafkaSecurityDirective {
    KafkaSecurityDirective { jaas_config: Secret::new(CANARY), ..with_token(topic, role, "svc", CANARY) }
}

/// Credentials of a topic without any security, which hold [`CANARY`] all the same.
pub(crate) fn open_with_a_secret(topic: &str, role: Role) -> KafkaSecurityDirective {
    let jaas_config = Secret::new(CANARY);
    KafkaSecurityDirective { jaas_config, ..KafkaSecurityDirective::plaintext(TopicName::new(topic).unwrap(), role) }
}

/// Reads and runs scenarios as it is told.
pub(crate) struct ScriptedExecutor {
    prepare: Mutex<Script>,
    execute: Mutex<Script>,
    result: Mutex<TestExecutionResult>,
    calls: Calls,
}

impl CucumberExecutor for ScriptedExecutor {
    fn prepare(&self, directive: &BlockStorageDirective) -> LocalBoxFuture<'static, Result<(), Cause>> {
        let script = *self.prepare.lock().unwrap();
        self.calls.note(format!("prepare {}", directive.test_dir.display()));
        script.call();
        Box::pin(async move { if script.play().await { Ok(()) } else { Err(cause("a step is undefined")) } })
    }

    fn execute(
        &self,
        directive: &BlockStorageDirective,
        mut interruption: Interruption,
    ) -> LocalBoxFuture<'static, Result<TestExecutionResult, Cause>> {
        let script = *self.execute.lock().unwrap();
        let result = self.result.lock().unwrap().clone();
        self.calls.note(format!("execute {}", directive.test_dir.display()));
        script.call();
        Box::pin(async move {
            if let Script::UntilInterrupted(delay) = script {
                let interrupted = Some(interruption.wished().await);
                tokio::time::sleep(delay).await;
                return Ok(TestExecutionResult { interrupted, passed: false, ..result });
            }
            if let Script::LookAfter(delay) = script {
                tokio::time::sleep(delay).await;
                let interrupted = Some(interruption.wished().await);
                return Ok(TestExecutionResult { interrupted, passed: false, ..result });
            }
            if script.play().await { Ok(result) } else { Err(cause("the runner has no thread")) }
        })
    }
}

/// A world that does what it is told before the topics can be opened.
pub(crate) struct ScriptedWorld {
    pub(crate) script: Script,
    pub(crate) setup: KafkaSetup,
}

impl KafkaWorld for ScriptedWorld {
    fn ready<'life0, 'life1, 'life2, 'async_trait>(
        &'life0 self,
        _: &'life1 BlockStorageDirective,
        _: &'life2 [KafkaSecurityDirective],
    ) -> BoxFuture<'async_trait, Result<KafkaSetup, Cause>>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        'life2: 'async_trait,
        Self: 'async_trait,
    {
        self.script.call();
        Box::pin(async move {
            if self.script.play().await { Ok(self.setup.clone()) } else { Err(cause("the registry is down")) }
        })
    }
}

/// Something that is behind an exception, with something behind itself.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Outer(&'static str, #[source] Inner);

#[derive(Debug, thiserror::Error)]
#[error("so they say")]
struct Inner;

fn cause(text: &'static str) -> Cause {
    Arc::new(Outer(text, Inner))
}

/// The test's actor as a child sees it: it writes down what it hears, in that order.
struct Listener {
    heard: Arc<Mutex<Vec<TestExecutionCommands>>>,
    ends: Arc<Mutex<Vec<Terminated>>>,
}

impl Actor for Listener {
    type Context = Context<Self>;
}

impl Handler<TestExecutionCommands> for Listener {
    type Result = ();
    fn handle(&mut self, message: TestExecutionCommands, _: &mut Context<Self>) {
        self.heard.lock().unwrap().push(message);
    }
}

impl Handler<Terminated> for Listener {
    type Result = ();
    fn handle(&mut self, terminated: Terminated, _: &mut Context<Self>) {
        self.ends.lock().unwrap().push(terminated);
    }
}

/// Everything around one child of a test but the Kafka ones, which [`TestRig`] has.
pub(crate) struct ChildRig {
    pub(crate) test_id: TestId,
    pub(crate) storage: Arc<ScriptedStorage>,
    pub(crate) evidence: Arc<ScriptedEvidence>,
    pub(crate) vault: Arc<ScriptedVault>,
    pub(crate) executor: Arc<ScriptedExecutor>,
    /// What the services were asked for.
    pub(crate) calls: Calls,
    heard: Arc<Mutex<Vec<TestExecutionCommands>>>,
    ends: Arc<Mutex<Vec<Terminated>>>,
    parent: Addr<Listener>,
}

impl ChildRig {
    /// Services that answer well, at once.
    pub(crate) fn new() -> Self {
        let (calls, test_id) = (Calls::default(), TestId::from_bytes([7; 16]));
        let answer = || Mutex::new(Script::Answer);
        let (heard, ends) = (Arc::default(), Arc::default());
        let parent = Listener { heard: Arc::clone(&heard), ends: Arc::clone(&ends) }.start();
        let directives = vec![secured("orders", Role::Producer), secured("orders", Role::Consumer)];
        Self {
            test_id,
            storage: Arc::new(ScriptedStorage { fetch: answer(), load: answer(), calls: calls.clone() }),
            evidence: Arc::new(ScriptedEvidence { finish: answer(), ends: Mutex::default(), calls: calls.clone() }),
            vault: Arc::new(ScriptedVault {
                script: answer(),
                directives: Mutex::new(directives),
                calls: calls.clone(),
            }),
            executor: Arc::new(ScriptedExecutor {
                prepare: answer(),
                execute: answer(),
                result: Mutex::new(passed(test_id)),
                calls: calls.clone(),
            }),
            calls,
            heard,
            ends,
            parent,
        }
    }

    pub(crate) fn fetches(&self, script: Script) {
        *self.storage.fetch.lock().unwrap() = script;
    }
    pub(crate) fn loads(&self, script: Script) {
        *self.storage.load.lock().unwrap() = script;
    }
    pub(crate) fn finishes(&self, script: Script) {
        *self.evidence.finish.lock().unwrap() = script;
    }
    pub(crate) fn hands_out(&self, script: Script) {
        *self.vault.script.lock().unwrap() = script;
    }
    pub(crate) fn hands_out_directives(&self, directives: Vec<KafkaSecurityDirective>) {
        *self.vault.directives.lock().unwrap() = directives;
    }
    pub(crate) fn prepares(&self, script: Script) {
        *self.executor.prepare.lock().unwrap() = script;
    }
    pub(crate) fn executes(&self, script: Script) {
        *self.executor.execute.lock().unwrap() = script;
    }
    pub(crate) fn results_in(&self, result: TestExecutionResult) {
        *self.executor.result.lock().unwrap() = result;
    }

    pub(crate) fn start_block_storage(&self) -> Child<BlockStorageActor> {
        self.watched(
            BlockStorageActor::supervised(BlockStorageParts {
                test_id: self.test_id,
                parent: self.parent.clone().recipient(),
                storage: Arc::clone(&self.storage) as Arc<dyn ProbeStorageService>,
                evidence: Arc::clone(&self.evidence) as Arc<dyn EvidenceKeeper>,
                timeout: TIMEOUT,
            })
            .start(&surroundings()),
        )
    }

    pub(crate) fn start_vault(&self) -> Child<VaultActor> {
        self.watched(
            VaultActor::supervised(VaultParts {
                test_id: self.test_id,
                parent: self.parent.clone().recipient(),
                vault: Arc::clone(&self.vault) as Arc<dyn ProbeVaultService>,
                timeout: TIMEOUT,
            })
            .start(&surroundings()),
        )
    }

    pub(crate) fn start_cucumber(&self) -> Child<CucumberExecutionActor> {
        self.watched(
            CucumberExecutionActor::supervised(CucumberParts {
                test_id: self.test_id,
                parent: self.parent.clone().recipient(),
                executor: Arc::clone(&self.executor) as Arc<dyn CucumberExecutor>,
            })
            .start(&surroundings()),
        )
    }

    fn watched<B: Behaviour>(&self, child: Child<B>) -> Child<B> {
        child.watch(self.parent.clone().recipient());
        child
    }

    /// What a child is told to work on: two topics of a test in a folder.
    pub(crate) fn directive(&self) -> Box<BlockStorageDirective> {
        Box::new(fetched("bucket"))
    }

    /// The names of the messages that the parent has heard, in that order.
    pub(crate) fn heard(&self) -> Vec<&'static str> {
        self.heard.lock().unwrap().iter().map(TestExecutionCommands::name).collect()
    }

    /// Takes the messages that the parent has heard.
    pub(crate) fn take_heard(&self) -> Vec<TestExecutionCommands> {
        std::mem::take(&mut self.heard.lock().unwrap())
    }

    /// How each test ended whose evidence was finished.
    pub(crate) fn finished(&self) -> Vec<TestEnd> {
        self.evidence.ends.lock().unwrap().clone()
    }

    /// How the only child ended, as the parent was told: once.
    #[track_caller]
    pub(crate) fn terminated(&self) -> Terminated {
        let ends = self.ends.lock().unwrap();
        let [terminated] = ends.as_slice() else { panic!("one end is told, not {ends:?}") };
        terminated.clone()
    }

    /// The failure of the only child, which the parent was told of.
    #[track_caller]
    pub(crate) fn failure(&self) -> Failure {
        let terminated = self.terminated();
        let Termination::Failed(failure) = &terminated.termination else { panic!("it failed, not {terminated:?}") };
        failure.clone()
    }

    /// The exception that the only child ended with.
    #[track_caller]
    pub(crate) fn exception(&self) -> ProbeExceptions {
        let failure = self.failure();
        ProbeExceptions::of(&failure).unwrap_or_else(|| panic!("an exception of the tree, not {failure:?}"))
    }

    /// Whether no child has ended yet.
    pub(crate) fn nobody_has_ended(&self) -> bool {
        self.ends.lock().unwrap().is_empty()
    }
}

fn surroundings() -> Surroundings {
    Surroundings { observer: Arc::new(Unobserved), jitter: Jitter::fixed(0.0) }
}

/// A run of two scenarios that passed.
pub(crate) fn passed(test_id: TestId) -> TestExecutionResult {
    TestExecutionResult {
        test_id,
        passed: true,
        scenario_count: 2,
        scenarios_passed: 2,
        scenarios_failed: 0,
        scenarios_skipped: 0,
        step_count: 6,
        duration: Duration::from_secs(3),
        interrupted: None,
        error_message: None,
        failed_scenarios: Vec::new(),
    }
}

/// A run in which one of two scenarios failed.
pub(crate) fn failed(test_id: TestId) -> TestExecutionResult {
    TestExecutionResult {
        passed: false,
        scenarios_passed: 1,
        scenarios_failed: 1,
        error_message: Some("1 scenario(s) failed".to_owned()),
        failed_scenarios: vec!["an order is paid".to_owned()],
        ..passed(test_id)
    }
}

/// The same run, ended before its time.
pub(crate) fn interrupted(test_id: TestId, cause: StopCause) -> TestExecutionResult {
    TestExecutionResult { passed: false, interrupted: Some(cause), ..passed(test_id) }
}

/// Waits until the child has ended and its parent knows.
pub(crate) async fn end<B: Behaviour>(child: &Child<B>) -> Termination {
    let termination = child.ended().await;
    settle().await;
    termination
}

impl TestRig {
    /// A world that does this before it is as the rig's settings say.
    pub(crate) fn scripted_world(&self, script: Script) -> Arc<dyn KafkaWorld> {
        let journal = Arc::clone(&self.journal) as Arc<dyn EventJournal>;
        Arc::new(ScriptedWorld { script, setup: KafkaSetup { settings: Arc::new(self.settings.clone()), journal } })
    }

    pub(crate) fn start_producers_in(&self, world: Arc<dyn KafkaWorld>) -> Child<KafkaProducerActor> {
        KafkaProducerActor::supervised(KafkaProducers {
            test_id: self.test_id,
            parent: self.parent(),
            world,
            open_within: TIMEOUT,
            close_timeout: self.settings.close_timeout,
            pool: ClientPool::new(Arc::new(self.producers.clone())),
            dsl: self.dsl.clone(),
            metrics: self.metrics.clone(),
        })
        .start(&self.surroundings())
    }

    /// Consumers whose events count from the start of the test on, where that is said.
    pub(crate) fn start_consumers_in(
        &self,
        world: Arc<dyn KafkaWorld>,
        waits_for_start: bool,
    ) -> Child<KafkaConsumerActor> {
        KafkaConsumerActor::supervised(KafkaConsumers {
            test_id: self.test_id,
            parent: self.parent(),
            world,
            open_within: TIMEOUT,
            close_timeout: self.settings.close_timeout,
            clients: Arc::new(self.consumers.clone()),
            dsl: self.dsl.clone(),
            metrics: self.metrics.clone(),
            waits_for_start,
        })
        .start(&self.surroundings())
    }
}

/// Scripted producers that note with which brokers each client is made.
#[derive(Clone, Debug)]
pub(crate) struct RecordingProducers {
    producers: ScriptedProducers,
    servers: Arc<Mutex<Vec<String>>>,
}

impl RecordingProducers {
    pub(crate) fn over(rig: &TestRig) -> Self {
        Self { producers: rig.producers.clone(), servers: Arc::default() }
    }

    pub(crate) fn servers(&self) -> Vec<String> {
        self.servers.lock().unwrap().clone()
    }
}

impl ProducerClientFactory for RecordingProducers {
    fn create(&self, spec: &ClientSpec) -> Result<Arc<dyn ProducerClient>, ClientError> {
        self.servers.lock().unwrap().push(spec.identity.bootstrap_servers.as_str().to_owned());
        self.producers.create(spec)
    }
}

/// Runs a test on paused time, and hands out what was logged on its thread meanwhile, one line an event: its level, then
/// its fields.
///
/// The subscriber is the process's own and stays: `tracing` asks only the present thread's whether a place that logs is
/// of interest, and remembers the answer for all, so that a thread without one would silence the place for the others.
pub(crate) fn logged(test: impl Future<Output = ()>) -> Vec<String> {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| tracing::subscriber::set_global_default(Log).expect("nobody else logs in these tests"));
    // What was asked before there was a subscriber.
    tracing::callsite::rebuild_interest_cache();
    LINES.set(Some(Vec::new()));
    paused(test);
    LINES.take().unwrap_or_default()
}

thread_local! {
    /// What this thread has logged, while anybody wants to know.
    static LINES: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Looks for a line of this level that says this.
#[track_caller]
pub(crate) fn assert_logged(lines: &[String], level: &str, text: &str) {
    let is_it = |line: &&String| line.starts_with(level) && line.contains(text);
    assert!(lines.iter().any(|line| is_it(&line)), "{level} {text} is not among {lines:#?}");
}

/// Looks for the canary where it must not be.
#[track_caller]
pub(crate) fn assert_no_canary(text: impl fmt::Display) {
    let text = text.to_string();
    assert!(!text.contains(CANARY), "a secret is seen in {text}");
}

/// Keeps what is logged on threads that want to know.
struct Log;

/// Everything that an event or a span says.
#[derive(Default)]
struct Line(String);

impl tracing::field::Visit for Line {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn fmt::Debug) {
        self.0.push_str(&format!(" {field}={value:?}"));
    }
}

impl Log {
    fn write(line: String) {
        LINES.with_borrow_mut(|lines| lines.get_or_insert_default().push(line));
    }

    fn is_wanted() -> bool {
        LINES.with_borrow(Option::is_some)
    }
}

impl tracing::Subscriber for Log {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        if Self::is_wanted() {
            let mut line = Line(format!("SPAN {}", span.metadata().name()));
            span.record(&mut line);
            Self::write(line.0);
        }
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, values: &tracing::span::Record<'_>) {
        if Self::is_wanted() {
            let mut line = Line("SPAN".to_owned());
            values.record(&mut line);
            Self::write(line.0);
        }
    }
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        if Self::is_wanted() {
            let mut line = Line(event.metadata().level().to_string());
            event.record(&mut line);
            Self::write(line.0);
        }
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}
