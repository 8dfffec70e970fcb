use std::future::Future;
use std::sync::Arc;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;
use tracing::{error, warn};

use crate::circuit_breaker::{Admission, BreakerOpen, BreakerSettings, CircuitBreaker};
use crate::commands::NoAnswer;
use crate::error::{ProbeExceptions, ServiceError};

/// One service function behind its breaker.
pub(super) struct GuardedFunction {
    name: &'static str,
    breaker: Mutex<CircuitBreaker>,
}

impl GuardedFunction {
    pub(super) fn new(name: &'static str, settings: BreakerSettings) -> Self {
        Self { name, breaker: Mutex::new(CircuitBreaker::new(settings)) }
    }

    /// Asks, unless nobody answered for too often. An answer of any kind is a success.
    pub(super) async fn call<T>(
        &self,
        question: impl Future<Output = Result<Result<T, ServiceError>, NoAnswer>>,
    ) -> Result<T, ServiceError> {
        let admitted = self.breaker().admit(Instant::now());
        let mut call = Call { function: self, admission: Some(admitted.map_err(|open| self.unavailable(open))?) };
        match question.await {
            Ok(answer) => {
                call.succeeded();
                answer
            }
            Err(no_answer) => {
                drop(call);
                Err(self.unanswered(no_answer))
            }
        }
    }

    fn unavailable(&self, open: BreakerOpen) -> ServiceError {
        let (name, retry_after) = (self.name, open.retry_after);
        warn!(function = name, retry_after_ms = retry_after.as_millis(), "a service function asks nobody for now");
        let message = format!(
            "Circuit breaker is open: {name} was not answered too often in a row; it is worth asking again in \
             {retry_after:.1?}"
        );
        ServiceError::Probe(ProbeExceptions::ServiceUnavailableException { message })
    }

    fn unanswered(&self, no_answer: NoAnswer) -> ServiceError {
        error!(function = self.name, cause = %no_answer, "a service function was not answered");
        let name = self.name;
        ServiceError::Probe(match no_answer {
            NoAnswer::TimedOut(limit) => ProbeExceptions::ServiceTimeoutException {
                message: format!("Actor did not respond in time: {name} had no answer within {limit:?}"),
                cause: Some(Arc::new(no_answer)),
            },
            NoAnswer::Gone => ProbeExceptions::ActorSystemNotReadyException {
                message: format!("{name} was not answered: {no_answer}"),
            },
        })
    }

    fn breaker(&self) -> MutexGuard<'_, CircuitBreaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that was let through. One that ends without success, be it by a panic, has failed: a breaker that waits for a
/// trial must not wait for ever.
struct Call<'a> {
    function: &'a GuardedFunction,
    admission: Option<Admission>,
}

impl Call<'_> {
    fn succeeded(&mut self) {
        if let Some(admission) = self.admission.take() {
            self.function.breaker().succeeded(&admission);
        }
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        if let Some(admission) = self.admission.take() {
            self.function.breaker().failed(&admission, Instant::now());
        }
    }
}
