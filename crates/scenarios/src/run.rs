//! Running a plan.

use std::cell::RefCell;
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::rc::Rc;
use std::sync::Arc;

use futures_util::{StreamExt, stream};
use test_probe_actors::event_store::Sequence;
use test_probe_actors::journal::JournalTopic;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::arrivals::Arrivals;
use crate::claims::Claims;
use crate::plan::PlannedScenario;
use crate::{Plan, ProbeWorld, ScenarioObserver, StepBook, TestEnvironment, discretion};

mod guarded;
mod progress;
mod scenario;
mod summary;

pub use summary::{FailedScenario, RunSummary};

/// Runs a plan and tells how it went; `observer` hears it as it happens.
///
/// One scenario runs at a time unless `parallel` is more; then those with the tag `@serial` run before the others, one at
/// a time. A step may take as long as its own text asks for and [`TestEnvironment::with_step_timeout`] besides. A step
/// that panics has failed; the process's panic hook hears of it as of any other panic. When `cancel` is cancelled the
/// running steps end at once; they and their scenarios are interrupted, and the scenarios that had not begun are skipped.
///
/// What [`TestEnvironment::with_redaction`] hides is in nothing that the observer hears, and not in the summary.
///
/// It runs on the calling thread: an Actix arbiter, or wherever steps may spawn local tasks.
///
/// The steps of attributes, outlines and tags are cucumber's; the runner is not. Cucumber's replaces the process's panic
/// hook while it runs, and two runs at a time never give it back.
///
/// # Panics
/// Outside a Tokio runtime with time.
///
/// # Cancellation
/// Dropped before its end it leaves the observer without an end, and faults not taken back; use `cancel`.
pub async fn run(
    plan: Plan,
    environment: TestEnvironment,
    observer: Arc<dyn ScenarioObserver>,
    cancel: CancellationToken,
    parallel: NonZeroUsize,
) -> RunSummary {
    let begun = Instant::now();
    discretion::learn(&plan.scenarios, &plan.book, &environment.redaction);
    let world = ProbeWorld::of(environment.clone());
    let shared = Shared::new(plan.book, environment, observer, cancel, plan.measures_arrivals);
    let is_parallel = parallel.get() > 1;
    let (alone, together): (Vec<_>, Vec<_>) =
        plan.scenarios.iter().partition(|scenario| is_parallel && scenario.is_serial);
    let running = async {
        shared.run_all(alone, 1).await;
        shared.run_all(together, parallel.get()).await;
    };
    let noting = async {
        if plan.measures_arrivals {
            Rc::clone(&shared.arrivals).note_all(&world, Rc::clone(&shared.claims)).await;
        }
        // The run ends with its scenarios.
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = running => {}
        () = noting => {}
    }
    RunSummary { duration: begun.elapsed(), ..shared.summary.into_inner() }
}

/// What the scenarios of a run share.
struct Shared {
    book: StepBook,
    environment: TestEnvironment,
    observer: Arc<dyn ScenarioObserver>,
    cancel: CancellationToken,
    claims: Rc<RefCell<Claims>>,
    arrivals: Rc<Arrivals>,
    summary: RefCell<RunSummary>,
    /// Events that came before the scenarios which begin now.
    passed: RefCell<HashMap<JournalTopic, Sequence>>,
}

impl Shared {
    fn new(
        book: StepBook,
        environment: TestEnvironment,
        observer: Arc<dyn ScenarioObserver>,
        cancel: CancellationToken,
        measures_arrivals: bool,
    ) -> Self {
        Self {
            book,
            environment,
            observer,
            cancel,
            claims: Rc::default(),
            arrivals: Rc::new(Arrivals::of_run(measures_arrivals)),
            summary: RefCell::default(),
            passed: RefCell::default(),
        }
    }

    /// Runs scenarios in their order, so many at a time.
    async fn run_all(&self, scenarios: Vec<&PlannedScenario>, parallel: usize) {
        let running = stream::iter(scenarios).map(|scenario| scenario::run(self, scenario));
        running.buffer_unordered(parallel).collect::<()>().await;
    }

    /// Where a topic stood some time ago.
    fn passed(&self, topic: &JournalTopic) -> Sequence {
        self.passed.borrow().get(topic).copied().unwrap_or_default()
    }
}
