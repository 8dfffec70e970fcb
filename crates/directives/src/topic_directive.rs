use std::collections::BTreeMap;
use std::fmt;

use crate::{BootstrapServers, ClusterName, EventFilter, Format, KeyFormat, Role, TestId, TopicName};

/// What a test does with one topic: one entry of the directive file's `topics`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicDirective {
    /// The topic as steps and reports call it.
    pub topic: TopicName,
    /// The topic's name on the cluster: [`topic`](Self::topic), but where runs are kept apart by a suffix.
    pub topic_on_cluster: TopicName,
    /// What the test does with it.
    pub role: Role,
    /// The identity whose credentials open the topic.
    pub client_principal: String,
    /// Which events a consumer keeps; empty keeps all.
    pub event_filters: Vec<EventFilter>,
    /// Free texts for vault templates.
    pub metadata: BTreeMap<String, String>,
    /// The topic's own brokers, which override the cluster's.
    pub bootstrap_servers: Option<BootstrapServers>,
    /// The cluster that the topic lives on.
    pub cluster: ClusterName,
    /// The format of the values; the registry's answer decides where the directive says nothing.
    pub format: Option<Format>,
    /// What the keys are.
    pub key: KeyFormat,
    /// The registry subject of the values, where it follows no naming strategy.
    pub subject: Option<String>,
    /// The id of the schema that the values are written with, whatever its subject.
    pub schema_id: Option<u32>,
}

impl TopicDirective {
    /// A directive with the defaults of an entry that gives only these three.
    pub fn new(topic: TopicName, role: Role, client_principal: impl Into<String>) -> Self {
        Self {
            topic_on_cluster: topic.clone(),
            topic,
            role,
            client_principal: client_principal.into(),
            event_filters: Vec::new(),
            metadata: BTreeMap::new(),
            bootstrap_servers: None,
            cluster: ClusterName::default(),
            format: None,
            key: KeyFormat::default(),
            subject: None,
            schema_id: None,
        }
    }

    /// What tells this directive from every other of its test.
    pub fn identity(&self) -> TopicIdentity {
        TopicIdentity { cluster: self.cluster.clone(), topic: self.topic.clone(), role: self.role }
    }

    /// Gives the topic a name of its own on the cluster, so that two runs of one test share nothing: `suffix` is
    /// appended, with `{test-id}` in it replaced by the id's short form.
    ///
    /// # Errors
    /// [`InvalidTopicName`](crate::InvalidTopicName) when the whole is no topic name.
    pub fn with_topic_suffix(mut self, suffix: &str, test_id: &TestId) -> Result<Self, crate::InvalidTopicName> {
        let suffix = suffix.replace("{test-id}", &test_id.short());
        self.topic_on_cluster = TopicName::new(&format!("{}{suffix}", self.topic))?;
        Ok(self)
    }
}

/// A topic in a role on a cluster. The Scala system told topics apart by name alone, so that no test could both produce
/// to and consume from one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TopicIdentity {
    /// The cluster.
    pub cluster: ClusterName,
    /// The topic, as steps call it.
    pub topic: TopicName,
    /// The role.
    pub role: Role,
}

impl fmt::Display for TopicIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} topic '{}'", self.role, self.topic)?;
        if self.cluster.is_default() { Ok(()) } else { write!(f, " on cluster '{}'", self.cluster) }
    }
}
