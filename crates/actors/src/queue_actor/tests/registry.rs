//! The queue as a value: every event for tests in every state, one line each.

use std::num::NonZeroUsize;

use super::rig::{NOW, id, status, story};
use crate::commands::StopCause;
use crate::error::{ProbeExceptions, ServiceError};
use crate::metrics::TestOutcome;
use crate::queue_actor::ended_tests::EndedTests;
use crate::queue_actor::event::{Effect, Event};
use crate::queue_actor::registry::{Limits, Registry};
use crate::responses::TestState;
use test_probe_directives::TestId;

const A: TestId = TestId::from_bytes([0xa; 16]);
const B: TestId = TestId::from_bytes([0xb; 16]);

pub(super) fn registry(slots: usize, retained: usize) -> Registry {
    let limits = Limits {
        max_concurrent_tests: NonZeroUsize::new(slots).unwrap(),
        retained_results: NonZeroUsize::new(retained).unwrap(),
    };
    Registry::new(limits, EndedTests::default(), None)
}

pub(super) fn start_requested(test_id: TestId) -> Event {
    Event::StartRequested { test_id, bucket: "orders".into(), test_type: None }
}

pub(super) fn exception(test_id: TestId) -> Event {
    let exception = ProbeExceptions::CucumberException { message: "no steps".into(), cause: None };
    Event::Exception { test_id, exception }
}

pub(super) fn stopping(test_id: TestId, state: TestState) -> Event {
    Event::Stopping { test_id, last: Box::new(status(test_id, state)) }
}

pub(super) fn actor_ended(test_id: TestId) -> Event {
    Event::ActorEnded { test_id, how: "failed: panicked: boom".into() }
}

fn completed(test_id: TestId) -> Event {
    Event::Completed { test_id, status: story(test_id) }
}

fn loaded(test_id: TestId) -> Event {
    Event::Loaded { test_id }
}

fn says_goodbye(test_id: TestId) -> Event {
    stopping(test_id, TestState::Loaded)
}

/// The states in which test A is met; B waits behind it, loaded.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Met {
    Setup,
    Started,
    Loading,
    LoadedWithoutStart,
    ItsTurn,
    Testing,
    Completed,
    Exception,
}

const EVERYWHERE: [Met; 8] = [
    Met::Setup,
    Met::Started,
    Met::Loading,
    Met::LoadedWithoutStart,
    Met::ItsTurn,
    Met::Testing,
    Met::Completed,
    Met::Exception,
];

fn met(state: Met) -> Registry {
    let mut queue = registry(1, 10);
    let mut go = |events: &[Event]| {
        events.iter().for_each(|event| drop(queue.on(event.clone(), NOW)));
    };
    go(&[Event::Made { test_id: A }, Event::Initialized { test_id: A }]);
    match state {
        Met::Setup => {}
        Met::Started => go(&[start_requested(A)]),
        Met::Loading => go(&[start_requested(A), Event::Loading { test_id: A }]),
        Met::LoadedWithoutStart => go(&[loaded(A)]),
        Met::ItsTurn => go(&[start_requested(A), loaded(A)]),
        Met::Testing => go(&[start_requested(A), loaded(A), Event::Started { test_id: A }]),
        Met::Completed => go(&[start_requested(A), loaded(A), completed(A)]),
        Met::Exception => go(&[start_requested(A), Event::Loading { test_id: A }, exception(A)]),
    }
    queue
}

/// Where a test is, in words.
fn place(queue: &Registry, test_id: TestId) -> String {
    let mut words = Vec::new();
    if let Some(test) = queue.tests.get(&test_id) {
        words.push(test.state.to_string());
    }
    for (is, word) in [
        (queue.pending.contains(&test_id), "pending"),
        (queue.loaded.contains(&test_id), "loaded"),
        (queue.testing.contains(&test_id), "turn"),
        (queue.leaving.contains(&test_id), "leaving"),
    ] {
        if is {
            words.push(word.to_owned());
        }
    }
    if let Some(last) = queue.ended.get(test_id) {
        words.push(format!("ended in {}", last.state));
    }
    words.join(" ")
}

#[track_caller]
fn check(state: Met, event: fn(TestId) -> Event, expected: &str, effects: &[Effect]) {
    let mut queue = met(state);
    let told = queue.on(event(A), NOW);
    assert_eq!((place(&queue, A).as_str(), told.as_slice()), (expected, effects), "{state:?}");
    assert_eq!(queue.violated(), None);
}

