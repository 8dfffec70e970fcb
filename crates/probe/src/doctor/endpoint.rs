use std::fmt;

use test_probe_directives::BootstrapServers;
use url::Url;

/// A host and a port.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Endpoint {
    pub(super) host: String,
    pub(super) port: u16,
}

impl Endpoint {
    pub(super) fn new(host: impl Into<String>, port: u16) -> Self {
        Self { host: host.into(), port }
    }

    /// Each of a cluster's servers.
    pub(super) fn of_servers(servers: &BootstrapServers) -> Vec<Self> {
        let each = servers.as_str().split(',').filter_map(|server| server.rsplit_once(':'));
        each.filter_map(|(host, port)| Some(Self::new(host, port.parse().ok()?))).collect()
    }

    /// The host and port of an `http:` or `https:` address, and whether it is the latter.
    pub(super) fn of_url(url: &str) -> Option<(Self, bool)> {
        let url = Url::parse(url).ok()?;
        // An IPv6 address stands in brackets in an address, and without them everywhere else.
        let host = url.host_str()?.trim_matches(['[', ']']);
        Some((Self::new(host, url.port_or_known_default()?), url.scheme() == "https"))
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            return write!(f, "[{}]:{}", self.host, self.port);
        }
        write!(f, "{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_and_addresses_are_taken_apart() {
        let servers = "kafka-1.example.com:9092,10.0.0.2:9093".parse().unwrap();
        let shown: Vec<String> = Endpoint::of_servers(&servers).iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["kafka-1.example.com:9092", "10.0.0.2:9093"]);
        for (url, shown, is_secure) in [
            ("https://idp.example.com/token", "idp.example.com:443", true),
            ("http://user:pass@localhost:8080/a?b", "localhost:8080", false),
            ("http://[::1]/", "[::1]:80", false),
        ] {
            let (endpoint, secure) = Endpoint::of_url(url).unwrap();
            assert_eq!((endpoint.to_string(), secure), (shown.to_owned(), is_secure));
        }
        assert_eq!(Endpoint::of_url("kafka:9092"), None);
    }
}
