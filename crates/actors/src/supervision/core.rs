use std::any::type_name;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix::dev::OneshotSender;
use actix::{ActorFutureExt, AsyncContext, Context, SpawnHandle};
use futures_util::FutureExt;
use futures_util::future::join;
use tokio::time::Instant;
use tracing::{debug, error, info, warn};

use super::child::AnyChild;
use super::running_futures::RunningFutures;
use super::stop_signal::StopSignal;
use super::strategy::Strategies;
use super::termination::Ending;
use super::{
    Behaviour, Directive, Failure, Receive, Refusal, Reply, Request, Scope, Supervised, Surroundings, Terminated,
    Termination,
};

mod ending;

/// How long the children of an actor that failed or restarts may drain.
const CHILDREN_DEADLINE: Duration = Duration::from_secs(5);

pub(super) type Factory<B> = Box<dyn FnMut() -> Result<B, Failure>>;

/// Everything of a supervised actor but its mailbox. The value sits in the middle and is taken out while it works, so
/// that it can use the rest through its scope.
pub(super) struct Core<B: Behaviour> {
    pub(super) name: Arc<str>,
    pub(super) surroundings: Surroundings,
    pub(super) stop: StopSignal,
    /// How many parents are above this actor.
    pub(super) depth: u32,
    factory: RefCell<Factory<B>>,
    strategies: RefCell<Strategies>,
    ending: Arc<Ending>,
    value: RefCell<Option<Box<B>>>,
    phase: Cell<Phase>,
    pub(super) futures: RunningFutures,
    /// Children are kept until they have ended: one that is dropped stops without draining.
    children: RefCell<Vec<Rc<dyn AnyChild>>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// A value is being made and started; its failures are failures of the set-up.
    SettingUp,
    Running,
    /// The old value is gone, the mailbox is held, the new value is not there yet.
    Restarting,
    /// Messages are refused; children and the value finish.
    Ending,
    Over,
}

impl<B: Behaviour> Core<B> {
    pub(super) fn new(
        name: Arc<str>,
        factory: Factory<B>,
        strategies: Strategies,
        surroundings: Surroundings,
        stop: StopSignal,
        depth: u32,
        ending: Arc<Ending>,
    ) -> Rc<Self> {
        Rc::new(Self {
            name,
            surroundings,
            stop,
            depth,
            factory: RefCell::new(factory),
            strategies: RefCell::new(strategies),
            ending,
            value: RefCell::new(None),
            phase: Cell::new(Phase::SettingUp),
            futures: RunningFutures::default(),
            children: RefCell::default(),
        })
    }

    /// The shell has started: listens for the wish to stop and makes the first value.
    pub(super) fn begin(self: &Rc<Self>, ctx: &mut Context<Supervised<B>>) {
        let stop = self.stop.clone();
        self.spawn_guarded(ctx, async move { stop.wished().await }, |core, (), ctx| core.begin_stop(ctx));
        self.make_value(ctx);
    }

    /// Hands a message to the value. Whatever the value does, the caller is answered and the shell goes on.
    pub(super) fn dispatch<M: Request>(
        self: &Rc<Self>,
        message: M,
        to: Option<OneshotSender<M::Result>>,
        ctx: &mut Context<Supervised<B>>,
    ) where
        B: Receive<M>,
    {
        let mut reply = Reply::new(to);
        if self.stop.is_wished() {
            self.begin_stop(ctx);
        }
        if self.phase.get() != Phase::Running {
            debug!(actor = &*self.name, message = type_name::<M>(), "a message came too late for an actor that stops");
            self.surroundings.observer.dead_letter(B::KIND, &self.name);
            refuse::<M>(&mut reply, Refusal::Stopping);
            return;
        }
        let received = self.with_value(ctx, |value, scope| {
            #[cfg(test)]
            self.runs(super::Code::Message(&message, type_name::<M>()));
            value.receive(message, &mut reply, scope)
        });
        match received {
            Ok(()) => M::handled().into_iter().for_each(|answer| reply.send(answer)),
            Err(failure) => {
                refuse::<M>(&mut reply, Refusal::Failed(&failure));
                self.handle_failure(failure, ctx);
            }
        }
    }

