use std::sync::{Mutex, MutexGuard, PoisonError};

/// Answers that a server gives instead of its own, for so many requests.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    status: u16,
    left: u32,
    requests: u64,
}

impl Faults {
    /// The next `count` requests are answered with this status. A later call takes the place of an earlier one.
    pub(crate) fn fail_next(&self, status: u16, count: u32) {
        let mut state = self.state();
        state.status = status;
        state.left = count;
    }

    /// Counts a request; the status to answer it with, where it must fail.
    pub(crate) fn on_request(&self) -> Option<u16> {
        let mut state = self.state();
        state.requests += 1;
        state.left = state.left.checked_sub(1)?;
        Some(state.status)
    }

    /// How many requests there were, failed ones among them.
    pub(crate) fn requests(&self) -> u64 {
        self.state().requests
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_requests_fail_and_the_next_does_not() {
        let faults = Faults::default();
        assert_eq!(faults.on_request(), None);
        faults.fail_next(503, 2);
        assert_eq!([faults.on_request(), faults.on_request(), faults.on_request()], [Some(503), Some(503), None]);
        assert_eq!(faults.requests(), 4);
    }

    #[test]
    fn a_later_order_takes_the_place_of_an_earlier_one() {
        let faults = Faults::default();
        faults.fail_next(503, 5);
        faults.fail_next(429, 1);
        assert_eq!([faults.on_request(), faults.on_request()], [Some(429), None]);
        faults.fail_next(503, 5);
        faults.fail_next(503, 0);
        assert_eq!(faults.on_request(), None);
    }
}
