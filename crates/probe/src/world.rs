use std::sync::Arc;

use test_probe_actors::NoToken;
use test_probe_config::{Settings, WorldKind};
use test_probe_directives::{BootstrapServers, TopicIdentity, TopicName};
use test_probe_embedded::{EmbeddedWorld, StackControl, StackControlError, StartWorldError};
use test_probe_kafka::{ClientError, ClusterError, GapPolicy, UnavailableSecurity};

use crate::ledger_journal::AcknowledgedAt;

/// What runs talk to: the embedded world, or a cluster.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) kind: WorldKind,
    pub(crate) bootstrap_servers: BootstrapServers,
    pub(crate) schema_registry_url: String,
    pub(crate) control: Control,
}

/// Who can bring faults about.
#[derive(Clone, Debug)]
pub(crate) enum Control {
    /// The world is ours and in this process.
    Embedded(Arc<EmbeddedWorld>),
    /// The world is ours and beside this process.
    Stack(Arc<StackControl>),
    /// The world belongs to others.
    None,
}

/// The world is not there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorldError {
    /// The embedded world did not start.
    #[error("the embedded world did not start")]
    Embedded(#[from] StartWorldError),
    /// The stack of our own cannot be controlled.
    #[error("faults cannot be brought about on the stack")]
    Control(#[from] StackControlError),
    /// A topic could not be created.
    #[error("topic '{topic}' could not be created: {reason}")]
    CreateTopic {
        /// The topic as the cluster would call it.
        topic: TopicName,
        /// Why not.
        reason: String,
    },
    /// The cluster could not be asked.
    #[error(transparent)]
    Cluster(Box<ClusterError>),
    /// A client could not be made.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// What the configuration and the vault say of a topic does not go together.
    #[error(transparent)]
    Security(#[from] UnavailableSecurity),
    /// The vault has credentials, and the embedded Kafka has no door to show them at.
    #[error(
        "the vault gives credentials for {0}, and the embedded Kafka knows no login; run against a cluster (--config), or \
         take the local vault without a credentials file (test-probe.services.vault)"
    )]
    NoLogin(TopicIdentity),
    /// There is no token to log in with.
    #[error("nobody can log in at the cluster")]
    Token(#[from] NoToken),
}

impl From<ClusterError> for WorldError {
    fn from(error: ClusterError) -> Self {
        Self::Cluster(Box::new(error))
    }
}

impl World {
    /// Starts the embedded world, or takes the cluster as it is.
    pub(crate) fn start(settings: &Settings) -> Result<Self, WorldError> {
        let kafka = &settings.kafka;
        let (bootstrap_servers, schema_registry_url, control) = match (settings.world.kind, &settings.world.control) {
            (WorldKind::Embedded, _) => {
                let world = Arc::new(EmbeddedWorld::start(settings.world.brokers.get())?);
                (world.bootstrap_servers().clone(), world.schema_registry_url(), Control::Embedded(world))
            }
            (WorldKind::Cluster, None) => {
                (kafka.bootstrap_servers.clone(), kafka.schema_registry_url.as_str().to_owned(), Control::None)
            }
            (WorldKind::Cluster, Some(script)) => {
                let control = Control::Stack(Arc::new(StackControl::new(script)?));
                (kafka.bootstrap_servers.clone(), kafka.schema_registry_url.as_str().to_owned(), control)
            }
        };
        Ok(Self { kind: settings.world.kind, bootstrap_servers, schema_registry_url, control })
    }

    /// librdkafka's mock stamps every acknowledgement with one and the same time.
    pub(crate) fn acknowledged_at(&self) -> AcknowledgedAt {
        match self.kind {
            WorldKind::Embedded => AcknowledgedAt::Meaningless,
            WorldKind::Cluster => AcknowledgedAt::Meaningful,
        }
    }

    /// The embedded Kafka knows neither transactions nor compaction, so a hole between offsets is a loss.
    pub(crate) fn gaps(&self) -> GapPolicy {
        match self.kind {
            WorldKind::Embedded => GapPolicy::RecordsLost,
            WorldKind::Cluster => GapPolicy::Expected,
        }
    }
}
