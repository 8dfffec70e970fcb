//! What a program, the REST interface and the command ask of the tree.
//!
//! ```text
//! caller, on any runtime ──▶ breaker of this function ──▶ guardian: GetQueueActor ──▶ queue ──▶ the test's actor
//! ```
//!
//! The queue is asked for before every call, so that one that died for good is never spoken to. Each function has a breaker
//! of its own: one that hangs, as the start of tests may while a world is down, does not keep the others from answering how
//! things are. A breaker counts calls that got *no* answer; that there is no such test, or no queue, is an answer.

use std::fmt;
use std::future::Future;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use actix::Recipient;
use test_probe_directives::TestId;
use tokio::time::timeout;
use tracing::warn;

use crate::SystemRuntime;
use crate::circuit_breaker::BreakerSettings;
use crate::commands::{GuardianCommands, NoAnswer, QueueCommands, ReplyTo, ask};
use crate::error::{ProbeExceptions, ServiceError};
use crate::responses::{
    InitializeTestResponse, QueueStatusResponse, StartTestResponse, TestCancelledResponse, TestStatusResponse,
};

mod blocking;
mod guarded;
#[cfg(test)]
mod tests;
mod validation;

pub use blocking::BlockingServiceFunctions;

use guarded::GuardedFunction;

/// How long the service functions wait, and when they stop asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceSettings {
    /// How long the tree may take to answer.
    pub ask_timeout: Duration,
    /// Calls in a row without an answer after which a function asks nobody for a while.
    pub max_failures: NonZeroU32,
    /// How long a call may take before it counts as one without an answer.
    pub call_timeout: Duration,
    /// How long a function asks nobody then.
    pub reset_timeout: Duration,
}

/// The Scala system's numbers.
impl Default for ServiceSettings {
    fn default() -> Self {
        Self {
            ask_timeout: Duration::from_secs(25),
            max_failures: NonZeroU32::MIN.saturating_add(4),
            call_timeout: Duration::from_secs(25),
            reset_timeout: Duration::from_secs(30),
        }
    }
}

/// The functions of the tree, for callers on any runtime. Cheap to clone; clones share their breakers.
#[derive(Clone)]
pub struct ServiceInterfaceFunctions {
    inner: Arc<Inner>,
}

struct Inner {
    runtime: SystemRuntime,
    guardian: Recipient<GuardianCommands>,
    settings: ServiceSettings,
    initialize_test: GuardedFunction,
    start_test: GuardedFunction,
    test_status: GuardedFunction,
    queue_status: GuardedFunction,
    cancel_test: GuardedFunction,
}

