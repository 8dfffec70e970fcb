use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use prometheus::Registry;
use test_probe_directives::WallClock;
use test_probe_oauth::{ClientCredentialsRequest, RefreshPolicy, TokenRequest};
use test_probe_testkit::{ScriptedTokens, TokenScript};

use super::*;
use crate::ActorSystem;
use crate::metrics::TreeMetrics;
use crate::supervision::{Behaviour, Failure, Jitter, Supervise, Surroundings, Terminated, explain, supervise};
use crate::test_rig::token_rig::{TokenRig, hosting, request};
use crate::test_rig::{paused, settle, stop};

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn without_a_host() -> TokenRig {
    TokenRig::without_a_host(s(20), RefreshPolicy::default(), Jitter::fixed(0.5))
}

/// An actor that stands in where there is no tree.
struct StandIn {
    lease: Option<std::rc::Rc<HostLease>>,
}

impl StandIn {
    fn to_be(tokens: &TokenRefreshers, name: &str) -> Supervise<Self> {
        let tokens = tokens.clone();
        supervise(move || Ok(Self { lease: tokens.stand_in().map(std::rc::Rc::new) })).named(name)
    }
}

impl Behaviour for StandIn {
    const KIND: &'static str = "StandIn";

    fn started(&mut self, scope: &mut crate::supervision::Scope<'_, Self>) -> Result<(), Failure> {
        if let Some(lease) = &self.lease {
            tend(lease, scope);
        }
        Ok(())
    }

    fn terminated(&mut self, _: &Terminated, _: &mut crate::supervision::Scope<'_, Self>) -> Result<(), Failure> {
        Ok(())
    }
}

#[test]
fn ten_thousand_who_ask_at_once_make_one_call() {
    paused(async {
        let rig = TokenRig::new();
        rig.endpoint.plays(TokenScript::AnswerAfter(s(1)));
        let request = request("svc", "secret");
        let asking = (0..10_000).map(|_| rig.tokens.first_token(&request, s(30)));
        let cells: Vec<_> = join_all(asking).await.into_iter().map(Result::unwrap).collect();
        assert!(cells.iter().all(|cell| rig.is_valid(cell)));
        assert_eq!((rig.endpoint.calls().len(), rig.endpoint.sources()), (1, 1));
        drop(cells);
        rig.finish().await;
    });
}

#[test]
fn ten_thousand_who_ask_at_once_on_many_threads_make_one_call() {
    let system = ActorSystem::start("tokens").unwrap();
    let endpoint = ScriptedTokens::answering(s(3600), WallClock::system());
    endpoint.plays(TokenScript::AnswerAfter(Duration::from_millis(50)));
    let metrics = TreeMetrics::register(&Registry::new()).unwrap();
    let tokens = TokenRefreshers::new(
        Arc::new(endpoint.clone()),
        RefreshPolicy::default(),
        WallClock::system(),
        metrics.tokens().clone(),
    );
    let (hosted, surroundings) = (tokens.clone(), Surroundings::new(Arc::new(metrics)));
    let guardian = system.on_quiet_thread(move || hosting(&hosted).start(&surroundings)).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_time().build().unwrap();
    let asking: Vec<_> = (0..10_000)
        .map(|_| {
            let tokens = tokens.clone();
            runtime.spawn(async move { tokens.first_token(&request("svc", "secret"), s(60)).await })
        })
        .collect();
    runtime.block_on(async {
        let cells: Vec<_> = join_all(asking).await.into_iter().map(|asked| asked.unwrap().unwrap()).collect();
        assert!(cells.iter().all(|cell| cell.is_valid(WallClock::system().now())));
    });
    assert_eq!((endpoint.calls().len(), endpoint.sources()), (1, 1));
    runtime.block_on(guardian.stop(tokio::time::Instant::now() + s(5))).unwrap();
    system.shutdown();
}

#[test]
fn a_first_token_is_waited_for_through_an_outage() {
    paused(async {
        let rig = TokenRig::new();
        rig.endpoint.plays(TokenScript::BeUnreachable);
        let request = request("svc", "secret");
        let (cell, ()) = tokio::join!(rig.first(&request), async {
            rig.pass(s(10)).await;
            rig.endpoint.plays(TokenScript::Answer);
        });
        assert!(rig.is_valid(&cell) && rig.now() < s(20), "{:?}", rig.now());
        drop(cell);
        rig.finish().await;
    });
}

#[test]
fn a_first_token_that_does_not_come_in_time_is_an_error_that_says_why() {
    paused(async {
        let rig = TokenRig::new();
        rig.endpoint.plays(TokenScript::BeUnreachable);
        let error = rig.tokens.first_token(&request("svc", "secret"), s(30)).await.unwrap_err();
        assert!(matches!(error, NoToken::Late { .. }));
        assert_eq!(
            explain(&error),
            "no token came within 30s: there is no valid token of svc at http://idp/token: none was given yet: no token \
             for svc at http://idp/token: the endpoint does not answer: connection refused; start it"
        );
        assert_eq!(rig.now(), s(30));
        rig.finish().await;
    });
}

