use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What a registry does instead of answering as it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistryFault {
    /// It refuses with an HTTP status.
    Status {
        /// The status.
        status: u16,
        /// How long it wants to be left alone, in whole seconds; with none it does not say.
        retry_after: Option<Duration>,
    },
    /// It answers as it should, after a while.
    Slow(Duration),
    /// It answers 200 with a page that is no JSON.
    WrongBody,
    /// It answers 200 without a body.
    EmptyBody,
    /// It begins to answer 200 and ends the connection.
    Cut,
}

/// Answers that a server gives instead of its own, for so many requests.
#[derive(Debug)]
pub(crate) struct Faults<F> {
    state: Mutex<State<F>>,
}

#[derive(Debug)]
struct State<F> {
    fault: Option<F>,
    left: u32,
    requests: u64,
    by_path: BTreeMap<String, u64>,
}

impl Faults<RegistryFault> {
    /// The next `count` requests are answered with this status. A later call takes the place of an earlier one.
    pub(crate) fn fail_next(&self, status: u16, count: u32) {
        self.disturb_next(RegistryFault::Status { status, retry_after: None }, count);
    }

    /// Counts a request; the status to answer it with, where it must fail.
    pub(crate) fn on_request(&self) -> Option<u16> {
        match self.state().on_request()? {
            RegistryFault::Status { status, .. } => Some(status),
            _ => None,
        }
    }
}

impl<F: Copy> Faults<F> {
    const MOST_PATHS: usize = 1000;

    /// The next `count` requests meet with this fault. A later call takes the place of an earlier one.
    pub(crate) fn disturb_next(&self, fault: F, count: u32) {
        let mut state = self.state();
        state.fault = Some(fault);
        state.left = count;
    }

    /// Counts a request to a path; the fault that it meets with, where there is one.
    pub(crate) fn on_request_to(&self, path: &str) -> Option<F> {
        let mut state = self.state();
        state.note(path, Self::MOST_PATHS);
        state.on_request()
    }

    /// Counts a request to a path where no fault happens, for [`requests_to`](Self::requests_to) alone.
    pub(crate) fn on_spared_request_to(&self, path: &str) {
        self.state().note(path, Self::MOST_PATHS);
    }

    /// How many requests there were, failed ones among them.
    pub(crate) fn requests(&self) -> u64 {
        self.state().requests
    }

    /// How many requests there were to a path and to what lies below it, failed ones among them.
    pub(crate) fn requests_to(&self, path: &str) -> u64 {
        let path = path.trim_end_matches('/');
        let is_below =
            |known: &str| known.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.state().by_path.iter().filter(|(known, _)| is_below(known)).map(|(_, requests)| requests).sum()
    }

    fn state(&self) -> MutexGuard<'_, State<F>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<F> Default for Faults<F> {
    fn default() -> Self {
        let state = State { fault: None, left: 0, requests: 0, by_path: BTreeMap::new() };
        Self { state: Mutex::new(state) }
    }
}

impl<F: Copy> State<F> {
    fn note(&mut self, path: &str, most_paths: usize) {
        if self.by_path.len() < most_paths || self.by_path.contains_key(path) {
            *self.by_path.entry(path.to_owned()).or_default() += 1;
        }
    }

    fn on_request(&mut self) -> Option<F> {
        self.requests += 1;
        self.left = self.left.checked_sub(1)?;
        self.fault
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_requests_fail_and_the_next_does_not() {
        let faults = Faults::<RegistryFault>::default();
        assert_eq!(faults.on_request(), None);
        faults.fail_next(503, 2);
        assert_eq!([faults.on_request(), faults.on_request(), faults.on_request()], [Some(503), Some(503), None]);
        assert_eq!(faults.requests(), 4);
    }

    #[test]
    fn a_later_order_takes_the_place_of_an_earlier_one() {
        let faults = Faults::<RegistryFault>::default();
        faults.fail_next(503, 5);
        faults.fail_next(429, 1);
        assert_eq!([faults.on_request(), faults.on_request()], [Some(429), None]);
        faults.fail_next(503, 5);
        faults.fail_next(503, 0);
        assert_eq!(faults.on_request(), None);
    }

    #[test]
    fn requests_are_counted_by_path_and_below_it() {
        let faults = Faults::<RegistryFault>::default();
        for path in ["/schemas/ids/7", "/schemas/ids/7", "/schemas/ids/70", "/schemas/ids/7/versions", "/"] {
            assert_eq!(faults.on_request_to(path), None);
        }
        let counts = ["/schemas/ids/7", "/schemas/ids/70", "/schemas", "", "/x"].map(|path| faults.requests_to(path));
        assert_eq!(counts, [3, 1, 4, 5, 0]);
        assert_eq!(faults.requests(), 5);
        faults.fail_next(503, 1);
        faults.on_spared_request_to("/schemas");
        assert_eq!([faults.requests_to("/schemas"), faults.requests()], [5, 5]);
        assert!(faults.on_request_to("/schemas").is_some(), "the fault is kept for a request that may meet with it");
    }

    #[test]
    fn the_paths_that_are_told_apart_are_bounded() {
        let faults = Faults::<RegistryFault>::default();
        for number in 0..2000 {
            faults.on_request_to(&format!("/{number}"));
        }
        faults.on_request_to("/0");
        assert_eq!([faults.requests_to("/0"), faults.requests_to("/1999"), faults.requests()], [2, 0, 2001]);
    }
}
