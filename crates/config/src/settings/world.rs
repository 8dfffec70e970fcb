use std::num::NonZeroU16;
use std::path::PathBuf;

use super::{NoValue, Values};

/// What the tests run against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldSettings {
    /// Which sort of world it is.
    pub kind: WorldKind,
    /// How many brokers the embedded world has, 1 to 9.
    pub brokers: NonZeroU16,
    /// A script that stops and starts the parts of a cluster of our own, for scenarios about failures.
    pub control: Option<PathBuf>,
}

/// Which sort of world the tests run against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WorldKind {
    /// Kafka, registry and token endpoint inside this process, reached over sockets like any other.
    Embedded,
    /// A cluster and a registry that are there already.
    Cluster,
}

impl WorldSettings {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self {
            kind: values.get("test-probe.core.world.kind")?,
            brokers: values.get("test-probe.core.world.brokers")?,
            control: values.get("test-probe.core.world.control")?,
        })
    }
}

impl WorldKind {
    /// The word of the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Cluster => "cluster",
        }
    }

    pub(super) fn of_word(word: &str) -> Option<Self> {
        [Self::Embedded, Self::Cluster].into_iter().find(|kind| kind.as_str() == word)
    }
}
