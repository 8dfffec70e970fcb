//! The tree ends in order: those that wait are cancelled, those that run drain and leave evidence, and nothing is left.

use std::sync::Arc;

use test_probe_testkit::Script;

use super::{MS, s};
use crate::commands::StopCause;
use crate::error::ServiceError;
use crate::responses::TestState;
use crate::test_execution_result::TestEnd;
use crate::test_rig::paused;
use crate::test_rig::tree_rig::{Conduct, Play, RigSettings, Test, TreeRig};

/// A test in each of the seven states, 138 seconds after the tree began, in the order of the states.
async fn seven(rig: &TreeRig) -> [Test; 7] {
    let run = |conduct| Play::default().with(|play| &play.run, conduct);
    // A step that blocks its thread: it is cut short after a minute, and its actor waits six seconds for it at the end.
    let shutting_down = rig.start(run(Conduct::NeverAnswers).with(|play| &play.timeout, Some(s(60)))).await;
    let completed = rig.start(run(Conduct::AnswersAfter(s(50)))).await;
    let under_way = run(Conduct::AnswersAfter(s(200)))
        .with(|play| &play.events, 0)
        .with(|play| &play.leaves_an_event_under_way, true)
        .with(|play| &play.lingers, s(1));
    let testing = rig.start(under_way).await;
    rig.at(s(104)).await;
    rig.producers.follow(Script::Keep);
    rig.at(s(110)).await;
    let loaded = rig.start(Play::default()).await;
    rig.at(s(130)).await;
    let exception = rig.start(Play::default().with(|play| &play.fetch, Conduct::Fails)).await;
    let loading = rig.start(Play::default().with(|play| &play.vault, Conduct::NeverAnswers)).await;
    let in_setup = rig.make(Play::default()).await;
    rig.at(s(138)).await;
    let tests = [in_setup, loading, loaded, testing, completed, exception, shutting_down];
    let mut states = Vec::new();
    for test in &tests[..6] {
        states.push(rig.state(test).await);
    }
    assert_eq!(states, TestState::ALL[..6]);
    // This one has said goodbye and is still there.
    let last = rig.state(&tests[6]).await;
    assert_eq!((last, rig.is_gone(&tests[6])), (TestState::Completed, false));
    tests
}

#[test]
fn tests_in_all_seven_states_end_in_order_and_nothing_is_left() {
    paused(async {
        let rig = Arc::new(TreeRig::new().await);
        let tests = seven(&rig).await;
        let [in_setup, loading, loaded, testing, completed, exception, shutting_down] = &tests;
        let shutting = {
            let rig = Arc::clone(&rig);
            tokio::task::spawn_local(async move { rig.shut_down(StopCause::Terminate, s(60)).await })
        };
        rig.at(s(138) + MS).await;
        for test in [in_setup, loading, loaded, completed, exception] {
            assert!(rig.is_gone(test), "{:?}", rig.witness.living());
        }
        assert!(!rig.is_gone(testing) && !rig.is_gone(shutting_down));
        assert_eq!(rig.state(testing).await, TestState::Testing, "its step lingers");
        assert_eq!(rig.try_to_make(Play::default()).await.unwrap_err(), ServiceError::ShuttingDown);
        let start = rig.functions.start_test(in_setup.id, "orders", None).await;
        assert_eq!(start.unwrap_err(), ServiceError::ShuttingDown);
        // A second for the step; then its topics drain, and the event under way comes through.
        rig.at(s(140)).await;
        assert_eq!((rig.state(testing).await, testing.play.end()), (TestState::Testing, None));
        assert_eq!(rig.producers.deliver_all(), 1);
        rig.idle().await;
        assert!(rig.is_gone(testing) && !shutting.is_finished());
        let calls = testing.play.calls();
        assert_eq!(calls[calls.len() - 3..], ["the event under way is acknowledged", "evidence", "load orders"]);
        let Some(TestEnd::Ran(result)) = testing.play.end() else { panic!("it gave a result") };
        assert_eq!((result.passed, result.interrupted), (false, Some(StopCause::Terminate)));
        let settled = testing.play.settled().map(|status| (status.state, status.success));
        assert_eq!(settled, Some((TestState::Completed, Some(false))));

        // The blocked step has its six seconds, and no more; what waits for it goes on half a second later.
        rig.at(s(143)).await;
        assert_eq!(shutting.await.unwrap(), Ok(true), "in time");
        assert_eq!(rig.witness.living(), ["guardian"]);
        for (test, evidence) in tests.iter().zip([false, false, false, true, true, false, true]) {
            assert_eq!((test.play.end().is_some(), test.play.released()), (evidence, 1));
        }
        // That a test took too long is more than a scenario that failed.
        for (outcome, number) in [("cancelled", 3), ("completed_failed", 1), ("completed_passed", 1), ("exception", 2)]
        {
            assert_eq!(rig.metric(&format!("probe_tests_total{{outcome=\"{outcome}\"}}")), number, "{outcome}");
        }
        let Err(ServiceError::Probe(gone)) = rig.functions.test_status(testing.id).await else { panic!("it is gone") };
        assert_eq!(gone.explain(), "QueueActor not initialized: the probe has shut down");
        let Ok(rig) = Arc::try_unwrap(rig) else { panic!("nobody else has it") };
        rig.finish().await;
    });
}

