use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, Private};
use openssl::sign::Signer;
use serde_json::json;
use test_probe_directives::{Secret, Timestamp};

/// How long a statement is good for. Keycloak takes none that is good for longer, and one is sent as soon as it is made.
const LIFE: Duration = Duration::from_secs(60);
/// An RSA key that is shorter must not sign by RS256 (RFC 7518, section 3.3), in bytes.
const SHORTEST_RSA_KEY: u32 = 256;
/// Each half of an ES256 signature (RFC 7518, section 3.4), in bytes.
const P256_COORDINATE: i32 = 32;

/// A private key that states who a client is (`private_key_jwt`, RFC 7523).
pub(super) struct SigningKey {
    key: PKey<Private>,
    algorithm: Algorithm,
    key_id: Option<String>,
    pem: Secret,
}

#[derive(Clone, Copy)]
enum Algorithm {
    Rs256,
    Es256,
}

impl SigningKey {
    /// Reads a key in PEM: PKCS #8, PKCS #1 or SEC 1.
    ///
    /// # Errors
    /// What is wrong with it, and what to do about it; nothing of the key.
    pub(super) fn read(pem: &Secret, key_id: Option<&str>) -> Result<Self, (String, &'static str)> {
        const MAKE_ONE: &str =
            "give an RSA key of 2048 bits or more, or one of the curve P-256, as `openssl genpkey` makes them";
        let refused = |reason: &str| Err((format!("the client's private key {reason}"), MAKE_ONE));
        // A key that is encrypted would ask for its password at the terminal otherwise.
        let mut is_encrypted = false;
        let read = PKey::private_key_from_pem_callback(pem.expose().as_bytes(), |_| {
            is_encrypted = true;
            Err(ErrorStack::get())
        });
        let key = match read {
            Ok(key) => key,
            Err(_) if is_encrypted => {
                let fix = "decrypt it, as by `openssl pkey -in key.pem -out plain.pem`";
                return Err(("the client's private key is encrypted".to_owned(), fix));
            }
            Err(_) => return refused("is no PEM (BEGIN PRIVATE KEY)"),
        };
        let algorithm = match key.id() {
            Id::RSA if key.rsa().is_ok_and(|rsa| rsa.size() >= SHORTEST_RSA_KEY) => Algorithm::Rs256,
            Id::RSA => return refused("is too short"),
            Id::EC if key.ec_key().is_ok_and(|key| key.group().curve_name() == Some(Nid::X9_62_PRIME256V1)) => {
                Algorithm::Es256
            }
            Id::EC => return refused("is of another curve than P-256"),
            _ => return refused("is of a kind that cannot sign here"),
        };
        let key_id = key_id.filter(|id| !id.is_empty()).map(str::to_owned);
        Ok(Self { key, algorithm, key_id, pem: pem.clone() })
    }

    /// The key as it was given.
    pub(super) fn pem(&self) -> &Secret {
        &self.pem
    }

    /// A signed statement by the client `client_id` to `audience`, made `now`. No other one may have the same `id`.
    pub(super) fn assertion(
        &self,
        client_id: &str,
        audience: &str,
        now: Timestamp,
        id: &str,
    ) -> Result<Secret, ErrorStack> {
        let mut header = json!({ "alg": self.algorithm.name(), "typ": "JWT" });
        if let Some(key_id) = &self.key_id {
            header["kid"] = json!(key_id);
        }
        let now = now.as_millis().div_euclid(1000);
        let claims = json!({
            "iss": client_id,
            "sub": client_id,
            "aud": audience,
            "jti": id,
            "iat": now,
            "exp": now.saturating_add_unsigned(LIFE.as_secs()),
        });
        let signed = format!("{}.{}", encoded(header.to_string()), encoded(claims.to_string()));
        let signature = self.signature(signed.as_bytes())?;
        Ok(Secret::new(format!("{signed}.{}", encoded(signature))))
    }

    fn signature(&self, message: &[u8]) -> Result<Vec<u8>, ErrorStack> {
        let signature = Signer::new(MessageDigest::sha256(), &self.key)?.sign_oneshot_to_vec(message)?;
        match self.algorithm {
            Algorithm::Rs256 => Ok(signature),
            // OpenSSL writes the two numbers in DER, a JWT has them one behind the other.
            Algorithm::Es256 => {
                let numbers = EcdsaSig::from_der(&signature)?;
                let mut signature = numbers.r().to_vec_padded(P256_COORDINATE)?;
                signature.extend(numbers.s().to_vec_padded(P256_COORDINATE)?);
                Ok(signature)
            }
        }
    }
}

impl Algorithm {
    const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
pub(super) mod tests;
