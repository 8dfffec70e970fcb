use std::sync::atomic::{AtomicI64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::ec::{EcGroup, EcKey};
use openssl::ecdsa::EcdsaSig;
use openssl::nid::Nid;
use openssl::pkey::PKey;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use sha2::{Digest, Sha256};
use test_probe_directives::Timestamp;

use super::*;

async fn token(endpoint: &EmbeddedTokenEndpoint) -> String {
    let answer: Value = ask(endpoint, "s3cret").await.unwrap().json().await.unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

async fn published(endpoint: &EmbeddedTokenEndpoint) -> Vec<Value> {
    let http = Client::builder().no_proxy().build().unwrap();
    let answer = http.get(endpoint.jwks_url()).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/jwk-set+json");
    answer.json::<Value>().await.unwrap()["keys"].as_array().unwrap().clone()
}

fn decoded(part: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(part).unwrap()
}

/// The claims of a token, checked with nothing but the published keys and by another library than the one that signs.
fn checked(token: &str, keys: &[Value]) -> Option<Value> {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let header: Value = serde_json::from_slice(&decoded(header)).unwrap();
    assert_eq!((&header["alg"], &header["typ"]), (&json!("ES256"), &json!("JWT")));
    let key = keys.iter().find(|key| key["kid"] == header["kid"])?;
    let fixed = ["kty", "crv", "alg", "use"].map(|name| key[name].as_str().unwrap());
    assert_eq!(fixed, ["EC", "P-256", "ES256", "sig"]);
    assert_eq!(key.as_object().unwrap().len(), 7, "nothing of the private half: {key}");
    let number = |name: &str| decoded(key[name].as_str().unwrap());
    let point = [vec![4], number("x"), number("y")].concat();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    key.verify(signed.as_bytes(), &decoded(signature)).ok()?;
    Some(serde_json::from_slice(&decoded(claims)).unwrap())
}

fn eight() -> Timestamp {
    Timestamp::from_millis(1_769_846_400_999)
}

#[tokio::test]
async fn a_token_is_signed_with_the_published_key_and_says_who_what_for_and_until_when() {
    let endpoint = endpoint().with_clock(WallClock::reading(eight));
    let token = token(&endpoint).await;
    let keys = published(&endpoint).await;
    let mut claims = checked(&token, &keys).unwrap();
    let jti = claims["jti"].take();
    assert_eq!(jti.as_str().unwrap().len(), 36);
    let issuer = endpoint.issuer();
    let expected = json!({
        "iss": issuer, "sub": "probe", "azp": "probe", "client_id": "probe", "aud": issuer,
        "iat": 1_769_846_400, "exp": 1_769_846_420, "jti": null, "scope": "a",
    });
    assert_eq!(claims, expected);

    let (text, signature) = token.rsplit_once('.').unwrap();
    let (header, _) = text.split_once('.').unwrap();
    let forged = format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(expected.to_string()));
    assert!(checked(&forged, &keys).is_none(), "a changed token is not taken for signed");
    let own = json!({"aud": "kafka", "scope": null});
    let answer = post(&endpoint, &[("client_id", "probe"), ("client_secret", "s3cret"), ("audience", "kafka")]).await;
    let answer: Value = answer.unwrap().json().await.unwrap();
    let claims = checked(answer["access_token"].as_str().unwrap(), &keys).unwrap();
    assert_eq!(json!({"aud": claims["aud"], "scope": claims["scope"]}), own);
    assert_ne!(claims["jti"], jti);
}

#[tokio::test]
async fn two_endpoints_have_keys_of_their_own() {
    let (one, other) = (endpoint(), endpoint());
    assert!(checked(&token(&one).await, &published(&other).await).is_none());
}

#[tokio::test]
async fn tokens_of_a_client_live_as_long_as_it_says() {
    let client = TokenClient::new("probe", Secret::new("s3cret")).with_lifetime(Duration::from_secs(5));
    let endpoint = endpoint().with_client(client.with_audience("kafka").with_scopes(["a", "b"]));
    let answer: Value = ask(&endpoint, "s3cret").await.unwrap().json().await.unwrap();
    assert_eq!((&answer["expires_in"], &answer["scope"]), (&json!(5), &json!("a")));
    let claims = checked(answer["access_token"].as_str().unwrap(), &published(&endpoint).await).unwrap();
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 5);
    assert_eq!(claims["aud"], "kafka");
    let answer = post(&endpoint, &[("client_id", "probe"), ("client_secret", "s3cret"), ("scope", "c")]).await.unwrap();
    assert_eq!(answer.status(), 400);
    let expected = json!({"error": "invalid_scope", "error_description": "the scope c is none of the client's"});
    assert_eq!(answer.json::<Value>().await.unwrap(), expected);
}

