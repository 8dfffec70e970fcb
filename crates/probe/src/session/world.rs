use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt;
use test_probe_actors::error::Cause;
use test_probe_actors::journal::JournalTopic;
use test_probe_actors::metrics::RegistryWatch;
use test_probe_actors::{KafkaSettings, KafkaSetup, KafkaWorld};
use test_probe_config::WorldKind;
use test_probe_directives::{BlockStorageDirective, KafkaSecurityDirective, TopicDirective};
use test_probe_embedded::RegistryProxy;
use test_probe_encoding::RegistryError;
use test_probe_kafka::ClientKind;
use test_probe_scenarios::Faults;
use tokio::sync::oneshot;

use super::{Opened, Session};
use crate::core::ClusterSet;
use crate::faults::{EmbeddedFaults, StackFaults};
use crate::ledger_journal::{JournalParts, LedgerJournal, Patience, TopicReading, shared};
use crate::session_run::Run;
use crate::topic_setup::TopicSetup;
use crate::world::{Control, WorldError};
use crate::{ExitStatus, Stage, wiring};

/// Makes a test's world ready, for its Kafka actors.
pub(super) struct SessionWorld(pub(super) Arc<Session>);

#[async_trait]
impl KafkaWorld for SessionWorld {
    async fn ready(
        &self,
        directive: &BlockStorageDirective,
        credentials: &[KafkaSecurityDirective],
    ) -> Result<KafkaSetup, Cause> {
        if self.0.prepared(directive).await.is_err() {
            // What is wrong with the test is told by whoever runs its scenarios, and not by three actors at once.
            return std::future::pending().await;
        }
        self.0.world(directive, credentials).await.map(|world| world.kafka.clone())
    }
}

/// A world that is ready, and what is known of it before the scenarios.
pub(super) struct ReadyWorld {
    pub(super) kafka: KafkaSetup,
    pub(super) faults: Option<Arc<dyn Faults>>,
    pub(super) setup: Arc<TopicSetup>,
    /// The Kafka clients that the run has, each with how many connections it had opened before.
    pub(super) clients: BTreeMap<(ClientKind, String), u64>,
    /// That of whoever reads values whose schema is not known yet.
    pub(super) patience: Patience,
    /// Tells when all values are read.
    pub(super) journalled: Mutex<Option<oneshot::Receiver<()>>>,
    /// The registries are counted as long as the test is there.
    _watches: Vec<RegistryWatch>,
}

impl Session {
    /// The world, made ready by whoever needs it first: the topics' actors, who know the topics' credentials.
    pub(super) async fn world(
        &self,
        directive: &BlockStorageDirective,
        credentials: &[KafkaSecurityDirective],
    ) -> Result<&ReadyWorld, Cause> {
        let opened = self.opened(directive).await?;
        self.ready.get_or_init(|| self.make_ready(opened, credentials)).await.as_ref().map_err(Arc::clone)
    }

    async fn make_ready(&self, opened: &Opened, credentials: &[KafkaSecurityDirective]) -> Result<ReadyWorld, Cause> {
        let (core, run) = (&self.core, &opened.run);
        // Before anybody else asks for it, so that a refusal is told as soon as it comes.
        core.registry_token().await.map_err(cause)?;
        let (faults, registry_url) = self.faults(run)?;
        let clusters = core.clusters(&run.test.directive.clusters, &run.test.schemas, &registry_url, &run.test.path);
        let clusters = clusters.map_err(cause)?;
        let start_from = run.test.directive.test.start_from;
        let kafka = wiring::kafka(&core.settings, clusters.clusters.clone(), start_from, core.world.gaps())
            .with_tokens(core.tokens.clone());
        let setup = TopicSetup::new(core, clusters.clusters.clone(), credentials.to_vec());
        self.options().observer.stage(&Stage::OpeningTopics(run.topics.len()));
        self.check_security(&clusters, &run.topics, credentials)?;
        ask_registries(&clusters, &run.topics).await.map_err(cause)?;
        let plan = &run.test.plan;
        setup.create_missing(&run.topics, |topic| plan.partitions_of(topic)).await.map_err(cause)?;
        let clients = self.clients_before(&kafka, run);
        let (patience, (tell, journalled)) = (Patience::default(), oneshot::channel());
        let (journal, late_reader) = LedgerJournal::new(JournalParts {
            ledger: opened.evidence.ledger(),
            clock: core.clock,
            topics: readings(&clusters, &run.topics),
            scenarios: self.running.clone(),
            acknowledged_at: core.world.acknowledged_at(),
            patience: patience.clone(),
        });
        let reading = core.runtime.run(async move {
            late_reader.run().await;
            drop(tell);
        });
        // It is begun here and goes on by itself; `journalled` tells of its end.
        let _begun = reading.now_or_never();
        let serdes = clusters.serdes.values().cloned();
        Ok(ReadyWorld {
            kafka: KafkaSetup { settings: Arc::new(kafka), journal: shared(journal) },
            faults,
            setup: Arc::new(setup),
            clients,
            patience,
            journalled: Mutex::new(Some(journalled)),
            _watches: serdes.map(|serdes| core.metrics.schema_registries().watch(serdes)).collect(),
        })
    }

