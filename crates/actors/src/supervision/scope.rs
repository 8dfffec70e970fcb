use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use actix::dev::SendError;
use actix::{Addr, AsyncContext, Context, Recipient};
use tokio::time::Instant;

use super::core::Core;
use super::{Behaviour, Failure, Place, Request, Supervise, Supervised, Surroundings};

/// What an actor's value may do with the world around it while it handles something.
pub struct Scope<'a, B: Behaviour> {
    core: &'a Rc<Core<B>>,
    ctx: &'a mut Context<Supervised<B>>,
}

impl<'a, B: Behaviour> Scope<'a, B> {
    pub(super) fn new(core: &'a Rc<Core<B>>, ctx: &'a mut Context<Supervised<B>>) -> Self {
        Self { core, ctx }
    }

    /// The actor's own address.
    pub fn address(&self) -> Addr<Supervised<B>> {
        self.ctx.address()
    }

    /// The actor's own name.
    pub fn name(&self) -> &str {
        &self.core.name
    }

    /// What the actor was handed at birth, to hand on to children.
    pub fn surroundings(&self) -> &Surroundings {
        &self.core.surroundings
    }

    /// Whether this actor ends: whatever it would start now, nobody would stop.
    pub(crate) fn is_ending(&self) -> bool {
        self.core.is_ending()
    }

    /// Starts a child on this actor's arbiter and watches it: its end comes to [`Behaviour::terminated`]. It ends before
    /// this actor does, and when this actor restarts.
    pub fn start<C: Behaviour>(&mut self, child: Supervise<C>) -> Addr<Supervised<C>> {
        let child = child.watched_by(self.ctx.address().recipient());
        let child = child.start_at(self.core.depth + 1, &self.core.surroundings);
        let address = child.address().clone();
        self.core.adopt(Rc::new(child));
        address
    }

    /// Starts a child elsewhere and watches it, as [`start`](Self::start) does; `make` runs there. A place that is gone
    /// makes a child that is lost at once.
    pub fn start_on<C: Behaviour>(
        &mut self,
        place: &Place,
        name: impl Into<String>,
        make: impl FnOnce() -> Supervise<C> + Send + 'static,
    ) -> Addr<Supervised<C>> {
        let child = place.start(
            name.into(),
            self.core.depth + 1,
            &self.core.surroundings,
            self.ctx.address().recipient(),
            make,
        );
        let address = child.address().clone();
        self.core.adopt(Rc::new(child));
        address
    }

    /// Sends a message and does not wait. It is never lost to a full mailbox: it is sent when there is room again. Whoever
    /// has ended does not get it, which is counted as a dead letter.
    pub fn tell<M: Request<Result = ()>>(&mut self, to: &Recipient<M>, message: M) {
        match to.try_send(message) {
            Ok(()) => {}
            Err(SendError::Full(message)) => {
                let to = to.clone();
                self.spawn(async move {
                    // Whoever has ended meanwhile does not get it.
                    to.send(message).await.ok();
                });
            }
            Err(SendError::Closed(_)) => self.core.surroundings.observer.dead_letter(B::KIND, &self.core.name),
        }
    }

    /// Stops the child of this name and its children in order, giving them `within` to drain; its end comes to
    /// [`Behaviour::terminated`]. A name that no child has changes nothing.
    pub fn stop_child(&mut self, name: &str, within: Duration) {
        self.core.stop_child(name, Instant::now() + within);
    }

    /// Runs a future beside the mailbox. Its panic is this actor's failure; a restart cancels it.
    pub fn spawn(&mut self, future: impl Future<Output = ()> + 'static) {
        self.pipe(future, |_, (), _| Ok(()));
    }

    /// Runs a future beside the mailbox and hands what it yields to the value (Pekko's `pipeToSelf`).
    pub fn pipe<F: Future + 'static>(
        &mut self,
        future: F,
        then: impl FnOnce(&mut B, F::Output, &mut Scope<'_, B>) -> Result<(), Failure> + 'static,
    ) {
        self.core.spawn_for_value(self.ctx, future, then);
    }

    /// How many futures of this value still run.
    #[cfg(test)]
    pub(super) fn running_futures(&self) -> usize {
        self.core.futures.len()
    }

    /// Ends this actor in order: no more messages, children first, then its drain, for up to `within`.
    pub fn stop(&mut self, within: Duration) {
        self.core.stop.wish(Instant::now() + within);
    }
}

impl<B: Behaviour> std::fmt::Debug for Scope<'_, B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Scope({})", self.core.name)
    }
}
