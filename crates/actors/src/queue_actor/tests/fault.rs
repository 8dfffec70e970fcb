//! A bug that a test puts into an actor: it panics on the next message of this name.

use std::cell::Cell;
use std::fmt::Debug;

thread_local! {
    static NEXT: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// The next message of this name is met with a panic, once.
pub(crate) fn fail_on(message: &'static str) {
    NEXT.set(Some(message));
}

/// Called by the actors of this crate's tests on every message.
pub(crate) fn strike(message: &impl Debug) {
    let Some(name) = NEXT.get() else { return };
    if format!("{message:?}").split(' ').next() == Some(name) {
        NEXT.set(None);
        panic!("a bug on {name}");
    }
}
