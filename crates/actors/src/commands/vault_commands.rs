use actix::Message;
use test_probe_directives::BlockStorageDirective;

use crate::supervision::Request;

/// What a `VaultActor` takes. The vault's answer comes back to it as a future does, not as a message (`FetchResults`).
#[derive(Clone, Debug, Message)]
#[rtype(result = "()")]
pub enum VaultCommands {
    /// Fetches the credentials. May be sent again, and fetches again.
    Initialize {
        /// What the credentials are for.
        block_storage_directive: Box<BlockStorageDirective>,
    },
    /// Ends the actor.
    Stop,
}

impl Request for VaultCommands {
    fn handled() -> Option<()> {
        Some(())
    }
}
