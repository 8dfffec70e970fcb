use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use prometheus::TextEncoder;
use test_probe_actors::commands::StopCause;
use test_probe_actors::error::Cause;
use test_probe_actors::supervision::explain;
use test_probe_actors::{EvidenceKeeper, TestEnd};
use test_probe_config::WorldKind;
use test_probe_directives::{BlockStorageDirective, TopicDirective};
use test_probe_evidence::{
    ClientKind, Connections, Ledger, LedgerEntry, LedgerEvent, Metadata, OpenError, RunRecord, RunStarted, TopicInUse,
    Warning, World, write_metadata, write_metrics, write_reports,
};
use test_probe_kafka::{ClientKind as KafkaClientKind, librdkafka_version};
use tokio::time::timeout;

use super::ending::Ending;
use super::world::ReadyWorld;
use super::{Opened, Session, locked};
use crate::blocking::blocking;
use crate::core::Core;
use crate::session_run::Run;
use crate::{ExitStatus, LiveFigures, RunObserver, RunOptions, RunReport, Stage, StopReason};

/// How long schemas are waited for that only the evidence needs.
const LATE_READING: Duration = Duration::from_secs(2);

/// Finishes a test's evidence.
pub(super) struct SessionEvidence(pub(super) Arc<Session>);

#[async_trait]
impl EvidenceKeeper for SessionEvidence {
    async fn finish(&self, directive: &BlockStorageDirective, end: TestEnd) -> Result<(), Cause> {
        if self.0.prepared(directive).await.is_err() {
            // A folder that holds no test that could run leaves no evidence of a run.
            return Ok(());
        }
        self.0.opened(directive).await?;
        self.0.finish(end).await
    }
}

/// Evidence that is not whole.
#[derive(Debug, thiserror::Error)]
#[error("the evidence is not whole: {}", .0.join("; "))]
struct NotWhole(Vec<String>);

impl Session {
    /// Writes the last entries and every report, once the topics are closed. The report is kept for whoever waits for it.
    pub(super) async fn finish(&self, end: TestEnd) -> Result<(), Cause> {
        let Some(Ok(opened)) = self.opened.get() else { return Ok(()) };
        if locked(&self.report).is_some() || self.told.borrow().is_some() {
            return Ok(());
        }
        let world = self.ready.get().and_then(|ready| ready.as_ref().ok());
        let lost = match world {
            Some(world) => self.lost_records(world, &opened.run).await,
            None => Vec::new(),
        };
        if let Some(world) = world {
            self.finish_journal(world).await;
        }
        if let TestEnd::Stopped(_) = end
            && world.is_some_and(|_| self.running.any())
        {
            self.warn("a step did not end when the run was stopped: it blocks its thread");
        }
        opened.reports.end().await;
        let none = BTreeMap::new();
        let clients = world.map_or(&none, |world| &world.clients);
        let report = opened.evidence.finish(self.ending(end, &opened.run), &lost, clients).await;
        let errors = report.write_errors.clone();
        *locked(&self.report) = Some(report);
        if errors.is_empty() { Ok(()) } else { Err(Arc::new(NotWhole(errors))) }
    }

    fn ending(&self, end: TestEnd, run: &Run) -> Ending {
        match end {
            TestEnd::Ran(result) => match result.interrupted {
                None => Ending::Completed { is_success: result.passed },
                Some(cause) => self.stopped_because(cause, run),
            },
            TestEnd::Stopped(cause) => self.stopped_because(cause, run),
            TestEnd::Failed(exception) => Ending::WorldFailed(exception.explain()),
        }
    }

    fn stopped_because(&self, cause: StopCause, run: &Run) -> Ending {
        match cause {
            StopCause::TimedOut => Ending::TimedOut(run.limit),
            StopCause::Terminate => Ending::Stopped(StopReason::Terminate),
            // Whoever holds the run's switch cancels through the service functions, and knows why.
            _ => Ending::Stopped(self.options().stop.reason().unwrap_or(StopReason::Interrupt)),
        }
    }

    /// What a test that ends before it began asks of the process.
    pub(super) fn stopped_status(&self) -> ExitStatus {
        self.options().stop.reason().unwrap_or(StopReason::Interrupt).exit_status()
    }

    /// What the world lost of the run's records. That it is not known is worth a warning, and no failure: on clusters it
    /// is never known.
    async fn lost_records(&self, world: &ReadyWorld, run: &Run) -> Vec<String> {
        let unknown = |reason: String| {
            self.warn(&format!("whether the embedded Kafka dropped records is not known: {reason}"));
            Vec::new()
        };
        match timeout(self.fifth(), world.setup.dropped_records(&run.topics)).await {
            Ok(Ok(lost)) => lost,
            Ok(Err(error)) => unknown(explain(&error)),
            Err(_) => unknown("it did not answer in time".to_owned()),
        }
    }

    /// Waits until the contents of all events are written; those whose schema is not known by then are written as bytes.
    async fn finish_journal(&self, world: &ReadyWorld) {
        let journalled = world.journalled.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut journalled) = journalled else { return };
        world.patience.over.cancel();
        if timeout(self.fifth().min(LATE_READING), &mut journalled).await.is_err() {
            world.patience.hurry.cancel();
            // Nobody is asked any more, so it ends at once.
            journalled.await.ok();
        }
    }

    /// Warns the reader of the reports, and whoever watches.
    pub(super) fn warn(&self, text: &str) {
        if let Some(Ok(Opened { evidence, .. })) = self.opened.get() {
            evidence.record(Warning { text: text.to_owned() });
        }
        self.options().observer.stage(&Stage::Warning(text));
    }
}

