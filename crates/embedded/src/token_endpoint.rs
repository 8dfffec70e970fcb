mod assertion;
mod client;
mod clients;
mod counts;
mod fault;
mod grant;
mod mint;
mod routes;
mod signing_keys;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use test_probe_directives::{Secret, WallClock};

pub use self::client::{InvalidPublicKey, TokenClient};
pub use self::clients::UnknownClient;
pub use self::fault::TokenFault;
use self::routes::TokenService;
pub use self::signing_keys::SigningKeyError;
use crate::server::{Server, StartError};

/// A token endpoint on 127.0.0.1 for the client credentials grant of RFC 6749 (section 4.4).
///
/// Its tokens are JWTs, signed with a key of its own (ES256) that was made at its start. They say who asked (`sub`, `azp`,
/// `client_id`), who gave them (`iss`), whom they are for (`aud`: what was asked for, or the client's own, or `iss`), what
/// for (`scope`) and when (`iat`, `exp`), and each has a `jti` of its own. The keys to check them are published as a JWK set
/// (RFC 7517).
///
/// A client proves itself by its secret, in the header or in the form, or by a statement that it signs (`private_key_jwt`,
/// RFC 7523).
///
/// It can go down and come back, with nothing listening in between, so that clients meet a refused connection as they
/// do when a real one is restarted. What it knows survives that.
#[derive(Debug)]
pub struct EmbeddedTokenEndpoint {
    server: Mutex<Option<Server>>,
    port: u16,
    service: Arc<TokenService>,
}

impl EmbeddedTokenEndpoint {
    /// The name by which errors call it.
    const NAME: &'static str = "token endpoint";

    /// Starts an endpoint on a port that is free. It knows these clients by their ids and secrets, and its tokens are good
    /// for `lifetime`, in whole seconds, unless a client has a lifetime of its own.
    ///
    /// # Errors
    /// [`StartError`] when the system allows no listening or no threads, or no key can be made.
    pub fn start(clients: impl IntoIterator<Item = (String, Secret)>, lifetime: Duration) -> Result<Self, StartError> {
        let no_key = |source| StartError::SigningKey { name: Self::NAME, source };
        let service = Arc::new(TokenService::new(lifetime).map_err(no_key)?);
        for (id, secret) in clients {
            service.clients.register(TokenClient::new(id, secret));
        }
        let server = serve(&service, 0)?;
        let port = server.address().port();
        Ok(Self { server: Mutex::new(Some(server)), port, service })
    }

    /// The same with a further client. One that has the same id is forgotten.
    #[must_use]
    pub fn with_client(self, client: TokenClient) -> Self {
        self.register(client);
        self
    }

    /// The same with tokens that are random texts and mean nothing, as some providers give them.
    #[must_use]
    pub fn with_opaque_tokens(self) -> Self {
        self.service.manner().is_opaque = true;
        self
    }

    /// The same by another clock than this machine's.
    #[must_use]
    pub fn with_clock(self, clock: WallClock) -> Self {
        self.service.manner().clock = clock;
        self
    }

    /// Where tokens are asked for, such as `http://127.0.0.1:40123/token`; the same through a fall and a return.
    pub fn url(&self) -> String {
        format!("{}/token", self.issuer())
    }

    /// Where the keys are that tokens are checked with, such as `http://127.0.0.1:40123/jwks`.
    pub fn jwks_url(&self) -> String {
        format!("{}/jwks", self.issuer())
    }

    /// What tokens name as their `iss`, such as `http://127.0.0.1:40123`.
    pub fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Makes a client known. One that has the same id is forgotten.
    pub fn register(&self, client: TokenClient) {
        self.service.clients.register(client);
    }

    /// Gives a client another secret. Requests with the old one are refused from now on; tokens that it got stay good.
    ///
    /// # Errors
    /// [`UnknownClient`].
    pub fn rotate_secret(&self, client_id: &str, secret: Secret) -> Result<(), UnknownClient> {
        self.service.clients.rotate_secret(client_id, secret)
    }

    /// Signs with a new key from now on. The old one stays published for as long as tokens that it signed may be good.
    ///
    /// # Errors
    /// [`SigningKeyError`] when no key can be made; the old one stays then.
    pub fn rotate_signing_key(&self) -> Result<(), SigningKeyError> {
        self.service.rotate_signing_key()
    }

    /// Lets the endpoint's clock run so many seconds ahead of its own, or behind it where they are negative: in the times
    /// that tokens say, and in its judgement of what clients sign. `expires_in` and the `Date` of its answers stay right.
    pub fn set_clock_skew(&self, seconds: i64) {
        self.service.manner().skew_seconds = seconds;
    }

    /// Closes the port and all connections. Nothing happens when it is down already. Takes milliseconds, in which the
    /// calling thread waits.
    pub fn go_down(&self) {
        // Taken out first, so that the lock is not held while the server ends.
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(server);
    }

    /// Listens on the same port again. Nothing happens when it is up already. Takes milliseconds, in which the calling
    /// thread waits.
    ///
    /// # Errors
    /// [`StartError::Listen`] when something else took the port in the meantime.
    pub fn come_back(&self) -> Result<(), StartError> {
        let mut server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        if server.is_none() {
            *server = Some(serve(&self.service, self.port)?);
        }
        Ok(())
    }

    /// Lets the next `count` requests for a token be answered with this HTTP status. A later call takes the place of an
    /// earlier one, and of another fault; 0 ends it.
    pub fn fail_next(&self, status: u16, count: u32) {
        self.disturb_next(TokenFault::Status { status, retry_after: None }, count);
    }

    /// Lets the next `count` requests for a token meet with this fault. A later call takes the place of an earlier one; 0
    /// ends it.
    pub fn disturb_next(&self, fault: TokenFault, count: u32) {
        self.service.faults.disturb_next(fault, count);
    }

    /// Ends what was asked for by [`fail_next`](Self::fail_next), [`disturb_next`](Self::disturb_next) and
    /// [`set_clock_skew`](Self::set_clock_skew).
    pub fn end_faults(&self) {
        self.fail_next(0, 0);
        self.set_clock_skew(0);
    }

    /// How many requests for a token there were, failed ones among them.
    pub fn requests(&self) -> u64 {
        self.service.faults.requests()
    }

    /// How many requests there were to a path, `/token` or `/jwks`, failed ones among them.
    pub fn requests_to(&self, path: &str) -> u64 {
        self.service.faults.requests_to(path)
    }

    /// How many requests for a token named this client, failed ones and those of whoever only says so among them. The first
    /// thousand clients are told apart.
    pub fn requests_of(&self, client_id: &str) -> u64 {
        self.service.counts.asked(client_id)
    }

    /// How many tokens this client was given.
    pub fn tokens_of(&self, client_id: &str) -> u64 {
        self.service.counts.given(client_id)
    }
}

fn serve(service: &Arc<TokenService>, port: u16) -> Result<Server, StartError> {
    let service = Arc::clone(service);
    Server::start(EmbeddedTokenEndpoint::NAME, port, move |config| routes::configure(config, &service))
}

#[cfg(test)]
mod tests;
