use std::collections::BTreeMap;
use std::fmt;

use test_probe_directives::{ClientCredentials, Secret};

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
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Where the token comes from.
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
                endpoint: request.token_endpoint.clone(),
                client_id: request.client_id.clone(),
                scope: request.scope.clone().unwrap_or_default(),
                fingerprint: Secret::new(request.rest()).fingerprint(),
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
    /// All that the identity does not show, as one text. Every part is quoted, so that no two requests share one.
    fn rest(&self) -> String {
        let (how, secret, key_id) = match &self.proof {
            ClientProof::BasicHeader(secret) => ("header", secret, &None),
            ClientProof::Body(secret) => ("body", secret, &None),
            ClientProof::PrivateKeyJwt { key, key_id } => ("key", key, key_id),
        };
        format!("{:?}", (how, secret.expose(), key_id, &self.audience, &self.parameters))
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
