use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize};

use test_probe_directives::Secret;

use super::server::{refusal, with_headers};
use super::*;
use crate::codec::BoxError;
use crate::{BearerTokenSource, RegistryAuth, RegistryTls};

const CANARY: &str = "c4n4ry";
const PLACE: &str = r#"{"schema":"\"int\"","version":1,"id":1}"#;

fn with_auth(url: &str, auth: RegistryAuth) -> HttpSchemaRegistry {
    HttpSchemaRegistry::new(impatient(&[url]).with_auth(auth)).unwrap()
}

/// A source whose tokens are numbered, and which has none for a while.
#[derive(Debug, Default)]
struct Numbered {
    given: AtomicUsize,
    missing: AtomicUsize,
    is_broken: AtomicBool,
}

impl BearerTokenSource for Numbered {
    fn bearer_token(&self) -> Result<Secret, BoxError> {
        if self.is_broken.load(Ordering::Relaxed) {
            return Ok(Secret::new("a\nb"));
        }
        let missing = self.missing.load(Ordering::Relaxed);
        if missing > 0 {
            self.missing.store(missing - 1, Ordering::Relaxed);
            return Err("the identity provider is down".into());
        }
        Ok(Secret::new(format!("token-{}", self.given.fetch_add(1, Ordering::Relaxed))))
    }
}

#[tokio::test]
async fn each_way_to_prove_who_one_is_reaches_the_registry() {
    let mut server = TestServer::always(ok(PLACE)).await;
    let in_address = server.url.replace("http://", "http://user:pass@");
    for (registry, header) in [
        (with_auth(&server.url, RegistryAuth::None), None),
        (with_auth(&in_address, RegistryAuth::None), Some("Basic dXNlcjpwYXNz")),
        (
            with_auth(&server.url, RegistryAuth::Basic { user: "user".into(), password: Secret::new("pass") }),
            Some("Basic dXNlcjpwYXNz"),
        ),
        (with_auth(&server.url, RegistryAuth::Bearer(Secret::new("abc"))), Some("Bearer abc")),
        (with_auth(&server.url, RegistryAuth::Source(Arc::<Numbered>::default())), Some("Bearer token-0")),
    ] {
        registry.latest("s").await.unwrap();
        assert_eq!(server.header("authorization").await.as_deref(), header);
    }
}

#[tokio::test]
async fn a_renewed_token_is_used_at_once_even_for_a_repetition() {
    let mut server = TestServer::start([refusal(503, ""), ok(PLACE)]).await;
    let registry = with_auth(&server.url, RegistryAuth::Source(Arc::<Numbered>::default()));
    registry.latest("s").await.unwrap();
    registry.latest("s").await.unwrap();
    for token in ["Bearer token-0", "Bearer token-1", "Bearer token-2"] {
        assert_eq!(server.header("authorization").await.as_deref(), Some(token));
    }
}

