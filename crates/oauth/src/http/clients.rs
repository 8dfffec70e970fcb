use std::fs;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use openssl::asn1::Asn1Time;
use openssl::x509::X509;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Url};

use super::endpoint::is_loopback;
use super::settings::{CaCertificates, HttpTokenSettings, TokenSettingsError};
use crate::{TokenError, TokenIdentity};

/// No bundle of authorities is longer, in bytes; that of a system has a fifth of it.
const LONGEST_BUNDLE: u64 = 1024 * 1024;

/// The HTTP clients of all sources. Each is made when the first source needs it, since it reads the system's certificates,
/// which takes a while.
pub(super) struct Clients {
    request_timeout: Duration,
    proxies_loopback: bool,
    authorities: Option<Authorities>,
    made: Mutex<Made>,
}

#[derive(Default)]
struct Made {
    general: Option<Client>,
    direct: Option<Client>,
}

/// Whom to trust in place of the system's authorities.
struct Authorities {
    certificates: Vec<Certificate>,
    /// The end of the first of them that is over, as OpenSSL writes it.
    over_since: Option<String>,
}

impl Clients {
    pub(super) fn new(settings: &HttpTokenSettings) -> Result<Self, TokenSettingsError> {
        if settings.request_timeout.is_zero() {
            return Err(TokenSettingsError::RequestTimeout);
        }
        Ok(Self {
            request_timeout: settings.request_timeout,
            proxies_loopback: settings.proxies_loopback,
            authorities: settings.ca.as_ref().map(Authorities::read).transpose()?,
            made: Mutex::default(),
        })
    }

    /// The client that reaches `url`.
    pub(super) fn client_for(&self, url: &Url, identity: &Arc<TokenIdentity>) -> Result<TokenClient, TokenError> {
        // A proxy cannot reach this machine's own loopback address, whatever the environment says.
        let is_direct = is_loopback(url) && !self.proxies_loopback;
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let known = if is_direct { &mut made.direct } else { &mut made.general };
        let client = match known {
            Some(client) => client.clone(),
            None => {
                let client = self.make(is_direct).map_err(|_| TokenError::Settings {
                    identity: Arc::clone(identity),
                    reason: "the HTTP client cannot be made: TLS cannot be set up".to_owned(),
                    fix: "check this machine's certificates and its OpenSSL configuration",
                })?;
                known.insert(client).clone()
            }
        };
        let over_since = self.authorities.as_ref().and_then(|authorities| authorities.over_since.clone());
        Ok(TokenClient { client, authority_over_since: over_since })
    }

    fn make(&self, is_direct: bool) -> reqwest::Result<Client> {
        let mut builder = Client::builder()
            .timeout(self.request_timeout)
            .redirect(Policy::none())
            .pool_max_idle_per_host(0)
            .user_agent(concat!("test-probe/", env!("CARGO_PKG_VERSION")));
        if is_direct {
            builder = builder.no_proxy();
        }
        if let Some(authorities) = &self.authorities {
            builder = builder.tls_certs_only(authorities.certificates.iter().cloned());
        }
        builder.build()
    }
}

/// A client, with what it is worth knowing when it fails.
#[derive(Clone)]
pub(super) struct TokenClient {
    pub(super) client: Client,
    /// The end of a trusted authority that is over.
    pub(super) authority_over_since: Option<String>,
}

impl Authorities {
    fn read(ca: &CaCertificates) -> Result<Self, TokenSettingsError> {
        let (pem, place) = match ca {
            CaCertificates::Pem(pem) => (pem.clone(), "the text of the settings".to_owned()),
            CaCertificates::File(path) => {
                let pem = read(path).map_err(|source| TokenSettingsError::CaFile { path: path.clone(), source })?;
                (pem, path.display().to_string())
            }
        };
        let read = |pem: &[u8]| {
            let parsed = X509::stack_from_pem(pem).ok().filter(|parsed| !parsed.is_empty())?;
            let certificates = Certificate::from_pem_bundle(pem).ok().filter(|bundle| !bundle.is_empty())?;
            let now = Asn1Time::days_from_now(0).ok()?;
            let over = parsed.iter().find(|certificate| certificate.not_after() < now);
            Some(Self { certificates, over_since: over.map(|certificate| certificate.not_after().to_string()) })
        };
        read(&pem).ok_or(TokenSettingsError::CaCertificates { place })
    }
}

fn read(path: &std::path::Path) -> io::Result<Vec<u8>> {
    let mut pem = Vec::new();
    fs::File::open(path)?.take(LONGEST_BUNDLE).read_to_end(&mut pem)?;
    Ok(pem)
}
