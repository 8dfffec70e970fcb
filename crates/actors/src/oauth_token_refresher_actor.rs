use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use test_probe_oauth::{BearerToken, TokenError, TokenSource};
use tokio::time::{Instant, sleep, timeout};
use tracing::{debug, info, warn};

use crate::commands::{Observe, TokenRefresherStatus};
use crate::supervision::{Backoff, Behaviour, Failure, Receive, Reply, Scope, Strategy, Supervise, explain, supervise};
use crate::token_refreshers::Post;

mod renewal;
#[cfg(test)]
mod tests;

use renewal::{Effect, Event, Renewal};

/// What precedes the rest in the name of a refresher.
const NAME: &str = "oauth-token-refresher-";

/// The stretch of the pause before a restart, so that refreshers that failed together do not ask together.
const RANDOM_FACTOR: f64 = 0.2;

/// The shortest pause before a restart, whatever the policy says: restarts are not limited.
const SHORTEST_BACKOFF: Duration = Duration::from_millis(250);

/// Keeps one token: asks for it, writes it into its cell, and renews it before it ends.
///
/// What it decides is `Renewal`, a value; this carries it out. The cell's writer lives outside, so that neither a failure of
/// this actor nor one of its parent loses a token. A failed renewal keeps the token that is there. It goes on for as long as
/// anybody reads the token; once nobody does it ends when the next request would be due.
pub struct OAuthTokenRefresherActor {
    post: Arc<Post>,
    source: Arc<dyn TokenSource>,
    renewal: Renewal,
}

impl OAuthTokenRefresherActor {
    /// The actor to be. Any failure, a panic included, restarts it after a pause, as often as it takes: tests that have a
    /// token now will want the next one.
    pub(crate) fn supervised(post: Post) -> Supervise<Self> {
        let name = format!("{NAME}{}", post.name());
        let policy = post.policy();
        let min = policy.initial_backoff.max(SHORTEST_BACKOFF);
        let backoff = Backoff { min, max: policy.max_backoff.max(min), random_factor: RANDOM_FACTOR };
        // A span without a limit of restarts: it counts them for the pause, which grows with those that are in it.
        let span = backoff.max * 10;
        let strategy = Strategy::restart().with_limit(usize::MAX, span).with_backoff(backoff);
        let post = Arc::new(post);
        supervise(move || Self::new(Arc::clone(&post))).named(name).on_failure_matching(|_| true, strategy)
    }

    /// Whether an actor of this name is a refresher.
    pub(crate) fn is_name(name: &str) -> bool {
        name.starts_with(NAME)
    }

    fn new(post: Arc<Post>) -> Result<Self, Failure> {
        let source = post.source()?;
        let renewal = Renewal::new(post.identity(), post.policy());
        Ok(Self { post, source, renewal })
    }

    /// Something happened: decides what follows and does it.
    fn happens(&mut self, event: Event, scope: &mut Scope<'_, Self>) {
        let random = scope.surroundings().jitter.draw();
        let (renewal, effects) = self.renewal.clone().on(event, self.post.now(), random);
        self.renewal = renewal;
        for effect in effects {
            match effect {
                Effect::Look => {
                    let is_read = !self.post.leave_if_unread();
                    self.happens(Event::Looked { is_read }, scope);
                }
                Effect::Ask => self.ask(scope),
                Effect::Put(token) => self.put(token),
                Effect::Fail(error) => self.fail(error),
                Effect::Wait(pause) => scope.pipe(sleep(pause), |refresher, (), scope| {
                    refresher.happens(Event::Woken, scope);
                    Ok(())
                }),
                Effect::End => {
                    debug!(identity = %self.post.identity(), "nobody reads this token; its refresher ends");
                    scope.stop(Duration::ZERO);
                }
            }
        }
    }

    fn ask(&self, scope: &mut Scope<'_, Self>) {
        debug!(identity = %self.post.identity(), "a token is asked for");
        self.post.metrics().asked();
        let (source, limit, begun) = (Arc::clone(&self.source), self.post.request_timeout(), Instant::now());
        let asking = async move { timeout(limit, source.fetch()).await };
        scope.pipe(asking, move |refresher, answer, scope| {
            refresher.post.metrics().answered(begun.elapsed());
            let answer = answer.unwrap_or_else(|_| Err(refresher.silence(limit)));
            refresher.happens(Event::Answered(answer), scope);
            Ok(())
        });
    }

    fn put(&self, token: BearerToken) {
        info!(
            identity = %self.post.identity(),
            principal = token.principal(),
            life_ms = token.life().as_millis(),
            "a token is here"
        );
        self.post.metrics().put(&token);
        self.post.writer().put(token);
    }

    fn fail(&self, error: Arc<TokenError>) {
        let failures = self.renewal.failures();
        warn!(identity = %self.post.identity(), failures, cause = explain(&*error), "no token was given");
        self.post.metrics().failed(error.failure());
        self.post.writer().fail(error);
    }

    fn silence(&self, limit: Duration) -> TokenError {
        TokenError::Unreachable {
            identity: self.post.identity(),
            reason: format!("no answer within {limit:?}"),
            fix: "see why the endpoint, or the way to it, is slow",
            source: None,
        }
    }
}

impl Behaviour for OAuthTokenRefresherActor {
    const KIND: &'static str = "OAuthTokenRefresherActor";

    fn started(&mut self, scope: &mut Scope<'_, Self>) -> Result<(), Failure> {
        let token = self.post.writer().cell().state().token.clone();
        self.happens(Event::Begun { token }, scope);
        Ok(())
    }

    /// Whoever waits for the token learns that this request brings none.
    fn restarting(&mut self, _: &Failure) {
        if self.renewal.is_asking() {
            self.fail(Arc::new(TokenError::Unreachable {
                identity: self.post.identity(),
                reason: "the request broke off, by a bug of this program".to_owned(),
                fix: "see the log for its panic, and report it",
                source: None,
            }));
        }
    }
}

impl Receive<Observe> for OAuthTokenRefresherActor {
    fn receive(
        &mut self,
        _: Observe,
        reply: &mut Reply<TokenRefresherStatus>,
        _: &mut Scope<'_, Self>,
    ) -> Result<(), Failure> {
        let (now, state) = (self.post.now(), self.post.writer().cell().state());
        let token = state.token.as_ref();
        reply.send(TokenRefresherStatus {
            identity: self.post.identity(),
            has_token: token.is_some_and(|token| token.is_valid(now)),
            age: token.map(|token| token.age(now)),
            remaining: token.map(|token| token.remaining(now)),
            failures: self.renewal.failures(),
            next_request_in: self.renewal.next_request_in(now),
            failure: state.failure.clone(),
        });
        Ok(())
    }
}

impl fmt::Debug for OAuthTokenRefresherActor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthTokenRefresherActor").field("renewal", &self.renewal).finish_non_exhaustive()
    }
}
