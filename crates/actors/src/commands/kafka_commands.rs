use actix::Message;
use test_probe_directives::{BlockStorageDirective, KafkaSecurityDirective};

use crate::supervision::Request;

/// Opens the topics: one streaming actor for each topic directive of the actor's role. Sent again it changes nothing and
/// is answered again.
#[derive(Clone, Debug, Message)]
#[rtype(result = "()")]
pub struct Initialize {
    /// What to open.
    pub block_storage_directive: BlockStorageDirective,
    /// With which credentials.
    pub security_directives: Vec<KafkaSecurityDirective>,
}

/// The test begins. There is nothing to do: the topics are open since `Initialize`.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "()")]
pub struct StartTest;

/// Closes the topics in order and ends the actor.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "()")]
pub struct Stop;

impl Request for Initialize {
    fn handled() -> Option<()> {
        Some(())
    }
}

impl Request for StartTest {
    fn handled() -> Option<()> {
        Some(())
    }
}

impl Request for Stop {
    fn handled() -> Option<()> {
        Some(())
    }
}
