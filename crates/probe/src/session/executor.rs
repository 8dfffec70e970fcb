use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use test_probe_actors::commands::StopCause;
use test_probe_actors::error::Cause;
use test_probe_actors::{CucumberExecutor, Interruption, TestExecutionResult};
use test_probe_directives::{BlockStorageDirective, TestId};
use test_probe_scenarios::{self as scenarios, CancellationToken, RunSummary, TestEnvironment};

use super::Session;
use super::world::ReadyWorld;
use crate::ledger_observer::LedgerObserver;
use crate::session_run::Run;
use crate::{Stage, TextFile};

/// How late a report of a client's statistics may be on a busy machine.
const MARGIN: Duration = Duration::from_millis(500);

/// Reads, checks and runs a test's scenarios.
pub(super) struct SessionExecutor(pub(super) Arc<Session>);

impl CucumberExecutor for SessionExecutor {
    fn prepare(&self, directive: &BlockStorageDirective) -> LocalBoxFuture<'static, Result<(), Cause>> {
        let (session, directive) = (Arc::clone(&self.0), directive.clone());
        async move {
            session.prepared(&directive).await?;
            session.opened(&directive).await?;
            Ok(())
        }
        .boxed_local()
    }

    fn execute(
        &self,
        directive: &BlockStorageDirective,
        interruption: Interruption,
    ) -> LocalBoxFuture<'static, Result<TestExecutionResult, Cause>> {
        let (session, directive) = (Arc::clone(&self.0), directive.clone());
        async move { session.execute(&directive, interruption).await }.boxed_local()
    }
}

impl Session {
    async fn execute(
        &self,
        directive: &BlockStorageDirective,
        mut interruption: Interruption,
    ) -> Result<TestExecutionResult, Cause> {
        let opened = self.opened(directive).await?;
        // Where the test has topics, their actors made it ready, with their credentials.
        let world = self.world(directive, &[]).await?;
        let (run, observer) = (&opened.run, self.options().observer);
        let plan = run.test.plan.clone();
        observer.stage(&Stage::Scenarios { scenarios: plan.scenarios().len(), steps: plan.step_count() });
        let reports = opened.reports.wanted();
        let observer = LedgerObserver::new(opened.evidence.ledger(), self.core.clock, self.running.clone(), observer)
            .tells_of_ends(reports);
        let cancel = CancellationToken::new();
        let environment = self.environment(run, world);
        let running = scenarios::run(plan, environment, Arc::new(observer), cancel.clone(), run.test.parallel);
        tokio::pin!(running);
        let (summary, interrupted) = tokio::select! {
            summary = &mut running => (summary, None),
            cause = interruption.wished() => {
                cancel.cancel();
                (running.await, Some(cause))
            }
        };
        self.wait_for_the_last_figures(opened.evidence.observer()).await;
        Ok(result(self.test_id, summary, interrupted))
    }

    fn environment(&self, run: &Run, world: &ReadyWorld) -> TestEnvironment {
        let texts = |files: &[TextFile]| -> Vec<(String, String)> {
            files.iter().map(|file| (file.stem().to_owned(), file.text.clone())).collect()
        };
        let environment = TestEnvironment::new(self.core.dsl.clone(), self.test_id, run.topics.clone())
            .with_templates(texts(&run.test.templates))
            .with_expected(texts(&run.test.expected))
            .with_topic_creator(Arc::clone(&world.setup) as Arc<dyn scenarios::TopicCreator>)
            .with_clock(self.core.clock)
            .with_redaction(run.redaction.clone())
            .with_step_timeout(self.core.settings.cucumber.step_timeout);
        match &world.faults {
            Some(faults) => environment.with_faults(Arc::clone(faults)),
            None => environment,
        }
    }

    /// One more report of each client, before the topics close.
    async fn wait_for_the_last_figures(&self, observer: &dyn crate::RunObserver) {
        observer.stage(&Stage::Closing);
        let settings = &self.core.settings;
        let limit = self.fifth().min(settings.kafka.statistics_interval * 2 + MARGIN);
        if !self.core.metrics.clients().next_reports(limit).await {
            self.warn("a Kafka client did not report its statistics at the end; connections may be missing");
        }
    }
}

fn result(test_id: TestId, summary: RunSummary, interrupted: Option<StopCause>) -> TestExecutionResult {
    let failed = summary.failed;
    TestExecutionResult {
        test_id,
        passed: summary.is_success(),
        scenario_count: summary.passed + failed + summary.skipped + summary.interrupted,
        scenarios_passed: summary.passed,
        scenarios_failed: failed,
        scenarios_skipped: summary.skipped + summary.interrupted,
        step_count: summary.passed_steps + summary.failed_steps + summary.skipped_steps + summary.interrupted_steps,
        duration: summary.duration,
        interrupted,
        error_message: (failed > 0).then(|| format!("{failed} scenario(s) failed")),
        failed_scenarios: summary.failed_scenarios.into_iter().map(|scenario| scenario.name).collect(),
    }
}
