//! A probe that lives long: a thousand tests in one process, of every fate that a test can have, and nothing of them is
//! left when they have ended.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use peak_alloc::PeakAlloc;
use test_probe::config::Settings;
use test_probe::responses::{TestState, TestStatusResponse};
use test_probe::services::block_storage::InMemoryBlockStorage;
use test_probe::services::{BlockStorageError, VaultError};
use test_probe::{
    ActorSystem, BlockStorageDirective, KafkaSecurityDirective, Probe, ProbeStorageService, ProbeVaultService,
    ServiceDsl, ServiceInterfaceFunctions, TestId,
};
use test_probe_actors::SystemRuntime;
use tokio::time::Instant;

/// Counts what the process has allocated, librdkafka's own memory left out.
#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// How long anything here may be waited for.
const LONGEST: Duration = Duration::from_secs(60);

/// How often something is looked at that is waited for.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// What becomes of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Passes,
    Fails,
    IsCancelledInSetup,
    IsCancelledWhileItLoads,
    IsCancelledWhileItWaits,
    IsCancelledWhileItRuns,
    IsNoTest,
    GetsNoCredentials,
}

const TESTS_OF_A_BATCH: usize = 40;

/// The tests of a batch. Those that are cancelled while they run are as many as may run at a time, so that the others have
/// to wait.
const BATCH: [(Fate, usize); 8] = [
    (Fate::IsCancelledWhileItRuns, AT_A_TIME),
    (Fate::Passes, 9),
    (Fate::Fails, 3),
    (Fate::IsCancelledInSetup, 4),
    (Fate::IsCancelledWhileItLoads, 4),
    (Fate::IsCancelledWhileItWaits, 4),
    (Fate::IsNoTest, 4),
    (Fate::GetsNoCredentials, 4),
];
const AT_A_TIME: usize = 8;

/// Batches before anything is measured, so that what is kept of ended tests has its full size.
const WARM_UP: usize = 2;
/// Batches that are measured: a thousand tests.
const HALVES: [usize; 2] = [12, 13];
/// What a test may leave in memory, in bytes. Less than its result or one metric, of which a test has some.
const MOST_OF_A_TEST: usize = 512;
/// What it may leave in the allocator's hands, in bytes: a Kafka client has more.
const MOST_RESIDENT_OF_A_TEST: usize = 512 * 1024;

impl Fate {
    const fn bucket(self) -> &'static str {
        match self {
            Self::Passes | Self::IsCancelledInSetup | Self::IsCancelledWhileItWaits => "memory://tests/passes",
            Self::Fails => "memory://tests/fails",
            Self::IsCancelledWhileItLoads => "memory://tests/loads-for-ever",
            Self::IsCancelledWhileItRuns => "memory://tests/runs-for-ever",
            Self::IsNoTest => "memory://tests/no-test",
            Self::GetsNoCredentials => "memory://tests/no-credentials",
        }
    }

    /// Whether its topics are opened.
    const fn has_topics(self) -> bool {
        matches!(self, Self::Passes | Self::Fails | Self::IsCancelledWhileItWaits | Self::IsCancelledWhileItRuns)
    }

    /// The state that the test is in at last, and its verdict.
    const fn end(self) -> (TestState, Option<bool>) {
        match self {
            Self::Passes => (TestState::Completed, Some(true)),
            Self::Fails | Self::IsCancelledWhileItRuns => (TestState::Completed, Some(false)),
            Self::IsCancelledInSetup | Self::IsCancelledWhileItLoads | Self::IsCancelledWhileItWaits => {
                (TestState::ShuttingDown, None)
            }
            Self::IsNoTest | Self::GetsNoCredentials => (TestState::Exception, None),
        }
    }
}

const DIRECTIVE: &str = "\
topics:
  - { topic: orders, role: producer, clientPrincipal: svc }
  - { topic: orders, role: consumer, clientPrincipal: svc }
