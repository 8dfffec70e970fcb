use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

/// What a client says of itself, taken from librdkafka's statistics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientStatistics {
    /// Connections that the client has opened since it was made, over all brokers.
    pub connects: u64,
    /// Logins by SASL that the client has begun since it was made, over all brokers: each connection's first one and those
    /// within its life (KIP-368). librdkafka counts the handshakes that they begin with.
    pub logins: u64,
    /// Bytes sent and received since the client was made.
    pub network_bytes: u64,
    /// For a consumer, records between its position and the end of each partition, by topic.
    pub lag: BTreeMap<String, u64>,
}

/// Which sort of client reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClientKind {
    /// A producer client, shared by topics and tests.
    Producer,
    /// A consumer client, shared by the topics of a test.
    Consumer,
}

impl ClientKind {
    /// The word that figures and the ledger use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Producer => "producer",
            Self::Consumer => "consumer",
        }
    }
}

/// Hears what clients report. Called from librdkafka's threads: be quick, do not block.
pub trait ClientObserver: fmt::Debug + Send + Sync {
    /// A client of this id was made. Ids can come again: a client that failed is replaced under its own id.
    fn opened(&self, kind: ClientKind, client_id: &str);
    /// The client of this id closes; it reports no more.
    fn closed(&self, kind: ClientKind, client_id: &str);
    /// Statistics of the present client of this id.
    fn statistics(&self, kind: ClientKind, client_id: &str, statistics: &ClientStatistics);
    /// Statistics that could not be read; the client goes on.
    fn unreadable_statistics(&self, kind: ClientKind, client_id: &str);
    /// An error that belongs to no record, such as a broker that cannot be reached.
    fn client_error(&self, kind: ClientKind, client_id: &str, reason: &str);
}

/// Hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoObserver;

impl ClientObserver for NoObserver {
    fn opened(&self, _: ClientKind, _: &str) {}
    fn closed(&self, _: ClientKind, _: &str) {}
    fn statistics(&self, _: ClientKind, _: &str, _: &ClientStatistics) {}
    fn unreadable_statistics(&self, _: ClientKind, _: &str) {}
    fn client_error(&self, _: ClientKind, _: &str, _: &str) {}
}

impl ClientStatistics {
    /// Logins within a connection's life, at least: librdkafka counts them together with the first ones, and a connection
    /// that did not come as far as its login hides one.
    pub const fn reauthentications(&self) -> u64 {
        self.logins.saturating_sub(self.connects)
    }

    /// Reads librdkafka's statistics JSON. Only what is used is looked at, and what is missing counts as nothing:
    /// librdkafka has been seen to cut or malform this text (librdkafka#5379, #5390).
    pub fn parse(json: &[u8]) -> Option<Self> {
        let raw: Raw = serde_json::from_slice(json).ok()?;
        let lag = raw.topics.into_iter().filter_map(|(topic, raw)| {
            let lags = raw.partitions.values().filter_map(|partition| u64::try_from(partition.consumer_lag).ok());
            lags.reduce(u64::saturating_add).map(|lag| (topic, lag))
        });
        Some(Self {
            connects: raw.brokers.values().map(|broker| broker.connects).sum(),
            logins: raw.brokers.values().map(|broker| broker.req.logins).sum(),
            network_bytes: raw.tx_bytes.saturating_add(raw.rx_bytes),
            lag: lag.collect(),
        })
    }
}

#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    tx_bytes: u64,
    #[serde(default)]
    rx_bytes: u64,
    #[serde(default)]
    brokers: BTreeMap<String, RawBroker>,
    #[serde(default)]
    topics: BTreeMap<String, RawTopic>,
}

#[derive(Deserialize)]
struct RawBroker {
    #[serde(default)]
    connects: u64,
    #[serde(default)]
    req: RawRequests,
}

#[derive(Default, Deserialize)]
struct RawRequests {
    #[serde(default, rename = "SaslHandshake")]
    logins: u64,
}

#[derive(Deserialize)]
struct RawTopic {
    #[serde(default)]
    partitions: BTreeMap<String, RawPartition>,
}

#[derive(Deserialize)]
struct RawPartition {
    #[serde(default = "unknown_lag")]
    consumer_lag: i64,
}

/// librdkafka's own mark for a lag that it does not know.
const fn unknown_lag() -> i64 {
    -1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_bytes_and_lag_are_summed_up() {
        let json = br#"{"tx_bytes": 10, "rx_bytes": 5, "unknown": {},
            "brokers": {"a/1": {"connects": 1, "req": {"Produce": 9, "SaslHandshake": 4}}, "a/bootstrap": {"connects": 2}, "b": {}},
            "topics": {"orders": {"partitions": {"0": {"consumer_lag": 3}, "1": {"consumer_lag": 4}, "-1": {}}},
                       "quiet": {"partitions": {"0": {"consumer_lag": -1}}}}}"#;
        let statistics = ClientStatistics::parse(json).unwrap();
        assert_eq!((statistics.connects, statistics.network_bytes), (3, 15));
        assert_eq!((statistics.logins, statistics.reauthentications()), (4, 1));
        assert_eq!(statistics.lag, BTreeMap::from([("orders".to_owned(), 7)]));
    }

    #[test]
    fn text_that_is_cut_off_is_no_statistics() {
        assert_eq!(ClientStatistics::parse(br#"{"tx_bytes": 10, "bro"#), None);
        assert_eq!(ClientStatistics::parse(b"{}"), Some(ClientStatistics::default()));
    }
}
