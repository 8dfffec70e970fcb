use std::fmt;

use actix::Message;
use test_probe_directives::TestId;

use crate::supervision::Request;

/// A child has finished its `Initialize`: it is connected and can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Message)]
#[rtype(result = "()")]
pub struct ChildGoodToGo {
    /// The test.
    pub test_id: TestId,
    /// Which child it is. The Scala system counted these messages, so that one child could stand for two.
    pub child: ChildKind,
}

impl Request for ChildGoodToGo {
    fn handled() -> Option<()> {
        Some(())
    }
}

/// The children of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ChildKind {
    /// `BlockStorageActor`.
    BlockStorage,
    /// `VaultActor`.
    Vault,
    /// `CucumberExecutionActor`.
    Cucumber,
    /// `KafkaProducerActor`.
    Producer,
    /// `KafkaConsumerActor`.
    Consumer,
}

impl ChildKind {
    /// All of them, in the order in which they are started.
    pub const ALL: [Self; 5] = [Self::BlockStorage, Self::Vault, Self::Cucumber, Self::Producer, Self::Consumer];
}

impl fmt::Display for ChildKind {
    /// As the Scala system's `identifyChildActor` calls it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BlockStorage => "BlockStorage",
            Self::Vault => "Vault",
            Self::Cucumber => "Cucumber",
            Self::Producer => "Producer",
            Self::Consumer => "Consumer",
        })
    }
}
