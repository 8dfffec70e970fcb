use std::collections::HashMap;
use std::fmt;
use std::num::NonZeroU16;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use test_probe_actors::{Clusters, TokenRefreshers};
use test_probe_config::Settings;
use test_probe_directives::{BootstrapServers, KafkaSecurityDirective, TopicDirective, TopicName, WallClock};
use test_probe_embedded::{EmbeddedWorld, MOST_BYTES_PER_PARTITION, MOST_RECORDS_PER_PARTITION};
use test_probe_kafka::{ClientIdentity, ClientSpec, ClusterError, TopicAdmin};
use test_probe_scenarios::{TopicCreator, TopicCreatorError};
use tokio::time::Instant;

use crate::blocking::blocking;
use crate::core::Core;
use crate::world::{Control, World, WorldError};

/// Sees to a test's topics before and after its run: that they are there, and what became of them.
pub(crate) struct TopicSetup {
    world: World,
    clusters: Clusters,
    credentials: Vec<KafkaSecurityDirective>,
    tokens: TokenRefreshers,
    clock: WallClock,
    settings: Settings,
    admins: Mutex<HashMap<ClientIdentity, Arc<TopicAdmin>>>,
}

/// How often a cluster is asked for a topic that was just created.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// What a topic needs that is not there.
struct Creation {
    embedded: Option<Arc<EmbeddedWorld>>,
    may_create: bool,
    partitions: NonZeroU16,
    replication: NonZeroU16,
    timeout: Duration,
}

impl TopicSetup {
    /// `credentials` are those that the topics are opened with; the questions about a topic are asked with them too.
    pub(crate) fn new(core: &Core, clusters: Clusters, credentials: Vec<KafkaSecurityDirective>) -> Self {
        Self {
            world: core.world.clone(),
            clusters,
            credentials,
            tokens: core.tokens.clone(),
            clock: core.clock,
            settings: core.settings.clone(),
            admins: Mutex::default(),
        }
    }

    /// Creates those of the topics that are missing, where the configuration allows it; where it does not, the topics
    /// are not asked for here, since opening them tells all that are missing at once.
    pub(crate) async fn create_missing(
        &self,
        topics: &[TopicDirective],
        partitions: impl Fn(&TopicDirective) -> Option<u32>,
    ) -> Result<(), WorldError> {
        if self.settings.kafka.create_topics {
            for topic in topics {
                self.partitions_of(topic, partitions(topic)).await?;
            }
        }
        Ok(())
    }

    /// How many partitions the topic has. It is created with `wanted` partitions, or as many as the configuration says,
    /// where it is missing and may be created.
    async fn partitions_of(&self, directive: &TopicDirective, wanted: Option<u32>) -> Result<u32, WorldError> {
        let admin = self.admin(directive).await?;
        let topic = directive.topic_on_cluster.clone();
        let wanted = match wanted.map(|wanted| u16::try_from(wanted).ok().and_then(NonZeroU16::new)) {
            None => self.settings.kafka.topic_partitions,
            Some(Some(wanted)) => wanted,
            Some(None) => {
                let reason = format!("a topic has 1 to {} partitions", u16::MAX);
                return Err(WorldError::CreateTopic { topic, reason });
            }
        };
        let creation = Creation {
            embedded: match &self.world.control {
                Control::Embedded(world) => Some(Arc::clone(world)),
                Control::Stack(_) | Control::None => None,
            },
            may_create: self.settings.kafka.create_topics,
            partitions: wanted,
            replication: self.settings.kafka.topic_replication_factor,
            timeout: self.settings.actor_system.initialization_timeout,
        };
        creation.partitions_of(admin, topic).await
    }

    /// What the embedded Kafka dropped because a partition was full, one sentence a partition.
    ///
    /// # Errors
    /// [`WorldError`] when it could not be asked. On a cluster nothing is asked and nothing is told.
    pub(crate) async fn dropped_records(&self, topics: &[TopicDirective]) -> Result<Vec<String>, WorldError> {
        let mut dropped = Vec::new();
        if !matches!(self.world.control, Control::Embedded(_)) {
            return Ok(dropped);
        }
        for directive in topics {
            let admin = self.admin(directive).await?;
            let (topic, timeout) = (directive.topic_on_cluster.clone(), self.settings.actor_system.timeout);
            let first_offsets = blocking(move || admin.first_offsets(&topic, timeout)).await?;
            let full = first_offsets.into_iter().filter(|(_, first)| *first > 0);
            dropped.extend(full.map(|(partition, first)| {
                format!(
                    "the embedded Kafka dropped the first {first} records of '{}' partition {partition}: it keeps {} MB or \
                     {MOST_RECORDS_PER_PARTITION} records a partition; use more partitions, fewer events, or a real cluster",
                    directive.topic,
                    MOST_BYTES_PER_PARTITION / (1024 * 1024)
                )
            }));
        }
        dropped.sort();
        dropped.dedup();
        Ok(dropped)
    }

