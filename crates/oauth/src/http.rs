mod answer;
mod assertion;
mod cleaner;
mod clients;
mod endpoint;
mod exchange;
mod grant;
mod refusal;
mod retry_after;
mod settings;
mod source;
mod transport;

use std::fmt;
use std::sync::Arc;

use test_probe_directives::WallClock;

use self::clients::Clients;
use self::grant::Grant;
pub use self::settings::{CaCertificates, HttpTokenSettings, TokenSettingsError};
use self::source::HttpTokenSource;

use crate::{MskIamRequest, TokenError, TokenRequest, TokenSource, TokenSources};

/// Sources of tokens that come over the network: from a token endpoint, by the client-credentials grant, and (feature
/// `msk-iam`) from a signed request to Amazon MSK. Cheap to clone.
///
/// No connection is kept between two tokens: minutes lie between them, and each may be asked for from another runtime.
/// A redirection is not followed, since the secret would go along. Proxies are those of the environment (`HTTPS_PROXY`,
/// `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`), but never for a loopback address, unless that is wished.
#[derive(Clone)]
pub struct HttpTokenSources {
    settings: Arc<HttpTokenSettings>,
    clients: Arc<Clients>,
    clock: WallClock,
}

impl HttpTokenSources {
    /// Sources with these settings. Reads the file of certificates, if there is one.
    ///
    /// # Errors
    /// [`TokenSettingsError`] when the certificates cannot be read, or the time-out is zero.
    pub fn new(settings: HttpTokenSettings, clock: WallClock) -> Result<Self, TokenSettingsError> {
        let clients = Arc::new(Clients::new(&settings)?);
        Ok(Self { settings: Arc::new(settings), clients, clock })
    }

    #[cfg(feature = "msk-iam")]
    fn msk_iam(&self, request: &MskIamRequest) -> Result<Arc<dyn TokenSource>, TokenError> {
        Ok(Arc::new(crate::msk_iam::MskIamSource::new(request, self.clock)?))
    }

    #[cfg(not(feature = "msk-iam"))]
    #[allow(clippy::unused_self, reason = "it is the same with the feature and without")]
    fn msk_iam(&self, request: &MskIamRequest) -> Result<Arc<dyn TokenSource>, TokenError> {
        Err(TokenError::Settings {
            identity: Arc::new(TokenRequest::MskIam(request.clone()).identity()),
            reason: "this build cannot sign requests to Amazon MSK".to_owned(),
            fix: "build it with the feature msk-iam",
        })
    }
}

impl TokenSources for HttpTokenSources {
    fn source(&self, request: &TokenRequest) -> Result<Arc<dyn TokenSource>, TokenError> {
        let identity = Arc::new(request.identity());
        match request {
            TokenRequest::ClientCredentials(request) => {
                let grant = Grant::of(request, &identity)?;
                let client = self.clients.client_for(grant.endpoint(), &identity)?;
                Ok(Arc::new(HttpTokenSource::new(grant, client, identity, Arc::clone(&self.settings), self.clock)))
            }
            TokenRequest::MskIam(request) => self.msk_iam(request),
        }
    }
}

impl fmt::Debug for HttpTokenSources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTokenSources").field("settings", &self.settings).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
