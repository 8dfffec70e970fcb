use test_probe_directives::Secret;

use super::*;

fn identity() -> Arc<TokenIdentity> {
    let text = |text: &str| text.to_owned();
    Arc::new(TokenIdentity {
        endpoint: text("http://idp"),
        client_id: text("svc"),
        scope: text(""),
        fingerprint: text("f"),
    })
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

/// A token that was asked for at the one second and ends at the other.
fn token(from: i64, to: i64) -> BearerToken {
    BearerToken::new(Secret::new("t"), "svc", at(from), at(to))
}

fn refused(status: u16, retry_after: Option<u64>) -> Event {
    let retry_after = retry_after.map(Duration::from_secs);
    Event::Answered(Err(TokenError::Refused {
        identity: identity(),
        status,
        error: None,
        description: None,
        retry_after,
        fix: "",
    }))
}

fn unreachable() -> Event {
    let reason = "connection refused".to_owned();
    Event::Answered(Err(TokenError::Unreachable { identity: identity(), reason, fix: "", source: None }))
}

fn given(from: i64, to: i64) -> Event {
    Event::Answered(Ok(token(from, to)))
}

fn begun(held: Option<BearerToken>) -> Event {
    Event::Begun { token: held.map(Arc::new) }
}

const READ: Event = Event::Looked { is_read: true };

fn words(effects: &[Effect]) -> String {
    let word = |effect: &Effect| match effect {
        Effect::Look => "look".to_owned(),
        Effect::Ask => "ask".to_owned(),
        Effect::Put(_) => "put".to_owned(),
        Effect::Fail(error) => format!("fail {}", error.failure()),
        Effect::Wait(pause) => format!("wait {pause:?}"),
        Effect::End => "end".to_owned(),
    };
    effects.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// Plays events, each at its second, and compares what follows.
#[track_caller]
fn play(random: f64, steps: Vec<(i64, Event, &str)>) -> Renewal {
    let mut renewal = Renewal::new(identity(), RefreshPolicy::default());
    for (number, (second, event, expected)) in steps.into_iter().enumerate() {
        let (next, effects) = renewal.on(event, at(second), random);
        assert_eq!(words(&effects), expected, "step {number}");
        renewal = next;
    }
    renewal
}

#[test]
fn a_first_token_is_asked_for_at_once_and_renewed_after_its_share() {
    let renewal = play(
        0.5,
        vec![
            (0, begun(None), "look"),
            (0, READ, "ask"),
            (1, given(0, 100), "put, wait 30s"),
            (31, Event::Woken, "wait 30s"),
            // The margin of 30 s comes before the share of 80 %.
            (61, Event::Woken, "wait 9s"),
            (70, Event::Woken, "look"),
            (70, READ, "ask"),
            (70, given(70, 90), "put, wait 16s"),
        ],
    );
    assert_eq!((renewal.failures(), renewal.next_request_in(at(80))), (0, Some(Duration::from_secs(6))));
}

#[test]
fn a_renewal_lies_within_the_jitter() {
    for (random, expected) in [(0.0, "put, wait 14s"), (0.5, "put, wait 16s"), (1.0, "put, wait 18s")] {
        play(random, vec![(0, begun(None), "look"), (0, READ, "ask"), (0, given(0, 20), expected)]);
    }
}

#[test]
fn a_restart_finds_its_token_and_goes_on_from_there() {
    play(0.5, vec![(10, begun(Some(token(0, 20))), "wait 6s"), (16, Event::Woken, "look")]);
    play(0.5, vec![(19, begun(Some(token(0, 20))), "wait 250ms")]);
    play(0.5, vec![(20, begun(Some(token(0, 20))), "look"), (20, READ, "ask")]);
}

#[test]
fn failures_are_repeated_ever_more_slowly_and_a_token_begins_anew() {
    let renewal = play(
        1.0,
        vec![
            (0, begun(None), "look"),
            (0, READ, "ask"),
            (0, unreachable(), "fail unreachable, wait 1s"),
            (1, Event::Woken, "look"),
            (1, READ, "ask"),
            (1, unreachable(), "fail unreachable, wait 2s"),
            (3, Event::Woken, "look"),
            (3, READ, "ask"),
            (3, refused(503, None), "fail refused, wait 4s"),
            (7, Event::Woken, "look"),
            (7, READ, "ask"),
            (7, unreachable(), "fail unreachable, wait 8s"),
            (15, Event::Woken, "look"),
            (15, READ, "ask"),
            (15, unreachable(), "fail unreachable, wait 10s"),
        ],
    );
    assert_eq!(renewal.failures(), 5);
    let (renewal, _) = renewal.on(Event::Woken, at(25), 1.0);
    let (renewal, _) = renewal.on(READ, at(25), 1.0);
    assert!(renewal.is_asking());
    let (renewal, effects) = renewal.on(given(25, 45), at(25), 1.0);
    assert_eq!((words(&effects).as_str(), renewal.failures()), ("put, wait 18s", 0));
}

#[test]
fn while_a_token_is_good_the_next_request_comes_before_its_end() {
    let refresher = Renewal::new(identity(), RefreshPolicy::default());
    let (refresher, _) = refresher.on(begun(None), at(0), 1.0);
    let (refresher, _) = refresher.on(Event::Looked { is_read: true }, at(0), 1.0);
    let (mut refresher, _) = refresher.on(given(0, 20), at(0), 0.5);
    // Every pause is the longest that the backoff knows, and half of what is left is always less.
    let mut now = at(16);
    while now < at(19) {
        (refresher, _) = refresher.on(Event::Woken, now, 1.0);
        (refresher, _) = refresher.on(Event::Looked { is_read: true }, now, 1.0);
        (refresher, _) = refresher.on(unreachable(), now, 1.0);
        let next = refresher.next_request_in(now).unwrap();
        assert!(next <= at(20).since(now) / 2, "{next:?} at {now}");
        now = after(now, next);
    }
    // One that asks for patience gets it.
    let (refresher, _) = refresher.on(Event::Woken, now, 1.0);
    let (refresher, _) = refresher.on(Event::Looked { is_read: true }, now, 1.0);
    let (refresher, _) = refresher.on(refused(503, Some(5)), now, 1.0);
    assert_eq!(refresher.next_request_in(now), Some(Duration::from_secs(5)));
}

#[test]
fn a_refused_client_is_asked_for_again_at_the_slowest_pace() {
    for status in [400, 401, 403] {
        play(
            1.0,
            vec![(0, begun(None), "look"), (0, READ, "ask"), (0, refused(status, None), "fail refused, wait 10s")],
        );
    }
}

#[test]
fn an_endpoint_that_asks_for_patience_gets_it_up_to_the_longest_pause() {
    for (asked, expected) in [(7, "fail refused, wait 7s"), (600, "fail refused, wait 10s")] {
        play(0.0, vec![(0, begun(None), "look"), (0, READ, "ask"), (0, refused(429, Some(asked)), expected)]);
    }
}

#[test]
fn a_token_that_had_ended_before_it_came_is_none() {
    let renewal = play(
        1.0,
        vec![(100, begun(None), "look"), (100, READ, "ask"), (100, given(80, 100), "fail malformed, wait 1s")],
    );
    assert_eq!(renewal.failures(), 1);
}

#[test]
fn tokens_of_no_life_to_speak_of_are_no_flood() {
    let short = BearerToken::new(Secret::new("t"), "svc", at(0), Timestamp::from_millis(10));
    let event = Event::Answered(Ok(short));
    play(0.5, vec![(0, begun(None), "look"), (0, READ, "ask"), (0, event, "put, wait 250ms")]);
}

#[test]
fn nobody_reads_and_nothing_is_asked_for_any_more() {
    play(
        0.5,
        vec![
            (0, begun(None), "look"),
            (0, Event::Looked { is_read: false }, "end"),
            (1, Event::Woken, ""),
            (1, READ, ""),
            (1, given(0, 20), ""),
        ],
    );
}

#[test]
fn a_clock_that_is_set_forward_brings_the_renewal_forward() {
    play(
        0.5,
        vec![
            (0, begun(None), "look"),
            (0, READ, "ask"),
            (0, given(0, 3600), "put, wait 30s"),
            (30, Event::Woken, "wait 30s"),
            (3000, Event::Woken, "look"),
        ],
    );
}

#[test]
fn a_clock_that_is_set_back_delays_nothing() {
    let steps = vec![
        (5000, begun(None), "look"),
        (5000, READ, "ask"),
        (5000, given(5000, 5100), "put, wait 30s"),
        (1000, Event::Woken, "wait 30s"),
        (1030, Event::Woken, "wait 10s"),
        (1040, Event::Woken, "look"),
    ];
    play(0.5, steps);
}

#[test]
fn one_request_is_under_way_at_most() {
    play(
        0.5,
        vec![(0, begun(None), "look"), (0, READ, "ask"), (0, Event::Woken, ""), (0, READ, ""), (0, begun(None), "")],
    );
}
