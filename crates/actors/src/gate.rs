use std::sync::atomic::{AtomicUsize, Ordering};

/// Bounds the messages that wait in a mailbox. Actix parks a sender whose mailbox is full; whoever produces events wants
/// to know instead, so the bound is kept here, at the handle, and full is an answer.
#[derive(Debug)]
pub(crate) struct Gate {
    capacity: usize,
    waiting: AtomicUsize,
}

impl Gate {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, waiting: AtomicUsize::new(0) }
    }

    /// Takes a place, if there is one.
    pub(crate) fn enter(&self) -> bool {
        let before = self.waiting.fetch_add(1, Ordering::AcqRel);
        if before < self.capacity {
            return true;
        }
        self.waiting.fetch_sub(1, Ordering::AcqRel);
        false
    }

    /// Gives a place back: a message left the mailbox. Messages that did not come through the handle have none to give.
    pub(crate) fn leave(&self) {
        let mut waiting = self.waiting.load(Ordering::Acquire);
        while let Some(less) = waiting.checked_sub(1) {
            match self.waiting.compare_exchange_weak(waiting, less, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return,
                Err(now) => waiting = now,
            }
        }
    }

    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_gate_refuses_until_a_message_left() {
        let gate = Gate::new(2);
        assert!(gate.enter() && gate.enter());
        assert!(!gate.enter());
        gate.leave();
        assert!(gate.enter());
    }

    #[test]
    fn a_message_that_came_past_the_handle_takes_nobodys_place() {
        let gate = Gate::new(1);
        gate.leave();
        assert!(gate.enter());
        assert!(!gate.enter());
    }
}
