//! A test that goes well, and several that take turns.

use futures_util::future::join_all;
use test_probe_directives::Timestamp;
use test_probe_kafka::Headers;

use super::{MS, at_seconds, s};
use crate::responses::{QueueStatusResponse, ScenarioCounts, TestState, TestStatusResponse};
use crate::test_execution_result::TestEnd;
use crate::test_rig::paused;
use crate::test_rig::tree_rig::{Conduct, Play, RigSettings, TreeRig};

#[test]
#[should_panic(expected = r#"a test leaves these actors running: ["guardian", "queue-actor"]"#)]
fn a_test_that_leaves_an_actor_running_fails() {
    paused(async {
        let _rig = TreeRig::new().await;
    });
}

#[test]
#[should_panic(expected = "somebody still uses the services of test")]
fn a_test_that_leaves_a_future_running_fails() {
    paused(async {
        let rig = TreeRig::new().await;
        rig.start(Play::default().with(|play| &play.leaves_an_event_under_way, true)).await;
        rig.keep_services_in_use();
        rig.finish().await;
    });
}

/// The Scala system's happy path, as behaviour section 1.10 tells it.
const HAPPY_PATH: &[&str] = &[
    "QueueActor: InitializeTestRequest",
    "TestExecutionActor: InInitializeTestRequest",
    "TestExecutionActor: TrnSetup",
    "QueueActor: TestInitialized",
    "QueueActor: StartTestRequest",
    "TestExecutionActor: InStartTestRequest",
    "TestExecutionActor: TrnLoading",
    "BlockStorageActor: Initialize",
    "QueueActor: TestLoading",
    "TestExecutionActor: BlockStorageFetched",
    "TestExecutionActor: ChildGoodToGo",
    "VaultActor: Initialize",
    "TestExecutionActor: SecurityFetched",
    "TestExecutionActor: ChildGoodToGo",
    "CucumberExecutionActor: Initialize",
    "KafkaProducerActor: Initialize",
    "KafkaConsumerActor: Initialize",
    "TestExecutionActor: ChildGoodToGo",
    "TestExecutionActor: ChildGoodToGo",
    "TestExecutionActor: ChildGoodToGo",
    "TestExecutionActor: TrnLoaded",
    "QueueActor: TestLoaded",
    "TestExecutionActor: StartTesting",
    "TestExecutionActor: TrnTesting",
    "KafkaProducerActor: StartTest",
    "KafkaConsumerActor: StartTest",
    "CucumberExecutionActor: StartTest",
    "QueueActor: TestStarted",
    "KafkaProducerStreamingActor: ProduceEvent",
    "KafkaConsumerStreamingActor: InternalAdd",
    "KafkaConsumerStreamingActor: AwaitConsumedEvents",
    "KafkaConsumerStreamingActor: FetchConsumedEvents",
    "KafkaConsumerStreamingActor: FetchConsumedEvents",
    "KafkaConsumerStreamingActor: FetchConsumedEvent",
    "TestExecutionActor: TestComplete",
    "KafkaProducerActor: Stop",
    "KafkaConsumerActor: Stop",
    "BlockStorageActor: LoadToBlockStorage",
    "TestExecutionActor: BlockStorageUploadComplete",
    "TestExecutionActor: TrnComplete",
    "QueueActor: TestCompleted",
    // A minute later.
    "TestExecutionActor: TrnShutdown",
    "QueueActor: TestStopping",
];

#[test]
fn a_test_goes_through_its_life_and_every_message_comes_in_its_turn() {
    paused(async {
        let rig = TreeRig::new().await;
        rig.witness.forget();
        rig.start(Play::default()).await;
        rig.at(s(61)).await;
        let is_message = |(kind, what): &(&str, String)| !what.starts_with('<') && *kind != "GuardianActor";
        let seen: Vec<_> = rig.witness.seen().into_iter().filter(is_message).collect();
        let seen: Vec<_> = seen.into_iter().map(|(kind, what)| format!("{kind}: {what}")).collect();
        assert_eq!(seen, HAPPY_PATH);
        rig.finish().await;
    });
}

