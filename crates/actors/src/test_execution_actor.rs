//! One test's life. What happens is decided by [`machine`]; this shell carries it out.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use actix::Recipient;
use test_probe_directives::{TestId, WallClock};
use tokio::sync::oneshot;
use tracing::{debug, info, warn};

use crate::child_factories::{ChildFactories, TestPlace};
use crate::commands::{ChildGoodToGo, ChildKind, QueueCommands, ReplyTo, TestExecutionCommands};
use crate::error::ServiceError;
use crate::responses::{InitializeTestResponse, StartTestResponse, TestCancelledResponse, TestStatusResponse};
use crate::supervision::{Behaviour, Failure, Receive, Reply, Scope, Strategy, Supervise, Terminated, supervise};

mod children;
mod data;
mod effect;
mod effects;
mod event;
mod machine;
mod poison_pill;
mod state;
#[cfg(test)]
mod tests;

pub use poison_pill::PoisonPills;

use children::Children;
use effect::Effect;
use event::{Event, Trn};
use machine::Machine;

/// What a `TestExecutionActor` is handed at birth.
#[derive(Clone)]
pub struct TestExecutionParts {
    /// The test.
    pub test_id: TestId,
    /// Whoever lines tests up.
    pub queue: Recipient<QueueCommands>,
    /// How its children are made.
    pub children: ChildFactories,
    /// How long it may stay in which state.
    pub pills: PoisonPills,
    /// How long its children may drain when it ends.
    pub stop_within: Duration,
    /// Stamps when it began and ended.
    pub clock: WallClock,
    /// Who hears how it goes.
    pub watch: Arc<dyn TestWatch>,
}

/// Hears how a test goes. Called on the system's quiet thread: be quick, do not block.
pub trait TestWatch: Send + Sync {
    /// Something happened to the test. `is_settled` is said when its story is told: it has run and its evidence is stored,
    /// or it failed and owes nothing any more. It may be said more than once.
    fn changed(&self, status: &TestStatusResponse, is_settled: bool);

    /// The test's actor has ended, however it ended, and its children before it: what was brought here for it can go.
    fn released(&self);
}

/// Leads one test through its seven states, from its id to its end.
///
/// It lives on the system's quiet thread, its scenarios and streaming actors on a thread of the test's own, so that a
/// step which blocks its thread delays no answer about the test. A failure of its own, a panic included, ends it; the
/// queue learns of it.
#[derive(Debug)]
pub struct TestExecutionActor {
    parts: TestExecutionParts,
    /// Taken out while it decides, since it decides by value.
    machine: Option<Machine>,
    replies: Replies,
    children: Option<Children>,
    /// Dropped, it takes the timer away.
    poison_pill: Option<oneshot::Sender<()>>,
    /// The test's own thread; it ends with this actor.
    place: Option<TestPlace>,
}

/// Whoever waits for the answer to a request that takes a transition.
#[derive(Debug, Default)]
struct Replies {
    initialize: Option<ReplyTo<Result<InitializeTestResponse, ServiceError>>>,
    start: Option<ReplyTo<Result<StartTestResponse, ServiceError>>>,
}

/// Whoever waits for the answer to the event that is being decided.
#[derive(Debug, Default)]
enum Asker {
    #[default]
    Nobody,
    Start(ReplyTo<Result<StartTestResponse, ServiceError>>),
    Status(ReplyTo<Result<TestStatusResponse, ServiceError>>),
    Cancel(ReplyTo<Result<TestCancelledResponse, ServiceError>>),
}

impl TestExecutionActor {
    /// The actor to be, named `test-execution-{testId}`. Any failure stops it, as in the Scala system.
    pub fn supervised(parts: TestExecutionParts) -> Supervise<Self> {
        let name = format!("test-execution-{}", parts.test_id);
        let make = move || {
            Ok(Self {
                machine: Some(Machine::new(parts.test_id, parts.pills)),
                parts: parts.clone(),
                replies: Replies::default(),
                children: None,
                poison_pill: None,
                place: None,
            })
        };
        supervise(make).on_failure_matching(|_| true, Strategy::stop()).named(name)
    }

    fn on(&mut self, event: Event, asker: Asker, scope: &mut Scope<'_, Self>) {
        let Some(machine) = self.machine.take() else { return };
        let (before, name) = (machine.state.name(), event.name());
        let (machine, effects) = machine.on(event, self.parts.clock.now());
        let after = machine.state.name();
        self.machine = Some(machine);
        let test_id = self.parts.test_id;
        if before == after {
            debug!(%test_id, state = %after, event = name, "a test goes on");
        } else {
            info!(%test_id, from = %before, to = %after, event = name, "a test goes over to another state");
        }
        let mut asker = Some(asker);
        for effect in effects {
            if effect == Effect::Refuse {
                warn!(%test_id, state = %after, event = name, "a message has no meaning in this state");
            }
            self.carry_out(effect, &mut asker, scope);
        }
        if let Some(machine) = self.machine() {
            self.parts.watch.changed(&machine.status(), machine.is_settled());
        }
    }

