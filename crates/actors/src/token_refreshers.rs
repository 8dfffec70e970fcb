use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use test_probe_directives::{Timestamp, WallClock};
use test_probe_oauth::{
    RefreshPolicy, TokenCell, TokenError, TokenIdentity, TokenRequest, TokenSources, TokenState, TokenSubscription,
};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::commands::{Observe, TokenRefresherStatus};
use crate::metrics::TokenMetrics;

mod directory;
mod host;
mod no_token;
mod post;
#[cfg(test)]
mod tests;

pub(crate) use host::{HostLease, tend};
pub use no_token::NoToken;
pub(crate) use post::Post;

use directory::{Directory, Rank};
use post::Slot;

/// How long a request may take, whatever the source itself says.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// Hands out token cells: one for each identity, and one [`OAuthTokenRefresherActor`](crate::OAuthTokenRefresherActor) that
/// keeps its token. Made at system start and handed down; cheap to clone.
///
/// ```text
/// cell, first_token ──▶ slot (identity, writer) ◀── post ── OAuthTokenRefresherActor
///                         │ vacant?                            │ child of
///                         └───── tells ──▶ host ──── starts ───┘
/// ```
///
/// Refreshers are children of a *host*: the guardian in the tree, and an actor that opens topics where there is no tree. A
/// slot outlives its refresher and the host, so a token is lost with neither. Where one host goes another one takes over;
/// with the last one the refreshers end, and whoever asks then is told so.
#[derive(Clone)]
pub struct TokenRefreshers {
    shared: Arc<Shared>,
}

struct Shared {
    sources: Arc<dyn TokenSources>,
    policy: RefreshPolicy,
    clock: WallClock,
    metrics: TokenMetrics,
    request_timeout: Duration,
    directory: Mutex<Directory>,
    /// Goes up whenever there may be a slot without a refresher.
    vacancies: watch::Sender<u64>,
    /// Whether hosts were there and all have gone.
    is_deserted: watch::Sender<bool>,
}

/// A cell that somebody was handed, and whether its slot was made for it.
struct Entered {
    cell: TokenCell,
    is_new: bool,
}

impl TokenRefreshers {
    /// Refreshers of tokens from these sources. A request may take 15 s.
    pub fn new(sources: Arc<dyn TokenSources>, policy: RefreshPolicy, clock: WallClock, metrics: TokenMetrics) -> Self {
        Self::with_request_timeout(sources, policy, clock, metrics, REQUEST_TIMEOUT)
    }

    /// As [`new`](Self::new), with the time that a request may take, whatever its source itself allows it.
    pub fn with_request_timeout(
        sources: Arc<dyn TokenSources>,
        policy: RefreshPolicy,
        clock: WallClock,
        metrics: TokenMetrics,
        request_timeout: Duration,
    ) -> Self {
        let shared = Shared {
            sources,
            policy,
            clock,
            metrics,
            request_timeout,
            directory: Mutex::default(),
            vacancies: watch::channel(0).0,
            is_deserted: watch::channel(false).0,
        };
        Self { shared: Arc::new(shared) }
    }

    /// The clock that tokens are stamped by.
    pub fn clock(&self) -> WallClock {
        self.shared.clock
    }

    /// The cell of a token, at once, whether there is a token in it yet or not. Its refresher is started where there is a
    /// host, and when there is one otherwise. It lives as long as anybody holds the cell or a subscription to it.
    ///
    /// # Errors
    /// [`TokenError::Settings`] when the request cannot be made at all, or when nobody renews tokens any more.
    pub fn cell(&self, request: &TokenRequest) -> Result<TokenCell, TokenError> {
        let Entered { cell, is_new } = self.enter(request)?;
        if is_new {
            self.shared.tell_of_vacancies();
        }
        Ok(cell)
    }

