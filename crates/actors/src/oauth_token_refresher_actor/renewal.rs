//! When a token is asked for: what an event means in each state. Nothing here knows Actix, endpoints or timers.
//!
//! ```text
//! New ──no good token──▶ Looking ──somebody reads──▶ Asking
//!  │                        ▲  │                       │
//!  │ a good token           │  └─nobody reads─▶ Over   │ a token, or none
//!  ▼                        │                          │
//! Asleep ───────it is time──┘ ◀────────────────────────┘
//! ```
//!
//! - One request is under way at most.
//! - Before each request it is looked whether anybody reads the token.
//! - Whatever is answered, another request follows: also where a client is refused, at the slowest pace, since a secret that
//!   was rotated at the endpoint may be given back.

use std::sync::Arc;
use std::time::Duration;

use test_probe_directives::Timestamp;
use test_probe_oauth::{BearerToken, RefreshPolicy, TokenError, TokenIdentity};

#[cfg(test)]
mod tests;

/// How long one wait lasts at most: whoever's clock was set meanwhile learns it by then.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How long a renewal waits at least, so that tokens of no life to speak of do not become a flood of requests.
const SHORTEST_WAIT: Duration = Duration::from_millis(250);

/// How a refresher stands.
#[derive(Clone, Debug)]
pub(super) struct Renewal {
    identity: Arc<TokenIdentity>,
    policy: RefreshPolicy,
    /// Failures since the last token.
    failures: u32,
    /// When the last token ends.
    good_until: Option<Timestamp>,
    phase: Phase,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Phase {
    New,
    /// Over when the clock shows `until`, or when the waits have lasted as long as was meant: clocks are set, also back.
    Asleep {
        until: Timestamp,
        /// What is left after the present wait.
        left: Duration,
    },
    Looking,
    Asking,
    Over,
}

/// Something happened.
#[derive(Clone, Debug)]
pub(super) enum Event {
    /// The actor lives, for the first time or again; the cell holds this.
    Begun { token: Option<Arc<BearerToken>> },
    /// A wait is over.
    Woken,
    /// It was looked whether anybody reads the token.
    Looked { is_read: bool },
    /// A request is over.
    Answered(Result<BearerToken, TokenError>),
}

/// What is to be done about it, in order.
#[derive(Clone, Debug)]
pub(super) enum Effect {
    /// Tell whether anybody reads the token.
    Look,
    /// Ask for a token.
    Ask,
    /// There is a new token.
    Put(BearerToken),
    /// There is none, and this is why.
    Fail(Arc<TokenError>),
    /// Wait so long.
    Wait(Duration),
    /// Nobody needs this refresher.
    End,
}

impl Renewal {
    pub(super) fn new(identity: Arc<TokenIdentity>, policy: RefreshPolicy) -> Self {
        Self { identity, policy, failures: 0, good_until: None, phase: Phase::New }
    }

    /// Decides what follows. `random` is from 0 up to 1.
    pub(super) fn on(self, event: Event, now: Timestamp, random: f64) -> (Self, Vec<Effect>) {
        match (&self.phase, event) {
            (Phase::New, Event::Begun { token: Some(token) }) if token.is_valid(now) => {
                let pause = self.until_renewal(&token, now, random);
                let good_until = Some(token.expires_at());
                Self { good_until, ..self }.asleep(pause, now, Vec::new())
            }
            (Phase::New, Event::Begun { .. }) => self.to(Phase::Looking, vec![Effect::Look]),
            (Phase::Asleep { until, left }, Event::Woken) => {
                let left = (*left).min(until.since(now));
                if left.is_zero() {
                    self.to(Phase::Looking, vec![Effect::Look])
                } else {
                    self.asleep(left, now, Vec::new())
                }
            }
            (Phase::Looking, Event::Looked { is_read: true }) => self.to(Phase::Asking, vec![Effect::Ask]),
            (Phase::Looking, Event::Looked { is_read: false }) => self.to(Phase::Over, vec![Effect::End]),
            (Phase::Asking, Event::Answered(Ok(token))) if token.is_valid(now) => {
                let pause = self.until_renewal(&token, now, random);
                let good_until = Some(token.expires_at());
                Self { failures: 0, good_until, ..self }.asleep(pause, now, vec![Effect::Put(token)])
            }
            (Phase::Asking, Event::Answered(Ok(token))) => {
                let ended = self.ended_before_it_came(&token, now);
                self.failed(ended, now, random)
            }
            (Phase::Asking, Event::Answered(Err(error))) => self.failed(error, now, random),
            (Phase::New | Phase::Asleep { .. } | Phase::Looking | Phase::Asking | Phase::Over, _) => (self, Vec::new()),
        }
    }

    /// Whether a request is under way.
    pub(super) fn is_asking(&self) -> bool {
        self.phase == Phase::Asking
    }

    /// Failures since the last token.
    pub(super) fn failures(&self) -> u32 {
        self.failures
    }

    /// How long it is to the next request; nothing while one is under way, or when none follows.
    pub(super) fn next_request_in(&self, now: Timestamp) -> Option<Duration> {
        match &self.phase {
            Phase::Asleep { until, .. } => Some(until.since(now)),
            Phase::New | Phase::Looking | Phase::Asking | Phase::Over => None,
        }
    }

    fn until_renewal(&self, token: &BearerToken, now: Timestamp, random: f64) -> Duration {
        self.policy.renew_after(token.life(), random).saturating_sub(token.age(now)).max(SHORTEST_WAIT)
    }

    fn failed(self, error: TokenError, now: Timestamp, random: f64) -> (Self, Vec<Effect>) {
        let failures = self.failures.saturating_add(1);
        let pace = if error.is_worth_a_retry() { failures } else { u32::MAX };
        let asked = error.retry_after();
        let mut pause = self.policy.retry_after(pace, asked, random);
        let left = self.good_until.map(|end| end.since(now)).filter(|left| !left.is_zero());
        if let Some(left) = left.filter(|_| error.is_worth_a_retry()) {
            // While the token is still good there is a next request before its end, so that an outage that ends before it
            // goes unnoticed; unless the endpoint wants to be left alone for longer.
            pause = pause.min((left / 2).max(asked.unwrap_or_default()));
        }
        let pause = pause.max(SHORTEST_WAIT);
        Self { failures, ..self }.asleep(pause, now, vec![Effect::Fail(Arc::new(error))])
    }

    fn ended_before_it_came(&self, token: &BearerToken, now: Timestamp) -> TokenError {
        TokenError::Malformed {
            identity: Arc::clone(&self.identity),
            reason: format!("the token had ended {} s before it came", now.since(token.expires_at()).as_secs()),
            fix: "compare the clocks of both machines, and see how long the endpoint lets its tokens live",
        }
    }

    fn asleep(self, pause: Duration, now: Timestamp, mut effects: Vec<Effect>) -> (Self, Vec<Effect>) {
        let wait = pause.min(LONGEST_WAIT);
        effects.push(Effect::Wait(wait));
        self.to(Phase::Asleep { until: after(now, pause), left: pause - wait }, effects)
    }

    fn to(self, phase: Phase, effects: Vec<Effect>) -> (Self, Vec<Effect>) {
        (Self { phase, ..self }, effects)
    }
}

/// So long after `now`.
fn after(now: Timestamp, pause: Duration) -> Timestamp {
    let pause = i64::try_from(pause.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_micros(now.as_micros().saturating_add(pause))
}
