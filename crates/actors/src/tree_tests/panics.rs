//! A panic in every actor, on every message, in every hook and in every future: the system goes on, the next test runs,
//! and the metrics tell it.
//!
//! What runs in a life is found out by living it once, so that a message which is new is met as well; the lists here say
//! what there is and what comes of it, so that none is missing without a word.

use std::collections::BTreeMap;

use super::s;
use crate::commands::StopCause;
use crate::error::ServiceError;
use crate::responses::TestState;
use crate::test_execution_result::TestEnd;
use crate::test_rig::paused;
use crate::test_rig::tree_rig::{Conduct, Place, Play, RigSettings, Test, TreeRig};

mod table;

use table::{CUT_SHORT, FAILING, PASSING, Row, WITH_A_TOKEN};

/// What a test lives through.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Life {
    /// It goes well.
    Passes,
    /// Its scenarios cannot be run.
    Fails,
    /// It is cancelled by force while it runs.
    IsCutShort,
    /// It goes well, and its topics are opened with a token.
    TakesAToken,
}

/// What becomes of a test in whose life there is a bug.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    /// It completes as if nothing had been.
    Passes,
    /// It completes, and was cut short.
    IsCutShort,
    /// It fails, and says that it was this bug.
    Fails,
    /// It fails because the queue it was in is no more.
    IsLost,
    /// It fails of what it would have failed of anyway.
    FailsAnyway,
    /// It was never made, and whoever wanted it was told.
    IsNotMade,
}

impl Life {
    fn play(self) -> Play {
        let run = match self {
            Self::Passes | Self::TakesAToken => Conduct::AnswersAfter(s(20)),
            Self::Fails => Conduct::FailsAfter(s(20)),
            Self::IsCutShort => Conduct::AnswersAfter(s(200)),
        };
        Play::default().with(|play| &play.run, run).with(|play| &play.takes_a_token, self == Self::TakesAToken)
    }

    fn rig(self) -> TreeRig {
        TreeRig::before_initialize(RigSettings { has_tokens: self == Self::TakesAToken, ..RigSettings::default() })
    }

    /// Everything that somebody may ask of the tree while a test lives, and its whole life. Whoever gets no answer asks
    /// once more.
    async fn live(self, rig: &TreeRig) -> Option<Test> {
        if rig.initialize().await.is_err() {
            rig.initialize().await.unwrap().unwrap();
        }
        let made = rig.try_to_make(self.play()).await;
        let Ok(test) = made else {
            assert!(matches!(made, Err(ServiceError::Probe(_))), "{made:?}");
            return None;
        };
        let functions = &rig.functions;
        if functions.start_test(test.id, "orders", None).await.is_err() {
            // The test may be lost with its queue; then this is told that it has ended.
            functions.start_test(test.id, "orders", None).await.unwrap();
        }
        rig.at(s(10)).await;
        let asked = (
            functions.queue_status(None).await.map(drop),
            functions.test_status(test.id).await.map(drop),
            functions.cancel_test(test.id).await.map(drop),
        );
        for answer in [asked.0, asked.1, asked.2] {
            assert!(matches!(answer, Ok(()) | Err(ServiceError::Probe(_))), "{answer:?}");
        }
        if let Some(tokens) = &rig.tokens {
            // A refresher that fails on the question does not answer it.
            tokens.observe(s(1)).await;
        }
        if self == Self::IsCutShort && functions.force_cancel_test(test.id).await.is_err() {
            functions.force_cancel_test(test.id).await.unwrap();
        }
        // Far beyond every timer that a test may have.
        rig.at(s(1000)).await;
        Some(test)
    }

    /// How often which code runs in such a life.
    fn places(self) -> BTreeMap<Place, usize> {
        let mut places = BTreeMap::new();
        let seen = std::sync::Mutex::new(Vec::new());
        paused(async {
            let rig = self.rig();
            self.live(&rig).await;
            *seen.lock().unwrap() = rig.witness.seen();
            rig.finish().await;
        });
        for place in seen.into_inner().unwrap() {
            *places.entry(place).or_default() += 1;
        }
        places
    }
}

