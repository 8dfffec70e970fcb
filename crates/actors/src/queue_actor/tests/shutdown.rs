//! The queue shuts down, with tests in every state.

use std::time::Duration;

use super::fail_on;
use super::rig::{LIMIT, Rig, has_completed, id, status};
use crate::commands::{NoAnswer, QueueCommands, StopCause, ask};
use crate::error::{ProbeExceptions, ServiceError};
use crate::responses::TestState;
use crate::test_rig::{paused, settle};

async fn shut_down(rig: &Rig) -> Result<(), NoAnswer> {
    let queue = rig.queue.address().clone();
    ask(LIMIT, |reply_to| {
        let sent = queue.send(QueueCommands::Shutdown { cause: StopCause::Interrupt, reply_to });
        async move { sent.await.is_ok() }
    })
    .await
}

#[test]
fn tests_in_every_state_are_cancelled_by_force_and_the_answer_comes_when_the_last_has_ended() {
    paused(async {
        let rig = Rig::new();
        let completed = rig.make_running().await;
        rig.tell(has_completed(completed)).await;
        let failed = rig.make().await;
        let exception = ProbeExceptions::VaultConsumerException { message: "sealed".into(), cause: None };
        rig.tell(QueueCommands::TestException { test_id: failed, exception }).await;
        let (running, loaded, setup) = (rig.make_running().await, rig.make_loaded().await, rig.make().await);
        let loading = rig.make().await;
        rig.start(loading).await.unwrap();
        rig.tell(QueueCommands::TestLoading { test_id: loading }).await;
        let leaving = rig.make().await;
        let last = Box::new(status(leaving, TestState::Setup));
        rig.tell(QueueCommands::TestStopping { test_id: leaving, last }).await;
        assert_eq!(rig.counts().await, ([1, 1, 1, 1, 1, 1], Some(running)));

        let (ended, ()) = futures_util::join!(shut_down(&rig), async {
            settle().await;
            rig.tests.vanish(leaving).await;
        });
        assert_eq!(ended, Ok(()));
        for test_id in [completed, failed, running, loaded, setup, loading] {
            let heard = rig.tests.heard(test_id);
            assert_eq!(heard.last().map(String::as_str), Some("InCancelRequest Some(Interrupt)"), "{test_id}");
            assert!(rig.status(test_id).await.is_ok(), "its last word is kept");
        }
        assert!(!rig.tests.turns().contains(&loaded), "no turn is given any more");
        assert_eq!(rig.counts().await, ([0; 6], None));
    });
}

#[test]
fn a_test_that_does_not_end_keeps_the_answer_back() {
    paused(async {
        let rig = Rig::new();
        let (deaf, good) = (rig.make_running().await, rig.make_loaded().await);
        rig.tests.go_silent(deaf).await;
        assert_eq!(shut_down(&rig).await, Err(NoAnswer::TimedOut(LIMIT)));
        assert_eq!(rig.status(good).await.unwrap().state, TestState::Loaded);
        assert_eq!(rig.counts().await, ([0, 0, 0, 1, 0, 0], Some(deaf)));
        let (ended, ()) = futures_util::join!(shut_down(&rig), rig.tests.vanish(deaf));
        assert_eq!(ended, Ok(()), "whoever asks later is told too");
        assert_eq!(rig.tests.heard(deaf).iter().filter(|line| line.starts_with("InCancel")).count(), 1);
    });
}

#[test]
fn without_tests_the_answer_comes_at_once() {
    paused(async {
        let (rig, begun) = (Rig::new(), tokio::time::Instant::now());
        assert_eq!((shut_down(&rig).await, begun.elapsed()), (Ok(()), Duration::ZERO));
        assert_eq!(shut_down(&rig).await, Ok(()));
    });
}

#[test]
fn no_test_is_made_or_started_any_more() {
    paused(async {
        let rig = Rig::new();
        let test_id = rig.make().await;
        rig.tests.go_silent(test_id).await;
        assert!(shut_down(&rig).await.is_err());
        let made = rig.ask(|reply_to| QueueCommands::InitializeTestRequest { reply_to }).await.unwrap();
        assert_eq!(made, Err(ServiceError::ShuttingDown));
        assert_eq!(rig.start(test_id).await, Err(ServiceError::ShuttingDown));
        assert_eq!(rig.start(id(99)).await, Err(ServiceError::ShuttingDown));
        assert_eq!(rig.status(test_id).await.unwrap().state, TestState::Setup, "how things are is still told");
        assert!(rig.cancel(test_id, true).await.is_ok());
    });
}

#[test]
fn a_queue_that_fails_while_it_shuts_down_answers_and_takes_no_test_afterwards() {
    paused(async {
        let rig = Rig::new();
        let test_id = rig.make_running().await;
        rig.tests.go_silent(test_id).await;
        let (ended, ()) = futures_util::join!(shut_down(&rig), async {
            settle().await;
            fail_on("QueueStatusRequest");
            rig.ask(|reply_to| QueueCommands::QueueStatusRequest { test_id: None, reply_to }).await.ok();
        });
        assert_eq!(ended, Ok(()), "its tests have ended with it");
        let made = rig.ask(|reply_to| QueueCommands::InitializeTestRequest { reply_to }).await.unwrap();
        assert_eq!(made, Err(ServiceError::ShuttingDown));
    });
}
