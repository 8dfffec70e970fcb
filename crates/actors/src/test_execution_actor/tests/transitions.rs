//! The whole transition table, one line a case: state, event, next state, what is done.

use std::time::Duration;

use super::sample::{
    NOW, PILLS, cancel, complete, directive, ended, error, force, machine, result, start, waiting_for,
};
use crate::commands::ChildKind::{BlockStorage, Consumer, Cucumber, Producer, Vault};
use crate::commands::{ChildKind, StopCause};
use crate::error::ProbeExceptions;
use crate::responses::TestState;
use crate::test_execution_actor::effect::Answer::{BeingCancelled, Cancelled, NotAccepted, NotCancelled, Status};
use crate::test_execution_actor::effect::Effect::{
    Answer, AnswerInitialize, AnswerStart, CancelPoisonPill, CloseTopics, Defer, End, InitializeBlockStorage,
    InitializeReaders, InitializeVault, Interrupt, LoadToBlockStorage, Refuse, SpawnChildren, StartPoisonPill,
    StartScenarios, TellQueue,
};
use crate::test_execution_actor::effect::{Effect, Report};
use crate::test_execution_actor::event::Event::{
    BlockStorageFetched, BlockStorageUploadComplete, ChildGoodToGo, GetStatus, Initialize, PoisonPill, SecurityFetched,
    StartTesting, TestComplete,
};
use crate::test_execution_actor::event::{Event, Trn};
use crate::test_execution_actor::machine::Machine;
use crate::test_execution_actor::state::State::{Completed, Exception, Loaded, ShuttingDown, Testing};
use crate::test_execution_actor::state::{Aftermath, State, Step};
use crate::test_execution_result::TestEnd;

const NEW: State = State::Setup { is_initialized: false };
const SETUP: State = State::Setup { is_initialized: true };
const GONE: State = ShuttingDown { last: TestState::ShuttingDown };
const NOT_TOLD: State = Exception(Aftermath::NotBegun);

fn all() -> State {
    waiting_for(&ChildKind::ALL)
}

#[track_caller]
fn check(state: State, event: Event, next: State, effects: &[Effect]) -> Machine {
    check_machine(machine(state), event, next, effects)
}

#[track_caller]
fn check_machine(machine: Machine, event: Event, next: State, effects: &[Effect]) -> Machine {
    let (machine, done) = machine.on(event, NOW);
    assert_eq!((&machine.state, done.as_slice()), (&next, effects));
    machine
}

/// The state has no use for any of these.
#[track_caller]
fn refused(state: &State, events: Vec<Event>) {
    for event in events {
        let name = event.name();
        let (machine, effects) = machine(state.clone()).on(event, NOW);
        assert_eq!((&machine.state, effects.as_slice()), (state, [Refuse].as_slice()), "{name}");
    }
}

fn trn(trn: Trn) -> Event {
    Event::Trn(trn)
}

fn failed() -> Event {
    trn(Trn::Exception(error()))
}

fn defer_failure() -> Effect {
    Defer(Trn::Exception(error()))
}

fn every_trn() -> Vec<Event> {
    [Trn::Setup, Trn::Loading, Trn::Loaded, Trn::Testing, Trn::Complete, Trn::Shutdown].map(trn).to_vec()
}

/// Every `Trn` message but this one.
fn trns_but(kept: &Trn) -> Vec<Event> {
    every_trn().into_iter().filter(|event| !matches!(event, Event::Trn(trn) if trn == kept)).collect()
}

fn told_by_children() -> Vec<Event> {
    vec![
        BlockStorageFetched(directive()),
        SecurityFetched(Vec::new()),
        ChildGoodToGo(Vault),
        complete(),
        BlockStorageUploadComplete,
    ]
}

