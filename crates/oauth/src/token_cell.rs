use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use test_probe_directives::Timestamp;

use crate::{BearerToken, TokenError, TokenIdentity};

/// The token of one identity, for all who need it. Cheap to clone.
#[derive(Clone)]
pub struct TokenCell(Arc<Shared>);

/// The one who may change what a [`TokenCell`] holds.
pub struct TokenWriter(Arc<Shared>);

struct Shared {
    identity: Arc<TokenIdentity>,
    state: ArcSwap<TokenState>,
    subscribers: Mutex<Subscribers>,
}

#[derive(Default)]
struct Subscribers {
    next: u64,
    told: Vec<(u64, Tell)>,
}

type Tell = Box<dyn FnMut(&TokenState) + Send>;

/// What a cell holds.
#[derive(Clone, Debug, Default)]
pub struct TokenState {
    /// The last token that was given. It stays here when it has ended.
    pub token: Option<Arc<BearerToken>>,
    /// Why the last request failed; nothing after one that succeeded.
    pub failure: Option<Arc<TokenError>>,
}

/// Ends with its life: once it is dropped, its function is not called any more, and no call is under way.
#[must_use = "nothing is told any more once it is dropped"]
pub struct TokenSubscription {
    shared: Arc<Shared>,
    number: u64,
}

/// There is no token that opens anything now.
#[derive(Clone, Debug, thiserror::Error)]
#[error("there is no valid token of {identity}: {}", match expired_at {
    Some(moment) => format!("the last one ended at {moment}, and no new one was given"),
    None => "none was given yet".to_owned(),
})]
pub struct TokenUnavailable {
    /// Whose token it is.
    pub identity: Arc<TokenIdentity>,
    /// When the last one ended, if there was one.
    pub expired_at: Option<Timestamp>,
    /// Why the last request failed, if it did.
    #[source]
    pub failure: Option<Arc<TokenError>>,
}

impl TokenWriter {
    /// An empty cell of this identity and its writer.
    pub fn new(identity: TokenIdentity) -> (Self, TokenCell) {
        let identity = Arc::new(identity);
        let shared = Arc::new(Shared { identity, state: ArcSwap::default(), subscribers: Mutex::default() });
        (Self(Arc::clone(&shared)), TokenCell(shared))
    }

    /// Puts a new token in place of the old one, and tells all who subscribed.
    ///
    /// # Panics
    /// When one of those who are told does, after all were told.
    pub fn put(&self, token: BearerToken) {
        self.change(TokenState { token: Some(Arc::new(token)), failure: None });
    }

    /// Notes why no new token was given. The old one stays, whether it is still good or not.
    ///
    /// # Panics
    /// As [`put`](Self::put).
    pub fn fail(&self, failure: Arc<TokenError>) {
        let token = self.0.state.load().token.clone();
        self.change(TokenState { token, failure: Some(failure) });
    }

    /// Whether anybody holds the cell or a subscription to it.
    pub fn has_readers(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// The cell.
    pub fn cell(&self) -> TokenCell {
        TokenCell(Arc::clone(&self.0))
    }

    fn change(&self, state: TokenState) {
        // Changed under the lock, so that whoever subscribes meanwhile sees the new state and is told of it only once.
        let mut subscribers = self.0.subscribers();
        self.0.state.store(Arc::new(state.clone()));
        let mut panic = None;
        for (_, tell) in &mut subscribers.told {
            // One that panics keeps nobody else from hearing of it.
            let told = catch_unwind(AssertUnwindSafe(|| tell(&state)));
            panic = panic.or(told.err());
        }
        drop(subscribers);
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }
}

impl TokenCell {
    /// Whose token it is.
    pub fn identity(&self) -> &TokenIdentity {
        &self.0.identity
    }

    /// What the cell holds. Waits for nothing.
    pub fn state(&self) -> Arc<TokenState> {
        self.0.state.load_full()
    }

    /// The token, if it is good at `now`. Waits for nothing.
    ///
    /// # Errors
    /// [`TokenUnavailable`] when there is none, or it has ended.
    pub fn token(&self, now: Timestamp) -> Result<Arc<BearerToken>, TokenUnavailable> {
        let state = self.0.state.load();
        match &state.token {
            Some(token) if token.is_valid(now) => Ok(Arc::clone(token)),
            token => Err(TokenUnavailable {
                identity: Arc::clone(&self.0.identity),
                expired_at: token.as_ref().map(|token| token.expires_at()),
                failure: state.failure.clone(),
            }),
        }
    }

    /// Whether the token is good at `now`. Waits for nothing, and costs a few nanoseconds.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.0.state.load().token.as_ref().is_some_and(|token| token.is_valid(now))
    }

    /// Tells `tell` of what the cell holds now, before this returns, and of every change from then on, on the thread of
    /// whoever writes.
    ///
    /// It must not block, and neither subscribe to nor let go of a subscription to the same cell.
    pub fn subscribe(&self, mut tell: impl FnMut(&TokenState) + Send + 'static) -> TokenSubscription {
        let mut subscribers = self.0.subscribers();
        tell(&self.0.state.load());
        let number = subscribers.next;
        subscribers.next += 1;
        subscribers.told.push((number, Box::new(tell)));
        TokenSubscription { shared: Arc::clone(&self.0), number }
    }
}

impl Shared {
    fn subscribers(&self) -> MutexGuard<'_, Subscribers> {
        self.subscribers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for TokenSubscription {
    fn drop(&mut self) {
        self.shared.subscribers().told.retain(|(number, _)| *number != self.number);
    }
}

impl fmt::Debug for TokenCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCell").field("identity", &self.0.identity).field("state", &self.state()).finish()
    }
}

impl fmt::Debug for TokenWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenWriter").field("cell", &self.cell()).finish()
    }
}

impl fmt::Debug for TokenSubscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSubscription").field("identity", &self.shared.identity).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
