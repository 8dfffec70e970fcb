//! What the machine decides, carried out.

use std::time::Duration;

use actix::Recipient;
use tokio::sync::oneshot;
use tracing::error;

use super::children::Children;
use super::effect::{Answer, Effect, Report};
use super::event::Event;
use super::machine::Machine;
use super::{Asker, TestExecutionActor};
use crate::child_factories::ChildContext;
use crate::commands::{
    BlockStorageCommands, ChildKind, CucumberExecutionCommands, Initialize, QueueCommands, StartTest, Stop,
    TestExecutionCommands, VaultCommands,
};
use crate::error::ProbeExceptions;
use crate::responses::{InitializeTestResponse, StartTestResponse, TestCancelledResponse, TestStatusResponse};
use crate::supervision::{Request, Scope};

impl TestExecutionActor {
    pub(super) fn carry_out(&mut self, effect: Effect, asker: &mut Option<Asker>, scope: &mut Scope<'_, Self>) {
        let test_id = self.parts.test_id;
        match effect {
            Effect::Defer(trn) => {
                let to_self: Recipient<TestExecutionCommands> = scope.address().recipient();
                scope.tell(&to_self, trn.into());
            }
            Effect::StartPoisonPill(after) => self.start_poison_pill(after, scope),
            Effect::CancelPoisonPill => self.poison_pill = None,
            Effect::AnswerInitialize => {
                if let Some(reply_to) = self.replies.initialize.take() {
                    reply_to.tell(Ok(InitializeTestResponse { test_id, message: "Test initialized".to_owned() }));
                }
            }
            Effect::AnswerStart => {
                if let Some(reply_to) = self.replies.start.take() {
                    reply_to.tell(Ok(self.start_response(true, "Test loading initiated")));
                }
            }
            Effect::Answer(answer) => {
                if let Some(asker) = asker.take() {
                    self.answer(answer, asker);
                }
            }
            Effect::TellQueue(report) => {
                let message = self.report(report);
                scope.tell(&self.parts.queue.clone(), message);
            }
            Effect::SpawnChildren => self.spawn_children(scope),
            Effect::InitializeBlockStorage => {
                let bucket = self.machine().and_then(|machine| machine.data.bucket.clone());
                self.tell_child(scope, |children| {
                    (&children.block_storage, BlockStorageCommands::Initialize { bucket })
                });
            }
            Effect::InitializeVault => {
                let Some(directive) = self.directive() else { return };
                let message = VaultCommands::Initialize { block_storage_directive: Box::new(directive) };
                self.tell_child(scope, |children| (&children.vault, message));
            }
            Effect::InitializeReaders => self.initialize_readers(scope),
            Effect::StartScenarios => {
                self.tell_child(scope, |children| (&children.producer.start_test, StartTest));
                self.tell_child(scope, |children| (&children.consumer.start_test, StartTest));
                self.tell_child(scope, |children| (&children.cucumber, CucumberExecutionCommands::StartTest));
            }
            Effect::Interrupt(cause) => {
                self.tell_child(scope, |children| (&children.cucumber, CucumberExecutionCommands::Interrupt { cause }));
            }
            Effect::CloseTopics => {
                let alive = self.machine().map(|machine| machine.data.alive.clone()).unwrap_or_default();
                if alive.contains(&ChildKind::Producer) {
                    self.tell_child(scope, |children| (&children.producer.stop, Stop));
                }
                if alive.contains(&ChildKind::Consumer) {
                    self.tell_child(scope, |children| (&children.consumer.stop, Stop));
                }
            }
            Effect::LoadToBlockStorage(end) => {
                self.tell_child(scope, |children| {
                    (&children.block_storage, BlockStorageCommands::LoadToBlockStorage { end })
                });
            }
            Effect::End => {
                self.poison_pill = None;
                scope.stop(self.parts.stop_within);
            }
            Effect::Refuse => {}
        }
    }

