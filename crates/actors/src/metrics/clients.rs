use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use prometheus::{IntCounterVec, IntGaugeVec, Opts, Registry};
use test_probe_kafka::{ClientKind, ClientObserver, ClientStatistics};
use tokio::sync::watch;
use tracing::debug;

/// What the Kafka clients report: connections, traffic, lag, errors. Cheap to clone.
#[derive(Clone)]
pub struct ClientMetrics {
    shared: Arc<Shared>,
}

struct Shared {
    producers: Traffic,
    consumers: Traffic,
    lag: IntGaugeVec,
    errors: IntCounterVec,
    unreadable: IntCounterVec,
    clients: Mutex<BTreeMap<(ClientKind, String), Client>>,
    reported: watch::Sender<u64>,
}

struct Traffic {
    connections: IntCounterVec,
    network_bytes: IntCounterVec,
}

/// A client's last report, so that totals which begin anew with a new client still only grow here.
#[derive(Default)]
struct Client {
    last: ClientStatistics,
    total_connections: u64,
    reports: u64,
    /// Two for a moment, while one client replaces another.
    open: usize,
}

impl ClientMetrics {
    pub(super) fn register(registry: &Registry) -> prometheus::Result<Self> {
        let counter = |name: &str, help: &str, labels: &[&str]| {
            let counter = IntCounterVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(counter.clone()))?;
            prometheus::Result::Ok(counter)
        };
        let lag = IntGaugeVec::new(
            Opts::new("probe_kafka_consumer_lag", "Records between the position and the end of a topic's partitions."),
            &["client_id", "topic"],
        )?;
        registry.register(Box::new(lag.clone()))?;
        let connections = "Connections to brokers that the client has opened.";
        let traffic = "Bytes that the client has sent and received.";
        let shared = Shared {
            producers: Traffic {
                connections: counter("kafka_producer_connection_creation_total", connections, &["client_id"])?,
                network_bytes: counter("kafka_producer_network_io_total", traffic, &["client_id"])?,
            },
            consumers: Traffic {
                connections: counter("kafka_consumer_connection_creation_total", connections, &["client_id"])?,
                network_bytes: counter("kafka_consumer_network_io_total", traffic, &["client_id"])?,
            },
            lag,
            errors: counter("probe_kafka_client_errors_total", "Errors that belong to no record.", &["client_id"])?,
            unreadable: counter(
                "probe_kafka_unreadable_statistics_total",
                "Statistics of clients that could not be read.",
                &["client_id"],
            )?,
            clients: Mutex::default(),
            reported: watch::channel(0).0,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The clients that are open, by kind and `client.id`.
    pub fn open(&self) -> Vec<(ClientKind, String)> {
        self.clients().iter().filter(|(_, client)| client.open > 0).map(|(key, _)| key.clone()).collect()
    }

    /// How many connections a client has opened, those of clients of the same `client.id` before it included.
    pub fn connections(&self, kind: ClientKind, client_id: &str) -> u64 {
        self.clients().get(&(kind, client_id.to_owned())).map_or(0, |client| client.total_connections)
    }

    /// Waits until every open client has reported once more, but not longer than `limit`; says whether all did. The
    /// figures of a run are taken after this.
    ///
    /// # Cancellation
    /// Safe.
    pub async fn next_reports(&self, limit: Duration) -> bool {
        let open: Vec<((ClientKind, String), u64)> = {
            let clients = self.clients();
            let open = clients.iter().filter(|(_, client)| client.open > 0);
            open.map(|(key, client)| (key.clone(), client.reports)).collect()
        };
        let all_reported = |_: &u64| {
            let clients = self.clients();
            open.iter()
                .all(|(key, before)| clients.get(key).is_none_or(|client| client.reports > *before || client.open == 0))
        };
        let mut reported = self.shared.reported.subscribe();
        tokio::time::timeout(limit, reported.wait_for(all_reported)).await.is_ok()
    }

    fn clients(&self) -> MutexGuard<'_, BTreeMap<(ClientKind, String), Client>> {
        self.shared.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn traffic(&self, kind: ClientKind) -> &Traffic {
        match kind {
            ClientKind::Producer => &self.shared.producers,
            ClientKind::Consumer => &self.shared.consumers,
        }
    }
}

impl ClientObserver for ClientMetrics {
    fn opened(&self, kind: ClientKind, client_id: &str) {
        let mut clients = self.clients();
        let client = clients.entry((kind, client_id.to_owned())).or_default();
        client.last = ClientStatistics::default();
        client.open += 1;
    }

    fn closed(&self, kind: ClientKind, client_id: &str) {
        if let Some(client) = self.clients().get_mut(&(kind, client_id.to_owned())) {
            client.open = client.open.saturating_sub(1);
        }
        self.shared.reported.send_modify(|reports| *reports += 1);
    }

    fn statistics(&self, kind: ClientKind, client_id: &str, statistics: &ClientStatistics) {
        let mut clients = self.clients();
        let client = clients.entry((kind, client_id.to_owned())).or_default();
        let connections = statistics.connects.saturating_sub(client.last.connects);
        let bytes = statistics.network_bytes.saturating_sub(client.last.network_bytes);
        client.total_connections += connections;
        client.reports += 1;
        client.last = statistics.clone();
        drop(clients);
        let traffic = self.traffic(kind);
        traffic.connections.with_label_values(&[client_id]).inc_by(connections);
        traffic.network_bytes.with_label_values(&[client_id]).inc_by(bytes);
        for (topic, lag) in &statistics.lag {
            let lag = i64::try_from(*lag).unwrap_or(i64::MAX);
            self.shared.lag.with_label_values(&[client_id, topic.as_str()]).set(lag);
        }
        self.shared.reported.send_modify(|reports| *reports += 1);
    }

    fn unreadable_statistics(&self, _: ClientKind, client_id: &str) {
        self.shared.unreadable.with_label_values(&[client_id]).inc();
    }

    fn client_error(&self, kind: ClientKind, client_id: &str, reason: &str) {
        debug!(kind = kind.as_str(), client_id, reason, "a Kafka client reports an error");
        self.shared.errors.with_label_values(&[client_id]).inc();
    }
}

impl fmt::Debug for ClientMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientMetrics").finish_non_exhaustive()
    }
}
