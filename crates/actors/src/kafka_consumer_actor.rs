use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix::Recipient;
use futures_util::future::{join_all, try_join_all};
use test_probe_directives::{Role, StartFrom, TestId};
use test_probe_kafka::{Assignment, ConsumerClientFactory, ConsumerSpec, ConsumerStart, ReadinessWatch, StreamFailure};
use tokio::sync::Mutex;
use tokio::time::Instant;
use tracing::{info, warn};

use crate::commands::{ChildGoodToGo, ChildKind, Initialize, StartTest, Stop};
use crate::dsl::{ConsumerParts, ProbeDsl, Registration};
use crate::error::{IllegalState, KafkaConsumerException};
use crate::event_store::EventStore;
use crate::journal::JournalTopic;
use crate::kafka_consumer_streaming_actor::{ConsumedTopic, Reading};
use crate::kafka_producer_actor::streaming_name;
use crate::kafka_world::{KafkaSetup, KafkaWorld, OpensTopics, open_on};
use crate::metrics::TreeMetrics;
use crate::openings::Opening;
use crate::supervision::{Behaviour, Drain, Failure, Receive, Reply, Scope, Supervise, Terminated, supervise};
use crate::{KafkaConsumerStreamingActor, KafkaSettings, OAuthTokenRefresherActor};

pub(crate) mod shared_session;
#[cfg(test)]
mod tests;

use shared_session::{SharedSession, TopicSource};

/// How many records of one topic may wait for its actor.
const QUEUE_CAPACITY: usize = 1000;

/// What a `KafkaConsumerActor` is handed at birth.
#[derive(Clone)]
pub struct KafkaConsumers {
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
    /// Opens consumer clients.
    pub clients: Arc<dyn ConsumerClientFactory>,
    /// Where the topics can be used once they are open.
    pub dsl: ProbeDsl,
    /// Counts.
    pub metrics: TreeMetrics,
    /// Whether events count from [`StartTest`] on only: a test that waits for its turn does not keep what the tests before
    /// it produce on the same topics. One that reads from an earlier place than the end keeps everything.
    pub waits_for_start: bool,
}

impl std::fmt::Debug for KafkaConsumers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KafkaConsumers").field("test_id", &self.test_id).finish_non_exhaustive()
    }
}

/// Opens, supervises and closes a test's consumer topics: one [`KafkaConsumerStreamingActor`] for each, fed by one client
/// for each cluster and principal. A client that fails for good is succeeded by another one.
///
/// It is good to go when every partition is assigned and its start offset known, so that no event that comes after is
/// missed.
pub struct KafkaConsumerActor {
    parts: KafkaConsumers,
    state: State,
    registrations: Vec<Registration>,
    sessions: Vec<Rc<SharedSession>>,
    has_begun: Rc<Cell<bool>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    New,
    Opening,
    Open,
}

impl KafkaConsumerActor {
    /// The actor to be, named `consumer-{testId}` and not restarted: a test that loses its consumers is over.
    pub fn supervised(parts: KafkaConsumers) -> Supervise<Self> {
        let name = format!("consumer-{}", parts.test_id);
        let make = move || {
            Ok(Self {
                has_begun: Rc::new(Cell::new(!parts.waits_for_start)),
                parts: parts.clone(),
                state: State::New,
                registrations: Vec::new(),
                sessions: Vec::new(),
            })
        };
        supervise(make).named(name)
    }

    fn spec(&self, client: &[Opening], settings: &KafkaSettings) -> ConsumerSpec {
        let Opening { identity, security, .. } = &client[0];
        let client_id = settings.consumer_client_id(self.parts.test_id, identity);
        let earlier = self.sessions.iter().map(|session| session.spec());
        ConsumerSpec {
            client: settings.client(identity.clone(), client_id, security.clone()),
            group_id: settings.group_id(self.parts.test_id, identity, earlier),
            protocol: settings.group_protocol,
            topics: client.iter().map(|opening| opening.directive.topic_on_cluster.clone()).collect(),
            start: ConsumerStart::At(settings.start_from),
            commit_batch_size: settings.commit_batch_size,
            commit_interval: settings.commit_interval,
            queue_capacity: QUEUE_CAPACITY,
            start_timeout: settings.cluster_timeout,
            fetch_wait: settings.fetch_wait,
            gaps: settings.gaps,
        }
    }

    fn spawn(&mut self, opening: Opening, source: TopicSource, setup: &KafkaSetup, scope: &mut Scope<'_, Self>) {
        let KafkaConsumers { test_id, dsl, metrics, .. } = &self.parts;
        let KafkaSetup { settings, journal } = setup;
        let Opening { directive, serdes, .. } = opening;
        let name = streaming_name("consumer", &directive.cluster, &directive.topic, *test_id);
        let topic = JournalTopic { cluster: directive.cluster.clone(), topic: directive.topic.clone() };
        let consumed = Rc::new(ConsumedTopic {
            source: Mutex::new(source),
            reading: Reading {
                topic: topic.clone(),
                key: directive.key,
                filters: directive.event_filters,
                serdes: serdes.clone(),
                journal: Arc::clone(journal),
                metrics: metrics.consumer(&topic),
                has_begun: Rc::clone(&self.has_begun),
            },
            store: RefCell::new(EventStore::new(settings.store)),
            waiters: RefCell::default(),
        });
        let make = move || Ok(KafkaConsumerStreamingActor::new(Rc::clone(&consumed)));
        let address = scope.start(settings.supervision.around(supervise(make)).named(name));
        let parts = ConsumerParts { test_id: *test_id, address, key: directive.key, serdes, topic };
        self.registrations.push(dsl.register_consumer(parts));
    }