#[test]
#[rustfmt::skip]
fn setup() {
    check(NEW, Initialize, SETUP, &[Defer(Trn::Setup)]);
    check(SETUP, Initialize, SETUP, &[Defer(Trn::Setup)]);
    check(SETUP, trn(Trn::Setup), SETUP, &[StartPoisonPill(PILLS.setup), AnswerInitialize, TellQueue(Report::Initialized)]);
    check(NEW, start(), NEW, &[Answer(NotAccepted("Test is not initialized"))]);
    let test = check(SETUP, start(), all(), &[Defer(Trn::Loading)]);
    assert_eq!((test.data.bucket.as_deref(), test.data.test_type.as_deref()), (Some("s3://tests/orders"), Some("smoke")));
    check(NEW, cancel(), GONE, &[CancelPoisonPill, Answer(Cancelled), Defer(Trn::Shutdown)]);
    check(SETUP, cancel(), GONE, &[CancelPoisonPill, Answer(Cancelled), Defer(Trn::Shutdown)]);
    check(SETUP, force(StopCause::Terminate), GONE, &[CancelPoisonPill, Answer(Cancelled), Defer(Trn::Shutdown)]);
    check(SETUP, PoisonPill, GONE, &[Defer(Trn::Shutdown)]);
    check(NEW, GetStatus, NEW, &[Answer(Status)]);
    check(SETUP, GetStatus, SETUP, &[Answer(Status)]);
    refused(&NEW, every_trn());
    refused(&SETUP, trns_but(&Trn::Setup));
    refused(&SETUP, told_by_children());
    refused(&SETUP, vec![failed(), StartTesting, ended(Vault)]);
}

#[test]
#[rustfmt::skip]
fn loading() {
    let test = check(all(), trn(Trn::Loading), all(), &[
        CancelPoisonPill, StartPoisonPill(PILLS.loading), SpawnChildren, InitializeBlockStorage, AnswerStart, TellQueue(Report::Loading),
    ]);
    assert_eq!(test.data.alive.len(), 5);
    check(all(), BlockStorageFetched(directive()), all(), &[InitializeVault]);
    check(all(), SecurityFetched(Vec::new()), all(), &[InitializeReaders]);
    let mut unfetched = machine(all());
    unfetched.data.block_storage_directive = None;
    check_machine(unfetched, SecurityFetched(Vec::new()), all(), &[]);
    check(waiting_for(&[Vault, Producer]), ChildGoodToGo(Vault), waiting_for(&[Producer]), &[]);
    check(waiting_for(&[Producer]), ChildGoodToGo(Vault), waiting_for(&[Producer]), &[]);
    check(waiting_for(&[Producer]), ChildGoodToGo(Producer), Loaded, &[Defer(Trn::Loaded)]);
    check(all(), GetStatus, all(), &[Answer(Status)]);
    check(all(), start(), all(), &[Answer(NotAccepted("Test was started before"))]);
    check(all(), cancel(), GONE, &[CancelPoisonPill, Answer(Cancelled), Defer(Trn::Shutdown)]);
    check(all(), force(StopCause::Cancelled), GONE, &[CancelPoisonPill, Answer(Cancelled), Defer(Trn::Shutdown)]);
    check(all(), failed(), NOT_TOLD, &[defer_failure()]);
    for child in ChildKind::ALL {
        check(all(), ended(child), NOT_TOLD, &[defer_failure()]);
    }
    let test = check(waiting_for(&[Vault]), PoisonPill, ShuttingDown { last: TestState::Exception }, &[Defer(Trn::Shutdown)]);
    let reason = test.data.error.expect("a reason").to_string();
    assert_eq!(reason, "the test was not loaded within 2s (test-probe.core.timers.loading-state): Vault did not get ready");
    refused(&all(), trns_but(&Trn::Loading));
    refused(&all(), vec![Initialize, StartTesting, complete(), BlockStorageUploadComplete]);
}

#[test]
#[rustfmt::skip]
fn loaded() {
    check(Loaded, trn(Trn::Loaded), Loaded, &[CancelPoisonPill, TellQueue(Report::Loaded)]);
    check(Loaded, StartTesting, Testing(Step::NotBegun), &[Defer(Trn::Testing)]);
    check(Loaded, GetStatus, Loaded, &[Answer(Status)]);
    check(Loaded, start(), Loaded, &[Answer(NotAccepted("Test was started before"))]);
    check(Loaded, cancel(), GONE, &[CancelPoisonPill, Answer(Cancelled), Defer(Trn::Shutdown)]);
    check(Loaded, failed(), NOT_TOLD, &[defer_failure()]);
    for child in ChildKind::ALL {
        check(Loaded, ended(child), NOT_TOLD, &[defer_failure()]);
    }
    refused(&Loaded, trns_but(&Trn::Loaded));
    refused(&Loaded, told_by_children());
    refused(&Loaded, vec![Initialize, PoisonPill]);
}

