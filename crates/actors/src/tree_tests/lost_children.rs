//! A child that is lost, to a panic or without a word, at every moment of its test's life.

use test_probe_testkit::Script;

use super::s;
use crate::commands::ChildKind;
use crate::responses::TestState;
use crate::supervision::Behaviour;
use crate::test_execution_result::TestEnd;
use crate::test_rig::paused;
use crate::test_rig::tree_rig::{Conduct, Play, RigSettings, TreeRig};
use crate::{BlockStorageActor, CucumberExecutionActor, KafkaConsumerActor, KafkaProducerActor, VaultActor};

/// A moment in a test's life at which nothing happens by itself, and what becomes of a test that loses a child then.
struct Moment {
    name: &'static str,
    play: fn() -> Play,
    /// Whether events are not acknowledged, so that the topics take their time to drain.
    slow_broker: bool,
    /// The second of its life.
    at: u64,
    state: TestState,
    /// Whose end is no failure.
    may_end: &'static [ChildKind],
    success: Option<bool>,
}

const MOMENTS: &[Moment] = &[
    Moment {
        name: "Loading",
        play: || Play::default().with(|play| &play.prepare, Conduct::NeverAnswers),
        slow_broker: false,
        at: 10,
        state: TestState::Loading,
        may_end: &[],
        success: None,
    },
    Moment {
        name: "Loaded",
        play: Play::default,
        slow_broker: false,
        at: 10,
        state: TestState::Loaded,
        may_end: &[],
        success: None,
    },
    Moment {
        name: "Running",
        play: || Play::default().with(|play| &play.run, Conduct::AnswersAfter(s(100))),
        slow_broker: false,
        at: 10,
        state: TestState::Testing,
        may_end: &[],
        success: Some(false),
    },
    Moment {
        name: "Closing",
        play: || {
            let under_way = |play: Play| play.with(|play| &play.leaves_an_event_under_way, true);
            under_way(Play::default().with(|play| &play.events, 0)).with(|play| &play.run, Conduct::AnswersAfter(s(9)))
        },
        slow_broker: true,
        at: 10,
        state: TestState::Testing,
        may_end: &[ChildKind::Producer, ChildKind::Consumer],
        success: Some(false),
    },
    Moment {
        name: "Uploading",
        play: || Play::default().with(|play| &play.evidence, Conduct::AnswersAfter(s(20))),
        slow_broker: false,
        at: 10,
        state: TestState::Testing,
        may_end: &[ChildKind::Producer, ChildKind::Consumer],
        success: Some(false),
    },
    Moment {
        name: "Completed",
        play: Play::default,
        slow_broker: false,
        at: 10,
        state: TestState::Completed,
        may_end: &ChildKind::ALL,
        success: Some(true),
    },
];

#[test]
fn every_child_is_lost_at_every_moment_and_the_next_test_runs() {
    for moment in MOMENTS {
        for child in ChildKind::ALL {
            for panics in [false, true] {
                paused(lose(moment, child, panics));
            }
        }
    }
}

async fn lose(moment: &Moment, child: ChildKind, panics: bool) {
    let what = format!("{child} {} in {}", if panics { "panics" } else { "stops" }, moment.name);
    let settings = RigSettings::default();
    if moment.slow_broker {
        settings.producers.follow(Script::Keep);
    }
    let producers = settings.producers.clone();
    let rig = TreeRig::with(settings).await;
    // Whoever is loaded waits behind this one.
    let first = match moment.state {
        TestState::Loaded => {
            Some(rig.start(Play::default().with(|play| &play.run, Conduct::AnswersAfter(s(100)))).await)
        }
        _ => None,
    };
    let test = rig.start((moment.play)()).await;
    rig.at(s(moment.at)).await;
    assert_eq!(rig.state(&test).await, moment.state, "{what}");
    let kind = kind_of(child);
    let was_alive = rig.witness.living().contains(&child.actor_name(test.id));
    if panics {
        rig.witness.put_a_bug(&(kind, "Stop".to_owned()), 0);
    }
    rig.stop_child(&test, child).await;
    rig.idle().await;
    // Whoever has ended, or drains, takes no message any more.
    let has_panicked = panics && !rig.witness.forget_the_bug();
    let status = rig.status(&test).await;
    let fails = was_alive && !moment.may_end.contains(&child);
    if fails {
        assert_eq!(has_panicked, panics, "{what}");
        let name = child.actor_name(test.id);
        let why = match panics {
            true => format!("{name} failed: panicked: a bug of {kind} on Stop"),
            false => format!("{name} stopped before the test was over"),
        };
        assert_eq!((status.state, status.success), (TestState::Exception, moment.success), "{what}");
        assert_eq!(rig.error(&test).await, why, "{what}");
    } else {
        assert_eq!(status.state, moment.state, "{what}");
    }
    // The broker is as it was for the next one.
    producers.follow(Script::Acknowledge);
    let next = rig.start(Play::default()).await;
    rig.at(s(400)).await;
    for test in first.iter().chain([&next]) {
        let status = rig.status(test).await;
        assert_eq!((status.state, status.success), (TestState::Completed, Some(true)), "{what}: {:?}", status.error);
    }
    let status = rig.status(&test).await;
    if fails {
        assert_eq!((status.state, status.success), (TestState::Exception, moment.success), "{what}");
        let evidence = test.play.end();
        if child == ChildKind::BlockStorage && moment.name != "Uploading" {
            assert_eq!(evidence, None, "{what}: nobody is left to store it");
        } else if moment.name == "Uploading" {
            assert!(matches!(evidence, Some(TestEnd::Ran(_))), "{what}: it was being stored already");
        } else {
            assert_eq!(evidence, status.error.map(TestEnd::Failed), "{what}: it is owed");
            assert_eq!(test.play.calls().last().map(String::as_str), Some("load orders"), "{what}");
        }
    } else {
        assert_eq!(status.state, TestState::Completed, "{what}");
    }
    let outcomes = rig.metric(r#"probe_tests_total{outcome="exception"}"#);
    assert_eq!(outcomes, u64::from(fails), "{what}");
    let failed = rig.metric(&format!("probe_actor_ends_total{{actor=\"{kind}\",reason=\"failed\"}}"));
    assert_eq!(failed, u64::from(has_panicked), "{what}");
    assert_eq!(test.play.released(), 1, "{what}");
    rig.finish().await;
}

fn kind_of(child: ChildKind) -> &'static str {
    match child {
        ChildKind::BlockStorage => BlockStorageActor::KIND,
        ChildKind::Vault => VaultActor::KIND,
        ChildKind::Cucumber => CucumberExecutionActor::KIND,
        ChildKind::Producer => KafkaProducerActor::KIND,
        ChildKind::Consumer => KafkaConsumerActor::KIND,
    }
}
