//! Requests of the service functions: handed on to the test's actor, which answers, or answered here where it cannot.

use test_probe_directives::TestId;
use tracing::{debug, info, warn};

use super::QueueActor;
use super::event::Event;
use super::registry::Registry;
use crate::commands::{ReplyTo, StopCause, TestExecutionCommands};
use crate::error::{ProbeExceptions, ServiceError};
use crate::responses::{InitializeTestResponse, StartTestResponse, TestCancelledResponse, TestStatusResponse};
use crate::supervision::Scope;

impl QueueActor {
    pub(super) fn initialize_test(
        &mut self,
        reply_to: ReplyTo<Result<InitializeTestResponse, ServiceError>>,
        scope: &mut Scope<'_, Self>,
    ) {
        if self.registry.shutdown.is_some() {
            return reply_to.tell(Err(ServiceError::ShuttingDown));
        }
        let test_id = (self.parts.ids)();
        let queue = scope.address().recipient();
        let actor = self.parts.tests.start(test_id, queue, scope);
        self.actors.insert(test_id, actor);
        self.happens(Event::Made { test_id }, scope);
        info!(%test_id, "a test is made");
        let message = |reply_to| TestExecutionCommands::InInitializeTestRequest { test_id, reply_to };
        self.hand_on(test_id, reply_to, message, move |_| Err(never_set_up(test_id)), scope);
    }

    pub(super) fn start_test(
        &mut self,
        test_id: TestId,
        bucket: String,
        test_type: Option<String>,
        reply_to: ReplyTo<Result<StartTestResponse, ServiceError>>,
        scope: &mut Scope<'_, Self>,
    ) {
        if self.registry.shutdown.is_some() {
            return reply_to.tell(Err(ServiceError::ShuttingDown));
        }
        if self.registry.is_live(test_id) {
            info!(%test_id, bucket, test_type, "a test is to be started");
            let event = Event::StartRequested { test_id, bucket: bucket.clone(), test_type: test_type.clone() };
            self.happens(event, scope);
        }
        let asked_for = test_type.clone();
        let message = |reply_to| TestExecutionCommands::InStartTestRequest { test_id, bucket, test_type, reply_to };
        self.hand_on(test_id, reply_to, message, move |registry| registry.refuse_start(test_id, asked_for), scope);
    }

    pub(super) fn test_status(
        &mut self,
        test_id: TestId,
        reply_to: ReplyTo<Result<TestStatusResponse, ServiceError>>,
        scope: &mut Scope<'_, Self>,
    ) {
        debug!(%test_id, "a test is asked how it is");
        let message = |reply_to| TestExecutionCommands::GetStatus { test_id, reply_to };
        self.hand_on(test_id, reply_to, message, move |registry| registry.status_of(test_id), scope);
    }

    pub(super) fn cancel_test(
        &mut self,
        test_id: TestId,
        force: bool,
        reply_to: ReplyTo<Result<TestCancelledResponse, ServiceError>>,
        scope: &mut Scope<'_, Self>,
    ) {
        if self.registry.is_live(test_id) {
            info!(%test_id, force, "a test is to be cancelled");
            self.happens(Event::CancelRequested { test_id }, scope);
        }
        let force = force.then_some(StopCause::Cancelled);
        let message = |reply_to| TestExecutionCommands::InCancelRequest { test_id, force, reply_to: Some(reply_to) };
        self.hand_on(test_id, reply_to, message, move |registry| registry.refuse_cancel(test_id), scope);
    }

    /// Lets the test's actor answer. Where there is none, or it ends with the question unanswered, the queue says what it
    /// knows instead: an asker is never left with silence.
    fn hand_on<T: 'static>(
        &mut self,
        test_id: TestId,
        reply_to: ReplyTo<Result<T, ServiceError>>,
        message: impl FnOnce(ReplyTo<Result<T, ServiceError>>) -> TestExecutionCommands,
        instead: impl FnOnce(&Registry) -> Result<T, ServiceError> + 'static,
        scope: &mut Scope<'_, Self>,
    ) {
        let actor = if self.registry.is_live(test_id) { self.actors.get(&test_id) } else { None };
        let Some(actor) = actor else {
            let answer = instead(&self.registry);
            if answer.is_err() {
                warn!(%test_id, "nobody knows the test that is asked for");
            }
            return reply_to.tell(answer);
        };
        let (relayed, answer) = ReplyTo::new();
        scope.tell(actor, message(relayed));
        scope.pipe(answer, move |queue, answer, _| {
            reply_to.tell(answer.unwrap_or_else(|_| instead(&queue.registry)));
            Ok(())
        });
    }
}

fn never_set_up(test_id: TestId) -> ServiceError {
    let message = format!("the actor of test {test_id} ended before the test was set up");
    ServiceError::Probe(ProbeExceptions::TestActorException { message })
}
