use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use test_probe_actors::SystemGone;
use test_probe_directives::{Redaction, TestId, TopicDirective};
use test_probe_evidence::OpenError;
use test_probe_kafka::ClientKind;
use test_probe_scenarios::StepBook;
use tokio::time::Instant;

use crate::prepared_test::InvalidTest;
use crate::probe::Inner;
use crate::running_scenarios::RunningScenarios;
use crate::{ExitStatus, PreparedTest, Probe, RunOptions, RunReport, TestFolder};

mod ending;
mod evidence;
mod stages;

use ending::Ending;
use evidence::RunEvidence;
use stages::Stages;

/// A run left no report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The evidence cannot be written there.
    #[error(transparent)]
    Evidence(#[from] OpenError),
    /// The actor system has stopped.
    #[error(transparent)]
    SystemGone(#[from] SystemGone),
}

impl RunError {
    /// What it asks of the process: a directory that another run writes to is bad input, a disk that cannot be written a
    /// world that failed.
    pub fn exit_status(&self) -> ExitStatus {
        match self {
            Self::Evidence(OpenError::InUse { .. }) => ExitStatus::BadInput,
            Self::Evidence(_) | Self::SystemGone(_) => ExitStatus::WorldFailed,
        }
    }
}

impl Probe {
    /// Checks a test against this probe's configuration; see [`PreparedTest::new`].
    ///
    /// # Errors
    /// [`InvalidTest`] with everything that is wrong.
    pub fn prepare(&self, folder: TestFolder, book: StepBook, tags: Option<&str>) -> Result<PreparedTest, InvalidTest> {
        PreparedTest::new(folder, &self.inner.settings, book, tags)
    }

    /// Runs a test: opens its topics, runs its scenarios, drains, closes, and writes the evidence.
    ///
    /// Whatever happens to the world or the scenarios is in the report; it ends within the test's time-out and
    /// `shutdown-timeout`. Tests may run side by side on one probe.
    ///
    /// # Errors
    /// [`RunError`] where there can be no report.
    ///
    /// # Cancellation
    /// The run goes on; end it with [`StopSwitch::stop`](crate::StopSwitch::stop).
    pub async fn run(&self, test: PreparedTest, options: RunOptions) -> Result<RunReport, RunError> {
        let inner = Arc::clone(&self.inner);
        self.inner.system.runtime().run(async move { run(inner, test, options).await }).await?
    }
}

/// One run of one test.
#[derive(Debug)]
struct Run {
    test: PreparedTest,
    test_id: TestId,
    test_type: String,
    /// The directive's topics, with the names that they have on the cluster in this run.
    topics: Vec<TopicDirective>,
    /// What is hidden, and what the run has seen of it: the ledger hides what only a scenario knew.
    redaction: Redaction,
    /// When the test's time is up.
    deadline: Instant,
    limit: Duration,
    evidence_dir: PathBuf,
}

/// How a run's stages went.
#[derive(Debug)]
struct Outcome {
    ending: Ending,
    /// What the world lost of its records.
    lost: Vec<String>,
    /// The Kafka clients that the run had, each with how many connections it had opened before.
    clients: BTreeMap<(ClientKind, String), u64>,
}

async fn run(probe: Arc<Inner>, test: PreparedTest, options: RunOptions) -> Result<RunReport, RunError> {
    let limit = test.directive.test.timeout.unwrap_or(probe.settings.actor_system.max_execution_time);
    let test_id = TestId::random();
    let run = Arc::new(Run {
        test_id,
        test_type: options.test_type.clone().unwrap_or_else(|| test.directive.test.test_type.clone()),
        redaction: test.directive.redaction.afresh(),
        topics: on_cluster(&test.directive.topics, &probe.settings.kafka.topic_suffix, test_id),
        deadline: Instant::now() + limit,
        limit,
        evidence_dir: options.evidence.clone().unwrap_or_else(|| test.evidence_dir()),
        test,
    });
    let evidence = RunEvidence::open(Arc::clone(&probe), Arc::clone(&run), &options).await?;
    let (ledger, running) = (evidence.ledger(), RunningScenarios::default());
    let stages = Stages { probe: Arc::clone(&probe), run, options, ledger, running };
    Ok(evidence.finish(stages.all().await).await)
}

fn on_cluster(topics: &[TopicDirective], suffix: &str, test_id: TestId) -> Vec<TopicDirective> {
    // The test was prepared with an id of the same length, so that the name is known to be one.
    let named =
        |topic: &TopicDirective| topic.clone().with_topic_suffix(suffix, &test_id).unwrap_or_else(|_| topic.clone());
    topics.iter().map(named).collect()
}
