use std::sync::Arc;
use std::time::Duration;

use actix::Message;
use test_probe_oauth::{TokenError, TokenIdentity};

use crate::supervision::Request;

/// Asks a token's refresher how it stands. The answer holds no token.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "TokenRefresherStatus")]
pub struct Observe;

impl Request for Observe {}

/// How a token's refresher stands.
#[derive(Clone, Debug)]
pub struct TokenRefresherStatus {
    /// Whose token it is.
    pub identity: Arc<TokenIdentity>,
    /// Whether there is a token that opens something now.
    pub has_token: bool,
    /// How long ago the last token was asked for, if there was one.
    pub age: Option<Duration>,
    /// How long it is still good for; zero when it has ended.
    pub remaining: Option<Duration>,
    /// Requests that brought no token, since the last one that did.
    pub failures: u32,
    /// How long it is to the next request; nothing while one is under way.
    pub next_request_in: Option<Duration>,
    /// Why the last request failed; nothing after one that did not.
    pub failure: Option<Arc<TokenError>>,
}
