use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix::Recipient;
use tracing::{debug, error, info, warn};

use crate::commands::{GuardianCommands, NoAnswer, QueueCommands, ReplyTo, StopCause, ask};
use crate::error::ProbeExceptions;
use crate::supervision::{Behaviour, Failure, Receive, Reply, Scope, Strategy, Supervise, Terminated, supervise};
use crate::token_refreshers::{HostLease, tend};
use crate::{OAuthTokenRefresherActor, QueueActor, QueueParts, TokenRefreshers};

#[cfg(test)]
mod tests;

/// The guardian's name.
const NAME: &str = "guardian";

/// The queue's name, as it gives itself.
const QUEUE: &str = "queue-actor";

/// Makes a queue: the guardian does not know what one is made of.
pub trait QueueActorFactory: Send + Sync {
    /// A queue to be.
    ///
    /// # Errors
    /// When it cannot be made; whoever wanted it is told, and may ask again.
    fn make(&self) -> Result<Supervise<QueueActor>, Failure>;
}

impl QueueActorFactory for QueueParts {
    fn make(&self) -> Result<Supervise<QueueActor>, Failure> {
        Ok(QueueActor::supervised(self.clone()))
    }
}

/// What a guardian is handed at birth.
#[derive(Clone)]
pub struct GuardianParts {
    /// Makes the queue.
    pub queue: Arc<dyn QueueActorFactory>,
    /// How often the queue, and the guardian itself, may be restarted within `restart_time_range`.
    pub max_restarts: usize,
    /// The span that slides along with the clock.
    pub restart_time_range: Duration,
}

/// The root of the tree: starts the queue, supervises it, and ends it in order. Where it is told so, the tokens' refreshers
/// live under it.
///
/// A queue that fails is restarted within the limit. One that is over the limit is gone: the guardian is degraded then, says
/// so to whoever wants the queue, and starts a fresh one at the next `Initialize`.
pub struct GuardianActor {
    parts: GuardianParts,
    /// What was wished for, which a restart must not forget.
    wish: Rc<Cell<Wish>>,
    queue: Option<Recipient<QueueCommands>>,
    /// Who waits for the queue's end, and whether all tests had ended in time.
    farewells: Vec<(ReplyTo<bool>, bool)>,
    /// Makes it the host of the tokens' refreshers, which a restart must not give up.
    tokens: Option<Rc<HostLease>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    /// Nobody wants a queue yet, or the queue is gone.
    Nothing,
    /// There is to be a queue.
    Queue,
    /// The tree ends.
    End,
}

impl GuardianActor {
    /// The actor to be. Any failure of its own, a panic included, restarts it within the limit.
    pub fn supervised(parts: GuardianParts) -> Supervise<Self> {
        Self::to_be(parts, None)
    }

    /// As [`supervised`](Self::supervised), and the host of these refreshers besides: they are its children. From this
    /// call on there is a host, and no more once the actor has ended.
    pub fn hosting(parts: GuardianParts, tokens: &TokenRefreshers) -> Supervise<Self> {
        Self::to_be(parts, Some(Rc::new(tokens.host())))
    }

    fn to_be(parts: GuardianParts, tokens: Option<Rc<HostLease>>) -> Supervise<Self> {
        let (wish, strategy) = (Rc::new(Cell::new(Wish::Nothing)), parts.strategy());
        let make = move || {
            let (parts, wish, tokens) = (parts.clone(), Rc::clone(&wish), tokens.clone());
            Ok(Self { parts, wish, queue: None, farewells: Vec::new(), tokens })
        };
        supervise(make).named(NAME).on_failure_matching(|_| true, strategy)
    }

    fn initialize(&mut self, scope: &mut Scope<'_, Self>) -> Result<(), ProbeExceptions> {
        match self.wish.get() {
            Wish::End => return Err(self.no_queue()),
            Wish::Queue if self.queue.is_some() => {
                warn!("the guardian is initialized already; nothing is started");
                return Ok(());
            }
            Wish::Nothing | Wish::Queue => {}
        }
        info!("the queue is being started");
        match self.start_queue(scope) {
            Ok(()) => {
                self.wish.set(Wish::Queue);
                Ok(())
            }
            Err(failure) => {
                error!(cause = failure.explain(), "the queue cannot be started");
                Err(ProbeExceptions::of(&failure).unwrap_or_else(|| ProbeExceptions::ActorSystemNotReadyException {
                    message: format!("GuardianActor initialization failed: {}", failure.explain()),
                }))
            }
        }
    }

    /// A factory that panics has failed like one that says so: the guardian lives on and may be asked again.
    fn start_queue(&mut self, scope: &mut Scope<'_, Self>) -> Result<(), Failure> {
        let made = catch_unwind(AssertUnwindSafe(|| self.parts.queue.make()));
        let queue = made.unwrap_or_else(|panic| Err(Failure::panicked(&*panic)))?;
        let queue = scope.start(queue.on_failure_matching(|_| true, self.parts.strategy()));
        self.queue = Some(queue.recipient());
        info!("the queue is started");
        Ok(())
    }

