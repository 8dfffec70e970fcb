use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{GaugeVec, HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry};
use test_probe_directives::{Timestamp, WallClock};
use test_probe_oauth::{BearerToken, TokenFailure, TokenIdentity};

/// Tokens: how old they are, how long they last, and how they are asked for. Cheap to clone.
///
/// Figures are kept by endpoint and client, for as long as one of the client's tokens is renewed. Of several tokens of one
/// client, those of other scopes and of a secret that was rotated, the ages show the one that ends first.
#[derive(Clone)]
pub struct TokenMetrics {
    shared: Arc<Shared>,
}

struct Shared {
    age: GaugeVec,
    remaining: GaugeVec,
    requests: IntCounterVec,
    failures: IntCounterVec,
    duration: HistogramVec,
    watched: Mutex<Watched>,
}

#[derive(Default)]
struct Watched {
    next: u64,
    tokens: BTreeMap<u64, Watch>,
    /// The kinds of failures that each client has met.
    failures: BTreeMap<Labels, BTreeSet<TokenFailure>>,
}

struct Watch {
    labels: Labels,
    clock: WallClock,
    token: Option<BearerToken>,
}

/// Endpoint and client.
type Labels = [String; 2];

/// Counts a token's requests while it lives. When the last of a client's is dropped, the client's figures go.
pub(crate) struct TokenWatch {
    shared: Arc<Shared>,
    labels: Labels,
    number: u64,
}

impl TokenMetrics {
    pub(super) fn register(registry: &Registry) -> prometheus::Result<Self> {
        const LABELS: &[&str] = &["endpoint", "client_id"];
        let gauge = |name: &str, help: &str| GaugeVec::new(Opts::new(name, help), LABELS);
        let counter = |name: &str, help: &str, labels: &[&str]| {
            let counter = IntCounterVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(counter.clone()))?;
            prometheus::Result::Ok(counter)
        };
        let duration = HistogramVec::new(
            HistogramOpts::new(
                "probe_oauth_token_request_seconds",
                "Time from the request for a token to its answer, in seconds.",
            )
            .buckets(vec![0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0]),
            LABELS,
        )?;
        registry.register(Box::new(duration.clone()))?;
        let shared = Shared {
            age: gauge("probe_oauth_token_age_seconds", "How long ago the token was asked for, in seconds.")?,
            remaining: gauge(
                "probe_oauth_token_remaining_seconds",
                "How long the token is still good for, in seconds; 0 when it has ended.",
            )?,
            requests: counter("probe_oauth_token_requests_total", "Requests for a token.", LABELS)?,
            failures: counter(
                "probe_oauth_token_failures_total",
                "Requests that brought no token, by what went wrong.",
                &["endpoint", "client_id", "kind"],
            )?,
            duration,
            watched: Mutex::default(),
        };
        let metrics = Self { shared: Arc::new(shared) };
        registry.register(Box::new(metrics.clone()))?;
        Ok(metrics)
    }

    /// Counts the requests for this token, whose age is told by `clock`.
    pub(crate) fn watch(&self, identity: &TokenIdentity, clock: WallClock) -> TokenWatch {
        let labels = [identity.endpoint.clone(), identity.client_id.clone()];
        let mut watched = self.shared.watched();
        let number = watched.next;
        watched.next += 1;
        watched.tokens.insert(number, Watch { labels: labels.clone(), clock, token: None });
        TokenWatch { shared: Arc::clone(&self.shared), labels, number }
    }
}

impl TokenWatch {
    /// A request begins.
    pub(crate) fn asked(&self) {
        self.shared.requests.with_label_values(&self.labels).inc();
    }

    /// It is over, whatever came of it.
    pub(crate) fn answered(&self, after: Duration) {
        self.shared.duration.with_label_values(&self.labels).observe(after.as_secs_f64());
    }

    /// It brought a token.
    pub(crate) fn put(&self, token: &BearerToken) {
        if let Some(watch) = self.shared.watched().tokens.get_mut(&self.number) {
            watch.token = Some(token.clone());
        }
    }

    /// It brought none.
    pub(crate) fn failed(&self, kind: TokenFailure) {
        self.shared.watched().failures.entry(self.labels.clone()).or_default().insert(kind);
        let [endpoint, client_id] = &self.labels;
        self.shared.failures.with_label_values(&[endpoint, client_id, kind.as_str()]).inc();
    }
}

impl Shared {
    fn watched(&self) -> MutexGuard<'_, Watched> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a client's series out of the registry. One that it never had is not missed.
    fn hide(&self, labels: &Labels, failures: BTreeSet<TokenFailure>) {
        let [endpoint, client_id] = labels;
        self.requests.remove_label_values(&[endpoint, client_id]).ok();
        self.duration.remove_label_values(&[endpoint, client_id]).ok();
        for kind in failures {
            self.failures.remove_label_values(&[endpoint, client_id, kind.as_str()]).ok();
        }
    }
}

impl Watched {
    /// Of each client the token that ends first, with what its clock shows.
    fn shown(&self) -> BTreeMap<&Labels, (&BearerToken, Timestamp)> {
        let mut shown = BTreeMap::<&Labels, (&BearerToken, Timestamp)>::new();
        for Watch { labels, clock, token } in self.tokens.values() {
            let Some(token) = token else { continue };
            let earliest = shown.entry(labels).or_insert((token, clock.now()));
            if token.expires_at() < earliest.0.expires_at() {
                *earliest = (token, clock.now());
            }
        }
        shown
    }
}

impl Drop for TokenWatch {
    fn drop(&mut self) {
        let mut watched = self.shared.watched();
        watched.tokens.remove(&self.number);
        if watched.tokens.values().all(|watch| watch.labels != self.labels) {
            let failures = watched.failures.remove(&self.labels).unwrap_or_default();
            // Under the lock, so that a successor's figures begin after it.
            self.shared.hide(&self.labels, failures);
        }
    }
}

impl Collector for TokenMetrics {
    fn desc(&self) -> Vec<&Desc> {
        let Shared { age, remaining, .. } = &*self.shared;
        [age, remaining].into_iter().flat_map(Collector::desc).collect()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let Shared { age, remaining, .. } = &*self.shared;
        let watched = self.shared.watched();
        for gauge in [age, remaining] {
            gauge.reset();
        }
        for (labels, (token, now)) in watched.shown() {
            age.with_label_values(labels).set(token.age(now).as_secs_f64());
            remaining.with_label_values(labels).set(token.remaining(now).as_secs_f64());
        }
        [age, remaining].into_iter().flat_map(Collector::collect).collect()
    }
}

impl fmt::Debug for TokenMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenMetrics").finish_non_exhaustive()
    }
}

impl fmt::Debug for TokenWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenWatch").finish_non_exhaustive()
    }
}
