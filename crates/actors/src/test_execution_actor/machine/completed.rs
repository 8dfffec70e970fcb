use super::{Decision, Machine, refuse, started_before, status, stay, tell};
use crate::responses::TestState;
use crate::test_execution_actor::effect::{Answer, Effect, Report};
use crate::test_execution_actor::event::{Event, Trn};
use crate::test_execution_actor::state::{Aftermath, State};

impl Machine {
    pub(super) fn completed(&self, event: Event) -> Decision {
        match event {
            // ## Completed => ShuttingDown
            //
            // The tree ends, and nobody will ask any more.
            Event::Trn(Trn::Complete) if self.data.is_ending => {
                Self::shut_down(TestState::Completed, [tell(Report::Completed)])
            }
            Event::Cancel { .. } if self.data.is_ending => {
                Self::shut_down(TestState::Completed, [Effect::CancelPoisonPill, Effect::Answer(Answer::Cancelled)])
            }
            Event::PoisonPill => Self::shut_down(TestState::Completed, []),

            // ## Completed => Completed
            Event::Trn(Trn::Complete) => {
                stay(State::Completed, [Effect::StartPoisonPill(self.pills.completed), tell(Report::Completed)])
            }
            // The story is told; who ends now has nothing left to do.
            Event::ChildEnded(..) => stay(State::Completed, []),

            Event::Cancel { .. } => {
                stay(State::Completed, [Effect::Answer(Answer::NotCancelled("Test already completed, cannot cancel"))])
            }

            // ## Completed => Exception
            Event::Trn(Trn::Exception(exception)) => {
                stay(State::Exception(Aftermath::NotBegun), [Effect::Defer(Trn::Exception(exception))])
            }

            Event::GetStatus => status(State::Completed),
            Event::Start { .. } => started_before(State::Completed),
            Event::Initialize
            | Event::StartTesting
            | Event::Trn(_)
            | Event::BlockStorageFetched(_)
            | Event::SecurityFetched(_)
            | Event::ChildGoodToGo(_)
            | Event::TestComplete(_)
            | Event::BlockStorageUploadComplete => refuse(State::Completed),
        }
    }
}
