//! Every state that has a timer, to the millisecond: an hour passes in no time.

use super::{MS, at_seconds, s};
use crate::PoisonPills;
use crate::commands::StopCause;
use crate::responses::TestState;
use crate::test_execution_result::TestEnd;
use crate::test_rig::paused;
use crate::test_rig::tree_rig::{Conduct, Play, RigSettings, TreeRig};

/// Services may take longer than any state, so that the state's own time is up first.
fn patient() -> RigSettings {
    RigSettings { services_timeout: s(10_000), open_within: s(10_000), ..RigSettings::default() }
}

#[test]
fn a_test_that_nobody_starts_ends_after_the_time_for_setup() {
    paused(async {
        let rig = TreeRig::new().await;
        let test = rig.make(Play::default()).await;
        rig.at(s(60) - MS).await;
        assert_eq!((rig.state(&test).await, rig.counts().await), (TestState::Setup, [1, 0, 0, 0, 0, 0]));
        rig.at(s(60) + MS).await;
        assert_eq!((rig.state(&test).await, rig.counts().await), (TestState::ShuttingDown, [0; 6]));
        assert!(rig.is_gone(&test));
        let late = rig.functions.start_test(test.id, "orders", None).await.unwrap();
        assert_eq!(late.message, "the test has ended; its last state was ShuttingDown");
        assert_eq!(test.play.calls(), [""; 0]);
        assert_eq!(rig.metric(r#"probe_tests_total{outcome="expired"}"#), 1);
        rig.finish().await;
    });
}

#[test]
fn a_test_that_does_not_get_ready_ends_after_the_time_for_loading_and_says_who_was_missing() {
    let who = |play: Play, missing: &'static str| {
        paused(async move {
            let rig = TreeRig::with(patient()).await;
            let test = rig.make(play).await;
            rig.at(s(59)).await;
            rig.functions.start_test(test.id, "orders", None).await.unwrap();
            rig.idle().await;
            rig.at(s(179) - MS).await;
            assert_eq!((rig.state(&test).await, rig.counts().await), (TestState::Loading, [0, 1, 0, 0, 0, 0]));
            rig.at(s(179) + MS).await;
            assert_eq!((rig.state(&test).await, rig.counts().await), (TestState::Exception, [0; 6]));
            let why = format!(
                "the test was not loaded within 120s (test-probe.core.timers.loading-state): {missing} did not get ready"
            );
            assert_eq!(rig.error(&test).await, why);
            assert_eq!(test.play.end(), None);
            // Its children end with it; a reader that is deaf is not waited for.
            assert!(rig.is_gone(&test), "{missing}");
            let next = rig.start(Play::default()).await;
            assert_eq!(rig.state(&next).await, TestState::Completed);
            assert_eq!(rig.metric(r#"probe_tests_total{outcome="exception"}"#), 1);
            rig.finish().await;
        });
    };
    let never = Conduct::NeverAnswers;
    who(Play::default().with(|play| &play.fetch, never), "BlockStorage, Vault, Cucumber, Producer, Consumer");
    who(Play::default().with(|play| &play.vault, never), "Vault, Cucumber, Producer, Consumer");
    who(Play::default().with(|play| &play.prepare, never), "Cucumber");
    who(Play::default().with(|play| &play.world, never), "Producer, Consumer");
}

#[test]
fn an_hour_passes_and_no_state_lasts_longer_than_it_may() {
    paused(async {
        let settings = RigSettings { pills: PoisonPills { testing: s(4000), ..PoisonPills::default() }, ..patient() };
        let rig = TreeRig::with(settings).await;
        let runs_for_an_hour = Play::default().with(|play| &play.run, Conduct::AnswersAfter(s(3600)));
        let running = rig.start(runs_for_an_hour).await;
        let forgotten = rig.make(Play::default()).await;
        let stuck = rig.start(Play::default().with(|play| &play.fetch, Conduct::NeverAnswers)).await;
        let fails = Play::default().with(|play| &play.vault, Conduct::FailsAfter(s(10)));
        let failing = rig.start(fails).await;
        let endless = Play::default()
            .with(|play| &play.run, Conduct::AnswersAfter(s(36_000)))
            .with(|play| &play.timeout, Some(s(1800)));
        let waiting = rig.start(endless).await;
        let begun = rig.now();
        assert!(begun < s(1), "no time has passed so far, and it is {begun:?}");
        assert_eq!(rig.counts().await, [1, 2, 1, 1, 0, 0]);
        // The vault of one fails. Its evidence is stored at once, and then it is told for half a minute.
        rig.at(s(11)).await;
        assert_eq!(rig.state(&failing).await, TestState::Exception);
        rig.at(s(40) - MS).await;
        assert!(!rig.is_gone(&failing));
        rig.at(s(40) + 10 * MS).await;
        assert!(rig.is_gone(&failing));
        // One is never started, one never loaded.
        rig.at(s(61)).await;
        assert_eq!(rig.counts().await, [0, 1, 1, 1, 0, 0]);
        rig.at(s(121)).await;
        assert_eq!(rig.counts().await, [0, 0, 1, 1, 0, 0]);
        // One runs for an hour and one waits for its turn as long: neither has a timer that ends it.
        rig.at(s(3599)).await;
        assert_eq!(rig.counts().await, [0, 0, 1, 1, 0, 0]);
        rig.at(s(3601)).await;
        assert_eq!((rig.state(&running).await, rig.state(&waiting).await), (TestState::Completed, TestState::Testing));
        // The one that waited has half an hour, says its directive; then it is cut short.
        rig.at(s(3659)).await;
        assert_eq!(rig.counts().await, [0, 0, 0, 1, 1, 0]);
        rig.at(s(3661)).await;
        assert_eq!(rig.counts().await, [0, 0, 0, 1, 0, 0]);
        rig.at(s(5400) - MS).await;
        assert_eq!(rig.state(&waiting).await, TestState::Testing);
        rig.at(s(5401)).await;
        let status = rig.status(&waiting).await;
        assert_eq!((status.state, status.success), (TestState::Completed, Some(false)));
        let why = "a test may take 30m; raise `timeout` in the directive's `test` section, or \
                   test-probe.core.actor-system.max-execution-time";
        assert_eq!(rig.error(&waiting).await, why);
        assert!(matches!(waiting.play.end(), Some(TestEnd::Ran(end)) if end.interrupted == Some(StopCause::TimedOut)));
        rig.at(s(5462)).await;
        assert_eq!((rig.counts().await, rig.witness.living().len()), ([0; 6], 2), "guardian and queue alone are left");
        // Whoever asks late is answered all the same.
        for (test, state, success) in [
            (&running, TestState::Completed, Some(true)),
            (&forgotten, TestState::ShuttingDown, None),
            (&stuck, TestState::Exception, None),
            (&failing, TestState::Exception, None),
            (&waiting, TestState::Completed, Some(false)),
        ] {
            let status = rig.status(test).await;
            assert_eq!((status.state, status.success), (state, success));
            assert_eq!(test.play.released(), 1);
        }
        assert_eq!(rig.status(&running).await.end_time.map(|end| end.as_millis() / 1000), Some(3600));
        for (outcome, number) in [("completed_passed", 1), ("exception", 3), ("expired", 1), ("cancelled", 0)] {
            assert_eq!(rig.metric(&format!("probe_tests_total{{outcome=\"{outcome}\"}}")), number, "{outcome}");
        }
        rig.finish().await;
    });
}

#[test]
fn a_test_that_failed_is_told_for_half_a_minute() {
    paused(async {
        let rig = TreeRig::new().await;
        let test = rig.start(Play::default().with(|play| &play.fetch, Conduct::FailsAfter(s(5)))).await;
        rig.at(s(5) + MS).await;
        let status = rig.status(&test).await;
        assert_eq!((status.state, status.success, test.play.end()), (TestState::Exception, None, None));
        rig.at(s(35) - MS).await;
        assert_eq!(rig.counts().await, [0, 0, 0, 0, 0, 1]);
        rig.at(s(35) + MS).await;
        assert_eq!((rig.counts().await, rig.is_gone(&test)), ([0; 6], true));
        assert_eq!(rig.status(&test).await, status, "it is told as it was");
        rig.finish().await;
    });
}

#[test]
fn a_test_may_run_as_long_as_the_configuration_says_where_its_directive_is_silent() {
    paused(async {
        let rig = TreeRig::new().await;
        let test = rig.start(Play::default().with(|play| &play.run, Conduct::AnswersAfter(s(3600)))).await;
        rig.at(s(300) - MS).await;
        assert_eq!(rig.state(&test).await, TestState::Testing);
        rig.at(s(300) + MS).await;
        let status = rig.status(&test).await;
        assert_eq!((status.state, status.success), (TestState::Completed, Some(false)));
        assert_eq!(status.end_time, Some(at_seconds(300)));
        assert!(rig.error(&test).await.starts_with("a test may take 5m; raise `timeout`"));
        rig.finish().await;
    });
}

#[test]
fn a_step_that_blocks_its_thread_holds_nobody_up() {
    paused(async {
        let rig = TreeRig::new().await;
        let deaf = rig.start(Play::default().with(|play| &play.run, Conduct::NeverAnswers)).await;
        let next = rig.start(Play::default()).await;
        // Five minutes to run, a quarter of a minute to be interrupted; then its topics close and its evidence is stored.
        rig.at(s(315) - MS).await;
        assert_eq!((rig.state(&deaf).await, rig.state(&next).await), (TestState::Testing, TestState::Loaded));
        rig.at(s(316)).await;
        let status = rig.status(&deaf).await;
        assert_eq!((status.state, status.success, status.scenarios), (TestState::Completed, Some(false), None));
        assert_eq!(deaf.play.end(), Some(TestEnd::Stopped(StopCause::TimedOut)));
        assert_eq!(rig.state(&next).await, TestState::Completed);
        // At its end it has a few seconds once more, and is left behind then.
        rig.at(s(375) + MS).await;
        assert_eq!((rig.counts().await, rig.is_gone(&deaf), rig.is_gone(&next)), ([0; 6], false, true));
        rig.at(s(375) + s(6) + s(2)).await;
        assert!(rig.is_gone(&deaf), "{:?}", rig.witness.living());
        rig.finish().await;
    });
}
