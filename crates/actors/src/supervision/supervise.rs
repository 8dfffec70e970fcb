use std::error::Error;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use actix::dev::channel::{self, AddressReceiver};
use actix::{Addr, Context, Recipient};
use futures_util::FutureExt;

use super::core::{Core, Factory};
use super::stop_signal::StopSignal;
use super::strategy::Strategies;
use super::termination::{Ending, EndingGuard};
use super::{Behaviour, Child, Failure, Strategy, Supervised, Surroundings, Terminated, Termination};

/// Messages that may wait in a supervised actor's mailbox, where nothing else is said.
const DEFAULT_MAILBOX: usize = 1024;

/// An actor to be: its factory, its strategies and its name.
#[must_use = "an actor lives when it is started"]
pub struct Supervise<B: Behaviour> {
    factory: Factory<B>,
    strategies: Strategies,
    name: Option<String>,
    mailbox: usize,
    watchers: Vec<Recipient<Terminated>>,
}

/// An actor whose values `factory` makes: the first one and, after each restart, a new one. What must outlive restarts
/// is captured by the factory.
pub fn supervise<B: Behaviour>(factory: impl FnMut() -> Result<B, Failure> + 'static) -> Supervise<B> {
    Supervise {
        factory: Box::new(factory),
        strategies: Strategies::default(),
        name: None,
        mailbox: DEFAULT_MAILBOX,
        watchers: Vec::new(),
    }
}

impl<B: Behaviour> Supervise<B> {
    /// Wraps a strategy for failures of this type around those that were given before.
    pub fn on_failure<E: Error + 'static>(mut self, strategy: Strategy) -> Self {
        self.strategies.add::<E>(strategy);
        self
    }

    /// Wraps a strategy for failures that `matches` accepts around those that were given before.
    pub fn on_failure_matching(mut self, matches: impl Fn(&Failure) -> bool + 'static, strategy: Strategy) -> Self {
        self.strategies.add_matching(matches, strategy);
        self
    }

    /// Names the actor; its type's name otherwise.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// How many messages may wait in the mailbox before a sender has to.
    pub fn mailbox(mut self, capacity: usize) -> Self {
        self.mailbox = capacity;
        self
    }

    /// Tells `watcher` once when the actor ends.
    pub fn watched_by(mut self, watcher: Recipient<Terminated>) -> Self {
        self.watchers.push(watcher);
        self
    }

    /// Starts the actor on this thread.
    ///
    /// # Panics
    /// Outside an Actix arbiter or a Tokio `LocalSet`.
    pub fn start(self, surroundings: &Surroundings) -> Child<B> {
        self.start_at(0, surroundings)
    }

    /// Starts the actor under so many parents.
    pub(super) fn start_at(self, depth: u32, surroundings: &Surroundings) -> Child<B> {
        let name: Arc<str> = Arc::from(self.name.clone().unwrap_or_else(|| B::KIND.to_owned()));
        let cradle = Cradle::of::<B>(name, depth, surroundings);
        let (address, receiver) = channel::channel(self.mailbox);
        let child = cradle.child(Addr::new(address));
        self.live(cradle, receiver);
        child
    }

    /// Lets the actor live on this thread, behind a mailbox that somebody else may have filled already.
    pub(super) fn live(self, cradle: Cradle, receiver: AddressReceiver<Supervised<B>>) {
        let Cradle { name, depth, surroundings, stop, guard } = cradle;
        for watcher in self.watchers {
            guard.0.watch(watcher);
        }
        let core = Core::new(name, self.factory, self.strategies, surroundings, stop, depth, Arc::clone(&guard.0));
        let mut ctx = Context::<Supervised<B>>::with_receiver(receiver);
        ctx.set_mailbox_capacity(self.mailbox);
        let running = AssertUnwindSafe(ctx.into_future(Supervised::new(core))).catch_unwind();
        actix_rt::spawn(async move {
            let guard = guard;
            match running.await {
                Ok(()) => guard.0.over(Termination::Stopped),
                // The shell catches what its value does; this is for the shell itself.
                Err(panic) => guard.0.over(Termination::Failed(Failure::panicked(&*panic))),
            }
        });
    }
}

/// What is there of an actor before it lives: all that whoever starts it and the actor itself share.
pub(super) struct Cradle {
    name: Arc<str>,
    depth: u32,
    surroundings: Surroundings,
    stop: StopSignal,
    /// Tells of the end, even of an actor that never came to live.
    guard: EndingGuard,
}

impl Cradle {
    pub(super) fn of<B: Behaviour>(name: Arc<str>, depth: u32, surroundings: &Surroundings) -> Self {
        surroundings.observer.started(B::KIND, &name);
        let ending = Ending::new(Arc::clone(&name), B::KIND, Arc::clone(&surroundings.observer));
        Self { name, depth, surroundings: surroundings.clone(), stop: StopSignal::new(), guard: EndingGuard(ending) }
    }

    pub(super) fn child<B: Behaviour>(&self, address: Addr<Supervised<B>>) -> Child<B> {
        let (stop, ending) = (self.stop.clone(), Arc::clone(&self.guard.0));
        Child::new(Arc::clone(&self.name), self.depth, address, stop, ending)
    }

    pub(super) fn ending(&self) -> &Arc<Ending> {
        &self.guard.0
    }
}

impl<B: Behaviour> std::fmt::Debug for Supervise<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Supervise")
            .field("kind", &B::KIND)
            .field("name", &self.name)
            .field("strategies", &self.strategies)
            .finish_non_exhaustive()
    }
}