    fn wait_for_the_assignments(&self, readiness: Vec<ReadinessWatch>, scope: &mut Scope<'_, Self>) {
        let ready = try_join_all(readiness.into_iter().map(|mut watch| async move { watch.ready().await }));
        scope.pipe(ready, |actor, ready: Result<Vec<Assignment>, StreamFailure>, scope| {
            ready.map_err(|cause| actor.failed("the cluster is not ready", cause))?;
            actor.state = State::Open;
            actor.tell_parent(scope);
            Ok(())
        });
    }

    fn tell_parent(&self, scope: &mut Scope<'_, Self>) {
        let (parent, test_id) = (self.parts.parent.clone(), self.parts.test_id);
        scope.spawn(async move {
            if parent.send(ChildGoodToGo { test_id, child: ChildKind::Consumer }).await.is_err() {
                warn!(%test_id, "nobody is there to be told that the consumers are good to go");
            }
        });
    }

    fn failed(&self, message: &str, cause: impl std::error::Error + Send + Sync + 'static) -> KafkaConsumerException {
        let cause = Some(Arc::new(cause) as Arc<dyn std::error::Error + Send + Sync>);
        KafkaConsumerException { test_id: self.parts.test_id, message: message.to_owned(), cause }
    }
}

impl OpensTopics for KafkaConsumerActor {
    const ROLE: Role = Role::Consumer;

    fn open(&mut self, opened: Vec<Opening>, setup: &KafkaSetup, scope: &mut Scope<'_, Self>) -> Result<(), Failure> {
        if setup.settings.start_from != StartFrom::TestStart {
            self.has_begun.set(true);
        }
        let mut shared: Vec<Vec<Opening>> = Vec::new();
        for opening in opened {
            match shared.iter_mut().find(|client| client[0].identity == opening.identity) {
                Some(client) => client.push(opening),
                None => shared.push(vec![opening]),
            }
        }
        let mut readiness = Vec::new();
        for client in shared {
            let (session, sources) =
                SharedSession::open(Arc::clone(&self.parts.clients), self.spec(&client, &setup.settings))
                    .map_err(|cause| self.failed("a client cannot be made", cause))?;
            self.sessions.push(session);
            for (opening, source) in client.into_iter().zip(sources) {
                readiness.push(source.readiness());
                self.spawn(opening, source, setup, scope);
            }
        }
        info!(
            test_id = %self.parts.test_id,
            topics = self.registrations.len(),
            clients = self.sessions.len(),
            "consumer topics are being opened; credentials REDACTED"
        );
        self.wait_for_the_assignments(readiness, scope);
        Ok(())
    }

    fn is_open(&self) -> bool {
        self.state == State::Open
    }

    fn failure(&self, message: &str, cause: impl std::error::Error + Send + Sync + 'static) -> Failure {
        self.failed(message, cause).into()
    }
}

impl Behaviour for KafkaConsumerActor {
    const KIND: &'static str = "KafkaConsumerActor";

    /// A topic that was lost is not opened again: its strategies have been tried. A token's refresher is no topic.
    fn terminated(&mut self, terminated: &Terminated, _: &mut Scope<'_, Self>) -> Result<(), Failure> {
        if OAuthTokenRefresherActor::is_name(&terminated.child) {
            return Ok(());
        }
        let message = format!("{} ended ({})", terminated.child, terminated.termination);
        Err(KafkaConsumerException { test_id: self.parts.test_id, message, cause: None }.into())
    }

    /// The readers have ended; the clients commit what they processed and leave their groups.
    fn draining(&mut self, deadline: Instant, _: &mut Scope<'_, Self>) -> Drain {
        let closing: Vec<_> = self.sessions.iter().map(|session| session.close(deadline)).collect();
        Box::pin(async move {
            let closed = join_all(closing).await;
            if closed.contains(&false) {
                warn!("a consumer client does not close in time; it goes on closing by itself");
            }
        })
    }

    fn stopped(&mut self) {
        self.registrations.clear();
        // A topic that hangs holds its session; the client closes all the same.
        self.sessions.iter().for_each(|session| session.abandon());
    }
}

impl Receive<Initialize> for KafkaConsumerActor {
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

impl Receive<StartTest> for KafkaConsumerActor {
    fn receive(&mut self, _: StartTest, _: &mut Reply<()>, _: &mut Scope<'_, Self>) -> Result<(), Failure> {
        if self.state == State::New {
            return Err(IllegalState { message: "StartTest" }.into());
        }
        self.has_begun.set(true);
        Ok(())
    }
}

impl Receive<Stop> for KafkaConsumerActor {
    fn receive(&mut self, _: Stop, _: &mut Reply<()>, scope: &mut Scope<'_, Self>) -> Result<(), Failure> {
        info!(test_id = %self.parts.test_id, "Stopping KafkaConsumerActor");
        scope.stop(self.parts.close_timeout);
        Ok(())
    }
}

impl std::fmt::Debug for KafkaConsumerActor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KafkaConsumerActor")
            .field("test_id", &self.parts.test_id)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
