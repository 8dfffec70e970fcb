use std::fmt;

use serde::{Deserialize, Serialize};
use test_probe_directives::{ClusterName, Role, TestId, TopicName};

use crate::text_form;

/// The run began: which test, against which world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunStarted {
    /// The test's id.
    #[serde(with = "text_form::as_text")]
    pub test_id: TestId,
    /// The test as its author calls it: its folder.
    pub test: String,
    /// The sort of test, such as `functional`.
    pub test_type: String,
    /// What the test runs against.
    pub world: World,
    /// The brokers of the default cluster.
    pub bootstrap_servers: String,
    /// The version of the program.
    pub probe_version: String,
    /// The topics of the directive, in its order.
    pub topics: Vec<TopicInUse>,
}

/// A topic of the run's directive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicInUse {
    /// The topic as steps call it.
    #[serde(with = "text_form::as_text")]
    pub topic: TopicName,
    /// Its cluster.
    #[serde(with = "text_form::cluster")]
    pub cluster: ClusterName,
    /// What the test does with it.
    #[serde(with = "text_form::as_text")]
    pub role: Role,
    /// Its name on the cluster.
    #[serde(with = "text_form::as_text")]
    pub topic_on_cluster: TopicName,
}

/// What a test runs against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum World {
    /// The world in this process.
    Embedded,
    /// A real cluster.
    Cluster,
}

impl World {
    /// The word as the ledger writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Cluster => "cluster",
        }
    }
}

impl fmt::Display for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Something that a reader of the reports should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// What, as a sentence.
    pub text: String,
}

/// How many connections a Kafka client has opened since it was made. The last entry of a client counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connections {
    /// What sort of client.
    pub client: ClientKind,
    /// The client's `client.id`.
    pub client_id: String,
    /// The running total.
    pub total: u64,
}

/// A sort of Kafka client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientKind {
    /// It writes.
    Producer,
    /// It reads.
    Consumer,
}

/// The run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFinished {
    /// How.
    pub outcome: RunOutcome,
    /// Why, where the outcome alone does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The exit status that this run asks of the process.
    pub exit_status: i32,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunOutcome {
    /// Every scenario had its turn.
    Completed,
    /// Somebody stopped it.
    Interrupted,
    /// Its time was up.
    TimedOut,
    /// Broker, registry, vault or storage failed, so that nothing can be said about the scenarios.
    WorldFailed,
}

impl RunOutcome {
    /// The word as the ledger writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Interrupted => "interrupted",
            Self::TimedOut => "timed-out",
            Self::WorldFailed => "world-failed",
        }
    }
}

impl fmt::Display for RunOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
