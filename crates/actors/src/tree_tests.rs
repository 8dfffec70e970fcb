//! The whole tree on paused time: what a test lives through from its first request to its end, and what becomes of it,
//! and of the tests after it, when something does not go as it should.

mod cancelling;
mod failing_children;
mod life;
mod lost_children;
mod panics;
mod poison_pills;
mod shutdown;
mod tokens;

use std::time::Duration;

use test_probe_directives::Timestamp;

/// So many seconds.
const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A millisecond: what lies between just before and just after.
const MS: Duration = Duration::from_millis(1);

/// What the tree's clock shows so many seconds after its beginning.
fn at_seconds(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}
