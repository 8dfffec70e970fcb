//! Every metric that the tree emits. The six of the seed's ADR-002 keep their names and labels to the letter; the others
//! stand beside them.
//!
//! Names, help texts and labels are written once, here. Metrics go into the registry that is handed in; two systems have
//! two registries. The label `topic` is the topic as steps call it, `{cluster}/{topic}` off the default cluster.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use prometheus::{GaugeVec, HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry};

use crate::journal::JournalTopic;
use crate::supervision::{Failure, SupervisionObserver, Termination};

mod clients;
mod consumer_topic;
mod latency_window;
mod producer_topic;
mod queue;
mod rate_window;
mod registry_calls;
mod tokens;
mod window_collector;

pub use clients::ClientMetrics;
pub use consumer_topic::ConsumerTopicMetrics;
pub use producer_topic::ProducerTopicMetrics;
pub use queue::{QueueMetrics, TestOutcome};
pub use registry_calls::{RegistryWatch, SchemaRegistryMetrics};
pub use tokens::TokenMetrics;
pub(crate) use tokens::TokenWatch;

use window_collector::WindowCollector;

/// The tree's metrics. Cheap to clone.
#[derive(Clone)]
pub struct TreeMetrics {
    inner: Arc<Inner>,
}

struct Inner {
    windows: WindowCollector,
    latency_seconds: HistogramVec,
    errors: IntCounterVec,
    accepted: IntCounterVec,
    acknowledged: IntCounterVec,
    nacked: IntCounterVec,
    late: IntCounterVec,
    received: IntCounterVec,
    filtered: IntCounterVec,
    skipped: IntCounterVec,
    evicted: IntCounterVec,
    restarts: IntCounterVec,
    resumes: IntCounterVec,
    ends: IntCounterVec,
    dead_letters: IntCounterVec,
    test_duration: GaugeVec,
    clients: ClientMetrics,
    schema_registries: SchemaRegistryMetrics,
    tokens: TokenMetrics,
    queue: QueueMetrics,
}

impl TreeMetrics {
    /// Registers every metric with `registry`.
    ///
    /// # Errors
    /// When one of the names is taken there; registering twice into one registry is an error.
    pub fn register(registry: &Registry) -> prometheus::Result<Self> {
        let counter = |name: &str, help: &str, labels: &[&str]| {
            let counter = IntCounterVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(counter.clone()))?;
            prometheus::Result::Ok(counter)
        };
        let latency_seconds = HistogramVec::new(
            HistogramOpts::new(
                "probe_kafka_producer_latency_seconds",
                "Time from the call to the broker's acknowledgement, in seconds; for aggregation over instances.",
            )
            .buckets(vec![
                0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
            ]),
            &["topic"],
        )?;
        registry.register(Box::new(latency_seconds.clone()))?;
        let test_duration = GaugeVec::new(
            Opts::new("probe_test_execution_duration_seconds", "How long the last test of this type took, in seconds."),
            &["test_type"],
        )?;
        registry.register(Box::new(test_duration.clone()))?;
        let windows = WindowCollector::new()?;
        registry.register(Box::new(windows.clone()))?;
        let inner = Inner {
            windows,
            latency_seconds,
            test_duration,
            errors: counter(
                "probe_kafka_producer_errors_total",
                "Events that were not acknowledged, by the Nack's kind.",
                &["topic", "error_type"],
            )?,
            accepted: counter("probe_events_accepted_total", "Events accepted for producing.", &["topic"])?,
            acknowledged: counter(
                "probe_events_acknowledged_total",
                "Events that the broker acknowledged.",
                &["topic"],
            )?,
            nacked: counter("probe_events_nacked_total", "Events that were not acknowledged.", &["topic"])?,
            late: counter(
                "probe_events_late_total",
                "Delivery reports that came after their event was nacked at a deadline.",
                &["topic"],
            )?,
            received: counter("probe_events_received_total", "Events that were read and kept.", &["topic"])?,
            filtered: counter("probe_events_filtered_total", "Events that no filter wanted.", &["topic"])?,
            skipped: counter("probe_events_skipped_total", "Records whose key could not be decoded.", &["topic"])?,
            evicted: counter("probe_events_evicted_total", "Kept events that made room for later ones.", &["topic"])?,
            restarts: counter("probe_actor_restarts_total", "Restarts of actors after a failure.", &["actor"])?,
            resumes: counter("probe_actor_resumes_total", "Failures after which an actor went on.", &["actor"])?,
            ends: counter("probe_actor_ends_total", "Ends of actors, by how they ended.", &["actor", "reason"])?,
            dead_letters: counter(
                "probe_actor_dead_letters_total",
                "Messages that came too late for an actor that was stopping.",
                &["actor"],
            )?,
            clients: ClientMetrics::register(registry)?,
            schema_registries: SchemaRegistryMetrics::register(registry)?,
            tokens: TokenMetrics::register(registry)?,
            queue: QueueMetrics::register(registry)?,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The handles of one producer topic.
    pub fn producer(&self, topic: &JournalTopic) -> ProducerTopicMetrics {
        ProducerTopicMetrics::new(&self.inner, &topic.to_string())
    }

    /// The handles of one consumer topic.
    pub fn consumer(&self, topic: &JournalTopic) -> ConsumerTopicMetrics {
        ConsumerTopicMetrics::new(&self.inner, &topic.to_string())
    }

    /// What the Kafka clients report to.
    pub fn clients(&self) -> &ClientMetrics {
        &self.inner.clients
    }

    /// Where Schema Registries are counted.
    pub fn schema_registries(&self) -> &SchemaRegistryMetrics {
        &self.inner.schema_registries
    }

    /// Where tokens are counted.
    pub fn tokens(&self) -> &TokenMetrics {
        &self.inner.tokens
    }

    /// Where the queue's tests are counted.
    pub fn queue(&self) -> &QueueMetrics {
        &self.inner.queue
    }

    /// Notes how long a test took.
    pub fn test_ended(&self, test_type: &str, duration: Duration) {
        self.inner.test_duration.with_label_values(&[test_type]).set(duration.as_secs_f64());
    }
}

impl SupervisionObserver for TreeMetrics {
    fn restarted(&self, kind: &'static str, _: &str, _: &Failure) {
        self.inner.restarts.with_label_values(&[kind]).inc();
    }
    fn resumed(&self, kind: &'static str, _: &str, _: &Failure) {
        self.inner.resumes.with_label_values(&[kind]).inc();
    }
    fn ended(&self, kind: &'static str, _: &str, termination: &Termination) {
        self.inner.ends.with_label_values(&[kind, termination.as_str()]).inc();
    }
    fn dead_letter(&self, kind: &'static str, _: &str) {
        self.inner.dead_letters.with_label_values(&[kind]).inc();
    }
}

impl fmt::Debug for TreeMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TreeMetrics").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