const RUNNING: State = Testing(Step::Running);
const CLOSING: State = Testing(Step::Closing(None));
const UPLOADING: State = Testing(Step::Uploading(None));
const EXECUTING: Effect = Answer(NotCancelled("Cannot cancel, test is currently executing"));
const DRAINING: &str = "Test is draining; its evidence is being stored";

fn interrupting(cause: StopCause) -> State {
    Testing(Step::Interrupting(cause))
}

/// A test whose topics have ended.
fn closed(state: State) -> Machine {
    let mut machine = machine(state);
    machine.data.alive = [BlockStorage, Vault, Cucumber].into();
    machine
}

fn tested(state: State, passed: bool) -> Machine {
    let mut machine = machine(state);
    machine.data.test_result = Some(result(passed, None));
    machine
}

#[test]
#[rustfmt::skip]
fn testing_runs_drains_and_stores() {
    let test = check(Testing(Step::NotBegun), trn(Trn::Testing), RUNNING, &[StartPoisonPill(PILLS.testing), StartScenarios, TellQueue(Report::Started)]);
    assert_eq!(test.data.start_time, Some(NOW));
    check(RUNNING, complete(), CLOSING, &[StartPoisonPill(PILLS.closing), CloseTopics]);
    check(CLOSING, ended(Producer), CLOSING, &[]);
    let mut one_left = tested(CLOSING, true);
    one_left.data.alive.remove(&Producer);
    let end = TestEnd::Ran(result(true, None));
    check_machine(one_left, ended(Consumer), UPLOADING, &[StartPoisonPill(PILLS.storing), LoadToBlockStorage(end)]);
    let end = TestEnd::Ran(result(true, None));
    check_machine(closed(RUNNING), complete(), UPLOADING, &[StartPoisonPill(PILLS.storing), LoadToBlockStorage(end)]);
    let test = check_machine(tested(UPLOADING, true), BlockStorageUploadComplete, Completed, &[CancelPoisonPill, Defer(Trn::Complete)]);
    assert_eq!((test.data.success, test.data.end_time), (Some(true), Some(NOW)));
    let test = check_machine(tested(UPLOADING, false), BlockStorageUploadComplete, Completed, &[CancelPoisonPill, Defer(Trn::Complete)]);
    assert_eq!(test.data.success, Some(false), "the verdict is Cucumber's");
}

#[test]
#[rustfmt::skip]
fn testing_takes_as_long_as_the_directive_says() {
    let mut test = machine(Testing(Step::NotBegun));
    let mut directive = directive();
    std::sync::Arc::make_mut(&mut directive.test_directive).test.timeout = Some(Duration::from_secs(600));
    test.data.block_storage_directive = Some(directive);
    let test = check_machine(test, trn(Trn::Testing), RUNNING, &[StartPoisonPill(Duration::from_secs(600)), StartScenarios, TellQueue(Report::Started)]);
    let cause = StopCause::TimedOut;
    let test = check_machine(test, PoisonPill, interrupting(cause), &[Interrupt(cause), StartPoisonPill(PILLS.closing)]);
    let reason = test.data.error.expect("a reason").to_string();
    assert!(reason.starts_with("a test may take 10"), "{reason}");
}

