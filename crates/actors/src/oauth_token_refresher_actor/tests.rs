use std::sync::{Arc, Mutex};
use std::time::Duration;

use test_probe_oauth::{RefreshPolicy, TokenCell, TokenFailure};
use test_probe_testkit::TokenScript;

use crate::supervision::Jitter;
use crate::test_rig::token_rig::{TokenRig, request};
use crate::test_rig::{paused, settle};

const KIND: &str = "OAuthTokenRefresherActor";
const HOUR: u64 = 3600;

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Tokens of 20 s.
fn short() -> TokenRig {
    TokenRig::with(s(20), RefreshPolicy::default(), Jitter::fixed(0.5))
}

fn token(cell: &TokenCell) -> String {
    cell.state().token.as_ref().unwrap().text().expose().to_owned()
}

/// Every change of a cell, one line each.
fn changes(cell: &TokenCell) -> (test_probe_oauth::TokenSubscription, Arc<Mutex<Vec<String>>>) {
    let lines = Arc::<Mutex<Vec<String>>>::default();
    let seen = Arc::clone(&lines);
    let subscription = cell.subscribe(move |state| {
        let token = state.token.as_ref().map_or("-", |token| token.text().expose()).to_owned();
        let failure = state.failure.as_ref().map_or("-", |failure| failure.failure().as_str());
        seen.lock().unwrap().push(format!("{token} {failure}"));
    });
    (subscription, lines)
}

#[test]
fn a_token_is_renewed_at_four_fifths_of_its_life_for_hours() {
    paused(async {
        let rig = TokenRig::with(s(300), RefreshPolicy::default(), Jitter::random());
        let cell = rig.first(&request("svc", "secret")).await;
        while rig.now() < s(6 * HOUR) {
            rig.pass(s(7)).await;
            assert!(rig.is_valid(&cell), "at {:?}", rig.now());
        }
        let at: Vec<_> = rig.endpoint.calls().iter().map(|call| call.at).collect();
        let pauses: Vec<_> = at.windows(2).map(|pair| pair[1].since(pair[0])).collect();
        for pause in &pauses {
            assert!((s(210)..=s(271)).contains(pause), "{pause:?} is within 70 to 90 % of 300 s");
        }
        assert!(pauses.iter().any(|pause| *pause < s(230)) && pauses.iter().any(|pause| *pause > s(250)), "they vary");
        let expected = 6 * HOUR / 240;
        let (least, most) = (expected * 9 / 10, expected * 11 / 10);
        let calls = u64::try_from(at.len()).unwrap();
        assert!((least..=most).contains(&calls), "{calls} calls, {least} to {most} are within 10 % of {expected}");
        assert_eq!(rig.endpoint.most_at_once(), 1);
        drop(cell);
        rig.finish().await;
    });
}

#[test]
fn an_outage_that_is_shorter_than_the_life_leaves_the_token_and_is_over_within_one_backoff() {
    paused(async {
        let rig = short();
        let cell = rig.first(&request("svc", "secret")).await;
        rig.endpoint.plays(TokenScript::BeUnreachable);
        rig.pass(s(18)).await;
        assert_eq!((rig.is_valid(&cell), token(&cell).as_str()), (true, "token-1"));
        let failure = cell.state().failure.clone().unwrap();
        assert_eq!(failure.failure(), TokenFailure::Unreachable);
        assert!(rig.status().await.failures >= 1);
        rig.endpoint.plays(TokenScript::Answer);
        rig.pass(s(2)).await;
        assert!(rig.is_valid(&cell), "no moment was without a token");
        assert!(cell.state().failure.is_none() && token(&cell) != "token-1");
        assert_eq!(rig.status().await.failures, 0);
        drop((cell, failure));
        rig.finish().await;
    });
}

#[test]
fn an_outage_that_is_longer_than_the_life_says_why_and_is_over_within_one_backoff() {
    paused(async {
        let rig = short();
        let cell = rig.first(&request("svc", "secret")).await;
        rig.endpoint.plays(TokenScript::BeUnreachable);
        rig.pass(s(10 * 60)).await;
        let unavailable = cell.token(rig.clock.now()).unwrap_err();
        let said = crate::supervision::explain(&unavailable);
        assert!(
            said.starts_with("there is no valid token of svc at http://idp/token: the last one ended at"),
            "{said}"
        );
        assert!(said.ends_with("the endpoint does not answer: connection refused; start it"), "{said}");
        let before = rig.endpoint.calls().len();
        rig.pass(s(60)).await;
        let tries = rig.endpoint.calls().len() - before;
        assert!((6..=12).contains(&tries), "{tries} tries in a minute, each after 5 to 10 s");
        rig.endpoint.plays(TokenScript::Answer);
        rig.pass(RefreshPolicy::default().max_backoff).await;
        assert!(rig.is_valid(&cell));
        drop(cell);
        rig.finish().await;
    });
}

