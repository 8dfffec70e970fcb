use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{GaugeVec, Opts};
use tokio::time::Instant;

use super::latency_window::{LatencyWindow, PERCENTILES};
use super::rate_window::RateWindow;

/// The two metrics that look back over a span of time, computed when somebody asks.
#[derive(Clone)]
pub(super) struct WindowCollector {
    shared: Arc<Shared>,
}

struct Shared {
    begun: Instant,
    latency: GaugeVec,
    throughput: GaugeVec,
    topics: Mutex<BTreeMap<String, Arc<TopicWindow>>>,
}

/// What one producer topic did lately.
pub(super) struct TopicWindow {
    begun: Instant,
    windows: Mutex<(LatencyWindow, RateWindow)>,
}

impl WindowCollector {
    pub(super) fn new() -> prometheus::Result<Self> {
        let latency = Opts::new(
            "probe_kafka_producer_latency_ms",
            "Time from the call to the broker's acknowledgement, in milliseconds: percentiles of the last 60 s.",
        );
        let throughput = Opts::new(
            "probe_kafka_producer_throughput",
            "Events per second that the broker acknowledged, over the last 10 s.",
        );
        let shared = Shared {
            begun: Instant::now(),
            latency: GaugeVec::new(latency, &["topic", "percentile"])?,
            throughput: GaugeVec::new(throughput, &["topic"])?,
            topics: Mutex::default(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    pub(super) fn topic(&self, topic: &str) -> Arc<TopicWindow> {
        let window = || {
            let windows = Mutex::new((LatencyWindow::new(), RateWindow::default()));
            Arc::new(TopicWindow { begun: self.shared.begun, windows })
        };
        Arc::clone(locked(&self.shared.topics).entry(topic.to_owned()).or_insert_with(window))
    }
}

impl TopicWindow {
    pub(super) fn record(&self, latency: Duration) {
        let now = self.begun.elapsed();
        let (latencies, rate) = &mut *locked(&self.windows);
        latencies.record(now, latency);
        rate.record(now);
    }
}

impl Collector for WindowCollector {
    fn desc(&self) -> Vec<&Desc> {
        let mut descriptions = self.shared.latency.desc();
        descriptions.extend(self.shared.throughput.desc());
        descriptions
    }

    /// A topic without an event in the last minute shows no percentile.
    fn collect(&self) -> Vec<MetricFamily> {
        let Shared { begun, latency, throughput, topics } = &*self.shared;
        let topics = locked(topics);
        latency.reset();
        for (topic, window) in topics.iter() {
            let now = begun.elapsed();
            let (latencies, rate) = &mut *locked(&window.windows);
            throughput.with_label_values(&[topic.as_str()]).set(rate.per_second(now));
            for (percentile, millis) in PERCENTILES.iter().zip(latencies.percentiles_ms(now).into_iter().flatten()) {
                latency.with_label_values(&[topic.as_str(), &percentile.to_string()]).set(millis);
            }
        }
        let mut families = latency.collect();
        families.extend(throughput.collect());
        families
    }
}

impl fmt::Debug for TopicWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TopicWindow").finish_non_exhaustive()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
