//! The queue fails: on every message it takes, and in what it was handed.

use std::time::Duration;

use super::rig::{Rig, has_completed, status};
use super::{fail_on, rig};
use crate::commands::{NoAnswer, QueueCommands, StopCause, ask};
use crate::error::{ProbeExceptions, ServiceError};
use crate::responses::TestState;
use crate::test_rig::{paused, settle};
use test_probe_directives::{TestId, WallClock};

/// Every message of the queue about this test, by its name.
fn every_message(test_id: TestId) -> Vec<(&'static str, QueueCommands)> {
    let exception = ProbeExceptions::CucumberException { message: "no steps".into(), cause: None };
    let last = Box::new(status(test_id, TestState::Completed));
    let bucket = "orders".to_owned();
    // Nobody waits for these answers; that the asker hears of it at once has a test of its own.
    vec![
        ("InitializeTestRequest", QueueCommands::InitializeTestRequest { reply_to: crate::commands::ReplyTo::new().0 }),
        (
            "StartTestRequest",
            QueueCommands::StartTestRequest {
                test_id,
                bucket,
                test_type: None,
                reply_to: crate::commands::ReplyTo::new().0,
            },
        ),
        (
            "TestStatusRequest",
            QueueCommands::TestStatusRequest { test_id, reply_to: crate::commands::ReplyTo::new().0 },
        ),
        (
            "QueueStatusRequest",
            QueueCommands::QueueStatusRequest { test_id: None, reply_to: crate::commands::ReplyTo::new().0 },
        ),
        (
            "CancelRequest",
            QueueCommands::CancelRequest { test_id, force: false, reply_to: crate::commands::ReplyTo::new().0 },
        ),
        ("TestInitialized", QueueCommands::TestInitialized { test_id }),
        ("TestLoading", QueueCommands::TestLoading { test_id }),
        ("TestLoaded", QueueCommands::TestLoaded { test_id }),
        ("TestStarted", QueueCommands::TestStarted { test_id }),
        ("TestCompleted", has_completed(test_id)),
        ("TestException", QueueCommands::TestException { test_id, exception }),
        ("TestStopping", QueueCommands::TestStopping { test_id, last }),
    ]
}

#[test]
fn a_panic_on_any_message_ends_the_tests_that_live_and_the_queue_goes_on() {
    for n in 0..every_message(rig::id(1)).len() {
        paused(async move {
            let rig = Rig::new();
            let ended = rig.make().await;
            let last = status(ended, TestState::Completed);
            rig.tell(QueueCommands::TestStopping { test_id: ended, last: Box::new(last.clone()) }).await;
            let (running, waiting) = (rig.make_running().await, rig.make_loaded().await);
            let (name, message) = every_message(running).swap_remove(n);
            fail_on(name);
            rig.tell(message).await;

            assert_eq!(rig.counts().await, ([0; 6], None), "{name}");
            for (lost, state) in [(running, "Testing"), (waiting, "Loaded")] {
                let last = rig.status(lost).await.unwrap();
                assert_eq!(last.state, TestState::Exception, "{name}");
                let why = format!("the queue failed (panicked: a bug on {name})");
                let message = format!("test {lost} was lost in state {state}: {why}");
                assert_eq!(last.error, Some(ProbeExceptions::TestActorException { message }));
            }
            assert_eq!(rig.status(ended).await, Ok(last), "{name}: what had ended is remembered");
            let next = rig.make_running().await;
            assert_eq!(rig.counts().await, ([0, 0, 0, 1, 0, 0], Some(next)), "{name}: the next test runs");
            rig.assert_scraped(&[
                r#"probe_actor_restarts_total{actor="QueueActor"} 1"#,
                // Three lived: the two, and the one whose goodbye was said but whose actor had not ended.
                r#"probe_actor_ends_total{actor="ScriptedTest",reason="stopped"} 3"#,
                r#"probe_tests_total{outcome="exception"} 2"#,
                r#"probe_queue_tests{state="Testing"} 1"#,
            ]);
        });
    }
}

