use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use prometheus::{IntCounterVec, IntGaugeVec, Opts, Registry};
use test_probe_kafka::{ClientKind, ClientObserver, ClientStatistics};
use tokio::sync::watch;
use tracing::debug;

/// What the Kafka clients report: connections, logins, traffic, lag, errors. Cheap to clone.
///
/// Figures are kept by `client.id`, and grow over the clients of the same id. A consumer's id carries its test's, so
/// whoever ends a test [forgets](Self::forget) its clients once their figures are written down; a producer's is shared by
/// the runs of a process, which take what [`connections`](Self::connections) says at their beginning off.
///
/// # One client in the place of another
/// Reports carry no more than the id, and while a client takes the place of one that failed, both report under it for a
/// moment. Their figures are told apart by this: those of one client never fall. While both are open, a report that is not
/// below the older one's last is taken for the older one's and left out; the newer one is counted from its first report
/// below that, or when the older one has closed, from its beginning in any case. So a total may be late and may miss what
/// the older client did at its very end, but nothing is counted twice.
#[derive(Clone)]
pub struct ClientMetrics {
    shared: Arc<Shared>,
}

struct Shared {
    producers: Traffic,
    consumers: Traffic,
    lag: IntGaugeVec,
    logins: IntCounterVec,
    reauthentications: IntCounterVec,
    errors: IntCounterVec,
    unreadable: IntCounterVec,
    clients: Mutex<BTreeMap<(ClientKind, String), Client>>,
    reported: watch::Sender<u64>,
}

struct Traffic {
    connections: IntCounterVec,
    network_bytes: IntCounterVec,
}

/// What is known of the clients of one id.
#[derive(Default)]
struct Client {
    /// The last report of the newest one, so that totals which begin anew with a new client still only grow here.
    last: ClientStatistics,
    /// The last report of the one before it, while that is still open.
    older: Option<ClientStatistics>,
    total_connections: u64,
    /// Of the newest one.
    reauthentications: u64,
    reports: u64,
    /// Two for a moment, while one client replaces another.
    open: usize,
    /// Topics whose lag is shown.
    lagging: BTreeSet<String>,
    /// Whether nobody will ask for its figures any more.
    is_forgotten: bool,
}

/// What a report adds to the totals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Growth {
    connections: u64,
    network_bytes: u64,
    logins: u64,
    reauthentications: u64,
}

impl Client {
    fn opened(&mut self) {
        self.reauthentications = 0;
        let last = std::mem::take(&mut self.last);
        if self.open > 0 {
            // Of three at once the two older ones are told from the newest by the larger figures.
            let older = self.older.take().filter(|older| older.network_bytes > last.network_bytes);
            self.older = Some(older.unwrap_or(last));
        }
        self.open += 1;
        self.is_forgotten = false;
    }

    fn closed(&mut self) {
        self.open = self.open.saturating_sub(1);
        if self.open < 2 {
            self.older = None;
        }
    }

    /// Takes a report in; nothing where it is the older client's.
    fn reported(&mut self, statistics: &ClientStatistics) -> Option<Growth> {
        self.reports += 1;
        if let Some(older) = &mut self.older {
            let has_fallen = statistics.network_bytes < older.network_bytes || statistics.connects < older.connects;
            if !has_fallen {
                *older = statistics.clone();
                return None;
            }
        }
        // A connection that failed takes one off, which had been counted.
        let reauthentications = statistics.reauthentications().max(self.reauthentications);
        let growth = Growth {
            connections: statistics.connects.saturating_sub(self.last.connects),
            network_bytes: statistics.network_bytes.saturating_sub(self.last.network_bytes),
            logins: statistics.logins.saturating_sub(self.last.logins),
            reauthentications: reauthentications - self.reauthentications,
        };
        self.reauthentications = reauthentications;
        self.total_connections += growth.connections;
        self.last = statistics.clone();
        self.lagging.extend(statistics.lag.keys().cloned());
        Some(growth)
    }
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
            logins: counter(
                "probe_kafka_client_logins_total",
                "Logins by SASL that the client has begun: each connection's first one and re-authentications.",
                &["client_id"],
            )?,
            reauthentications: counter(
                "probe_kafka_client_reauthentications_total",
                "Logins by SASL within a connection's life (KIP-368): logins that are more than connections.",
                &["client_id"],
            )?,
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