";
const SCHEMA: &str =
    r#"{"type": "record", "name": "Order", "namespace": "com.acme", "fields": [{"name": "id", "type": "string"}]}"#;

fn feature(last_step: &str) -> String {
    format!(
        r#"Feature: an event
  Scenario: there and back
    When I produce event {{"id": "a"}} to topic "orders"
    Then I should receive an event from topic "orders" within 10 seconds
    {last_step}
"#
    )
}

/// Buckets in memory, which remember where they put tests on this machine.
#[derive(Debug, Default)]
struct Storage {
    buckets: InMemoryBlockStorage,
    fetched: Mutex<Vec<PathBuf>>,
}

impl Storage {
    async fn with_tests() -> Arc<Self> {
        let storage = Self::default();
        let same = r#"And the event should match JSONPath "$.id" with value "a""#;
        let other = r#"And the event should match JSONPath "$.id" with value "b""#;
        for (folder, last_step) in [
            ("passes", same),
            ("fails", other),
            ("loads-for-ever", same),
            ("runs-for-ever", "And I wait 50 seconds"),
            ("no-credentials", same),
        ] {
            let put = async |name: &str, text: &str| {
                storage.buckets.put("tests", &format!("{folder}/{name}"), text).await.unwrap();
            };
            put("topic-directive.yaml", DIRECTIVE).await;
            put("schemas/Order.avsc", SCHEMA).await;
            put("features/a.feature", &feature(last_step)).await;
        }
        storage.buckets.put("tests", "no-test/readme.md", "There are no features here.").await.unwrap();
        Arc::new(storage)
    }

    fn left_over(&self) -> Vec<PathBuf> {
        self.fetched.lock().unwrap().iter().filter(|folder| folder.exists()).cloned().collect()
    }
}

#[async_trait]
impl ProbeStorageService for Storage {
    async fn fetch_from_block_storage(
        &self,
        test_id: TestId,
        bucket: &str,
    ) -> Result<BlockStorageDirective, BlockStorageError> {
        let fetched = self.buckets.fetch_from_block_storage(test_id, bucket).await?;
        let mut folders = self.fetched.lock().unwrap();
        // Those that are gone are forgotten, so that this list does not grow with the tests.
        folders.retain(|folder| folder.exists());
        folders.push(fetched.test_dir.parent().unwrap().to_owned());
        Ok(fetched)
    }

    async fn load_to_block_storage(
        &self,
        test_id: TestId,
        bucket: &str,
        evidence_dir: &Path,
    ) -> Result<(), BlockStorageError> {
        self.buckets.load_to_block_storage(test_id, bucket, evidence_dir).await
    }

    async fn release(&self, test_id: TestId) {
        self.buckets.release(test_id).await;
    }
}

/// A vault without a need for credentials, that never answers some tests and refuses others.
#[derive(Debug)]
struct Vault;

#[async_trait]
impl ProbeVaultService for Vault {
    async fn fetch_security_directives(
        &self,
        directive: &BlockStorageDirective,
    ) -> Result<Vec<KafkaSecurityDirective>, VaultError> {
        if directive.bucket == Fate::IsCancelledWhileItLoads.bucket() {
            return std::future::pending().await;
        }
        if directive.bucket == Fate::GetsNoCredentials.bucket() {
            return Err(VaultError::Configuration { reason: "there are no credentials for anybody".to_owned() });
        }
        let topics = directive.topic_directives.iter();
        Ok(topics.map(|topic| KafkaSecurityDirective::plaintext(topic.topic.clone(), topic.role)).collect())
    }
}

/// A probe, and what can be seen of it from outside.
struct Rig {
    probe: Probe,
    runtime: SystemRuntime,
    storage: Arc<Storage>,
    batches: usize,
}

