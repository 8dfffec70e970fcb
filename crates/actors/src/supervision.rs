//! Pekko's supervision on Actix: what `Behaviors.supervise` promises, kept for actors that restart, panic and drain.
//!
//! Actix has a `Supervisor` of its own; it is not used. It never catches a panic, keeps the old value over a restart and
//! loops at once without limit or backoff. Here an actor is a *value* made by a factory ([`Behaviour`]), and the Actix
//! actor around it ([`Supervised`]) is a shell that catches whatever the value does, decides by the strategies that were
//! given at birth, and makes the value anew. The shell, its address and its mailbox stay.
//!
//! ```text
//! supervise(factory)
//!     .on_failure::<Panicked>(Strategy::restart().with_limit(3, minute))           innermost, asked first
//!     .on_failure::<IoFailure>(Strategy::restart().with_limit(3, minute).with_backoff(..))   outermost
//!     .named("kafka-producer-streaming-orders-{testId}")
//!     .start(&surroundings)  ──▶  Child { address, stop(deadline), ended() }
//! ```
//!
//! | Pekko | here |
//! |---|---|
//! | `Behaviors.supervise(b).onFailure[E](s)` | [`Supervise::on_failure`]; nested in the order of the calls, matched by the failure's type |
//! | `SupervisorStrategy.resume / restart / stop` | [`Strategy::resume`], [`Strategy::restart`], [`Strategy::stop`] |
//! | `restart.withLimit(n, window)` | [`Strategy::with_limit`], counted in a sliding window; over it the next outer strategy is asked, as Pekko rethrows |
//! | `restartWithBackoff(min, max, factor)` | [`Strategy::with_backoff`]; the mailbox is held meanwhile, a stop ends it at once |
//! | a failure nobody matches | the actor stops |
//! | `context.watch`, `Terminated`, `ChildFailed` | [`Terminated`], exactly once, with its [`Termination`] |
//! | death pact | [`Behaviour::terminated`] fails by default |
//! | `PreRestart`, `PostStop` | [`Behaviour::restarting`], [`Behaviour::stopped`] |
//! | `pipeToSelf` | [`Scope::pipe`] |
//! | `ask` without an answer: a time-out at the caller | an answer at once: [`Request::refused`] |
//! | not there | [`Strategy::escalate`]; panics caught in handlers, futures, hooks and factories; a drain before every stop |
//!
//! Doors that would let a panic past the shell (`ctx.spawn`, `ctx.wait`, `add_stream`, `run_later`) are disallowed
//! methods in this workspace; [`Scope`] has a guarded one.

mod backoff;
mod behaviour;
mod child;
mod core;
mod failure;
mod observer;
mod place;
mod reply;
mod restart_window;
mod running_futures;
mod scope;
mod shell;
mod stop_signal;
mod strategy;
mod supervise;
mod termination;
#[cfg(test)]
mod tests;

pub use backoff::{Backoff, Jitter};
pub use behaviour::{Behaviour, Drain, Receive};
pub use child::Child;
pub use failure::{DeathPact, Failure, Panicked, explain};
#[cfg(test)]
pub use observer::Code;
pub use observer::{SupervisionObserver, Surroundings, Unobserved};
pub use place::Place;
pub use reply::{Refusal, Reply, Request};
pub use restart_window::RestartWindow;
pub use scope::Scope;
pub use shell::Supervised;
pub use strategy::{Directive, Strategy};
pub use supervise::{Supervise, supervise};
pub use termination::{Terminated, Termination};
