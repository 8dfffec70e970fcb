use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// How token endpoints are asked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HttpTokenSettings {
    /// How long one request may take, from finding the host to the last byte of the answer.
    pub request_timeout: Duration,
    /// The authorities that are trusted at `https` endpoints; those of the system are not trusted then.
    pub ca: Option<CaCertificates>,
    /// The claim that says who bears a token. Where a token has none of that name, the first of `sub`,
    /// `preferred_username`, `azp` and `client_id` says it; where none does, the client's id is taken.
    pub principal_claim: String,
    /// How far ahead of this machine's clock the endpoint's may be. A token from farther ahead is not taken, since all that
    /// is stamped here would be wrong by so much.
    pub max_clock_skew: Duration,
    /// Whether a proxy of the environment is asked for loopback addresses too. It rarely could reach them.
    pub proxies_loopback: bool,
}

/// The certificates of authorities, one or more, in PEM.
#[derive(Clone, PartialEq, Eq)]
pub enum CaCertificates {
    /// In this file.
    File(PathBuf),
    /// This text.
    Pem(Vec<u8>),
}

/// Settings with which no token can be asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokenSettingsError {
    /// The file of the authorities cannot be read.
    #[error("the certificates to trust at the token endpoint cannot be read from {}; check the path and the rights", path.display())]
    CaFile {
        /// Where they were looked for.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// There are no certificates in it.
    #[error(
        "the certificates to trust at the token endpoint ({place}) are not PEM (BEGIN CERTIFICATE); convert them, as by `openssl x509`"
    )]
    CaCertificates {
        /// The file's path, or where else they came from.
        place: String,
    },
    /// No request could be answered in time.
    #[error("the time-out of requests to the token endpoint is zero; give one such as 10 s")]
    RequestTimeout,
}

impl HttpTokenSettings {
    /// 10 s: endpoints that hash secrets slowly, on the other side of an ocean, answer in a few.
    pub const DEFAULT_REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
    /// 5 min, which Kerberos made the custom.
    pub const DEFAULT_MAX_CLOCK_SKEW: Duration = Duration::from_secs(300);
    /// The subject, by which brokers and registries know a bearer unless they are told otherwise.
    pub const DEFAULT_PRINCIPAL_CLAIM: &str = "sub";

    /// Sets [`request_timeout`](Self::request_timeout).
    #[must_use]
    pub fn with_request_timeout(self, request_timeout: Duration) -> Self {
        Self { request_timeout, ..self }
    }

    /// Sets [`ca`](Self::ca).
    #[must_use]
    pub fn with_ca(self, ca: CaCertificates) -> Self {
        Self { ca: Some(ca), ..self }
    }

    /// Sets [`principal_claim`](Self::principal_claim).
    #[must_use]
    pub fn with_principal_claim(self, principal_claim: impl Into<String>) -> Self {
        Self { principal_claim: principal_claim.into(), ..self }
    }

    /// Sets [`max_clock_skew`](Self::max_clock_skew).
    #[must_use]
    pub fn with_max_clock_skew(self, max_clock_skew: Duration) -> Self {
        Self { max_clock_skew, ..self }
    }

    /// Sets [`proxies_loopback`](Self::proxies_loopback).
    #[must_use]
    pub fn with_proxies_loopback(self, proxies_loopback: bool) -> Self {
        Self { proxies_loopback, ..self }
    }
}

impl Default for HttpTokenSettings {
    fn default() -> Self {
        Self {
            request_timeout: Self::DEFAULT_REQUEST_TIMEOUT,
            ca: None,
            principal_claim: Self::DEFAULT_PRINCIPAL_CLAIM.to_owned(),
            max_clock_skew: Self::DEFAULT_MAX_CLOCK_SKEW,
            proxies_loopback: false,
        }
    }
}

/// Says what there is, since the bytes say nothing to a reader.
impl fmt::Debug for CaCertificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Pem(pem) => f.debug_struct("Pem").field("bytes", &pem.len()).finish(),
        }
    }
}