#[test]
fn a_panic_on_shutdown_ends_the_tests_and_whoever_waits_hears_of_it() {
    paused(async {
        let rig = Rig::new();
        rig.make_running().await;
        fail_on("Shutdown");
        let queue = rig.queue.address().clone();
        let first = ask(rig::LIMIT, |reply_to| {
            let sent = queue.send(QueueCommands::Shutdown { cause: StopCause::Terminate, reply_to });
            async move { sent.await.is_ok() }
        });
        assert_eq!(first.await, Err(NoAnswer::Gone));
        settle().await;
        assert_eq!(rig.counts().await, ([0; 6], None));
    });
}

#[test]
fn whoever_asked_hears_of_a_panic_at_once() {
    paused(async {
        let rig = Rig::new();
        fail_on("InitializeTestRequest");
        let begun = tokio::time::Instant::now();
        let answer = rig.ask(|reply_to| QueueCommands::InitializeTestRequest { reply_to }).await;
        assert_eq!((answer.map(|_| ()), begun.elapsed()), (Err(NoAnswer::Gone), Duration::ZERO));
    });
}

#[test]
fn what_waits_in_the_mailbox_survives_a_restart() {
    paused(async {
        let rig = Rig::new();
        let test_id = rig.make_loaded().await;
        fail_on("TestStarted");
        let queue = rig.queue.address();
        let failing = queue.send(QueueCommands::TestStarted { test_id });
        let asked = rig.ask(|reply_to| QueueCommands::TestStatusRequest { test_id, reply_to });
        let (failed, asked) = futures_util::join!(failing, asked);
        assert!(failed.is_err());
        assert_eq!(asked.unwrap().unwrap().state, TestState::Exception);
    });
}

#[test]
fn ids_a_clock_or_a_factory_that_panic_are_failures_like_any_other() {
    thread_local! {
        static IS_BROKEN: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
    }
    paused(async {
        let rig = Rig::with(|parts| {
            parts.clock = WallClock::reading(|| {
                assert!(!IS_BROKEN.get(), "the clock is broken");
                rig::NOW
            });
        });
        let test_id = rig.make_running().await;
        IS_BROKEN.set(true);
        rig.tell(has_completed(test_id)).await;
        let why = rig.status(test_id).await.unwrap().error.unwrap().to_string();
        assert!(why.ends_with("the queue failed (panicked: the clock is broken)"), "{why}");
        IS_BROKEN.set(false);
        rig.make_running().await;
    });
    paused(async {
        let rig = Rig::with(|parts| {
            parts.ids = || {
                assert!(!IS_BROKEN.get(), "no id to be had");
                rig::id(77)
            };
        });
        IS_BROKEN.set(true);
        let answer = rig.ask(|reply_to| QueueCommands::InitializeTestRequest { reply_to }).await;
        assert_eq!(answer.map(|_| ()), Err(NoAnswer::Gone));
        IS_BROKEN.set(false);
        assert_eq!(rig.make().await, rig::id(77));
    });
}

#[test]
fn a_queue_that_is_gone_leaves_its_results_to_the_one_that_follows() {
    paused(async {
        let rig = Rig::new();
        let test_id = rig.make_running().await;
        assert!(rig.queue.stop(tokio::time::Instant::now() + rig::LIMIT).await.is_some());
        rig.assert_scraped(&[r#"probe_queue_tests{state="Testing"} 0"#]);
        let parts = rig.parts.clone();
        let next = Rig::with(|new| *new = parts);
        let last = next.status(test_id).await.unwrap();
        let why = last.error.unwrap().to_string();
        assert_eq!(why, format!("test {test_id} was lost in state Testing: the queue has ended"));
        assert_eq!(next.status(rig::id(99)).await, Err(ServiceError::TestNotFound { test_id: rig::id(99) }));
    });
}
