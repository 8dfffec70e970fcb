use std::time::Duration;

use object_store::{BackoffConfig, ClientOptions, RetryConfig};

/// How long one request may take unless the options say otherwise: the configuration's own default.
pub(super) const TIMEOUT: Duration = Duration::from_secs(30);

/// How often a request that failed for the moment is sent again unless the options say otherwise.
pub(super) const RETRY_ATTEMPTS: usize = 3;

/// A server that does not take a connection within this time will not answer in the rest of a long timeout either.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A request is sent again as it was signed, and the clouds refuse a signature that is older than some minutes.
const LONGEST_RETRY: Duration = Duration::from_secs(240);

/// How requests of these options are sent: each within the timeout, its answer included.
pub(super) fn client_options(timeout: Duration, is_plain: bool) -> ClientOptions {
    ClientOptions::new()
        .with_timeout(timeout)
        .with_connect_timeout(timeout.min(CONNECT_TIMEOUT))
        .with_allow_http(is_plain)
}

/// Requests that found no server, timed out, or were answered with 429 or 5xx are sent again after a pause that doubles from
/// 100 ms up to 15 s, with jitter.
pub(super) fn retries(timeout: Duration, attempts: usize) -> RetryConfig {
    let tries = u32::try_from(attempts).unwrap_or(u32::MAX).saturating_add(1);
    RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: attempts,
        retry_timeout: timeout.saturating_mul(tries).min(LONGEST_RETRY),
    }
}
