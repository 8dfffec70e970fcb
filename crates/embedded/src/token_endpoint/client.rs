use std::collections::BTreeSet;
use std::time::Duration;

use openssl::error::ErrorStack;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, Public};
use test_probe_directives::Secret;

/// A client that the embedded token endpoint knows.
#[derive(Clone, Debug)]
pub struct TokenClient {
    pub(super) id: String,
    pub(super) proof: Proof,
    pub(super) lifetime: Option<Duration>,
    pub(super) scopes: Option<BTreeSet<String>>,
    pub(super) audience: Option<String>,
}

/// How a client is known again.
#[derive(Clone, Debug)]
pub(super) enum Proof {
    Secret(Secret),
    Key { key: PKey<Public>, algorithm: Algorithm, key_id: Option<String> },
}

/// What a client signs with (RFC 7518, section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Rs256,
    Es256,
}

/// A text that is no public key of a client.
#[derive(Debug, thiserror::Error)]
#[error(
    "the public key of client {client_id} is none; give an RSA key or one of the curve P-256, as PEM ('PUBLIC KEY')"
)]
pub struct InvalidPublicKey {
    client_id: String,
    #[source]
    source: Option<ErrorStack>,
}

impl Algorithm {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }
}

impl TokenClient {
    /// A client that proves itself by its secret.
    pub fn new(id: impl Into<String>, secret: Secret) -> Self {
        Self::proving(id.into(), Proof::Secret(secret))
    }

    /// A client that proves itself by what it signs with the private key to this public one, PEM: RSA (RS256) or the curve
    /// P-256 (ES256).
    ///
    /// # Errors
    /// [`InvalidPublicKey`].
    pub fn with_public_key(id: impl Into<String>, pem: &str) -> Result<Self, InvalidPublicKey> {
        let id = id.into();
        let invalid = |source| InvalidPublicKey { client_id: id.clone(), source };
        let key = PKey::public_key_from_pem(pem.as_bytes()).map_err(|error| invalid(Some(error)))?;
        let curve = key.ec_key().ok().and_then(|key| key.group().curve_name());
        let algorithm = match (key.id(), curve) {
            (Id::RSA, _) => Algorithm::Rs256,
            (Id::EC, Some(Nid::X9_62_PRIME256V1)) => Algorithm::Es256,
            _ => return Err(invalid(None)),
        };
        Ok(Self::proving(id, Proof::Key { key, algorithm, key_id: None }))
    }

    fn proving(id: String, proof: Proof) -> Self {
        Self { id, proof, lifetime: None, scopes: None, audience: None }
    }

    /// The same, which must name its key by this `kid`. Nothing happens where it has a secret.
    #[must_use]
    pub fn with_key_id(mut self, name: impl Into<String>) -> Self {
        if let Proof::Key { key_id, .. } = &mut self.proof {
            *key_id = Some(name.into());
        }
        self
    }

    /// The same, whose tokens are good for so long, in whole seconds.
    #[must_use]
    pub fn with_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// The same, which may ask for these scopes and no others, and gets all of them when it asks for none. A client without
    /// such a list gets what it asks for.
    #[must_use]
    pub fn with_scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// The same, whose tokens are for this audience where it asks for none.
    #[must_use]
    pub fn with_audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }
}
