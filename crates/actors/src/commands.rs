//! The vocabulary of the tree: one struct a message, named and shaped as in the Scala system's `ActorCommands`. What was
//! a `replyTo` there is the message's result here.

mod child_good_to_go;
mod kafka_commands;
mod kafka_consumer_streaming_commands;
mod kafka_producer_streaming_commands;

pub use child_good_to_go::{ChildGoodToGo, ChildKind};
pub use kafka_commands::{Initialize, StartTest, Stop};
pub use kafka_consumer_streaming_commands::{
    AwaitConsumedEvents, ConsumedAck, ConsumedNack, ConsumedResult, FetchConsumedEvent, FetchConsumedEvents,
    InternalAdd, InternalAddConfirmed,
};
pub use kafka_producer_streaming_commands::ProduceEvent;
