use actix::Message;
use test_probe_directives::TestId;

/// A child has finished its `Initialize`: it is connected and can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Message)]
#[rtype(result = "()")]
pub struct ChildGoodToGo {
    /// The test.
    pub test_id: TestId,
    /// Which child it is. The Scala system counted these messages, so that one child could stand for two.
    pub child: ChildKind,
}

/// The children of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ChildKind {
    /// `KafkaProducerActor`.
    Producer,
    /// `KafkaConsumerActor`.
    Consumer,
}
