use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actix::{Actor, Context, Handler, Recipient};
use test_probe_actors::commands::{ChildGoodToGo, ChildKind, Initialize};
use test_probe_actors::journal::EventJournal;
use test_probe_actors::metrics::RegistryWatch;
use test_probe_actors::supervision::{Child, Surroundings, Termination};
use test_probe_actors::{
    KafkaConsumerActor, KafkaConsumers, KafkaProducerActor, KafkaProducers, KafkaSettings, KafkaSetup, ProbeDsl,
    SystemGone, TestArbiter,
};
use test_probe_directives::{BlockStorageDirective, KafkaSecurityDirective, TestId, TopicDirective};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::probe::Inner;

/// A test's topics, open: the Kafka half of the tree on a thread of its own. Dropping it closes the topics without
/// draining them; [`close`](Self::close) drains.
#[derive(Debug)]
pub struct OpenTopics {
    test_id: TestId,
    dsl: ProbeDsl,
    producers: Child<KafkaProducerActor>,
    consumers: Child<KafkaConsumerActor>,
    close_timeout: Duration,
    /// The registries are counted as long as the topics are open.
    _watches: Vec<RegistryWatch>,
    /// The thread ends last.
    _arbiter: TestArbiter,
}

/// The topics could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// An actor ended instead of becoming ready: the cluster does not answer, a topic is missing, a right is wanting.
    #[error("{0}")]
    Failed(String),
    /// An actor did neither within the time for it.
    #[error(
        "the topics were not open within {limit:?}; raise test-probe.core.actor-system.initialization-timeout, or see \
         why the cluster is slow"
    )]
    TimedOut {
        /// The time.
        limit: Duration,
    },
    /// The actor system has stopped.
    #[error(transparent)]
    SystemGone(#[from] SystemGone),
}

/// What opening is told.
pub(crate) struct Opening {
    pub(crate) test_id: TestId,
    pub(crate) directives: Vec<TopicDirective>,
    pub(crate) settings: KafkaSettings,
    pub(crate) journal: Arc<dyn EventJournal>,
    pub(crate) watches: Vec<RegistryWatch>,
    pub(crate) credentials: Vec<KafkaSecurityDirective>,
}

struct Started {
    producers: Child<KafkaProducerActor>,
    consumers: Child<KafkaConsumerActor>,
}

impl OpenTopics {
    pub(crate) async fn open(probe: &Inner, opening: Opening) -> Result<Self, OpenError> {
        let arbiter = probe.system.arbiter().await?;
        let limit = probe.core.settings.actor_system.initialization_timeout;
        let close_timeout = opening.settings.close_timeout;
        let (tell, ready) = mpsc::unbounded_channel();
        let Opening { test_id, directives, settings, journal, watches, credentials } = opening;
        let setup = Arc::new(KafkaSetup { settings: Arc::new(settings), journal });
        let parts = |parent: Recipient<ChildGoodToGo>| {
            let producers = KafkaProducers {
                test_id,
                parent: parent.clone(),
                world: Arc::clone(&setup) as _,
                open_within: limit,
                close_timeout,
                pool: probe.core.pool.clone(),
                dsl: probe.core.dsl.clone(),
                metrics: probe.core.metrics.clone(),
            };
            let consumers = KafkaConsumers {
                test_id,
                parent,
                world: Arc::clone(&setup) as _,
                open_within: limit,
                close_timeout,
                waits_for_start: false,
                clients: Arc::new(probe.core.librdkafka.clone()),
                dsl: probe.core.dsl.clone(),
                metrics: probe.core.metrics.clone(),
            };
            (producers, consumers)
        };
        let parent = arbiter.run(move || async move { Parent(tell).start().recipient() }).await?;
        let (producers, consumers) = parts(parent);
        let surroundings = Surroundings::new(Arc::new(probe.core.metrics.clone()));
        let started = arbiter
            .run(move || async move {
                Started {
                    producers: KafkaProducerActor::supervised(producers).start(&surroundings),
                    consumers: KafkaConsumerActor::supervised(consumers).start(&surroundings),
                }
            })
            .await?;
        let topics = Self {
            test_id,
            dsl: probe.core.dsl.clone(),
            producers: started.producers,
            consumers: started.consumers,
            close_timeout,
            _watches: watches,
            _arbiter: arbiter,
        };
        let initialize =
            Initialize { block_storage_directive: as_a_test(&directives), security_directives: credentials };
        // An actor that fails on this message ends, which is waited for below.
        topics.producers.address().send(initialize.clone()).await.ok();
        topics.consumers.address().send(initialize).await.ok();
        topics.wait_until_ready(ready, limit).await?;
        Ok(topics)
    }

    async fn wait_until_ready(
        &self,
        mut ready: mpsc::UnboundedReceiver<ChildKind>,
        limit: Duration,
    ) -> Result<(), OpenError> {
        let (mut waiting, deadline) = (vec![ChildKind::Producer, ChildKind::Consumer], Instant::now() + limit);
        while !waiting.is_empty() {
            tokio::select! {
                Some(child) = ready.recv() => waiting.retain(|known| *known != child),
                end = self.producers.ended() => return Err(failed(&end)),
                end = self.consumers.ended() => return Err(failed(&end)),
                () = tokio::time::sleep_until(deadline) => return Err(OpenError::TimedOut { limit }),
            }
        }
        Ok(())
    }

    /// The test that the topics are open for.
    pub fn test_id(&self) -> TestId {
        self.test_id
    }

    /// The way in to the topics.
    pub fn dsl(&self) -> &ProbeDsl {
        &self.dsl
    }

    /// Closes the topics: events under way are waited for, what was read is committed. Producers have `close_timeout`;
    /// what is left then is nacked. Says what did not end in order.
    ///
    /// # Cancellation
    /// The topics close all the same.
    pub async fn close(self) -> Vec<String> {
        let mut complaints = Vec::new();
        let producers = self.producers.stop(Instant::now() + self.close_timeout).await;
        complaints.extend(complaint(self.producers.name(), producers));
        let consumers = self.consumers.stop(Instant::now() + self.close_timeout).await;
        complaints.extend(complaint(self.consumers.name(), consumers));
        complaints
    }
}

fn complaint(name: &str, end: Option<Termination>) -> Option<String> {
    match end {
        Some(Termination::Stopped) => None,
        Some(end) => Some(format!("{name} ended {end}")),
        None => Some(format!("{name} did not end in time")),
    }
}

fn failed(end: &Termination) -> OpenError {
    OpenError::Failed(end.failure().map_or_else(|| end.to_string(), |failure| failure.explain()))
}

/// Topics that a program opens, as the vault and the actors know those of a test. They lie in no folder.
pub(crate) fn as_a_test(directives: &[TopicDirective]) -> BlockStorageDirective {
    BlockStorageDirective {
        test_dir: PathBuf::new(),
        evidence_dir: PathBuf::from("evidence"),
        topic_directives: directives.to_vec(),
        bucket: String::new(),
        tags: Vec::new(),
        test_directive: Arc::default(),
    }
}

/// Who the two actors report to.
struct Parent(mpsc::UnboundedSender<ChildKind>);

impl Actor for Parent {
    type Context = Context<Self>;
}

impl Handler<ChildGoodToGo> for Parent {
    type Result = ();

    fn handle(&mut self, message: ChildGoodToGo, _: &mut Context<Self>) {
        // Whoever opened the topics has given up.
        self.0.send(message.child).ok();
    }
}
