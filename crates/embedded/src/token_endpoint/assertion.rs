use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::bn::BigNum;
use openssl::ecdsa::EcdsaSig;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Public};
use openssl::sign::Verifier;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::client::Algorithm;
use super::clients::Bench;

/// Clocks may differ so far, in seconds, before a statement comes from the future.
const LEEWAY: i64 = 30;

/// Who is to have signed a statement.
pub(super) struct Signer<'a> {
    pub(super) id: &'a str,
    pub(super) key: &'a PKey<Public>,
    pub(super) algorithm: Algorithm,
    pub(super) key_id: Option<&'a str>,
}

/// What a statement may be used for once.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) id: String,
    /// The second from which it is good for nothing.
    pub(super) end: i64,
}

/// Whom a statement speaks of, whoever signed it.
pub(super) fn subject(jwt: &str) -> Option<String> {
    Some(json(jwt.split('.').nth(1)?)?.get("sub")?.as_str()?.to_owned())
}

/// Judges a statement by which a client proves itself (RFC 7523, section 3), or says what is wrong with it.
pub(super) fn verify(jwt: &str, signer: &Signer<'_>, bench: &Bench<'_>) -> Result<Statement, &'static str> {
    let no_jwt = "it is no JWT";
    let (signed, signature) = jwt.rsplit_once('.').ok_or(no_jwt)?;
    let (header, claims) = signed.split_once('.').ok_or(no_jwt)?;
    let (header, claims) = (json(header).ok_or(no_jwt)?, json(claims).ok_or(no_jwt)?);
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| no_jwt)?;
    if header.get("alg").and_then(Value::as_str) != Some(signer.algorithm.name()) {
        return Err("its alg is not that of the client's key");
    }
    if signer.key_id.is_some_and(|id| header.get("kid").and_then(Value::as_str) != Some(id)) {
        return Err("its kid is not that of the client's key");
    }
    if !is_signed(signed.as_bytes(), &signature, signer) {
        return Err("it is not signed with the client's key");
    }
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(signer.id) || text("sub") != Some(signer.id) {
        return Err("its iss and sub are not the client");
    }
    let is_here = |audience: &str| audience == bench.issuer || audience.strip_prefix(bench.issuer) == Some("/token");
    let is_for_here = match claims.get("aud") {
        Some(Value::String(audience)) => is_here(audience),
        Some(Value::Array(audiences)) => audiences.iter().filter_map(Value::as_str).any(is_here),
        _ => false,
    };
    if !is_for_here {
        return Err("its aud is not this endpoint");
    }
    let second = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(second) => second.as_i64().map(Some).ok_or("its times are no whole seconds"),
    };
    let end = second("exp")?.ok_or("it has no exp")?;
    if end <= bench.now {
        return Err("it has ended");
    }
    let begin = second("iat")?.max(second("nbf")?);
    if begin.is_some_and(|begin| begin > bench.now.saturating_add(LEEWAY)) {
        return Err("it comes from the future");
    }
    let id = text("jti").filter(|id| !id.is_empty()).ok_or("it has no jti")?;
    Ok(Statement { id: id.to_owned(), end })
}

fn json(part: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// What the library fails at is no signature.
fn is_signed(text: &[u8], signature: &[u8], signer: &Signer<'_>) -> bool {
    let is_signed = match signer.algorithm {
        Algorithm::Rs256 => Verifier::new(MessageDigest::sha256(), signer.key)
            .and_then(|mut verifier| verifier.verify_oneshot(signature, text)),
        // The two numbers, 32 bytes each (RFC 7518, section 3.4).
        Algorithm::Es256 if signature.len() == 64 => {
            let (r, s) = signature.split_at(32);
            BigNum::from_slice(r)
                .and_then(|r| EcdsaSig::from_private_components(r, BigNum::from_slice(s)?))
                .and_then(|signature| signature.verify(&Sha256::digest(text), &*signer.key.ec_key()?))
        }
        Algorithm::Es256 => Ok(false),
    };
    is_signed.unwrap_or(false)
}

#[cfg(test)]
mod tests;
