use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::bn::{BigNum, BigNumContext};
use openssl::ec::{EcGroup, EcKey};
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::nid::Nid;
use openssl::pkey::Private;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A key that could not be made or used.
#[derive(Debug, thiserror::Error)]
#[error("no key to sign tokens with can be made or used")]
pub struct SigningKeyError(#[from] ErrorStack);

/// The key that tokens are signed with, and those that they were signed with.
pub(super) struct SigningKeys(Mutex<State>);

struct State {
    current: SigningKey,
    /// Public keys, each with the second until which it is published.
    retired: Vec<(Value, i64)>,
}

/// A key of the curve P-256 (ES256).
struct SigningKey {
    key: EcKey<Private>,
    id: String,
    /// The public half as RFC 7517 writes it.
    published: Value,
}

impl SigningKeys {
    /// How many keys are published at most besides the one in use.
    const MOST_RETIRED: usize = 16;

    pub(super) fn new() -> Result<Self, SigningKeyError> {
        Ok(Self(Mutex::new(State { current: SigningKey::new()?, retired: Vec::new() })))
    }

    /// Takes a new key into use. The old one is published until the second `until`.
    pub(super) fn rotate(&self, now: i64, until: i64) -> Result<(), SigningKeyError> {
        let new = SigningKey::new()?;
        let mut state = self.state();
        let old = std::mem::replace(&mut state.current, new);
        state.retired.retain(|(_, until)| *until > now);
        if state.retired.len() >= Self::MOST_RETIRED {
            state.retired.remove(0);
        }
        state.retired.push((old.published, until));
        Ok(())
    }

    /// The keys to check with at the second `now`, as RFC 7517 (section 5) writes them.
    pub(super) fn published(&self, now: i64) -> Value {
        let state = self.state();
        let retired = state.retired.iter().filter(|(_, until)| *until > now).map(|(key, _)| key);
        let keys: Vec<_> = std::iter::once(&state.current.published).chain(retired).collect();
        json!({ "keys": keys })
    }

    /// The signed token that says `claims` (RFC 7515).
    pub(super) fn sign(&self, claims: &Value) -> Result<String, SigningKeyError> {
        let state = self.state();
        let header = json!({"alg": "ES256", "typ": "JWT", "kid": state.current.id});
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(claims));
        let signature = EcdsaSig::sign(&Sha256::digest(&signed), &state.current.key)?;
        let numbers = [signature.r().to_vec_padded(32)?, signature.s().to_vec_padded(32)?].concat();
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(numbers)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SigningKey {
    fn new() -> Result<Self, SigningKeyError> {
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
        let key = EcKey::generate(&group)?;
        let (mut x, mut y) = (BigNum::new()?, BigNum::new()?);
        key.public_key().affine_coordinates(&group, &mut x, &mut y, &mut *BigNumContext::new()?)?;
        let (x, y) = (URL_SAFE_NO_PAD.encode(x.to_vec_padded(32)?), URL_SAFE_NO_PAD.encode(y.to_vec_padded(32)?));
        // The key's thumbprint (RFC 7638).
        let id = Sha256::digest(format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#));
        let id = URL_SAFE_NO_PAD.encode(id);
        let published = json!({"kty": "EC", "crv": "P-256", "x": x, "y": y, "use": "sig", "alg": "ES256", "kid": id});
        Ok(Self { key, id, published })
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKeys").field("current", &self.state().current.id).finish_non_exhaustive()
    }
}
