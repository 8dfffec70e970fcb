use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{GaugeVec, IntGaugeVec, Opts};
use test_probe_kafka::{LaneMonitor, Outstanding};
use tokio::time::Instant;

use super::latency_window::{LatencyWindow, PERCENTILES};
use super::rate_window::RateWindow;

/// What is computed when somebody asks: the metrics that look back over a span of time, and what lanes have under way.
#[derive(Clone)]
pub(super) struct WindowCollector {
    shared: Arc<Shared>,
}

struct Shared {
    begun: Instant,
    latency: GaugeVec,
    throughput: GaugeVec,
    in_flight: IntGaugeVec,
    queue_depth: IntGaugeVec,
    waiting_offers: IntGaugeVec,
    topics: Mutex<BTreeMap<String, Arc<TopicWindow>>>,
}

/// What one producer topic did lately.
pub(super) struct TopicWindow {
    begun: Instant,
    windows: Mutex<(LatencyWindow, RateWindow)>,
    lane: Mutex<Option<LaneMonitor>>,
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
        let gauge = |name: &str, help: &str| IntGaugeVec::new(Opts::new(name, help), &["topic"]);
        let shared = Shared {
            begun: Instant::now(),
            latency: GaugeVec::new(latency, &["topic", "percentile"])?,
            throughput: GaugeVec::new(throughput, &["topic"])?,
            in_flight: gauge("probe_kafka_producer_in_flight", "Records in the client without a delivery report.")?,
            queue_depth: gauge("probe_kafka_producer_queue_depth", "Records that wait for the window.")?,
            waiting_offers: gauge("probe_kafka_producer_waiting_offers", "Calls that wait for the buffer.")?,
            topics: Mutex::default(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    pub(super) fn topic(&self, topic: &str) -> Arc<TopicWindow> {
        let window = || {
            let windows = Mutex::new((LatencyWindow::new(), RateWindow::default()));
            Arc::new(TopicWindow { begun: self.shared.begun, windows, lane: Mutex::default() })
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

    pub(super) fn watch(&self, lane: LaneMonitor) {
        *locked(&self.lane) = Some(lane);
    }

    fn outstanding(&self) -> Outstanding {
        locked(&self.lane).as_ref().map(LaneMonitor::outstanding).unwrap_or_default()
    }
}

impl Collector for WindowCollector {
    fn desc(&self) -> Vec<&Desc> {
        let Shared { latency, throughput, in_flight, queue_depth, waiting_offers, .. } = &*self.shared;
        let gauges = [in_flight, queue_depth, waiting_offers];
        [latency, throughput]
            .into_iter()
            .flat_map(Collector::desc)
            .chain(gauges.into_iter().flat_map(Collector::desc))
            .collect()
    }

    /// A topic without an event in the last minute shows no percentile.
    fn collect(&self) -> Vec<MetricFamily> {
        let Shared { begun, latency, throughput, in_flight, queue_depth, waiting_offers, topics } = &*self.shared;
        let topics = locked(topics);
        latency.reset();
        for (topic, window) in topics.iter() {
            let labels = &[topic.as_str()];
            let now = begun.elapsed();
            let (latencies, rate) = &mut *locked(&window.windows);
            throughput.with_label_values(labels).set(rate.per_second(now));
            for (percentile, millis) in PERCENTILES.iter().zip(latencies.percentiles_ms(now).into_iter().flatten()) {
                latency.with_label_values(&[topic.as_str(), &percentile.to_string()]).set(millis);
            }
            let outstanding = window.outstanding();
            for (gauge, value) in [
                (in_flight, outstanding.in_flight),
                (queue_depth, outstanding.buffered),
                (waiting_offers, outstanding.waiting_offers),
            ] {
                gauge.with_label_values(labels).set(i64::try_from(value).unwrap_or(i64::MAX));
            }
        }
        let gauges = [in_flight, queue_depth, waiting_offers];
        let looking_back = [latency, throughput].into_iter().flat_map(Collector::collect);
        looking_back.chain(gauges.into_iter().flat_map(Collector::collect)).collect()
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