#[test]
fn the_states_in_which_tests_are_met_are_what_they_say() {
    let places = EVERYWHERE.map(|state| place(&met(state), A));
    assert_eq!(
        places,
        [
            "Setup",
            "Setup pending",
            "Loading pending",
            "Loaded loaded",
            "Loaded turn",
            "Testing turn",
            "Completed",
            "Exception",
        ]
    );
}

#[test]
fn a_start_request_lines_a_test_up_once() {
    check(Met::Setup, start_requested, "Setup pending", &[]);
    check(Met::Started, start_requested, "Setup pending", &[]);
    check(Met::Loading, start_requested, "Loading pending", &[]);
    check(Met::LoadedWithoutStart, start_requested, "Loaded turn", &[Effect::StartTesting(A)]);
    check(Met::ItsTurn, start_requested, "Loaded turn", &[]);
    check(Met::Testing, start_requested, "Testing turn", &[]);
    check(Met::Completed, start_requested, "Completed", &[]);
    check(Met::Exception, start_requested, "Exception", &[]);
}

#[test]
fn a_start_request_notes_the_bucket_the_type_and_the_time_and_a_second_one_changes_nothing() {
    let mut queue = met(Met::Setup);
    let start = |bucket: &str, test_type: &str| Event::StartRequested {
        test_id: A,
        bucket: bucket.into(),
        test_type: Some(test_type.into()),
    };
    queue.on(start("first", "functional"), NOW);
    queue.on(start("second", "load"), test_probe_directives::Timestamp::from_millis(9_999));
    let test = &queue.tests[&A];
    let noted = (test.bucket.as_deref(), test.test_type.as_deref(), test.start_request_time);
    assert_eq!(noted, (Some("first"), Some("functional"), Some(NOW)));
    assert_eq!(queue.pending, [A]);
}

#[test]
fn what_a_test_tells_of_its_loading_moves_it() {
    check(Met::Loading, |test_id| Event::Initialized { test_id }, "Setup pending", &[]);
    check(Met::Setup, |test_id| Event::Loading { test_id }, "Loading", &[]);
    check(Met::Started, |test_id| Event::Loading { test_id }, "Loading pending", &[]);
    check(Met::LoadedWithoutStart, |test_id| Event::Loading { test_id }, "Loading", &[]);
    check(Met::ItsTurn, |test_id| Event::Loading { test_id }, "Loading turn", &[]);
}

#[test]
fn a_test_that_is_loaded_and_was_started_has_its_turn() {
    check(Met::Setup, loaded, "Loaded loaded", &[]);
    check(Met::Started, loaded, "Loaded turn", &[Effect::StartTesting(A)]);
    check(Met::Loading, loaded, "Loaded turn", &[Effect::StartTesting(A)]);
    check(Met::LoadedWithoutStart, loaded, "Loaded loaded", &[]);
    check(Met::ItsTurn, loaded, "Loaded turn", &[]);
    check(Met::Testing, loaded, "Loaded turn", &[]);
}

#[test]
fn a_test_that_runs_keeps_its_turn_and_one_that_runs_unasked_gets_none() {
    check(Met::ItsTurn, |test_id| Event::Started { test_id }, "Testing turn", &[]);
    check(Met::Testing, |test_id| Event::Started { test_id }, "Testing turn", &[]);
    check(Met::Loading, |test_id| Event::Started { test_id }, "Testing", &[]);
}

#[test]
fn a_test_that_completed_or_failed_neither_waits_nor_has_a_turn() {
    for event in [completed as fn(TestId) -> Event, exception] {
        let over = if event(A) == completed(A) { "Completed" } else { "Exception" };
        for state in EVERYWHERE {
            check(state, event, over, &[]);
        }
    }
}

#[test]
fn a_goodbye_takes_a_test_out_of_everything_and_keeps_how_it_was() {
    for state in EVERYWHERE {
        let count = [Effect::Count(TestOutcome::Expired)];
        check(state, says_goodbye, "leaving ended in Loaded", &count);
    }
}

#[test]
fn an_end_without_a_word_takes_a_test_out_of_everything_and_leaves_an_exception() {
    for state in EVERYWHERE {
        // What a test has told of its end stays.
        let (outcome, last) = match state {
            Met::Completed => (TestOutcome::CompletedPassed, "ended in Completed"),
            _ => (TestOutcome::Exception, "ended in Exception"),
        };
        check(state, actor_ended, last, &[Effect::Lost(A), Effect::Count(outcome)]);
    }
}