    fn tell_child<'a, M: Request<Result = ()>>(
        &'a self,
        scope: &mut Scope<'_, Self>,
        message: impl FnOnce(&'a Children) -> (&'a Recipient<M>, M),
    ) {
        if let Some(children) = &self.children {
            let (to, message) = message(children);
            scope.tell(to, message);
        }
    }

    fn spawn_children(&mut self, scope: &mut Scope<'_, Self>) {
        match (self.parts.children.place)() {
            Ok(place) => {
                let context = ChildContext {
                    test_id: self.parts.test_id,
                    parent: scope.address().recipient(),
                    good_to_go: scope.address().recipient(),
                    place: place.place.clone(),
                };
                self.place = Some(place);
                self.children = Some(Children::spawn(&self.parts.children, &context, scope));
            }
            Err(error) => {
                // Nobody was born, so everybody has ended.
                for child in ChildKind::ALL {
                    let exception = ProbeExceptions::TestActorException {
                        message: format!("the test got no thread of its own: {error}"),
                    };
                    self.on(Event::ChildEnded(child, exception), Asker::Nobody, scope);
                }
            }
        }
    }

    fn initialize_readers(&self, scope: &mut Scope<'_, Self>) {
        let Some(directive) = self.directive() else { return };
        let security_directives =
            self.machine().map(|machine| machine.data.security_directives.clone()).unwrap_or_default();
        let kafka = Initialize { block_storage_directive: directive.clone(), security_directives };
        let cucumber = CucumberExecutionCommands::Initialize { block_storage_directive: Box::new(directive) };
        self.tell_child(scope, |children| (&children.cucumber, cucumber));
        self.tell_child(scope, |children| (&children.producer.initialize, kafka.clone()));
        self.tell_child(scope, |children| (&children.consumer.initialize, kafka));
    }

    fn start_poison_pill(&mut self, after: Duration, scope: &mut Scope<'_, Self>) {
        let (keep, taken_away) = oneshot::channel::<()>();
        // The timer that was running is taken away with its sender.
        self.poison_pill = Some(keep);
        let timer = async move {
            tokio::select! {
                () = tokio::time::sleep(after) => true,
                _ = taken_away => false,
            }
        };
        scope.pipe(timer, |actor, is_due, scope| {
            // One that was taken away in the moment of its firing is void.
            if is_due && actor.poison_pill.take().is_some() {
                actor.on(Event::PoisonPill, Asker::Nobody, scope);
            }
            Ok(())
        });
    }

    fn start_response(&self, accepted: bool, message: &str) -> StartTestResponse {
        let test_type = self.machine().and_then(|machine| machine.data.test_type.clone());
        StartTestResponse { test_id: self.parts.test_id, accepted, test_type, message: message.to_owned() }
    }

    fn answer(&self, answer: Answer, asker: Asker) {
        let cancelled = |cancelled, message: Option<&str>| TestCancelledResponse {
            test_id: self.parts.test_id,
            cancelled,
            message: message.map(str::to_owned),
        };
        match (answer, asker) {
            (Answer::Status, Asker::Status(reply_to)) => {
                if let Some(machine) = self.machine() {
                    reply_to.tell(Ok(machine.status()));
                }
            }
            (Answer::NotAccepted(message), Asker::Start(reply_to)) => {
                reply_to.tell(Ok(self.start_response(false, message)));
            }
            (Answer::Cancelled, Asker::Cancel(reply_to)) => reply_to.tell(Ok(cancelled(true, None))),
            (Answer::BeingCancelled(message), Asker::Cancel(reply_to)) => {
                reply_to.tell(Ok(cancelled(true, Some(message))));
            }
            (Answer::NotCancelled(message), Asker::Cancel(reply_to)) => {
                reply_to.tell(Ok(cancelled(false, Some(message))));
            }
            (_, Asker::Nobody) => {}
            (answer, asker) => error!(?answer, ?asker, "an answer that fits nobody who asked"),
        }
    }

    fn report(&self, report: Report) -> QueueCommands {
        let test_id = self.parts.test_id;
        match report {
            Report::Initialized => QueueCommands::TestInitialized { test_id },
            Report::Loading => QueueCommands::TestLoading { test_id },
            Report::Loaded => QueueCommands::TestLoaded { test_id },
            Report::Started => QueueCommands::TestStarted { test_id },
            Report::Completed => QueueCommands::TestCompleted { test_id, status: Box::new(self.last_status()) },
            Report::Exception(exception) => QueueCommands::TestException { test_id, exception },
            Report::Stopping => QueueCommands::TestStopping { test_id, last: Box::new(self.last_status()) },
        }
    }

    /// How the test is, for those who ask when its actor is gone.
    fn last_status(&self) -> TestStatusResponse {
        match self.machine() {
            Some(machine) => machine.last_status(),
            // It decides at this moment, which it never does while it reports.
            None => Machine::new(self.parts.test_id, self.parts.pills).last_status(),
        }
    }
}
