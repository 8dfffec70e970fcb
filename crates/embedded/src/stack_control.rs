use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::restores::Restores;

#[cfg(test)]
mod tests;

/// Faults on a stack of our own: a script that stops and starts its parts.
///
/// The script is called with one word: `stop-kafka`, `start-kafka`, `stop-idp`, `start-idp`. It inherits the environment
/// and ends when the part has stopped or answers again.
#[derive(Debug)]
pub struct StackControl {
    script: PathBuf,
    restores: Restores,
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
        Ok(Self { script, restores: Restores::start().map_err(StackControlError::Threads)? })
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
    pub fn restore(&self) {
        self.restores.all_now();
    }

    fn take_down(&self, stop: &'static str, start: &'static str, outage: Duration) -> Result<(), StackControlError> {
        run(&self.script, stop)?;
        let script = self.script.clone();
        self.restores.after(
            outage,
            Box::new(move || {
                if let Err(error) = run(&script, start) {
                    tracing::error!(%error, "the stack did not come back");
                }
            }),
        );
        Ok(())
    }
}

fn run(script: &Path, command: &'static str) -> Result<(), StackControlError> {
    let output = Command::new(script)
        .arg(command)
        .stdin(Stdio::null())
        .output()
        .map_err(|source| StackControlError::Run { script: script.to_owned(), source })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last: Vec<&str> = said.lines().rev().take(3).collect();
    Err(StackControlError::Failed {
        script: script.to_owned(),
        command,
        status: output.status.to_string(),
        output: last.into_iter().rev().collect::<Vec<_>>().join("; "),
    })
}
