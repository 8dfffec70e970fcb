use std::collections::{HashMap, VecDeque};

use test_probe_directives::TestId;

use crate::responses::TestStatusResponse;

/// How tests were at last that have ended, for those who ask late. Bounded: the oldest go first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct EndedTests {
    results: HashMap<TestId, TestStatusResponse>,
    /// From the oldest to the youngest, each once.
    order: VecDeque<TestId>,
}

impl EndedTests {
    /// Keeps a result, among `limit` at most. One that is there already is replaced and does not grow younger.
    pub(super) fn insert(&mut self, test_id: TestId, result: TestStatusResponse, limit: usize) {
        if self.results.insert(test_id, result).is_none() {
            self.order.push_back(test_id);
        }
        while self.order.len() > limit {
            if let Some(oldest) = self.order.pop_front() {
                self.results.remove(&oldest);
            }
        }
    }

    /// Forgets a test.
    pub(super) fn remove(&mut self, test_id: TestId) {
        if self.results.remove(&test_id).is_some() {
            self.order.retain(|known| *known != test_id);
        }
    }

    pub(super) fn get(&self, test_id: TestId) -> Option<&TestStatusResponse> {
        self.results.get(&test_id)
    }

    pub(super) fn contains(&self, test_id: TestId) -> bool {
        self.results.contains_key(&test_id)
    }

    /// How many are kept, and in how many places they stand; the two are the same.
    pub(super) fn sizes(&self) -> (usize, usize) {
        (self.results.len(), self.order.len())
    }
}
