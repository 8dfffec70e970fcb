use std::sync::{Arc, OnceLock};

use test_probe_scenarios::CancellationToken;

use crate::ExitStatus;

/// Ends a run before its time: its running step ends at once, what it produced is drained, and the evidence is written.
/// Clones are one switch.
#[derive(Clone, Debug, Default)]
pub struct StopSwitch {
    token: CancellationToken,
    reason: Arc<OnceLock<StopReason>>,
}

/// Why a run was ended before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StopReason {
    /// SIGINT, or a program that changed its mind.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

impl StopSwitch {
    /// Ends the run; only the first reason counts.
    pub fn stop(&self, reason: StopReason) {
        // Nobody may see the token without the reason.
        if self.reason.set(reason).is_ok() {
            self.token.cancel();
        }
    }

    /// Whether the run was told to end.
    pub fn is_stopped(&self) -> bool {
        self.token.is_cancelled()
    }

    /// Why the run was told to end, if it was.
    pub fn reason(&self) -> Option<StopReason> {
        self.reason.get().copied().filter(|_| self.is_stopped())
    }

    /// Waits until the run is told to end, and says why.
    ///
    /// # Cancellation
    /// Safe.
    pub async fn stopped(&self) -> StopReason {
        self.token.cancelled().await;
        self.reason.get().copied().unwrap_or(StopReason::Interrupt)
    }
}

impl StopReason {
    /// What a run that ended so asks of its process.
    pub const fn exit_status(self) -> ExitStatus {
        match self {
            Self::Interrupt => ExitStatus::Interrupted,
            Self::Terminate => ExitStatus::Terminated,
        }
    }
}
