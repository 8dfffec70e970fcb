use std::sync::Arc;

use prometheus::{Histogram, IntCounter, IntCounterVec};
use test_probe_kafka::{LaneMonitor, ProducedAck, ProducedNack};

use super::Inner;
use super::window_collector::TopicWindow;

/// One producer topic's handles, looked up once.
#[derive(Clone, Debug)]
pub struct ProducerTopicMetrics {
    topic: Arc<str>,
    window: Arc<TopicWindow>,
    latency_seconds: Histogram,
    errors: IntCounterVec,
    accepted: IntCounter,
    acknowledged: IntCounter,
    nacked: IntCounter,
    late: IntCounter,
}

impl ProducerTopicMetrics {
    pub(super) fn new(inner: &Inner, topic: &str) -> Self {
        let labels = &[topic];
        Self {
            topic: Arc::from(topic),
            window: inner.windows.topic(topic),
            latency_seconds: inner.latency_seconds.with_label_values(labels),
            errors: inner.errors.clone(),
            accepted: inner.accepted.with_label_values(labels),
            acknowledged: inner.acknowledged.with_label_values(labels),
            nacked: inner.nacked.with_label_values(labels),
            late: inner.late.with_label_values(labels),
        }
    }

    pub(crate) fn accepted(&self) {
        self.accepted.inc();
    }

    pub(crate) fn acknowledged(&self, ack: &ProducedAck) {
        self.window.record(ack.latency);
        self.latency_seconds.observe(ack.latency.as_secs_f64());
        self.acknowledged.inc();
    }

    pub(crate) fn nacked(&self, nack: &ProducedNack) {
        self.nacked.inc();
        self.errors.with_label_values(&[&*self.topic, nack.kind.as_str()]).inc();
    }

    pub(crate) fn late(&self) {
        self.late.inc();
    }

    /// Shows what this lane has under way from now on.
    pub(crate) fn watch(&self, lane: LaneMonitor) {
        self.window.watch(lane);
    }
}
