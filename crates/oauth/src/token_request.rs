use std::collections::BTreeMap;
use std::fmt;

use test_probe_directives::{ClientCredentials, Secret};
use url::Url;

/// What a token is asked for with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenRequest {
    /// At a token endpoint, by the client-credentials grant of OAuth 2.0 (RFC 6749, section 4.4).
    ClientCredentials(ClientCredentialsRequest),
    /// A request that is signed with AWS credentials, as Amazon MSK takes it for a token.
    MskIam(MskIamRequest),
}

/// A client that asks a token endpoint.
///
/// Its `Debug` shows neither the proof, nor the values of the further fields, nor credentials in the endpoint's URL.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientCredentialsRequest {
    /// Where tokens are asked for: an `http:` or `https:` URL.
    pub token_endpoint: String,
    /// Who asks.
    pub client_id: String,
    /// How it proves who it is.
    pub proof: ClientProof,
    /// The scopes to ask for, separated by blanks; the endpoint's own choice where there are none.
    pub scope: Option<String>,
    /// Whom the token is for, where the endpoint wants to be told.
    pub audience: Option<String>,
    /// Further fields of the request, by name.
    pub parameters: BTreeMap<String, String>,
}

/// How a client proves to a token endpoint who it is.
#[derive(Clone)]
#[non_exhaustive]
pub enum ClientProof {
    /// The secret in the `Authorization` header (`client_secret_basic`).
    BasicHeader(Secret),
    /// The secret in the form (`client_secret_post`).
    Body(Secret),
    /// A statement signed with a private key (`private_key_jwt`, RFC 7523).
    PrivateKeyJwt {
        /// The key, PEM: RSA (RS256) or an elliptic curve's (ES256).
        key: Secret,
        /// The key's id at the endpoint, where it wants one.
        key_id: Option<String>,
    },
}

/// A caller of Amazon MSK. Credentials come from where AWS's own tools look for them, unless they are given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MskIamRequest {
    /// The region of the cluster, such as `eu-central-1`.
    pub region: String,
    /// The profile of the shared credentials file; the default chain without one.
    pub profile: Option<String>,
    /// A role to be assumed first, by its ARN.
    pub role_arn: Option<String>,
}

/// What makes two requests the same token: a rotated secret never shares one with its predecessor.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenIdentity {
    /// Where the token comes from: the URL without user, password and query, since messages show it.
    pub endpoint: String,
    /// Who asks.
    pub client_id: String,
    /// What for.
    pub scope: String,
    /// Tells apart what else the request consists of, its secret among it, without showing any of it.
    pub fingerprint: String,
}

impl TokenRequest {
    /// The request's identity.
    pub fn identity(&self) -> TokenIdentity {
        match self {
            Self::ClientCredentials(request) => TokenIdentity {
                endpoint: shown(&request.token_endpoint),
                client_id: request.client_id.clone(),
                scope: request.scope.clone().unwrap_or_default(),
                fingerprint: Secret::new(request.whole()).fingerprint(),
            },
            Self::MskIam(request) => TokenIdentity {
                endpoint: format!("kafka.{}.amazonaws.com", request.region),
                client_id: request.role_arn.clone().or_else(|| request.profile.clone()).unwrap_or_default(),
                scope: String::new(),
                fingerprint: Secret::new(format!("{:?}", (&request.profile, &request.role_arn))).fingerprint(),
            },
        }
    }
}

impl ClientCredentialsRequest {
    /// All that it consists of, as one text. Every part is quoted, so that no two requests share one.
    fn whole(&self) -> String {
        let (how, secret, key_id) = match &self.proof {
            ClientProof::BasicHeader(secret) => ("header", secret, &None),
            ClientProof::Body(secret) => ("body", secret, &None),
            ClientProof::PrivateKeyJwt { key, key_id } => ("key", key, key_id),
        };
        let Self { token_endpoint, client_id, proof: _, scope, audience, parameters } = self;
        format!("{:?}", (token_endpoint, client_id, how, secret.expose(), key_id, scope, audience, parameters))
    }
}

/// An endpoint's address as messages may show it: without user, password and query. One that is as it should be stays as
/// it was written.
fn shown(endpoint: &str) -> String {
    match Url::parse(endpoint.trim()) {
        Ok(mut url) if url.has_host() => {
            let has_credentials = !url.username().is_empty() || url.password().is_some();
            if !has_credentials && url.query().is_none() && url.fragment().is_none() {
                return endpoint.to_owned();
            }
            url.set_query(None);
            url.set_fragment(None);
            match (url.set_username(""), url.set_password(None)) {
                (Ok(()), Ok(())) => url.into(),
                _ => String::new(),
            }
        }
        // What is no URL has no parts that could be told apart; behind the last `@` there are no credentials.
        _ => {
            let text = endpoint.rsplit_once('@').map_or(endpoint, |(_, rest)| rest);
            text.split(['?', '#']).next().unwrap_or_default().to_owned()
        }
    }
}

impl From<ClientCredentials> for ClientCredentialsRequest {
    fn from(credentials: ClientCredentials) -> Self {
        Self {
            token_endpoint: credentials.token_endpoint,
            client_id: credentials.client_id,
            proof: ClientProof::BasicHeader(credentials.client_secret),
            scope: credentials.scope,
            audience: None,
            parameters: BTreeMap::new(),
        }
    }
}

/// `client_id at endpoint`, as messages call it.
impl fmt::Display for TokenIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.client_id.is_empty() {
            return f.write_str(&self.endpoint);
        }
        write!(f, "{} at {}", self.client_id, self.endpoint)
    }
}

impl fmt::Debug for ClientCredentialsRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentialsRequest")
            .field("token_endpoint", &shown(&self.token_endpoint))
            .field("client_id", &self.client_id)
            .field("proof", &self.proof)
            .field("scope", &self.scope)
            .field("audience", &self.audience)
            .field("parameters", &self.parameters.keys().collect::<Vec<_>>())
            .finish()
    }
}

impl fmt::Debug for ClientProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BasicHeader(_) => "BasicHeader(***)",
            Self::Body(_) => "Body(***)",
            Self::PrivateKeyJwt { .. } => "PrivateKeyJwt(***)",
        })
    }
}

impl PartialEq for ClientProof {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::BasicHeader(one), Self::BasicHeader(two)) | (Self::Body(one), Self::Body(two)) => {
                one.expose() == two.expose()
            }
            (Self::PrivateKeyJwt { key: one, key_id: id }, Self::PrivateKeyJwt { key: two, key_id: other }) => {
                one.expose() == two.expose() && id == other
            }
            _ => false,
        }
    }
}

impl Eq for ClientProof {}

#[cfg(test)]
mod tests;
