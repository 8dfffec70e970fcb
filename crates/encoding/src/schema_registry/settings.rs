mod auth;
mod tls;

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use test_probe_directives::Secret;

pub use self::auth::{BearerTokenSource, RegistryAuth};
pub use self::tls::{RegistryIdentity, RegistryTls};

/// How the registry is reached over HTTP.
#[derive(Clone)]
#[non_exhaustive]
pub struct RegistrySettings {
    /// The base addresses of one registry. Each may have a path (`http://host:8080/apis/ccompat/v7`), and a user and
    /// password, which are sent as basic authentication and never printed.
    ///
    /// They are tried in order: when a connection fails, an answer does not come in time or is a 5xx, the next is asked at
    /// once. The one that answered is asked first the next time.
    pub urls: Vec<String>,
    /// How long one request to one address may take, from connecting to the last byte of the answer.
    pub request_timeout: Duration,
    /// How often a question is asked again after an answer 429 or 5xx, a failed connection or a missing token; 0 asks
    /// once. Where there are several addresses, one time goes through all of them. An address at which a request timed out
    /// is not asked again, since it has already taken as long as it may.
    pub max_retries: usize,
    /// The pause before the first repetition, which doubles with each further one; jitter adds up to as much again.
    pub retry_delay: Duration,
    /// The longest pause, before jitter.
    pub max_retry_delay: Duration,
    /// The longest pause that a `Retry-After` beside a 429 or a 503 may ask for. A registry that wants to be left alone for
    /// longer is not asked again, and the error tells for how long.
    pub max_retry_after: Duration,
    /// How many requests are sent in a second, repetitions among them, to all addresses together; as many may go at once
    /// after a pause. More wait for their turn, which does not count as part of [`request_timeout`](Self::request_timeout).
    /// `None` sets no bound.
    pub max_requests_per_second: Option<NonZeroU32>,
    /// How one proves to the registry who one is.
    pub auth: RegistryAuth,
    /// Headers that are sent with each request, by name. No value is ever printed.
    pub headers: Vec<(String, Secret)>,
    /// Whom to trust, and how to show oneself, at `https` addresses.
    pub tls: RegistryTls,
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
    /// 10 s, a third of an event's time to be acknowledged.
    pub const DEFAULT_MAX_RETRY_AFTER: Duration = Duration::from_secs(10);
    /// 100, well above what a run asks for and well below what a registry minds.
    pub const DEFAULT_MAX_REQUESTS_PER_SECOND: NonZeroU32 = NonZeroU32::new(100).unwrap();

    /// The header that names one of the registries behind an address of Confluent Cloud.
    pub const LOGICAL_CLUSTER_HEADER: &str = "target-sr-cluster";
    /// The header that names the identity pool by which Confluent Cloud judges a token.
    pub const IDENTITY_POOL_HEADER: &str = "Confluent-Identity-Pool-Id";

    /// The defaults for the registry at `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            urls: vec![url.into()],
            request_timeout: Self::DEFAULT_REQUEST_TIMEOUT,
            max_retries: Self::DEFAULT_MAX_RETRIES,
            retry_delay: Self::DEFAULT_RETRY_DELAY,
            max_retry_delay: Self::DEFAULT_MAX_RETRY_DELAY,
            max_retry_after: Self::DEFAULT_MAX_RETRY_AFTER,
            max_requests_per_second: Some(Self::DEFAULT_MAX_REQUESTS_PER_SECOND),
            auth: RegistryAuth::None,
            headers: Vec::new(),
            tls: RegistryTls::default(),
        }
    }

    /// Sets [`urls`](Self::urls).
    #[must_use]
    pub fn with_urls(self, urls: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { urls: urls.into_iter().map(Into::into).collect(), ..self }
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

    /// Sets [`max_retry_after`](Self::max_retry_after).
    #[must_use]
    pub fn with_max_retry_after(self, max_retry_after: Duration) -> Self {
        Self { max_retry_after, ..self }
    }

    /// Sets [`max_requests_per_second`](Self::max_requests_per_second).
    #[must_use]
    pub fn with_max_requests_per_second(self, max_requests_per_second: Option<NonZeroU32>) -> Self {
        Self { max_requests_per_second, ..self }
    }

    /// Sets [`auth`](Self::auth).
    #[must_use]
    pub fn with_auth(self, auth: RegistryAuth) -> Self {
        Self { auth, ..self }
    }

    /// Adds a header to [`headers`](Self::headers), in place of an earlier one of the same name.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: Secret) -> Self {
        let name = name.into();
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
        self.headers.push((name, value));
        self
    }

    /// Names one of the registries behind an address of Confluent Cloud, such as `lsrc-1a2b3c`.
    #[must_use]
    pub fn with_logical_cluster(self, cluster: impl Into<String>) -> Self {
        self.with_header(Self::LOGICAL_CLUSTER_HEADER, Secret::new(cluster))
    }

    /// Names the identity pool by which Confluent Cloud judges a token, such as `pool-1a2b`.
    #[must_use]
    pub fn with_identity_pool(self, pool: impl Into<String>) -> Self {
        self.with_header(Self::IDENTITY_POOL_HEADER, Secret::new(pool))
    }

    /// Sets [`tls`](Self::tls).
    #[must_use]
    pub fn with_tls(self, tls: RegistryTls) -> Self {
        Self { tls, ..self }
    }
}

impl fmt::Debug for RegistrySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let urls: Vec<&str> = self.urls.iter().map(|url| without_credentials(url)).collect();
        f.debug_struct("RegistrySettings")
            .field("urls", &urls)
            .field("request_timeout", &self.request_timeout)
            .field("max_retries", &self.max_retries)
            .field("retry_delay", &self.retry_delay)
            .field("max_retry_delay", &self.max_retry_delay)
            .field("max_retry_after", &self.max_retry_after)
            .field("max_requests_per_second", &self.max_requests_per_second)
            .field("auth", &self.auth)
            .field("headers", &self.headers)
            .field("tls", &self.tls)
            .finish()
    }
}

/// What stands behind the last `@`: the host and the path of any address, one that nobody can read too.
fn without_credentials(url: &str) -> &str {
    url.rsplit_once('@').map_or(url, |(_, rest)| rest)
}

#[cfg(test)]
mod tests;
