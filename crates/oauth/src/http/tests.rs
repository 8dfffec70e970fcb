mod answers;
mod canary;
mod proxies;
mod refusals;
mod requests;
mod server;
mod silence;
mod tls;

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::atomic::{AtomicI64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use test_probe_directives::{Secret, Timestamp};

use super::*;
use crate::{BearerToken, ClientCredentialsRequest, ClientProof, TokenFailure};

const SECRET: &str = "s3cr3t p&ss";

/// The moment at which all clocks of these tests stand, in seconds since the Unix epoch.
const NOW: i64 = 1_800_000_000;

fn clock() -> WallClock {
    WallClock::reading(|| Timestamp::from_millis(NOW * 1000))
}

/// A clock that goes on by 10 s whenever it is asked.
fn slow_clock() -> WallClock {
    static MICROS: AtomicI64 = AtomicI64::new(NOW * 1_000_000);
    WallClock::reading(|| Timestamp::from_micros(MICROS.fetch_add(10_000_000, Ordering::Relaxed)))
}

fn request(url: &str) -> ClientCredentialsRequest {
    ClientCredentialsRequest {
        token_endpoint: url.to_owned(),
        client_id: "orders client".to_owned(),
        proof: ClientProof::BasicHeader(Secret::new(SECRET)),
        scope: None,
        audience: None,
        parameters: BTreeMap::new(),
    }
}

fn sources(settings: HttpTokenSettings) -> HttpTokenSources {
    HttpTokenSources::new(settings, clock()).unwrap()
}

async fn fetch_with(settings: HttpTokenSettings, request: ClientCredentialsRequest) -> Result<BearerToken, TokenError> {
    sources(settings).source(&TokenRequest::ClientCredentials(request))?.fetch().await
}

async fn fetch(request: ClientCredentialsRequest) -> Result<BearerToken, TokenError> {
    fetch_with(HttpTokenSettings::default(), request).await
}

fn jwt(claims: &Value) -> String {
    let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2lnbmF0dXJl", encoded(&json!({"alg": "RS256", "typ": "JWT"})), encoded(claims))
}

/// All that a person may get to see of an error.
fn shown(error: &(dyn Error + 'static)) -> String {
    let mut shown = format!("{error:?} {error:#?}");
    let mut next = Some(error);
    while let Some(error) = next {
        shown.push_str(&format!(" {error} {error:?}"));
        next = error.source();
    }
    shown
}

fn seconds_of(token: &BearerToken) -> u64 {
    token.life().as_secs()
}

#[test]
fn what_cannot_be_asked_is_refused_before_anything_is_sent() {
    let sources = sources(HttpTokenSettings::default());
    let base = || request("https://identity.example/token");
    let key = |key: &str| ClientProof::PrivateKeyJwt { key: Secret::new(key), key_id: None };
    let with_parameter = |name: &str| {
        let parameters = BTreeMap::from([(name.to_owned(), "hunter2".to_owned())]);
        ClientCredentialsRequest { parameters, audience: Some("kafka".into()), ..base() }
    };
    for (request, reason) in [
        (request("https://u:hunter2@identity.example/token"), "the token endpoint's URL holds a user or a password"),
        (ClientCredentialsRequest { client_id: String::new(), ..base() }, "the client's id is empty"),
        (
            ClientCredentialsRequest { proof: ClientProof::BasicHeader(Secret::new("")), ..base() },
            "the client's secret is empty",
        ),
        (
            ClientCredentialsRequest { proof: ClientProof::Body(Secret::new("")), ..base() },
            "the client's secret is empty",
        ),
        (ClientCredentialsRequest { proof: key("hunter2"), ..base() }, "the client's private key is no PEM"),
        (
            ClientCredentialsRequest { scope: Some("a \"b\"".into()), ..base() },
            r#"the scope "\"b\"" has a character that no scope may have"#,
        ),
        (with_parameter("grant_type"), r#"the further field "grant_type" is one that the request has anyway"#),
        (with_parameter("client_id"), "is one that the request has anyway"),
        (with_parameter("client_secret"), "is one that the request has anyway"),
        (with_parameter("scope"), "is one that the request has anyway"),
        (with_parameter("client_assertion"), "is one that the request has anyway"),
        (with_parameter("client_assertion_type"), "is one that the request has anyway"),
        (with_parameter("audience"), "is one that the request has anyway"),
        (with_parameter(""), "has no name"),
    ] {
        let error = sources.source(&TokenRequest::ClientCredentials(request)).unwrap_err();
        assert_eq!(error.failure(), TokenFailure::Settings, "{reason}");
        assert!(error.to_string().contains(reason), "{reason}: {error}");
        assert!(error.to_string().starts_with("no token for "), "{error}");
        assert!(!shown(&error).contains("hunter2"), "{error:?}");
    }
}

#[test]
fn settings_that_cannot_be_are_refused() {
    let refused = |settings| HttpTokenSources::new(settings, clock()).unwrap_err();
    let settings = HttpTokenSettings::default;
    let zero = refused(settings().with_request_timeout(std::time::Duration::ZERO));
    assert!(matches!(zero, TokenSettingsError::RequestTimeout), "{zero}");
    let folder = tempfile::tempdir().unwrap();
    let missing = refused(settings().with_ca(CaCertificates::File(folder.path().join("ca.pem"))));
    assert!(missing.to_string().contains("ca.pem; check the path") && missing.source().is_some(), "{missing}");
    let file = folder.path().join("empty.pem");
    std::fs::write(&file, "hunter2").unwrap();
    for ca in [CaCertificates::File(file), CaCertificates::Pem(b"hunter2".to_vec()), CaCertificates::Pem(Vec::new())] {
        let error = refused(settings().with_ca(ca));
        assert!(error.to_string().contains("are not PEM (BEGIN CERTIFICATE)"), "{error}");
        assert!(!shown(&error).contains("hunter2"));
    }
}

#[cfg(not(feature = "msk-iam"))]
#[test]
fn a_build_that_cannot_sign_for_amazon_says_so() {
    let request = TokenRequest::MskIam(MskIamRequest { region: "eu-central-1".into(), ..MskIamRequest::default() });
    let error = sources(HttpTokenSettings::default()).source(&request).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no token for kafka.eu-central-1.amazonaws.com: this build cannot sign requests to Amazon MSK; build it with the \
         feature msk-iam"
    );
}
