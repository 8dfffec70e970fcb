use std::str::FromStr;

use crate::Timestamp;

/// Where a test's consumers begin to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StartFrom {
    /// At the end that each partition had when the test started: earlier runs are not seen.
    #[default]
    TestStart,
    /// At the oldest record that the broker still has.
    Earliest,
    /// At the first record of this time or later.
    Timestamp(Timestamp),
}

impl FromStr for StartFrom {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "test-start" => Ok(Self::TestStart),
            "earliest" => Ok(Self::Earliest),
            other => Timestamp::parse(other).map(Self::Timestamp).ok_or_else(|| {
                "a start is `test-start`, `earliest` or an RFC 3339 time such as 2026-01-31T08:00:00Z".to_owned()
            }),
        }
    }
}
