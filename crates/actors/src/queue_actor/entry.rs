use test_probe_directives::{TestId, Timestamp};

use crate::error::ProbeExceptions;
use crate::responses::{TestState, TestStatusResponse};

/// What the queue knows of a test that lives.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TestEntry {
    /// What the test told last.
    pub(super) state: TestState,
    /// Where its folder lies, once it was started.
    pub(super) bucket: Option<String>,
    /// What sort of test the caller said that it is.
    pub(super) test_type: Option<String>,
    /// When it was started; nothing before.
    pub(super) start_request_time: Option<Timestamp>,
    /// When its scenarios began.
    pub(super) started_at: Option<Timestamp>,
    /// Why it failed, when it did.
    pub(super) exception: Option<ProbeExceptions>,
    /// How it went, once it has run.
    pub(super) story: Option<Box<TestStatusResponse>>,
    /// Whether somebody wants it to end.
    pub(super) cancel_requested: bool,
}

impl TestEntry {
    pub(super) const fn new() -> Self {
        Self {
            state: TestState::Setup,
            bucket: None,
            test_type: None,
            start_request_time: None,
            started_at: None,
            exception: None,
            story: None,
            cancel_requested: false,
        }
    }

    /// How the test is as far as the queue knows, for when the test's actor does not say it.
    pub(super) fn status(&self, test_id: TestId) -> TestStatusResponse {
        TestStatusResponse {
            test_id,
            state: self.state,
            bucket: self.bucket.clone(),
            test_type: self.test_type.clone(),
            start_time: self.started_at,
            end_time: None,
            success: None,
            error: self.exception.clone(),
            scenarios: None,
        }
    }

    /// The last that will be known of a test whose actor is gone without a word. What the test itself said of its end or
    /// its failure stays: it came first.
    pub(super) fn lost(mut self, test_id: TestId, why: &str, now: Timestamp) -> TestStatusResponse {
        if let Some(story) = self.story.take() {
            return *story;
        }
        let status = self.status(test_id);
        let error = self.exception.unwrap_or_else(|| ProbeExceptions::TestActorException {
            message: format!("test {test_id} was lost in state {}: {why}", self.state),
        });
        let was_running = self.state == TestState::Testing;
        TestStatusResponse {
            state: TestState::Exception,
            end_time: was_running.then_some(now),
            success: was_running.then_some(false),
            error: Some(error),
            ..status
        }
    }
}
