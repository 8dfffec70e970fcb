use prometheus::IntCounter;

use super::Inner;

/// One consumer topic's handles, looked up once.
#[derive(Clone, Debug)]
pub struct ConsumerTopicMetrics {
    received: IntCounter,
    filtered: IntCounter,
    skipped: IntCounter,
    evicted: IntCounter,
}

impl ConsumerTopicMetrics {
    pub(super) fn new(inner: &Inner, topic: &str) -> Self {
        let labels = &[topic];
        Self {
            received: inner.received.with_label_values(labels),
            filtered: inner.filtered.with_label_values(labels),
            skipped: inner.skipped.with_label_values(labels),
            evicted: inner.evicted.with_label_values(labels),
        }
    }

    pub(crate) fn received(&self) {
        self.received.inc();
    }

    pub(crate) fn filtered(&self) {
        self.filtered.inc();
    }

    pub(crate) fn skipped(&self) {
        self.skipped.inc();
    }

    pub(crate) fn evicted(&self) {
        self.evicted.inc();
    }
}
