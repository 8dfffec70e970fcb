//! Cancelling a test, in every state; by force, and as the Scala system does.

use test_probe_kafka::NackKind;
use test_probe_testkit::ScriptedProducers;

use super::{MS, at_seconds, s};
use crate::commands::StopCause;
use crate::responses::{TestCancelledResponse, TestState};
use crate::test_execution_result::TestEnd;
use crate::test_rig::paused;
use crate::test_rig::tree_rig::{Conduct, Play, RigSettings, Test, TreeRig};

#[track_caller]
fn assert_answer(answer: &TestCancelledResponse, test: &Test, cancelled: bool, message: Option<&str>) {
    let expected = TestCancelledResponse { test_id: test.id, cancelled, message: message.map(str::to_owned) };
    assert_eq!(*answer, expected);
}

fn runs_for_a_minute() -> Play {
    Play::default().with(|play| &play.run, Conduct::AnswersAfter(s(60)))
}

#[test]
fn a_test_is_cancelled_in_setup_loading_and_loaded_by_force_or_not() {
    for force in [false, true] {
        paused(async move {
            let rig = TreeRig::new().await;
            let running = rig.start(runs_for_a_minute()).await;
            let in_setup = rig.make(Play::default()).await;
            let loading = rig.start(Play::default().with(|play| &play.vault, Conduct::NeverAnswers)).await;
            let loaded = rig.start(Play::default()).await;
            assert_eq!(rig.counts().await, [1, 1, 1, 1, 0, 0]);
            for test in [&in_setup, &loading, &loaded] {
                let answer = if force { rig.cancel_by_force(test).await } else { rig.cancel(test).await };
                assert_answer(&answer, test, true, None);
                rig.idle().await;
                assert!(rig.is_gone(test));
                let status = rig.status(test).await;
                assert_eq!((status.state, status.success, status.error), (TestState::ShuttingDown, None, None));
                let again = rig.cancel(test).await;
                assert_answer(&again, test, false, Some("the test has ended; its last state was ShuttingDown"));
                assert_eq!((test.play.end(), test.play.released()), (None, 1), "nothing ran that would be told of");
            }
            assert_eq!(rig.counts().await, [0, 0, 0, 1, 0, 0]);
            assert_eq!(rig.metric(r#"probe_tests_total{outcome="cancelled"}"#), 3);
            rig.at(s(61)).await;
            assert_eq!(rig.status(&running).await.success, Some(true));
            rig.finish().await;
        });
    }
}

#[test]
fn a_test_is_not_cancelled_while_it_runs_nor_when_its_story_is_told() {
    paused(async {
        let rig = TreeRig::new().await;
        let test = rig.start(runs_for_a_minute()).await;
        let answer = rig.cancel(&test).await;
        assert_answer(&answer, &test, false, Some("Cannot cancel, test is currently executing"));
        rig.at(s(61)).await;
        for answer in [rig.cancel(&test).await, rig.cancel_by_force(&test).await] {
            assert_answer(&answer, &test, false, Some("Test already completed, cannot cancel"));
        }
        assert_eq!(rig.status(&test).await.success, Some(true));
        rig.at(s(121)).await;
        let answer = rig.cancel(&test).await;
        assert_answer(&answer, &test, false, Some("the test has ended; its last state was Completed"));

        let failing = rig.start(Play::default().with(|play| &play.fetch, Conduct::Fails)).await;
        for answer in [rig.cancel(&failing).await, rig.cancel_by_force(&failing).await] {
            assert_answer(&answer, &failing, false, Some("Test in exception state, cleanup in progress"));
        }
        rig.finish().await;
    });
}

#[test]
fn a_running_test_that_is_cancelled_by_force_drains_and_leaves_evidence() {
    paused(async {
        let rig = TreeRig::new().await;
        let play = runs_for_a_minute()
            .with(|play| &play.lingers, s(3))
            .with(|play| &play.evidence, Conduct::AnswersAfter(s(2)));
        let (test, waiting) = (rig.start(play).await, rig.start(Play::default()).await);
        assert_eq!(rig.state(&test).await, TestState::Testing);
        rig.at(s(10)).await;
        let answer = rig.cancel_by_force(&test).await;
        assert_answer(&answer, &test, true, Some("Test is draining; its evidence is being stored"));
        // Three seconds for the step, and the topics have drained at once; two for the reports.
        rig.at(s(13) - MS).await;
        let again = rig.cancel(&test).await;
        assert_answer(&again, &test, true, Some("Test is draining; its evidence is being stored"));
        rig.at(s(14)).await;
        let late = rig.cancel_by_force(&test).await;
        assert_answer(&late, &test, false, Some("Test is draining; its evidence is being stored"));
        assert_eq!((rig.state(&test).await, rig.state(&waiting).await), (TestState::Testing, TestState::Loaded));
        rig.at(s(15) + MS).await;
        let status = rig.status(&test).await;
        assert_eq!((status.state, status.success, status.error), (TestState::Completed, Some(false), None));
        assert_eq!((status.start_time, status.end_time), (Some(at_seconds(0)), Some(at_seconds(15))));
        let Some(TestEnd::Ran(result)) = test.play.end() else { panic!("its scenarios gave a result") };
        assert_eq!((result.interrupted, result.scenarios_skipped), (Some(StopCause::Cancelled), 1));
        assert_eq!(rig.state(&waiting).await, TestState::Completed, "the next one has had its turn");
        rig.at(s(100)).await;
        assert_eq!(rig.metric(r#"probe_tests_total{outcome="completed_failed"}"#), 1);
        rig.finish().await;
    });
}

#[test]
fn events_under_way_are_acknowledged_while_a_test_drains_and_nacked_when_its_time_is_up() {
    for (delivered, word) in [(true, "acknowledged".to_owned()), (false, format!("nacked {}", NackKind::StreamClosed))]
    {
        paused(async move {
            let producers = ScriptedProducers::keeping();
            let rig = TreeRig::with(RigSettings { producers: producers.clone(), ..RigSettings::default() }).await;
            let play =
                runs_for_a_minute().with(|play| &play.events, 0).with(|play| &play.leaves_an_event_under_way, true);
            let test = rig.start(play).await;
            rig.at(s(10)).await;
            assert_eq!(producers.kept(), 1);
            rig.cancel_by_force(&test).await;
            rig.at(s(11)).await;
            assert_eq!((rig.state(&test).await, test.play.end()), (TestState::Testing, None), "its topics drain");
            if delivered {
                producers.deliver_all();
                rig.idle().await;
            } else {
                rig.at(s(12) - MS).await;
                assert_eq!((rig.state(&test).await, test.play.end()), (TestState::Testing, None));
                rig.at(s(12) + MS).await;
            }
            assert_eq!((rig.state(&test).await, rig.status(&test).await.success), (TestState::Completed, Some(false)));
            let calls = test.play.calls();
            let told = calls.iter().position(|call| *call == format!("the event under way is {word}"));
            let evidence = calls.iter().position(|call| call == "evidence");
            assert!(told.is_some() && told < evidence, "the evidence tells of it: {calls:?}");
            rig.finish().await;
        });
    }
}

#[test]
fn a_test_whose_turn_it_was_makes_room_when_it_is_cancelled_in_that_moment() {
    paused(async {
        let rig = TreeRig::new().await;
        let (first, second) = (rig.make(Play::default()).await, rig.make(Play::default()).await);
        let vault = Play::default().with(|play| &play.vault, Conduct::AnswersAfter(s(5)));
        let third = rig.start(vault).await;
        rig.functions.start_test(first.id, "orders", None).await.unwrap();
        // Both are on their way at once: whatever comes first, the cancelled one must not keep the slot.
        let (cancelled, started) = tokio::join!(
            rig.functions.force_cancel_test(first.id),
            rig.functions.start_test(second.id, "orders", None)
        );
        assert!(cancelled.unwrap().cancelled && started.unwrap().accepted);
        rig.at(s(6)).await;
        assert_eq!((rig.state(&second).await, rig.state(&third).await), (TestState::Completed, TestState::Completed));
        rig.finish().await;
    });
}
