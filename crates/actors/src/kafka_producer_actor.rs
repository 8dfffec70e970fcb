use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix::Recipient;
use futures_util::future::try_join_all;
use test_probe_directives::{Role, TestId, TopicName};
use test_probe_encoding::{KeyTarget, ValueTarget};
use test_probe_kafka::{ClientPool, ClusterError, Lane, LaneLimits, ProducerLease};
use tokio::task::JoinError;
use tracing::{info, warn};

use crate::commands::{ChildGoodToGo, ChildKind, Initialize, StartTest, Stop};
use crate::dsl::{ProbeDsl, ProducerParts, Registration};
use crate::error::{IllegalState, KafkaProducerException};
use crate::gate::Gate;
use crate::journal::JournalTopic;
use crate::kafka_world::{KafkaSetup, KafkaWorld, OpensTopics, open_on};
use crate::metrics::TreeMetrics;
use crate::openings::Opening;
use crate::supervision::{Behaviour, Failure, Receive, Reply, Scope, Supervise, Terminated, supervise};
use crate::{KafkaProducerStreamingActor, KafkaSettings, OAuthTokenRefresherActor};

#[cfg(test)]
mod tests;

/// What a `KafkaProducerActor` is handed at birth.
#[derive(Clone)]
pub struct KafkaProducers {
    /// The test.
    pub test_id: TestId,
    /// Who is told when the topics are open.
    pub parent: Recipient<ChildGoodToGo>,
    /// Makes ready what the topics are opened on.
    pub world: Arc<dyn KafkaWorld>,
    /// How long the topics may take to open (`test-probe.core.actor-system.initialization-timeout`).
    pub open_within: Duration,
    /// How long each of them may drain (`test-probe.core.kafka.producer.close-timeout`).
    pub close_timeout: Duration,
    /// The system's producer clients.
    pub pool: ClientPool,
    /// Where the topics can be used once they are open.
    pub dsl: ProbeDsl,
    /// Counts.
    pub metrics: TreeMetrics,
}

impl std::fmt::Debug for KafkaProducers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KafkaProducers").field("test_id", &self.test_id).finish_non_exhaustive()
    }
}

/// Opens, supervises and closes a test's producer topics: one [`KafkaProducerStreamingActor`] for each.
///
/// It is good to go when the cluster has answered about every topic, so that the first event meets an open connection.
pub struct KafkaProducerActor {
    parts: KafkaProducers,
    state: State,
    registrations: Vec<Registration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    New,
    Opening,
    Open,
}

impl KafkaProducerActor {
    /// The actor to be, named `producer-{testId}` and not restarted: a test that loses its producers is over.
    pub fn supervised(parts: KafkaProducers) -> Supervise<Self> {
        let name = format!("producer-{}", parts.test_id);
        supervise(move || Ok(Self { parts: parts.clone(), state: State::New, registrations: Vec::new() })).named(name)
    }

    fn lease(&self, opening: &Opening, settings: &KafkaSettings) -> Result<ProducerLease, KafkaProducerException> {
        let client_id = settings.producer_client_id(&opening.identity);
        let spec = settings.client(opening.identity.clone(), client_id, opening.security.clone());
        self.parts.pool.lease(&spec).map_err(|cause| self.failed("a client cannot be made", cause))
    }

    fn spawn(&mut self, opening: Opening, lease: ProducerLease, setup: &KafkaSetup, scope: &mut Scope<'_, Self>) {
        let KafkaProducers { test_id, dsl, metrics, .. } = &self.parts;
        let KafkaSetup { settings, journal } = setup;
        let directive = opening.directive;
        let name = streaming_name("producer", &directive.cluster, &directive.topic, *test_id);
        let topic = JournalTopic { cluster: directive.cluster.clone(), topic: directive.topic.clone() };
        let topic_metrics = metrics.producer(&topic);
        let LaneLimits { max_in_flight, buffer_size, max_concurrent_offers } = settings.lane;
        let capacity = max_in_flight + buffer_size + max_concurrent_offers;
        let gate = Arc::new(Gate::new(capacity));
        let lane = Lane::new(directive.topic_on_cluster.clone(), lease, settings.lane, settings.produce_timeout);
        topic_metrics.watch(lane.monitor());
        let lane = Rc::new(RefCell::new(lane));
        let inner_gate = Arc::clone(&gate);
        let make = move || Ok(KafkaProducerStreamingActor::new(Rc::clone(&lane), Arc::clone(&inner_gate)));
        // The gate is the bound; one more than it admits keeps Actix from parking a sender.
        let actor = settings.supervision.around(supervise(make)).named(name).mailbox(capacity + 1);
        let address = scope.start(actor);
        self.registrations.push(dsl.register_producer(ProducerParts {
            test_id: *test_id,
            address,
            gate,
            key: KeyTarget::from(&directive),
            value: ValueTarget::from(&directive),
            serdes: opening.serdes,
            journal: Arc::clone(journal),
            metrics: topic_metrics,
            topic,
        }));
    }

