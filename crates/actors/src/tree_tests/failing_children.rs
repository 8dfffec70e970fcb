//! A child that fails, panics or never answers, in every state of its test: the test fails with an error that says so,
//! leaves the evidence that it owes, and the next test runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix::Recipient;
use test_probe_directives::TopicName;
use test_probe_kafka::{ClientError, StreamFailure};
use test_probe_testkit::ScriptedConsumers;
use tokio::time::Instant;

use super::{MS, s};
use crate::commands::{ChildGoodToGo, ChildKind, Initialize, StartTest, Stop};
use crate::responses::TestState;
use crate::supervision::{Behaviour, Drain, Failure, Receive, Reply, Scope, supervise};
use crate::test_execution_result::TestEnd;
use crate::test_rig::paused;
use crate::test_rig::tree_rig::{Conduct, Play, RigSettings, Test, TreeRig};
use crate::{
    ChildContext, ChildFactories, ChildFactory, ExternalBehaviors, KafkaChild, SystemGone, TestExecutionActor,
    TestPlace,
};

/// A story of a test that fails: its play, what it says at last, and whether it owes evidence.
struct Story {
    name: &'static str,
    play: Play,
    error: &'static str,
    evidence: bool,
    success: Option<bool>,
}

/// Runs the story, and another test after it.
fn tell(story: Story) {
    let Story { name, play, error, evidence, success } = story;
    paused(async move {
        let rig = TreeRig::new().await;
        let test = rig.start(play).await;
        let next = rig.start(Play::default()).await;
        // However it fails, it does so in less than the time for loading, for running and for draining.
        rig.at(s(120 + 300 + 15 + 15)).await;
        assert_failed(&rig, name, &test, error, evidence, success).await;
        let status = rig.status(&next).await;
        assert_eq!((status.state, status.success), (TestState::Completed, Some(true)), "{name}: the next test runs");
        assert_eq!(rig.counts().await, [0; 6], "{name}");
        assert_eq!(rig.metric(r#"probe_tests_total{outcome="exception"}"#), 1, "{name}");
        assert_eq!(rig.metric(r#"probe_tests_total{outcome="completed_passed"}"#), 1, "{name}");
        rig.finish().await;
    });
}

async fn assert_failed(rig: &TreeRig, name: &str, test: &Test, error: &str, evidence: bool, success: Option<bool>) {
    let status = rig.status(test).await;
    assert_eq!((status.state, status.success), (TestState::Exception, success), "{name}");
    let said = rig.error(test).await.replace(&test.id.to_string(), "T");
    assert_eq!(said, error, "{name}");
    assert_eq!(test.play.released(), 1, "{name}");
    let owed = test.play.end();
    assert_eq!(owed.is_some(), evidence, "{name}: {owed:?}");
    if let Some(TestEnd::Failed(told)) = owed {
        assert_eq!(Some(told), status.error, "{name}: the evidence says the same");
    }
}

#[test]
fn a_service_that_fails_or_panics_or_is_silent_while_a_test_loads_fails_the_test() {
    let story = |name, knob: for<'a> fn(&'a Play) -> &'a std::sync::Mutex<Conduct>, conduct, error, evidence| {
        tell(Story { name, play: Play::default().with(knob, conduct), error, evidence, success: None });
    };
    use Conduct::{Fails, NeverAnswers, PanicsAfter, PanicsInTheCall};
    let closed = "Failed to fetch block storage for test T: cannot use `orders`: the storage is closed";
    story("fetch fails", |play| &play.fetch, Fails, closed, false);
    let silent = "Failed to fetch block storage for test T: no answer within 30s (test-probe.core.services.timeout)";
    story("fetch is silent", |play| &play.fetch, NeverAnswers, silent, false);
    let bug = "block-storage-T failed: panicked: a bug in the call";
    story("fetch panics in the call", |play| &play.fetch, PanicsInTheCall, bug, false);
    let bug = "block-storage-T failed: panicked: a bug in the future";
    story("fetch panics", |play| &play.fetch, PanicsAfter(s(1)), bug, false);

    let sealed = "Failed to fetch secrets for test T: the vault is sealed";
    story("vault fails", |play| &play.vault, Fails, sealed, true);
    let silent = "Failed to fetch secrets for test T: no answer within 30s (test-probe.core.services.timeout)";
    story("vault is silent", |play| &play.vault, NeverAnswers, silent, true);
    story("vault panics", |play| &play.vault, PanicsAfter(s(1)), "vault-T failed: panicked: a bug in the future", true);

    let undefined = "Failed to initialize Cucumber for test T: a step is undefined";
    story("prepare fails", |play| &play.prepare, Fails, undefined, true);
    let bug = "cucumber-T failed: panicked: a bug in the call";
    story("prepare panics in the call", |play| &play.prepare, PanicsInTheCall, bug, true);
    let bug = "cucumber-T failed: panicked: a bug in the future";
    story("prepare panics", |play| &play.prepare, PanicsAfter(s(1)), bug, true);
}

#[test]
fn a_world_that_does_not_get_ready_fails_the_test() {
    let story = |name, conduct, ends: &'static str| {
        paused(async move {
            let rig = TreeRig::new().await;
            let test = rig.start(Play::default().with(|play| &play.world, conduct)).await;
            rig.at(s(31)).await;
            // Producers and consumers ask for the world at the same time: one of them is the first to fail.
            let said = rig.error(&test).await;
            assert!(said.ends_with(ends), "{name}: {said}");
            assert_eq!((rig.state(&test).await, test.play.end().is_some()), (TestState::Exception, true), "{name}");
            let next = rig.start(Play::default()).await;
            assert_eq!(rig.status(&next).await.success, Some(true), "{name}");
            rig.finish().await;
        });
    };
    story("it fails", Conduct::Fails, "the world is not ready: the registry is down");
    story(
        "it is silent",
        Conduct::NeverAnswers,
        "the topics are not open: the topics were not open within 30s; raise \
         test-probe.core.actor-system.initialization-timeout, or see why the cluster is slow",
    );
    story("it panics", Conduct::PanicsAfter(s(1)), "failed: panicked: a bug in the future");
}

#[test]
fn a_client_that_cannot_be_made_fails_the_test() {
    paused(async {
        let settings = RigSettings::default();
        let (producers, consumers) = (settings.producers.clone(), settings.consumers.clone());
        let rig = TreeRig::with(settings).await;
        let broken = || Some(ClientError::Settings { client_id: "c".into(), reason: "no such library".into() });
        producers.fail_creation(broken());
        let no_producer = rig.start(Play::default()).await;
        producers.fail_creation(None);
        consumers.fail_opening(broken());
        let no_consumer = rig.start(Play::default()).await;
        consumers.fail_opening(None);
        let next = rig.start(Play::default()).await;
        for test in [&no_producer, &no_consumer] {
            let said = rig.error(test).await;
            assert!(said.starts_with("a client cannot be made: ") && said.contains("no such library"), "{said}");
            assert_eq!((rig.state(test).await, test.play.end().is_some()), (TestState::Exception, true));
        }
        assert_eq!(rig.status(&next).await.success, Some(true));
        rig.finish().await;
    });
}

#[test]
fn a_service_that_fails_or_panics_or_is_silent_while_a_test_runs_or_stores_its_evidence_fails_the_test() {
    let story = |name, play, error: &'static str, success| {
        tell(Story { name, play, error, evidence: true, success });
    };
    let run = |conduct| Play::default().with(|play| &play.run, conduct);
    let failed = "Cucumber execution failed for test T: the runner has no thread";
    story("the run fails", run(Conduct::FailsAfter(s(10))), failed, Some(false));
    let bug = "cucumber-T failed: panicked: a bug in the call";
    story("the run panics in the call", run(Conduct::PanicsInTheCall), bug, Some(false));
    let bug = "cucumber-T failed: panicked: a bug in the future";
    story("the run panics", run(Conduct::PanicsAfter(s(10))), bug, Some(false));

    let evidence = |conduct| Play::default().with(|play| &play.evidence, conduct);
    let hole = "Failed to upload evidence for test T: the ledger has a hole";
    story("the evidence is not whole", evidence(Conduct::Fails), hole, Some(false));
    let bug = "block-storage-T failed: panicked: a bug in the call";
    story("the evidence panics in the call", evidence(Conduct::PanicsInTheCall), bug, Some(false));
    let silent =
        "the evidence was not stored within 45s (test-probe.core.services.timeout, and a while for the reports)";
    story("the evidence is never finished", evidence(Conduct::NeverAnswers), silent, Some(false));

    let load = |conduct| Play::default().with(|play| &play.load, conduct);
    let closed = "Failed to upload evidence for test T: cannot use `orders`: the storage is closed";
    story("the upload fails", load(Conduct::Fails), closed, Some(false));
    let silent = "Failed to upload evidence for test T: no answer within 30s (test-probe.core.services.timeout)";
    story("the upload is silent", load(Conduct::NeverAnswers), silent, Some(false));
    let bug = "block-storage-T failed: panicked: a bug in the future";
    story("the upload panics", load(Conduct::PanicsAfter(s(1))), bug, Some(false));
}