    fn machine(&self) -> Option<&Machine> {
        self.machine.as_ref()
    }

    fn directive(&self) -> Option<test_probe_directives::BlockStorageDirective> {
        self.machine().and_then(|machine| machine.data.block_storage_directive.as_deref().cloned())
    }
}

impl std::fmt::Debug for TestExecutionParts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestExecutionParts")
            .field("test_id", &self.test_id)
            .field("pills", &self.pills)
            .finish_non_exhaustive()
    }
}

impl Behaviour for TestExecutionActor {
    const KIND: &'static str = "TestExecutionActor";

    fn stopped(&mut self) {
        self.parts.watch.released();
    }

    /// A child's end is told by an exception that names the child and why it ended. The Scala system ends without a word
    /// here.
    fn terminated(&mut self, terminated: &Terminated, scope: &mut Scope<'_, Self>) -> Result<(), Failure> {
        if let Some((kind, exception)) = children::ended(self.parts.test_id, terminated) {
            if let Some(failure) = terminated.termination.failure() {
                let cause = failure.explain();
                warn!(test_id = %self.parts.test_id, child = %kind, cause, "a child of a test failed");
            }
            self.on(Event::ChildEnded(kind, exception), Asker::Nobody, scope);
        }
        Ok(())
    }
}

impl Receive<TestExecutionCommands> for TestExecutionActor {
    fn receive(
        &mut self,
        command: TestExecutionCommands,
        _: &mut Reply<()>,
        scope: &mut Scope<'_, Self>,
    ) -> Result<(), Failure> {
        use TestExecutionCommands as C;
        let (event, asker) = match command {
            C::InInitializeTestRequest { reply_to, .. } => {
                self.replies.initialize = Some(reply_to);
                (Event::Initialize, Asker::Nobody)
            }
            C::InStartTestRequest { bucket, test_type, reply_to, .. } => {
                let asker = match self.replies.start {
                    None if self.may_start() => {
                        self.replies.start = Some(reply_to);
                        Asker::Nobody
                    }
                    _ => Asker::Start(reply_to),
                };
                (Event::Start { bucket, test_type }, asker)
            }
            C::InCancelRequest { force, reply_to, .. } => {
                (Event::Cancel { force }, reply_to.map_or(Asker::Nobody, Asker::Cancel))
            }
            C::GetStatus { reply_to, .. } => (Event::GetStatus, Asker::Status(reply_to)),
            C::StartTesting { .. } => (Event::StartTesting, Asker::Nobody),
            C::TrnSetup => (Event::Trn(Trn::Setup), Asker::Nobody),
            C::TrnLoading => (Event::Trn(Trn::Loading), Asker::Nobody),
            C::TrnLoaded => (Event::Trn(Trn::Loaded), Asker::Nobody),
            C::TrnTesting => (Event::Trn(Trn::Testing), Asker::Nobody),
            C::TrnComplete => (Event::Trn(Trn::Complete), Asker::Nobody),
            C::TrnShutdown => (Event::Trn(Trn::Shutdown), Asker::Nobody),
            C::TrnException { exception } => (Event::Trn(Trn::Exception(exception)), Asker::Nobody),
            C::TrnPoisonPill => (Event::PoisonPill, Asker::Nobody),
            C::BlockStorageFetched { block_storage_directive, .. } => {
                (Event::BlockStorageFetched(block_storage_directive), Asker::Nobody)
            }
            C::SecurityFetched { security_directives, .. } => {
                (Event::SecurityFetched(security_directives), Asker::Nobody)
            }
            C::ChildGoodToGo(ChildGoodToGo { child, .. }) => (Event::ChildGoodToGo(child), Asker::Nobody),
            C::TestComplete { result, .. } => (Event::TestComplete(result), Asker::Nobody),
            C::BlockStorageUploadComplete { .. } => (Event::BlockStorageUploadComplete, Asker::Nobody),
        };
        self.on(event, asker, scope);
        Ok(())
    }
}

impl Receive<ChildGoodToGo> for TestExecutionActor {
    fn receive(&mut self, ready: ChildGoodToGo, _: &mut Reply<()>, scope: &mut Scope<'_, Self>) -> Result<(), Failure> {
        let missing = self.machine().map(Machine::waiting_for).unwrap_or_default();
        let done = ChildKind::ALL.len() - missing.difference(&BTreeSet::from([ready.child])).count();
        info!(test_id = %ready.test_id, child = %ready.child, ready = done, of = ChildKind::ALL.len(), "a child is good to go");
        self.on(Event::ChildGoodToGo(ready.child), Asker::Nobody, scope);
        Ok(())
    }
}

impl TestExecutionActor {
    /// Whether a request to start would be accepted, and its answer be given by the transition.
    fn may_start(&self) -> bool {
        self.machine().is_some_and(Machine::may_start)
    }
}
