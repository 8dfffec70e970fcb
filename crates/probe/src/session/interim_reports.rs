use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use test_probe_actors::SystemRuntime;
use test_probe_actors::supervision::explain;
use test_probe_evidence::{Ledger, write_reports};
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;
use tracing::warn;

use crate::blocking::blocking;

/// The shortest time between two sets of reports.
const PAUSE: Duration = Duration::from_secs(1);

/// How much of the time reports may take of a run: one part in so many.
const SHARE: u32 = 10;

/// Writes the reports while the run goes on, so that a process which is killed leaves readable ones: at the start, and
/// after scenarios, but not more often than [`PAUSE`] and [`SHARE`] allow.
#[derive(Debug)]
pub(super) struct InterimReports {
    wanted: Arc<Notify>,
    over: Arc<Notify>,
    /// Falls due when the writer has come to its end, also by a panic.
    ended: Mutex<Option<oneshot::Receiver<()>>>,
}

impl InterimReports {
    /// Writes a first set, and further ones as they are wanted.
    pub(super) fn start(runtime: &SystemRuntime, ledger: Ledger) -> Self {
        let (wanted, over) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        wanted.notify_one();
        let (tell, ended) = oneshot::channel::<()>();
        let writing = write(ledger, Arc::clone(&wanted), Arc::clone(&over));
        let writing = runtime.run(async move {
            let _tell = tell;
            writing.await;
        });
        // It is begun here and goes on by itself; `ended` tells of its end.
        let _begun = writing.now_or_never();
        Self { wanted, over, ended: Mutex::new(Some(ended)) }
    }

    /// Whatever wants a new set: a scenario that has ended.
    pub(super) fn wanted(&self) -> Arc<Notify> {
        Arc::clone(&self.wanted)
    }

    /// Ends them. Nobody else writes reports into the directory until this returns.
    pub(super) async fn end(&self) {
        self.over.notify_one();
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(ended) = ended {
            // Nothing is ever sent; the writer's end of it is dropped.
            ended.await.ok();
        }
    }
}

async fn write(ledger: Ledger, wanted: Arc<Notify>, over: Arc<Notify>) {
    loop {
        tokio::select! {
            biased;
            () = over.notified() => return,
            () = wanted.notified() => {}
        }
        let (ledger, begun) = (ledger.clone(), Instant::now());
        let written = blocking(move || write_reports(ledger.directory(), &ledger.snapshot())).await;
        if let Err(error) = written {
            // The last set is written all the same, and its errors are told.
            warn!(cause = explain(&error), "interim reports cannot be written");
        }
        tokio::select! {
            biased;
            () = over.notified() => return,
            () = tokio::time::sleep(PAUSE.max(begun.elapsed() * SHARE)) => {}
        }
    }
}
