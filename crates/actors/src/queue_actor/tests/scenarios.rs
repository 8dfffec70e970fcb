//! The Scala system's `queue-actor.feature`, those included that are commented out there.

use super::rig::{NOW, Rig, has_completed, id, status};
use crate::commands::QueueCommands;
use crate::error::{ProbeExceptions, ServiceError};
use crate::responses::{QueueStatusResponse, StartTestResponse, TestCancelledResponse, TestState};
use crate::test_rig::paused;

fn exception() -> ProbeExceptions {
    ProbeExceptions::VaultConsumerException { message: "sealed".into(), cause: None }
}

#[test]
fn generate_an_id_and_start_a_test_actor_on_an_initialize_test_request() {
    paused(async {
        let rig = Rig::new();
        let answer = rig.ask(|reply_to| QueueCommands::InitializeTestRequest { reply_to }).await.unwrap().unwrap();
        assert_eq!((answer.test_id, answer.message.as_str()), (id(1), "Test initialized"));
        assert_eq!(rig.tests.heard(id(1)), ["InInitializeTestRequest"]);
        assert_eq!(rig.state(id(1)).await, TestState::Setup);
        assert_eq!(rig.make().await, id(2), "each has an id of its own");
        assert_eq!(rig.counts().await, ([2, 0, 0, 0, 0, 0], None));
    });
}

#[test]
fn a_test_actor_is_named_by_its_test() {
    let name = crate::QueueActor::test_actor_name(id(1));
    assert_eq!(name, "test-execution-01010101-0101-0101-0101-010101010101");
}

#[test]
fn forward_a_start_test_request_to_the_test_actor_with_the_way_back() {
    paused(async {
        let rig = Rig::new();
        let test_id = rig.make().await;
        let answer = rig.start(test_id).await;
        let test_type = Some("functional".to_owned());
        let message = "Test loading initiated".to_owned();
        assert_eq!(answer, Ok(StartTestResponse { test_id, accepted: true, test_type, message }));
        assert_eq!(rig.tests.heard(test_id)[1..], ["InStartTestRequest orders functional"]);
        // It is lined up now: once it is loaded, it has its turn.
        rig.tell(QueueCommands::TestLoaded { test_id }).await;
        assert_eq!(rig.tests.turns(), [test_id]);
    });
}

#[test]
fn a_second_start_test_request_is_forwarded_and_lines_nothing_up() {
    paused(async {
        let rig = Rig::new();
        let first = rig.make_running().await;
        let second = rig.make_loaded().await;
        rig.start(second).await.unwrap();
        rig.start(first).await.unwrap();
        assert_eq!(rig.tests.heard(second).iter().filter(|line| line.starts_with("InStart")).count(), 2);
        rig.tell(has_completed(first)).await;
        rig.tell(has_completed(second)).await;
        assert_eq!(rig.tests.turns(), [first, second], "each has one turn");
    });
}

#[test]
fn forward_a_test_status_request_to_the_test_actor_with_the_way_back() {
    paused(async {
        let rig = Rig::new();
        let test_id = rig.make().await;
        assert_eq!(rig.status(test_id).await, Ok(status(test_id, TestState::ShuttingDown)), "the actor's own words");
        assert_eq!(rig.tests.heard(test_id)[1..], ["GetStatus"]);
    });
}

#[test]
fn forward_a_cancel_request_to_the_test_actor_with_the_way_back() {
    paused(async {
        let rig = Rig::new();
        let test_id = rig.make().await;
        let cancelled = Ok(TestCancelledResponse { test_id, cancelled: true, message: None });
        assert_eq!(rig.cancel(test_id, false).await, cancelled);
        assert_eq!(rig.cancel(test_id, true).await, cancelled);
        assert_eq!(rig.tests.heard(test_id)[1..], ["InCancelRequest None", "InCancelRequest Some(Cancelled)"]);
    });
}

