use std::collections::{BTreeMap, HashMap, HashSet};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use test_probe_actors::journal::JournalTopic;
use test_probe_actors::supervision::explain;
use test_probe_actors::{KafkaSettings, SystemGone};
use test_probe_directives::TopicDirective;
use test_probe_embedded::RegistryProxy;
use test_probe_encoding::RegistryError;
use test_probe_evidence::{Ledger, LedgerEntry, Warning};
use test_probe_kafka::ClientKind;
use test_probe_scenarios::{self as scenarios, CancellationToken, Faults, RunSummary, TestEnvironment};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::{Ending, Outcome, Run};
use crate::faults::{EmbeddedFaults, StackFaults};
use crate::ledger_journal::{JournalParts, LedgerJournal, TopicReading, shared};
use crate::ledger_observer::LedgerObserver;
use crate::open_topics::{OpenTopics, Opening};
use crate::probe::{ClusterSet, Inner};
use crate::running_scenarios::RunningScenarios;
use crate::topic_setup::TopicSetup;
use crate::world::Control;
use crate::{RunOptions, Stage, TextFile, wiring};

/// Leads a run through its stages. Every one of them ends when the run is stopped or its time is up; only the orderly end
/// has a time of its own.
pub(super) struct Stages {
    pub(super) probe: Arc<Inner>,
    pub(super) run: Arc<Run>,
    pub(super) options: RunOptions,
    pub(super) ledger: Ledger,
    pub(super) running: RunningScenarios,
}

/// What the scenarios run against.
struct Prepared {
    clusters: ClusterSet,
    kafka: KafkaSettings,
    faults: Option<Arc<dyn Faults>>,
    setup: Arc<TopicSetup>,
}

impl Stages {
    pub(super) async fn all(self) -> Outcome {
        let prepared = match self.prepare() {
            Ok(prepared) => prepared,
            Err(ending) => return Outcome { ending, lost: Vec::new(), clients: BTreeMap::new() },
        };
        // A producer client may be older than the run.
        let connections = self.probe.metrics.clients();
        let client_ids = prepared.kafka.client_ids(self.run.test_id, &self.run.topics);
        let before = |client: (ClientKind, String)| {
            let opened = connections.connections(client.0, &client.1);
            (client, opened)
        };
        let clients = client_ids.into_iter().map(before).collect();
        let (hurry, journalled) = (CancellationToken::new(), oneshot::channel());
        let ending = match self.open(&prepared, hurry.clone(), journalled.0).await {
            Ok(topics) => {
                let ending = self.scenarios(&prepared, &topics).await;
                self.close(topics).await;
                ending
            }
            Err(ending) => ending,
        };
        let lost = self.lost_records(&prepared).await;
        self.finish_journal(hurry, journalled.1).await;
        Outcome { ending, lost, clients }
    }

