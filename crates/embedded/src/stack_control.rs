mod script;
#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use self::script::run;
use crate::restores::{AllTold, Restores, as_one};

/// How long the script may take. It gives a part 180 s to answer (`STACK_TIMEOUT`) and says then which one did not and
/// why, so it must be let say that; one that takes longer than this hangs.
const PATIENCE: Duration = Duration::from_secs(240);

/// Faults on a stack of our own: a script that stops and starts its parts.
///
/// The script is called with one word: `stop-kafka`, `start-kafka`, `stop-idp`, `start-idp`. It inherits the environment
/// and ends when the part has stopped or answers again. One that does not end within four minutes is killed.
#[derive(Debug)]
pub struct StackControl {
    script: PathBuf,
    patience: Duration,
    restores: Restores<StackControlError>,
}

/// The stack could not be told what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StackControlError {
    /// The script is not there or cannot be run.
    #[error("the stack's script `{}` cannot be run (test-probe.core.world.control)", script.display())]
    Run {
        /// The script.
        script: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// The script failed.
    #[error("`{} {command}` failed with {status}: {output}", script.display())]
    Failed {
        /// The script.
        script: PathBuf,
        /// What it was told to do.
        command: &'static str,
        /// How it ended.
        status: String,
        /// The last of what it said.
        output: String,
    },
    /// The script did not end, and was killed.
    #[error("`{} {command}` did not end within {} s and was killed: {output}", script.display(), after.as_secs_f64())]
    TimedOut {
        /// The script.
        script: PathBuf,
        /// What it was told to do.
        command: &'static str,
        /// How long it was given.
        after: Duration,
        /// The last of what it said.
        output: String,
    },
    /// Several parts did not come back.
    #[error("{}", AllTold(.0))]
    Several(Vec<StackControlError>),
    /// A stack of one broker has only that one.
    #[error("there is no broker {broker}; the stack has broker 1 alone")]
    UnknownBroker {
        /// The number asked for.
        broker: u32,
    },
    /// The machine gave no thread.
    #[error("the stack's control cannot start its thread")]
    Threads(#[source] io::Error),
}

impl StackControl {
    /// Controls the stack through this script.
    ///
    /// # Errors
    /// [`StackControlError::Run`] when there is no such file.
    pub fn new(script: &Path) -> Result<Self, StackControlError> {
        let script =
            script.canonicalize().map_err(|source| StackControlError::Run { script: script.to_owned(), source })?;
        Ok(Self { script, patience: PATIENCE, restores: Restores::start().map_err(StackControlError::Threads)? })
    }

    /// Stops the broker, and starts it again after the outage. Blocks until it has stopped.
    ///
    /// # Errors
    /// [`StackControlError`].
    pub fn broker_down(&self, broker: u32, outage: Duration) -> Result<(), StackControlError> {
        if broker != 1 {
            return Err(StackControlError::UnknownBroker { broker });
        }
        self.take_down("stop-kafka", "start-kafka", outage)
    }

    /// Stops the identity provider, and starts it again after the outage. Blocks until it has stopped.
    ///
    /// # Errors
    /// [`StackControlError`].
    pub fn token_endpoint_down(&self, outage: Duration) -> Result<(), StackControlError> {
        self.take_down("stop-idp", "start-idp", outage)
    }

    /// Ends all outages, and returns when everything answers again. Blocks.
    ///
    /// # Errors
    /// [`StackControlError`] when a part did not come back, now or by itself since the last time this was asked: the one
    /// thing that went wrong, or [`StackControlError::Several`].
    pub fn restore(&self) -> Result<(), StackControlError> {
        as_one(self.restores.all_now(), StackControlError::Several)
    }

    fn take_down(&self, stop: &'static str, start: &'static str, outage: Duration) -> Result<(), StackControlError> {
        let stopped = run(&self.script, stop, self.patience);
        // A script that was killed may have stopped the part before.
        if matches!(stopped, Ok(()) | Err(StackControlError::TimedOut { .. })) {
            let (script, patience) = (self.script.clone(), self.patience);
            self.restores.after(outage, Box::new(move || run(&script, start, patience)));
        }
        stopped
    }
}
