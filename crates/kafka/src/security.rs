//! How a connection is secured, and what says so.
//!
//! ```text
//!   ClusterSecurity (the configuration: how a cluster is reached)  ┐
//!                                                                  ├─ open ──▶ Security<TokenRequest>
//!   KafkaSecurityDirective (the vault: who comes)                  ┘                │ with_token
//!                                                                                   ▼
//!                                                  ClientSpec ◀──────────── Security<TokenCell>
//! ```

use std::collections::BTreeMap;
use std::fmt;

use test_probe_directives::{Secret, Timestamp};
use test_probe_oauth::{TokenCell, TokenRequest, TokenUnavailable};

mod cluster_security;
mod credentials;
mod extensions;
mod tls;
mod unavailable;

pub use cluster_security::{ClusterSecurity, OAuthDefaults, ProofMethod};
pub use tls::{Pem, TlsSettings};
pub use unavailable::UnavailableSecurity;

/// How one client's connections are secured. Its `Debug` shows no secret.
///
/// `T` is what a token is known by: the [`TokenRequest`] that it is asked for with, or the [`TokenCell`] that it comes in.
#[derive(Clone, Debug)]
pub struct Security<T = TokenCell> {
    /// Whether connections are encrypted, and by what the broker is known.
    pub transport: Transport,
    /// How the client proves who it is, beside its certificate.
    pub login: Login<T>,
}

/// Whether connections are encrypted.
#[derive(Clone, Debug)]
pub enum Transport {
    /// They are not.
    Plaintext,
    /// By TLS.
    Tls(TlsSettings),
}

/// How a client proves by SASL who it is.
#[derive(Clone, Debug)]
pub enum Login<T = TokenCell> {
    /// It does not.
    None,
    /// With a bearer token.
    OAuthBearer {
        /// The token.
        token: T,
        /// SASL extensions that travel along, by name (RFC 7628, section 3.1): letters only, such as `logicalCluster`.
        extensions: BTreeMap<String, String>,
    },
    /// With a user name and a password, as they are.
    Plain {
        /// The user's name.
        username: String,
        /// The password.
        password: Secret,
    },
    /// With a user name and a password that is not sent.
    Scram {
        /// By which hash.
        mechanism: ScramMechanism,
        /// The user's name.
        username: String,
        /// The password.
        password: Secret,
    },
}

/// The hash of a SCRAM login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScramMechanism {
    /// SHA-256
    Sha256,
    /// SHA-512
    Sha512,
}

impl ScramMechanism {
    /// The mechanism as Kafka names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha256 => "SCRAM-SHA-256",
            Self::Sha512 => "SCRAM-SHA-512",
        }
    }
}

impl fmt::Display for ScramMechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<T> Security<T> {
    /// Connections that are neither encrypted nor authenticated.
    pub const fn plaintext() -> Self {
        Self { transport: Transport::Plaintext, login: Login::None }
    }

    /// The value of Kafka's `security.protocol`.
    pub const fn protocol(&self) -> &'static str {
        match (&self.transport, &self.login) {
            (Transport::Plaintext, Login::None) => "PLAINTEXT",
            (Transport::Plaintext, _) => "SASL_PLAINTEXT",
            (Transport::Tls(_), Login::None) => "SSL",
            (Transport::Tls(_), _) => "SASL_SSL",
        }
    }

    /// The value of Kafka's `sasl.mechanism`, where there is a login.
    pub const fn mechanism(&self) -> Option<&'static str> {
        match &self.login {
            Login::None => None,
            Login::OAuthBearer { .. } => Some("OAUTHBEARER"),
            Login::Plain { .. } => Some("PLAIN"),
            Login::Scram { mechanism, .. } => Some(mechanism.as_str()),
        }
    }

    /// What the token is known by, where there is one.
    pub const fn token(&self) -> Option<&T> {
        match &self.login {
            Login::OAuthBearer { token, .. } => Some(token),
            Login::None | Login::Plain { .. } | Login::Scram { .. } => None,
        }
    }
}

impl Security<TokenRequest> {
    /// What a token is asked for with, where one is needed.
    pub const fn token_request(&self) -> Option<&TokenRequest> {
        self.token()
    }

    /// Puts the cell that answers [`token_request`](Self::token_request) in its place. Without a request it is let go of.
    ///
    /// # Errors
    /// [`UnavailableSecurity::NoToken`] when a token is needed and there is no cell.
    pub fn with_token(self, cell: Option<TokenCell>) -> Result<Security, UnavailableSecurity> {
        let login = match (self.login, cell) {
            (Login::OAuthBearer { extensions, .. }, Some(token)) => Login::OAuthBearer { token, extensions },
            (Login::OAuthBearer { token, .. }, None) => {
                return Err(UnavailableSecurity::NoToken { identity: Box::new(token.identity()) });
            }
            (Login::None, _) => Login::None,
            (Login::Plain { username, password }, _) => Login::Plain { username, password },
            (Login::Scram { mechanism, username, password }, _) => Login::Scram { mechanism, username, password },
        };
        Ok(Security { transport: self.transport, login })
    }

    /// Tells apart what may not share a client, without showing a secret; empty for connections that are neither encrypted
    /// nor authenticated. A file counts by its path, not by what it holds.
    pub fn fingerprint(&self) -> String {
        let login = match &self.login {
            Login::None => String::new(),
            Login::OAuthBearer { token, extensions } => format!("{:?}", (token.identity(), extensions)),
            Login::Plain { username, password } => format!("{:?}", ("PLAIN", username, password.expose())),
            Login::Scram { mechanism, username, password } => {
                format!("{:?}", (mechanism.as_str(), username, password.expose()))
            }
        };
        match &self.transport {
            Transport::Plaintext if login.is_empty() => String::new(),
            Transport::Plaintext => Secret::new(login).fingerprint(),
            Transport::Tls(tls) => Secret::new(format!("{login} {}", tls.as_text())).fingerprint(),
        }
    }
}

impl Security {
    /// Why nobody can log in at `now`: there is a token in use, and it has ended or never came. Waits for nothing.
    pub fn unavailable(&self, now: Timestamp) -> Option<TokenUnavailable> {
        let token = self.token()?;
        if token.is_valid(now) {
            return None;
        }
        token.token(now).err()
    }
}

#[cfg(test)]
mod tests;