impl Rig {
    async fn start() -> Self {
        let mut settings = Settings::embedded().unwrap();
        settings.queue.max_concurrent_tests = AT_A_TIME.try_into().unwrap();
        // Results of one batch and the one before it.
        settings.queue.retained_results = (2 * TESTS_OF_A_BATCH).try_into().unwrap();
        settings.timers.completed_state = Duration::from_millis(20);
        settings.timers.exception_state = Duration::from_millis(20);
        settings.kafka.statistics_interval = Duration::from_millis(50);
        let system = ActorSystem::start("thousand-tests").unwrap();
        let runtime = system.runtime().clone();
        let storage = Storage::with_tests().await;
        let probe = ServiceDsl::new()
            .with_config(settings)
            .with_actor_system(system)
            .with_storage_service(Arc::clone(&storage))
            .with_vault_service_module(Arc::new(Vault))
            .build()
            .unwrap();
        Self { probe, runtime, storage, batches: 0 }
    }

    fn services(&self) -> &ServiceInterfaceFunctions {
        self.probe.services()
    }

    async fn status(&self, test_id: TestId) -> TestStatusResponse {
        self.services().test_status(test_id).await.unwrap()
    }

    /// Waits until a test is in this state.
    async fn reaches(&self, test_id: TestId, state: TestState) {
        let begun = Instant::now();
        loop {
            let status = self.status(test_id).await;
            if status.state == state {
                return;
            }
            assert!(begun.elapsed() < LONGEST, "it never reached {state}: {status:?}");
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    async fn start_test(&self, test_id: TestId, fate: Fate) {
        let started = self.services().start_test(test_id, fate.bucket(), None).await.unwrap();
        assert!(started.accepted, "{started:?}");
    }

    async fn cancel(&self, test_id: TestId) {
        let cancelled = self.services().cancel_test(test_id).await.unwrap();
        assert!(cancelled.cancelled, "{cancelled:?}");
    }

    /// Queues, starts and cancels the tests of a batch, and waits until each has come to its end.
    async fn batch(&mut self) {
        let mut tests = Vec::with_capacity(TESTS_OF_A_BATCH);
        for (fate, count) in BATCH {
            for _ in 0..count {
                tests.push((self.services().initialize_test().await.unwrap().test_id, fate));
            }
        }
        let of = |wanted: Fate| tests.iter().filter(move |(_, fate)| *fate == wanted).map(|(test_id, _)| *test_id);
        let running: Vec<TestId> = of(Fate::IsCancelledWhileItRuns).collect();
        join_all(running.iter().map(|test_id| self.start_test(*test_id, Fate::IsCancelledWhileItRuns))).await;
        join_all(running.iter().map(|test_id| self.reaches(*test_id, TestState::Testing))).await;
        join_all(of(Fate::IsCancelledInSetup).map(|test_id| self.cancel(test_id))).await;
        let others =
            tests.iter().filter(|(_, fate)| !matches!(fate, Fate::IsCancelledWhileItRuns | Fate::IsCancelledInSetup));
        join_all(others.map(|(test_id, fate)| self.start_test(*test_id, *fate))).await;
        for test_id in of(Fate::IsCancelledWhileItLoads) {
            assert_eq!(self.status(test_id).await.state, TestState::Loading);
            self.cancel(test_id).await;
        }
        for test_id in of(Fate::IsCancelledWhileItWaits) {
            self.reaches(test_id, TestState::Loaded).await;
            self.cancel(test_id).await;
        }
        for test_id in running {
            assert!(self.services().force_cancel_test(test_id).await.unwrap().cancelled);
        }
        for (test_id, fate) in tests {
            self.reaches(test_id, fate.end().0).await;
            assert_eq!(self.status(test_id).await.success, fate.end().1, "{fate:?}");
        }
        self.batches += 1;
    }

    async fn batches(&mut self, count: usize) {
        for _ in 0..count {
            self.batch().await;
        }
    }

    /// Every series of every metric.
    fn series(&self) -> BTreeMap<String, f64> {
        let text = prometheus::TextEncoder::new().encode_to_string(&self.probe.metrics().gather()).unwrap();
        let series = text.lines().filter(|line| !line.starts_with('#'));
        let series = series.map(|line| line.rsplit_once(' ').unwrap());
        series.map(|(name, value)| (name.to_owned(), value.parse().unwrap())).collect()
    }

    /// The names of the series, those of dead letters left out: which message comes too late is a matter of chance.
    fn shown(&self) -> BTreeSet<String> {
        self.series().into_keys().filter(|name| !name.starts_with("probe_actor_dead_letters_total")).collect()
    }

    /// How many actors of each kind have ended, however they ended.
    fn ends(&self) -> BTreeMap<String, usize> {
        let mut ends = BTreeMap::new();
        for (name, value) in self.series() {
            if let Some((_, labels)) = name.split_once("probe_actor_ends_total{actor=\"") {
                *ends.entry(labels.split_once('"').unwrap().0.to_owned()).or_default() += value as usize;
            }
        }
        ends
    }

    /// How many actors of each kind were started.
    fn starts(&self) -> BTreeMap<String, usize> {
        let of_a_batch = |wanted: fn(Fate) -> bool| -> usize {
            BATCH.iter().filter(|(fate, _)| wanted(*fate)).map(|(_, count)| count * self.batches).sum()
        };
        let (tests, loaded) = (of_a_batch(|_| true), of_a_batch(|fate| fate != Fate::IsCancelledInSetup));
        let opened = of_a_batch(Fate::has_topics);
        let kinds = [
            ("TestExecutionActor", tests),
            ("BlockStorageActor", loaded),
            ("VaultActor", loaded),
            ("CucumberExecutionActor", loaded),
            ("KafkaProducerActor", loaded),
            ("KafkaConsumerActor", loaded),
            ("KafkaProducerStreamingActor", opened),
            ("KafkaConsumerStreamingActor", opened),
        ];
        kinds.map(|(kind, count)| (kind.to_owned(), count)).into()
    }

    /// How many tests have ended, by how.
    fn outcomes(&self) -> BTreeMap<String, usize> {
        let outcomes = self.series().into_iter().filter_map(|(name, value)| {
            let outcome = name.strip_prefix("probe_tests_total{outcome=\"")?.strip_suffix("\"}")?;
            Some((outcome.to_owned(), value as usize))
        });
        outcomes.collect()
    }

    /// How many tests came to which end.
    fn expected_outcomes(&self) -> BTreeMap<String, usize> {
        let mut outcomes = BTreeMap::from([("expired".to_owned(), 0)]);
        for (fate, count) in BATCH {
            let outcome = match fate.end() {
                (TestState::Completed, Some(true)) => "completed_passed",
                (TestState::Completed, _) => "completed_failed",
                (TestState::Exception, _) => "exception",
                _ => "cancelled",
            };
            *outcomes.entry(outcome.to_owned()).or_default() += count * self.batches;
        }
        outcomes
    }

    async fn footprint(&self) -> Footprint {
        let tasks = self.runtime.run(async { tokio::runtime::Handle::current().metrics().num_alive_tasks() });
        Footprint {
            files: names_in("/proc/self/fd", |entry| fs::read_link(entry).ok().map(|to| kind_of_file(&to))),
            threads: names_in("/proc/self/task", |entry| {
                let name = fs::read_to_string(entry.join("comm")).ok()?;
                // Of a pool, whose idle threads end by themselves after ten seconds.
                Some(name).filter(|name| name.trim() != "tokio-rt-worker")
            }),
            tasks: tasks.await.unwrap(),
        }
    }

    /// Waits until every actor has ended and the threads, tasks and files are no more than they were.
    async fn settles_to(&self, expected: &Footprint) {
        let begun = Instant::now();
        loop {
            let (ends, footprint) = (self.ends(), self.footprint().await);
            let left_over = self.storage.left_over();
            if ends == self.starts() && footprint.is_within(expected) && left_over.is_empty() {
                return;
            }
            assert!(
                begun.elapsed() < LONGEST,
                "started: {:#?}\nended: {ends:#?}\nheld before: {expected:#?}\nheld: {footprint:#?}\nfolders: {left_over:#?}",
                self.starts()
            );
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}

/// What a process holds, by name.
#[derive(Debug)]
struct Footprint {
    files: BTreeMap<String, usize>,
    threads: BTreeMap<String, usize>,
    tasks: usize,
}

impl Footprint {
    fn is_within(&self, other: &Self) -> bool {
        let within = |some: &BTreeMap<String, usize>, others: &BTreeMap<String, usize>| {
            some.iter().all(|(name, count)| others.get(name).is_some_and(|other| count <= other))
        };
        within(&self.files, &other.files) && within(&self.threads, &other.threads) && self.tasks <= other.tasks
    }
}

fn names_in(folder: &str, name: impl Fn(&Path) -> Option<String>) -> BTreeMap<String, usize> {
    let mut names = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        // Some are gone before they can be looked at.
        if let Some(name) = name(&entry.unwrap().path()) {
            *names.entry(name.trim().to_owned()).or_default() += 1;
        }
    }
    names
}

/// Files by path, all else by kind: sockets and pipes have numbers.
fn kind_of_file(to: &Path) -> String {
    let to = to.display().to_string();
    to.split_once(":[").map_or(to.clone(), |(kind, _)| kind.to_owned())
}

/// Memory of the process, in bytes.
#[derive(Clone, Copy, Debug)]
struct Memory {
    /// What is allocated, without librdkafka's.
    live: usize,
    /// What the system sees, librdkafka's included, and what the allocator keeps for later.
    resident: usize,
}

impl Memory {
    fn now() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let kilobytes: usize = line.trim().trim_end_matches(" kB").parse().unwrap();
        Self { live: ALLOCATED.current_usage(), resident: kilobytes * 1024 }
    }
}

/// What the process holds when nothing has run yet, once the embedded world's own threads are there.
async fn fresh(rig: &Rig) -> Footprint {
    let begun = Instant::now();
    loop {
        let footprint = rig.footprint().await;
        if footprint.threads.get("actix-server ac").is_some_and(|servers| *servers == 2) {
            return footprint;
        }
        assert!(begun.elapsed() < LONGEST, "registry and token endpoint did not start: {footprint:#?}");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

#[tokio::test]
async fn a_thousand_tests_leave_no_actor_task_thread_file_folder_or_memory_behind() {
    let mut rig = Rig::start().await;
    let fresh = fresh(&rig).await;
    rig.batches(WARM_UP).await;
    rig.settles_to(&fresh).await;
    let shown = rig.shown();

    let begun = Instant::now();
    let mut memory = vec![Memory::now()];
    for half in HALVES {
        rig.batches(half).await;
        rig.settles_to(&fresh).await;
        memory.push(Memory::now());
    }
    println!("{} tests in {:?}: {memory:?}", TESTS_OF_A_BATCH * HALVES.iter().sum::<usize>(), begun.elapsed());

    assert_eq!(rig.outcomes(), rig.expected_outcomes());
    let left_behind: Vec<String> = rig.shown().into_iter().filter(|series| !shown.contains(series)).collect();
    assert!(left_behind.is_empty(), "series that did not go with their test: {left_behind:#?}");
    // What is allowed to grow grows in the first half: the latencies of a minute, tables that double. What a test left
    // behind would be there a second time.
    let [_, middle, end] = memory[..] else { panic!("a warm-up and two halves") };
    let most = MOST_OF_A_TEST * HALVES[1] * TESTS_OF_A_BATCH;
    assert!(end.live.saturating_sub(middle.live) < most, "more than {most} bytes were left: {memory:?}");
    let most = MOST_RESIDENT_OF_A_TEST * HALVES[1] * TESTS_OF_A_BATCH;
    assert!(end.resident.saturating_sub(middle.resident) < most, "more than {most} bytes were left: {memory:?}");
    rig.probe.shutdown();
}
