use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use test_probe_directives::{
    BootstrapServers, ClientProperties, ClusterName, Role, StartFrom, TestId, TopicDirective, WallClock,
};
use test_probe_encoding::SerdesFactory;
use test_probe_kafka::{
    ClientIdentity, ClientKind, ClientSpec, ClusterSecurity, ConsumerSpec, GapPolicy, GroupProtocol, LaneLimits,
    Security,
};

use crate::error::DirectiveError;
use crate::event_store::StoreLimits;
use crate::{StreamingSupervision, TokenRefreshers};

/// What the Kafka half of the tree is told of the world and of how to behave in it. The defaults are those of the
/// reference configuration.
#[derive(Clone, Debug)]
pub struct KafkaSettings {
    /// The clusters by name; topics that name none live on the default one.
    pub clusters: Clusters,
    /// What a shared producer's `client.id` begins with.
    pub client_id_prefix: String,
    /// What a test's consumer groups begin with: `{prefix}{testId}`, and `{prefix}{testId}-{principal}` for every further
    /// principal of the test on the same cluster.
    pub group_id_prefix: String,
    /// What one topic may have under way.
    pub lane: LaneLimits,
    /// How long after it was accepted an event has its answer at the latest.
    pub produce_timeout: Duration,
    /// How long librdkafka waits for more records before it sends.
    pub linger: Duration,
    /// How long librdkafka tries to deliver a record; below the produce time-out.
    pub delivery_timeout: Duration,
    /// How often clients report statistics.
    pub statistics_interval: Duration,
    /// Further librdkafka settings of all clients.
    pub properties: ClientProperties,
    /// The protocol of consumer groups.
    pub group_protocol: GroupProtocol,
    /// Where consumers begin.
    pub start_from: StartFrom,
    /// How long a broker holds a fetch that finds nothing.
    pub fetch_wait: Duration,
    /// What a hole between offsets means.
    pub gaps: GapPolicy,
    /// How many processed records make a commit due.
    pub commit_batch_size: usize,
    /// How long a processed record waits for its commit at most.
    pub commit_interval: Duration,
    /// How much a consumer topic keeps.
    pub store: StoreLimits,
    /// How long a cluster may take to answer the questions of the start.
    pub cluster_timeout: Duration,
    /// How long a streaming actor may drain when it is told to stop.
    pub close_timeout: Duration,
    /// When streaming actors are restarted.
    pub supervision: StreamingSupervision,
}

impl KafkaSettings {
    /// Settings for a world of one cluster.
    pub fn new(bootstrap_servers: BootstrapServers, serdes: Option<SerdesFactory>) -> Self {
        Self {
            clusters: Clusters::new(Cluster { bootstrap_servers, serdes }),
            client_id_prefix: "producer-".to_owned(),
            group_id_prefix: "test-".to_owned(),
            lane: LaneLimits::default(),
            produce_timeout: Duration::from_secs(30),
            linger: Duration::ZERO,
            delivery_timeout: Duration::from_secs(25),
            statistics_interval: Duration::from_millis(250),
            properties: ClientProperties::default(),
            group_protocol: GroupProtocol::Classic,
            start_from: StartFrom::TestStart,
            fetch_wait: Duration::from_millis(100),
            gaps: GapPolicy::Expected,
            commit_batch_size: 20,
            commit_interval: Duration::from_secs(10),
            store: StoreLimits::default(),
            cluster_timeout: Duration::from_secs(10),
            close_timeout: Duration::from_secs(2),
            supervision: StreamingSupervision::default(),
        }
    }

    /// Takes the tokens of clusters from here. Without them no topic is opened that needs one.
    #[must_use]
    pub fn with_tokens(mut self, tokens: TokenRefreshers) -> Self {
        self.clusters.tokens = Some(tokens);
        self
    }

    /// The identity with which a directive's topic is opened. A directive's own servers override its cluster's.
    pub(crate) fn identity(
        &self,
        directive: &TopicDirective,
        credential: String,
    ) -> Result<(ClientIdentity, Option<SerdesFactory>), DirectiveError> {
        let cluster = self.clusters.of(directive);
        let servers = directive.bootstrap_servers.as_ref().or(cluster.map(|cluster| &cluster.bootstrap_servers));
        let servers = servers.ok_or_else(|| DirectiveError::UnknownCluster(directive.identity()))?;
        let identity = ClientIdentity {
            cluster: directive.cluster.clone(),
            bootstrap_servers: servers.clone(),
            principal: directive.client_principal.clone(),
            credential,
        };
        Ok((identity, cluster.and_then(|cluster| cluster.serdes.clone())))
    }

    /// The `client.id`s of the clients that these topics are opened with, each once: under these names metrics and
    /// brokers show them.
    pub fn client_ids(&self, test_id: TestId, directives: &[TopicDirective]) -> BTreeSet<(ClientKind, String)> {
        let client_id = |directive: &TopicDirective| {
            let (identity, _) = self.identity(directive, String::new()).ok()?;
            Some(match directive.role {
                Role::Producer => (ClientKind::Producer, self.producer_client_id(&identity)),
                Role::Consumer => (ClientKind::Consumer, self.consumer_client_id(test_id, &identity)),
            })
        };
        directives.iter().filter_map(client_id).collect()
    }

