use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::registry_url::without_credentials;
use crate::{BootstrapServers, SaslMechanism, SecurityProtocol};

/// The name under which a directive, a step or a figure speaks of a cluster. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClusterName(Arc<str>);

impl ClusterName {
    /// The cluster of the configuration, for topics that name none.
    pub const DEFAULT: &'static str = "default";

    /// A name as the directive file writes it.
    pub fn new(name: &str) -> Self {
        Self(Arc::from(name))
    }

    /// The name of a cluster that a topic gives only by its servers: the servers are the name.
    pub fn of_servers(servers: &BootstrapServers) -> Self {
        Self::new(servers.as_str())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the cluster of the configuration.
    pub fn is_default(&self) -> bool {
        &*self.0 == Self::DEFAULT
    }
}

impl Default for ClusterName {
    fn default() -> Self {
        Self::new(Self::DEFAULT)
    }
}

impl fmt::Display for ClusterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ClusterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

/// A cluster that the directive file itself describes, beside the one of the configuration.
#[derive(Clone, PartialEq, Eq)]
pub struct ClusterDirective {
    /// What topics call it.
    pub name: ClusterName,
    /// Its brokers.
    pub bootstrap_servers: BootstrapServers,
    /// Its own registry; the configuration's where it has none. Do not log it: it may carry a password.
    pub schema_registry_url: Option<String>,
    /// How its brokers are reached; as the configuration says where it says nothing.
    pub security_protocol: Option<SecurityProtocol>,
    /// How a client proves by SASL who it is; as the configuration says where it says nothing.
    pub sasl_mechanism: Option<SaslMechanism>,
    /// The authorities that its brokers' certificates are checked with, a PEM file: a path within the test's folder that
    /// does not lead out of it. The configuration's where it has none.
    pub ca_file: Option<PathBuf>,
}

/// Without the credentials that the registry's address may carry.
impl fmt::Debug for ClusterDirective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusterDirective")
            .field("name", &self.name)
            .field("bootstrap_servers", &self.bootstrap_servers)
            .field("schema_registry_url", &self.schema_registry_url.as_deref().map(without_credentials))
            .field("security_protocol", &self.security_protocol)
            .field("sasl_mechanism", &self.sasl_mechanism)
            .field("ca_file", &self.ca_file)
            .finish()
    }
}
