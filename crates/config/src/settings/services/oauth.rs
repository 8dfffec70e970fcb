use std::path::PathBuf;
use std::time::Duration;

use test_probe_directives::Secret;

use crate::NamedTexts;
use crate::settings::{NoValue, Values, same_secret};

/// How clients exchange their credentials for a token.
#[derive(Clone, Debug)]
pub struct OAuthSettings {
    /// The endpoint's address; `http` or `https`, without credentials.
    pub token_endpoint: String,
    /// Which scopes a token is asked for, divided by blanks; empty for those that the endpoint gives of its own accord.
    pub scope: String,
    /// The client that asks where the vault names none for a topic.
    pub client_id: Option<String>,
    /// That client's secret. There is one where there is a [`client_id`](Self::client_id), and only there; but none with
    /// [`ClientAuthentication::PrivateKey`].
    pub client_secret: Option<Secret>,
    /// How a client proves who it is, one of the vault's too.
    pub client_authentication: ClientAuthentication,
    /// For [`ClientAuthentication::PrivateKey`]: the key, a file in PEM. There is one then.
    pub private_key_file: Option<PathBuf>,
    /// The id that the endpoint knows that key by.
    pub private_key_id: Option<String>,
    /// Whom the token is for.
    pub audience: Option<String>,
    /// Further fields of the request. None is one that the other settings fill.
    pub parameters: NamedTexts,
    /// The authorities that are trusted at an `https` endpoint, a file in PEM. Without it, the system's are.
    pub ca_file: Option<PathBuf>,
    /// How long one request may take.
    pub request_timeout: Duration,
    /// When a token is renewed, and when a request that failed is sent again.
    pub refresh: TokenRefreshSettings,
}

/// How a client proves to a token endpoint who it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ClientAuthentication {
    /// By its secret in the header `Authorization` (`client_secret_basic`).
    #[default]
    Basic,
    /// By its secret in the form (`client_secret_post`).
    Body,
    /// By a statement signed with a private key (`private_key_jwt`).
    PrivateKey,
}

/// When a token is renewed, and when a request that failed is sent again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TokenRefreshSettings {
    /// After which part of its life a token is renewed, in the middle. More than [`jitter`](Self::jitter), and at most 0.95
    /// together with it.
    pub share: f64,
    /// How far from the middle a renewal may lie, as a part of the life.
    pub jitter: f64,
    /// How long before its end a token is renewed at least.
    pub margin: Duration,
    /// How long to wait before a request that failed is sent again for the first time; each further time twice as long.
    pub initial_backoff: Duration,
    /// How long to wait at most; not less than [`initial_backoff`](Self::initial_backoff).
    pub max_backoff: Duration,
}

impl OAuthSettings {
    pub(super) fn read(values: &Values) -> Result<Self, NoValue> {
        Ok(Self {
            token_endpoint: values.get("test-probe.services.vault.oauth.token-endpoint")?,
            scope: values.get("test-probe.services.vault.oauth.scope")?,
            client_id: values.get("test-probe.services.vault.oauth.client-id")?,
            client_secret: values.get("test-probe.services.vault.oauth.client-secret")?,
            client_authentication: values.get("test-probe.services.vault.oauth.client-authentication")?,
            private_key_file: values.get("test-probe.services.vault.oauth.private-key-file")?,
            private_key_id: values.get("test-probe.services.vault.oauth.private-key-id")?,
            audience: values.get("test-probe.services.vault.oauth.audience")?,
            parameters: values.get("test-probe.services.vault.oauth.parameters")?,
            ca_file: values.get("test-probe.services.vault.oauth.ca-file")?,
            request_timeout: values.get("test-probe.services.vault.oauth.request-timeout")?,
            refresh: TokenRefreshSettings {
                share: values.get("test-probe.services.vault.oauth.refresh.share")?,
                jitter: values.get("test-probe.services.vault.oauth.refresh.jitter")?,
                margin: values.get("test-probe.services.vault.oauth.refresh.margin")?,
                initial_backoff: values.get("test-probe.services.vault.oauth.refresh.initial-backoff")?,
                max_backoff: values.get("test-probe.services.vault.oauth.refresh.max-backoff")?,
            },
        })
    }
}

/// Secrets are compared by their fingerprints.
impl PartialEq for OAuthSettings {
    fn eq(&self, other: &Self) -> bool {
        let Self { token_endpoint, scope, client_id, client_secret, client_authentication, private_key_file, .. } =
            self;
        let Self { private_key_id, audience, parameters, ca_file, request_timeout, refresh, .. } = self;
        *token_endpoint == other.token_endpoint
            && *scope == other.scope
            && *client_id == other.client_id
            && same_secret(client_secret.as_ref(), other.client_secret.as_ref())
            && *client_authentication == other.client_authentication
            && *private_key_file == other.private_key_file
            && *private_key_id == other.private_key_id
            && *audience == other.audience
            && *parameters == other.parameters
            && *ca_file == other.ca_file
            && *request_timeout == other.request_timeout
            && *refresh == other.refresh
    }
}

impl ClientAuthentication {
    /// The word of the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Body => "body",
            Self::PrivateKey => "private-key",
        }
    }

    pub(in crate::settings) fn of_word(word: &str) -> Option<Self> {
        [Self::Basic, Self::Body, Self::PrivateKey].into_iter().find(|how| how.as_str() == word)
    }
}