    /// A child has ended. Children of a value that is gone, and those that end because this actor ends, concern nobody.
    pub(super) fn child_ended(self: &Rc<Self>, terminated: &Terminated, ctx: &mut Context<Supervised<B>>) {
        let before = self.children.borrow().len();
        self.children.borrow_mut().retain(|child| !child.is(&terminated.child));
        let was_known = self.children.borrow().len() < before;
        if !was_known || self.phase.get() != Phase::Running {
            return;
        }
        if let Termination::Escalated(failure) = &terminated.termination {
            self.handle_failure(failure.clone(), ctx);
            return;
        }
        let handled = self.with_value(ctx, |value, scope| {
            #[cfg(test)]
            self.runs(super::Code::Hook("terminated"));
            value.terminated(terminated, scope)
        });
        if let Err(failure) = handled {
            self.handle_failure(failure, ctx);
        }
    }

    pub(super) fn stop_child(&self, name: &str, deadline: Instant) {
        // The wish is made by the call; its end is watched.
        self.children.borrow().iter().filter(|child| child.name() == name).for_each(|child| drop(child.stop(deadline)));
    }

    pub(super) fn adopt(&self, child: Rc<dyn AnyChild>) {
        self.children.borrow_mut().push(child);
    }

    /// Spawns a future of the present value. Its panic is the actor's failure; a restart cancels it.
    pub(super) fn spawn_for_value<F: Future + 'static>(
        self: &Rc<Self>,
        ctx: &mut Context<Supervised<B>>,
        future: F,
        then: impl FnOnce(&mut B, F::Output, &mut Scope<'_, B>) -> Result<(), Failure> + 'static,
    ) {
        let place = self.futures.enter();
        let number = place.number();
        #[cfg(test)]
        let core = Rc::clone(self);
        let future = async move {
            let _place = place;
            #[cfg(test)]
            core.runs(super::Code::Hook("future"));
            future.await
        };
        let handle = self.spawn_guarded(ctx, future, move |core, output, ctx| {
            let piped = core.with_value(ctx, |value, scope| {
                #[cfg(test)]
                core.runs(super::Code::Hook("pipe"));
                then(value, output, scope)
            });
            if let Err(failure) = piped {
                core.handle_failure(failure, ctx);
            }
        });
        self.futures.remember(number, handle);
    }