#[test]
fn evidence_that_is_not_whole_is_stored_all_the_same() {
    paused(async {
        let rig = TreeRig::new().await;
        let test = rig.start(Play::default().with(|play| &play.evidence, Conduct::Fails)).await;
        assert_eq!(test.play.calls().last().map(String::as_str), Some("load orders"));
        rig.finish().await;
    });
}

#[test]
fn a_topic_that_is_lost_while_the_scenarios_run_interrupts_them() {
    paused(async {
        let rig = TreeRig::new().await;
        let runs =
            Play::default().with(|play| &play.run, Conduct::AnswersAfter(s(100))).with(|play| &play.lingers, s(4));
        let test = rig.start(runs).await;
        rig.at(s(10)).await;
        let denied = StreamFailure::Denied { group_id: "g".into(), reason: "no right to read".into() };
        rig.consumers.topic(&rig.topic(&test)).unwrap().fail(denied);
        rig.idle().await;
        let said = rig.error(&test).await;
        assert!(said.contains(&format!("kafka-consumer-streaming-{}-", rig.topic(&test))), "{said}");
        assert!(said.contains("may not read: no right to read"), "{said}");
        assert_eq!((rig.state(&test).await, test.play.end()), (TestState::Exception, None), "its step lingers");
        rig.at(s(14) + MS).await;
        assert!(matches!(test.play.end(), Some(TestEnd::Failed(_))));
        assert_eq!(rig.status(&test).await.scenarios.map(|counts| counts.skipped), Some(1));
        rig.finish().await;
    });
}

