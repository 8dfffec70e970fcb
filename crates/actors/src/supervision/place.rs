use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use actix::dev::channel;
use actix::{Addr, Recipient};
use actix_rt::ArbiterHandle;

use super::supervise::Cradle;
use super::{Behaviour, Child, Failure, Supervise, Supervised, Surroundings, Terminated, Termination};

/// Messages that may wait for an actor on another thread.
const MAILBOX: usize = 1024;

/// Where an actor lives.
#[derive(Clone)]
pub struct Place(Option<ArbiterHandle>);

impl Place {
    /// The thread of whoever starts the actor: the whole tree on one thread, as in tests on paused time.
    pub const fn here() -> Self {
        Self(None)
    }

    /// The thread of this arbiter.
    pub const fn on(arbiter: ArbiterHandle) -> Self {
        Self(Some(arbiter))
    }

    /// Starts an actor here. Its address is valid at once; messages wait until it lives.
    pub(super) fn start<B: Behaviour>(
        &self,
        name: String,
        depth: u32,
        surroundings: &Surroundings,
        watcher: Recipient<Terminated>,
        make: impl FnOnce() -> Supervise<B> + Send + 'static,
    ) -> Child<B> {
        let cradle = Cradle::of::<B>(Arc::from(name), depth, surroundings);
        cradle.ending().watch(watcher);
        let (address, receiver) = channel::channel(MAILBOX);
        let child = cradle.child(Addr::<Supervised<B>>::new(address));
        // Dropped unborn with a thread that is gone, it tells the watcher so.
        let begin = move || match catch_unwind(AssertUnwindSafe(make)) {
            Ok(actor) => actor.live(cradle, receiver),
            Err(panic) => cradle.ending().over(Termination::Failed(Failure::panicked(&*panic))),
        };
        match &self.0 {
            None => begin(),
            Some(arbiter) => {
                // That it was refused is told by what the refused work drops.
                let _is_alive = arbiter.spawn_fn(begin);
            }
        }
        child
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Place(arbiter)" } else { "Place(here)" })
    }
}