#[test]
fn a_refused_client_keeps_its_token_and_comes_back_when_the_secret_does() {
    paused(async {
        let rig = short();
        let cell = rig.first(&request("svc", "secret")).await;
        rig.endpoint.plays(TokenScript::Refuse);
        rig.pass(s(19)).await;
        assert!(rig.is_valid(&cell));
        rig.pass(s(600)).await;
        assert!(!rig.is_valid(&cell));
        let pauses: Vec<_> = rig.endpoint.calls()[1..].windows(2).map(|pair| pair[1].at.since(pair[0].at)).collect();
        assert!(pauses.iter().all(|pause| (s(7)..s(8)).contains(pause)), "the slowest pace: {pauses:?}");
        rig.endpoint.plays(TokenScript::Answer);
        rig.pass(s(8)).await;
        assert!(rig.is_valid(&cell));
        drop(cell);
        rig.finish().await;
    });
}

#[test]
fn an_endpoint_that_wants_to_be_left_alone_is_for_so_long() {
    paused(async {
        let rig = short();
        let cell = rig.first(&request("svc", "secret")).await;
        rig.endpoint.plays(TokenScript::Hold(s(9)));
        rig.pass(s(26)).await;
        assert_eq!(rig.asked_at(), [0, 16, 25]);
        drop(cell);
        rig.finish().await;
    });
}

#[test]
fn a_request_that_is_never_answered_is_given_up_and_another_one_made() {
    paused(async {
        let rig = short();
        rig.endpoint.plays(TokenScript::NeverAnswer);
        let cell = rig.tokens.cell(&request("svc", "secret")).unwrap();
        rig.pass(s(14)).await;
        assert!(cell.state().failure.is_none() && rig.status().await.next_request_in.is_none());
        rig.pass(s(1)).await;
        let failure = cell.state().failure.clone().unwrap().to_string();
        assert!(failure.contains("the endpoint does not answer: no answer within 15s"), "{failure}");
        rig.endpoint.plays(TokenScript::Answer);
        rig.pass(s(1)).await;
        assert!(rig.is_valid(&cell));
        assert_eq!(rig.endpoint.most_at_once(), 1);
        drop(cell);
        rig.finish().await;
    });
}

#[test]
fn a_token_that_had_ended_before_it_came_never_reaches_the_cell() {
    paused(async {
        let rig = short();
        rig.endpoint.plays(TokenScript::AnswerWithAnEndedOne);
        let cell = rig.tokens.cell(&request("svc", "secret")).unwrap();
        rig.pass(s(1)).await;
        let state = cell.state();
        assert!(state.token.is_none());
        assert!(state.failure.as_ref().unwrap().to_string().contains("the token had ended 1 s before it came"));
        drop((cell, state));
        rig.finish().await;
    });
}

#[test]
fn a_source_that_panics_costs_a_restart_and_never_the_token() {
    paused(async {
        let rig = short();
        let cell = rig.first(&request("svc", "secret")).await;
        let (subscription, lines) = changes(&cell);
        rig.endpoint.plays(TokenScript::Panic);
        rig.pass(s(18)).await;
        assert_eq!((rig.is_valid(&cell), token(&cell).as_str()), (true, "token-1"));
        assert!(lines.lock().unwrap().contains(&"token-1 unreachable".to_owned()), "whoever waits hears of it");
        rig.pass(s(300)).await;
        assert!(!rig.is_valid(&cell));
        let tries = rig.endpoint.calls().len();
        rig.pass(s(100)).await;
        let tries = rig.endpoint.calls().len() - tries;
        assert!((8..=12).contains(&tries), "{tries} tries in 100 s, at the slowest pace");
        let sources = rig.endpoint.sources();
        assert!(sources > tries, "each restart asks a new source; there were {sources}");
        rig.endpoint.plays(TokenScript::Answer);
        rig.pass(s(12)).await;
        assert!(rig.is_valid(&cell));
        assert_eq!(rig.endpoint.most_at_once(), 1);
        drop((cell, subscription));
        rig.finish().await;
    });
}