#[test]
fn a_client_that_is_refused_is_told_at_once() {
    paused(async {
        let rig = TokenRig::new();
        rig.endpoint.plays(TokenScript::Refuse);
        let error = rig.tokens.first_token(&request("svc", "secret"), s(30)).await.unwrap_err();
        let said = "no token for svc at http://idp/token: the endpoint refuses it with status 401 (invalid_client); look at \
                    the client's secret";
        assert_eq!((explain(&error).as_str(), rig.now()), (said, s(0)));
        rig.finish().await;
    });
}

#[test]
fn what_was_refused_before_is_asked_again_for_whoever_comes_now() {
    paused(async {
        let rig = TokenRig::new();
        rig.endpoint.plays(TokenScript::Refuse);
        let held = rig.tokens.cell(&request("svc", "secret")).unwrap();
        rig.pass(s(1)).await;
        assert!(held.state().failure.is_some());
        rig.endpoint.plays(TokenScript::Answer);
        let cell = rig.first(&request("svc", "secret")).await;
        assert!(rig.is_valid(&cell));
        drop((held, cell));
        rig.finish().await;
    });
}

#[test]
fn a_request_that_cannot_be_made_is_an_error_at_once() {
    paused(async {
        let rig = TokenRig::new();
        let TokenRequest::ClientCredentials(fields) = request("svc", "secret") else { panic!("another request") };
        let fields = ClientCredentialsRequest { token_endpoint: String::new(), ..fields };
        let bad = TokenRequest::ClientCredentials(fields);
        assert!(matches!(rig.tokens.cell(&bad), Err(TokenError::Settings { .. })));
        assert!(matches!(rig.tokens.first_token(&bad, s(30)).await, Err(NoToken::Unobtainable(_))));
        assert_eq!(rig.witness.living(), ["guardian"]);
        rig.finish().await;
    });
}

#[test]
fn a_rotated_secret_has_its_own_cell_and_refresher() {
    paused(async {
        let rig = TokenRig::new();
        let (old, new) = (rig.first(&request("svc", "old")).await, rig.first(&request("svc", "new")).await);
        let again = rig.first(&request("svc", "new")).await;
        assert_eq!(rig.endpoint.calls().len(), 2);
        let text = |cell: &TokenCell| cell.state().token.as_ref().unwrap().text().expose().to_owned();
        assert_eq!((text(&old), text(&new), text(&again)), ("token-1".into(), "token-2".into(), "token-2".into()));
        assert_eq!(rig.tokens.observe(s(1)).await.len(), 2);
        drop(old);
        rig.pass(s(2900)).await;
        assert_eq!(rig.tokens.observe(s(1)).await.len(), 1, "the old one's has ended");
        assert_eq!(rig.endpoint.calls()[2].identity, *new.identity());
        drop((new, again));
        rig.finish().await;
    });
}

#[test]
fn a_cell_is_there_before_the_host_and_filled_when_one_comes() {
    paused(async {
        let mut rig = without_a_host();
        let cell = rig.tokens.cell(&request("svc", "secret")).unwrap();
        rig.pass(s(60)).await;
        assert!(cell.state().token.is_none() && rig.endpoint.calls().is_empty());
        rig.start_the_guardian();
        settle().await;
        assert!(rig.is_valid(&cell));
        drop(cell);
        rig.finish().await;
    });
}

#[test]
fn whoever_asks_when_the_host_has_gone_is_told_so_and_whoever_waits_is_told_at_once() {
    paused(async {
        let mut rig = TokenRig::new();
        let cell = rig.first(&request("svc", "secret")).await;
        rig.endpoint.plays(TokenScript::NeverAnswer);
        let tokens = rig.tokens.clone();
        let waits =
            tokio::task::spawn_local(async move { tokens.first_token(&request("other", "secret"), s(60)).await });
        rig.pass(s(1)).await;
        rig.stop_the_guardian().await;
        let said = "nobody renews tokens any more: the actors that did have ended; ask while the actor system, or an actor \
                    that opens topics, lives";
        let told = waits.await.unwrap().unwrap_err().to_string();
        assert!(told.ends_with(said) && rig.now() == s(1), "{told}");
        let error = rig.tokens.cell(&request("svc", "secret")).unwrap_err().to_string();
        assert!(error.ends_with(said), "{error}");
        assert!(rig.is_valid(&cell), "a token that is there can still be used");
        assert_eq!(rig.witness.living(), [""; 0]);
        // Another host takes over what is still read, and nothing else.
        rig.endpoint.plays(TokenScript::Answer);
        rig.start_the_guardian();
        settle().await;
        assert_eq!(rig.witness.living().len(), 2);
        rig.pass(s(3600)).await;
        assert!(rig.is_valid(&cell));
        drop(cell);
        rig.finish().await;
    });
}