#[test]
#[rustfmt::skip]
fn testing_is_cancelled_by_force_alone() {
    let cause = StopCause::Cancelled;
    check(Testing(Step::NotBegun), cancel(), Testing(Step::NotBegun), &[EXECUTING]);
    check(RUNNING, cancel(), RUNNING, &[EXECUTING]);
    check(Testing(Step::NotBegun), force(cause), GONE, &[CancelPoisonPill, Answer(Cancelled), Defer(Trn::Shutdown)]);
    check(RUNNING, force(cause), interrupting(cause), &[Answer(BeingCancelled(DRAINING)), Interrupt(cause), StartPoisonPill(PILLS.closing)]);
    check(interrupting(cause), cancel(), interrupting(cause), &[Answer(BeingCancelled(DRAINING))]);
    check(interrupting(cause), force(cause), interrupting(cause), &[Answer(BeingCancelled(DRAINING))]);
    check(CLOSING, force(cause), CLOSING, &[Answer(NotCancelled(DRAINING))]);
    check(UPLOADING, cancel(), UPLOADING, &[Answer(NotCancelled(DRAINING))]);
    let interrupted = TestComplete(result(true, Some(cause)));
    let test = check(interrupting(cause), interrupted, Testing(Step::Closing(Some(cause))), &[StartPoisonPill(PILLS.closing), CloseTopics]);
    assert_eq!(test.data.test_result.as_ref().map(|result| result.interrupted), Some(Some(cause)));
    let mut test = tested(UPLOADING, true);
    test.data.test_result = Some(result(true, Some(cause)));
    let test = check_machine(test, BlockStorageUploadComplete, Completed, &[CancelPoisonPill, Defer(Trn::Complete)]);
    assert_eq!(test.data.success, Some(false), "a test that was cut short has not passed");
}

#[test]
#[rustfmt::skip]
fn testing_waits_for_nobody_without_end() {
    let cause = StopCause::TimedOut;
    check(RUNNING, PoisonPill, interrupting(cause), &[Interrupt(cause), StartPoisonPill(PILLS.closing)]);
    check(interrupting(cause), PoisonPill, Testing(Step::Closing(Some(cause))), &[StartPoisonPill(PILLS.closing), CloseTopics]);
    check(Testing(Step::Closing(Some(cause))), PoisonPill, Testing(Step::Uploading(Some(cause))), &[
        StartPoisonPill(PILLS.storing), LoadToBlockStorage(TestEnd::Stopped(cause)),
    ]);
    let unknown = "the producers did not close within 4s (a part of test-probe.core.actor-system.shutdown-timeout), so it is not known how the last events ended";
    let unknown = ProbeExceptions::KafkaProducerException { message: unknown.to_owned(), cause: None };
    let test = check_machine(tested(CLOSING, true), PoisonPill, UPLOADING, &[StartPoisonPill(PILLS.storing), LoadToBlockStorage(TestEnd::Failed(unknown.clone()))]);
    let test = check_machine(test, BlockStorageUploadComplete, Completed, &[CancelPoisonPill, Defer(Trn::Complete)]);
    assert_eq!((test.data.success, test.data.error), (Some(false), Some(unknown)), "scenarios that passed are not all");
    let mut only_consumers = tested(CLOSING, true);
    only_consumers.data.alive.remove(&Producer);
    check_machine(only_consumers, PoisonPill, UPLOADING, &[StartPoisonPill(PILLS.storing), LoadToBlockStorage(TestEnd::Ran(result(true, None)))]);
    let message = "the evidence was not stored within 5s (test-probe.core.services.timeout, and a while for the reports)".to_owned();
    let not_stored = ProbeExceptions::BlockStorageException { message, cause: None };
    let test = check(UPLOADING, PoisonPill, NOT_TOLD, &[Defer(Trn::Exception(not_stored))]);
    assert_eq!((test.data.success, test.data.end_time), (Some(false), Some(NOW)));
}

#[test]
#[rustfmt::skip]
fn testing_fails_with_a_child() {
    for step in [Step::NotBegun, Step::Running, Step::Interrupting(StopCause::Cancelled), Step::Uploading(None)] {
        for child in ChildKind::ALL {
            let test = check(Testing(step), ended(child), NOT_TOLD, &[defer_failure()]);
            assert_eq!((test.data.success, test.data.end_time), (Some(false), Some(NOW)));
        }
        check(Testing(step), failed(), NOT_TOLD, &[defer_failure()]);
    }
    for child in [BlockStorage, Vault, Cucumber] {
        check(CLOSING, ended(child), NOT_TOLD, &[defer_failure()]);
    }
}

