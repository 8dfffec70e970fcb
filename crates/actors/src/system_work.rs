//! Work of the services, bounded in time.

use std::error::Error;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::error::Cause;

/// A service did not do what it was asked for.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum InTime {
    /// It failed.
    #[error(transparent)]
    Failed(Cause),
    /// It did not answer.
    #[error("no answer within {0:?} (test-probe.core.services.timeout)")]
    TimedOut(Duration),
}

/// Waits for a service for up to `limit`.
pub(crate) async fn in_time<T, E: Error + Send + Sync + 'static>(
    limit: Duration,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, InTime> {
    match tokio::time::timeout(limit, work).await {
        Ok(done) => done.map_err(|error| InTime::Failed(Arc::new(error))),
        Err(_) => Err(InTime::TimedOut(limit)),
    }
}
