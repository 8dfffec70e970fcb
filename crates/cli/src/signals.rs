use test_probe::{StopReason, StopSwitch};

use crate::terminal::Terminal;

/// Ends the run at the first SIGINT or SIGTERM, and the process at the second.
///
/// # Cancellation
/// Signals have their usual effect again only when the process ends.
pub(crate) async fn stop_on_signals(stop: StopSwitch, terminal: Terminal) {
    let mut signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => return terminal.warning(format_args!("signals cannot be listened to: {error}")),
    };
    let reason = signals.next().await;
    stop.stop(reason);
    terminal.note("stopping: events under way are waited for and the evidence is written; once more ends it at once");
    let reason = signals.next().await;
    std::process::exit(reason.exit_status().code().into());
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) -> StopReason {
        tokio::select! {
            _ = self.interrupt.recv() => StopReason::Interrupt,
            _ = self.terminate.recv() => StopReason::Terminate,
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> StopReason {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        StopReason::Interrupt
    }
}
