//! Events and states for the tests of the machine.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use test_probe_directives::{BlockStorageDirective, TestId, Timestamp};

use crate::commands::{ChildKind, StopCause};
use crate::error::ProbeExceptions;
use crate::test_execution_actor::PoisonPills;
use crate::test_execution_actor::event::Event;
use crate::test_execution_actor::machine::Machine;
use crate::test_execution_actor::state::State;
use crate::test_execution_result::TestExecutionResult;

pub(super) const NOW: Timestamp = Timestamp::from_millis(1_769_846_400_000);

/// Of each state another time, so that a timer tells whose it is.
pub(super) const PILLS: PoisonPills = PoisonPills {
    setup: Duration::from_secs(1),
    loading: Duration::from_secs(2),
    testing: Duration::from_secs(3),
    closing: Duration::from_secs(4),
    storing: Duration::from_secs(5),
    completed: Duration::from_secs(6),
    exception: Duration::from_secs(7),
};

pub(super) const fn test_id() -> TestId {
    TestId::from_bytes([7; 16])
}

pub(super) fn error() -> ProbeExceptions {
    ProbeExceptions::VaultConsumerException { message: "no credentials".to_owned(), cause: None }
}

pub(super) fn directive() -> Box<BlockStorageDirective> {
    Box::new(BlockStorageDirective {
        test_dir: PathBuf::from("test"),
        evidence_dir: PathBuf::from("test/evidence"),
        topic_directives: Vec::new(),
        bucket: "s3://tests/orders".to_owned(),
        tags: Vec::new(),
        test_directive: Arc::default(),
    })
}

pub(super) fn result(passed: bool, interrupted: Option<StopCause>) -> TestExecutionResult {
    TestExecutionResult {
        test_id: test_id(),
        passed,
        scenario_count: 1,
        scenarios_passed: usize::from(passed),
        scenarios_failed: usize::from(!passed),
        scenarios_skipped: 0,
        step_count: 3,
        duration: Duration::from_secs(1),
        interrupted,
        error_message: None,
        failed_scenarios: Vec::new(),
    }
}

pub(super) fn start() -> Event {
    Event::Start { bucket: "s3://tests/orders".to_owned(), test_type: Some("smoke".to_owned()) }
}

pub(super) fn cancel() -> Event {
    Event::Cancel { force: None }
}

pub(super) fn force(cause: StopCause) -> Event {
    Event::Cancel { force: Some(cause) }
}

pub(super) fn complete() -> Event {
    Event::TestComplete(result(true, None))
}

pub(super) fn ended(child: ChildKind) -> Event {
    Event::ChildEnded(child, error())
}

/// A test in this state, its children alive and its folder fetched where the state says so.
pub(super) fn machine(state: State) -> Machine {
    let mut machine = Machine::new(test_id(), PILLS);
    let has_children = !matches!(state, State::Setup { .. });
    if has_children {
        machine.data.bucket = Some("s3://tests/orders".to_owned());
        machine.data.block_storage_directive = Some(directive());
        machine.data.alive = ChildKind::ALL.into_iter().collect();
    }
    machine.state = state;
    machine
}

pub(super) fn waiting_for(children: &[ChildKind]) -> State {
    State::Loading { waiting_for: children.iter().copied().collect::<BTreeSet<_>>() }
}
