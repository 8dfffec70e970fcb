use std::time::Duration;

use test_probe_directives::{Timestamp, describe_duration};

use super::{Decision, Machine, refuse, started_before, status, stay, tell};
use crate::commands::{ChildKind, StopCause};
use crate::error::ProbeExceptions;
use crate::test_execution_actor::effect::{Answer, Effect, Report};
use crate::test_execution_actor::event::{Event, Trn};
use crate::test_execution_actor::state::{Aftermath, State, Step};
use crate::test_execution_result::{TestEnd, TestExecutionResult};

const EXECUTING: &str = "Cannot cancel, test is currently executing";
const DRAINING: &str = "Test is draining; its evidence is being stored";

impl Machine {
    pub(super) fn testing(&mut self, step: Step, event: Event, now: Timestamp) -> Decision {
        let state = State::Testing(step);
        match (step, event) {
            // ## NotBegun => Running
            (Step::NotBegun, Event::Trn(Trn::Testing)) => {
                self.data.start_time = Some(now);
                self.data.is_running = true;
                stay(
                    State::Testing(Step::Running),
                    [Effect::StartPoisonPill(self.limit()), Effect::StartScenarios, tell(Report::Started)],
                )
            }

            // ## Running | Interrupting => Closing
            //
            // What was produced is drained before the evidence is finished: it tells of every event how it ended.
            (Step::Running | Step::Interrupting(_), Event::TestComplete(result)) => self.scenarios_ended(result),
            (Step::Interrupting(cause), Event::PoisonPill) => self.close(Some(cause)),

            // ## Closing => Uploading
            (Step::Closing(cause), Event::ChildEnded(ChildKind::Producer | ChildKind::Consumer, _)) => {
                if self.data.has_topics() { stay(state, []) } else { self.upload(cause) }
            }
            (Step::Closing(cause), Event::PoisonPill) => {
                if self.has_lost_count() {
                    self.data.error.get_or_insert_with(|| not_drained(self.pills.closing));
                }
                self.upload(cause)
            }

            // ## Uploading => Completed
            (Step::Uploading(_), Event::BlockStorageUploadComplete) => {
                self.data.end_time = Some(now);
                self.data.success = Some(self.has_passed());
                stay(State::Completed, [Effect::CancelPoisonPill, Effect::Defer(Trn::Complete)])
            }

            // ## Uploading => Exception
            (Step::Uploading(_), Event::PoisonPill) => {
                let message = format!(
                    "the evidence was not stored within {:?} (test-probe.core.services.timeout, and a while for the reports)",
                    self.pills.storing
                );
                self.fail(ProbeExceptions::BlockStorageException { message, cause: None }, now)
            }

            // ## Running => Interrupting
            (Step::Running, Event::Cancel { force: Some(cause) }) => {
                let answer = Effect::Answer(Answer::BeingCancelled(DRAINING));
                let (state, effects) = self.interrupt(cause);
                stay(state, [vec![answer], effects].concat())
            }
            (Step::Running, Event::PoisonPill) => {
                let message = format!(
                    "a test may take {}; raise `timeout` in the directive's `test` section, or \
                     test-probe.core.actor-system.max-execution-time",
                    describe_duration(self.limit())
                );
                self.data.error = Some(ProbeExceptions::ServiceTimeoutException { message, cause: None });
                self.interrupt(StopCause::TimedOut)
            }

            // ## NotBegun => ShuttingDown
            //
            // Nothing has begun that would have to be drained.
            (Step::NotBegun, Event::Cancel { force: Some(_) }) => Self::cancel(),

            // ## Testing => Testing
            (Step::NotBegun | Step::Running, Event::Cancel { force: None }) => {
                stay(state, [Effect::Answer(Answer::NotCancelled(EXECUTING))])
            }
            (Step::Interrupting(_), Event::Cancel { .. }) => {
                stay(state, [Effect::Answer(Answer::BeingCancelled(DRAINING))])
            }
            (Step::Closing(_) | Step::Uploading(_), Event::Cancel { .. }) => {
                stay(state, [Effect::Answer(Answer::NotCancelled(DRAINING))])
            }

            // ## Testing => Exception
            (_, Event::Trn(Trn::Exception(exception)) | Event::ChildEnded(_, exception)) => self.fail(exception, now),

            (_, Event::GetStatus) => status(state),
            (_, Event::Start { .. }) => started_before(state),
            (
                _,
                Event::Initialize
                | Event::StartTesting
                | Event::Trn(_)
                | Event::PoisonPill
                | Event::BlockStorageFetched(_)
                | Event::SecurityFetched(_)
                | Event::ChildGoodToGo(_)
                | Event::TestComplete(_)
                | Event::BlockStorageUploadComplete,
            ) => refuse(state),
        }
    }

    /// How long the scenarios may run: what the directive says, or the configuration.
    fn limit(&self) -> Duration {
        let directive = self.data.block_storage_directive.as_ref();
        directive.and_then(|directive| directive.test_directive.test.timeout).unwrap_or(self.pills.testing)
    }

    fn interrupt(&self, cause: StopCause) -> Decision {
        let effects = [Effect::Interrupt(cause), Effect::StartPoisonPill(self.pills.closing)];
        stay(State::Testing(Step::Interrupting(cause)), effects)
    }

    fn scenarios_ended(&mut self, result: TestExecutionResult) -> Decision {
        let interrupted = result.interrupted;
        self.data.is_running = false;
        self.data.test_result = Some(result);
        self.close(interrupted)
    }

    fn close(&mut self, cause: Option<StopCause>) -> Decision {
        if !self.data.has_topics() {
            return self.upload(cause);
        }
        stay(State::Testing(Step::Closing(cause)), [Effect::StartPoisonPill(self.pills.closing), Effect::CloseTopics])
    }

    fn upload(&mut self, cause: Option<StopCause>) -> Decision {
        self.data.is_stored = true;
        let end = match (&self.data.test_result, cause) {
            (Some(_), None) if self.has_lost_count() => TestEnd::Failed(not_drained(self.pills.closing)),
            (Some(result), _) => TestEnd::Ran(result.clone()),
            (None, cause) => TestEnd::Stopped(cause.unwrap_or(StopCause::TimedOut)),
        };
        stay(
            State::Testing(Step::Uploading(cause)),
            [Effect::StartPoisonPill(self.pills.storing), Effect::LoadToBlockStorage(end)],
        )
    }

    /// Whether nobody knows how the last events ended: whoever could tell has not ended in time.
    fn has_lost_count(&self) -> bool {
        self.data.alive.contains(&ChildKind::Producer)
    }

    fn has_passed(&self) -> bool {
        self.data.error.is_none()
            && self.data.test_result.as_ref().is_some_and(|result| result.passed && result.interrupted.is_none())
    }

    fn fail(&mut self, exception: ProbeExceptions, now: Timestamp) -> Decision {
        self.data.end_time = Some(now);
        self.data.success = Some(false);
        stay(State::Exception(Aftermath::NotBegun), [Effect::Defer(Trn::Exception(exception))])
    }
}

fn not_drained(limit: Duration) -> ProbeExceptions {
    let message = format!(
        "the producers did not close within {limit:?} (a part of test-probe.core.actor-system.shutdown-timeout), so it is \
         not known how the last events ended"
    );
    ProbeExceptions::KafkaProducerException { message, cause: None }
}
