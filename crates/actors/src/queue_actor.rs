use std::collections::HashMap;

use actix::Recipient;
use test_probe_directives::TestId;
use tracing::{debug, error, info, warn};

use crate::commands::{QueueCommands, TestExecutionCommands};
use crate::supervision::{Behaviour, Failure, Receive, Reply, Scope, Supervise, Terminated, supervise};

mod answers;
mod ended_tests;
mod entry;
mod event;
mod invariants;
mod memory;
mod parts;
mod registry;
mod requests;
#[cfg(test)]
pub(crate) mod tests;

pub use memory::QueueMemory;
pub use parts::{QueueParts, TestExecutionFactory};

use event::{Effect, Event};
use registry::{Limits, Registry};

/// The queue's name, as Pekko knows it.
const NAME: &str = "queue-actor";

/// What precedes the id in the name of a test's actor.
const TEST_ACTOR: &str = "test-execution-";

/// Messages that may wait for the queue. Requests are small, and every test tells a handful of messages of its life; a
/// burst of thousands of requests must not make their senders wait for each other.
const MAILBOX: usize = 65_536;

/// Makes tests, lines them up, gives them their turns, and knows how they are or were.
///
/// What it decides is `Registry`, a value; this carries it out. Tests that live end with the queue when it fails, and
/// leave a result that says so; what had ended before is remembered.
pub struct QueueActor {
    parts: QueueParts,
    registry: Registry,
    /// Where the tests' actors take messages, from their start to their end.
    actors: HashMap<TestId, Recipient<TestExecutionCommands>>,
}

impl QueueActor {
    /// The actor to be, named `queue-actor`. Whoever starts it says what becomes of it when it fails.
    pub fn supervised(parts: QueueParts) -> Supervise<Self> {
        supervise(move || Ok(Self::new(parts.clone()))).named(NAME).mailbox(MAILBOX)
    }

    /// The name of a test's actor: `test-execution-{testId}`.
    pub fn test_actor_name(test_id: TestId) -> String {
        format!("{TEST_ACTOR}{test_id}")
    }

    fn new(parts: QueueParts) -> Self {
        let QueueParts { max_concurrent_tests, retained_results, .. } = parts;
        let limits = Limits { max_concurrent_tests, retained_results };
        let registry = Registry::new(limits, parts.memory.take_ended(), parts.memory.shutdown());
        Self { parts, registry, actors: HashMap::new() }
    }

    /// Something happened: decides what follows and does it.
    fn happens(&mut self, event: Event, scope: &mut Scope<'_, Self>) {
        let name = event.name();
        for effect in self.registry.on(event, self.parts.clock.now()) {
            match effect {
                Effect::StartTesting(test_id) => {
                    info!(%test_id, "it is this test's turn");
                    self.tell(test_id, TestExecutionCommands::StartTesting { test_id }, scope);
                }
                Effect::CancelByForce(test_id, cause) => {
                    let force = Some(cause);
                    self.tell(
                        test_id,
                        TestExecutionCommands::InCancelRequest { test_id, force, reply_to: None },
                        scope,
                    );
                }
                Effect::Count(outcome) => self.parts.metrics.queue().ended(outcome),
                Effect::Lost(test_id) => error!(%test_id, "a test's actor ended without a word"),
                Effect::Unknown(test_id) => warn!(%test_id, message = name, "nobody knows the test of this message"),
                Effect::AllOver => self.parts.memory.tell_the_end(),
            }
        }
        self.parts.metrics.queue().show(&self.registry.counts(), self.registry.leaving.len());
    }

    fn tell(&self, test_id: TestId, message: TestExecutionCommands, scope: &mut Scope<'_, Self>) {
        // A test without an actor is told nothing; its end is on its way to the queue.
        if let Some(actor) = self.actors.get(&test_id) {
            scope.tell(actor, message);
        }
    }

    /// Every test that lives is lost with this value; what there is to know of them is remembered.
    fn lose_all(&mut self, why: &str) {
        let (ended, lost) = self.registry.lose_all(why);
        self.parts.memory.put_ended(ended);
        let metrics = self.parts.metrics.queue();
        lost.into_iter().for_each(|outcome| metrics.ended(outcome));
        metrics.show(&self.registry.counts(), 0);
    }
}

