//! How an actor ends: in order when it is told to, at once when it failed, its children before it either way.

use std::future::Future;
use std::rc::Rc;

use actix::{ActorContext, Context};
use futures_util::future::join_all;
use tokio::time::Instant;
use tracing::{debug, error, warn};

use super::{CHILDREN_DEADLINE, Core, Phase, caught};
use crate::supervision::{Behaviour, Supervised, Termination};

impl<B: Behaviour> Core<B> {
    /// Whether the actor has begun to end, or has been told to.
    pub(in crate::supervision) fn is_ending(&self) -> bool {
        self.stop.is_wished() || matches!(self.phase.get(), Phase::Ending | Phase::Over)
    }

    /// The ordered stop: refuse messages, stop the children and wait for them, drain, end.
    pub(super) fn begin_stop(self: &Rc<Self>, ctx: &mut Context<Supervised<B>>) {
        if matches!(self.phase.get(), Phase::Ending | Phase::Over) {
            return;
        }
        self.phase.set(Phase::Ending);
        debug!(actor = &*self.name, "an actor stops");
        self.spawn_guarded(ctx, self.stop_children_by_the_wish(), |core, (), ctx| {
            core.make_sure_of_a_value_to_drain();
            let (deadline, mut drain) = (core.stop.deadline().unwrap_or_else(Instant::now), None);
            let asked = core.with_value(ctx, |value, scope| {
                #[cfg(test)]
                core.runs(crate::supervision::Code::Hook("draining"));
                drain = Some(value.draining(deadline, scope));
                Ok(())
            });
            if let Err(failure) = asked {
                core.ending.because(Termination::Failed(failure));
            }
            let stop = core.stop.clone();
            let drained = async move {
                let Some(drain) = drain else { return true };
                // A drain that ends at its deadline has ended in time, so it is asked first.
                tokio::select! {
                    biased;
                    () = drain => true,
                    () = stop.overdue() => false,
                }
            };
            core.spawn_guarded(ctx, drained, |core, in_time, ctx| {
                if !in_time {
                    warn!(actor = &*core.name, "an actor did not drain by its deadline");
                }
                core.finish(Termination::Stopped, ctx);
            });
        });
    }

    /// A stop in the middle of a restart finds no value, but what lives outside must be drained all the same: by a value
    /// that is made for it and never started.
    fn make_sure_of_a_value_to_drain(&self) {
        if self.value.borrow().is_some() {
            return;
        }
        match caught(|| (self.factory.borrow_mut())()).and_then(|made| made) {
            Ok(value) => drop(self.value.borrow_mut().replace(Box::new(value))),
            Err(failure) => {
                warn!(
                    actor = &*self.name,
                    cause = failure.explain(),
                    "an actor stops without a value that could drain"
                );
            }
        }
    }

    /// Ends because of a failure: no drain, but the children end first.
    pub(super) fn end(self: &Rc<Self>, termination: Termination, ctx: &mut Context<Supervised<B>>) {
        self.phase.set(Phase::Ending);
        self.ending.because(termination);
        let children = self.stop_children(Instant::now() + CHILDREN_DEADLINE);
        self.spawn_guarded(ctx, children, |core, (), ctx| core.finish(Termination::Stopped, ctx));
    }

    pub(super) fn finish(self: &Rc<Self>, termination: Termination, ctx: &mut Context<Supervised<B>>) {
        self.phase.set(Phase::Over);
        self.ending.because(termination);
        let last = self.value.borrow_mut().take();
        self.discard(last, |value| {
            #[cfg(test)]
            self.runs(crate::supervision::Code::Hook("stopped"));
            value.stopped();
        });
        ctx.stop();
    }

    /// Lets a value say goodbye and drops it. Neither may take the shell down.
    pub(super) fn discard(&self, value: Option<Box<B>>, goodbye: impl FnOnce(&mut B)) {
        let Some(mut value) = value else { return };
        let said = caught(|| goodbye(&mut value));
        let dropped = caught(|| drop(value));
        for panic in [said, dropped].into_iter().filter_map(Result::err) {
            error!(actor = &*self.name, cause = panic.explain(), "an actor's value panicked while it was let go");
        }
    }

    pub(super) fn stop_children(&self, deadline: Instant) -> impl Future<Output = ()> + 'static {
        let ends: Vec<_> = self.children.borrow().iter().map(|child| child.stop(deadline)).collect();
        async move {
            join_all(ends).await;
        }
    }

    /// Stops the children by the deadline of this actor's own stop; when that is moved forward, so is theirs.
    fn stop_children_by_the_wish(&self) -> impl Future<Output = ()> + 'static {
        let (children, stop) = (self.children.borrow().clone(), self.stop.clone());
        async move {
            loop {
                let deadline = stop.deadline().unwrap_or_else(Instant::now);
                tokio::select! {
                    _ = join_all(children.iter().map(|child| child.stop(deadline))) => return,
                    () = stop.sooner(deadline) => {}
                }
            }
        }
    }
}