#[test]
fn a_consumer_client_that_never_closes_holds_nobody_up() {
    paused(async {
        let consumers = ScriptedConsumers::hanging_on_close();
        let rig = TreeRig::with(RigSettings { consumers, ..RigSettings::default() }).await;
        let test = rig.start(Play::default()).await;
        assert_eq!((rig.state(&test).await, test.play.end()), (TestState::Testing, None), "its topics close");
        rig.at(s(2) - MS).await;
        assert_eq!(test.play.end(), None);
        rig.at(s(3)).await;
        assert_eq!((rig.state(&test).await, rig.status(&test).await.success), (TestState::Completed, Some(true)));
        rig.finish().await;
    });
}

#[test]
fn a_topic_that_is_lost_while_a_step_blocks_its_thread_leaves_evidence_in_time() {
    paused(async {
        let rig = TreeRig::new().await;
        let deaf = rig.start(Play::default().with(|play| &play.run, Conduct::NeverAnswers)).await;
        rig.at(s(10)).await;
        rig.consumers.topic(&rig.topic(&deaf)).unwrap().fail(StreamFailure::Closed);
        rig.idle().await;
        assert_eq!((rig.state(&deaf).await, deaf.play.end()), (TestState::Exception, None));
        let next = rig.start(Play::default()).await;
        assert_eq!(rig.status(&next).await.success, Some(true), "its slot is free at once");
        // A quarter of a minute for the step, then the evidence without it, which is told for half a minute.
        rig.at(s(25) - MS).await;
        assert_eq!(deaf.play.end(), None);
        rig.at(s(25) + MS).await;
        assert!(matches!(deaf.play.end(), Some(TestEnd::Failed(_))));
        rig.at(s(55) - MS).await;
        assert_eq!(rig.counts().await, [0, 0, 0, 0, 1, 1], "the next one is told, too");
        rig.at(s(55) + MS).await;
        assert_eq!(rig.counts().await, [0, 0, 0, 0, 1, 0]);
        rig.at(s(63)).await;
        assert!(rig.is_gone(&deaf), "{:?}", rig.witness.living());
        rig.finish().await;
    });
}

#[test]
fn a_test_that_gets_no_thread_of_its_own_fails_and_says_so() {
    paused(async {
        let gone = Arc::new(AtomicBool::new(true));
        let place = {
            let gone = Arc::clone(&gone);
            Arc::new(move || if gone.load(Ordering::Relaxed) { Err(SystemGone) } else { Ok(TestPlace::here()) })
        };
        let rig = TreeRig::with(RigSettings { place, ..RigSettings::default() }).await;
        let test = rig.start(Play::default()).await;
        assert_eq!(rig.state(&test).await, TestState::Exception);
        assert_eq!(rig.error(&test).await, "the test got no thread of its own: the actor system has stopped");
        assert_eq!(rig.counts().await, [0, 0, 0, 0, 0, 1]);
        gone.store(false, Ordering::Relaxed);
        let next = rig.start(Play::default()).await;
        assert_eq!(rig.status(&next).await.success, Some(true));
        rig.at(s(31)).await;
        assert!(rig.is_gone(&test));
        rig.finish().await;
    });
}

