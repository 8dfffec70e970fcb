use std::fmt;
use std::future::Future;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

/// The way back to whoever asked, carried in the message and handed on with it: Pekko's `replyTo`.
///
/// One that is dropped without an answer tells the asker so at once, who would wait for a time-out otherwise.
pub struct ReplyTo<T> {
    to: oneshot::Sender<T>,
}

impl<T> ReplyTo<T> {
    /// A way back, and where the answer arrives.
    pub fn new() -> (Self, oneshot::Receiver<T>) {
        let (to, answer) = oneshot::channel();
        (Self { to }, answer)
    }

    /// Answers. An asker that gave up does not hear it.
    pub fn tell(self, answer: T) {
        drop(self.to.send(answer));
    }
}

impl<T> fmt::Debug for ReplyTo<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReplyTo")
    }
}

/// A question was not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoAnswer {
    /// The actor has ended, failed on the question, or its mailbox is full.
    #[error("the actor that was asked has ended, or failed on the question")]
    Gone,
    /// It did not answer in time.
    #[error("the actor did not respond in time: within {0:?}")]
    TimedOut(Duration),
}

/// Asks an actor: hands `send` a way back and waits for the answer, for up to `limit`.
///
/// # Errors
/// [`NoAnswer`].
///
/// # Cancellation
/// The question stays asked; its answer is dropped.
pub async fn ask<T, F: Future<Output = bool>>(
    limit: Duration,
    send: impl FnOnce(ReplyTo<T>) -> F,
) -> Result<T, NoAnswer> {
    let (reply_to, answer) = ReplyTo::new();
    let asked = async {
        if !send(reply_to).await {
            return Err(NoAnswer::Gone);
        }
        answer.await.map_err(|_| NoAnswer::Gone)
    };
    timeout(limit, asked).await.unwrap_or(Err(NoAnswer::TimedOut(limit)))
}
