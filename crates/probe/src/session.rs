//! One test in the tree: what its actors work with, from its folder to its report.
//!
//! ```text
//! BlockStorageActor ──▶ SessionStorage    fetches, names the topics of this run      session/storage.rs
//! VaultActor ─────────▶ SessionVault      asks the probe's vault                     session/vault.rs
//! CucumberExecutionActor ▶ executor       reads, checks and runs the scenarios       session/executor.rs
//! Kafka*Actor ────────▶ world             opens evidence and ledger, readies topics  session/world.rs
//! BlockStorageActor ──▶ evidence          the last entries, every report             session/evidence.rs
//! TestExecutionActor ─▶ watch             tells whoever waits for the report         session/watch.rs
//! ```

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use test_probe_actors::TestServices;
use test_probe_actors::error::{Cause, ProbeExceptions, ServiceError};
use test_probe_directives::{BlockStorageDirective, TestId};
use test_probe_evidence::OpenError;
use test_probe_services::{ProbeStorageService, TestFolder};
use tokio::sync::{OnceCell, watch as tokio_watch};

use crate::blocking::blocking;
use crate::core::Core;
use crate::running_scenarios::RunningScenarios;
use crate::session_run::Run;
use crate::sessions::Sessions;
use crate::{ExitStatus, PreparedTest, RunOptions, RunReport};

mod ending;
mod evidence;
mod executor;
mod interim_reports;
mod storage;
mod vault;
mod watch;
mod world;

use evidence::RunEvidence;
use executor::SessionExecutor;
use interim_reports::InterimReports;
use storage::SessionStorage;
use vault::SessionVault;
use watch::SessionWatch;
use world::{ReadyWorld, SessionWorld};

