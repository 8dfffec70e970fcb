use std::collections::VecDeque;
use std::time::Duration;

/// How far back the rate looks, and in which steps.
const SPAN: Duration = Duration::from_secs(10);
const STEP: Duration = Duration::from_millis(100);

/// Events per second over the last ten seconds, or since the first event where that is less long ago, but over no less
/// than a second.
#[derive(Debug, Default)]
pub(super) struct RateWindow {
    first: Option<Duration>,
    steps: VecDeque<(u128, u64)>,
}

impl RateWindow {
    /// Notes an event at `now`, counted from any fixed moment.
    pub(super) fn record(&mut self, now: Duration) {
        self.first.get_or_insert(now);
        let step = now.as_millis() / STEP.as_millis();
        match self.steps.back_mut() {
            Some((last, count)) if *last == step => *count += 1,
            _ => self.steps.push_back((step, 1)),
        }
        self.forget(now);
    }

    /// Events per second.
    pub(super) fn per_second(&mut self, now: Duration) -> f64 {
        self.forget(now);
        let Some(first) = self.first else { return 0.0 };
        let events: u64 = self.steps.iter().map(|(_, count)| count).sum();
        let span = now.saturating_sub(first).clamp(Duration::from_secs(1), SPAN);
        events as f64 / span.as_secs_f64()
    }

    fn forget(&mut self, now: Duration) {
        let oldest = now.saturating_sub(SPAN).as_millis() / STEP.as_millis();
        while self.steps.front().is_some_and(|(step, _)| *step < oldest) {
            self.steps.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(window: &mut RateWindow, events: u64, over: Duration) {
        for event in 0..events {
            window.record(over * u32::try_from(event).unwrap() / u32::try_from(events).unwrap());
        }
    }

    #[test]
    fn a_steady_rate_is_shown_as_it_is() {
        let mut window = RateWindow::default();
        after(&mut window, 1000, Duration::from_secs(20));
        let rate = window.per_second(Duration::from_secs(20));
        assert!((rate - 50.0).abs() < 1.0, "{rate}");
    }

    #[test]
    fn a_short_run_is_not_thinned_out_over_time_that_it_did_not_have() {
        let mut window = RateWindow::default();
        after(&mut window, 200, Duration::from_secs(2));
        assert!((window.per_second(Duration::from_secs(2)) - 100.0).abs() < 0.1);
        assert!((window.per_second(Duration::from_secs(10)) - 20.0).abs() < 0.1);
    }

    #[test]
    fn silence_is_no_rate() {
        let mut window = RateWindow::default();
        assert_eq!(window.per_second(Duration::from_secs(5)), 0.0);
        window.record(Duration::ZERO);
        assert_eq!(window.per_second(Duration::from_secs(11)), 0.0);
    }
}