    fn queue(&self) -> Result<Recipient<QueueCommands>, ProbeExceptions> {
        let Some(queue) = &self.queue else {
            error!("there is no queue to be had");
            return Err(self.no_queue());
        };
        debug!("the queue is handed out");
        Ok(queue.clone())
    }

    fn no_queue(&self) -> ProbeExceptions {
        let message = if self.wish.get() == Wish::End {
            "QueueActor not initialized: the probe has shut down"
        } else {
            "QueueActor not initialized; send Initialize first"
        };
        ProbeExceptions::ActorSystemNotReadyException { message: message.to_owned() }
    }

    fn shut_down(&mut self, cause: StopCause, within: Duration, reply_to: ReplyTo<bool>, scope: &mut Scope<'_, Self>) {
        info!(cause = cause.as_str(), within_ms = within.as_millis(), "the tree ends");
        self.wish.set(Wish::End);
        let Some(queue) = self.queue.clone() else { return reply_to.tell(true) };
        let asked = ask(within, move |reply_to| async move {
            queue.send(QueueCommands::Shutdown { cause, reply_to }).await.is_ok()
        });
        scope.pipe(asked, move |guardian, ended, scope| {
            guardian.say_goodbye(reply_to, ended, scope);
            Ok(())
        });
    }

    /// The tests have ended, or their time is over: the queue ends as well, and then whoever asked is answered.
    fn say_goodbye(&mut self, reply_to: ReplyTo<bool>, ended: Result<(), NoAnswer>, scope: &mut Scope<'_, Self>) {
        if let Err(no_answer) = ended {
            warn!(cause = %no_answer, "tests had not ended when the queue was stopped");
        }
        if self.queue.is_none() {
            return reply_to.tell(ended.is_ok());
        }
        self.farewells.push((reply_to, ended.is_ok()));
        scope.stop_child(QUEUE, Duration::ZERO);
    }
}

impl GuardianParts {
    fn strategy(&self) -> Strategy {
        Strategy::restart().with_limit(self.max_restarts, self.restart_time_range)
    }
}

impl Behaviour for GuardianActor {
    const KIND: &'static str = "GuardianActor";

    fn started(&mut self, scope: &mut Scope<'_, Self>) -> Result<(), Failure> {
        info!("the guardian is there");
        if let Some(tokens) = &self.tokens {
            tend(tokens, scope);
        }
        if self.wish.get() == Wish::Queue {
            // It was initialized before it failed. Without a queue it is degraded, which is no failure of its own.
            if let Err(exception) = self.initialize(scope) {
                error!(cause = exception.explain(), "the guardian has no queue after its restart");
                self.wish.set(Wish::Nothing);
            }
        }
        Ok(())
    }

    fn terminated(&mut self, terminated: &Terminated, _: &mut Scope<'_, Self>) -> Result<(), Failure> {
        let Terminated { child, termination } = terminated;
        if OAuthTokenRefresherActor::is_name(child) {
            debug!(child = &**child, how = %termination, "a token's refresher has ended");
            return Ok(());
        }
        if &**child != QUEUE {
            warn!(child = &**child, how = %termination, "an actor has ended that is not the queue");
            return Ok(());
        }
        self.queue = None;
        if self.wish.get() == Wish::End {
            info!(how = %termination, "the queue has ended");
        } else {
            error!(how = %termination, "the queue is gone; it takes an Initialize to start another");
            self.wish.set(Wish::Nothing);
        }
        self.farewells.drain(..).for_each(|(reply_to, in_time)| reply_to.tell(in_time));
        Ok(())
    }
}

impl Receive<GuardianCommands> for GuardianActor {
    fn receive(
        &mut self,
        message: GuardianCommands,
        _: &mut Reply<()>,
        scope: &mut Scope<'_, Self>,
    ) -> Result<(), Failure> {
        #[cfg(test)]
        crate::queue_actor::tests::strike(&message);
        match message {
            GuardianCommands::Initialize { reply_to } => reply_to.tell(self.initialize(scope)),
            GuardianCommands::GetQueueActor { reply_to } => reply_to.tell(self.queue()),
            GuardianCommands::Shutdown { cause, within, reply_to } => self.shut_down(cause, within, reply_to, scope),
        }
        Ok(())
    }
}

impl fmt::Debug for GuardianParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardianParts")
            .field("max_restarts", &self.max_restarts)
            .field("restart_time_range", &self.restart_time_range)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for GuardianActor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardianActor").field("wish", &self.wish.get()).finish_non_exhaustive()
    }
}