#[test]
#[rustfmt::skip]
fn testing_refuses_the_rest() {
    for step in [Step::NotBegun, Step::Running, Step::Interrupting(StopCause::Cancelled), Step::Closing(None), Step::Uploading(None)] {
        let state = Testing(step);
        check(state.clone(), GetStatus, state.clone(), &[Answer(Status)]);
        check(state.clone(), start(), state.clone(), &[Answer(NotAccepted("Test was started before"))]);
        refused(&state, vec![Initialize, StartTesting, BlockStorageFetched(directive()), SecurityFetched(Vec::new()), ChildGoodToGo(Vault)]);
        refused(&state, if step == Step::NotBegun { trns_but(&Trn::Testing) } else { every_trn() });
    }
    refused(&Testing(Step::NotBegun), vec![PoisonPill, complete(), BlockStorageUploadComplete]);
    refused(&RUNNING, vec![BlockStorageUploadComplete]);
    refused(&CLOSING, vec![complete(), BlockStorageUploadComplete]);
    refused(&UPLOADING, vec![complete()]);
}

#[test]
#[rustfmt::skip]
fn completed() {
    check(Completed, trn(Trn::Complete), Completed, &[StartPoisonPill(PILLS.completed), TellQueue(Report::Completed)]);
    let mut ending = machine(Completed);
    ending.data.is_ending = true;
    check_machine(ending, trn(Trn::Complete), ShuttingDown { last: TestState::Completed }, &[TellQueue(Report::Completed), Defer(Trn::Shutdown)]);
    check(Completed, cancel(), Completed, &[Answer(NotCancelled("Test already completed, cannot cancel"))]);
    check(Completed, force(StopCause::Cancelled), Completed, &[Answer(NotCancelled("Test already completed, cannot cancel"))]);
    check(Completed, force(StopCause::Interrupt), ShuttingDown { last: TestState::Completed }, &[CancelPoisonPill, Answer(Cancelled), Defer(Trn::Shutdown)]);
    check(Completed, GetStatus, Completed, &[Answer(Status)]);
    check(Completed, start(), Completed, &[Answer(NotAccepted("Test was started before"))]);
    check(Completed, PoisonPill, ShuttingDown { last: TestState::Completed }, &[Defer(Trn::Shutdown)]);
    check(Completed, failed(), NOT_TOLD, &[defer_failure()]);
    check(Completed, ended(Vault), Completed, &[]);
    refused(&Completed, trns_but(&Trn::Complete));
    refused(&Completed, told_by_children());
    refused(&Completed, vec![Initialize, StartTesting]);
}

const CLEANUP: &str = "Test in exception state, cleanup in progress";

fn aftermath(aftermath: Aftermath) -> State {
    Exception(aftermath)
}

fn told() -> [Effect; 2] {
    [CancelPoisonPill, TellQueue(Report::Exception(error()))]
}

const CLOSE: [Effect; 2] = [StartPoisonPill(PILLS.closing), CloseTopics];
const TELL: [Effect; 1] = [StartPoisonPill(PILLS.exception)];

/// A test that failed with the error of these tests.
fn failing(state: Aftermath, alive: &[ChildKind]) -> Machine {
    let mut machine = machine(Exception(state));
    machine.data.error = Some(error());
    machine.data.alive = alive.iter().copied().collect();
    machine
}