#[test]
fn a_test_is_what_it_says_at_every_moment_of_its_life() {
    paused(async {
        let rig = TreeRig::new().await;
        let play = Play::default()
            .with(|play| &play.fetch, Conduct::AnswersAfter(s(2)))
            .with(|play| &play.vault, Conduct::AnswersAfter(s(3)))
            .with(|play| &play.prepare, Conduct::AnswersAfter(s(5)))
            .with(|play| &play.run, Conduct::AnswersAfter(s(100)))
            .with(|play| &play.evidence, Conduct::AnswersAfter(s(4)))
            .with(|play| &play.load, Conduct::AnswersAfter(s(6)));
        let test = rig.make(play).await;
        let mut expected = TestStatusResponse {
            test_id: test.id,
            state: TestState::Setup,
            bucket: None,
            test_type: None,
            start_time: None,
            end_time: None,
            success: None,
            error: None,
            scenarios: None,
        };
        assert_eq!(rig.status(&test).await, expected);

        rig.at(s(59)).await;
        let started = rig.functions.start_test(test.id, "orders", Some("smoke".into())).await.unwrap();
        assert_eq!((started.accepted, started.message.as_str()), (true, "Test loading initiated"));
        let again = rig.functions.start_test(test.id, "other", None).await.unwrap();
        assert_eq!((again.accepted, again.message.as_str()), (false, "Test was started before"));
        (expected.bucket, expected.test_type) = (Some("orders".into()), Some("smoke".into()));
        expected.state = TestState::Loading;
        assert_eq!(rig.status(&test).await, expected);
        // Storage, vault and scenarios take ten seconds together.
        rig.at(s(69) - MS).await;
        assert_eq!(rig.status(&test).await, expected);
        rig.at(s(69) + MS).await;
        expected.state = TestState::Testing;
        expected.start_time = Some(at_seconds(69));
        assert_eq!(rig.status(&test).await, expected);
        let counts = QueueStatusResponse {
            total_tests: 1,
            testing_count: 1,
            currently_testing: Some(test.id),
            ..QueueStatusResponse::default()
        };
        assert_eq!(rig.queue_status().await, counts);
        // The scenarios are over, the evidence is being stored.
        rig.at(s(169) + MS).await;
        expected.scenarios = Some(ScenarioCounts { passed: 1, failed: 0, skipped: 0 });
        assert_eq!(rig.status(&test).await, expected);
        rig.at(s(179) - MS).await;
        assert_eq!(rig.status(&test).await, expected);
        rig.at(s(179) + MS).await;
        expected.state = TestState::Completed;
        (expected.end_time, expected.success) = (Some(at_seconds(179)), Some(true));
        assert_eq!(rig.status(&test).await, expected);
        assert_eq!(rig.counts().await, [0, 0, 0, 0, 1, 0]);
        assert_eq!(test.play.settled(), Some(expected.clone()));

        rig.at(s(239) - MS).await;
        assert_eq!((rig.counts().await, rig.is_gone(&test)), ([0, 0, 0, 0, 1, 0], false));
        rig.at(s(239) + MS).await;
        assert_eq!((rig.counts().await, rig.is_gone(&test)), ([0; 6], true));
        assert_eq!(rig.status(&test).await, expected, "the queue still knows how it went");
        assert_eq!(test.play.calls(), CALLS);
        assert!(matches!(test.play.end(), Some(TestEnd::Ran(result)) if result.passed));
        assert_eq!(test.play.released(), 1);
        assert_eq!(rig.metric(r#"probe_tests_total{outcome="completed_passed"}"#), 1);
        rig.finish().await;
    });
}

/// What the services of a test are asked for that goes well; producers and consumers ask for the world.
const CALLS: &[&str] = &["fetch orders", "vault", "prepare", "world", "world", "execute", "evidence", "load orders"];

#[test]
fn a_test_whose_scenarios_fail_completes_without_success() {
    paused(async {
        let rig = TreeRig::new().await;
        let test = rig.start(Play::default().with(|play| &play.passes, false)).await;
        let status = rig.status(&test).await;
        assert_eq!((status.state, status.success, status.error), (TestState::Completed, Some(false), None));
        assert_eq!(status.scenarios, Some(ScenarioCounts { passed: 0, failed: 1, skipped: 0 }));
        assert_eq!(test.play.calls(), CALLS, "it leaves evidence all the same");
        rig.at(s(61)).await;
        assert_eq!(rig.metric(r#"probe_tests_total{outcome="completed_failed"}"#), 1);
        rig.finish().await;
    });
}

#[test]
fn tests_take_turns_in_the_order_of_their_starts_and_one_that_loads_slowly_blocks_nobody() {
    paused(async {
        let rig = TreeRig::new().await;
        let runs = || Play::default().with(|play| &play.run, Conduct::AnswersAfter(s(10)));
        let slow = rig.start(runs().with(|play| &play.fetch, Conduct::AnswersAfter(s(15)))).await;
        let (first, second, third) = (rig.start(runs()).await, rig.make(runs()).await, rig.start(runs()).await);
        // Made before the third, and started after it.
        assert!(rig.functions.start_test(second.id, "orders", None).await.unwrap().accepted);
        rig.idle().await;
        let all = [&slow, &first, &second, &third];
        let states = async || {
            let mut states = Vec::new();
            for test in all {
                states.push(rig.state(test).await.as_str());
            }
            states
        };
        assert_eq!(states().await, ["Loading", "Testing", "Loaded", "Loaded"]);
        assert_eq!(rig.counts().await, [0, 1, 2, 1, 0, 0]);
        assert_eq!(rig.queue_status().await.currently_testing, Some(first.id));
        rig.at(s(11)).await;
        assert_eq!(states().await, ["Loading", "Completed", "Loaded", "Testing"]);
        rig.at(s(16)).await;
        assert_eq!(states().await, ["Loaded", "Completed", "Loaded", "Testing"]);
        // The slow one was started before all others, so its turn is next.
        rig.at(s(21)).await;
        assert_eq!(states().await, ["Testing", "Completed", "Loaded", "Completed"]);
        rig.at(s(31)).await;
        assert_eq!(states().await, ["Completed", "Completed", "Testing", "Completed"]);
        rig.at(s(41)).await;
        assert_eq!(states().await, ["Completed"; 4]);
        for test in all {
            assert_eq!(rig.status(test).await.success, Some(true));
        }
        rig.at(s(200)).await;
        assert_eq!(rig.metric(r#"probe_tests_total{outcome="completed_passed"}"#), 4);
        rig.finish().await;
    });
}

#[test]
fn as_many_tests_run_at_a_time_as_there_are_slots() {
    paused(async {
        let rig = TreeRig::with(RigSettings { max_concurrent_tests: 3, ..RigSettings::default() }).await;
        let mut tests = Vec::new();
        for _ in 0..7 {
            tests.push(rig.start(Play::default().with(|play| &play.run, Conduct::AnswersAfter(s(10)))).await);
        }
        assert_eq!(rig.counts().await, [0, 0, 4, 3, 0, 0]);
        rig.at(s(11)).await;
        assert_eq!(rig.counts().await, [0, 0, 1, 3, 3, 0]);
        rig.at(s(21)).await;
        assert_eq!(rig.counts().await, [0, 0, 0, 1, 6, 0]);
        rig.at(s(31)).await;
        assert_eq!(rig.counts().await, [0, 0, 0, 0, 7, 0]);
        rig.finish().await;
    });
}

#[test]
fn a_result_is_known_until_there_are_too_many_and_the_oldest_goes_first() {
    paused(async {
        let rig = TreeRig::with(RigSettings { retained_results: 2, ..RigSettings::default() }).await;
        let mut tests = Vec::new();
        for number in 0..3 {
            rig.at(s(100 * number)).await;
            tests.push(rig.start(Play::default()).await);
        }
        rig.at(s(400)).await;
        let forgotten = rig.functions.test_status(tests[0].id).await;
        assert_eq!(forgotten, Err(crate::error::ServiceError::TestNotFound { test_id: tests[0].id }));
        for test in &tests[1..] {
            let status = rig.status(test).await;
            assert_eq!((status.state, status.success), (TestState::Completed, Some(true)));
        }
        assert_eq!(rig.status(&tests[2]).await.end_time, Some(Timestamp::from_millis(200_000)));
        rig.finish().await;
    });
}

#[test]
fn what_comes_on_its_topics_before_a_test_has_its_turn_is_none_of_its_events() {
    paused(async {
        let rig = TreeRig::new().await;
        let runs = || Play::default().with(|play| &play.run, Conduct::AnswersAfter(s(10)));
        let (running, waiting) = (rig.start(runs()).await, rig.start(runs()).await);
        let push = |test, key: &str| {
            let topic = rig.consumers.topic(&rig.topic(test)).unwrap();
            topic.push(Some(key.as_bytes()), None, Headers::none());
        };
        push(&running, "in time");
        push(&waiting, "too early");
        rig.at(s(11)).await;
        push(&waiting, "in time as well");
        rig.at(s(21)).await;
        let kept: Vec<_> = rig.journal.lines().into_iter().filter(|line| line.contains("kept")).collect();
        // Each test has one event of its own, too.
        let expected = [
            format!("orders-1 0 kept {}-0", running.id),
            "orders-1 1 kept in time".to_owned(),
            format!("orders-2 1 kept {}-0", waiting.id),
            "orders-2 2 kept in time as well".to_owned(),
        ];
        assert_eq!(kept, expected);
        rig.finish().await;
    });
}

#[test]
fn thousands_who_ask_at_once_are_all_answered() {
    paused(async {
        let rig = TreeRig::new().await;
        let test = rig.start(Play::default().with(|play| &play.run, Conduct::AnswersAfter(s(10)))).await;
        let answers = join_all((0..5000).map(|_| rig.functions.test_status(test.id))).await;
        let running =
            |answer: &Result<TestStatusResponse, _>| matches!(answer, Ok(status) if status.state == TestState::Testing);
        assert_eq!(answers.iter().filter(|answer| running(answer)).count(), 5000);
        rig.finish().await;
    });
}

#[test]
fn a_test_that_is_started_in_the_moment_its_time_is_up_is_loaded_or_ended_and_whoever_started_it_is_told() {
    for late in [false, true] {
        paused(async move {
            let rig = TreeRig::new().await;
            let test = rig.make(Play::default()).await;
            if late {
                rig.at(s(60)).await;
            } else {
                tokio::time::sleep_until(tokio::time::Instant::now() + s(60) - MS).await;
            }
            let answer = rig.functions.start_test(test.id, "orders", None).await.unwrap();
            rig.at(s(61)).await;
            let state = if answer.accepted { TestState::Completed } else { TestState::ShuttingDown };
            assert_eq!((answer.accepted, rig.state(&test).await), (!late, state), "{}", answer.message);
            rig.finish().await;
        });
    }
}
