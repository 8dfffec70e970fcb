use actix::Message;
use test_probe_directives::BlockStorageDirective;

use super::StopCause;
use crate::supervision::Request;

/// What a `CucumberExecutionActor` takes. The run's end comes back to it as a future does, not as a message
/// (`TestExecutionComplete`).
#[derive(Clone, Debug, Message)]
#[rtype(result = "()")]
pub enum CucumberExecutionCommands {
    /// Reads and checks the scenarios. May be sent again.
    Initialize {
        /// Where the test lies.
        block_storage_directive: Box<BlockStorageDirective>,
    },
    /// Runs the scenarios.
    StartTest,
    /// Ends the running step at once and the scenarios with it; the parent still gets the result. Without a run nothing
    /// happens. The Scala system cannot do it.
    Interrupt {
        /// Why, for the evidence.
        cause: StopCause,
    },
    /// Ends the actor.
    Stop,
}

impl Request for CucumberExecutionCommands {
    fn handled() -> Option<()> {
        Some(())
    }
}