impl Behaviour for QueueActor {
    const KIND: &'static str = "QueueActor";

    fn started(&mut self, _: &mut Scope<'_, Self>) -> Result<(), Failure> {
        info!(
            max_concurrent_tests = self.parts.max_concurrent_tests,
            retained_results = self.parts.retained_results,
            "the queue is open"
        );
        if self.registry.shutdown.is_some() {
            // It failed while it shut down, and the tests have ended with it.
            self.parts.memory.tell_the_end();
        }
        Ok(())
    }

    fn restarting(&mut self, failure: &Failure) {
        self.lose_all(&format!("the queue failed ({})", failure.explain()));
    }

    fn stopped(&mut self) {
        self.lose_all("the queue has ended");
        self.parts.memory.forget_who_waits();
    }

    fn terminated(&mut self, terminated: &Terminated, scope: &mut Scope<'_, Self>) -> Result<(), Failure> {
        let test_id = terminated.child.strip_prefix(TEST_ACTOR).and_then(|test_id| test_id.parse().ok());
        let Some(test_id) = test_id else {
            warn!(child = &*terminated.child, "a child of the queue has ended that is no test");
            return Ok(());
        };
        debug!(%test_id, how = %terminated.termination, "a test's actor has ended");
        self.actors.remove(&test_id);
        self.happens(Event::ActorEnded { test_id, how: terminated.termination.to_string() }, scope);
        Ok(())
    }
}

impl Receive<QueueCommands> for QueueActor {
    fn receive(
        &mut self,
        message: QueueCommands,
        _: &mut Reply<()>,
        scope: &mut Scope<'_, Self>,
    ) -> Result<(), Failure> {
        #[cfg(test)]
        tests::strike(&message);
        let event = match message {
            QueueCommands::InitializeTestRequest { reply_to } => {
                self.initialize_test(reply_to, scope);
                return Ok(());
            }
            QueueCommands::StartTestRequest { test_id, bucket, test_type, reply_to } => {
                self.start_test(test_id, bucket, test_type, reply_to, scope);
                return Ok(());
            }
            QueueCommands::TestStatusRequest { test_id, reply_to } => {
                self.test_status(test_id, reply_to, scope);
                return Ok(());
            }
            QueueCommands::QueueStatusRequest { test_id, reply_to } => {
                debug!("the queue is asked how it is");
                reply_to.tell(self.registry.queue_status(test_id));
                return Ok(());
            }
            QueueCommands::CancelRequest { test_id, force, reply_to } => {
                self.cancel_test(test_id, force, reply_to, scope);
                return Ok(());
            }
            QueueCommands::TestInitialized { test_id } => Event::Initialized { test_id },
            QueueCommands::TestLoading { test_id } => Event::Loading { test_id },
            QueueCommands::TestLoaded { test_id } => Event::Loaded { test_id },
            QueueCommands::TestStarted { test_id } => Event::Started { test_id },
            QueueCommands::TestCompleted { test_id, status } => Event::Completed { test_id, status },
            QueueCommands::TestException { test_id, exception } => {
                warn!(%test_id, cause = exception.explain(), "a test failed besides its scenarios");
                Event::Exception { test_id, exception }
            }
            QueueCommands::TestStopping { test_id, last } => {
                info!(%test_id, state = last.state.as_str(), "a test ends");
                Event::Stopping { test_id, last }
            }
            QueueCommands::Shutdown { cause, reply_to } => {
                info!(cause = cause.as_str(), tests = self.actors.len(), "the queue shuts down");
                self.parts.memory.wait_for_the_end(cause, reply_to);
                Event::Shutdown { cause }
            }
        };
        debug!(event = event.name(), "the queue is told");
        self.happens(event, scope);
        Ok(())
    }
}

impl std::fmt::Debug for QueueActor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("QueueActor").field("tests", &self.registry.tests.len()).finish_non_exhaustive()
    }
}
