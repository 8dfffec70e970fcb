/// Settings that no registry can be reached with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRegistrySettings {
    /// There is no address.
    #[error("the Schema Registry has no address; give one such as http://localhost:8081")]
    NoUrl,
    /// An address is no HTTP URL.
    #[error("the Schema Registry's address is not a URL such as http://localhost:8081: {reason}")]
    Url {
        /// What is wrong with it. The address itself is left out, since it may hold a password.
        reason: String,
    },
    /// There are two ways to prove who one is, and only one can be used.
    #[error("the Schema Registry at {url} has credentials in its address and others beside it; give one of the two")]
    TwoCredentials {
        /// The address, without them.
        url: String,
    },
    /// The token cannot be sent. It is left out here.
    #[error("the Schema Registry's bearer token has characters that no HTTP header may have")]
    Token,
    /// A header cannot be sent. Its value is left out here.
    #[error("the Schema Registry's header {name:?} has a name or a value that HTTP does not allow")]
    Header {
        /// Its name.
        name: String,
    },
    /// The trusted certificates cannot be read.
    #[error("the certificates of the authorities to trust at the Schema Registry are not PEM (BEGIN CERTIFICATE)")]
    CaCertificates(#[source] Option<reqwest::Error>),
    /// The client's own certificate or its key cannot be read. The key is left out here.
    #[error(
        "the client certificate for the Schema Registry cannot be used: the certificates must be PEM (BEGIN \
         CERTIFICATE), the key PKCS #8 in PEM (BEGIN PRIVATE KEY), and they must belong together"
    )]
    ClientIdentity(#[source] reqwest::Error),
    /// The HTTP client could not be made.
    #[error("the HTTP client for the Schema Registry could not be made")]
    Client(#[source] reqwest::Error),
}
