use std::collections::BTreeSet;

use test_probe_directives::{BlockStorageDirective, KafkaSecurityDirective, TestId, Timestamp};

use crate::commands::ChildKind;
use crate::error::ProbeExceptions;
use crate::responses::{TestState, TestStatusResponse};
use crate::test_execution_result::TestExecutionResult;

/// What is known about a test so far: the Scala system's `TestData` without addresses.
#[derive(Clone, Debug)]
pub(crate) struct TestData {
    pub(crate) test_id: TestId,
    pub(crate) bucket: Option<String>,
    pub(crate) test_type: Option<String>,
    pub(crate) block_storage_directive: Option<Box<BlockStorageDirective>>,
    pub(crate) security_directives: Vec<KafkaSecurityDirective>,
    pub(crate) test_result: Option<TestExecutionResult>,
    pub(crate) start_time: Option<Timestamp>,
    pub(crate) end_time: Option<Timestamp>,
    pub(crate) success: Option<bool>,
    pub(crate) error: Option<ProbeExceptions>,
    /// Children that were started and have not ended.
    pub(crate) alive: BTreeSet<ChildKind>,
    /// Whether scenarios were started and have given no result yet.
    pub(crate) is_running: bool,
    /// Whether the evidence is stored, or was tried to be.
    pub(crate) is_stored: bool,
    /// Whether the whole tree ends: nobody will ask how the test went.
    pub(crate) is_ending: bool,
}

impl TestData {
    pub(crate) fn new(test_id: TestId) -> Self {
        Self {
            test_id,
            bucket: None,
            test_type: None,
            block_storage_directive: None,
            security_directives: Vec::new(),
            test_result: None,
            start_time: None,
            end_time: None,
            success: None,
            error: None,
            alive: BTreeSet::new(),
            is_running: false,
            is_stored: false,
            is_ending: false,
        }
    }

    /// Whether producers or consumers have not ended.
    pub(crate) fn has_topics(&self) -> bool {
        self.alive.contains(&ChildKind::Producer) || self.alive.contains(&ChildKind::Consumer)
    }

    pub(crate) fn status(&self, state: TestState) -> TestStatusResponse {
        TestStatusResponse {
            test_id: self.test_id,
            state,
            bucket: self.bucket.clone(),
            test_type: self.test_type.clone(),
            start_time: self.start_time,
            end_time: self.end_time,
            success: self.success,
            error: self.error.clone(),
            scenarios: self.test_result.as_ref().map(TestExecutionResult::counts),
        }
    }
}
