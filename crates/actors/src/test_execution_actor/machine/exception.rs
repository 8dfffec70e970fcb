use super::{Decision, Machine, refuse, started_before, status, stay, tell};
use crate::commands::{ChildKind, StopCause};
use crate::error::ProbeExceptions;
use crate::responses::TestState;
use crate::test_execution_actor::effect::{Answer, Effect, Report};
use crate::test_execution_actor::event::{Event, Trn};
use crate::test_execution_actor::state::{Aftermath, State};
use crate::test_execution_result::TestEnd;

impl Machine {
    pub(super) fn exception(&mut self, aftermath: Aftermath, event: Event) -> Decision {
        let state = State::Exception(aftermath);
        match (aftermath, event) {
            // ## NotBegun => Interrupting | Closing | Uploading | Done
            (Aftermath::NotBegun, Event::Trn(Trn::Exception(exception))) => {
                self.data.error = Some(exception.clone());
                let told = [Effect::CancelPoisonPill, tell(Report::Exception(exception))];
                let (state, owed) = if self.data.is_running && self.data.alive.contains(&ChildKind::Cucumber) {
                    let effects =
                        [Effect::StartPoisonPill(self.pills.closing), Effect::Interrupt(StopCause::WorldFailed)];
                    stay(State::Exception(Aftermath::Interrupting), effects)
                } else {
                    self.close_or_go_on()
                };
                stay(state, [told.to_vec(), owed].concat())
            }

            // ## Interrupting => Closing | Uploading | Done
            (Aftermath::Interrupting, Event::TestComplete(result)) => {
                self.data.is_running = false;
                self.data.test_result = Some(result);
                self.close_or_go_on()
            }
            (Aftermath::Interrupting, Event::ChildEnded(ChildKind::Cucumber, _)) => self.close_or_go_on(),

            // ## Closing => Uploading | Done
            (Aftermath::Closing, Event::ChildEnded(..)) if !self.data.has_topics() => self.upload_or_be_done(),

            // ## Uploading => Done
            (
                Aftermath::Uploading,
                Event::BlockStorageUploadComplete | Event::ChildEnded(ChildKind::BlockStorage, _),
            ) => self.done(),

            // ## Exception => Exception
            //
            // Whatever does not come in time is not waited for any longer; the next thing that is owed gets its time.
            (Aftermath::Interrupting, Event::PoisonPill) => self.close_or_go_on(),
            (Aftermath::Closing, Event::PoisonPill) => self.upload_or_be_done(),
            // A second failure does not hide the first.
            (_, Event::Trn(Trn::Exception(_)) | Event::ChildEnded(..)) => stay(state, []),
            // The tree ends: what is owed is still done, and then nobody is waited for.
            (Aftermath::Done, Event::Cancel { .. }) if self.data.is_ending => {
                Self::shut_down(TestState::Exception, [Effect::CancelPoisonPill, Effect::Answer(Answer::Cancelled)])
            }
            (_, Event::Cancel { .. }) if self.data.is_ending => stay(
                state,
                [Effect::StartPoisonPill(self.pills.storing), Effect::Answer(Answer::BeingCancelled(CLEANUP))],
            ),
            (_, Event::Cancel { .. }) => stay(state, [Effect::Answer(Answer::NotCancelled(CLEANUP))]),

            // ## Exception => ShuttingDown
            (Aftermath::Uploading | Aftermath::Done | Aftermath::NotBegun, Event::PoisonPill) => {
                Self::shut_down(TestState::Exception, [])
            }

            (_, Event::GetStatus) => status(state),
            (_, Event::Start { .. }) => started_before(state),
            (
                _,
                Event::Initialize
                | Event::StartTesting
                | Event::Trn(_)
                | Event::BlockStorageFetched(_)
                | Event::SecurityFetched(_)
                | Event::ChildGoodToGo(_)
                | Event::TestComplete(_)
                | Event::BlockStorageUploadComplete,
            ) => refuse(state),
        }
    }

    /// Topics drain for the sake of the evidence; once that is stored they end with the test.
    fn close_or_go_on(&mut self) -> Decision {
        if self.data.has_topics() && !self.data.is_stored {
            let effects = [Effect::StartPoisonPill(self.pills.closing), Effect::CloseTopics];
            return stay(State::Exception(Aftermath::Closing), effects);
        }
        self.upload_or_be_done()
    }

    /// Evidence is owed once it is known where it goes, and as long as somebody is there to take it there.
    fn upload_or_be_done(&mut self) -> Decision {
        let is_owed = !self.data.is_stored
            && self.data.block_storage_directive.is_some()
            && self.data.alive.contains(&ChildKind::BlockStorage);
        if !is_owed {
            return self.done();
        }
        self.data.is_stored = true;
        let unknown = || ProbeExceptions::TestActorException { message: "the test failed".to_owned() };
        let end = TestEnd::Failed(self.data.error.clone().unwrap_or_else(unknown));
        stay(
            State::Exception(Aftermath::Uploading),
            [Effect::StartPoisonPill(self.pills.storing), Effect::LoadToBlockStorage(end)],
        )
    }

    /// The story is told from now on, for as long as the state's timer says.
    fn done(&self) -> Decision {
        if self.data.is_ending {
            return Self::shut_down(TestState::Exception, [Effect::CancelPoisonPill]);
        }
        stay(State::Exception(Aftermath::Done), [Effect::StartPoisonPill(self.pills.exception)])
    }
}

const CLEANUP: &str = "Test in exception state, cleanup in progress";