#[test]
#[rustfmt::skip]
fn exception_tells_the_queue_and_does_what_is_owed() {
    let store = || [StartPoisonPill(PILLS.storing), LoadToBlockStorage(TestEnd::Failed(error()))];
    let test = check(NOT_TOLD, failed(), aftermath(Aftermath::Closing), &[told().as_slice(), &CLOSE].concat());
    assert_eq!(test.data.error, Some(error()));
    let mut running = machine(NOT_TOLD);
    running.data.is_running = true;
    check_machine(running, failed(), aftermath(Aftermath::Interrupting), &[told().as_slice(), &[StartPoisonPill(PILLS.closing), Interrupt(StopCause::WorldFailed)]].concat());
    let mut without_cucumber = machine(NOT_TOLD);
    without_cucumber.data.is_running = true;
    without_cucumber.data.alive.remove(&Cucumber);
    check_machine(without_cucumber, failed(), aftermath(Aftermath::Closing), &[told().as_slice(), &CLOSE].concat());
    check_machine(failing(Aftermath::NotBegun, &[BlockStorage]), failed(), aftermath(Aftermath::Uploading), &[told().as_slice(), &store()].concat());
    check_machine(failing(Aftermath::NotBegun, &[]), failed(), aftermath(Aftermath::Done), &[told().as_slice(), &TELL].concat());
    let mut unfetched = failing(Aftermath::NotBegun, &[BlockStorage]);
    unfetched.data.block_storage_directive = None;
    check_machine(unfetched, failed(), aftermath(Aftermath::Done), &[told().as_slice(), &TELL].concat());
    let mut stored = failing(Aftermath::NotBegun, &[BlockStorage]);
    stored.data.is_stored = true;
    check_machine(stored, failed(), aftermath(Aftermath::Done), &[told().as_slice(), &TELL].concat());
    check_machine(failing(Aftermath::Interrupting, &ChildKind::ALL), complete(), aftermath(Aftermath::Closing), &CLOSE);
    check_machine(failing(Aftermath::Interrupting, &ChildKind::ALL), ended(Cucumber), aftermath(Aftermath::Closing), &CLOSE);
    check_machine(failing(Aftermath::Interrupting, &ChildKind::ALL), ended(Vault), aftermath(Aftermath::Interrupting), &[]);
    check_machine(failing(Aftermath::Closing, &ChildKind::ALL), ended(Producer), aftermath(Aftermath::Closing), &[]);
    check_machine(failing(Aftermath::Closing, &[BlockStorage, Consumer]), ended(Consumer), aftermath(Aftermath::Uploading), &store());
    check_machine(failing(Aftermath::Closing, &[Consumer]), ended(Consumer), aftermath(Aftermath::Done), &TELL);
    check(aftermath(Aftermath::Uploading), BlockStorageUploadComplete, aftermath(Aftermath::Done), &TELL);
    check(aftermath(Aftermath::Uploading), ended(BlockStorage), aftermath(Aftermath::Done), &TELL);
}

#[test]
#[rustfmt::skip]
fn exception_waits_for_nobody_without_end() {
    let last = ShuttingDown { last: TestState::Exception };
    check_machine(failing(Aftermath::Interrupting, &ChildKind::ALL), PoisonPill, aftermath(Aftermath::Closing), &CLOSE);
    check_machine(failing(Aftermath::Closing, &ChildKind::ALL), PoisonPill, aftermath(Aftermath::Uploading), &[
        StartPoisonPill(PILLS.storing), LoadToBlockStorage(TestEnd::Failed(error())),
    ]);
    check(aftermath(Aftermath::Uploading), PoisonPill, last.clone(), &[Defer(Trn::Shutdown)]);
    check(aftermath(Aftermath::Done), PoisonPill, last, &[Defer(Trn::Shutdown)]);
    check_machine(failing(Aftermath::Closing, &[Consumer]), PoisonPill, aftermath(Aftermath::Done), &TELL);
    check_machine(failing(Aftermath::Interrupting, &[]), PoisonPill, aftermath(Aftermath::Done), &TELL);
}

#[test]
#[rustfmt::skip]
fn exception_ends_with_the_tree() {
    let last = ShuttingDown { last: TestState::Exception };
    check(aftermath(Aftermath::Done), force(StopCause::Terminate), last.clone(), &[CancelPoisonPill, Answer(Cancelled), Defer(Trn::Shutdown)]);
    let state = aftermath(Aftermath::Uploading);
    let test = check(state.clone(), force(StopCause::Terminate), state, &[StartPoisonPill(PILLS.storing), Answer(BeingCancelled(CLEANUP))]);
    check_machine(test, BlockStorageUploadComplete, last, &[CancelPoisonPill, Defer(Trn::Shutdown)]);
}

