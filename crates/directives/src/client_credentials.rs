use crate::Secret;

/// Who a client says it is when it asks a token endpoint for a token (the client-credentials grant of OAuth 2.0).
///
/// Its `Debug` shows everything but the secret.
#[derive(Clone, Debug)]
pub struct ClientCredentials {
    /// The client's id.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: Secret,
    /// Where tokens are asked for: an `http:` or `https:` URL.
    pub token_endpoint: String,
    /// The scopes to ask for, separated by blanks; the endpoint's own choice where there are none.
    pub scope: Option<String>,
}
