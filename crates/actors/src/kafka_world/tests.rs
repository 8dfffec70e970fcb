//! Topics that are opened with tokens, by actors that no tree is above of.

use std::sync::Arc;
use std::time::Duration;

use test_probe_directives::{Role, TopicDirective};
use test_probe_testkit::TokenScript;

use crate::commands::ChildKind;
use crate::supervision::explain;
use crate::test_rig::token_rig::{hosting, request};
use crate::test_rig::{TestRig, directive, initialize_with_tokens, paused, settle, stop, until, with_token};

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn topics(role: Role, number: usize) -> Vec<TopicDirective> {
    (1..=number).map(|n| directive(&format!("orders-{n}"), role)).collect()
}

fn refreshers_that_ended(rig: &TestRig) -> usize {
    rig.ends().iter().filter(|name| name.starts_with("oauth-token-refresher-svc")).count()
}

#[test]
fn a_producer_on_its_own_brings_its_refresher_along_and_takes_it_with_it() {
    paused(async {
        let mut rig = TestRig::new();
        let endpoint = rig.take_tokens();
        let topics = topics(Role::Producer, 20);
        let producers = rig.start_producers();
        producers.address().send(initialize_with_tokens(&topics)).await.unwrap();
        until(|| rig.good_to_go().contains(&ChildKind::Producer)).await;
        assert_eq!((endpoint.calls().len(), rig.producers.created()), (1, 1), "twenty topics, one token, one client");
        tokio::time::sleep(s(610)).await;
        let calls = endpoint.calls().len();
        assert!((12..=22).contains(&calls), "it is renewed: {calls} calls");
        assert_eq!(refreshers_that_ended(&rig), 0);
        stop(&producers).await;
        settle().await;
        assert_eq!(refreshers_that_ended(&rig), 1);
        tokio::time::sleep(s(600)).await;
        assert_eq!(endpoint.calls().len(), calls, "nothing goes on");
    });
}

#[test]
fn no_client_is_made_before_the_token_is_there() {
    paused(async {
        let mut rig = TestRig::new();
        let endpoint = rig.take_tokens();
        endpoint.plays(TokenScript::AnswerAfter(s(5)));
        let (producers, consumers) = (rig.start_producers(), rig.start_consumers());
        producers.address().send(initialize_with_tokens(&topics(Role::Producer, 2))).await.unwrap();
        consumers.address().send(initialize_with_tokens(&topics(Role::Consumer, 2))).await.unwrap();
        tokio::time::sleep(s(4)).await;
        settle().await;
        assert_eq!((rig.producers.created(), rig.consumers.opened().len()), (0, 0));
        tokio::time::sleep(s(1)).await;
        until(|| rig.good_to_go().len() == 2).await;
        assert_eq!((rig.producers.created(), rig.consumers.opened().len(), endpoint.calls().len()), (1, 1, 1));
        let cell = rig.consumers.opened()[0].client.security.token().cloned().unwrap();
        assert!(cell.state().token.is_some());
        stop(&producers).await;
        stop(&consumers).await;
    });
}

#[test]
fn where_the_actor_goes_that_brought_a_refresher_the_other_one_takes_over() {
    paused(async {
        let mut rig = TestRig::new();
        let endpoint = rig.take_tokens();
        let (producers, consumers) = (rig.start_producers(), rig.start_consumers());
        producers.address().send(initialize_with_tokens(&topics(Role::Producer, 1))).await.unwrap();
        consumers.address().send(initialize_with_tokens(&topics(Role::Consumer, 1))).await.unwrap();
        until(|| rig.good_to_go().len() == 2).await;
        stop(&producers).await;
        settle().await;
        assert_eq!((refreshers_that_ended(&rig), endpoint.calls().len()), (1, 1));
        tokio::time::sleep(s(600)).await;
        assert!(endpoint.calls().len() > 10, "the consumer's token is renewed: {}", endpoint.calls().len());
        stop(&consumers).await;
        settle().await;
        assert_eq!(refreshers_that_ended(&rig), 2);
    });
}

#[test]
fn a_guardian_is_the_host_where_there_is_one() {
    paused(async {
        let mut rig = TestRig::new();
        let endpoint = rig.take_tokens();
        let tokens = rig.settings.clusters.tokens().unwrap().clone();
        let guardian = hosting(&tokens).start(&rig.surroundings());
        let producers = rig.start_producers();
        producers.address().send(initialize_with_tokens(&topics(Role::Producer, 1))).await.unwrap();
        until(|| rig.good_to_go().len() == 1).await;
        stop(&producers).await;
        settle().await;
        assert_eq!(refreshers_that_ended(&rig), 0, "it lives on for the next test");
        let again = rig.start_producers();
        again.address().send(initialize_with_tokens(&topics(Role::Producer, 1))).await.unwrap();
        until(|| rig.good_to_go().len() == 2).await;
        assert_eq!(endpoint.calls().len(), 1, "which gets the same token");
        stop(&again).await;
        stop(&guardian).await;
        settle().await;
        assert_eq!(refreshers_that_ended(&rig), 1);
    });
}

