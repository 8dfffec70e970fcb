use std::collections::BTreeSet;

use super::{Decision, Machine, refuse, started_before, status, stay, tell};
use crate::commands::ChildKind;
use crate::error::ProbeExceptions;
use crate::responses::TestState;
use crate::test_execution_actor::effect::{Effect, Report};
use crate::test_execution_actor::event::{Event, Trn};
use crate::test_execution_actor::state::{Aftermath, State};

impl Machine {
    pub(super) fn loading(&mut self, mut waiting_for: BTreeSet<ChildKind>, event: Event) -> Decision {
        match event {
            // ## Loading => Loading
            Event::Trn(Trn::Loading) => {
                self.data.alive = ChildKind::ALL.into_iter().collect();
                stay(
                    State::Loading { waiting_for },
                    [
                        Effect::CancelPoisonPill,
                        Effect::StartPoisonPill(self.pills.loading),
                        Effect::SpawnChildren,
                        Effect::InitializeBlockStorage,
                        Effect::AnswerStart,
                        tell(Report::Loading),
                    ],
                )
            }
            Event::BlockStorageFetched(directive) => {
                self.data.block_storage_directive = Some(directive);
                stay(State::Loading { waiting_for }, [Effect::InitializeVault])
            }
            Event::SecurityFetched(directives) => {
                self.data.security_directives = directives;
                let effects = match self.data.block_storage_directive {
                    Some(_) => vec![Effect::InitializeReaders],
                    None => Vec::new(),
                };
                stay(State::Loading { waiting_for }, effects)
            }

            // ## Loading => Loading | Loaded
            //
            // The last child that is good to go opens the gate. One that says it twice does not stand for another.
            Event::ChildGoodToGo(child) => {
                waiting_for.remove(&child);
                match waiting_for.is_empty() {
                    true => stay(State::Loaded, [Effect::Defer(Trn::Loaded)]),
                    false => stay(State::Loading { waiting_for }, []),
                }
            }

            // ## Loading => Exception
            Event::Trn(Trn::Exception(exception)) | Event::ChildEnded(_, exception) => {
                stay(State::Exception(Aftermath::NotBegun), [Effect::Defer(Trn::Exception(exception))])
            }

            // ## Loading => ShuttingDown
            Event::Cancel { .. } => Self::cancel(),
            Event::PoisonPill => {
                let names: Vec<_> = waiting_for.iter().map(ToString::to_string).collect();
                let message = format!(
                    "the test was not loaded within {:?} (test-probe.core.timers.loading-state): {} did not get ready",
                    self.pills.loading,
                    names.join(", ")
                );
                self.data.error = Some(ProbeExceptions::ServiceTimeoutException { message, cause: None });
                Self::shut_down(TestState::Exception, [])
            }

            Event::GetStatus => status(State::Loading { waiting_for }),
            Event::Start { .. } => started_before(State::Loading { waiting_for }),
            Event::Initialize
            | Event::StartTesting
            | Event::Trn(_)
            | Event::TestComplete(_)
            | Event::BlockStorageUploadComplete => refuse(State::Loading { waiting_for }),
        }
    }
}
