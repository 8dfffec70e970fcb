use std::time::Duration;

/// How the registry is reached over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegistrySettings {
    /// The base address. It may have a path (`http://host:8080/apis/ccompat/v7`), and a user and password, which are
    /// sent as basic authentication and never printed.
    pub url: String,
    /// How long one request may take, from connecting to the last byte of the answer.
    pub request_timeout: Duration,
    /// How often a request is repeated after an answer 429 or 5xx or a failed connection; 0 asks once. A request that
    /// timed out is not repeated, since it has already taken as long as it may.
    pub max_retries: usize,
    /// The pause before the first repetition, which doubles with each further one; jitter adds up to as much again.
    pub retry_delay: Duration,
    /// The longest pause, before jitter.
    pub max_retry_delay: Duration,
}

impl RegistrySettings {
    /// 5 s: a registry on the other side of an ocean answers in well under one.
    pub const DEFAULT_REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
    /// 3, as Confluent's Java client.
    pub const DEFAULT_MAX_RETRIES: usize = 3;
    /// 100 ms: over before a person notices.
    pub const DEFAULT_RETRY_DELAY: Duration = Duration::from_millis(100);
    /// 2 s, so that all repetitions end inside an event's time to be acknowledged (30 s).
    pub const DEFAULT_MAX_RETRY_DELAY: Duration = Duration::from_secs(2);

    /// The defaults for the registry at `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            request_timeout: Self::DEFAULT_REQUEST_TIMEOUT,
            max_retries: Self::DEFAULT_MAX_RETRIES,
            retry_delay: Self::DEFAULT_RETRY_DELAY,
            max_retry_delay: Self::DEFAULT_MAX_RETRY_DELAY,
        }
    }

    /// Sets [`request_timeout`](Self::request_timeout).
    #[must_use]
    pub fn with_request_timeout(self, request_timeout: Duration) -> Self {
        Self { request_timeout, ..self }
    }

    /// Sets [`max_retries`](Self::max_retries).
    #[must_use]
    pub fn with_max_retries(self, max_retries: usize) -> Self {
        Self { max_retries, ..self }
    }

    /// Sets [`retry_delay`](Self::retry_delay) and [`max_retry_delay`](Self::max_retry_delay).
    #[must_use]
    pub fn with_retry_delays(self, retry_delay: Duration, max_retry_delay: Duration) -> Self {
        Self { retry_delay, max_retry_delay, ..self }
    }
}
