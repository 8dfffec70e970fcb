use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use test_probe_directives::Secret;

use super::assertion;
use super::client::{Proof, TokenClient};
use super::grant::{Asked, Credentials, Form, Grant, GrantError};

/// A client that the endpoint does not know.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the embedded token endpoint knows no client {0}; make it known first")]
pub struct UnknownClient(String);

/// The clients that may have tokens.
#[derive(Debug, Default)]
pub(super) struct Clients {
    known: Mutex<BTreeMap<String, TokenClient>>,
    /// The statements that were used, by client and `jti`, with the second in which they end.
    used: Mutex<BTreeMap<(String, String), i64>>,
}

/// What a request is judged by besides itself.
pub(super) struct Bench<'a> {
    /// What the endpoint is called by.
    pub(super) issuer: &'a str,
    /// The second it is, by the endpoint's clock.
    pub(super) now: i64,
    /// How long tokens are good where the client does not say.
    pub(super) lifetime: Duration,
}

impl Clients {
    /// More statements than that are not remembered at once; further ones are refused until some have ended.
    const MOST_USED: usize = 10_000;

    pub(super) fn register(&self, client: TokenClient) {
        self.known().insert(client.id.clone(), client);
    }

    pub(super) fn rotate_secret(&self, id: &str, secret: Secret) -> Result<(), UnknownClient> {
        match self.known().get_mut(id) {
            Some(client) => client.proof = Proof::Secret(secret),
            None => return Err(UnknownClient(id.to_owned())),
        }
        Ok(())
    }

    /// The longest that a token of any client is good.
    pub(super) fn longest_lifetime(&self, default: Duration) -> Duration {
        self.known().values().filter_map(|client| client.lifetime).fold(default, Duration::max)
    }

    /// Judges a request by how the client proves itself and by the fields of its form.
    pub(super) fn judge(&self, asked: &Asked<'_>, form: Form<'_>, bench: &Bench<'_>) -> Result<Grant, GrantError> {
        let client = self.client(asked, bench)?;
        if asked.grant_type != "client_credentials" {
            return Err(GrantError::UnsupportedGrantType(asked.grant_type.to_owned()));
        }
        let scope = match (form.field("scope")?, &client.scopes) {
            (Some(scope), Some(allowed)) => {
                if let Some(unknown) = scope.split(' ').find(|name| !allowed.contains(*name)) {
                    return Err(GrantError::InvalidScope(unknown.to_owned()));
                }
                Some(scope.to_owned())
            }
            (Some(scope), None) => Some(scope.to_owned()),
            (None, Some(allowed)) => Some(allowed.iter().map(String::as_str).collect::<Vec<_>>().join(" ")),
            (None, None) => None,
        };
        let audience = form.field("audience")?.map(str::to_owned).or(client.audience);
        let audience = audience.unwrap_or_else(|| bench.issuer.to_owned());
        let lifetime = client.lifetime.unwrap_or(bench.lifetime);
        Ok(Grant { client_id: client.id, scope: scope.filter(|scope| !scope.is_empty()), audience, lifetime })
    }

    fn client(&self, asked: &Asked<'_>, bench: &Bench<'_>) -> Result<TokenClient, GrantError> {
        let known = |id: &str| self.known().get(id).cloned();
        match &asked.credentials {
            Credentials::Secret { id, secret, by_header } => match known(id) {
                Some(client) if matches!(&client.proof, Proof::Secret(known) if known.expose() == secret) => Ok(client),
                _ => Err(GrantError::InvalidClient { by_header: *by_header }),
            },
            Credentials::Assertion { id, text } => {
                let nobody = GrantError::InvalidClient { by_header: false };
                let claimed =
                    assertion::subject(text).ok_or(GrantError::InvalidAssertion("it is no JWT with a sub"))?;
                if id.is_some_and(|id| id != claimed) {
                    return Err(GrantError::InvalidAssertion("its sub is not the client_id"));
                }
                let client = known(&claimed).ok_or_else(|| nobody.clone())?;
                let Proof::Key { key, algorithm, key_id } = &client.proof else { return Err(nobody) };
                let signer =
                    assertion::Signer { id: &client.id, key, algorithm: *algorithm, key_id: key_id.as_deref() };
                let statement = assertion::verify(text, &signer, bench).map_err(GrantError::InvalidAssertion)?;
                self.use_up(claimed, statement, bench.now)?;
                Ok(client)
            }
        }
    }

    fn use_up(&self, client: String, statement: assertion::Statement, now: i64) -> Result<(), GrantError> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.retain(|_, end| *end > now);
        if used.len() >= Self::MOST_USED {
            return Err(GrantError::InvalidAssertion("too many others are still good"));
        }
        match used.insert((client, statement.id), statement.end) {
            Some(_) => Err(GrantError::InvalidAssertion("it was used before")),
            None => Ok(()),
        }
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<String, TokenClient>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