#[test]
fn handle_a_queue_status_request_directly_with_exact_counts_for_0_5_and_10_tests() {
    paused(async {
        let rig = Rig::new();
        assert_eq!(rig.queue_status(None).await, Ok(QueueStatusResponse::default()));
        let running = rig.make_running().await;
        for _ in 0..2 {
            rig.make_loaded().await;
        }
        let failed = rig.make().await;
        rig.tell(QueueCommands::TestException { test_id: failed, exception: exception() }).await;
        rig.make().await;
        assert_eq!(rig.counts().await, ([1, 0, 2, 1, 0, 1], Some(running)));
        for _ in 0..3 {
            rig.make().await;
        }
        for _ in 0..2 {
            let test_id = rig.make().await;
            rig.start(test_id).await.unwrap();
            rig.tell(QueueCommands::TestLoading { test_id }).await;
        }
        assert_eq!(rig.counts().await, ([4, 2, 2, 1, 0, 1], Some(running)));
        rig.assert_scraped(&[
            r#"probe_queue_tests{state="Setup"} 4"#,
            r#"probe_queue_tests{state="Loading"} 2"#,
            r#"probe_queue_tests{state="Loaded"} 2"#,
            r#"probe_queue_tests{state="Testing"} 1"#,
            r#"probe_queue_tests{state="Completed"} 0"#,
            r#"probe_queue_tests{state="Exception"} 1"#,
            r#"probe_queue_tests{state="ShuttingDown"} 0"#,
        ]);
    });
}

#[test]
fn count_tests_by_state_with_all_six_counts_exact() {
    paused(async {
        let rig = Rig::new();
        let completed = rig.make_running().await;
        rig.tell(has_completed(completed)).await;
        let running = rig.make_loaded().await;
        rig.make_loaded().await;
        let loading = rig.make().await;
        rig.tell(QueueCommands::TestLoading { test_id: loading }).await;
        let failed = rig.make().await;
        rig.tell(QueueCommands::TestException { test_id: failed, exception: exception() }).await;
        rig.make().await;
        assert_eq!(rig.counts().await, ([1, 1, 1, 1, 1, 1], Some(running)), "whose turn it is counts as testing");
    });
}

#[test]
fn a_queue_status_request_for_one_test_counts_that_test_alone() {
    paused(async {
        let rig = Rig::new();
        let (first, second) = (rig.make_running().await, rig.make().await);
        let of = async |test_id| rig.queue_status(Some(test_id)).await;
        let setup = QueueStatusResponse { total_tests: 1, setup_count: 1, ..QueueStatusResponse::default() };
        assert_eq!(of(second).await, Ok(setup));
        let testing = QueueStatusResponse {
            total_tests: 1,
            testing_count: 1,
            currently_testing: Some(first),
            ..QueueStatusResponse::default()
        };
        assert_eq!(of(first).await, Ok(testing));
        let last = Box::new(status(second, TestState::Setup));
        rig.tell(QueueCommands::TestStopping { test_id: second, last }).await;
        assert_eq!(of(second).await, Ok(QueueStatusResponse::default()), "it has ended");
        assert_eq!(of(id(99)).await, Err(ServiceError::TestNotFound { test_id: id(99) }));
    });
}

#[test]
fn update_the_test_state_on_test_initialized() {
    paused(async {
        let rig = Rig::new();
        let test_id = rig.make().await;
        rig.tell(QueueCommands::TestLoading { test_id }).await;
        rig.tell(QueueCommands::TestInitialized { test_id }).await;
        assert_eq!(rig.state(test_id).await, TestState::Setup);
    });
}

#[test]
fn update_the_test_state_on_test_loading() {
    paused(async {
        let rig = Rig::new();
        let test_id = rig.make().await;
        rig.tell(QueueCommands::TestLoading { test_id }).await;
        assert_eq!(rig.state(test_id).await, TestState::Loading);
    });
}

#[test]
fn update_the_test_state_on_test_started() {
    paused(async {
        let rig = Rig::new();
        let test_id = rig.make_loaded().await;
        rig.tests.go_silent(test_id).await;
        // What a silent test is asked is answered by the queue, as far as it knows.
        rig.tell(QueueCommands::TestStarted { test_id }).await;
        assert_eq!(rig.state(test_id).await, TestState::Testing);
        assert_eq!(rig.status(test_id).await.unwrap().state, TestState::Testing);
    });
}

#[test]
fn add_a_test_to_the_loaded_ones_on_test_loaded_and_give_it_its_turn() {
    paused(async {
        let rig = Rig::new();
        let first = rig.make_loaded().await;
        assert_eq!((rig.tests.turns(), rig.counts().await), (vec![first], ([0, 0, 0, 1, 0, 0], Some(first))));
        let second = rig.make_loaded().await;
        assert_eq!((rig.tests.turns(), rig.state(second).await), (vec![first], TestState::Loaded));
    });
}

