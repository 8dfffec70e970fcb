use std::time::Duration;

/// When a token is renewed, and when a request that failed is repeated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RefreshPolicy {
    /// The part of a token's life after which it is renewed, in the middle: 0.8.
    pub share: f64,
    /// How far a renewal may lie from the middle, as a part of the life: 0.1, so that many probes do not ask at once.
    pub jitter: f64,
    /// A token is renewed at least so long before it ends: 30 s; unless that is more than half of its life.
    pub margin: Duration,
    /// How long the first repetition waits: 1 s. Each further one waits twice as long.
    pub initial_backoff: Duration,
    /// How long a repetition waits at most: 10 s.
    pub max_backoff: Duration,
}

impl RefreshPolicy {
    /// How long after it was obtained a token with this life is renewed. `random` is from 0 up to 1.
    pub fn renew_after(&self, life: Duration, random: f64) -> Duration {
        let by_share = part(life, self.share + self.jitter * (2.0 * random - 1.0));
        match life.checked_sub(self.margin) {
            Some(by_margin) if by_margin >= life / 2 => by_share.min(by_margin),
            _ => by_share,
        }
    }

    /// How long to wait after the `failures`-th failure in a row, counted from 1: half to the whole of what the doubling
    /// gives, or what the endpoint asked for, never more than [`max_backoff`](Self::max_backoff). `random` is from 0 up to
    /// 1.
    pub fn retry_after(&self, failures: u32, asked: Option<Duration>, random: f64) -> Duration {
        let doublings = failures.saturating_sub(1).min(16);
        let whole = self.initial_backoff.saturating_mul(1 << doublings).min(self.max_backoff);
        let backoff = part(whole, 0.5 + 0.5 * random.clamp(0.0, 1.0));
        backoff.max(asked.unwrap_or_default()).min(self.max_backoff)
    }
}

/// This part of a time: nothing to the whole of it, whatever number the part is.
fn part(whole: Duration, part: f64) -> Duration {
    // The product fails where the whole is so long that its seconds, rounded, are more than a duration holds.
    Duration::try_from_secs_f64(whole.as_secs_f64() * part.clamp(0.0, 1.0)).unwrap_or(whole).min(whole)
}

impl Default for RefreshPolicy {
    fn default() -> Self {
        Self {
            share: 0.8,
            jitter: 0.1,
            margin: Duration::from_secs(30),
            initial_backoff: Duration::from_secs(1),
            max_backoff: Duration::from_secs(10),
        }
    }
}

#[cfg(test)]
mod tests;
