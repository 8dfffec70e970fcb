use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What each client asked for and got.
#[derive(Debug, Default)]
pub(super) struct Counts(Mutex<BTreeMap<String, Count>>);

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    asked: u64,
    given: u64,
}

impl Counts {
    /// Whoever comes later is not told apart: names cost nothing, and whoever asks makes them up.
    const MOST_CLIENTS: usize = 1000;

    pub(super) fn on_request(&self, client_id: &str) {
        self.change(client_id, |count| count.asked += 1);
    }

    pub(super) fn on_token(&self, client_id: &str) {
        self.change(client_id, |count| count.given += 1);
    }

    pub(super) fn asked(&self, client_id: &str) -> u64 {
        self.of(client_id).asked
    }

    pub(super) fn given(&self, client_id: &str) -> u64 {
        self.of(client_id).given
    }

    fn change(&self, client_id: &str, change: impl FnOnce(&mut Count)) {
        let mut counts = self.counts();
        if counts.len() < Self::MOST_CLIENTS || counts.contains_key(client_id) {
            change(counts.entry(client_id.to_owned()).or_default());
        }
    }

    fn of(&self, client_id: &str) -> Count {
        self.counts().get(client_id).copied().unwrap_or_default()
    }

    fn counts(&self) -> MutexGuard<'_, BTreeMap<String, Count>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clients_that_are_told_apart_are_bounded() {
        let counts = Counts::default();
        for number in 0..2000 {
            counts.on_request(&number.to_string());
        }
        counts.on_request("0");
        counts.on_token("0");
        counts.on_token("1999");
        let of = |id| [counts.asked(id), counts.given(id)];
        assert_eq!([of("0"), of("1"), of("1999")], [[2, 1], [1, 0], [0, 0]]);
    }
}
