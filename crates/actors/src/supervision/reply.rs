use actix::Message;
use actix::dev::OneshotSender;

use super::Failure;

/// A message that a supervised actor takes.
pub trait Request: Message<Result: Send> + Send + 'static {
    /// The answer to a caller whose message was handled without one: that it was, where there is nothing else to say.
    fn handled() -> Option<Self::Result> {
        None
    }

    /// The answer to a caller whose message was not handled; without one the caller sees a closed mailbox.
    fn refused(refusal: Refusal<'_>) -> Option<Self::Result> {
        let _ = refusal;
        None
    }
}

/// Why a message was not handled.
#[derive(Clone, Copy, Debug)]
pub enum Refusal<'a> {
    /// The actor failed on it.
    Failed(&'a Failure),
    /// The actor is stopping.
    Stopping,
}

/// The way back to the caller. It stays outside what may unwind: a value that fails without having answered leaves it to
/// the shell, which answers with a refusal.
#[derive(Debug)]
pub struct Reply<R> {
    to: Option<OneshotSender<R>>,
}

impl<R> Reply<R> {
    pub(super) fn new(to: Option<OneshotSender<R>>) -> Self {
        Self { to }
    }

    /// Answers. A second answer, or one to a caller that does not wait, goes nowhere.
    pub fn send(&mut self, answer: R) {
        if let Some(to) = self.to.take() {
            // A caller that gave up has dropped its end.
            drop(to.send(answer));
        }
    }

    /// Takes the way back, to answer later from elsewhere. Whoever takes it must answer.
    pub fn take(&mut self) -> Option<OneshotSender<R>> {
        self.to.take()
    }
}