    /// What the configuration and the vault say of a topic must go together, which is nobody's fault in the world.
    fn check_security(
        &self,
        clusters: &ClusterSet,
        topics: &[TopicDirective],
        credentials: &[KafkaSecurityDirective],
    ) -> Result<(), Cause> {
        for directive in topics {
            let Some(credentials) = credentials.iter().find(|credentials| credentials.opens(directive)) else {
                continue;
            };
            clusters.clusters.security(&directive.cluster).open(credentials).map_err(|error| {
                self.blame(ExitStatus::BadInput);
                let is_embedded = self.core.world.kind == WorldKind::Embedded && directive.cluster.is_default();
                if is_embedded { cause(WorldError::NoLogin(directive.identity())) } else { cause(error) }
            })?;
        }
        Ok(())
    }

    /// Who can bring faults about, and the address of the registry that they may break.
    fn faults(&self, run: &Run) -> Result<(Option<Arc<dyn Faults>>, String), Cause> {
        let url = self.core.world.schema_registry_url.clone();
        match &self.core.world.control {
            Control::Embedded(world) => Ok((Some(Arc::new(EmbeddedFaults(Arc::clone(world)))), url)),
            // The door before the registry costs each call a hop, so it is there only where somebody breaks something.
            Control::Stack(control) if run.test.plan.has_fault_steps() => {
                let registry = RegistryProxy::start(url.split(',').next().unwrap_or(&url)).map_err(cause)?;
                let url = registry.url();
                Ok((Some(Arc::new(StackFaults { control: Arc::clone(control), registry })), url))
            }
            Control::Stack(_) | Control::None => Ok((None, url)),
        }
    }

    /// A producer client may be older than the run.
    fn clients_before(&self, kafka: &KafkaSettings, run: &Run) -> BTreeMap<(ClientKind, String), u64> {
        let connections = self.core.metrics.clients();
        let before = |client: (ClientKind, String)| {
            let opened = connections.connections(client.0, &client.1);
            (client, opened)
        };
        kafka.client_ids(self.test_id, &run.topics).into_iter().map(before).collect()
    }

    /// A fifth of the time for the orderly end, which each of its parts has.
    pub(super) fn fifth(&self) -> Duration {
        self.core.settings.actor_system.shutdown_timeout / 5
    }
}

fn cause(error: impl std::error::Error + Send + Sync + 'static) -> Cause {
    Arc::new(error)
}

/// A registry that does not answer is told before anything else is tried, and not by the first step that needs it.
async fn ask_registries(clusters: &ClusterSet, topics: &[TopicDirective]) -> Result<(), RegistryError> {
    let mut asked = HashSet::new();
    for directive in topics {
        let serdes = clusters.clusters.of(directive).and_then(|cluster| cluster.serdes.as_ref());
        if let Some(serdes) = serdes
            && asked.insert(serdes.registry_url())
        {
            serdes.check_registry(directive.topic_on_cluster.as_str()).await?;
        }
    }
    Ok(())
}

fn readings(clusters: &ClusterSet, topics: &[TopicDirective]) -> HashMap<JournalTopic, TopicReading> {
    let reading = |directive: &TopicDirective| {
        let topic = JournalTopic { cluster: directive.cluster.clone(), topic: directive.topic.clone() };
        let serdes = clusters.clusters.of(directive).and_then(|cluster| cluster.serdes.clone());
        (topic, TopicReading { key: directive.key, serdes })
    };
    topics.iter().map(reading).collect()
}