#[test]
fn principals_of_one_test_have_a_token_and_a_client_each() {
    paused(async {
        let mut rig = TestRig::new();
        let endpoint = rig.take_tokens();
        let topics = topics(Role::Producer, 3);
        let mut initialize = initialize_with_tokens(&topics);
        initialize.security_directives[1] = with_token("orders-2", Role::Producer, "other", "secret");
        initialize.security_directives[2] = with_token("orders-3", Role::Producer, "svc", "rotated");
        let producers = rig.start_producers();
        producers.address().send(initialize).await.unwrap();
        until(|| rig.good_to_go().len() == 1).await;
        assert_eq!((endpoint.calls().len(), rig.producers.created()), (3, 3));
        stop(&producers).await;
    });
}

/// How an actor ends whose tokens are as this script says, and after how long.
async fn end(role: Role, script: Option<TokenScript>) -> (String, Duration) {
    let mut rig = TestRig::new();
    if let Some(script) = script {
        rig.take_tokens().plays(script);
    }
    let begun = tokio::time::Instant::now();
    let initialize = initialize_with_tokens(&topics(role, 1));
    let termination = match role {
        Role::Producer => {
            let child = rig.start_producers();
            child.address().send(initialize).await.unwrap();
            child.ended().await
        }
        Role::Consumer => {
            let child = rig.start_consumers();
            child.address().send(initialize).await.unwrap();
            child.ended().await
        }
    };
    let after = begun.elapsed();
    assert_eq!((rig.producers.created(), rig.consumers.opened().len()), (0, 0), "no client was made");
    settle().await;
    (explain(termination.failure().unwrap().error()), after)
}

#[test]
fn a_token_that_is_not_given_ends_the_actor_and_says_why() {
    for role in [Role::Producer, Role::Consumer] {
        paused(async move {
            let name = if role == Role::Producer { "producer" } else { "consumer" };
            let begin =
                format!("a topic cannot be opened: {name} topic 'orders-1' cannot be opened without its token: ");
            let (said, after) = end(role, Some(TokenScript::Refuse)).await;
            let why = "no token for svc at http://idp/token: the endpoint refuses it with status 401 (invalid_client)";
            assert!(said.contains(&format!("{begin}{why}")) && after == s(0), "{said} after {after:?}");
            // Nine tenths of the 30 s that topics may take to open.
            let (said, after) = end(role, Some(TokenScript::BeUnreachable)).await;
            assert!(said.contains(&format!("{begin}no token came within 27s: ")), "{said}");
            assert!(said.contains("does not answer: connection refused") && after == s(27), "{said} after {after:?}");
            let (said, after) = end(role, Some(TokenScript::NeverAnswer)).await;
            assert!(said.contains("no answer within 15s") && after == s(27), "{said} after {after:?}");
            let (said, after) = end(role, None).await;
            let why = "cannot be opened: a token of svc at http://idp/token is needed, and nothing here asks for it";
            assert!(said.contains(why) && after == s(0), "{said}");
        });
    }
}

#[test]
fn an_actor_that_is_stopped_while_it_waits_for_its_token_stops() {
    paused(async {
        let mut rig = TestRig::new();
        let endpoint = rig.take_tokens();
        endpoint.plays(TokenScript::NeverAnswer);
        let producers = rig.start_producers();
        producers.address().send(initialize_with_tokens(&topics(Role::Producer, 1))).await.unwrap();
        settle().await;
        assert_eq!(endpoint.calls().len(), 1);
        let begun = tokio::time::Instant::now();
        assert_eq!(stop(&producers).await.to_string(), "stopped");
        assert_eq!(begun.elapsed(), Duration::ZERO);
        settle().await;
        assert_eq!(refreshers_that_ended(&rig), 1);
        assert_eq!(Arc::strong_count(&rig.journal), 1, "nothing of it is left");
    });
}

#[test]
fn the_end_of_a_refresher_is_not_the_loss_of_a_topic() {
    for role in [Role::Producer, Role::Consumer] {
        paused(async move {
            let mut rig = TestRig::new();
            rig.take_tokens();
            let initialize = initialize_with_tokens(&topics(role, 1));
            let tokens = rig.settings.clusters.tokens().unwrap().clone();
            // Somebody else's, such as a registry's, which this actor renews as well while it is read.
            let others = tokens.cell(&request("other", "secret")).unwrap();
            let (producers, consumers) = (rig.start_producers(), rig.start_consumers());
            if role == Role::Producer {
                producers.address().send(initialize).await.unwrap();
            } else {
                consumers.address().send(initialize).await.unwrap();
            }
            until(|| rig.good_to_go().len() == 1).await;
            assert_eq!(tokens.observe(s(1)).await.len(), 2);
            drop(others);
            tokio::time::sleep(s(120)).await;
            assert_eq!(tokens.observe(s(1)).await.len(), 1);
            assert_eq!(rig.ends(), ["oauth-token-refresher-other-1"]);
            assert_eq!(stop(&producers).await.to_string(), "stopped");
            assert_eq!(stop(&consumers).await.to_string(), "stopped");
        });
    }
}