#[test]
fn topics_that_are_never_assigned_or_that_are_not_there_fail_the_test() {
    let story = |settings: RigSettings, second, error: &'static str| {
        paused(async move {
            let rig = TreeRig::with(settings).await;
            let test = rig.start(Play::default()).await;
            rig.at(s(second) + 2 * MS).await;
            let said = rig.error(&test).await;
            assert_eq!((rig.state(&test).await, said.as_str()), (TestState::Exception, error));
            assert!(matches!(test.play.end(), Some(TestEnd::Failed(_))));
            rig.finish().await;
        });
    };
    let consumers = ScriptedConsumers::joining();
    let why = "the topics are not open: the topics were not open within 30s; raise \
               test-probe.core.actor-system.initialization-timeout, or see why the cluster is slow";
    story(RigSettings { consumers, ..RigSettings::default() }, 30, why);
    let settings = RigSettings::default();
    settings.producers.remove_topic(&TopicName::new("orders-1").unwrap());
    let why = "the cluster is not ready: topic 'orders-1' does not exist on scripted:9092; create it, or let the probe do it \
               with test-probe.core.kafka.create-topics = true";
    story(settings, 0, why);
}

/// A child that is good to go at once, and deaf to everything else.
struct Deaf(Recipient<ChildGoodToGo>);

impl Behaviour for Deaf {
    const KIND: &'static str = "Deaf";

    fn draining(&mut self, _: Instant, _: &mut Scope<'_, Self>) -> Drain {
        Box::pin(std::future::pending())
    }
}

impl Receive<Initialize> for Deaf {
    fn receive(&mut self, message: Initialize, _: &mut Reply<()>, scope: &mut Scope<'_, Self>) -> Result<(), Failure> {
        let id = message.block_storage_directive.test_dir.file_name().and_then(|name| name.to_str()?.parse().ok());
        let test_id = id.expect("the folder is called like the test");
        scope.tell(&self.0, ChildGoodToGo { test_id, child: ChildKind::Producer });
        Ok(())
    }
}

impl Receive<StartTest> for Deaf {
    fn receive(&mut self, _: StartTest, _: &mut Reply<()>, _: &mut Scope<'_, Self>) -> Result<(), Failure> {
        Ok(())
    }
}

impl Receive<Stop> for Deaf {
    fn receive(&mut self, _: Stop, _: &mut Reply<()>, _: &mut Scope<'_, Self>) -> Result<(), Failure> {
        Ok(())
    }
}

/// Swaps the producers of every test for a deaf child.
fn deaf_producers() -> ExternalBehaviors {
    Arc::new(|test_id, children: ChildFactories| {
        let producer: ChildFactory<KafkaChild> =
            Arc::new(move |context: &ChildContext, scope: &mut Scope<'_, TestExecutionActor>| {
                let parent = context.good_to_go.clone();
                let deaf = supervise(move || Ok(Deaf(parent.clone())));
                KafkaChild::of(scope.start(deaf.named(ChildKind::Producer.actor_name(test_id))))
            });
        ChildFactories { producer, ..children }
    })
}

#[test]
fn producers_that_never_close_hold_the_evidence_up_for_a_quarter_of_a_minute_and_no_longer() {
    paused(async {
        let external_behaviors = Some(deaf_producers());
        let rig = TreeRig::with(RigSettings { external_behaviors, ..RigSettings::default() }).await;
        let test = rig.start(Play::default().with(|play| &play.events, 0)).await;
        rig.at(s(15) - MS).await;
        assert_eq!((rig.state(&test).await, test.play.end()), (TestState::Testing, None));
        rig.at(s(15) + MS).await;
        assert_eq!((rig.state(&test).await, rig.status(&test).await.success), (TestState::Completed, Some(false)));
        let why = rig.error(&test).await;
        assert!(why.contains("it is not known how the last events ended"), "{why}");
        rig.at(s(75) + s(9)).await;
        assert!(rig.is_gone(&test), "{:?}", rig.witness.living());
        rig.finish().await;
    });
}
