use std::fmt;
use std::str::FromStr;

/// What a test does with a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// The test writes events to the topic.
    Producer,
    /// The test reads events from the topic.
    Consumer,
}

impl Role {
    /// The word as the directive file writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Producer => "producer",
            Self::Consumer => "consumer",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is neither role.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a role is `producer` or `consumer`")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    /// Reads a role in any case: the Scala system's documents write `PRODUCER`, its code compared `producer`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().to_ascii_lowercase().as_str() {
            "producer" => Ok(Self::Producer),
            "consumer" => Ok(Self::Consumer),
            _ => Err(UnknownRole),
        }
    }
}