/// The evidence of one run, from its first entry to its last file.
pub(super) struct RunEvidence {
    probe: Arc<Core>,
    run: Arc<Run>,
    ledger: Ledger,
    observer: Arc<dyn RunObserver>,
    run_by: Option<String>,
}

impl RunEvidence {
    pub(super) async fn open(probe: Arc<Core>, run: Arc<Run>, options: &RunOptions) -> Result<Self, OpenError> {
        let (directory, redaction) = (run.evidence_dir.clone(), run.redaction.clone());
        let ledger = blocking(move || Ledger::open(&directory, redaction)).await?;
        let (observer, run_by) = (Arc::clone(&options.observer), options.run_by.clone());
        let evidence = Self { probe, run, ledger, observer, run_by };
        evidence.start();
        Ok(evidence)
    }

    pub(super) fn ledger(&self) -> Ledger {
        self.ledger.clone()
    }

    pub(super) fn observer(&self) -> &dyn RunObserver {
        &*self.observer
    }

    fn start(&self) {
        let Self { run, probe, .. } = self;
        let topic_in_use = |directive: &TopicDirective| TopicInUse {
            topic: directive.topic.clone(),
            cluster: directive.cluster.clone(),
            role: directive.role,
            topic_on_cluster: directive.topic_on_cluster.clone(),
        };
        self.record(RunStarted {
            test_id: run.test_id,
            test: run.test.name.clone(),
            test_type: run.test_type.clone(),
            world: match probe.world.kind {
                WorldKind::Embedded => World::Embedded,
                WorldKind::Cluster => World::Cluster,
            },
            bootstrap_servers: probe.world.bootstrap_servers.to_string(),
            probe_version: env!("CARGO_PKG_VERSION").to_owned(),
            topics: run.topics.iter().map(topic_in_use).collect(),
        });
        let figures = LiveFigures::new(self.ledger.clone());
        self.observer.stage(&Stage::Started { evidence: &run.evidence_dir, figures });
        for warning in run.test.warnings() {
            self.record(Warning { text: warning.clone() });
            self.observer.stage(&Stage::Warning(warning));
        }
    }

    /// The last entries, and every report.
    async fn finish(
        &self,
        ending: Ending,
        lost: &[String],
        clients: &BTreeMap<(KafkaClientKind, String), u64>,
    ) -> RunReport {
        self.record_connections(clients);
        let (finished, exit_status) = ending.conclude(lost);
        self.record(finished);
        self.observer.stage(&Stage::WritingReports);
        let (probe, run) = (Arc::clone(&self.probe), Arc::clone(&self.run));
        let (ledger, run_by) = (self.ledger.clone(), self.run_by.clone());
        let metrics = probe.metrics.clone();
        let (record, write_errors) = blocking(move || {
            let closed = ledger.close();
            let mut errors: Vec<String> = closed.write_errors.iter().map(|error| explained(error)).collect();
            // The metric and the reports tell the same duration.
            probe.metrics.test_ended(&run.test_type, closed.record.duration());
            errors.extend(write_files(&probe, &run, &closed.record, run_by));
            (closed.record, (errors, run.evidence_dir.clone()))
        })
        .await;
        let (write_errors, evidence) = write_errors;
        // A consumer's id is its test's, which is over and written down; a producer's is shared by the runs to come.
        for (kind, client_id) in clients.keys().filter(|(kind, _)| *kind == KafkaClientKind::Consumer) {
            metrics.clients().forget(*kind, client_id);
        }
        // Evidence that is not whole is a world that failed: its disk.
        let storage = if write_errors.is_empty() { ExitStatus::Passed } else { ExitStatus::WorldFailed };
        RunReport { record, evidence, exit_status: exit_status.and(storage), write_errors }
    }

    /// Each client that the run used, with the connections that it opened meanwhile: counted after the last of them
    /// reported, and closed.
    fn record_connections(&self, clients: &BTreeMap<(KafkaClientKind, String), u64>) {
        for ((kind, client_id), before) in clients {
            let total = self.probe.metrics.clients().connections(*kind, client_id).saturating_sub(*before);
            let client = match kind {
                KafkaClientKind::Producer => ClientKind::Producer,
                KafkaClientKind::Consumer => ClientKind::Consumer,
            };
            self.record(Connections { client, client_id: client_id.clone(), total });
        }
    }

    pub(super) fn record(&self, event: impl Into<LedgerEvent>) {
        self.ledger.record(LedgerEntry::new(self.probe.clock.now(), event));
    }
}

fn write_files(probe: &Core, run: &Run, record: &RunRecord, run_by: Option<String>) -> Vec<String> {
    let directory = &run.evidence_dir;
    let mut errors = Vec::new();
    errors.extend(write_reports(directory, record).err().map(|error| explained(&error)));
    match TextEncoder::new().encode_to_string(&probe.registry.gather()) {
        Ok(metrics) => errors.extend(write_metrics(directory, &metrics).err().map(|error| explained(&error))),
        Err(error) => errors.push(format!("the metrics cannot be written: {error}")),
    }
    let versions = [("test-probe", env!("CARGO_PKG_VERSION").to_owned()), ("librdkafka", librdkafka_version())];
    let metadata = Metadata {
        test_id: run.test_id,
        versions: versions.into_iter().map(|(name, version)| (name.to_owned(), version)).collect::<BTreeMap<_, _>>(),
        config_sha256: probe.config_sha256.clone(),
        run_by,
    };
    errors.extend(write_metadata(directory, &metadata).err().map(|error| explained(&error)));
    errors
}

fn explained(error: &(dyn std::error::Error + 'static)) -> String {
    explain(error)
}
