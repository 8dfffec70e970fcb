use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// The name of one test run: a random UUID in lower-case canonical text.
///
/// It names the test's actors (`kafka-producer-streaming-{topic}-{testId}`) and its consumer group (`test-{testId}`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TestId(Uuid);

impl TestId {
    /// A fresh random id (UUID version 4).
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }

    /// The id with these 16 bytes; for tests and for ids that come from elsewhere.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// The first eight hexadecimal digits: enough to tell tests apart where space is short.
    pub fn short(&self) -> String {
        self.0.simple().to_string().chars().take(8).collect()
    }
}

impl fmt::Display for TestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl fmt::Debug for TestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TestId({self})")
    }
}

/// A text that is no UUID where a test id was expected.
#[derive(Debug, thiserror::Error)]
#[error("`{text}` is not a test id; a test id is a UUID such as 3f2504e0-4f89-41d3-9a0c-0305e82c3301")]
pub struct InvalidTestId {
    text: String,
}

impl FromStr for TestId {
    type Err = InvalidTestId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self).map_err(|_| InvalidTestId { text: text.to_owned() })
    }
}