#[test]
fn whatever_frees_the_slot_gives_the_next_one_its_turn() {
    for event in [completed, exception, says_goodbye, actor_ended] {
        let mut queue = met(Met::Testing);
        for waits in [Event::Made { test_id: B }, start_requested(B), loaded(B)] {
            assert_eq!(queue.on(waits, NOW), []);
        }
        assert_eq!(place(&queue, B), "Loaded pending loaded");
        let told = queue.on(event(A), NOW);
        assert_eq!(told.last(), Some(&Effect::StartTesting(B)), "{told:?}");
        assert_eq!(place(&queue, B), "Loaded turn");
    }
}

#[test]
fn events_of_a_test_that_nobody_knows_change_nothing_and_are_warned_of() {
    let events: [fn(TestId) -> Event; 10] = [
        start_requested,
        |test_id| Event::CancelRequested { test_id },
        |test_id| Event::Initialized { test_id },
        |test_id| Event::Loading { test_id },
        loaded,
        |test_id| Event::Started { test_id },
        completed,
        exception,
        says_goodbye,
        actor_ended,
    ];
    for event in events {
        let mut queue = met(Met::Testing);
        let told = queue.on(event(B), NOW);
        // That an actor ends whose test has gone is how every test ends.
        let warned = if event(B) == actor_ended(B) { vec![] } else { vec![Effect::Unknown(B)] };
        assert_eq!(told, warned);
        assert_eq!((place(&queue, B).as_str(), place(&queue, A).as_str()), ("", "Testing turn"));
    }
}

#[test]
fn requests_about_tests_that_live_have_ended_or_never_were_are_answered_without_their_actors() {
    let (mut queue, unknown) = (met(Met::Loading), Err(ServiceError::TestNotFound { test_id: B }));
    assert_eq!(queue.status_of(A).unwrap().state, TestState::Loading);
    assert_eq!(queue.status_of(A).unwrap().bucket.as_deref(), Some("orders"));
    let refused = |queue: &Registry| {
        let (start, cancel) = (queue.refuse_start(A, None).unwrap(), queue.refuse_cancel(A).unwrap());
        assert!(!start.accepted && !cancel.cancelled);
        assert_eq!(cancel.message.as_deref(), Some(start.message.as_str()));
        start.message
    };
    assert_eq!(refused(&queue), "the test is in state Loading and does not answer");
    queue.on(stopping(A, TestState::Completed), NOW);
    assert_eq!(queue.status_of(A).unwrap(), status(A, TestState::Completed));
    assert_eq!(refused(&queue), "the test has ended; its last state was Completed");
    assert_eq!(queue.status_of(B).map(|_| ()), unknown);
    assert_eq!(queue.refuse_start(B, None).map(|_| ()), unknown);
    assert_eq!(queue.refuse_cancel(B).map(|_| ()), unknown);
}

#[test]
fn the_first_loaded_test_that_was_started_is_next_and_an_older_one_that_loads_does_not_block_it() {
    let mut queue = registry(1, 10);
    for n in 1..=4 {
        queue.on(Event::Made { test_id: id(n) }, NOW);
    }
    for n in [3, 1, 4, 2] {
        queue.on(start_requested(id(n)), NOW);
    }
    assert_eq!(queue.on(loaded(id(1)), NOW), [Effect::StartTesting(id(1))], "3 still loads");
    for n in [2, 4] {
        assert_eq!(queue.on(loaded(id(n)), NOW), []);
    }
    assert_eq!(queue.on(completed(id(1)), NOW), [Effect::StartTesting(id(4))], "3 still loads, 4 came before 2");
    assert_eq!(queue.on(loaded(id(3)), NOW), []);
    assert_eq!(queue.on(completed(id(4)), NOW), [Effect::StartTesting(id(3))]);
    assert_eq!(queue.on(completed(id(3)), NOW), [Effect::StartTesting(id(2))]);
}

#[test]
fn as_many_tests_have_a_turn_as_there_are_slots() {
    let mut queue = registry(2, 10);
    for n in 1..=3 {
        queue.on(Event::Made { test_id: id(n) }, NOW);
        queue.on(start_requested(id(n)), NOW);
        queue.on(loaded(id(n)), NOW);
    }
    assert_eq!(queue.testing, [id(1), id(2)]);
    assert_eq!(queue.counts().currently_testing, Some(id(1)));
    assert_eq!(queue.on(completed(id(2)), NOW), [Effect::StartTesting(id(3))]);
}