    /// The cell of a token, once there is one in it that is good. However many ask at the same time, the endpoint is asked
    /// once. Who waits is told as soon as the endpoint refuses the client for good; other failures may pass and are waited
    /// out.
    ///
    /// # Errors
    /// [`NoToken`].
    ///
    /// # Cancellation
    /// Safe: a request that is under way goes on for others.
    ///
    /// # Panics
    /// Outside a Tokio runtime.
    pub async fn first_token(&self, request: &TokenRequest, within: Duration) -> Result<TokenCell, NoToken> {
        let unobtainable = |error| NoToken::Unobtainable(Arc::new(error));
        let Entered { cell, is_new } = self.enter(request).map_err(unobtainable)?;
        // Before anybody asks, so that the first answer is seen as one.
        let (_subscription, mut seen) = watched(&cell);
        if is_new {
            self.shared.tell_of_vacancies();
        }
        let clock = self.shared.clock;
        let mut is_deserted = self.shared.is_deserted.subscribe();
        let settled = async {
            tokio::select! {
                biased;
                seen = seen.wait_for(|seen| seen.is_valid(clock.now()) || seen.refusal().is_some()) => {
                    seen.ok().filter(|seen| !seen.is_valid(clock.now())).and_then(|seen| seen.refusal())
                }
                _ = is_deserted.wait_for(|is_deserted| *is_deserted) => {
                    Some(Arc::new(deserted(Arc::new(cell.identity().clone()))))
                }
            }
        };
        match timeout(within, settled).await {
            Ok(None) => Ok(cell),
            Ok(Some(error)) => Err(NoToken::Unobtainable(error)),
            Err(_) => match cell.token(clock.now()) {
                Ok(_) => Ok(cell),
                Err(unavailable) => Err(NoToken::Late { within, unavailable }),
            },
        }
    }

    /// How every refresher stands that answers within this time: one that is about to be restarted does not.
    ///
    /// # Cancellation
    /// Safe.
    ///
    /// # Panics
    /// Outside a Tokio runtime.
    pub async fn observe(&self, within: Duration) -> Vec<TokenRefresherStatus> {
        let observed = self.shared.directory().observed();
        let answers = observed.into_iter().map(|refresher| timeout(within, refresher.send(Observe)));
        join_all(answers).await.into_iter().filter_map(|answer| answer.ok()?.ok()).collect()
    }

    /// Makes whoever holds the lease the host of all refreshers: the tree's root.
    pub(crate) fn host(&self) -> HostLease {
        HostLease::new(&self.shared, Rank::Tree)
    }

    /// Makes whoever holds the lease a host where no tree is one.
    pub(crate) fn stand_in(&self) -> Option<HostLease> {
        let has_tree = self.shared.directory().has_tree();
        (!has_tree).then(|| HostLease::new(&self.shared, Rank::StandIn))
    }

    fn enter(&self, request: &TokenRequest) -> Result<Entered, TokenError> {
        let shared = &self.shared;
        let identity = request.identity();
        let mut directory = shared.directory();
        if directory.is_deserted() {
            return Err(deserted(Arc::new(identity)));
        }
        if let Some(cell) = directory.cell(&identity) {
            return Ok(Entered { cell, is_new: false });
        }
        // Under the lock, so that of many who ask at once one makes it.
        let source = shared.sources.source(request)?;
        let slot = Slot::new(directory.next_number(), request.clone(), source, shared);
        let cell = slot.writer.cell();
        directory.insert(identity, Arc::new(slot));
        Ok(Entered { cell, is_new: true })
    }
}

impl Shared {
    fn directory(&self) -> MutexGuard<'_, Directory> {
        self.directory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell_of_vacancies(&self) {
        self.vacancies.send_modify(|told| *told += 1);
    }
}

/// What a cell told, and how often it has told something.
#[derive(Clone, Debug, Default)]
struct Seen {
    times: usize,
    state: TokenState,
}

impl Seen {
    fn is_valid(&self, now: Timestamp) -> bool {
        self.state.token.as_ref().is_some_and(|token| token.is_valid(now))
    }

    /// Why waiting does not help. What had failed before the wait began may have been put right since, so it is asked again
    /// first.
    fn refusal(&self) -> Option<Arc<TokenError>> {
        self.state.failure.clone().filter(|failure| self.times > 1 && !failure.is_worth_a_retry())
    }
}

/// Everything that a cell tells, for as long as the subscription is held.
fn watched(cell: &TokenCell) -> (TokenSubscription, watch::Receiver<Seen>) {
    let (tell, seen) = watch::channel(Seen::default());
    let subscription = cell.subscribe(move |state| {
        tell.send_modify(|seen| *seen = Seen { times: seen.times + 1, state: state.clone() });
    });
    (subscription, seen)
}

fn deserted(identity: Arc<TokenIdentity>) -> TokenError {
    TokenError::Settings {
        identity,
        reason: "nobody renews tokens any more: the actors that did have ended".to_owned(),
        fix: "ask while the actor system, or an actor that opens topics, lives",
    }
}

impl fmt::Debug for TokenRefreshers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRefreshers")
            .field("policy", &self.shared.policy)
            .field("request_timeout", &self.shared.request_timeout)
            .finish_non_exhaustive()
    }
}