#[test]
fn where_a_host_goes_another_one_takes_over() {
    paused(async {
        let rig = without_a_host();
        let first = StandIn::to_be(&rig.tokens, "first").start(rig.surroundings());
        let second = StandIn::to_be(&rig.tokens, "second").start(rig.surroundings());
        let cell = rig.first(&request("svc", "secret")).await;
        let refreshers = || rig.witness.living().iter().filter(|name| name.starts_with("oauth-")).count();
        assert_eq!(refreshers(), 1);
        stop(&first).await;
        settle().await;
        assert_eq!((refreshers(), rig.endpoint.calls().len()), (1, 1), "the token goes on as it was");
        rig.pass(s(60)).await;
        assert!(rig.is_valid(&cell));
        stop(&second).await;
        settle().await;
        assert_eq!(rig.witness.living(), [""; 0]);
        drop(cell);
        rig.finish().await;
    });
}

#[test]
fn nobody_stands_in_for_a_tree_and_a_tree_goes_before_those_that_do() {
    paused(async {
        let mut rig = without_a_host();
        let early = StandIn::to_be(&rig.tokens, "early").start(rig.surroundings());
        settle().await;
        rig.start_the_guardian();
        settle().await;
        assert!(rig.tokens.stand_in().is_none());
        let cell = rig.first(&request("svc", "secret")).await;
        stop(&early).await;
        assert_eq!(rig.witness.living().len(), 2, "the refresher is the guardian's");
        drop(cell);
        rig.finish().await;
    });
}

#[test]
fn a_slot_is_given_up_only_while_nobody_reads_it() {
    paused(async {
        let rig = without_a_host();
        let lease = rig.tokens.host();
        let cell = rig.tokens.cell(&request("svc", "secret")).unwrap();
        let post = lease.take_vacancies().remove(0);
        assert!(lease.take_vacancies().is_empty(), "one refresher for each");
        assert!(!post.leave_if_unread());
        drop(cell);
        assert!(post.leave_if_unread());
        // Whoever comes now gets a slot of its own, which the old refresher's end does not touch.
        let cell = rig.tokens.cell(&request("svc", "secret")).unwrap();
        let newer = lease.take_vacancies().remove(0);
        drop(post);
        assert!(lease.take_vacancies().is_empty());
        drop(newer);
        assert_eq!(lease.take_vacancies().len(), 1, "a refresher that ended leaves a vacancy");
        drop(cell);
    });
}

#[test]
fn the_metrics_tell_of_tokens_while_they_are_renewed() {
    paused(async {
        let rig = TokenRig::with(s(20), RefreshPolicy::default(), Jitter::fixed(0.5));
        rig.endpoint.plays(TokenScript::AnswerAfter(Duration::from_millis(20)));
        let cell = rig.first(&request("svc", "secret")).await;
        rig.pass(s(10)).await;
        rig.endpoint.plays(TokenScript::Refuse);
        rig.pass(s(7)).await;
        let labels = r#"client_id="svc",endpoint="http://idp/token""#;
        let scrape = rig.scrape();
        for line in [
            format!("probe_oauth_token_age_seconds{{{labels}}} 17.02"),
            format!("probe_oauth_token_remaining_seconds{{{labels}}} 2.98"),
            format!("probe_oauth_token_requests_total{{{labels}}} 2"),
            format!(r#"probe_oauth_token_failures_total{{{labels},kind="refused"}} 1"#),
            format!(r#"probe_oauth_token_request_seconds_bucket{{{labels},le="0.01"}} 1"#),
            format!(r#"probe_oauth_token_request_seconds_bucket{{{labels},le="0.025"}} 2"#),
        ] {
            assert!(scrape.contains(&line), "{line} is not among {scrape:#?}");
        }
        // Of two tokens of a client the one is shown that ends first; its figures stay until both have gone.
        rig.endpoint.plays(TokenScript::Answer);
        rig.endpoint.gives(s(40));
        let other = rig.first(&request("svc", "other")).await;
        let remaining = |scrape: &[String]| {
            let line = scrape.iter().find(|line| line.starts_with("probe_oauth_token_remaining_seconds")).cloned();
            line.and_then(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
        };
        assert_eq!(remaining(&rig.scrape()), Some(2.98));
        drop(cell);
        rig.pass(s(20)).await;
        assert_eq!(rig.tokens.observe(s(1)).await.len(), 1);
        assert_eq!(remaining(&rig.scrape()), Some(20.0));
        drop(other);
        rig.pass(s(40)).await;
        assert_eq!(rig.scrape(), [""; 0]);
        rig.finish().await;
    });
}