#[test]
fn a_test_that_does_not_end_in_time_is_left_behind_and_the_tree_ends_all_the_same() {
    paused(async {
        let rig = TreeRig::new().await;
        let deaf = rig.start(Play::default().with(|play| &play.run, Conduct::NeverAnswers)).await;
        let waiting = rig.start(Play::default()).await;
        rig.at(s(10)).await;
        assert_eq!(rig.shut_down(StopCause::Interrupt, s(5)).await, Ok(false), "not in time");
        let took = rig.now() - s(10);
        assert!((s(5)..s(7)).contains(&took), "{took:?}");
        assert!(rig.is_gone(&waiting) && rig.is_gone(&deaf), "{:?}", rig.witness.living());
        rig.finish().await;
    });
}

#[test]
fn a_deaf_test_that_has_the_time_leaves_evidence_of_why_it_was_stopped() {
    paused(async {
        let rig = TreeRig::new().await;
        let deaf = rig.start(Play::default().with(|play| &play.run, Conduct::NeverAnswers)).await;
        rig.at(s(10)).await;
        assert_eq!(rig.shut_down(StopCause::Interrupt, s(60)).await, Ok(true));
        assert_eq!(deaf.play.end(), Some(TestEnd::Stopped(StopCause::Interrupt)));
        // A quarter of a minute for its step, and six seconds at its end.
        let took = rig.now() - s(10);
        assert!((s(15)..s(24)).contains(&took), "{took:?}");
        rig.finish().await;
    });
}

#[test]
fn a_test_that_is_storing_the_evidence_of_its_failure_is_waited_for() {
    paused(async {
        let rig = TreeRig::new().await;
        let play = Play::default()
            .with(|play| &play.vault, Conduct::Fails)
            .with(|play| &play.load, Conduct::AnswersAfter(s(20)));
        let failing = rig.start(play).await;
        assert_eq!(rig.state(&failing).await, TestState::Exception);
        rig.at(s(5)).await;
        assert_eq!(rig.shut_down(StopCause::Terminate, s(60)).await, Ok(true));
        assert_eq!(rig.now().as_secs(), 20, "as long as the storage took");
        assert_eq!(failing.play.released(), 1);
        rig.finish().await;
    });
}

#[test]
fn a_tree_that_was_never_initialized_ends_at_once() {
    paused(async {
        let rig = TreeRig::before_initialize(RigSettings::default());
        assert_eq!(rig.shut_down(StopCause::Terminate, s(60)).await, Ok(true));
        assert!(rig.now() < MS);
        rig.finish().await;
    });
}
