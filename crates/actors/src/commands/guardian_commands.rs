use std::time::Duration;

use actix::{Message, Recipient};

use super::{QueueCommands, ReplyTo, StopCause};
use crate::error::ProbeExceptions;
use crate::supervision::Request;

/// What the guardian takes.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub enum GuardianCommands {
    /// Starts the queue. Sent again it changes nothing and is answered again.
    Initialize {
        /// `ActorSystemInitializationSuccess` or `ActorSystemInitializationFailure` of the Scala system.
        reply_to: ReplyTo<Result<(), ProbeExceptions>>,
    },
    /// Asks for the queue. It is asked for before each use: a queue that died for good is another one afterwards.
    GetQueueActor {
        /// The queue, or that there is none.
        reply_to: ReplyTo<Result<Recipient<QueueCommands>, ProbeExceptions>>,
    },
    /// Ends the tree in order, which the Scala system leaves to the end of its process: no test is taken any more, those
    /// that wait are cancelled, those that run drain and leave evidence.
    Shutdown {
        /// What the tests in flight are told.
        cause: StopCause,
        /// How long they have.
        within: Duration,
        /// Whether all of them ended in time.
        reply_to: ReplyTo<bool>,
    },
}

impl Request for GuardianCommands {
    fn handled() -> Option<()> {
        Some(())
    }
}
