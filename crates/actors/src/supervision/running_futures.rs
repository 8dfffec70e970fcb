use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use actix::SpawnHandle;

/// The futures of a value that still run, so that a restart can cancel them. One that is over leaves by itself: a value
/// may live for hours and spawn for every message.
#[derive(Default)]
pub(super) struct RunningFutures {
    shared: Rc<RefCell<Shared>>,
}

#[derive(Default)]
struct Shared {
    next: u64,
    handles: BTreeMap<u64, SpawnHandle>,
}

/// A future's place among those that run. It moves into the future and gives the place back when that is over.
pub(super) struct Place {
    number: u64,
    shared: Rc<RefCell<Shared>>,
}

impl RunningFutures {
    /// Takes a place for a future that is about to be spawned.
    pub(super) fn enter(&self) -> Place {
        let mut shared = self.shared.borrow_mut();
        shared.next += 1;
        Place { number: shared.next, shared: Rc::clone(&self.shared) }
    }

    /// Notes by what the future in this place is cancelled.
    pub(super) fn remember(&self, number: u64, handle: SpawnHandle) {
        self.shared.borrow_mut().handles.insert(number, handle);
    }

    /// Takes all that run, to cancel them.
    pub(super) fn take(&self) -> impl Iterator<Item = SpawnHandle> + use<> {
        std::mem::take(&mut self.shared.borrow_mut().handles).into_values()
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.shared.borrow().handles.len()
    }
}

impl Place {
    pub(super) fn number(&self) -> u64 {
        self.number
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.shared.borrow_mut().handles.remove(&self.number);
    }
}
