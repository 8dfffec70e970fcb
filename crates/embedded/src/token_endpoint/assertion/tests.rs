use std::time::Duration;

use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::Private;
use openssl::rsa::Rsa;
use proptest::prelude::*;
use serde_json::json;

use super::super::client::{Proof, TokenClient};
use super::*;

const NOW: i64 = 1_000_000;

fn bench() -> Bench<'static> {
    Bench { issuer: "http://here", now: NOW, lifetime: Duration::from_secs(60) }
}

fn ec_key() -> PKey<Private> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}

fn rsa_key() -> PKey<Private> {
    PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap()
}

fn public(key: &PKey<Private>) -> String {
    String::from_utf8(key.public_key_to_pem().unwrap()).unwrap()
}

/// What is right, with these claims in place of its own; those that are null are left out.
fn claims(changes: Value) -> Value {
    let mut claims = json!({
        "iss": "probe", "sub": "probe", "aud": "http://here/token", "exp": NOW + 60, "iat": NOW, "jti": "1",
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

fn signed(key: &PKey<Private>, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(header), part(claims));
    let signature = match key.ec_key() {
        Ok(key) => {
            let signature = EcdsaSig::sign(&Sha256::digest(&text), &key).unwrap();
            [signature.r().to_vec_padded(32).unwrap(), signature.s().to_vec_padded(32).unwrap()].concat()
        }
        Err(_) => {
            let mut signer = openssl::sign::Signer::new(MessageDigest::sha256(), key).unwrap();
            signer.sign_oneshot_to_vec(text.as_bytes()).unwrap()
        }
    };
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn judge(client: &TokenClient, jwt: &str) -> Result<Statement, &'static str> {
    let Proof::Key { key, algorithm, key_id } = &client.proof else { panic!("{client:?}") };
    verify(jwt, &Signer { id: &client.id, key, algorithm: *algorithm, key_id: key_id.as_deref() }, &bench())
}

#[test]
fn what_the_client_signed_is_taken_by_either_kind_of_key() {
    for (key, algorithm) in [(ec_key(), "ES256"), (rsa_key(), "RS256")] {
        let client = TokenClient::with_public_key("probe", &public(&key)).unwrap();
        let header = json!({"alg": algorithm, "typ": "JWT"});
        for aud in [json!("http://here"), json!("http://here/token"), json!(["x", "http://here/token"])] {
            let jwt = signed(&key, &header, &claims(json!({ "aud": aud })));
            assert_eq!(judge(&client, &jwt), Ok(Statement { id: "1".to_owned(), end: NOW + 60 }));
            assert_eq!(subject(&jwt).as_deref(), Some("probe"));
        }
        let jwt = signed(&key, &header, &claims(json!({})));
        let (text, signature) = jwt.rsplit_once('.').unwrap();
        let not_signed = Err("it is not signed with the client's key");
        let forged = text
            .replace(text.split_once('.').unwrap().1, &URL_SAFE_NO_PAD.encode(claims(json!({"jti": "2"})).to_string()));
        assert_eq!(judge(&client, &format!("{forged}.{signature}")), not_signed);
        assert_eq!(judge(&client, &format!("{text}.{}", &signature[..40])), not_signed);
        assert_eq!(judge(&client, &format!("{text}.")), not_signed);
    }
}

#[test]
fn what_another_signed_or_nobody_is_refused() {
    let (key, other) = (ec_key(), ec_key());
    let client = TokenClient::with_public_key("probe", &public(&key)).unwrap();
    let jwt = signed(&other, &json!({"alg": "ES256"}), &claims(json!({})));
    assert_eq!(judge(&client, &jwt), Err("it is not signed with the client's key"));
    for algorithm in ["none", "HS256", "RS256"] {
        let jwt = signed(&key, &json!({ "alg": algorithm }), &claims(json!({})));
        assert_eq!(judge(&client, &jwt), Err("its alg is not that of the client's key"));
    }
    let named = client.with_key_id("k1");
    for (header, is_right) in [
        (json!({"alg": "ES256"}), false),
        (json!({"alg": "ES256", "kid": "k2"}), false),
        (json!({"alg": "ES256", "kid": "k1"}), true),
    ] {
        let judged = judge(&named, &signed(&key, &header, &claims(json!({}))));
        assert_eq!(judged.is_ok(), is_right, "{header}: {judged:?}");
    }
}

#[test]
fn every_claim_must_be_right() {
    let key = ec_key();
    let client = TokenClient::with_public_key("probe", &public(&key)).unwrap();
    for (changes, message) in [
        (json!({"iss": "other"}), "its iss and sub are not the client"),
        (json!({"sub": null}), "its iss and sub are not the client"),
        (json!({"aud": "http://elsewhere"}), "its aud is not this endpoint"),
        (json!({"aud": "http://here/tokens"}), "its aud is not this endpoint"),
        (json!({"aud": null}), "its aud is not this endpoint"),
        (json!({"exp": NOW}), "it has ended"),
        (json!({"exp": null}), "it has no exp"),
        (json!({"exp": "soon"}), "its times are no whole seconds"),
        (json!({"iat": NOW + 31}), "it comes from the future"),
        (json!({"nbf": NOW + 31}), "it comes from the future"),
        (json!({"jti": null}), "it has no jti"),
    ] {
        assert_eq!(
            judge(&client, &signed(&key, &json!({"alg": "ES256"}), &claims(changes.clone()))),
            Err(message),
            "{changes}"
        );
    }
    assert!(
        judge(&client, &signed(&key, &json!({"alg": "ES256"}), &claims(json!({"iat": NOW + 30, "nbf": null})))).is_ok()
    );
}

#[test]
fn a_text_that_is_no_public_key_is_refused() {
    let p384 = EcKey::generate(&EcGroup::from_curve_name(Nid::SECP384R1).unwrap()).unwrap();
    for pem in [
        "",
        "x",
        &public(&PKey::from_ec_key(p384).unwrap()),
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
    ] {
        let error = TokenClient::with_public_key("probe", pem).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the public key of client probe is none; give an RSA key or one of the curve P-256, as PEM ('PUBLIC KEY')"
        );
    }
}

proptest! {
    #[test]
    fn no_text_is_taken_that_nobody_signed(header in ".{0,40}", claims in ".{0,40}", signature in proptest::collection::vec(any::<u8>(), 0..80)) {
        let parts = [header.clone(), claims.clone()].map(|part| URL_SAFE_NO_PAD.encode(part));
        let client = TokenClient::with_public_key("probe", &public(&ec_key())).unwrap();
        let well_formed = format!("{}.{}.{}", parts[0], parts[1], URL_SAFE_NO_PAD.encode(&signature));
        for text in [format!("{header}.{claims}"), format!("{header}{claims}"), well_formed] {
            prop_assert!(judge(&client, &text).is_err());
            prop_assert!(subject(&text).is_none());
        }
        let right = URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256"}"#);
        let claims = URL_SAFE_NO_PAD.encode(self::claims(json!({})).to_string());
        let forged = format!("{right}.{claims}.{}", URL_SAFE_NO_PAD.encode(&signature));
        prop_assert_eq!(judge(&client, &forged), Err("it is not signed with the client's key"));
    }
}
