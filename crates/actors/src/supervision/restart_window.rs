use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// How many restarts are allowed within a span of time that slides along with the clock.
#[derive(Clone, Debug)]
pub struct RestartWindow {
    limit: Option<(usize, Duration)>,
    restarts: VecDeque<Instant>,
    unlimited_restarts: usize,
}

impl RestartWindow {
    /// No limit.
    pub fn unlimited() -> Self {
        Self { limit: None, restarts: VecDeque::new(), unlimited_restarts: 0 }
    }

    /// At most `restarts` within `span`.
    pub fn limited(restarts: usize, span: Duration) -> Self {
        Self { limit: Some((restarts, span)), restarts: VecDeque::new(), unlimited_restarts: 0 }
    }

    /// Whether there is a limit.
    pub fn is_limited(&self) -> bool {
        self.limit.is_some()
    }

    /// Counts a restart at `now`. Returns how many there were in the window before it, or nothing when the limit is
    /// reached.
    pub fn admit(&mut self, now: Instant) -> Option<usize> {
        let Some((limit, span)) = self.limit else {
            self.unlimited_restarts += 1;
            return Some(self.unlimited_restarts - 1);
        };
        while self.restarts.front().is_some_and(|earlier| now - *earlier >= span) {
            self.restarts.pop_front();
        }
        let before = self.restarts.len();
        if before >= limit {
            return None;
        }
        self.restarts.push_back(now);
        Some(before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn the_fourth_restart_within_a_minute_is_one_too_many() {
        let (mut window, start) = (RestartWindow::limited(3, MINUTE), Instant::now());
        let admitted: Vec<_> = (0..4).map(|second| window.admit(start + Duration::from_secs(second))).collect();
        assert_eq!(admitted, [Some(0), Some(1), Some(2), None]);
    }

    #[test]
    fn the_window_slides_so_an_old_restart_makes_room_when_its_minute_is_over() {
        let (mut window, start) = (RestartWindow::limited(2, MINUTE), Instant::now());
        assert_eq!(window.admit(start), Some(0));
        assert_eq!(window.admit(start + Duration::from_secs(50)), Some(1));
        assert_eq!(window.admit(start + MINUTE - Duration::from_millis(1)), None);
        assert_eq!(window.admit(start + MINUTE), Some(1));
        assert_eq!(window.admit(start + Duration::from_secs(61)), None, "the one at 50 s still counts");
    }

    #[test]
    fn without_a_limit_every_restart_is_admitted() {
        let (mut window, start) = (RestartWindow::unlimited(), Instant::now());
        assert!((0..1000).all(|_| window.admit(start).is_some()));
    }
}
