/// How much one topic may have under way.
///
/// `max_in_flight` bounds the records that librdkafka holds without a delivery report. Only while that window is full
/// do records wait here: `buffer_size` of them accepted, and beyond those `max_concurrent_offers` that still wait to
/// be accepted (Pekko's `Source.queue` with back-pressure). What is over that is refused, never dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneLimits {
    /// Records in librdkafka without a report.
    pub max_in_flight: usize,
    /// Records that wait for the window.
    pub buffer_size: usize,
    /// Calls that wait for the buffer.
    pub max_concurrent_offers: usize,
}

impl Default for LaneLimits {
    fn default() -> Self {
        Self { max_in_flight: 1000, buffer_size: 1000, max_concurrent_offers: 1000 }
    }
}

/// What becomes of a record that is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// There is room in the window and nobody is ahead.
    Send,
    /// It waits its turn.
    Hold,
    /// There is no room to wait either.
    Refuse,
}

impl LaneLimits {
    /// Decides with `in_flight` records in librdkafka and `held` records waiting. Order is kept: whoever finds others
    /// waiting waits behind them.
    pub fn admit(&self, in_flight: usize, held: usize) -> Admission {
        if held == 0 && in_flight < self.max_in_flight {
            Admission::Send
        } else if held < self.buffer_size.saturating_add(self.max_concurrent_offers) {
            Admission::Hold
        } else {
            Admission::Refuse
        }
    }

    /// Whether a held record may be sent.
    pub fn window_is_open(&self, in_flight: usize) -> bool {
        in_flight < self.max_in_flight
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(in_flight: usize, held: usize, expected: Admission) {
        let limits = LaneLimits { max_in_flight: 2, buffer_size: 3, max_concurrent_offers: 1 };
        assert_eq!(limits.admit(in_flight, held), expected);
    }

    #[test]
    fn the_window_comes_first_then_the_buffer_then_the_offers() {
        check(0, 0, Admission::Send);
        check(1, 0, Admission::Send);
        check(2, 0, Admission::Hold);
        check(2, 2, Admission::Hold);
        check(2, 3, Admission::Hold);
        check(2, 4, Admission::Refuse);
    }

    #[test]
    fn nobody_overtakes_a_held_record() {
        check(0, 1, Admission::Hold);
    }

    #[test]
    fn without_buffer_and_offers_a_full_window_refuses() {
        let limits = LaneLimits { max_in_flight: 1, buffer_size: 0, max_concurrent_offers: 0 };
        assert_eq!(limits.admit(0, 0), Admission::Send);
        assert_eq!(limits.admit(1, 0), Admission::Refuse);
    }
}
