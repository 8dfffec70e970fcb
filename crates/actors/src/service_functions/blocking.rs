use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use test_probe_directives::TestId;

use super::ServiceInterfaceFunctions;
use crate::commands::NoAnswer;
use crate::dsl::block_on;
use crate::error::{ProbeExceptions, ServiceError};
use crate::responses::{
    InitializeTestResponse, QueueStatusResponse, StartTestResponse, TestCancelledResponse, TestStatusResponse,
};

/// How much longer than the system's own deadline a blocked thread waits, should the system not keep its word.
const GRACE: Duration = Duration::from_secs(1);

/// The service functions for plain threads: each blocks the calling thread until the answer is there.
///
/// Every one is refused with [`ServiceError::WouldDeadlock`] on one of the actor system's own threads.
#[derive(Clone, Debug)]
pub struct BlockingServiceFunctions {
    functions: ServiceInterfaceFunctions,
}

impl BlockingServiceFunctions {
    pub(super) fn new(functions: ServiceInterfaceFunctions) -> Self {
        Self { functions }
    }

    /// [`ServiceInterfaceFunctions::initialize_test`], blocking.
    ///
    /// # Errors
    /// As there, and [`ServiceError::WouldDeadlock`].
    pub fn initialize_test(&self) -> Result<InitializeTestResponse, ServiceError> {
        self.wait("initialize_test", self.functions.initialize_test())
    }

    /// [`ServiceInterfaceFunctions::start_test`], blocking.
    ///
    /// # Errors
    /// As there, and [`ServiceError::WouldDeadlock`].
    pub fn start_test(
        &self,
        test_id: TestId,
        bucket: impl Into<String>,
        test_type: Option<String>,
    ) -> Result<StartTestResponse, ServiceError> {
        self.wait("start_test", self.functions.start_test(test_id, bucket, test_type))
    }

    /// [`ServiceInterfaceFunctions::test_status`], blocking.
    ///
    /// # Errors
    /// As there, and [`ServiceError::WouldDeadlock`].
    pub fn test_status(&self, test_id: TestId) -> Result<TestStatusResponse, ServiceError> {
        self.wait("test_status", self.functions.test_status(test_id))
    }

    /// [`ServiceInterfaceFunctions::queue_status`], blocking.
    ///
    /// # Errors
    /// As there, and [`ServiceError::WouldDeadlock`].
    pub fn queue_status(&self, test_id: Option<TestId>) -> Result<QueueStatusResponse, ServiceError> {
        self.wait("queue_status", self.functions.queue_status(test_id))
    }

    /// [`ServiceInterfaceFunctions::cancel_test`], blocking.
    ///
    /// # Errors
    /// As there, and [`ServiceError::WouldDeadlock`].
    pub fn cancel_test(&self, test_id: TestId) -> Result<TestCancelledResponse, ServiceError> {
        self.wait("cancel_test", self.functions.cancel_test(test_id))
    }

    /// [`ServiceInterfaceFunctions::force_cancel_test`], blocking.
    ///
    /// # Errors
    /// As there, and [`ServiceError::WouldDeadlock`].
    pub fn force_cancel_test(&self, test_id: TestId) -> Result<TestCancelledResponse, ServiceError> {
        self.wait("force_cancel_test", self.functions.force_cancel_test(test_id))
    }

    fn wait<T>(
        &self,
        instead: &'static str,
        asked: impl Future<Output = Result<T, ServiceError>>,
    ) -> Result<T, ServiceError> {
        if self.functions.inner.runtime.is_own_thread() {
            return Err(ServiceError::WouldDeadlock { instead });
        }
        let limit = self.functions.inner.limit() + GRACE;
        block_on(limit, asked).unwrap_or_else(|| {
            Err(ServiceError::Probe(ProbeExceptions::ServiceTimeoutException {
                message: format!("Actor did not respond in time: {instead} had no answer within {limit:?}"),
                cause: Some(Arc::new(NoAnswer::TimedOut(limit))),
            }))
        })
    }
}
