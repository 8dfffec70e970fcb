use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use test_probe_directives::TestId;

use crate::session::Session;

/// The tests that are in the tree. Clones are one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sessions(Arc<Mutex<HashMap<TestId, Arc<Session>>>>);

impl Sessions {
    pub(crate) fn add(&self, test_id: TestId, session: Arc<Session>) {
        self.with(|sessions| sessions.insert(test_id, session));
    }

    pub(crate) fn get(&self, test_id: TestId) -> Option<Arc<Session>> {
        self.with(|sessions| sessions.get(&test_id).cloned())
    }

    pub(crate) fn remove(&self, test_id: TestId) {
        self.with(|sessions| sessions.remove(&test_id));
    }

    /// Lets go of all of them: sessions and this list hold each other.
    pub(crate) fn clear(&self) {
        let all = self.with(std::mem::take);
        drop(all);
    }

    fn with<T>(&self, work: impl FnOnce(&mut HashMap<TestId, Arc<Session>>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
