use std::path::Path;
use std::sync::Arc;

use test_probe_actors::SystemRuntime;
use test_probe_scenarios::StepBook;
use test_probe_services::block_storage::LocalBlockStorage;

use crate::prepared_test::InvalidTest;
use crate::probe::Inner;
use crate::session::{RunError, RunResult};
use crate::{PreparedTest, Probe, RunOptions, RunReport, TestFolder};

impl Probe {
    /// Checks a test against this probe's configuration; see [`PreparedTest::new`].
    ///
    /// # Errors
    /// [`InvalidTest`] with everything that is wrong.
    pub fn prepare(&self, folder: TestFolder, book: StepBook, tags: Option<&str>) -> Result<PreparedTest, InvalidTest> {
        PreparedTest::new(folder, self.settings(), book, tags)
    }

    /// Runs a test through the tree: it is loaded, waits for its turn, runs its scenarios, drains, and leaves evidence.
    ///
    /// Whatever happens to the world or the scenarios is in the report. Once it is the test's turn it ends within the
    /// test's time-out and `shutdown-timeout`. Several may be asked for at once: they are loaded at once, and have their
    /// turns in the order of the calls, as many at a time as `test-probe.core.queue.max-concurrent-tests` says.
    ///
    /// # Errors
    /// [`RunError`] where there can be no report.
    ///
    /// # Cancellation
    /// The run goes on; end it with [`StopSwitch::stop`](crate::StopSwitch::stop).
    pub async fn run(&self, test: PreparedTest, options: RunOptions) -> Result<RunReport, RunError> {
        let inner = Arc::clone(&self.inner);
        let runtime: &SystemRuntime = self.inner.system.runtime();
        runtime.run(async move { run(&inner, test, options).await }).await?
    }
}

async fn run(probe: &Inner, test: PreparedTest, options: RunOptions) -> RunResult {
    let test_id = probe.services.initialize_test().await?.test_id;
    let gone = || RunError::SystemGone(test_probe_actors::SystemGone);
    let session = probe.sessions.get(test_id).ok_or_else(gone)?;
    let (bucket, test_type, stop) = (text(&test.path), options.test_type.clone(), options.stop.clone());
    // Whatever storage the probe has, this test lies in a folder of this machine.
    let storage = LocalBlockStorage::new(probe.core.directive_file.clone());
    session.order(test, options, Arc::new(storage));
    if let Err(error) = probe.services.start_test(test_id, bucket, test_type).await {
        // A test that does not start would wait for its timer.
        probe.services.cancel_test(test_id).await.ok();
        return Err(error.into());
    }
    let ended = session.ended();
    tokio::pin!(ended);
    tokio::select! {
        ended = &mut ended => return ended,
        _ = stop.stopped() => {}
    }
    // Whether it can still be cancelled makes no difference: its end is waited for either way.
    probe.services.force_cancel_test(test_id).await.ok();
    ended.await
}

/// The folder as block storage calls it.
fn text(path: &Path) -> String {
    path.canonicalize().unwrap_or_else(|_| path.to_owned()).display().to_string()
}
