use std::fmt;
use std::time::Duration;

use test_probe_directives::{BootstrapServers, ClientProperties, ClusterName, WallClock};
use test_probe_oauth::TokenUnavailable;

use crate::Security;

/// What makes two uses of a cluster the same client: the cluster, the principal, and the fingerprint of its credential,
/// so that a rotated secret never rides on an old client.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientIdentity {
    /// The cluster's name.
    pub cluster: ClusterName,
    /// The cluster's brokers.
    pub bootstrap_servers: BootstrapServers,
    /// Who connects.
    pub principal: String,
    /// The credential's [fingerprint](Security::fingerprint); empty without one.
    pub credential: String,
}

impl ClientIdentity {
    /// The `client.id` of the producer that everything with this identity shares: `{prefix}{cluster}-{principal}`. It
    /// carries no test id, since tests share the client too.
    pub fn client_id(&self, prefix: &str) -> String {
        format!("{prefix}{}-{}", self.cluster, self.principal)
    }
}

/// Everything that a client needs to be made.
#[derive(Clone, Debug)]
pub struct ClientSpec {
    /// Whose client it is.
    pub identity: ClientIdentity,
    /// Kafka's `client.id`.
    pub client_id: String,
    /// How the connection is secured.
    pub security: Security,
    /// Tells whether a token is still good.
    pub clock: WallClock,
    /// How long a producer waits for more records before it sends; 0 sends at once.
    pub linger: Duration,
    /// How long librdkafka tries to deliver a record before its report says so.
    pub delivery_timeout: Duration,
    /// How often the client reports its statistics.
    pub statistics_interval: Duration,
    /// Further librdkafka settings by name. They add to how the connection is secured, and contradict it nowhere.
    pub properties: ClientProperties,
}

impl ClientSpec {
    /// A client with the defaults of the reference configuration.
    pub fn new(identity: ClientIdentity, client_id: impl Into<String>) -> Self {
        Self {
            identity,
            client_id: client_id.into(),
            security: Security::plaintext(),
            clock: WallClock::system(),
            linger: Duration::ZERO,
            delivery_timeout: Duration::from_secs(25),
            statistics_interval: Duration::from_millis(250),
            properties: ClientProperties::default(),
        }
    }

    /// Why nobody can log in now: the client's token has ended or never came. Costs one look where no token is used.
    pub fn unavailable(&self) -> Option<TokenUnavailable> {
        self.security.token().and_then(|_| self.security.unavailable(self.clock.now()))
    }
}

/// Which protocol a consumer group speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GroupProtocol {
    /// The protocol that every Kafka knows.
    #[default]
    Classic,
    /// The protocol of KIP-848: assignments come from the broker, and sooner.
    Consumer,
}

impl GroupProtocol {
    /// The value of librdkafka's `group.protocol`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Classic => "classic",
            Self::Consumer => "consumer",
        }
    }
}

impl fmt::Display for GroupProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_named_after_cluster_and_principal() {
        let identity = ClientIdentity {
            cluster: ClusterName::default(),
            bootstrap_servers: "localhost:9092".parse().unwrap(),
            principal: "svc-orders".into(),
            credential: String::new(),
        };
        assert_eq!(identity.client_id("producer-"), "producer-default-svc-orders");
    }
}
