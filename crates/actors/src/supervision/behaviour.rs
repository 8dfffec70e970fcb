use std::future::Future;
use std::pin::Pin;

use tokio::time::Instant;

use super::{DeathPact, Failure, Reply, Request, Scope, Terminated};

/// What must be waited for before an actor ends.
pub type Drain = Pin<Box<dyn Future<Output = ()>>>;

/// The value inside a supervised actor: made by a factory, dropped and made anew by a restart.
///
/// What must outlive a restart (events under way, a stream's place) is handed in by the factory and lives outside.
pub trait Behaviour: Sized + 'static {
    /// The actor's type name as Pekko knows it, for metrics and logs.
    const KIND: &'static str;

    /// Runs when a value was made, the first time and after each restart, before any message.
    ///
    /// # Errors
    /// A failure here is a failure of the actor; a restart strategy makes another value.
    fn started(&mut self, scope: &mut Scope<'_, Self>) -> Result<(), Failure> {
        let _ = scope;
        Ok(())
    }

    /// Runs before this value is dropped for a new one (Pekko's `PreRestart`).
    fn restarting(&mut self, failure: &Failure) {
        let _ = failure;
    }

    /// Runs when the actor was told to stop, after its children have ended: what must be finished before it ends, by
    /// `deadline`. Messages are refused from now on. A stop in the middle of a restart makes a value for this alone, which
    /// was never [`started`](Self::started).
    fn draining(&mut self, deadline: Instant, scope: &mut Scope<'_, Self>) -> Drain {
        let _ = (deadline, scope);
        Box::pin(std::future::ready(()))
    }

    /// Runs last, whether the actor stopped or failed (Pekko's `PostStop`).
    fn stopped(&mut self) {}

    /// A child has ended. Who does not handle this makes a death pact: the child's end is the parent's failure.
    ///
    /// # Errors
    /// A failure here is a failure of this actor.
    fn terminated(&mut self, terminated: &Terminated, scope: &mut Scope<'_, Self>) -> Result<(), Failure> {
        let _ = scope;
        let Terminated { child, termination } = terminated;
        Err(Failure::new(DeathPact { child: child.to_string(), termination: termination.to_string() }))
    }
}

/// How a behaviour takes one sort of message.
pub trait Receive<M: Request>: Behaviour {
    /// Handles the message. The answer goes through `reply`, now or later.
    ///
    /// # Errors
    /// A failure is handed to the actor's strategies; a caller that has no answer yet gets a refusal.
    fn receive(&mut self, message: M, reply: &mut Reply<M::Result>, scope: &mut Scope<'_, Self>)
    -> Result<(), Failure>;
}
