use std::num::NonZeroU32;
use std::ops::Add;

use governor::clock::{Clock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

type Limiter = RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<Moment>>;

/// So many requests a second, and as many at once after a pause.
///
/// Whoever waits sleeps for themselves and holds nothing meanwhile, so that a runtime that stands still keeps nobody else
/// waiting. There is no queue: who asks first may go second.
pub(super) struct RateLimit(Option<Limiter>);

impl RateLimit {
    pub(super) fn new(a_second: Option<NonZeroU32>) -> Self {
        Self(a_second.map(|most| RateLimiter::direct_with_clock(Quota::per_second(most), TokioClock)))
    }

    /// Waits until one more request may be sent.
    pub(super) async fn wait(&self) {
        let Some(limiter) = &self.0 else { return };
        while let Err(not_until) = limiter.check() {
            tokio::time::sleep(not_until.wait_time_from(TokioClock.now())).await;
        }
    }
}

/// Tokio's clock, so that time that a test has paused stands still here too.
#[derive(Clone, Copy, Debug)]
struct TokioClock;

impl Clock for TokioClock {
    type Instant = Moment;

    fn now(&self) -> Moment {
        Moment(Instant::now())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Moment(Instant);

impl Add<Nanos> for Moment {
    type Output = Self;

    fn add(self, nanos: Nanos) -> Self {
        Self(self.0 + nanos.into())
    }
}

impl Reference for Moment {
    fn duration_since(&self, earlier: Self) -> Nanos {
        self.0.saturating_duration_since(earlier.0).into()
    }

    fn saturating_sub(&self, nanos: Nanos) -> Self {
        Self(self.0.checked_sub(nanos.into()).unwrap_or(self.0))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn so_many_go_at_once_and_the_others_when_their_share_of_the_second_is_over() {
        let limit = RateLimit::new(NonZeroU32::new(10));
        let started = Instant::now();
        for _ in 0..10 {
            limit.wait().await;
        }
        assert_eq!(started.elapsed(), Duration::ZERO);
        for _ in 0..25 {
            limit.wait().await;
        }
        let elapsed = started.elapsed();
        // Tokio's timer counts in whole milliseconds, and each wait may end one late.
        assert!((Duration::from_millis(2500)..Duration::from_millis(2530)).contains(&elapsed), "{elapsed:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn many_who_wait_at_once_all_get_their_turn() {
        let limit = RateLimit::new(NonZeroU32::new(100));
        let started = Instant::now();
        let waiting = (0..300).map(|_| limit.wait());
        let mut waiting: Vec<_> = waiting.map(Box::pin).collect();
        std::future::poll_fn(|cx| {
            waiting.retain_mut(|wait| wait.as_mut().poll(cx).is_pending());
            if waiting.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
        let elapsed = started.elapsed();
        assert!((Duration::from_secs(2)..Duration::from_millis(2500)).contains(&elapsed), "{elapsed:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_bound_nobody_waits() {
        let limit = RateLimit::new(None);
        let started = Instant::now();
        for _ in 0..10_000 {
            limit.wait().await;
        }
        assert_eq!(started.elapsed(), Duration::ZERO);
    }
}