    fn servers(&self, directive: &TopicDirective) -> BootstrapServers {
        let cluster = || self.clusters.of(directive).map(|cluster| &cluster.bootstrap_servers);
        let servers = directive.bootstrap_servers.as_ref().or_else(cluster);
        servers.unwrap_or(&self.world.bootstrap_servers).clone()
    }

    /// Who asks about a topic: the principal that opens it, one client for all of its topics on a cluster.
    async fn admin(&self, directive: &TopicDirective) -> Result<Arc<TopicAdmin>, WorldError> {
        let credentials = self.credentials.iter().find(|credentials| credentials.opens(directive));
        let plaintext = || KafkaSecurityDirective::plaintext(directive.topic.clone(), directive.role);
        let security = self.clusters.security(&directive.cluster);
        let security = security.open(&credentials.cloned().unwrap_or_else(plaintext))?;
        let identity = ClientIdentity {
            cluster: directive.cluster.clone(),
            bootstrap_servers: self.servers(directive),
            principal: directive.client_principal.clone(),
            credential: security.fingerprint(),
        };
        let known = self.admins().get(&identity).cloned();
        if let Some(admin) = known {
            return Ok(admin);
        }
        let cell = match security.token_request() {
            Some(request) => {
                let within = self.settings.actor_system.initialization_timeout * 3 / 4;
                Some(self.tokens.first_token(request, within).await?)
            }
            None => None,
        };
        let spec = ClientSpec {
            properties: self.settings.kafka.properties.clone(),
            security: security.with_token(cell)?,
            clock: self.clock,
            ..ClientSpec::new(identity.clone(), "test-probe-admin")
        };
        let admin = Arc::new(TopicAdmin::new(&spec)?);
        self.admins().insert(identity, Arc::clone(&admin));
        Ok(admin)
    }

    fn admins(&self) -> MutexGuard<'_, HashMap<ClientIdentity, Arc<TopicAdmin>>> {
        self.admins.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Creation {
    async fn partitions_of(self, admin: Arc<TopicAdmin>, topic: TopicName) -> Result<u32, WorldError> {
        let create = |reason: String| WorldError::CreateTopic { topic: topic.clone(), reason };
        if let Some(found) = self.existing(&admin, &topic).await? {
            return Ok(found);
        }
        if !self.may_create {
            let reason = "it is not there, and test-probe.core.kafka.create-topics is off".to_owned();
            return Err(create(reason));
        }
        let (partitions, replication) = (i32::from(self.partitions.get()), i32::from(self.replication.get()));
        match self.embedded {
            // librdkafka's mock does not answer admin calls; it is asked itself.
            Some(ref world) => {
                world.create_topic(&topic, self.partitions.get()).map_err(|error| create(error.to_string()))?;
            }
            None => drop(admin.ensure(&topic, partitions, replication, self.timeout).await?),
        }
        // Somebody else may have created it meanwhile, with another number.
        Ok(self.visible(&admin, &topic).await?.unwrap_or_else(|| u32::from(self.partitions.get())))
    }

    /// Waits until the brokers tell of a topic that was just created: the one that is asked may hear of it later than the
    /// one that created it, and whoever opens the topic meanwhile would be told that it is not there.
    async fn visible(&self, admin: &Arc<TopicAdmin>, topic: &TopicName) -> Result<Option<u32>, ClusterError> {
        let deadline = Instant::now() + self.timeout;
        loop {
            let found = self.existing(admin, topic).await?;
            if found.is_some() || Instant::now() >= deadline {
                return Ok(found);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    async fn existing(&self, admin: &Arc<TopicAdmin>, topic: &TopicName) -> Result<Option<u32>, ClusterError> {
        let (admin, topic, timeout) = (Arc::clone(admin), topic.clone(), self.timeout);
        let found = blocking(move || admin.partitions(&topic, timeout)).await?;
        Ok(found.map(|count| u32::try_from(count).unwrap_or(u32::MAX)))
    }
}

#[async_trait]
impl TopicCreator for TopicSetup {
    async fn ensure(&self, topic: &TopicDirective, partitions: Option<u32>) -> Result<u32, TopicCreatorError> {
        self.partitions_of(topic, partitions).await.map_err(|error| {
            TopicCreatorError::new(format!("it is not known how many partitions topic '{}' has", topic.topic))
                .because(error)
        })
    }
}

impl fmt::Debug for TopicSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TopicSetup").field("world", &self.world).finish_non_exhaustive()
    }
}
