//! What the queue answers itself: about tests that have ended, tests that nobody knows, and tests that do not answer.

use test_probe_directives::TestId;

use super::registry::Registry;
use crate::error::ServiceError;
use crate::responses::{QueueStatusResponse, StartTestResponse, TestCancelledResponse, TestState, TestStatusResponse};

impl Registry {
    /// How a test is, or was at last.
    ///
    /// # Errors
    /// [`ServiceError::TestNotFound`].
    pub(super) fn status_of(&self, test_id: TestId) -> Result<TestStatusResponse, ServiceError> {
        let live = self.tests.get(&test_id).map(|test| test.status(test_id));
        live.or_else(|| self.ended.get(test_id).cloned()).ok_or(ServiceError::TestNotFound { test_id })
    }

    /// That a test is not started, and why.
    ///
    /// # Errors
    /// [`ServiceError::TestNotFound`].
    pub(super) fn refuse_start(
        &self,
        test_id: TestId,
        test_type: Option<String>,
    ) -> Result<StartTestResponse, ServiceError> {
        let message = self.why_not(test_id)?;
        Ok(StartTestResponse { test_id, accepted: false, test_type, message })
    }

    /// That a test is not cancelled, and why.
    ///
    /// # Errors
    /// [`ServiceError::TestNotFound`].
    pub(super) fn refuse_cancel(&self, test_id: TestId) -> Result<TestCancelledResponse, ServiceError> {
        let message = self.why_not(test_id)?;
        Ok(TestCancelledResponse { test_id, cancelled: false, message: Some(message) })
    }

    /// How many tests are in which state: of all, or of this one alone.
    ///
    /// # Errors
    /// [`ServiceError::TestNotFound`].
    pub(super) fn queue_status(&self, test_id: Option<TestId>) -> Result<QueueStatusResponse, ServiceError> {
        match test_id {
            None => Ok(self.counts()),
            Some(test_id) if self.is_live(test_id) => Ok(self.count(|known| known == test_id)),
            Some(test_id) if self.ended.contains(test_id) => Ok(QueueStatusResponse::default()),
            Some(test_id) => Err(ServiceError::TestNotFound { test_id }),
        }
    }

    /// How many tests are in which state.
    pub(super) fn counts(&self) -> QueueStatusResponse {
        self.count(|_| true)
    }

    fn count(&self, counts: impl Fn(TestId) -> bool) -> QueueStatusResponse {
        let mut status = QueueStatusResponse {
            currently_testing: self.testing.iter().copied().find(|test_id| counts(*test_id)),
            ..QueueStatusResponse::default()
        };
        for (test_id, test) in self.tests.iter().filter(|(test_id, _)| counts(**test_id)) {
            status.total_tests += 1;
            // Whose turn it is counts as testing before the test has said that it runs.
            let state = if self.testing.contains(test_id) { TestState::Testing } else { test.state };
            match state {
                TestState::Setup => status.setup_count += 1,
                TestState::Loading => status.loading_count += 1,
                TestState::Loaded => status.loaded_count += 1,
                TestState::Testing => status.testing_count += 1,
                TestState::Completed => status.completed_count += 1,
                TestState::Exception => status.exception_count += 1,
                // A test that has said goodbye is not among them.
                TestState::ShuttingDown => {}
            }
        }
        status
    }

    fn why_not(&self, test_id: TestId) -> Result<String, ServiceError> {
        let TestStatusResponse { state, .. } = self.status_of(test_id)?;
        Ok(if self.is_live(test_id) {
            format!("the test is in state {state} and does not answer")
        } else {
            format!("the test has ended; its last state was {state}")
        })
    }
}
