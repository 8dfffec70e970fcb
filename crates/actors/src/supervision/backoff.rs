use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A growing pause before a restart: doubling from `min` up to `max`, each stretched by up to `random_factor` of itself,
/// so that what failed together does not come back together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backoff {
    /// The first pause.
    pub min: Duration,
    /// The longest pause, before the stretch.
    pub max: Duration,
    /// The largest stretch: 0.2 makes a pause of 10 s last 10 to 12 s.
    pub random_factor: f64,
}

impl Backoff {
    /// The pause after `restarts` earlier ones; `random` is between 0 and 1.
    pub fn pause(&self, restarts: usize, random: f64) -> Duration {
        let doublings = u32::try_from(restarts).unwrap_or(u32::MAX).min(31);
        let pause = self.min.saturating_mul(1 << doublings).min(self.max);
        pause.mul_f64(1.0 + random.clamp(0.0, 1.0) * self.random_factor.max(0.0))
    }
}

/// Where the stretch of a pause comes from: a number between 0 and 1. Handed in, so that a test decides it.
#[derive(Clone)]
pub struct Jitter(Arc<dyn Fn() -> f64 + Send + Sync>);

impl Jitter {
    /// Random numbers. Each has its own seed of the standard library's hasher, which is random enough to spread restarts.
    pub fn random() -> Self {
        Self(Arc::new(|| {
            use std::hash::{BuildHasher, RandomState};
            let bits = RandomState::new().hash_one(0_u8) >> 11;
            bits as f64 / (1_u64 << 53) as f64
        }))
    }

    /// Always this number.
    pub fn fixed(number: f64) -> Self {
        Self(Arc::new(move || number))
    }

    pub(crate) fn draw(&self) -> f64 {
        (self.0)()
    }
}

impl fmt::Debug for Jitter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Jitter")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff =
        Backoff { min: Duration::from_millis(200), max: Duration::from_secs(10), random_factor: 0.2 };

    #[test]
    fn pauses_double_up_to_the_longest() {
        let pauses: Vec<_> = (0..8).map(|restarts| BACKOFF.pause(restarts, 0.0).as_millis()).collect();
        assert_eq!(pauses, [200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
        assert_eq!(BACKOFF.pause(usize::MAX, 0.0), Duration::from_secs(10));
    }

    #[test]
    fn a_pause_is_stretched_by_at_most_the_factor() {
        assert_eq!(BACKOFF.pause(0, 0.5), Duration::from_millis(220));
        assert_eq!(BACKOFF.pause(0, 1.0), Duration::from_millis(240));
        assert_eq!(BACKOFF.pause(0, 7.0), Duration::from_millis(240));
    }

    #[test]
    fn random_jitter_stays_between_nothing_and_one_and_varies() {
        let jitter = Jitter::random();
        let drawn: Vec<_> = (0..100).map(|_| jitter.draw()).collect();
        assert!(drawn.iter().all(|number| (0.0..1.0).contains(number)));
        assert!(drawn.iter().any(|number| *number < 0.5) && drawn.iter().any(|number| *number >= 0.5));
    }
}