    /// Asks each client about its topics, on threads that may block, and tells the parent when all have answered.
    fn wait_for_the_clusters(
        &self,
        leases: Vec<(ProducerLease, Vec<TopicName>)>,
        timeout: Duration,
        scope: &mut Scope<'_, Self>,
    ) {
        let ask = move |(lease, topics): (ProducerLease, Vec<TopicName>)| async move {
            let answer = tokio::task::spawn_blocking(move || lease.partitions(&topics, timeout)).await;
            answer.map_err(NotReady::NoAnswer)?.map_err(NotReady::Cluster)
        };
        let answers = try_join_all(leases.into_iter().map(ask));
        scope.pipe(answers, |actor, answers: Result<Vec<Vec<usize>>, NotReady>, scope| {
            answers.map_err(|cause| actor.failed("the cluster is not ready", cause))?;
            actor.state = State::Open;
            actor.tell_parent(scope);
            Ok(())
        });
    }

    fn tell_parent(&self, scope: &mut Scope<'_, Self>) {
        let (parent, test_id) = (self.parts.parent.clone(), self.parts.test_id);
        scope.spawn(async move {
            if parent.send(ChildGoodToGo { test_id, child: ChildKind::Producer }).await.is_err() {
                warn!(%test_id, "nobody is there to be told that the producers are good to go");
            }
        });
    }

    fn failed(&self, message: &str, cause: impl std::error::Error + Send + Sync + 'static) -> KafkaProducerException {
        let cause = Some(Arc::new(cause) as Arc<dyn std::error::Error + Send + Sync>);
        KafkaProducerException { test_id: self.parts.test_id, message: message.to_owned(), cause }
    }
}

/// Why nobody knows whether the topics are there.
#[derive(Debug, thiserror::Error)]
enum NotReady {
    #[error(transparent)]
    Cluster(ClusterError),
    #[error("the question about its topics was not answered")]
    NoAnswer(#[source] JoinError),
}

impl OpensTopics for KafkaProducerActor {
    const ROLE: Role = Role::Producer;

    fn open(&mut self, opened: Vec<Opening>, setup: &KafkaSetup, scope: &mut Scope<'_, Self>) -> Result<(), Failure> {
        let mut leases: Vec<(ProducerLease, Vec<TopicName>)> = Vec::new();
        for opening in opened {
            let topic = opening.directive.topic_on_cluster.clone();
            let lease = self.lease(&opening, &setup.settings)?;
            self.spawn(opening, lease.clone(), setup, scope);
            match leases.iter_mut().find(|(known, _)| known.is_same_client(&lease)) {
                Some((_, topics)) => topics.push(topic),
                None => leases.push((lease, vec![topic])),
            }
        }
        info!(
            test_id = %self.parts.test_id,
            topics = self.registrations.len(),
            clients = leases.len(),
            "producer topics are being opened; credentials REDACTED"
        );
        self.wait_for_the_clusters(leases, setup.settings.cluster_timeout, scope);
        Ok(())
    }

    fn is_open(&self) -> bool {
        self.state == State::Open
    }

    fn failure(&self, message: &str, cause: impl std::error::Error + Send + Sync + 'static) -> Failure {
        self.failed(message, cause).into()
    }
}

impl Behaviour for KafkaProducerActor {
    const KIND: &'static str = "KafkaProducerActor";

    /// A topic that was lost is not opened again: its strategies have been tried. A token's refresher is no topic.
    fn terminated(&mut self, terminated: &Terminated, _: &mut Scope<'_, Self>) -> Result<(), Failure> {
        if OAuthTokenRefresherActor::is_name(&terminated.child) {
            return Ok(());
        }
        let message = format!("{} ended ({})", terminated.child, terminated.termination);
        Err(KafkaProducerException { test_id: self.parts.test_id, message, cause: None }.into())
    }

    fn stopped(&mut self) {
        self.registrations.clear();
    }
}

impl Receive<Initialize> for KafkaProducerActor {
    fn receive(
        &mut self,
        initialize: Initialize,
        _: &mut Reply<()>,
        scope: &mut Scope<'_, Self>,
    ) -> Result<(), Failure> {
        match self.state {
            State::New => {
                self.state = State::Opening;
                open_on(Arc::clone(&self.parts.world), self.parts.open_within, initialize, scope);
            }
            State::Opening => {}
            State::Open => self.tell_parent(scope),
        }
        Ok(())
    }
}

impl Receive<StartTest> for KafkaProducerActor {
    fn receive(&mut self, _: StartTest, _: &mut Reply<()>, _: &mut Scope<'_, Self>) -> Result<(), Failure> {
        if self.state == State::New { Err(IllegalState { message: "StartTest" }.into()) } else { Ok(()) }
    }
}

impl Receive<Stop> for KafkaProducerActor {
    fn receive(&mut self, _: Stop, _: &mut Reply<()>, scope: &mut Scope<'_, Self>) -> Result<(), Failure> {
        info!(test_id = %self.parts.test_id, "Stopping KafkaProducerActor");
        scope.stop(self.parts.close_timeout);
        Ok(())
    }
}

impl std::fmt::Debug for KafkaProducerActor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KafkaProducerActor")
            .field("test_id", &self.parts.test_id)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// The name of a streaming actor: the Scala system's, with the cluster in it where that is not the default one.
pub(crate) fn streaming_name(
    role: &str,
    cluster: &test_probe_directives::ClusterName,
    topic: &TopicName,
    test_id: TestId,
) -> String {
    if cluster.is_default() {
        format!("kafka-{role}-streaming-{topic}-{test_id}")
    } else {
        format!("kafka-{role}-streaming-{cluster}-{topic}-{test_id}")
    }
}
