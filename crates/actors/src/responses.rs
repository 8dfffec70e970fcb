//! Answers that leave the tree: the Scala system's `ServiceInterfaceResponses`, field for field, and what it leaves out.

mod queue_status;
mod test_status;

use test_probe_directives::TestId;

pub use queue_status::QueueStatusResponse;
pub use test_status::{ScenarioCounts, TestState, TestStatusResponse};

/// A test was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InitializeTestResponse {
    /// Its id, for every further request.
    pub test_id: TestId,
    /// In words: "Test initialized".
    pub message: String,
}

/// Whether a test is being loaded now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartTestResponse {
    /// The test.
    pub test_id: TestId,
    /// Whether this request started it; a second request does not.
    pub accepted: bool,
    /// What sort of test the caller said that it is.
    pub test_type: Option<String>,
    /// In words: "Test loading initiated", or why not.
    pub message: String,
}

/// Whether a test was cancelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestCancelledResponse {
    /// The test.
    pub test_id: TestId,
    /// Whether it ends because of this request.
    pub cancelled: bool,
    /// Why not, or what happens now where that takes time.
    pub message: Option<String>,
}