#[test]
fn clear_the_turn_on_test_completed_and_start_the_next_test() {
    paused(async {
        let rig = Rig::new();
        let (first, second) = (rig.make_running().await, rig.make_loaded().await);
        rig.tell(has_completed(first)).await;
        assert_eq!(rig.tests.turns(), [first, second]);
        assert_eq!(rig.counts().await, ([0, 0, 0, 1, 1, 0], Some(second)));
    });
}

#[test]
fn clear_the_turn_on_test_exception_and_start_the_next_test() {
    paused(async {
        let rig = Rig::new();
        let (first, second) = (rig.make_running().await, rig.make_loaded().await);
        rig.tell(QueueCommands::TestException { test_id: first, exception: exception() }).await;
        assert_eq!(rig.tests.turns(), [first, second]);
        assert_eq!(rig.counts().await, ([0, 0, 0, 1, 0, 1], Some(second)));
    });
}

#[test]
fn remove_a_test_from_everything_on_test_stopping_and_start_the_next_test() {
    paused(async {
        let rig = Rig::new();
        let (first, second) = (rig.make_running().await, rig.make_loaded().await);
        let last = status(first, TestState::Testing);
        rig.tell(QueueCommands::TestStopping { test_id: first, last: Box::new(last.clone()) }).await;
        assert_eq!(rig.tests.turns(), [first, second]);
        assert_eq!(rig.counts().await, ([0, 0, 0, 1, 0, 0], Some(second)));
        rig.assert_scraped(&[r#"probe_queue_tests{state="ShuttingDown"} 1"#]);
        assert_eq!(rig.status(first).await, Ok(last.clone()), "its last word is kept");
        rig.tests.vanish(first).await;
        rig.assert_scraped(&[
            r#"probe_queue_tests{state="ShuttingDown"} 0"#,
            r#"probe_tests_total{outcome="expired"} 1"#,
            r#"probe_tests_total{outcome="exception"} 0"#,
        ]);
        assert_eq!(rig.status(first).await, Ok(last), "and stays when its actor has ended");
    });
}

#[test]
fn handle_a_start_test_request_for_an_unknown_test_id() {
    paused(async {
        let rig = Rig::new();
        assert_eq!(rig.start(id(9)).await, Err(ServiceError::TestNotFound { test_id: id(9) }));
    });
}

#[test]
fn handle_a_test_status_request_for_an_unknown_test_id() {
    paused(async {
        let rig = Rig::new();
        assert_eq!(rig.status(id(9)).await, Err(ServiceError::TestNotFound { test_id: id(9) }));
    });
}

#[test]
fn handle_a_cancel_request_for_an_unknown_test_id() {
    paused(async {
        let rig = Rig::new();
        assert_eq!(rig.cancel(id(9), false).await, Err(ServiceError::TestNotFound { test_id: id(9) }));
    });
}

#[test]
fn requests_about_a_test_that_has_ended_are_answered_from_what_is_kept() {
    paused(async {
        let rig = Rig::new();
        let test_id = rig.make_running().await;
        let last = Box::new(status(test_id, TestState::Completed));
        rig.tell(QueueCommands::TestStopping { test_id, last }).await;
        let heard = rig.tests.heard(test_id);
        let message = "the test has ended; its last state was Completed".to_owned();
        let cancelled = TestCancelledResponse { test_id, cancelled: false, message: Some(message.clone()) };
        assert_eq!(rig.cancel(test_id, true).await, Ok(cancelled));
        let test_type = Some("functional".to_owned());
        assert_eq!(rig.start(test_id).await, Ok(StartTestResponse { test_id, accepted: false, test_type, message }));
        assert_eq!(rig.status(test_id).await.unwrap().state, TestState::Completed);
        assert_eq!(rig.tests.heard(test_id), heard, "the actor is left in peace");
    });
}

#[test]
fn handle_test_completed_for_a_test_whose_turn_it_is_not() {
    paused(async {
        let rig = Rig::new();
        let (first, second, third) = (rig.make_running().await, rig.make_loaded().await, rig.make_loaded().await);
        rig.tell(has_completed(third)).await;
        assert_eq!(rig.counts().await, ([0, 0, 1, 1, 1, 0], Some(first)));
        assert_eq!((rig.tests.turns(), rig.state(second).await), (vec![first], TestState::Loaded));
    });
}

#[test]
fn process_an_empty_queue_when_no_test_is_ready() {
    paused(async {
        let rig = Rig::new();
        let running = rig.make_running().await;
        rig.make().await;
        let loading = rig.make().await;
        rig.start(loading).await.unwrap();
        rig.tell(QueueCommands::TestLoading { test_id: loading }).await;
        rig.tell(has_completed(running)).await;
        assert_eq!((rig.tests.turns(), rig.counts().await.1), (vec![running], None));
    });
}

#[test]
fn tests_have_their_turns_in_the_order_in_which_they_were_started() {
    paused(async {
        let rig = Rig::new();
        let mut tests = Vec::new();
        for _ in 0..5 {
            tests.push(rig.make().await);
        }
        let order = [4, 1, 3, 0, 2].map(|n| tests[n]);
        for test_id in order {
            rig.start(test_id).await.unwrap();
        }
        // The first to be started is the last to be loaded here, so it has the second turn.
        for test_id in [order[1], order[4], order[3], order[2], order[0]] {
            rig.tell(QueueCommands::TestLoaded { test_id }).await;
        }
        for _ in 0..5 {
            let test_id = rig.counts().await.1.unwrap();
            rig.tell(has_completed(test_id)).await;
        }
        assert_eq!(rig.tests.turns(), [order[1], order[0], order[2], order[3], order[4]]);
    });
}

#[test]
fn at_most_one_test_is_in_testing() {
    paused(async {
        let rig = Rig::new();
        for _ in 0..4 {
            rig.make_loaded().await;
            assert_eq!(rig.tests.turns().len(), 1);
        }
        for turns in 2..=4 {
            let test_id = rig.counts().await.1.unwrap();
            rig.tell(has_completed(test_id)).await;
            assert_eq!((rig.tests.turns().len(), rig.counts().await.0[3]), (turns, 1));
        }
    });
}

#[test]
fn as_many_tests_are_in_testing_as_there_are_slots() {
    paused(async {
        let rig = Rig::two_at_a_time();
        for _ in 0..3 {
            rig.make_loaded().await;
        }
        assert_eq!(rig.tests.turns(), [id(1), id(2)]);
        assert_eq!(rig.counts().await, ([0, 0, 1, 2, 0, 0], Some(id(1))));
        rig.tell(has_completed(id(1))).await;
        assert_eq!(rig.tests.turns(), [id(1), id(2), id(3)]);
    });
}

#[test]
fn the_unexpected_end_of_a_test_actor_frees_its_turn_and_leaves_a_result_that_says_why() {
    paused(async {
        let rig = Rig::new();
        let (first, second) = (rig.make_running().await, rig.make_loaded().await);
        rig.tests.panic(first).await;
        assert_eq!(rig.tests.turns(), [first, second]);
        assert_eq!(rig.counts().await, ([0, 0, 0, 1, 0, 0], Some(second)));
        let last = rig.status(first).await.unwrap();
        assert_eq!((last.state, last.end_time, last.success), (TestState::Exception, Some(NOW), Some(false)));
        let why = "its actor ended without a word (failed: panicked: a bug of the test)";
        let message = format!("test {first} was lost in state Testing: {why}");
        assert_eq!(last.error, Some(ProbeExceptions::TestActorException { message }));
        rig.assert_scraped(&[r#"probe_tests_total{outcome="exception"} 1"#]);
    });
}

#[test]
fn a_test_actor_that_ends_while_it_waits_for_its_turn_blocks_nobody() {
    paused(async {
        let rig = Rig::new();
        let (first, second, third) = (rig.make_running().await, rig.make_loaded().await, rig.make_loaded().await);
        rig.tests.vanish(second).await;
        rig.tell(has_completed(first)).await;
        assert_eq!(rig.tests.turns(), [first, third]);
        let why = rig.status(second).await.unwrap().error.unwrap().to_string();
        assert!(why.ends_with("was lost in state Loaded: its actor ended without a word (stopped)"), "{why}");
    });
}

#[test]
fn a_request_that_dies_with_the_test_actor_is_answered_by_the_queue() {
    paused(async {
        let rig = Rig::new();
        let test_id = rig.make_loaded().await;
        rig.tests.go_silent(test_id).await;
        assert_eq!(rig.status(test_id).await.unwrap().state, TestState::Loaded);
        let cancelled = rig.cancel(test_id, false).await.unwrap();
        let message = "the test is in state Loaded and does not answer";
        assert_eq!((cancelled.cancelled, cancelled.message.as_deref()), (false, Some(message)));
        let started = rig.start(test_id).await.unwrap();
        assert_eq!((started.accepted, started.message.as_str()), (false, message));
    });
}