#[tokio::test]
async fn opaque_tokens_say_nothing() {
    let endpoint = endpoint().with_opaque_tokens();
    let token = token(&endpoint).await;
    assert!(token.len() == 64 && token.chars().all(|c| c.is_ascii_hexdigit()), "{token}");
}

#[tokio::test]
async fn a_clock_that_is_wrong_shows_in_the_times_of_tokens_alone() {
    let endpoint = endpoint().with_clock(WallClock::reading(eight));
    for (skew, iat) in [(300, 1_769_846_700), (-300, 1_769_846_100), (0, 1_769_846_400)] {
        endpoint.set_clock_skew(skew);
        let answer: Value = ask(&endpoint, "s3cret").await.unwrap().json().await.unwrap();
        assert_eq!(answer["expires_in"], 20);
        let claims = checked(answer["access_token"].as_str().unwrap(), &published(&endpoint).await).unwrap();
        assert_eq!((claims["iat"].as_i64().unwrap(), claims["exp"].as_i64().unwrap()), (iat, iat + 20));
    }
}

static LATER: AtomicI64 = AtomicI64::new(0);

fn later() -> Timestamp {
    Timestamp::from_millis(LATER.load(Ordering::Relaxed))
}

#[tokio::test]
async fn an_old_signing_key_is_published_as_long_as_its_tokens_are_good() {
    let long = TokenClient::new("long", Secret::new("l")).with_lifetime(Duration::from_secs(60));
    let endpoint = endpoint().with_client(long).with_clock(WallClock::reading(later));
    let before = token(&endpoint).await;
    endpoint.rotate_signing_key().unwrap();
    let after = token(&endpoint).await;
    let keys = published(&endpoint).await;
    assert_eq!(keys.len(), 2);
    assert!(checked(&before, &keys).is_some() && checked(&after, &keys).is_some());
    LATER.store(59_999, Ordering::Relaxed);
    assert!(checked(&before, &published(&endpoint).await).is_some());
    LATER.store(60_000, Ordering::Relaxed);
    let keys = published(&endpoint).await;
    assert!(checked(&before, &keys).is_none() && checked(&after, &keys).is_some());
    for _ in 0..40 {
        endpoint.rotate_signing_key().unwrap();
    }
    assert_eq!(published(&endpoint).await.len(), 17, "the published keys are bounded");
}

#[tokio::test]
async fn a_client_with_a_key_signs_who_it_is_once_for_each_request() {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let key = EcKey::generate(&group).unwrap();
    let pem = PKey::from_ec_key(key.clone()).unwrap().public_key_to_pem().unwrap();
    let client = TokenClient::with_public_key("signer", std::str::from_utf8(&pem).unwrap()).unwrap();
    let endpoint = endpoint().with_client(client).with_clock(WallClock::reading(eight));
    let statement = |jti: &str, aud: &str| {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let claims = json!({"iss": "signer", "sub": "signer", "aud": aud, "exp": 1_769_846_460, "jti": jti});
        let text = format!("{}.{}", part(json!({"alg": "ES256"})), part(claims));
        let signature = EcdsaSig::sign(&Sha256::digest(&text), &key).unwrap();
        let numbers = [signature.r().to_vec_padded(32).unwrap(), signature.s().to_vec_padded(32).unwrap()].concat();
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(numbers))
    };
    const KIND: (&str, &str) = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    let send = async |fields: &[(&str, &str)]| {
        let answer = post(&endpoint, &[&[KIND], fields].concat()).await.unwrap();
        let (status, body) = (answer.status().as_u16(), answer.json::<Value>().await.unwrap());
        (status, body["error_description"].as_str().unwrap_or_default().to_owned())
    };
    let first = statement("1", &endpoint.url());
    assert_eq!(send(&[("client_assertion", &first)]).await, (200, String::new()));
    let again = "the client's assertion is wrong: it was used before".to_owned();
    assert_eq!(send(&[("client_assertion", &first)]).await, (401, again));
    let second = statement("2", &endpoint.issuer());
    assert_eq!(send(&[("client_assertion", &second), ("client_id", "signer")]).await, (200, String::new()));
    let third = statement("3", &endpoint.url());
    let other = "the client's assertion is wrong: its sub is not the client_id".to_owned();
    assert_eq!(send(&[("client_assertion", &third), ("client_id", "probe")]).await, (401, other));
    endpoint.set_clock_skew(60);
    let ended = "the client's assertion is wrong: it has ended".to_owned();
    assert_eq!(send(&[("client_assertion", &third)]).await, (401, ended));
    let secret = post(&endpoint, &[("client_id", "signer"), ("client_secret", "")]).await.unwrap();
    assert_eq!(secret.status(), 400);
    assert_eq!((endpoint.requests_of("signer"), endpoint.tokens_of("signer")), (5, 2));
}