    fn prepare(&self) -> Result<Prepared, Ending> {
        let Self { probe, run, .. } = self;
        let failed = |error: &(dyn std::error::Error + 'static)| Ending::WorldFailed(explain(error));
        let mut registry_url = probe.world.schema_registry_url.clone();
        let faults: Option<Arc<dyn Faults>> = match &probe.world.control {
            Control::Embedded(world) => Some(Arc::new(EmbeddedFaults(Arc::clone(world)))),
            // The door before the registry costs each call a hop, so it is there only where somebody breaks something.
            Control::Stack(control) if run.test.plan.has_fault_steps() => {
                let registry = RegistryProxy::start(&registry_url).map_err(|error| failed(&error))?;
                registry_url = registry.url();
                Some(Arc::new(StackFaults { control: Arc::clone(control), registry }))
            }
            Control::Stack(_) | Control::None => None,
        };
        let clusters = probe.clusters(&run.test.directive.clusters, &run.test.schemas, &registry_url);
        let clusters = clusters.map_err(|error| failed(&error))?;
        let start_from = run.test.directive.test.start_from;
        let kafka = wiring::kafka(&probe.settings, clusters.clusters.clone(), start_from, probe.world.gaps());
        let setup = TopicSetup::new(probe.world.clone(), clusters.clusters.clone(), probe.settings.clone());
        Ok(Prepared { clusters, kafka, faults, setup: Arc::new(setup) })
    }

    /// A fifth of the time for the orderly end: its five parts have one each.
    fn fifth(&self) -> Duration {
        self.probe.settings.actor_system.shutdown_timeout / 5
    }

    async fn open(
        &self,
        prepared: &Prepared,
        hurry: CancellationToken,
        journalled: oneshot::Sender<()>,
    ) -> Result<OpenTopics, Ending> {
        let Self { probe, run, .. } = self;
        self.options.observer.stage(&Stage::OpeningTopics(run.topics.len()));
        let asked = self.unless_over(self.ask_registries(prepared)).await?;
        asked.map_err(|error| Ending::WorldFailed(explain(&error)))?;
        let plan = &run.test.plan;
        let missing = prepared.setup.create_missing(&run.topics, |topic| plan.partitions_of(topic));
        self.unless_over(missing).await?.map_err(|error| Ending::WorldFailed(explain(&error)))?;
        let (journal, late_reader) = LedgerJournal::new(JournalParts {
            ledger: self.ledger.clone(),
            clock: probe.clock,
            topics: self.readings(prepared),
            scenarios: self.running.clone(),
            acknowledged_at: probe.world.acknowledged_at(),
            hurry,
        });
        let reading = probe.system.runtime().run(async move {
            late_reader.run().await;
            drop(journalled);
        });
        // It is begun here and goes on by itself; `journalled` tells of its end.
        let _begun = reading.now_or_never();
        let serdes = prepared.clusters.serdes.values().cloned();
        let opening = Opening {
            test_id: run.test_id,
            directives: run.topics.clone(),
            settings: prepared.kafka.clone(),
            journal: shared(journal),
            watches: serdes.map(|serdes| probe.metrics.schema_registries().watch(serdes)).collect(),
            bucket: run.test.path.display().to_string(),
        };
        let opened = self.unless_over(OpenTopics::open(probe, opening)).await?;
        opened.map_err(|error| Ending::WorldFailed(explain(&error)))
    }

    /// A registry that does not answer is told before anything else is tried, and not by the first step that needs it.
    async fn ask_registries(&self, prepared: &Prepared) -> Result<(), RegistryError> {
        let mut asked = HashSet::new();
        for directive in &self.run.topics {
            let serdes = prepared.clusters.clusters.of(directive).and_then(|cluster| cluster.serdes.as_ref());
            if let Some(serdes) = serdes
                && asked.insert(serdes.registry_url())
            {
                serdes.check_registry(directive.topic_on_cluster.as_str()).await?;
            }
        }
        Ok(())
    }

    fn readings(&self, prepared: &Prepared) -> HashMap<JournalTopic, TopicReading> {
        let reading = |directive: &TopicDirective| {
            let topic = JournalTopic { cluster: directive.cluster.clone(), topic: directive.topic.clone() };
            let serdes = prepared.clusters.clusters.of(directive).and_then(|cluster| cluster.serdes.clone());
            (topic, TopicReading { key: directive.key, serdes })
        };
        self.run.topics.iter().map(reading).collect()
    }

    async fn scenarios(&self, prepared: &Prepared, topics: &OpenTopics) -> Ending {
        let Self { probe, run, options, .. } = self;
        let plan = run.test.plan.clone();
        let stage = Stage::Scenarios { scenarios: plan.scenarios().len(), steps: plan.step_count() };
        options.observer.stage(&stage);
        let environment = self.environment(prepared);
        let next = Arc::clone(&options.observer);
        let observer = LedgerObserver::new(self.ledger.clone(), probe.clock, self.running.clone(), next);
        let (cancel, parallel) = (CancellationToken::new(), run.test.parallel);
        let cancelled = cancel.clone();
        let running =
            topics.arbiter().run(move || scenarios::run(plan, environment, Arc::new(observer), cancelled, parallel));
        tokio::pin!(running);
        let ending = tokio::select! {
            ended = &mut running => return completed(ended),
            lost = topics.lost() => Ending::WorldFailed(lost),
            over = self.over() => over,
        };
        cancel.cancel();
        if timeout(self.fifth(), &mut running).await.is_err() {
            self.warn("a step did not end when the run was stopped: it blocks its thread");
        }
        ending
    }

    fn environment(&self, prepared: &Prepared) -> TestEnvironment {
        let Self { probe, run, .. } = self;
        let texts = |files: &[TextFile]| -> Vec<(String, String)> {
            files.iter().map(|file| (file.stem().to_owned(), file.text.clone())).collect()
        };
        let environment = TestEnvironment::new(probe.dsl.clone(), run.test_id, run.topics.clone())
            .with_templates(texts(&run.test.templates))
            .with_expected(texts(&run.test.expected))
            .with_topic_creator(Arc::clone(&prepared.setup) as Arc<dyn scenarios::TopicCreator>)
            .with_clock(probe.clock)
            .with_redaction(run.redaction.clone())
            .with_step_timeout(probe.settings.cucumber.step_timeout);
        match &prepared.faults {
            Some(faults) => environment.with_faults(Arc::clone(faults)),
            None => environment,
        }
    }

    async fn close(&self, topics: OpenTopics) {
        let settings = &self.probe.settings;
        self.options.observer.stage(&Stage::Closing);
        // The last figures of the clients: one more report of each.
        let limit = self.fifth().min(settings.kafka.statistics_interval * 2 + MARGIN);
        if !self.probe.metrics.clients().next_reports(limit).await {
            self.warn("a Kafka client did not report its statistics at the end; connections may be missing");
        }
        match timeout(self.fifth(), topics.close()).await {
            Ok(complaints) => complaints.iter().for_each(|complaint| self.warn(complaint)),
            Err(_) => self.warn("the topics did not close in time (test-probe.core.actor-system.shutdown-timeout)"),
        }
    }

    /// What the world lost of the run's records. That it is not known is worth a warning, and no failure: on clusters it
    /// is never known.
    async fn lost_records(&self, prepared: &Prepared) -> Vec<String> {
        let asked = timeout(self.fifth(), prepared.setup.dropped_records(&self.run.topics)).await;
        let unknown = |reason: String| {
            self.warn(&format!("whether the embedded Kafka dropped records is not known: {reason}"));
            Vec::new()
        };
        match asked {
            Ok(Ok(lost)) => lost,
            Ok(Err(error)) => unknown(explain(&error)),
            Err(_) => unknown("it did not answer in time".to_owned()),
        }
    }

    /// Waits until the contents of all events are written; those whose schema is not known by then are written as bytes.
    async fn finish_journal(&self, hurry: CancellationToken, mut journalled: oneshot::Receiver<()>) {
        if timeout(self.fifth().min(LATE_READING), &mut journalled).await.is_err() {
            hurry.cancel();
            // Nobody is asked any more, so it ends at once.
            journalled.await.ok();
        }
    }

    /// Yields what the work yields, unless the run is over before.
    async fn unless_over<T>(&self, work: impl Future<Output = T>) -> Result<T, Ending> {
        tokio::select! {
            biased;
            over = self.over() => Err(over),
            done = work => Ok(done),
        }
    }

    /// Waits until the run is stopped, or its time is up.
    async fn over(&self) -> Ending {
        tokio::select! {
            reason = self.options.stop.stopped() => Ending::Stopped(reason),
            () = tokio::time::sleep_until(self.run.deadline) => Ending::TimedOut(self.run.limit),
        }
    }

    fn warn(&self, text: &str) {
        self.ledger.record(LedgerEntry::new(self.probe.clock.now(), Warning { text: text.to_owned() }));
        self.options.observer.stage(&Stage::Warning(text));
    }
}

/// How long schemas are waited for that only the evidence needs.
const LATE_READING: Duration = Duration::from_secs(2);

/// How late a report of a client's statistics may be on a busy machine.
const MARGIN: Duration = Duration::from_millis(500);

fn completed(ended: Result<RunSummary, SystemGone>) -> Ending {
    ended.map_or_else(|_| Ending::WorldFailed("the test's own thread has ended".to_owned()), Ending::Completed)
}
