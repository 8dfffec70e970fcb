use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::ecdsa::EcdsaSig;
use openssl::pkey::Public;
use openssl::rsa::Rsa;
use openssl::sign::Verifier;
use openssl::symm::Cipher;
use serde_json::Value;

use super::*;

/// A private key in PEM, and the public one that belongs to it.
pub(in crate::http) fn p256() -> (Secret, PKey<Public>) {
    both(&curve(Nid::X9_62_PRIME256V1))
}

fn curve(name: Nid) -> PKey<Private> {
    PKey::from_ec_key(EcKey::generate(&EcGroup::from_curve_name(name).unwrap()).unwrap()).unwrap()
}

fn rsa(bits: u32) -> PKey<Private> {
    PKey::from_rsa(Rsa::generate(bits).unwrap()).unwrap()
}

fn both(key: &PKey<Private>) -> (Secret, PKey<Public>) {
    (pem(key), PKey::public_key_from_pem(&key.public_key_to_pem().unwrap()).unwrap())
}

fn pem(key: &PKey<Private>) -> Secret {
    text(key.private_key_to_pem_pkcs8().unwrap())
}

fn text(pem: Vec<u8>) -> Secret {
    Secret::new(String::from_utf8(pem).unwrap())
}

/// Header and claims of a statement whose signature is right.
pub(in crate::http) fn verified(jwt: &str, key: &PKey<Public>) -> (Value, Value) {
    let (signed, signature) = jwt.rsplit_once('.').unwrap();
    let mut signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    if key.id() == Id::EC {
        assert_eq!(signature.len(), 64);
        let number = |bytes| BigNum::from_slice(bytes).unwrap();
        let (r, s) = (number(&signature[..32]), number(&signature[32..]));
        signature = EcdsaSig::from_private_components(r, s).unwrap().to_der().unwrap();
    }
    let mut verifier = Verifier::new(MessageDigest::sha256(), key).unwrap();
    assert!(verifier.verify_oneshot(&signature, signed.as_bytes()).unwrap(), "the signature");
    let (header, claims) = signed.split_once('.').unwrap();
    let read = |part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    (read(header), read(claims))
}

#[test]
fn a_statement_says_who_it_is_by_and_whom_it_is_for_and_is_signed() {
    for (key, algorithm) in [(rsa(2048), "RS256"), (curve(Nid::X9_62_PRIME256V1), "ES256")] {
        let (pem, public) = both(&key);
        let now = Timestamp::from_millis(1_800_000_000_999);
        let sign = |id: Option<&str>| {
            let key = SigningKey::read(&pem, id).unwrap();
            key.assertion("orders", "https://identity.example/token", now, "an-id").unwrap()
        };
        let (header, claims) = verified(sign(Some("k 1")).expose(), &public);
        assert_eq!(header, json!({"alg": algorithm, "typ": "JWT", "kid": "k 1"}));
        assert_eq!(
            claims,
            json!({
                "iss": "orders", "sub": "orders", "aud": "https://identity.example/token", "jti": "an-id",
                "iat": 1_800_000_000, "exp": 1_800_000_060,
            })
        );
        for id in [None, Some("")] {
            assert_eq!(verified(sign(id).expose(), &public).0, json!({"alg": algorithm, "typ": "JWT"}));
        }
    }
}

#[test]
fn both_halves_of_a_signature_keep_their_length() {
    // One half in 256 begins with a zero byte.
    let (pem, public) = p256();
    let key = SigningKey::read(&pem, None).unwrap();
    for id in 0..600 {
        verified(key.assertion("c", "a", Timestamp::from_millis(0), &id.to_string()).unwrap().expose(), &public);
    }
}

#[test]
fn keys_are_read_in_each_form_that_pem_has_for_them() {
    let (rsa, curve) = (rsa(2048), curve(Nid::X9_62_PRIME256V1));
    for pem in [
        pem(&rsa),
        text(rsa.rsa().unwrap().private_key_to_pem().unwrap()),
        pem(&curve),
        text(curve.ec_key().unwrap().private_key_to_pem().unwrap()),
    ] {
        assert!(SigningKey::read(&pem, None).is_ok());
    }
}

#[test]
fn a_key_that_cannot_sign_is_refused_by_name() {
    let encrypted = rsa(2048).private_key_to_pem_pkcs8_passphrase(Cipher::aes_128_cbc(), b"hunter2").unwrap();
    for (pem, reason) in [
        (text(encrypted), "the client's private key is encrypted"),
        (pem(&rsa(1024)), "the client's private key is too short"),
        (pem(&curve(Nid::SECP384R1)), "the client's private key is of another curve than P-256"),
        (pem(&PKey::generate_ed25519().unwrap()), "the client's private key is of a kind that cannot sign here"),
        (Secret::new("hunter2"), "the client's private key is no PEM (BEGIN PRIVATE KEY)"),
        (text(rsa(2048).public_key_to_pem().unwrap()), "the client's private key is no PEM (BEGIN PRIVATE KEY)"),
        (Secret::new(""), "the client's private key is no PEM (BEGIN PRIVATE KEY)"),
    ] {
        assert_eq!(SigningKey::read(&pem, None).err().unwrap().0, reason);
    }
}