/// A run left no report.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The evidence cannot be written there.
    #[error(transparent)]
    Evidence(Arc<OpenError>),
    /// The actor system has stopped.
    #[error(transparent)]
    SystemGone(#[from] test_probe_actors::SystemGone),
    /// The tree did not take the test.
    #[error(transparent)]
    Refused(#[from] ServiceError),
    /// The test failed before there was anything to report.
    #[error("the test did not run")]
    Test {
        /// What failed.
        #[source]
        exception: ProbeExceptions,
        /// What it asks of the process.
        exit_status: ExitStatus,
    },
    /// The test was cancelled before there was anything to report.
    #[error("the test was cancelled before it began")]
    Cancelled(ExitStatus),
}

impl RunError {
    /// What it asks of the process: a directory that another run writes to is bad input, a disk that cannot be written a
    /// world that failed.
    pub fn exit_status(&self) -> ExitStatus {
        match self {
            Self::Evidence(error) if matches!(**error, OpenError::InUse { .. }) => ExitStatus::BadInput,
            Self::Refused(ServiceError::InvalidRequest { .. }) => ExitStatus::BadInput,
            Self::Evidence(_) | Self::SystemGone(_) | Self::Refused(_) => ExitStatus::WorldFailed,
            Self::Test { exit_status, .. } | Self::Cancelled(exit_status) => *exit_status,
        }
    }
}

/// How a run ended, for whoever waits for it.
pub(crate) type RunResult = Result<RunReport, RunError>;

/// One test in the tree.
pub(crate) struct Session {
    core: Arc<Core>,
    sessions: Sessions,
    test_id: TestId,
    order: Mutex<Order>,
    prepared: OnceCell<Result<Arc<PreparedTest>, Cause>>,
    opened: OnceCell<Result<Opened, Arc<OpenError>>>,
    ready: OnceCell<Result<ReadyWorld, Cause>>,
    running: RunningScenarios,
    is_loaded: AtomicBool,
    /// What the fault of a failure asks of the process, where it is not the world's.
    fault: OnceLock<ExitStatus>,
    exception: Mutex<Option<ProbeExceptions>>,
    report: Mutex<Option<RunReport>>,
    told: tokio_watch::Sender<Option<RunResult>>,
}

/// What the caller of a run brought along.
#[derive(Clone, Debug, Default)]
struct Order {
    /// The test, where the caller has read and checked it.
    prepared: Option<Arc<PreparedTest>>,
    options: RunOptions,
    /// Where the test lies, where that is not for the probe's own storage to say.
    storage: Option<Arc<dyn ProbeStorageService>>,
}

/// The evidence of a run, open.
struct Opened {
    run: Arc<Run>,
    evidence: RunEvidence,
    reports: InterimReports,
}

impl Session {
    pub(crate) fn new(core: Arc<Core>, sessions: Sessions, test_id: TestId) -> Arc<Self> {
        Arc::new(Self {
            core,
            sessions,
            test_id,
            order: Mutex::default(),
            prepared: OnceCell::new(),
            opened: OnceCell::new(),
            ready: OnceCell::new(),
            running: RunningScenarios::default(),
            is_loaded: AtomicBool::new(false),
            fault: OnceLock::new(),
            exception: Mutex::default(),
            report: Mutex::default(),
            told: tokio_watch::channel(None).0,
        })
    }

    /// What the test's actors work with.
    pub(crate) fn services(self: &Arc<Self>) -> TestServices {
        TestServices {
            storage: Arc::new(SessionStorage(Arc::clone(self))),
            vault: Arc::new(SessionVault(Arc::clone(self))),
            evidence: Arc::new(evidence::SessionEvidence(Arc::clone(self))),
            executor: Arc::new(SessionExecutor(Arc::clone(self))),
            world: Arc::new(SessionWorld(Arc::clone(self))),
            watch: Arc::new(SessionWatch(Arc::clone(self))),
        }
    }

    /// Takes a test that its caller has read, before it is started.
    pub(crate) fn order(&self, prepared: PreparedTest, options: RunOptions, storage: Arc<dyn ProbeStorageService>) {
        *locked(&self.order) = Order { prepared: Some(Arc::new(prepared)), options, storage: Some(storage) };
    }

    /// Waits for the end of the run.
    pub(crate) async fn ended(&self) -> RunResult {
        let mut told = self.told.subscribe();
        let ended = told.wait_for(Option::is_some).await.map(|ended| ended.clone());
        ended.ok().flatten().unwrap_or(Err(RunError::SystemGone(test_probe_actors::SystemGone)))
    }

    fn options(&self) -> RunOptions {
        locked(&self.order).options.clone()
    }

    fn storage(&self) -> Arc<dyn ProbeStorageService> {
        locked(&self.order).storage.clone().unwrap_or_else(|| Arc::clone(&self.core.storage))
    }

    /// Notes whose fault a failure is; the first one counts.
    fn blame(&self, status: ExitStatus) {
        // A later failure follows from the first.
        self.fault.set(status).ok();
    }

    /// The test, read and checked: by the caller, or here.
    async fn prepared(&self, directive: &BlockStorageDirective) -> Result<Arc<PreparedTest>, Cause> {
        let prepare = || async {
            if let Some(prepared) = locked(&self.order).prepared.clone() {
                return Ok(prepared);
            }
            let (path, file) = (directive.test_dir.clone(), self.core.directive_file.clone());
            let folder = blocking(move || TestFolder::read_with(path, &file)).await;
            let mut folder = folder.map_err(|error| self.invalid(Arc::new(error)))?;
            // Messages and reports call the test by the place that it comes from.
            folder.path = PathBuf::from(&directive.bucket);
            let prepared = PreparedTest::new(folder, &self.core.settings, self.core.steps.clone(), None);
            prepared.map(Arc::new).map_err(|error| self.invalid(Arc::new(error)))
        };
        self.prepared.get_or_init(prepare).await.clone()
    }

    fn invalid(&self, cause: Cause) -> Cause {
        self.blame(ExitStatus::BadInput);
        cause
    }

    /// The evidence, open; opened by whoever needs it first.
    async fn opened(&self, directive: &BlockStorageDirective) -> Result<&Opened, Cause> {
        let test = self.prepared(directive).await?;
        let open = || async {
            let options = self.options();
            let run = Arc::new(Run::new(&self.core, self.test_id, test, directive, &options));
            let evidence = RunEvidence::open(Arc::clone(&self.core), Arc::clone(&run), &options).await;
            let evidence = evidence.map_err(Arc::new)?;
            let reports = InterimReports::start(&self.core.runtime, evidence.ledger());
            Ok(Opened { run, evidence, reports })
        };
        self.opened.get_or_init(open).await.as_ref().map_err(|error| Arc::clone(error) as Cause)
    }

    /// Where the evidence goes when nobody says anything else.
    fn evidence_dir(&self, fetched: PathBuf) -> PathBuf {
        self.options().evidence.unwrap_or(fetched)
    }

    /// Tells whoever waits how the run ended; only the first end counts.
    fn tell(&self, ended: RunResult) {
        self.told.send_if_modified(|told| {
            let is_first = told.is_none();
            if is_first {
                *told = Some(ended);
            }
            is_first
        });
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("test_id", &self.test_id).finish_non_exhaustive()
    }
}
