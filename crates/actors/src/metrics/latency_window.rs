use std::time::Duration;

use hdrhistogram::Histogram;

/// The percentiles that are shown.
pub(super) const PERCENTILES: [u8; 3] = [50, 95, 99];

/// How long a slot is. Six of them hold the last minute: 50 to 60 s, as slots come and go whole.
const SLOT: Duration = Duration::from_secs(10);
const SLOTS: usize = 6;

/// The latencies of the last minute, in microseconds, to three significant digits. A few tens of kilobytes a topic, however
/// many events.
#[derive(Debug)]
pub(super) struct LatencyWindow {
    slots: Vec<Slot>,
}

#[derive(Debug)]
struct Slot {
    number: u64,
    latencies: Histogram<u32>,
}

impl LatencyWindow {
    pub(super) fn new() -> Self {
        Self { slots: Vec::with_capacity(SLOTS) }
    }

    /// Notes a latency at `now`, counted from any fixed moment.
    pub(super) fn record(&mut self, now: Duration, latency: Duration) {
        let number = slot_number(now);
        self.forget_before(number);
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX).max(1);
        let slot = match self.slots.iter().position(|slot| slot.number == number) {
            Some(index) => &mut self.slots[index],
            None => {
                let Ok(latencies) = Histogram::new(3) else { return };
                self.slots.push(Slot { number, latencies });
                let last = self.slots.len() - 1;
                &mut self.slots[last]
            }
        };
        // The histogram grows with what it is given; it refuses only what no histogram holds.
        if slot.latencies.record(micros).is_err() {
            slot.latencies.saturating_record(micros);
        }
    }

    /// The percentiles of the last minute in milliseconds, nearest rank; nothing when it saw no event.
    pub(super) fn percentiles_ms(&mut self, now: Duration) -> Option<[f64; PERCENTILES.len()]> {
        self.forget_before(slot_number(now));
        let mut slots = self.slots.iter();
        let mut all = slots.next()?.latencies.clone();
        for slot in slots {
            if all.add(&slot.latencies).is_err() {
                return None;
            }
        }
        Some(PERCENTILES.map(|percentile| {
            let micros = all.lowest_equivalent(all.value_at_quantile(f64::from(percentile) / 100.0));
            micros as f64 / 1000.0
        }))
    }

    fn forget_before(&mut self, number: u64) {
        self.slots.retain(|slot| slot.number + (SLOTS as u64) > number);
    }
}

fn slot_number(now: Duration) -> u64 {
    now.as_secs() / SLOT.as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn percentiles_are_the_nearest_rank() {
        let mut window = LatencyWindow::new();
        for micros in 1..=100 {
            window.record(at(0), Duration::from_micros(micros * 10));
        }
        assert_eq!(window.percentiles_ms(at(0)), Some([0.5, 0.95, 0.99]));
    }

    #[test]
    fn what_is_older_than_a_minute_does_not_count() {
        let mut window = LatencyWindow::new();
        window.record(at(5), Duration::from_millis(900));
        window.record(at(50), Duration::from_millis(1));
        let [_, _, p99] = window.percentiles_ms(at(59)).unwrap();
        assert!((p99 - 900.0).abs() < 1.0, "{p99}");
        let [_, _, p99] = window.percentiles_ms(at(60)).unwrap();
        assert!((p99 - 1.0).abs() < 0.01, "{p99}");
        assert_eq!(window.percentiles_ms(at(110)), None);
    }
}
