use std::num::NonZeroU16;
use std::sync::Arc;

use test_probe_config::{Settings, WorldKind};
use test_probe_directives::{BootstrapServers, TopicName};
use test_probe_embedded::{
    EmbeddedWorld, MOST_BYTES_PER_PARTITION, MOST_RECORDS_PER_PARTITION, StackControl, StackControlError,
    StartWorldError,
};
use test_probe_kafka::{ClientError, ClientIdentity, ClientSpec, ClusterError, GapPolicy, TopicAdmin, TopicCreation};

use crate::wiring;

/// What runs talk to: the embedded world, or a cluster.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) kind: WorldKind,
    pub(crate) bootstrap_servers: BootstrapServers,
    pub(crate) schema_registry_url: String,
    pub(crate) control: Control,
    partitions: NonZeroU16,
    replication: NonZeroU16,
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
    Cluster(#[from] ClusterError),
    /// A client could not be made.
    #[error(transparent)]
    Client(#[from] ClientError),
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
        Ok(Self {
            kind: settings.world.kind,
            bootstrap_servers,
            schema_registry_url,
            control,
            partitions: wiring::partitions(settings),
            replication: settings.kafka.topic_replication_factor,
        })
    }

    /// The embedded Kafka knows neither transactions nor compaction, so a hole between offsets is a loss.
    pub(crate) fn gaps(&self) -> GapPolicy {
        match self.kind {
            WorldKind::Embedded => GapPolicy::RecordsLost,
            WorldKind::Cluster => GapPolicy::Expected,
        }
    }

    /// Creates a topic unless it is there; with as many partitions as the configuration says where nothing else is said.
    pub(crate) async fn create_topic(
        &self,
        servers: &BootstrapServers,
        topic: &TopicName,
        partitions: Option<NonZeroU16>,
        timeout: std::time::Duration,
    ) -> Result<TopicCreation, WorldError> {
        let partitions = partitions.unwrap_or(self.partitions).get();
        let create = |reason: String| WorldError::CreateTopic { topic: topic.clone(), reason };
        let admin = TopicAdmin::new(&self.admin(servers))?;
        if let Control::Embedded(world) = &self.control {
            // librdkafka's mock does not answer admin calls; it is asked itself.
            if admin.partitions(topic, timeout)?.is_some() {
                return Ok(TopicCreation::Existed);
            }
            world.create_topic(topic, partitions).map_err(|error| create(error.to_string()))?;
            return Ok(TopicCreation::Created);
        }
        let (partitions, replication) = (i32::from(partitions), i32::from(self.replication.get()));
        Ok(admin.ensure(topic, partitions, replication, timeout).await?)
    }

    /// What the embedded Kafka dropped because a partition was full, one sentence a partition. Blocks.
    pub(crate) fn dropped_records(&self, topics: &[TopicName], timeout: std::time::Duration) -> Vec<String> {
        if !matches!(self.control, Control::Embedded(_)) {
            return Vec::new();
        }
        let Ok(admin) = TopicAdmin::new(&self.admin(&self.bootstrap_servers)) else { return Vec::new() };
        let mut dropped = Vec::new();
        for topic in topics {
            for (partition, first) in admin.first_offsets(topic, timeout).unwrap_or_default() {
                if first > 0 {
                    dropped.push(format!(
                        "the embedded Kafka dropped the first {first} records of '{topic}' partition {partition}: it keeps \
                         {} MB or {MOST_RECORDS_PER_PARTITION} records a partition; use more partitions, fewer events, or \
                         a real cluster",
                        MOST_BYTES_PER_PARTITION / (1024 * 1024)
                    ));
                }
            }
        }
        dropped
    }

    fn admin(&self, servers: &BootstrapServers) -> ClientSpec {
        let identity = ClientIdentity {
            cluster: test_probe_directives::ClusterName::default(),
            bootstrap_servers: servers.clone(),
            principal: "admin".to_owned(),
            credential: String::new(),
        };
        ClientSpec::new(identity, "test-probe-admin")
    }
}
