//! The vocabulary of the tree, named and shaped as in the Scala system's `ActorCommands`.
//!
//! The actors that lead a test take one enum each, with the way back in the message ([`ReplyTo`]), as there: a request may
//! be handed on, and whoever knows the answer gives it. The streaming actors take one struct a message, whose result is
//! the answer.

mod block_storage_commands;
mod child_good_to_go;
mod cucumber_execution_commands;
mod guardian_commands;
mod kafka_commands;
mod kafka_consumer_streaming_commands;
mod kafka_producer_streaming_commands;
mod queue_commands;
mod reply_to;
mod test_execution_commands;
mod token_commands;
mod vault_commands;

pub use block_storage_commands::BlockStorageCommands;
pub use child_good_to_go::{ChildGoodToGo, ChildKind};
pub use cucumber_execution_commands::CucumberExecutionCommands;
pub use guardian_commands::GuardianCommands;
pub use kafka_commands::{Initialize, StartTest, Stop};
pub use kafka_consumer_streaming_commands::{
    AwaitConsumedEvents, ConsumedAck, ConsumedNack, ConsumedResult, FetchConsumedEvent, FetchConsumedEvents,
    InternalAdd, InternalAddConfirmed,
};
pub use kafka_producer_streaming_commands::ProduceEvent;
pub use queue_commands::QueueCommands;
pub use reply_to::{NoAnswer, ReplyTo, ask};
pub use test_execution_commands::{StopCause, TestExecutionCommands};
pub use token_commands::{Observe, TokenRefresherStatus};
pub use vault_commands::VaultCommands;
