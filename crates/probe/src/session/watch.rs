use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_util::FutureExt;
use test_probe_actors::TestEnd;
use test_probe_actors::TestWatch;
use test_probe_actors::commands::StopCause;
use test_probe_actors::error::ProbeExceptions;
use test_probe_actors::responses::{TestState, TestStatusResponse};
use test_probe_actors::supervision::explain;
use tracing::error;

use super::{RunError, Session, locked};
use crate::{ExitStatus, Stage};

/// Tells whoever waits for a run that its story is told, and tidies up when the test's actor has ended.
pub(super) struct SessionWatch(pub(super) Arc<Session>);

impl TestWatch for SessionWatch {
    fn changed(&self, status: &TestStatusResponse, is_settled: bool) {
        if let Some(exception) = &status.error {
            *locked(&self.0.exception) = Some(exception.clone());
        }
        if status.state == TestState::Loaded && !self.0.is_loaded.swap(true, Ordering::Relaxed) {
            self.0.options().observer.stage(&Stage::Loaded);
        }
        if is_settled {
            self.0.settle();
        }
    }

    fn released(&self) {
        let session = Arc::clone(&self.0);
        let runtime = session.core.runtime.clone();
        // It is begun here and goes on by itself; a system that is gone has nothing left to tidy up.
        let _begun = runtime.run(async move { session.wind_up().await }).now_or_never();
    }
}

impl Session {
    /// The test has told its story: whoever waits for it gets the report, or why there is none.
    pub(super) fn settle(&self) {
        let exception = locked(&self.exception).clone();
        match (locked(&self.report).take(), exception) {
            (Some(mut report), Some(exception))
                if matches!(exception, ProbeExceptions::BlockStorageException { .. }) =>
            {
                // What could not be written is in the report already; what could not be stored is not.
                if report.write_errors.is_empty() {
                    report.write_errors.push(exception.explain());
                }
                report.exit_status = report.exit_status.and(ExitStatus::WorldFailed);
                self.tell(Ok(report));
            }
            (Some(report), _) => self.tell(Ok(report)),
            (None, exception) => self.tell(Err(self.why_no_report(exception))),
        }
    }

    fn why_no_report(&self, exception: Option<ProbeExceptions>) -> RunError {
        if let Some(Err(error)) = self.opened.get() {
            return RunError::Evidence(Arc::clone(error));
        }
        match exception {
            Some(exception) => {
                let exit_status = self.fault.get().copied().unwrap_or(ExitStatus::WorldFailed);
                RunError::Test { exception, exit_status }
            }
            None => RunError::Cancelled(self.stopped_status()),
        }
    }

    /// The test's actor is gone: evidence that was begun is ended, and what was brought here for the test goes.
    async fn wind_up(&self) {
        if locked(&self.report).is_none()
            && self.told.borrow().is_none()
            && let Some(Ok(_)) = self.opened.get()
        {
            let exception = locked(&self.exception).clone();
            let end = exception.map_or(TestEnd::Stopped(StopCause::Cancelled), TestEnd::Failed);
            if let Err(error) = self.finish(end).await {
                error!(test_id = %self.test_id, cause = explain(&error), "the evidence is not whole");
            }
        }
        self.settle();
        self.storage().release(self.test_id).await;
        self.sessions.remove(self.test_id);
    }
}