#[test]
#[rustfmt::skip]
fn exception_refuses_the_rest() {
    for step in [Aftermath::NotBegun, Aftermath::Interrupting, Aftermath::Closing, Aftermath::Uploading, Aftermath::Done] {
        let state = aftermath(step);
        check(state.clone(), GetStatus, state.clone(), &[Answer(Status)]);
        check(state.clone(), cancel(), state.clone(), &[Answer(NotCancelled(CLEANUP))]);
        check(state.clone(), start(), state.clone(), &[Answer(NotAccepted("Test was started before"))]);
        if step != Aftermath::NotBegun {
            check(state.clone(), failed(), state.clone(), &[]);
        }
        refused(&state, every_trn());
        refused(&state, vec![Initialize, StartTesting, BlockStorageFetched(directive()), SecurityFetched(Vec::new()), ChildGoodToGo(Vault)]);
    }
    refused(&aftermath(Aftermath::Done), vec![complete(), BlockStorageUploadComplete]);
    refused(&aftermath(Aftermath::Closing), vec![complete(), BlockStorageUploadComplete]);
}

#[test]
#[rustfmt::skip]
fn shutting_down() {
    for last in [TestState::ShuttingDown, TestState::Completed, TestState::Exception] {
        let state = ShuttingDown { last };
        let test = check(state.clone(), trn(Trn::Shutdown), state.clone(), &[TellQueue(Report::Stopping), End]);
        assert_eq!((test.status().state, test.last_status().state), (TestState::ShuttingDown, last));
        check(state.clone(), GetStatus, state.clone(), &[Answer(Status)]);
        check(state.clone(), cancel(), state.clone(), &[Answer(NotCancelled("Test is shutting down"))]);
        check(state.clone(), start(), state.clone(), &[Answer(NotAccepted("Test was started before"))]);
        check(state.clone(), ended(Vault), state.clone(), &[]);
        refused(&state, trns_but(&Trn::Shutdown));
        refused(&state, told_by_children());
        refused(&state, vec![Initialize, StartTesting, PoisonPill, failed()]);
    }
}

#[test]
fn a_status_tells_what_is_known() {
    let test = check(SETUP, GetStatus, SETUP, &[Answer(Status)]).status();
    assert_eq!((test.state, test.bucket, test.start_time, test.success), (TestState::Setup, None, None, None));
    let mut test = tested(Completed, true);
    (test.data.start_time, test.data.end_time, test.data.success) = (Some(NOW), Some(NOW), Some(true));
    let status = test.status();
    assert_eq!((status.state, status.success, status.end_time), (TestState::Completed, Some(true), Some(NOW)));
    assert_eq!(status.scenarios.map(|counts| counts.passed), Some(1));
    assert_eq!(status.bucket.as_deref(), Some("s3://tests/orders"));
}

#[test]
fn a_status_in_loading_tells_the_bucket_and_the_type_too() {
    let test = check(SETUP, start(), all(), &[Defer(Trn::Loading)]).status();
    assert_eq!((test.state, test.start_time, test.success), (TestState::Loading, None, None));
    assert_eq!((test.bucket.as_deref(), test.test_type.as_deref()), (Some("s3://tests/orders"), Some("smoke")));
}

#[test]
fn a_status_in_loaded_tells_the_bucket_and_the_type_too() {
    let mut loading = check(SETUP, start(), all(), &[Defer(Trn::Loading)]);
    for child in ChildKind::ALL {
        loading = loading.on(ChildGoodToGo(child), NOW).0;
    }
    let test = loading.status();
    assert_eq!((test.state, test.start_time, test.error), (TestState::Loaded, None, None));
    assert_eq!((test.bucket.as_deref(), test.test_type.as_deref()), (Some("s3://tests/orders"), Some("smoke")));
}

#[test]
fn a_status_in_testing_tells_the_start_too() {
    let test = machine(Testing(Step::NotBegun)).on(trn(Trn::Testing), NOW).0.status();
    assert_eq!((test.state, test.start_time, test.end_time), (TestState::Testing, Some(NOW), None));
    assert_eq!((test.success, test.error), (None, None));
}

#[test]
fn a_status_in_exception_tells_the_error() {
    let loading = machine(all()).on(failed(), NOW).0;
    let test = loading.on(failed(), NOW).0.status();
    assert_eq!((test.state, test.error), (TestState::Exception, Some(error())));
    assert_eq!((test.start_time, test.end_time, test.success), (None, None, None));
}
