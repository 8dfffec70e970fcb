use std::time::Duration;

use super::server::{Answer, TestServer, status, with_headers};
use super::*;

async fn refused(answer: Answer, change: impl FnOnce(&mut ClientCredentialsRequest)) -> TokenError {
    let server = TestServer::always(answer).await;
    let mut request = request(&server.url);
    change(&mut request);
    let error = fetch(request).await.unwrap_err();
    assert_eq!(error.failure(), TokenFailure::Refused, "{error}");
    error
}

/// What an error says behind the name of the endpoint.
async fn told(answer: Answer) -> String {
    let error = refused(answer, |_| {}).await.to_string();
    error.split_once("the endpoint refuses it with ").unwrap().1.to_owned()
}

#[tokio::test]
async fn each_refusal_names_its_cause_and_a_fix() {
    const PAGE: &str = "<html><body>hunter2</body></html>";
    for (answer, expected) in [
        (
            status(401, r#"{"error":"invalid_client","error_description":"Invalid client credentials"}"#),
            "status 401 (invalid_client: Invalid client credentials); check client id and secret, and whether the endpoint \
             takes the secret in the form rather than the header",
        ),
        (status(400, r#"{"error":"invalid_client"}"#), "status 400 (invalid_client); check client id and secret, and"),
        (status(401, ""), "status 401; check client id and secret, and"),
        (
            status(401, r#"{"error":"unauthorized_client","error_description":"Invalid client"}"#),
            "status 401 (unauthorized_client: Invalid client); check client id and secret; if they are right, allow",
        ),
        (
            status(400, r#"{"error":"unauthorized_client"}"#),
            "status 400 (unauthorized_client); allow the client the client-credentials grant",
        ),
        (
            status(400, r#"{"error":"unsupported_grant_type"}"#),
            "status 400 (unsupported_grant_type); let the identity provider allow the client-credentials grant",
        ),
        (status(400, r#"{"error":"invalid_request"}"#), "status 400 (invalid_request); check scope, audience and"),
        (status(400, r#"{"error":"invalid_target"}"#), "status 400 (invalid_target); check the audience"),
        (
            status(403, r#"{"error":"access_denied","error_description":"no grant"}"#),
            "status 403 (access_denied: no grant); allow the client this audience and scope",
        ),
        (
            status(403, PAGE),
            "status 403 (the answer is a web page); check that the client may ask there, and that no proxy",
        ),
        (
            status(401, PAGE),
            "status 401 (the answer is a web page); check the token endpoint: a page for people is not",
        ),
        (status(404, PAGE), "status 404 (the answer is a web page); check the path of the token endpoint"),
        (
            status(404, r#"{"status":404,"error":"Not Found","message":"No such realm"}"#),
            "status 404 (Not Found: No such realm); check the path of the token endpoint",
        ),
        (status(405, ""), "status 405; check the token endpoint: what is there takes no POST"),
        (status(407, ""), "status 407; give the proxy's user and password"),
        (status(429, ""), "status 429; ask less often"),
        (status(500, PAGE), "status 500 (the answer is a web page); see what the identity provider's own log says"),
        (status(503, ""), "status 503; see what the identity provider's own log says"),
        (status(418, "hunter2"), "status 418; check token endpoint, client id and secret"),
        (
            status(200, r#"{"error":"invalid_client","error_description":"said with 200"}"#),
            "status 200 (invalid_client: said with 200); check client id and secret",
        ),
        (
            status(401, r#"{"errorCode":"invalid_client","errorSummary":"as Okta says it"}"#),
            "status 401 (invalid_client: as Okta says it); check client id",
        ),
    ] {
        let told = told(answer).await;
        assert!(told.starts_with(expected), "{told}");
        assert!(!told.contains("hunter2"));
    }
}

#[tokio::test]
async fn a_scope_that_is_refused_is_named() {
    let answer = || status(400, r#"{"error":"invalid_scope","error_description":"Invalid scopes: read"}"#);
    let error = refused(answer(), |request| request.scope = Some("read write".into())).await.to_string();
    assert!(
        error.ends_with(
            "status 400 (invalid_scope: scope `read write`: Invalid scopes: read); ask for a scope that the identity \
             provider knows and allows this client"
        ),
        "{error}"
    );
    let error = refused(answer(), |_| {}).await.to_string();
    assert!(error.contains("(invalid_scope: no scope was asked for: Invalid scopes: read)"), "{error}");
}

#[tokio::test]
async fn the_fix_fits_the_proof() {
    let answer = || status(401, r#"{"error":"invalid_client"}"#);
    let error = refused(answer(), |request| request.proof = ClientProof::Body(Secret::new(SECRET))).await.to_string();
    assert!(error.ends_with("takes the secret in the header rather than the form"), "{error}");
    let (key, _) = crate::http::assertion::tests::p256();
    let error = refused(answer(), |request| request.proof = ClientProof::PrivateKeyJwt { key, key_id: None }).await;
    assert!(error.to_string().ends_with("that the identity provider has the public key"), "{error}");
}

#[tokio::test]
async fn a_wish_to_be_left_alone_is_heard_beside_429_and_503_only() {
    for (status, expected) in [(429, Some(7)), (503, Some(7)), (401, None), (500, None)] {
        let error = refused(with_headers(status, "retry-after: 7\r\n", ""), |_| {}).await;
        assert_eq!(error.retry_after(), expected.map(Duration::from_secs), "{status}");
        assert_eq!(error.is_worth_a_retry(), status != 401);
    }
    let date = "date: Sun, 06 Nov 1994 08:49:37 GMT\r\nretry-after: Sun, 06 Nov 1994 08:49:42 GMT\r\n";
    assert_eq!(refused(with_headers(429, date, ""), |_| {}).await.retry_after(), Some(Duration::from_secs(5)));
}
