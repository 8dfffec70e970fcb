use std::ffi::{CStr, CString};
use std::sync::{Arc, Mutex, PoisonError};

use test_probe_directives::{Timestamp, WallClock};
use test_probe_oauth::{BearerToken, TokenState};
use tracing::{debug, warn};

use super::access::Access;
use super::native::{Fed, NativeClient, TokenHandle};
use crate::{ClientError, ClientSpec, Login};

#[cfg(test)]
mod tests;

/// Gives a client that was just made its token, before it connects, and every token that comes after it.
///
/// librdkafka connects nowhere before it has a token, logs in again within a connection's life with the one that it has
/// then, and asks for another at 80 % of its life. Nobody answers that question: tokens are renewed elsewhere, for all, and
/// pushed from here on the thread of whoever renews.
///
/// # Errors
/// [`ClientError::Token`] when there is no token that is good now; [`ClientError::Settings`] when librdkafka takes it not.
pub(super) fn feed<P: NativeClient>(client: P, spec: &ClientSpec, access: Arc<Access>) -> Result<Fed<P>, ClientError> {
    let Login::OAuthBearer { token: cell, extensions } = &spec.security.login else {
        return Ok(Fed::without_token(client));
    };
    let refused = |reason: &str| ClientError::Settings {
        client_id: spec.client_id.clone(),
        reason: format!("the token of {} cannot be used: {reason}", cell.identity()),
    };
    if let Some(source) = spec.unavailable() {
        return Err(ClientError::Token {
            client_id: spec.client_id.clone(),
            servers: spec.identity.bootstrap_servers.clone(),
            source,
        });
    }
    let pairs = extensions.iter().flat_map(|(name, value)| [name, value]).map(|text| CString::new(text.as_str()));
    let extensions = pairs.collect::<Result<_, _>>().map_err(|_| refused("a SASL extension has a null byte"))?;
    let outcome = Arc::new(Mutex::new(Ok(())));
    let mut feed = TokenFeed {
        client_id: spec.client_id.clone(),
        clock: spec.clock,
        access,
        extensions,
        pushed: None,
        outcome: Arc::clone(&outcome),
    };
    let fed = Fed::with_token(client, cell, move |handle, state| feed.hear(handle, state));
    let first = *outcome.lock().unwrap_or_else(PoisonError::into_inner);
    first.map(|()| fed).map_err(refused)
}

/// Hears of each change of a token and passes it on to one client.
struct TokenFeed {
    client_id: String,
    clock: WallClock,
    access: Arc<Access>,
    /// Names and values by turns.
    extensions: Vec<CString>,
    pushed: Option<Arc<BearerToken>>,
    /// How the last push ended.
    outcome: Arc<Mutex<Result<(), &'static str>>>,
}

impl TokenFeed {
    /// Called on the thread of whoever writes; takes a lock of librdkafka's that nobody holds for long.
    fn hear(&mut self, handle: &TokenHandle, state: &TokenState) {
        let now = self.clock.now();
        match &state.token {
            Some(token) if token.is_valid(now) => {
                if self.pushed.as_ref().is_some_and(|pushed| Arc::ptr_eq(pushed, token)) {
                    return;
                }
                let outcome = self.push(handle, token, now);
                if let Err(reason) = outcome {
                    warn!(
                        client_id = self.client_id,
                        reason, "a new token cannot be used; the client keeps the one it has"
                    );
                }
                *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = outcome;
            }
            // While the old token is good a failed renewal is nobody's concern here.
            _ => {
                if let Some(failure) = &state.failure {
                    let reason: String = failure.to_string().chars().filter(|character| *character != '\0').collect();
                    handle.fail(&CString::new(reason).unwrap_or_default());
                }
            }
        }
    }

    fn push(&mut self, handle: &TokenHandle, token: &Arc<BearerToken>, now: Timestamp) -> Result<(), &'static str> {
        let text = header_text(token.text().expose()).ok_or("it has characters that no header can carry")?;
        let principal = CString::new(token.principal()).map_err(|_| "its principal has a null byte")?;
        let extensions: Vec<&CStr> = self.extensions.iter().map(CString::as_c_str).collect();
        handle.set(&text, token.expires_at().as_millis(), &principal, &extensions)?;
        debug!(client_id = self.client_id, life = ?token.remaining(now), "the client has a new token");
        self.access.succeeded();
        self.pushed = Some(Arc::clone(token));
        Ok(())
    }
}

/// The token as librdkafka takes it. It is checked here, since librdkafka's error would repeat it.
fn header_text(token: &str) -> Option<CString> {
    let is_text = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    is_text.then(|| CString::new(token).ok()).flatten()
}
