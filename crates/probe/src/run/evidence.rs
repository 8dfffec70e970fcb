use std::collections::BTreeMap;
use std::sync::Arc;

use prometheus::TextEncoder;
use test_probe_config::WorldKind;
use test_probe_directives::TopicDirective;
use test_probe_evidence::{
    ClientKind, Connections, Ledger, LedgerEntry, LedgerEvent, Metadata, OpenError, RunRecord, RunStarted, TopicInUse,
    Warning, World, write_metadata, write_metrics, write_reports,
};
use test_probe_kafka::{ClientKind as KafkaClientKind, librdkafka_version};

use super::{Outcome, Run};
use crate::blocking::blocking;
use crate::probe::Inner;
use crate::{ExitStatus, LiveFigures, RunObserver, RunOptions, RunReport, Stage};

/// The evidence of one run, from its first entry to its last file.
pub(super) struct RunEvidence {
    probe: Arc<Inner>,
    run: Arc<Run>,
    ledger: Ledger,
    observer: Arc<dyn RunObserver>,
    run_by: Option<String>,
}

impl RunEvidence {
    pub(super) async fn open(probe: Arc<Inner>, run: Arc<Run>, options: &RunOptions) -> Result<Self, OpenError> {
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
    pub(super) async fn finish(self, outcome: Outcome) -> RunReport {
        self.record_connections(&outcome.clients);
        let (finished, exit_status) = outcome.ending.conclude(&outcome.lost);
        self.record(finished);
        self.observer.stage(&Stage::WritingReports);
        let Self { probe, run, ledger, run_by, .. } = self;
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
        for (kind, client_id) in outcome.clients.keys().filter(|(kind, _)| *kind == KafkaClientKind::Consumer) {
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

    fn record(&self, event: impl Into<LedgerEvent>) {
        self.ledger.record(LedgerEntry::new(self.probe.clock.now(), event));
    }
}

fn write_files(probe: &Inner, run: &Run, record: &RunRecord, run_by: Option<String>) -> Vec<String> {
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
    test_probe_actors::supervision::explain(error)
}