#[tokio::test]
async fn without_a_token_nothing_is_asked_and_asking_again_helps() {
    let server = TestServer::always(ok(PLACE)).await;
    let source = Arc::new(Numbered::default());
    let settings = impatient(&[&server.url]).with_auth(RegistryAuth::Source(Arc::clone(&source) as _));
    let registry = HttpSchemaRegistry::new(settings.with_max_retries(1)).unwrap();
    source.missing.store(2, Ordering::Relaxed);
    let error = registry.latest("s").await.unwrap_err();
    assert!(error.to_string().ends_with("there is no token to show to it"), "{error}");
    assert_eq!(error.source().unwrap().to_string(), "the identity provider is down");
    assert!(error.helps_to_ask_again());
    assert_eq!(server.requests(), 0);
    source.missing.store(1, Ordering::Relaxed);
    registry.latest("s").await.unwrap();
    source.is_broken.store(true, Ordering::Relaxed);
    let error = registry.latest("s").await.unwrap_err();
    assert!(matches!(error.failure, RegistryFailure::NoToken(_)), "{error}");
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn the_further_headers_reach_the_registry() {
    let mut server = TestServer::always(ok(PLACE)).await;
    let settings = impatient(&[&server.url])
        .with_logical_cluster("lsrc-1a2b3c")
        .with_identity_pool("pool-4d5e")
        .with_header("x-mine", Secret::new("mine"));
    HttpSchemaRegistry::new(settings).unwrap().latest("s").await.unwrap();
    let request = server.request().await.to_lowercase();
    for header in
        ["target-sr-cluster: lsrc-1a2b3c\r\n", "confluent-identity-pool-id: pool-4d5e\r\n", "x-mine: mine\r\n"]
    {
        assert!(request.contains(header), "{request}");
    }
}

#[tokio::test]
async fn a_redirection_to_another_host_gets_no_credentials() {
    let other = TestServer::always(ok(PLACE)).await;
    let location = format!("location: {}/subjects/s/versions/latest?a=b\r\n", other.url.replace("//", "//x:y@"));
    let server = TestServer::always(with_headers(307, &location)).await;
    let in_address = server.url.replace("http://", "http://user:pass@");
    for registry in [
        with_auth(&server.url, RegistryAuth::Bearer(Secret::new("abc"))),
        with_auth(&in_address, RegistryAuth::None),
        HttpSchemaRegistry::new(impatient(&[&server.url]).with_logical_cluster("lsrc-1")).unwrap(),
    ] {
        let error = registry.latest("s").await.unwrap_err();
        assert!(
            error.to_string().ends_with(&format!(
                "it sends the question on to {}/subjects/s/versions/latest, which is another host; give that address if \
                 the credentials are for it",
                other.url
            )),
            "{error}"
        );
        assert!(!error.helps_to_ask_again());
    }
    assert_eq!(other.requests(), 0);
    with_auth(&server.url, RegistryAuth::None).latest("s").await.unwrap();
    assert_eq!(other.requests(), 1, "who has no credentials loses none");
}

#[tokio::test]
async fn a_redirection_on_the_same_host_keeps_the_credentials() {
    let mut server =
        TestServer::start([with_headers(307, "location: /there/subjects/s/versions/latest\r\n"), ok(PLACE)]).await;
    with_auth(&server.url, RegistryAuth::Bearer(Secret::new("abc"))).latest("s").await.unwrap();
    server.request().await;
    let second = server.request().await;
    assert!(second.starts_with("GET /there/subjects/s/versions/latest "), "{second}");
    assert!(second.to_lowercase().contains("authorization: bearer abc\r\n"), "{second}");
}

#[tokio::test]
async fn a_redirection_in_a_circle_ends() {
    let server = TestServer::always(with_headers(307, "location: /subjects/s/versions/latest\r\n")).await;
    let error = registry(&server.url).latest("s").await.unwrap_err();
    assert!(matches!(error.failure, RegistryFailure::Unreachable(_)), "{error}");
    assert!(server.requests() <= 11);
}

#[test]
fn settings_that_cannot_work_are_refused_with_their_reason() {
    let url = format!("http://user:{CANARY}@host");
    let plain = || RegistrySettings::new("http://host");
    let secret = |text: &str| Secret::new(text);
    for (settings, reason) in [
        (
            plain().with_urls([] as [&str; 0]),
            "the Schema Registry has no address; give one such as http://localhost:8081",
        ),
        (
            RegistrySettings::new(&url).with_auth(RegistryAuth::Bearer(secret("t"))),
            "the Schema Registry at http://host has credentials in its address and others beside it; give one of the two",
        ),
        (
            plain().with_auth(RegistryAuth::Bearer(secret("c4n4ry\n"))),
            "the Schema Registry's bearer token has characters that no HTTP header may have",
        ),
        (
            plain().with_header("a b", secret(CANARY)),
            "the Schema Registry's header \"a b\" has a name or a value that HTTP does not allow",
        ),
        (
            plain().with_header("a", secret("c4n4ry\n")),
            "the Schema Registry's header \"a\" has a name or a value that HTTP does not allow",
        ),
        (
            plain().with_tls(RegistryTls::default().with_ca_pem("c4n4ry")),
            "the certificates of the authorities to trust at the Schema Registry are not PEM (BEGIN CERTIFICATE)",
        ),
        (
            plain().with_tls(
                RegistryTls::default().with_ca_pem("-----BEGIN CERTIFICATE-----\nc4n4ry\n-----END CERTIFICATE-----\n"),
            ),
            "the certificates of the authorities to trust at the Schema Registry are not PEM (BEGIN CERTIFICATE)",
        ),
        (
            plain().with_tls(RegistryTls::default().with_identity("chain", secret(CANARY))),
            "the client certificate for the Schema Registry cannot be used: the certificates must be PEM (BEGIN \
             CERTIFICATE), the key PKCS #8 in PEM (BEGIN PRIVATE KEY), and they must belong together",
        ),
    ] {
        let error = HttpSchemaRegistry::new(settings).unwrap_err();
        assert_eq!(error.to_string(), reason);
        let mut shown = format!("{error:?}");
        let mut source = error.source();
        while let Some(cause) = source {
            shown += &format!("{cause} {cause:?}");
            source = cause.source();
        }
        assert!(!shown.contains(CANARY), "{shown}");
    }
}

#[tokio::test]
async fn no_error_shows_a_credential() {
    let secret = || Secret::new(CANARY);
    let shown = Mutex::new(String::new());
    let look = async |url: &str, settings: RegistrySettings| {
        let registry = HttpSchemaRegistry::new(settings.with_urls([url, url]).with_max_retries(1)).unwrap();
        let error = registry.latest("s").await.unwrap_err();
        let mut shown = shown.lock().unwrap();
        *shown += &format!("{registry:?} {error} {error:?} {error:#?}");
        let mut source = error.source();
        while let Some(cause) = source {
            *shown += &format!("{cause} {cause:?}");
            source = cause.source();
        }
    };
    let cut = TestServer::always(server::Answer::Cut).await.url;
    let denied = TestServer::always(refusal(401, "{}")).await.url;
    for url in [nobody(), cut, denied] {
        look(&url.replace("//", &format!("//user:{CANARY}@")), impatient(&[])).await;
        look(&url, impatient(&[]).with_auth(RegistryAuth::Bearer(secret())).with_header("x", secret())).await;
        let auth = RegistryAuth::Basic { user: "user".into(), password: secret() };
        look(&url, impatient(&[]).with_auth(auth)).await;
    }
    let shown = shown.into_inner().unwrap();
    assert!(!shown.contains(CANARY), "{shown}");
    // Nor in the form in which basic authentication sends it.
    assert!(!shown.contains("dXNlcjpjNG40cnk"), "{shown}");
}
