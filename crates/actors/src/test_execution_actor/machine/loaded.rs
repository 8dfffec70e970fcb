use super::{Decision, Machine, refuse, started_before, status, stay, tell};
use crate::test_execution_actor::effect::{Effect, Report};
use crate::test_execution_actor::event::{Event, Trn};
use crate::test_execution_actor::state::{Aftermath, State, Step};

impl Machine {
    pub(super) fn loaded(&self, event: Event) -> Decision {
        match event {
            // ## Loaded => Loaded
            //
            // A loaded test may wait for its turn for hours, so its timer is taken away.
            Event::Trn(Trn::Loaded) => stay(State::Loaded, [Effect::CancelPoisonPill, tell(Report::Loaded)]),

            // ## Loaded => Testing
            Event::StartTesting => stay(State::Testing(Step::NotBegun), [Effect::Defer(Trn::Testing)]),

            // ## Loaded => Exception
            Event::Trn(Trn::Exception(exception)) | Event::ChildEnded(_, exception) => {
                stay(State::Exception(Aftermath::NotBegun), [Effect::Defer(Trn::Exception(exception))])
            }

            // ## Loaded => ShuttingDown
            Event::Cancel { .. } => Self::cancel(),

            Event::GetStatus => status(State::Loaded),
            Event::Start { .. } => started_before(State::Loaded),
            Event::Initialize
            | Event::Trn(_)
            | Event::PoisonPill
            | Event::BlockStorageFetched(_)
            | Event::SecurityFetched(_)
            | Event::ChildGoodToGo(_)
            | Event::TestComplete(_)
            | Event::BlockStorageUploadComplete => refuse(State::Loaded),
        }
    }
}
