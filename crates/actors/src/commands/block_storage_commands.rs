use actix::Message;

use crate::supervision::Request;
use crate::test_execution_result::TestEnd;

/// What a `BlockStorageActor` takes. Results of the storage come back to it as futures do here, not as messages
/// (`FetchResults`, `LoadResults` of the Scala system).
#[derive(Clone, Debug, Message)]
#[rtype(result = "()")]
pub enum BlockStorageCommands {
    /// Fetches the test. May be sent again, and fetches again.
    Initialize {
        /// Where the test's folder lies; without one the actor fails.
        bucket: Option<String>,
    },
    /// Finishes the evidence and stores it. May be sent again.
    LoadToBlockStorage {
        /// How the test ended; it is written into the evidence, which the Scala system does not do.
        end: TestEnd,
    },
    /// Ends the actor.
    Stop,
}

impl Request for BlockStorageCommands {
    fn handled() -> Option<()> {
        Some(())
    }
}