    /// How many connections a client has opened, those of clients of the same `client.id` before it included, until it is
    /// [forgotten](Self::forget).
    pub fn connections(&self, kind: ClientKind, client_id: &str) -> u64 {
        self.clients().get(&(kind, client_id.to_owned())).map_or(0, |client| client.total_connections)
    }

    /// Drops everything that is kept and shown of a client's id. A client that is still open goes on reporting and is
    /// forgotten when it closes.
    pub fn forget(&self, kind: ClientKind, client_id: &str) {
        let key = (kind, client_id.to_owned());
        let mut clients = self.clients();
        if let Some(client) = clients.get_mut(&key) {
            client.is_forgotten = true;
            if client.open == 0 {
                clients.remove(&key);
                drop(clients);
                self.hide(kind, client_id);
            }
        }
    }

    /// How many ids something is kept of.
    #[cfg(test)]
    pub(crate) fn known(&self) -> usize {
        self.clients().len()
    }

    /// Counts something that a client meets, unless it is forgotten: nobody would take the count away again.
    fn count(&self, kind: ClientKind, client_id: &str, counter: &IntCounterVec) {
        if self.clients().contains_key(&(kind, client_id.to_owned())) {
            counter.with_label_values(&[client_id]).inc();
        }
    }

    /// Takes a client's series out of the registry. One that it never had is not missed.
    fn hide(&self, kind: ClientKind, client_id: &str) {
        let Traffic { connections, network_bytes } = self.traffic(kind);
        let Shared { logins, reauthentications, errors, unreadable, .. } = &*self.shared;
        for series in [connections, network_bytes, logins, reauthentications, errors, unreadable] {
            series.remove_label_values(&[client_id]).ok();
        }
    }

    /// Takes the lag of topics out of the registry that nobody reads any more.
    fn hide_lag(&self, client_id: &str, topics: BTreeSet<String>) {
        for topic in topics {
            self.shared.lag.remove_label_values(&[client_id, topic.as_str()]).ok();
        }
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
        self.clients().entry((kind, client_id.to_owned())).or_default().opened();
    }

    fn closed(&self, kind: ClientKind, client_id: &str) {
        let key = (kind, client_id.to_owned());
        let mut clients = self.clients();
        if let Some(client) = clients.get_mut(&key) {
            client.closed();
            if client.open == 0 {
                self.hide_lag(client_id, std::mem::take(&mut client.lagging));
                if client.is_forgotten {
                    clients.remove(&key);
                    self.hide(kind, client_id);
                }
            }
        }
        drop(clients);
        self.shared.reported.send_modify(|reports| *reports += 1);
    }

    fn statistics(&self, kind: ClientKind, client_id: &str, statistics: &ClientStatistics) {
        let mut clients = self.clients();
        // A client reports until it is destroyed, which is after it has closed. Nobody would take its lag away again.
        let is_open = |client: &&mut Client| client.open > 0;
        let Some(client) = clients.get_mut(&(kind, client_id.to_owned())).filter(is_open) else { return };
        // Shown under the lock, so that the client's end comes before or after and not in between.
        if let Some(Growth { connections, network_bytes, logins, reauthentications }) = client.reported(statistics) {
            let traffic = self.traffic(kind);
            traffic.connections.with_label_values(&[client_id]).inc_by(connections);
            traffic.network_bytes.with_label_values(&[client_id]).inc_by(network_bytes);
            if statistics.logins > 0 {
                self.shared.logins.with_label_values(&[client_id]).inc_by(logins);
                self.shared.reauthentications.with_label_values(&[client_id]).inc_by(reauthentications);
            }
            for (topic, lag) in &statistics.lag {
                let lag = i64::try_from(*lag).unwrap_or(i64::MAX);
                self.shared.lag.with_label_values(&[client_id, topic.as_str()]).set(lag);
            }
        }
        drop(clients);
        self.shared.reported.send_modify(|reports| *reports += 1);
    }

    fn unreadable_statistics(&self, kind: ClientKind, client_id: &str) {
        self.count(kind, client_id, &self.shared.unreadable);
    }

    fn client_error(&self, kind: ClientKind, client_id: &str, reason: &str) {
        debug!(kind = kind.as_str(), client_id, reason, "a Kafka client reports an error");
        self.count(kind, client_id, &self.shared.errors);
    }
}

impl fmt::Debug for ClientMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientMetrics").finish_non_exhaustive()
    }
}
