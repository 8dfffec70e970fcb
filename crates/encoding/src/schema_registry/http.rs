mod address;
mod admin;
mod clients;
mod course;
mod invalid_settings;
mod messages;
mod operations;
mod rate_limit;
mod retry_after;
mod transport;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use backon::{BackoffBuilder, ExponentialBuilder};
use serde::de::DeserializeOwned;

use self::address::Address;
use self::course::{Course, Step, Verdict};
pub use self::invalid_settings::InvalidRegistrySettings;
use self::rate_limit::RateLimit;
use self::transport::{FailedAttempt, Question, attempt};
use super::{FailedAddress, RegistryError, RegistryFailure, RegistryRequest, RegistrySettings};

/// A registry behind the HTTP API of Confluent's Schema Registry: Confluent's own, Apicurio (`/apis/ccompat/v7`),
/// Karapace, Redpanda.
///
/// Its futures run on any Tokio runtime with I/O and time, and on different ones in turn: no connection is kept open
/// between requests, since a connection is driven by the runtime that opened it and would stall with it. Requests are
/// rare, because answers are remembered.
///
/// A redirection is followed, but not to another host with credentials, further headers or a client certificate.
pub struct HttpSchemaRegistry {
    settings: RegistrySettings,
    addresses: Vec<Address>,
    /// All addresses, without credentials.
    shown_url: Arc<str>,
    /// The index of the address that answered last.
    preferred: AtomicUsize,
    rate_limit: RateLimit,
}

impl HttpSchemaRegistry {
    /// Makes the client. Nothing is sent yet.
    ///
    /// # Errors
    /// [`InvalidRegistrySettings`] when an address is no HTTP URL, credentials are given twice, a header cannot be sent, or
    /// TLS cannot be set up.
    pub fn new(settings: RegistrySettings) -> Result<Self, InvalidRegistrySettings> {
        let addresses = clients::addresses(&settings)?;
        Ok(Self {
            shown_url: listed(addresses.iter().map(|address| &*address.shown)),
            addresses,
            preferred: AtomicUsize::new(0),
            rate_limit: RateLimit::new(settings.max_requests_per_second),
            settings,
        })
    }

    /// Asks and reads the answer with `read`.
    async fn ask<A: DeserializeOwned, T>(
        &self,
        request: RegistryRequest,
        question: Question<'_>,
        read: impl FnOnce(A) -> Result<T, RegistryFailure> + Send,
    ) -> Result<T, RegistryError> {
        let (body, address) = self.answer(&request, &question).await?;
        let answer = serde_json::from_slice(&body)
            .map_err(|error| RegistryFailure::Unreadable { message: error.to_string() })
            .and_then(read);
        answer.map_err(|failure| RegistryError::new(request, Arc::clone(&address.shown), failure))
    }

    /// Asks address after address, again and again where the settings and the failures allow it.
    async fn answer(
        &self,
        request: &RegistryRequest,
        question: &Question<'_>,
    ) -> Result<(Vec<u8>, &Address), RegistryError> {
        let pauses = ExponentialBuilder::default()
            .with_min_delay(self.settings.retry_delay)
            .with_max_delay(self.settings.max_retry_delay)
            .with_max_times(self.settings.max_retries)
            .with_jitter();
        // Only which address is asked first hangs on it, so nothing is ordered.
        let mut current = self.preferred.load(Ordering::Relaxed);
        let mut course = Course::new(self.addresses.len(), current, pauses.build());
        let mut failed: Vec<Option<FailedAttempt>> = self.addresses.iter().map(|_| None).collect();
        loop {
            self.rate_limit.wait().await;
            let address = &self.addresses[current];
            let failure = match attempt(&self.settings, address, question).await {
                Ok(body) => {
                    self.preferred.store(current, Ordering::Relaxed);
                    return Ok((body, address));
                }
                Err(failure) => failure,
            };
            let verdict = Verdict::on(&failure.failure);
            if verdict == Verdict::Answered {
                self.preferred.store(current, Ordering::Relaxed);
                let FailedAttempt { failure, code, .. } = failure;
                return Err(RegistryError::new(request.clone(), Arc::clone(&address.shown), failure).with_code(code));
            }
            let step = course.after(verdict, failure.wish);
            tracing::debug!(%request, address = %address.shown, failure = %failure.failure, ?step, "no answer");
            failed[current] = Some(failure);
            match step {
                Step::Ask { address, after } => {
                    current = address;
                    tokio::time::sleep(after).await;
                }
                Step::GiveUp => return Err(self.error(request, failed)),
            }
        }
    }

    /// The error of a question that no address answered.
    fn error(&self, request: &RegistryRequest, failed: Vec<Option<FailedAttempt>>) -> RegistryError {
        let tried = self.addresses.iter().zip(failed);
        let mut tried: Vec<_> =
            tried.filter_map(|(address, failed)| Some((Arc::clone(&address.shown), failed?))).collect();
        if tried.len() == 1
            && let Some((url, FailedAttempt { failure, code, .. })) = tried.pop()
        {
            return RegistryError::new(request.clone(), url, failure).with_code(code);
        }
        let urls = listed(tried.iter().map(|(url, _)| &**url));
        let tried = tried.into_iter().map(|(url, failed)| FailedAddress { url, failure: failed.failure });
        RegistryError::new(request.clone(), urls, RegistryFailure::NoneAnswers { tried: tried.collect() })
    }
}

fn listed<'a>(urls: impl Iterator<Item = &'a str>) -> Arc<str> {
    urls.collect::<Vec<_>>().join(", ").into()
}

impl fmt::Debug for HttpSchemaRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpSchemaRegistry").field("url", &self.shown_url).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