/// A life with a bug in it, and another test after that.
async fn with_a_bug(life: Life, place: &Place, after: usize) -> Outcome {
    let (kind, code) = (place.0, place.1.as_str());
    let what = format!("{kind} {code} {after} in {life:?}");
    let rig = life.rig();
    rig.witness.put_a_bug(place, after);
    let test = life.live(&rig).await;
    assert!(!rig.witness.forget_the_bug(), "{what}: the bug was met");

    // The next test runs.
    rig.initialize().await.unwrap().unwrap();
    let next = rig.start(Play::default()).await;
    let status = rig.status(&next).await;
    assert_eq!((status.state, status.success), (TestState::Completed, Some(true)), "{what}: {:?}", status.error);
    rig.at(s(1100)).await;
    assert_eq!(rig.counts().await, [0; 6], "{what}");
    let mut living = rig.witness.living();
    // A refresher outlives its test, for those that come after it.
    living.retain(|name| life != Life::TakesAToken || name != "oauth-token-refresher-svc-2");
    assert_eq!(living, ["guardian", "queue-actor"], "{what}: nobody else is left");

    // The first one has come to an end of which one can tell why.
    let outcome = match &test {
        None => Outcome::IsNotMade,
        Some(test) => outcome(&rig, test, place, &what).await,
    };
    // Whoever is left stores the evidence that is owed once the test is fetched.
    let is_there_before_the_fetch = ["<made>", "<started>"].contains(&code);
    let lost_the_test = ["GuardianActor", "QueueActor", "TestExecutionActor", "BlockStorageActor"].contains(&kind);
    if let (Some(test), Outcome::Fails, false, false) = (&test, outcome, is_there_before_the_fetch, lost_the_test) {
        assert_eq!(test.play.end().map(|end| matches!(end, TestEnd::Failed(_))), Some(true), "{what}");
        assert_eq!(test.play.calls().last().map(String::as_str), Some("load orders"), "{what}");
    }
    // Every event has its answer.
    let journal = rig.journal.lines();
    let lines = |word: &str| journal.iter().filter(|line| line.starts_with(word)).count();
    assert_eq!(lines("accepted"), lines("acknowledged") + lines("nacked"), "{what}");
    // The metrics tell it.
    let restarts = rig.metric(&format!("probe_actor_restarts_total{{actor=\"{kind}\"}}"));
    let ends = rig.metric(&format!("probe_actor_ends_total{{actor=\"{kind}\",reason=\"failed\"}}"));
    let is_restarted =
        ["GuardianActor", "QueueActor", "OAuthTokenRefresherActor"].contains(&kind) || kind.ends_with("StreamingActor");
    let expected = match code {
        "<stopped>" => (0, 0),
        "<draining>" => (0, 1),
        _ if is_restarted => (1, 0),
        _ => (0, 1),
    };
    // A run whose scenarios cannot be run ends its actor, too.
    let failed_anyway = u64::from(kind == "CucumberExecutionActor" && outcome == Outcome::FailsAnyway);
    assert_eq!((restarts, ends), (expected.0, expected.1 + failed_anyway), "{what}: restarts and failed ends");
    let passed = rig.metric(r#"probe_tests_total{outcome="completed_passed"}"#);
    assert_eq!(passed, 1 + u64::from(outcome == Outcome::Passes), "{what}");
    let cut_short = rig.metric(r#"probe_tests_total{outcome="completed_failed"}"#);
    assert_eq!(cut_short, u64::from(outcome == Outcome::IsCutShort), "{what}");
    let failed = rig.metric(r#"probe_tests_total{outcome="exception"}"#);
    match outcome {
        Outcome::Passes | Outcome::IsCutShort => assert_eq!(failed, 0, "{what}"),
        Outcome::Fails | Outcome::IsLost | Outcome::FailsAnyway => assert_eq!(failed, 1, "{what}"),
        // Of one that nobody was told of, the queue may know or not.
        Outcome::IsNotMade => assert!(failed <= 1, "{what}"),
    }
    rig.finish().await;
    outcome
}

async fn outcome(rig: &TreeRig, test: &Test, (kind, code): &Place, what: &str) -> Outcome {
    let status = rig.status(test).await;
    let error = rig.error(test).await;
    assert!(rig.is_gone(test), "{what}");
    match (status.state, status.success) {
        (TestState::Completed, Some(true)) => Outcome::Passes,
        (TestState::Completed, Some(false)) => Outcome::IsCutShort,
        (TestState::Exception, _) if error.contains(&format!("a bug of {kind} on {code}")) => Outcome::Fails,
        (TestState::Exception, _) if error.ends_with("the queue has ended") => Outcome::IsLost,
        (TestState::Exception, _) if error.ends_with("the runner has no thread") => Outcome::FailsAnyway,
        other => panic!("{what}: {other:?}, {error}"),
    }
}

/// So often a bug is put into the same code: what runs more often in a life is a wait that begins again and again.
const OFTEN: usize = 6;

/// Puts a bug everywhere into this life but where `known` says that another life has met it.
fn everywhere(life: Life, known: &[&[Row]], expected: &[Row]) {
    let is_known = |(kind, code): &Place| known.iter().any(|rows| rows.iter().any(|row| row.is(kind, code)));
    let mut table = Vec::new();
    for (place, number) in life.places().into_iter().filter(|(place, _)| !is_known(place)) {
        let mut outcomes = Vec::new();
        for after in 0..number.min(OFTEN) {
            let outcome = std::cell::Cell::new(None);
            paused(async { outcome.set(Some(with_a_bug(life, &place, after).await)) });
            outcomes.extend(outcome.get());
        }
        table.push((place, outcomes));
    }
    let lines: Vec<_> = table.iter().map(|((kind, code), outcomes)| Row::line(kind, code, outcomes)).collect();
    let expected: Vec<_> = expected.iter().map(|row| Row::line(row.kind, row.code, row.outcomes)).collect();
    assert_eq!(lines, expected, "{}", lines.join("\n"));
}

#[test]
fn the_system_goes_on_whatever_panics_in_the_life_of_a_test_that_passes() {
    everywhere(Life::Passes, &[], PASSING);
}

#[test]
fn the_system_goes_on_whatever_panics_in_the_life_of_a_test_that_fails() {
    everywhere(Life::Fails, &[PASSING], FAILING);
}

#[test]
fn the_system_goes_on_whatever_panics_in_the_life_of_a_test_that_is_cut_short() {
    everywhere(Life::IsCutShort, &[PASSING, FAILING], CUT_SHORT);
}

#[test]
fn the_system_goes_on_whatever_panics_in_the_life_of_a_test_that_takes_a_token() {
    everywhere(Life::TakesAToken, &[PASSING, FAILING, CUT_SHORT], WITH_A_TOKEN);
}

#[test]
fn a_topic_that_panics_more_often_than_it_may_ends_its_test_and_no_other() {
    for (kind, code, success) in [
        ("KafkaProducerStreamingActor", "ProduceEvent", Some(false)),
        ("KafkaConsumerStreamingActor", "InternalAdd", Some(false)),
        // It reads before the test's turn comes.
        ("KafkaConsumerStreamingActor", "<future>", None),
    ] {
        paused(async move {
            let rig = TreeRig::new().await;
            // It is restarted three times within a minute.
            rig.witness.put_a_lasting_bug(kind, code, 4);
            let test = rig.start(Play::default().with(|play| &play.run, Conduct::AnswersAfter(s(20)))).await;
            rig.at(s(10)).await;
            let next = rig.start(Play::default()).await;
            rig.at(s(30)).await;
            assert!(!rig.witness.forget_the_bug());
            let status = rig.status(&test).await;
            assert_eq!((status.state, status.success), (TestState::Exception, success), "{kind} {code}");
            let said = rig.error(&test).await;
            let ending = format!("{} ended (failed: panicked: a bug of {kind} on {code})", test.id);
            assert!(said.ends_with(&ending), "{said}");
            assert!(matches!(test.play.end(), Some(TestEnd::Failed(_))));
            assert_eq!(rig.status(&next).await.success, Some(true), "{kind} {code}");
            assert_eq!(rig.metric(&format!("probe_actor_restarts_total{{actor=\"{kind}\"}}")), 3);
            assert_eq!(rig.metric(&format!("probe_actor_ends_total{{actor=\"{kind}\",reason=\"failed\"}}")), 1);
            rig.finish().await;
        });
    }
}

#[test]
fn a_queue_that_panics_while_a_step_blocks_its_thread_is_back_in_seconds() {
    paused(async {
        let rig = TreeRig::new().await;
        let deaf = rig.start(Play::default().with(|play| &play.run, Conduct::NeverAnswers)).await;
        rig.at(s(10)).await;
        rig.witness.put_a_bug(&("QueueActor", "QueueStatusRequest".to_owned()), 0);
        assert!(rig.functions.queue_status(None).await.is_err());
        let status = rig.status(&deaf).await;
        assert_eq!((status.state, status.success), (TestState::Exception, Some(false)));
        assert!(rig.now() < s(17), "{:?}", rig.now());
        let next = rig.start(Play::default()).await;
        assert_eq!(rig.status(&next).await.success, Some(true));
        rig.at(s(60)).await;
        assert!(rig.is_gone(&deaf), "{:?}", rig.witness.living());
        assert_eq!(deaf.play.released(), 1);
        rig.finish().await;
    });
}

/// A tree that shuts down while a test runs and another waits.
async fn shut_down(rig: &TreeRig) -> [Test; 2] {
    let runs = || Play::default().with(|play| &play.run, Conduct::AnswersAfter(s(200)));
    let (running, waiting) = (rig.start(runs()).await, rig.start(runs()).await);
    rig.at(s(10)).await;
    rig.witness.forget();
    [running, waiting]
}

#[test]
fn the_tree_comes_to_its_end_whatever_panics_while_it_shuts_down() {
    let places = std::sync::Mutex::new(Vec::new());
    paused(async {
        let rig = TreeRig::new().await;
        shut_down(&rig).await;
        assert_eq!(rig.shut_down(StopCause::Terminate, s(60)).await, Ok(true));
        *places.lock().unwrap() = rig.witness.seen();
        rig.finish().await;
    });
    let mut counts = BTreeMap::new();
    for place in places.into_inner().unwrap() {
        *counts.entry(place).or_insert(0) += 1;
    }
    let of_note = |(kind, code): &&Place| ["GuardianActor", "QueueActor"].contains(kind) || code == "Interrupt";
    let noted: Vec<_> = counts.keys().filter(of_note).map(|(kind, code)| format!("{kind} {code}")).collect();
    assert_eq!(noted, AT_SHUTDOWN);
    for (place, number) in counts {
        for after in 0..number {
            paused(shut_down_with_a_bug(&place, after));
        }
    }
}

/// What guardian and queue run when the tree ends.
const AT_SHUTDOWN: &[&str] = &[
    "CucumberExecutionActor Interrupt",
    "GuardianActor <future>",
    "GuardianActor <pipe>",
    "GuardianActor <terminated>",
    "GuardianActor Shutdown",
    "QueueActor <draining>",
    "QueueActor <stopped>",
    "QueueActor <terminated>",
    "QueueActor Shutdown",
    "QueueActor TestCompleted",
    "QueueActor TestStopping",
];

async fn shut_down_with_a_bug(place: &Place, after: usize) {
    let what = format!("{} {} {after}", place.0, place.1);
    let rig = TreeRig::new().await;
    let tests = shut_down(&rig).await;
    rig.witness.put_a_bug(place, after);
    if rig.shut_down(StopCause::Terminate, s(60)).await.is_err() {
        // Whoever asked is told at once that nobody answers, and asks again.
        rig.shut_down(StopCause::Terminate, s(60)).await.unwrap();
    }
    assert!(!rig.witness.forget_the_bug(), "{what}: the bug was met");
    assert!(rig.now() < s(75), "{what}: {:?}", rig.now());
    for test in &tests {
        assert!(rig.is_gone(test), "{what}");
    }
    assert_eq!(rig.witness.living(), ["guardian"], "{what}");
    rig.finish().await;
}