    /// Runs the value's code and catches what it throws. Without a value nothing runs.
    fn with_value(
        self: &Rc<Self>,
        ctx: &mut Context<Supervised<B>>,
        work: impl FnOnce(&mut B, &mut Scope<'_, B>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let Some(mut value) = self.value.borrow_mut().take() else { return Ok(()) };
        let outcome = caught(|| work(&mut value, &mut Scope::new(self, ctx)));
        self.value.borrow_mut().replace(value);
        outcome.and_then(|outcome| outcome)
    }

    fn make_value(self: &Rc<Self>, ctx: &mut Context<Supervised<B>>) {
        self.phase.set(Phase::SettingUp);
        let made = caught(|| {
            #[cfg(test)]
            self.runs(super::Code::Hook("made"));
            (self.factory.borrow_mut())()
        });
        let started = made.and_then(|made| made).and_then(|value| {
            self.value.borrow_mut().replace(Box::new(value));
            self.with_value(ctx, |value, scope| {
                #[cfg(test)]
                self.runs(super::Code::Hook("started"));
                value.started(scope)
            })
        });
        match started {
            Ok(()) => self.phase.set(Phase::Running),
            Err(failure) => self.handle_failure(failure, ctx),
        }
    }

    fn handle_failure(self: &Rc<Self>, failure: Failure, ctx: &mut Context<Supervised<B>>) {
        let setting_up = match self.phase.get() {
            Phase::SettingUp => true,
            Phase::Running => false,
            Phase::Restarting | Phase::Ending | Phase::Over => {
                self.ending.because(Termination::Failed(failure));
                return;
            }
        };
        let jitter = &self.surroundings.jitter;
        let directive = self.strategies.borrow_mut().decide(&failure, setting_up, Instant::now(), jitter);
        let (actor, cause) = (&*self.name, failure.explain());
        match directive {
            Directive::Resume => {
                info!(actor, cause, "an actor goes on after a failure");
                self.surroundings.observer.resumed(B::KIND, &self.name, &failure);
            }
            Directive::Restart { after } => {
                warn!(actor, cause, after_ms = after.as_millis(), "an actor is restarted after a failure");
                self.surroundings.observer.restarted(B::KIND, &self.name, &failure);
                self.restart(&failure, after, ctx);
            }
            Directive::Stop => {
                error!(actor, cause, "an actor is stopped after a failure");
                self.end(Termination::Failed(failure), ctx);
            }
            Directive::Escalate => {
                error!(actor, cause, "an actor is stopped after a failure, which its parent inherits");
                self.end(Termination::Escalated(failure), ctx);
            }
        }
    }

    /// Lets the old value go, holds the mailbox until its children have ended and the pause is over, and makes the new
    /// one. A wish to stop ends the hold at once, whichever of the two it waits for: nothing else runs meanwhile.
    #[allow(clippy::disallowed_methods, reason = "the guarded door itself: the future cannot panic and a stop ends it")]
    fn restart(self: &Rc<Self>, failure: &Failure, after: Duration, ctx: &mut Context<Supervised<B>>) {
        self.phase.set(Phase::Restarting);
        let old = self.value.borrow_mut().take();
        self.discard(old, |value| {
            #[cfg(test)]
            self.runs(super::Code::Hook("restarting"));
            value.restarting(failure);
        });
        for handle in self.futures.take() {
            ctx.cancel_future(handle);
        }
        let children = self.stop_children(Instant::now() + CHILDREN_DEADLINE);
        let stop = self.stop.clone();
        let hold = async move {
            tokio::select! {
                ((), ()) = join(children, tokio::time::sleep(after)) => {}
                () = stop.wished() => {}
            }
        };
        ctx.wait(actix::fut::wrap_future::<_, Supervised<B>>(hold).map(|(), shell, ctx| {
            let core = shell.core();
            if core.stop.is_wished() {
                core.begin_stop(ctx);
            } else {
                core.children.borrow_mut().clear();
                core.make_value(ctx);
            }
        }));
    }

    #[cfg(test)]
    fn runs(&self, code: super::Code<'_>) {
        self.surroundings.observer.runs(B::KIND, &self.name, code);
    }

    /// The guarded door: a future whose panic is the actor's failure.
    #[allow(clippy::disallowed_methods, reason = "the guarded door itself: panics are caught around the future")]
    fn spawn_guarded<F: Future + 'static>(
        self: &Rc<Self>,
        ctx: &mut Context<Supervised<B>>,
        future: F,
        then: impl FnOnce(&Rc<Self>, F::Output, &mut Context<Supervised<B>>) + 'static,
    ) -> SpawnHandle {
        let guarded = AssertUnwindSafe(future).catch_unwind();
        ctx.spawn(actix::fut::wrap_future::<_, Supervised<B>>(guarded).map(move |outcome, shell, ctx| {
            let core = shell.core();
            match outcome {
                Ok(output) => then(core, output, ctx),
                Err(panic) if core.phase.get() == Phase::Ending => {
                    core.finish(Termination::Failed(Failure::panicked(&*panic)), ctx);
                }
                Err(panic) => core.handle_failure(Failure::panicked(&*panic), ctx),
            }
        }))
    }
}

fn refuse<M: Request>(reply: &mut Reply<M::Result>, refusal: Refusal<'_>) {
    if let Some(answer) = M::refused(refusal) {
        reply.send(answer);
    }
}

/// Runs code of a value. The value is dropped or declared sound by a strategy afterwards, so a broken invariant is never
/// met by accident.
fn caught<T>(code: impl FnOnce() -> T) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(code)).map_err(|panic| Failure::panicked(&*panic))
}
