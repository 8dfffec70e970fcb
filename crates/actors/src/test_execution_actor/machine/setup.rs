use super::{Decision, Machine, refuse, status, stay, tell};
use crate::commands::ChildKind;
use crate::responses::TestState;
use crate::test_execution_actor::effect::{Answer, Effect, Report};
use crate::test_execution_actor::event::{Event, Trn};
use crate::test_execution_actor::state::State;

impl Machine {
    pub(super) fn setup(&mut self, is_initialized: bool, event: Event) -> Decision {
        let state = State::Setup { is_initialized };
        match event {
            // ## Setup => Setup
            Event::Initialize => stay(State::Setup { is_initialized: true }, [Effect::Defer(Trn::Setup)]),
            Event::Trn(Trn::Setup) if is_initialized => stay(
                state,
                [Effect::StartPoisonPill(self.pills.setup), Effect::AnswerInitialize, tell(Report::Initialized)],
            ),

            // ## Setup => Loading
            Event::Start { bucket, test_type } if is_initialized => {
                self.data.bucket = Some(bucket);
                self.data.test_type = test_type;
                stay(
                    State::Loading { waiting_for: ChildKind::ALL.into_iter().collect() },
                    [Effect::Defer(Trn::Loading)],
                )
            }
            Event::Start { .. } => stay(state, [Effect::Answer(Answer::NotAccepted("Test is not initialized"))]),

            // ## Setup => ShuttingDown
            Event::Cancel { .. } => Self::cancel(),
            Event::PoisonPill => Self::shut_down(TestState::ShuttingDown, []),

            Event::GetStatus => status(state),
            Event::StartTesting
            | Event::Trn(_)
            | Event::BlockStorageFetched(_)
            | Event::SecurityFetched(_)
            | Event::ChildGoodToGo(_)
            | Event::TestComplete(_)
            | Event::BlockStorageUploadComplete
            | Event::ChildEnded(..) => refuse(state),
        }
    }
}
