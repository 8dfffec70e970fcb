use super::{Decision, Machine, refuse, started_before, status, stay, tell};
use crate::responses::TestState;
use crate::test_execution_actor::effect::{Answer, Effect, Report};
use crate::test_execution_actor::event::{Event, Trn};
use crate::test_execution_actor::state::State;

impl Machine {
    pub(super) fn shutting_down(&self, last: TestState, event: Event) -> Decision {
        let state = State::ShuttingDown { last };
        match event {
            // ## ShuttingDown => the end
            //
            // The Scala system tells the queue twice after a cancel; once is enough.
            Event::Trn(Trn::Shutdown) => stay(state, [tell(Report::Stopping), Effect::End]),

            // Children that end are stopped by this actor's own end, or had been told to.
            Event::ChildEnded(..) => stay(state, []),
            Event::GetStatus => status(state),
            Event::Start { .. } => started_before(state),
            Event::Cancel { .. } => stay(state, [Effect::Answer(Answer::NotCancelled("Test is shutting down"))]),
            Event::Initialize
            | Event::StartTesting
            | Event::Trn(_)
            | Event::PoisonPill
            | Event::BlockStorageFetched(_)
            | Event::SecurityFetched(_)
            | Event::ChildGoodToGo(_)
            | Event::TestComplete(_)
            | Event::BlockStorageUploadComplete => refuse(state),
        }
    }
}
