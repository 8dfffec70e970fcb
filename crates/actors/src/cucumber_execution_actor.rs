use std::sync::Arc;
use std::time::Duration;

use actix::Recipient;
use futures_util::future::LocalBoxFuture;
use test_probe_directives::{BlockStorageDirective, TestId};
use tokio::sync::watch;
use tokio::time::Instant;
use tracing::{error, info};

use crate::commands::{ChildGoodToGo, ChildKind, CucumberExecutionCommands, StopCause, TestExecutionCommands};
use crate::error::{Cause, IllegalState, ProbeExceptions};
use crate::supervision::{Behaviour, Drain, Failure, Receive, Reply, Scope, Strategy, Supervise, explain, supervise};
use crate::test_execution_result::TestExecutionResult;

#[cfg(test)]
mod tests;

/// Reads a test's scenarios and runs them: the Scala system's executor function.
///
/// Both are called on the test's own thread; what they yield need not leave it.
pub trait CucumberExecutor: Send + Sync {
    /// Reads and checks everything that the scenarios need, so that a test which is good to go can run.
    ///
    /// # Errors
    /// Whatever is wrong with the test.
    fn prepare(&self, directive: &BlockStorageDirective) -> LocalBoxFuture<'static, Result<(), Cause>>;

    /// Runs the scenarios. When `interruption` comes, the running steps end at once, and the result says so.
    ///
    /// # Errors
    /// Whatever keeps the scenarios from running. A scenario that fails is a result.
    fn execute(
        &self,
        directive: &BlockStorageDirective,
        interruption: Interruption,
    ) -> LocalBoxFuture<'static, Result<TestExecutionResult, Cause>>;
}

/// The wish that a run ends before its time.
#[derive(Clone, Debug)]
pub struct Interruption(watch::Receiver<Option<StopCause>>);

impl Interruption {
    /// Waits for the wish; never returns when nobody wishes.
    ///
    /// # Cancellation
    /// Safe.
    pub async fn wished(&mut self) -> StopCause {
        match self.0.wait_for(Option::is_some).await.map(|cause| *cause) {
            Ok(Some(cause)) => cause,
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }
}

/// What a `CucumberExecutionActor` is handed at birth.
#[derive(Clone)]
pub struct CucumberParts {
    /// The test.
    pub test_id: TestId,
    /// The test's actor.
    pub parent: Recipient<TestExecutionCommands>,
    /// Who reads and runs the scenarios.
    pub executor: Arc<dyn CucumberExecutor>,
}

/// Runs a test's scenarios, on the test's own thread. Any failure stops it, and with it the test; a scenario that fails is
/// none.
pub struct CucumberExecutionActor {
    parts: CucumberParts,
    directive: Option<Box<BlockStorageDirective>>,
    is_ready: bool,
    /// Whether a run is going on; the sender is dropped with the actor, which interrupts nothing.
    interrupt: watch::Sender<Option<StopCause>>,
    /// Falls to `false` when the run is over.
    running: watch::Sender<bool>,
}

impl CucumberExecutionActor {
    /// The actor to be, named `cucumber-{testId}`.
    pub fn supervised(parts: CucumberParts) -> Supervise<Self> {
        let name = ChildKind::Cucumber.actor_name(parts.test_id);
        let make = move || {
            Ok(Self {
                parts: parts.clone(),
                directive: None,
                is_ready: false,
                interrupt: watch::channel(None).0,
                running: watch::channel(false).0,
            })
        };
        supervise(make).on_failure_matching(|_| true, Strategy::stop()).named(name)
    }

    fn initialize(&mut self, directive: Box<BlockStorageDirective>, scope: &mut Scope<'_, Self>) {
        let test_id = self.parts.test_id;
        let preparing = self.parts.executor.prepare(&directive);
        self.directive = Some(directive);
        self.is_ready = false;
        scope.pipe(preparing, move |actor, prepared, scope| {
            prepared.map_err(|cause| actor.failed("Failed to initialize Cucumber for test", &cause))?;
            actor.is_ready = true;
            let ready = ChildGoodToGo { test_id, child: ChildKind::Cucumber };
            scope.tell(&actor.parts.parent.clone(), TestExecutionCommands::ChildGoodToGo(ready));
            Ok(())
        });
    }

    fn start_test(&mut self, scope: &mut Scope<'_, Self>) -> Result<(), Failure> {
        let test_id = self.parts.test_id;
        let Some(directive) = self.directive.as_ref().filter(|_| self.is_ready) else {
            error!(%test_id, "scenarios cannot start before they were read");
            return Err(IllegalState { message: "StartTest" }.into());
        };
        if self.running.send_replace(true) {
            return Err(IllegalState { message: "a second StartTest, and wait for the first" }.into());
        }
        info!(%test_id, "scenarios start");
        // The wish that ended an earlier run is not this one's.
        self.interrupt.send_replace(None);
        let run = self.parts.executor.execute(directive, Interruption(self.interrupt.subscribe()));
        scope.pipe(run, move |actor, ran, scope| {
            actor.running.send_replace(false);
            let result = ran.map_err(|cause| actor.failed("Cucumber execution failed for test", &cause))?;
            info!(
                %test_id,
                passed = result.scenarios_passed,
                failed = result.scenarios_failed,
                skipped = result.scenarios_skipped,
                "scenarios have run"
            );
            scope.tell(&actor.parts.parent.clone(), TestExecutionCommands::TestComplete { test_id, result });
            Ok(())
        });
        Ok(())
    }

    fn failed(&self, what: &str, cause: &Cause) -> ProbeExceptions {
        let test_id = self.parts.test_id;
        error!(%test_id, cause = explain(cause), "{what}");
        ProbeExceptions::CucumberException { message: format!("{what} {test_id}"), cause: Some(Arc::clone(cause)) }
    }
}

impl Behaviour for CucumberExecutionActor {
    const KIND: &'static str = "CucumberExecutionActor";

    /// A run that is still going on is interrupted and waited for: its steps may hold what must be given back.
    fn draining(&mut self, _: Instant, _: &mut Scope<'_, Self>) -> Drain {
        self.interrupt.send_if_modified(|cause| cause.replace(cause.unwrap_or(StopCause::Cancelled)).is_none());
        let mut running = self.running.subscribe();
        Box::pin(async move { drop(running.wait_for(|running| !running).await) })
    }
}

impl Receive<CucumberExecutionCommands> for CucumberExecutionActor {
    fn receive(
        &mut self,
        command: CucumberExecutionCommands,
        _: &mut Reply<()>,
        scope: &mut Scope<'_, Self>,
    ) -> Result<(), Failure> {
        match command {
            CucumberExecutionCommands::Initialize { block_storage_directive } => {
                self.initialize(block_storage_directive, scope);
            }
            CucumberExecutionCommands::StartTest => self.start_test(scope)?,
            CucumberExecutionCommands::Interrupt { cause } => {
                if *self.running.borrow() {
                    self.interrupt.send_replace(Some(cause));
                }
            }
            CucumberExecutionCommands::Stop => {
                info!(test_id = %self.parts.test_id, "Stopping CucumberExecutionActor");
                scope.stop(STOP_WITHIN);
            }
        }
        Ok(())
    }
}

/// How long a step may take to end when its actor is stopped.
const STOP_WITHIN: Duration = Duration::from_secs(5);

impl std::fmt::Debug for CucumberParts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CucumberParts").field("test_id", &self.test_id).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for CucumberExecutionActor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CucumberExecutionActor")
            .field("test_id", &self.parts.test_id)
            .field("is_ready", &self.is_ready)
            .finish_non_exhaustive()
    }
}