impl ServiceInterfaceFunctions {
    /// The functions of the tree under this guardian, whose work is done in `runtime`.
    pub fn new(runtime: SystemRuntime, guardian: Recipient<GuardianCommands>, settings: ServiceSettings) -> Self {
        let ServiceSettings { max_failures, reset_timeout, .. } = settings;
        let function = |name| GuardedFunction::new(name, BreakerSettings { max_failures, reset_timeout });
        let inner = Inner {
            runtime,
            guardian,
            settings,
            initialize_test: function("initialize_test"),
            start_test: function("start_test"),
            test_status: function("test_status"),
            queue_status: function("queue_status"),
            cancel_test: function("cancel_test"),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The same functions for plain threads.
    pub fn blocking(&self) -> BlockingServiceFunctions {
        BlockingServiceFunctions::new(self.clone())
    }

    /// Makes a test and tells its id.
    ///
    /// # Errors
    /// [`ServiceError::ShuttingDown`]; [`ServiceError::Probe`] when the tree does not answer, is not there, or was asked in
    /// vain too often.
    ///
    /// # Cancellation
    /// A test that was asked for is made all the same.
    pub async fn initialize_test(&self) -> Result<InitializeTestResponse, ServiceError> {
        let message = |reply_to| QueueCommands::InitializeTestRequest { reply_to };
        self.call(|functions| &functions.initialize_test, message).await
    }

    /// Loads a test and lines it up. `bucket` is where its folder lies, as block storage calls it.
    ///
    /// # Errors
    /// [`ServiceError::InvalidRequest`] when the bucket is blank, longer than 4096 characters or holds a NUL, or the test
    /// type is blank, longer than 2048 characters or holds a NUL; [`ServiceError::TestNotFound`];
    /// [`ServiceError::ShuttingDown`]; [`ServiceError::Probe`] as at [`initialize_test`](Self::initialize_test).
    ///
    /// # Cancellation
    /// The request stays made.
    pub async fn start_test(
        &self,
        test_id: TestId,
        bucket: impl Into<String>,
        test_type: Option<String>,
    ) -> Result<StartTestResponse, ServiceError> {
        let bucket = bucket.into();
        validation::validate_start(&bucket, test_type.as_deref())?;
        let message = move |reply_to| QueueCommands::StartTestRequest { test_id, bucket, test_type, reply_to };
        self.call(|functions| &functions.start_test, message).await
    }

    /// How a test is, or was at last.
    ///
    /// # Errors
    /// [`ServiceError::TestNotFound`]; [`ServiceError::Probe`] as at [`initialize_test`](Self::initialize_test).
    ///
    /// # Cancellation
    /// Safe.
    pub async fn test_status(&self, test_id: TestId) -> Result<TestStatusResponse, ServiceError> {
        let message = move |reply_to| QueueCommands::TestStatusRequest { test_id, reply_to };
        self.call(|functions| &functions.test_status, message).await
    }

    /// How many tests are in which state: of all, or of one alone.
    ///
    /// # Errors
    /// [`ServiceError::TestNotFound`] when one is named that nobody knows; [`ServiceError::Probe`] as at
    /// [`initialize_test`](Self::initialize_test).
    ///
    /// # Cancellation
    /// Safe.
    pub async fn queue_status(&self, test_id: Option<TestId>) -> Result<QueueStatusResponse, ServiceError> {
        let message = move |reply_to| QueueCommands::QueueStatusRequest { test_id, reply_to };
        self.call(|functions| &functions.queue_status, message).await
    }

    /// Cancels a test that does not run yet.
    ///
    /// # Errors
    /// [`ServiceError::TestNotFound`]; [`ServiceError::Probe`] as at [`initialize_test`](Self::initialize_test).
    ///
    /// # Cancellation
    /// The request stays made.
    pub async fn cancel_test(&self, test_id: TestId) -> Result<TestCancelledResponse, ServiceError> {
        self.cancel(test_id, false).await
    }

    /// Cancels a test, also one that runs: it drains and leaves evidence.
    ///
    /// # Errors
    /// As [`cancel_test`](Self::cancel_test).
    ///
    /// # Cancellation
    /// The request stays made.
    pub async fn force_cancel_test(&self, test_id: TestId) -> Result<TestCancelledResponse, ServiceError> {
        self.cancel(test_id, true).await
    }

    async fn cancel(&self, test_id: TestId, force: bool) -> Result<TestCancelledResponse, ServiceError> {
        let message = move |reply_to| QueueCommands::CancelRequest { test_id, force, reply_to };
        self.call(|functions| &functions.cancel_test, message).await
    }

    /// Asks the queue, in the system's runtime, behind the function's breaker.
    async fn call<T: Send + 'static>(
        &self,
        function: fn(&Inner) -> &GuardedFunction,
        message: impl FnOnce(ReplyTo<Result<T, ServiceError>>) -> QueueCommands + Send + 'static,
    ) -> Result<T, ServiceError> {
        let inner = Arc::clone(&self.inner);
        let work = async move {
            let limit = inner.limit();
            let asked = function(&inner).call(async {
                timeout(limit, inner.ask_queue(limit, message)).await.unwrap_or(Err(NoAnswer::TimedOut(limit)))
            });
            asked.await
        };
        let gone = |gone: crate::SystemGone| {
            ServiceError::Probe(ProbeExceptions::ActorSystemNotReadyException { message: gone.to_string() })
        };
        self.inner.runtime.run(work).await.map_err(gone)?
    }
}

impl Inner {
    fn limit(&self) -> Duration {
        self.settings.ask_timeout.min(self.settings.call_timeout)
    }

    /// The outer error is that nobody answered, the inner one is an answer.
    async fn ask_queue<T: Send + 'static>(
        &self,
        limit: Duration,
        message: impl FnOnce(ReplyTo<Result<T, ServiceError>>) -> QueueCommands + Send,
    ) -> Result<Result<T, ServiceError>, NoAnswer> {
        let guardian = |reply_to| send(&self.guardian, GuardianCommands::GetQueueActor { reply_to });
        match ask(limit, guardian).await? {
            Ok(queue) => ask(limit, |reply_to| send(&queue, message(reply_to))).await,
            Err(no_queue) => Ok(Err(ServiceError::Probe(no_queue))),
        }
    }
}

fn send<M>(to: &Recipient<M>, message: M) -> impl Future<Output = bool> + Send + use<M>
where
    M: actix::Message<Result = ()> + Send + 'static,
{
    let sent = to.send(message);
    async move {
        let taken = sent.await;
        if let Err(cause) = &taken {
            warn!(%cause, "a question of the service functions was not taken");
        }
        taken.is_ok()
    }
}

impl fmt::Debug for ServiceInterfaceFunctions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceInterfaceFunctions").field("settings", &self.inner.settings).finish_non_exhaustive()
    }
}
