//! Tests whose topics are opened with a token.

use test_probe_testkit::TokenScript;

use super::s;
use crate::commands::StopCause;
use crate::responses::TestState;
use crate::test_execution_result::TestEnd;
use crate::test_rig::paused;
use crate::test_rig::tree_rig::{Play, RigSettings, Test, TreeRig};

const REFRESHER: &str = "oauth-token-refresher-svc-2";

async fn rig() -> TreeRig {
    TreeRig::with(RigSettings { has_tokens: true, ..RigSettings::default() }).await
}

fn play() -> Play {
    Play::default().with(|play| &play.takes_a_token, true)
}

async fn passes(rig: &TreeRig) -> Test {
    let test = rig.start(play()).await;
    let status = rig.status(&test).await;
    assert_eq!((status.state, status.success), (TestState::Completed, Some(true)), "{:?}", status.error);
    test
}

#[test]
fn tests_that_follow_each_other_share_one_token_and_the_refresher_ends_with_the_tree() {
    paused(async {
        let rig = rig().await;
        for _ in 0..5 {
            passes(&rig).await;
            rig.idle().await;
        }
        assert_eq!((rig.endpoint.calls().len(), rig.endpoint.most_at_once()), (1, 1));
        assert_eq!(rig.witness.living().iter().filter(|name| *name == REFRESHER).count(), 1);
        rig.finish().await;
    });
}

#[test]
fn a_test_whose_token_is_refused_fails_and_says_why_and_the_next_one_runs() {
    paused(async {
        let rig = rig().await;
        rig.endpoint.plays(TokenScript::Refuse);
        let test = rig.start(play()).await;
        assert_eq!(rig.state(&test).await, TestState::Exception);
        let said = rig.error(&test).await;
        let why = "without its token: no token for svc at http://idp/token: the endpoint refuses it with status 401 \
                   (invalid_client); look at the client's secret";
        assert!(said.ends_with(why), "{said}");
        assert!(matches!(test.play.end(), Some(TestEnd::Failed(_))), "it owes evidence");
        assert_eq!((rig.producers.created(), rig.consumers.opened().len()), (0, 0), "nobody connected");
        // Whoever comes next is told by the next answer, not by the last one.
        rig.endpoint.plays(TokenScript::Answer);
        let next = rig.start(play()).await;
        assert_eq!(rig.state(&next).await, TestState::Loading);
        rig.at(s(12)).await;
        assert_eq!(rig.status(&next).await.success, Some(true));
        rig.finish().await;
    });
}

#[test]
fn a_test_whose_endpoint_is_silent_fails_before_its_time_to_load_is_up() {
    paused(async {
        let rig = rig().await;
        rig.endpoint.plays(TokenScript::NeverAnswer);
        let test = rig.start(play()).await;
        rig.at(s(26)).await;
        assert_eq!(rig.state(&test).await, TestState::Loading);
        rig.at(s(28)).await;
        assert_eq!(rig.state(&test).await, TestState::Exception);
        let said = rig.error(&test).await;
        assert!(said.contains("no token came within 27s") && said.contains("no answer within 15s"), "{said}");
        rig.finish().await;
    });
}

#[test]
fn neither_a_queue_nor_a_guardian_that_is_restarted_costs_a_token() {
    for (kind, code) in [("QueueActor", "QueueStatusRequest"), ("GuardianActor", "GetQueueActor")] {
        paused(async move {
            let rig = rig().await;
            let test = passes(&rig).await;
            let cell = rig.consumers.opened()[0].client.security.token().cloned().unwrap();
            let before = cell.state();
            rig.witness.put_a_bug(&(kind, code.to_owned()), 0);
            assert!(rig.functions.queue_status(None).await.is_err());
            assert!(!rig.witness.forget_the_bug());
            rig.idle().await;
            let token = |state: &test_probe_oauth::TokenState| state.token.as_ref().unwrap().text().expose().to_owned();
            assert_eq!(token(&cell.state()), token(&before), "{kind}");
            passes(&rig).await;
            assert_eq!(rig.endpoint.calls().len(), 1, "{kind}");
            assert_eq!(rig.witness.living().iter().filter(|name| name.starts_with("oauth-")).count(), 1, "{kind}");
            drop(test);
            rig.finish().await;
        });
    }
}

#[test]
fn the_refresher_lives_until_the_guardian_ends() {
    paused(async {
        let rig = rig().await;
        passes(&rig).await;
        assert_eq!(rig.shut_down(StopCause::Terminate, s(60)).await, Ok(true));
        assert!(rig.witness.living().contains(&REFRESHER.to_owned()), "clients may still close with their token");
        rig.finish().await;
    });
}
