use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use test_probe_directives::{Secret, Timestamp, WallClock};
use test_probe_oauth::{BearerToken, TokenError, TokenIdentity, TokenRequest, TokenSource, TokenSources};

/// A token endpoint that does what it is told, and writes down who asks when. Cheap to clone.
#[derive(Clone)]
pub struct ScriptedTokens {
    shared: Arc<Shared>,
}

/// What a scripted endpoint does when it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenScript {
    /// Gives a token.
    Answer,
    /// Gives a token after this time.
    AnswerAfter(Duration),
    /// Gives a token that ended a second ago.
    AnswerWithAnEndedOne,
    /// Refuses the client.
    Refuse,
    /// Says that it is asked too often, and when to come again (status 429).
    Hold(Duration),
    /// Cannot be reached.
    BeUnreachable,
    /// Never answers.
    NeverAnswer,
    /// Has a bug.
    Panic,
}

struct Shared {
    clock: WallClock,
    life: Mutex<Duration>,
    script: Mutex<TokenScript>,
    calls: Mutex<Vec<TokenCall>>,
    made: AtomicUsize,
    under_way: AtomicUsize,
    most_at_once: AtomicUsize,
}

/// A token was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenCall {
    /// Whose it is.
    pub identity: TokenIdentity,
    /// When.
    pub at: Timestamp,
}

impl ScriptedTokens {
    /// An endpoint that gives tokens of this life.
    pub fn answering(life: Duration, clock: WallClock) -> Self {
        let shared = Shared {
            clock,
            life: Mutex::new(life),
            script: Mutex::new(TokenScript::Answer),
            calls: Mutex::default(),
            made: AtomicUsize::new(0),
            under_way: AtomicUsize::new(0),
            most_at_once: AtomicUsize::new(0),
        };
        Self { shared: Arc::new(shared) }
    }

    /// What it does from now on, for whoever asks from now on.
    pub fn plays(&self, script: TokenScript) {
        *locked(&self.shared.script) = script;
    }

    /// How long tokens live from now on.
    pub fn gives(&self, life: Duration) {
        *locked(&self.shared.life) = life;
    }

    /// Who has asked, in that order.
    pub fn calls(&self) -> Vec<TokenCall> {
        locked(&self.shared.calls).clone()
    }

    /// How many sources were made.
    pub fn sources(&self) -> usize {
        self.shared.made.load(Ordering::SeqCst)
    }

    /// The most requests that were under way at a time.
    pub fn most_at_once(&self) -> usize {
        self.shared.most_at_once.load(Ordering::SeqCst)
    }
}

impl TokenSources for ScriptedTokens {
    fn source(&self, request: &TokenRequest) -> Result<Arc<dyn TokenSource>, TokenError> {
        let identity = Arc::new(request.identity());
        if identity.endpoint.is_empty() {
            let reason = "the token endpoint is no URL".to_owned();
            return Err(TokenError::Settings { identity, reason, fix: "name one" });
        }
        self.shared.made.fetch_add(1, Ordering::SeqCst);
        Ok(Arc::new(ScriptedSource { identity, shared: Arc::clone(&self.shared) }))
    }
}

struct ScriptedSource {
    identity: Arc<TokenIdentity>,
    shared: Arc<Shared>,
}

#[async_trait]
impl TokenSource for ScriptedSource {
    async fn fetch(&self) -> Result<BearerToken, TokenError> {
        let (shared, identity) = (&self.shared, Arc::clone(&self.identity));
        let asked_at = shared.clock.now();
        let number = {
            let mut calls = locked(&shared.calls);
            calls.push(TokenCall { identity: (*identity).clone(), at: asked_at });
            calls.len()
        };
        let _under_way = UnderWay::begin(shared);
        let script = *locked(&shared.script);
        match script {
            TokenScript::Answer => tokio::task::yield_now().await,
            TokenScript::AnswerAfter(pause) => tokio::time::sleep(pause).await,
            TokenScript::AnswerWithAnEndedOne => {
                return Ok(self.token(number, asked_at, Timestamp::from_micros(asked_at.as_micros() - 1_000_000)));
            }
            TokenScript::Refuse => return Err(self.refused(401, None)),
            TokenScript::Hold(pause) => return Err(self.refused(429, Some(pause))),
            TokenScript::BeUnreachable => {
                let reason = "connection refused".to_owned();
                return Err(TokenError::Unreachable { identity, reason, fix: "start it", source: None });
            }
            TokenScript::NeverAnswer => std::future::pending().await,
            #[allow(clippy::panic, reason = "it is told to")]
            TokenScript::Panic => panic!("a bug of the source"),
        }
        let life = i64::try_from(locked(&shared.life).as_micros()).unwrap_or(i64::MAX);
        Ok(self.token(number, asked_at, Timestamp::from_micros(asked_at.as_micros() + life)))
    }
}

impl ScriptedSource {
    fn token(&self, number: usize, from: Timestamp, to: Timestamp) -> BearerToken {
        BearerToken::new(Secret::new(format!("token-{number}")), self.identity.client_id.clone(), from, to)
    }

    fn refused(&self, status: u16, retry_after: Option<Duration>) -> TokenError {
        TokenError::Refused {
            identity: Arc::clone(&self.identity),
            status,
            error: (status == 401).then(|| "invalid_client".to_owned()),
            description: None,
            retry_after,
            fix: "look at the client's secret",
        }
    }
}

/// A request that is under way.
struct UnderWay<'a>(&'a Shared);

impl<'a> UnderWay<'a> {
    fn begin(shared: &'a Shared) -> Self {
        let now = shared.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        shared.most_at_once.fetch_max(now, Ordering::SeqCst);
        Self(shared)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::SeqCst);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for ScriptedTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedTokens").finish_non_exhaustive()
    }
}

impl fmt::Debug for ScriptedSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedSource").field("identity", &self.identity).finish_non_exhaustive()
    }
}