#[test]
fn the_oldest_results_go_first_and_a_goodbye_that_is_said_twice_counts_once() {
    let mut queue = registry(1, 2);
    for n in 1..=3 {
        queue.on(Event::Made { test_id: id(n) }, NOW);
        let goodbye = stopping(id(n), TestState::Completed);
        assert_eq!(queue.on(goodbye.clone(), NOW), [Effect::Count(TestOutcome::CompletedFailed)]);
        assert_eq!(queue.on(goodbye, NOW), []);
    }
    assert_eq!(queue.status_of(id(1)), Err(ServiceError::TestNotFound { test_id: id(1) }));
    assert!(queue.status_of(id(2)).is_ok() && queue.status_of(id(3)).is_ok());
    assert_eq!(queue.ended.sizes(), (2, 2));
}

#[test]
fn the_last_word_on_a_lost_test_says_what_happened_and_keeps_what_it_said_itself() {
    let mut queue = met(Met::Testing);
    queue.on(actor_ended(A), NOW);
    let last = queue.status_of(A).unwrap();
    let exception = last.error.unwrap();
    assert_eq!(exception.name(), "TestActorException");
    assert_eq!(
        exception.to_string(),
        format!("test {A} was lost in state Testing: its actor ended without a word (failed: panicked: boom)")
    );
    assert_eq!((last.start_time, last.end_time, last.success), (Some(NOW), Some(NOW), Some(false)));
    assert_eq!(last.bucket.as_deref(), Some("orders"));

    let mut queue = met(Met::Exception);
    queue.on(actor_ended(A), NOW);
    let last = queue.status_of(A).unwrap();
    assert_eq!(last.error.unwrap().to_string(), "no steps");
    assert_eq!((last.end_time, last.success), (None, None), "it never ran");
}

#[test]
fn a_queue_that_is_lost_leaves_an_exception_for_every_test_that_lived_and_all_that_had_ended() {
    let mut queue = met(Met::Testing);
    queue.on(Event::Made { test_id: B }, NOW);
    queue.on(stopping(B, TestState::Completed), NOW);
    let (ended, lost) = queue.lose_all("the queue failed (boom)");
    assert_eq!(lost, [TestOutcome::Exception]);
    assert_eq!(ended.get(B), Some(&status(B, TestState::Completed)));
    let error = ended.get(A).unwrap().error.clone().unwrap();
    assert_eq!(error.to_string(), format!("test {A} was lost in state Testing: the queue failed (boom)"));
    assert_eq!((queue.violated(), queue.tests.len(), queue.testing.len()), (None, 0, 0));
}

#[test]
fn outcomes_are_told_apart_by_the_verdict_the_error_and_whether_somebody_cancelled() {
    #[track_caller]
    fn check(state: TestState, success: Option<bool>, cancel: bool, expected: &str) {
        let last = crate::responses::TestStatusResponse { success, ..status(A, state) };
        assert_eq!(TestOutcome::of(&last, cancel).as_str(), expected);
    }
    check(TestState::Completed, Some(true), false, "completed_passed");
    check(TestState::Completed, Some(true), true, "completed_passed");
    check(TestState::Completed, Some(false), false, "completed_failed");
    check(TestState::Completed, None, false, "completed_failed");
    check(TestState::Exception, Some(false), true, "exception");
    check(TestState::Loaded, None, true, "cancelled");
    check(TestState::ShuttingDown, None, true, "cancelled");
    check(TestState::Setup, None, false, "expired");
}

#[test]
fn a_shutdown_cancels_every_test_once_gives_no_turn_and_is_over_when_the_last_actor_has_ended() {
    let mut queue = met(Met::Testing);
    for event in [Event::Made { test_id: B }, start_requested(B), loaded(B)] {
        queue.on(event, NOW);
    }
    let cause = StopCause::Interrupt;
    let shutdown = Event::Shutdown { cause };
    assert_eq!(queue.on(shutdown.clone(), NOW), [Effect::CancelByForce(A, cause), Effect::CancelByForce(B, cause)]);
    assert_eq!(queue.on(shutdown, NOW), [], "they know");
    assert_eq!(queue.on(stopping(A, TestState::Testing), NOW), [Effect::Count(TestOutcome::Cancelled)]);
    assert_eq!(queue.on(actor_ended(A), NOW), [], "B is left");
    queue.on(stopping(B, TestState::Loaded), NOW);
    assert_eq!(queue.on(actor_ended(B), NOW), [Effect::AllOver]);
}

#[test]
fn a_shutdown_without_tests_is_over_at_once() {
    let shutdown = Event::Shutdown { cause: StopCause::Terminate };
    assert_eq!(registry(1, 1).on(shutdown, NOW), [Effect::AllOver]);
}