    pub(crate) fn producer_client_id(&self, identity: &ClientIdentity) -> String {
        identity.client_id(&self.client_id_prefix)
    }

    pub(crate) fn consumer_client_id(&self, test_id: TestId, identity: &ClientIdentity) -> String {
        format!("consumer-{test_id}-{}-{}", identity.cluster, identity.principal)
    }

    pub(crate) fn client(&self, identity: ClientIdentity, client_id: String, security: Security) -> ClientSpec {
        ClientSpec {
            security,
            // Whether a token is good is told by the clock that it was stamped by.
            clock: self.clusters.tokens().map_or_else(WallClock::system, TokenRefreshers::clock),
            linger: self.linger,
            delivery_timeout: self.delivery_timeout,
            statistics_interval: self.statistics_interval,
            properties: self.properties.clone(),
            ..ClientSpec::new(identity, client_id)
        }
    }

    /// The consumer group of a client, given what the test's earlier clients were opened with.
    ///
    /// The test's first client on a cluster has the group `{prefix}{testId}`. Every further client there, one of another
    /// principal, has a group of its own, `{prefix}{testId}-{principal}`, with a number behind it where a principal comes
    /// again with other credentials: a client commits where it begins before it joins, which a group that another client
    /// has joined refuses. Rights that are given to the prefix hold for them all. Clusters are the same where they share
    /// a server.
    pub(crate) fn group_id<'a>(
        &self,
        test_id: TestId,
        identity: &ClientIdentity,
        earlier: impl Iterator<Item = &'a ConsumerSpec>,
    ) -> String {
        let on_the_same_cluster = |spec: &&ConsumerSpec| share_a_server(&spec.client.identity, identity);
        let taken: Vec<&str> = earlier.filter(on_the_same_cluster).map(|spec| spec.group_id.as_str()).collect();
        let first = format!("{}{test_id}", self.group_id_prefix);
        if taken.is_empty() {
            return first;
        }
        let own = format!("{first}-{}", identity.principal);
        let numbered = (2_usize..).map(|number| format!("{own}-{number}"));
        let free = std::iter::once(own.clone()).chain(numbered).find(|group_id| !taken.contains(&group_id.as_str()));
        free.unwrap_or(own)
    }
}

fn share_a_server(one: &ClientIdentity, other: &ClientIdentity) -> bool {
    let other: Vec<&str> = other.bootstrap_servers.as_str().split(',').collect();
    one.bootstrap_servers.as_str().split(',').any(|server| other.contains(&server))
}

/// A cluster: its brokers and its Schema Registry.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// The brokers.
    pub bootstrap_servers: BootstrapServers,
    /// Encoding and decoding through the cluster's registry; nothing where topics have neither.
    pub serdes: Option<SerdesFactory>,
}

/// The clusters by name.
#[derive(Clone, Debug)]
pub struct Clusters {
    default: Cluster,
    named: HashMap<ClusterName, Cluster>,
    security: ClusterSecurity,
    foreign_security: ClusterSecurity,
    named_security: HashMap<ClusterName, ClusterSecurity>,
    tokens: Option<TokenRefreshers>,
}

impl Clusters {
    /// Only the default cluster, which is reached as topics' credentials say.
    pub fn new(default: Cluster) -> Self {
        Self {
            default,
            named: HashMap::new(),
            security: ClusterSecurity::default(),
            foreign_security: ClusterSecurity::default(),
            named_security: HashMap::new(),
            tokens: None,
        }
    }

    /// How the default cluster is reached, and every other one for which nothing else is said; but those without the
    /// credentials that this names, which are none of their business.
    #[must_use]
    pub fn secured(mut self, security: ClusterSecurity) -> Self {
        self.foreign_security = security.without_credentials();
        self.security = security;
        self
    }

    /// How the cluster of this name is reached.
    #[must_use]
    pub fn with_security(mut self, name: ClusterName, security: ClusterSecurity) -> Self {
        self.named_security.insert(name, security);
        self
    }

    /// What is said about how the cluster of this name is reached.
    pub fn security(&self, name: &ClusterName) -> &ClusterSecurity {
        let otherwise = if name.is_default() { &self.security } else { &self.foreign_security };
        self.named_security.get(name).unwrap_or(otherwise)
    }

    /// Where tokens come from, if there are any.
    pub fn tokens(&self) -> Option<&TokenRefreshers> {
        self.tokens.as_ref()
    }

    /// Adds a cluster that topics call by name.
    #[must_use]
    pub fn with(mut self, name: ClusterName, cluster: Cluster) -> Self {
        self.named.insert(name, cluster);
        self
    }

    /// The cluster of this name.
    pub fn get(&self, name: &ClusterName) -> Option<&Cluster> {
        if name.is_default() { Some(&self.default) } else { self.named.get(name) }
    }

    /// The cluster that a directive's topic belongs to; a topic with servers of its own uses the default one's registry.
    pub fn of(&self, directive: &TopicDirective) -> Option<&Cluster> {
        self.get(&directive.cluster).or_else(|| directive.bootstrap_servers.as_ref().map(|_| &self.default))
    }
}