#[test]
fn a_refresher_that_panics_anywhere_is_back_after_a_pause_and_the_token_stays() {
    for code in ["Observe", "<made>", "<started>", "<future>", "<pipe>"] {
        paused(async move {
            let rig = short();
            rig.witness.put_a_bug(&(KIND, code.to_owned()), 0);
            let cell = rig.tokens.cell(&request("svc", "secret")).unwrap();
            rig.pass(Duration::from_millis(100)).await;
            if code == "Observe" {
                assert!(rig.tokens.observe(s(1)).await.is_empty());
            }
            rig.pass(s(2)).await;
            assert!(!rig.witness.forget_the_bug(), "{code}: the bug was met");
            assert!(rig.is_valid(&cell), "{code}");
            assert!(rig.status().await.next_request_in.is_some(), "{code}");
            let given = token(&cell);
            // Once more, with a token in the cell.
            rig.witness.put_a_bug(&(KIND, "Observe".to_owned()), 0);
            assert!(rig.tokens.observe(s(1)).await.is_empty());
            assert_eq!((rig.is_valid(&cell), token(&cell)), (true, given), "{code}");
            rig.pass(s(HOUR)).await;
            assert!(rig.is_valid(&cell), "{code}");
            drop(cell);
            rig.finish().await;
        });
    }
}

#[test]
fn a_refresher_tells_how_it_stands_and_shows_no_token() {
    paused(async {
        let rig = short();
        let cell = rig.first(&request("svc", "secret")).await;
        rig.pass(s(10)).await;
        let status = rig.status().await;
        assert_eq!(status.identity.to_string(), "svc at http://idp/token");
        assert_eq!((status.has_token, status.failures, status.failure.is_none()), (true, 0, true));
        assert_eq!((status.age, status.remaining), (Some(s(10)), Some(s(10))));
        assert_eq!(status.next_request_in, Some(s(6)));
        assert!(!format!("{status:?}").contains("token-1"));
        rig.endpoint.plays(TokenScript::Refuse);
        rig.pass(s(11)).await;
        let status = rig.status().await;
        assert_eq!((status.has_token, status.failures, status.remaining), (false, 1, Some(s(0))));
        assert_eq!(status.failure.map(|failure| failure.failure()), Some(TokenFailure::Refused));
        drop(cell);
        rig.finish().await;
    });
}

#[test]
fn whoever_subscribes_is_told_of_every_change_and_nobody_has_to_look() {
    paused(async {
        let rig = short();
        let cell = rig.tokens.cell(&request("svc", "secret")).unwrap();
        let (subscription, lines) = changes(&cell);
        rig.pass(s(17)).await;
        rig.endpoint.plays(TokenScript::Refuse);
        rig.pass(s(16)).await;
        assert_eq!(*lines.lock().unwrap(), ["- -", "token-1 -", "token-2 -", "token-2 refused"]);
        drop((cell, subscription));
        rig.finish().await;
    });
}

#[test]
fn a_token_that_nobody_reads_is_not_renewed_and_its_refresher_ends() {
    paused(async {
        let rig = short();
        let cell = rig.first(&request("svc", "secret")).await;
        let (subscription, _) = changes(&cell);
        drop(cell);
        rig.pass(s(60)).await;
        assert_eq!(rig.endpoint.calls().len(), 4, "a subscription reads as well");
        drop(subscription);
        rig.pass(s(20)).await;
        assert_eq!((rig.endpoint.calls().len(), rig.witness.living()), (4, vec!["guardian".to_owned()]));
        assert_eq!(rig.scrape(), [""; 0], "its series have gone with it");
        let cell = rig.first(&request("svc", "secret")).await;
        assert_eq!(rig.endpoint.calls().len(), 5, "a newcomer gets one that lives");
        rig.pass(s(60)).await;
        assert!(rig.is_valid(&cell));
        drop(cell);
        rig.finish().await;
    });
}

#[test]
fn a_restart_of_the_guardian_leaves_the_tokens_alone() {
    paused(async {
        let rig = short();
        let cell = rig.first(&request("svc", "secret")).await;
        rig.pass(s(5)).await;
        rig.witness.put_a_bug(&("GuardianActor", "Initialize".to_owned()), 0);
        let guardian = rig.guardian().address().clone();
        let (reply_to, _) = crate::commands::ReplyTo::new();
        guardian.send(crate::commands::GuardianCommands::Initialize { reply_to }).await.unwrap_err();
        settle().await;
        assert_eq!((rig.is_valid(&cell), token(&cell).as_str(), rig.endpoint.calls().len()), (true, "token-1", 1));
        rig.pass(s(12)).await;
        assert_eq!((token(&cell).as_str(), rig.asked_at()), ("token-2", vec![0, 16]), "renewed when it was due anyway");
        assert_eq!(rig.witness.living().len(), 2);
        drop(cell);
        rig.finish().await;
    });
}

#[test]
#[should_panic(expected = r#"a test leaves these actors running: ["guardian", "oauth-token-refresher-svc-2"]"#)]
fn a_test_that_leaves_a_refresher_running_fails() {
    paused(async {
        let rig = TokenRig::new();
        let _cell = rig.first(&request("svc", "secret")).await;
    });
}
