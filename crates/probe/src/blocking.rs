use std::future::pending;
use std::panic::resume_unwind;

/// Does on a thread of its own what would block this one: questions that librdkafka asks a cluster, scripts, disks.
///
/// # Cancellation
/// The work goes on.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(answer) => answer,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // The runtime is going down, and whoever waits here with it.
            Err(_) => pending().await,
        },
    }
}
