use std::sync::Arc;

use prometheus::{Histogram, IntCounter, IntCounterVec, IntGauge};
use test_probe_kafka::{Outstanding, ProducedAck, ProducedNack};

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
    lane: LaneGauges,
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
            lane: LaneGauges {
                in_flight: inner.in_flight.with_label_values(labels),
                queue_depth: inner.queue_depth.with_label_values(labels),
                waiting_offers: inner.waiting_offers.with_label_values(labels),
            },
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

    pub(crate) fn lane(&self) -> LaneGauges {
        self.lane.clone()
    }
}

/// What one topic's lane has under way.
#[derive(Clone, Debug)]
pub struct LaneGauges {
    in_flight: IntGauge,
    queue_depth: IntGauge,
    waiting_offers: IntGauge,
}

impl LaneGauges {
    pub(crate) fn show(&self, outstanding: Outstanding) {
        let Outstanding { in_flight, buffered, waiting_offers } = outstanding;
        for (gauge, value) in
            [(&self.in_flight, in_flight), (&self.queue_depth, buffered), (&self.waiting_offers, waiting_offers)]
        {
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        }
    }
}
