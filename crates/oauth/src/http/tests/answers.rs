use std::time::Duration;

use super::server::{TestServer, ok, with_headers};
use super::*;

async fn answered(body: &Value) -> Result<BearerToken, TokenError> {
    let server = TestServer::always(ok(&body.to_string())).await;
    fetch(request(&server.url)).await
}

/// An answer with this token; `expires_in` where it is not null.
fn given(token: &str, expires_in: Value) -> Value {
    let mut answer = json!({"access_token": token, "token_type": "Bearer"});
    if !expires_in.is_null() {
        answer["expires_in"] = expires_in;
    }
    answer
}

#[tokio::test]
async fn an_opaque_token_lives_as_long_as_the_answer_says() {
    for (said, seconds) in [(json!(300), 300), (json!("300"), 300), (json!(299.9), 299), (json!(" 60 "), 60)] {
        let token = answered(&given("opaque-1", said.clone())).await.unwrap();
        assert_eq!(token.text().expose(), "opaque-1");
        assert_eq!(token.principal(), "orders client");
        assert_eq!(token.obtained_at(), clock().now());
        assert_eq!(seconds_of(&token), seconds, "{said}");
    }
    let endless = answered(&given("t", json!(u64::MAX))).await.unwrap();
    assert!(endless.is_valid(Timestamp::from_millis(NOW * 2000)));
}

#[tokio::test]
async fn bearer_may_be_written_in_any_way_and_nothing_else_is_taken() {
    for kind in ["bearer", "Bearer", "BEARER"] {
        let body = json!({"access_token": "t", "token_type": kind, "expires_in": 1});
        assert!(answered(&body).await.is_ok(), "{kind}");
    }
    for (body, reason) in [
        (json!({"access_token": "t", "token_type": "mac", "expires_in": 1}), "its token_type is not Bearer"),
        (json!({"access_token": "t", "token_type": "DPoP", "expires_in": 1}), "its token_type is not Bearer"),
        (json!({"access_token": "t", "token_type": 1, "expires_in": 1}), "it has no token_type"),
        (json!({"access_token": "t", "expires_in": 1}), "it has no token_type"),
    ] {
        let error = answered(&body).await.unwrap_err();
        assert_eq!(error.failure(), TokenFailure::Malformed);
        assert!(error.to_string().contains(&format!("the answer is none: {reason}; ")), "{error}");
    }
}

#[tokio::test]
async fn a_life_that_is_said_twice_is_the_shorter_one() {
    let claims = |iat: i64, exp: i64| jwt(&json!({"sub": "s", "iat": iat, "exp": exp}));
    for (token, said, seconds) in [
        (claims(NOW, NOW + 300), json!(200), 200),
        (claims(NOW, NOW + 200), json!(300), 200),
        (claims(NOW, NOW + 250), Value::Null, 250),
        // Clocks that are apart change nothing, as long as something says the life.
        (claims(NOW - 86_400, NOW - 86_400 + 300), json!(200), 200),
        (claims(NOW - 86_400, NOW - 86_400 + 300), Value::Null, 300),
        (claims(NOW + 299, NOW + 599), Value::Null, 300),
        (jwt(&json!({"exp": NOW - 5})), json!(100), 100),
        (jwt(&json!({"exp": NOW + 50})), Value::Null, 50),
        (jwt(&json!({"exp": (NOW + 50).to_string()})), Value::Null, 50),
        (jwt(&json!({"iat": NOW, "exp": NOW as f64 + 2.5})), Value::Null, 2),
    ] {
        let got = answered(&given(&token, said.clone())).await.unwrap();
        assert_eq!(seconds_of(&got), seconds, "{said} {token}");
        assert_eq!(got.obtained_at(), clock().now());
    }
}

#[tokio::test]
async fn life_is_counted_from_the_moment_of_asking() {
    let server = TestServer::always(ok(&given("t", json!(60)).to_string())).await;
    let sources = HttpTokenSources::new(HttpTokenSettings::default(), slow_clock()).unwrap();
    let source = sources.source(&TokenRequest::ClientCredentials(request(&server.url))).unwrap();
    let token = source.fetch().await.unwrap();
    let now = slow_clock().now();
    assert_eq!(token.age(now), Duration::from_secs(20), "asked, answered, now");
    assert_eq!(token.remaining(now), Duration::from_secs(40));
    let short = TestServer::always(ok(&given("t", json!(9)).to_string())).await;
    let source = sources.source(&TokenRequest::ClientCredentials(request(&short.url))).unwrap();
    let error = source.fetch().await.unwrap_err().to_string();
    assert!(error.contains("the token is good for 9 s, which were over when it came"), "{error}");
}

#[tokio::test]
async fn clocks_that_are_apart_are_told_where_they_matter() {
    let settings = || HttpTokenSettings::default().with_max_clock_skew(Duration::from_secs(10));
    for (claims, expected) in [
        (json!({"exp": NOW - 100}), "100 s behind this machine's"),
        (json!({"exp": NOW}), "0 s behind this machine's"),
        (json!({"iat": NOW + 11, "exp": NOW + 100}), "11 s ahead of this machine's"),
        (json!({"nbf": NOW + 500, "iat": NOW, "exp": NOW + 1000}), "500 s ahead of this machine's"),
    ] {
        let server = TestServer::always(ok(&given(&jwt(&claims), Value::Null).to_string())).await;
        let error = fetch_with(settings(), request(&server.url)).await.unwrap_err();
        assert_eq!(error.failure(), TokenFailure::ClockSkew, "{error}");
        assert_eq!(
            error.to_string(),
            format!(
                "no valid token for orders client at {}: the endpoint's clock is {expected}; set the clocks, such as by NTP",
                server.url
            )
        );
    }
    let server =
        TestServer::always(ok(&given(&jwt(&json!({"nbf": NOW + 10, "exp": NOW + 60})), Value::Null).to_string())).await;
    assert_eq!(seconds_of(&fetch_with(settings(), request(&server.url)).await.unwrap()), 60);
}

#[tokio::test]
async fn the_bearer_is_whom_the_wished_claim_names() {
    let settings = || HttpTokenSettings::default().with_principal_claim("upn");
    for (claims, principal) in [
        (json!({"upn": "u", "sub": "s", "azp": "a"}), "u"),
        (json!({"sub": "s", "preferred_username": "p"}), "s"),
        (json!({"preferred_username": "p", "azp": "a"}), "p"),
        (json!({"azp": "a", "client_id": "c"}), "a"),
        (json!({"client_id": "c"}), "c"),
        (json!({"sub": 7, "upn": ""}), "orders client"),
    ] {
        let body = given(&jwt(&claims), json!(60)).to_string();
        let server = TestServer::always(ok(&body)).await;
        assert_eq!(fetch_with(settings(), request(&server.url)).await.unwrap().principal(), principal, "{claims}");
    }
}

#[tokio::test]
async fn an_answer_that_is_none_is_told_by_what_it_lacks() {
    let page = "<!DOCTYPE html><html>hunter2</html>";
    for (answer, reason) in [
        (ok(""), "its body is empty"),
        (ok(" \n"), "its body is empty"),
        (ok(page), "it looks like a web page"),
        (with_headers(200, "content-type: text/html; charset=utf-8\r\n", "hunter2"), "it looks like a web page"),
        (with_headers(200, "content-type: text/html\r\n", "{hunter2"), "it is not JSON (line 1, column 2)"),
        (ok("hunter2"), "it is not JSON (line 1, column 1)"),
        (ok(r#"{"access_token":"hunter2"#), "it is not JSON (line 1, column 24)"),
        (ok(r#"["hunter2"]"#), "it is JSON, but not an object"),
        (ok("{}"), "it has no access_token"),
        (ok(r#"{"access_token":7,"token_type":"bearer"}"#), "it has no access_token"),
        (ok(r#"{"access_token":"hunter2\r\nx: y","token_type":"bearer"}"#), "its access_token has characters that no"),
        (ok(r#"{"access_token":"hünter2","token_type":"bearer"}"#), "its access_token has characters that no"),
        (
            ok(r#"{"access_token":"hunter2","token_type":"bearer"}"#),
            "neither expires_in nor the token (a JWT with exp) says how long it is good for",
        ),
        (ok(r#"{"access_token":"hunter2","token_type":"bearer","expires_in":"soon"}"#), "its expires_in is no number"),
        (ok(r#"{"access_token":"hunter2","token_type":"bearer","expires_in":-1}"#), "its expires_in is no number"),
        (ok(r#"{"access_token":"hunter2","token_type":"bearer","expires_in":0}"#), "good for 0 s, which were over"),
    ] {
        let server = TestServer::always(answer).await;
        let error = fetch(request(&server.url)).await.unwrap_err();
        assert_eq!(error.failure(), TokenFailure::Malformed, "{error}");
        assert!(error.is_worth_a_retry());
        assert!(error.to_string().contains(reason), "{reason}: {error}");
        assert!(error.to_string().contains("the token endpoint"), "{error}");
        assert!(!shown(&error).contains("hunter2"), "{error:?}");
    }
}

#[tokio::test]
async fn json_by_another_name_is_read_all_the_same() {
    let body = given("t", json!(60)).to_string();
    for headers in ["", "content-type: text/plain\r\n", "content-type: text/html\r\n"] {
        let server = TestServer::always(with_headers(200, headers, &body)).await;
        assert!(fetch(request(&server.url)).await.is_ok(), "{headers}");
    }
}

#[tokio::test]
async fn an_answer_that_never_ends_is_given_up() {
    for status in [200, 500] {
        let server = TestServer::always(server::Answer::Endless(status)).await;
        let error = fetch(request(&server.url)).await.unwrap_err();
        let expected = if status == 200 { "it is longer than 64 KiB" } else { "refuses it with status 500" };
        assert!(error.to_string().contains(expected), "{error}");
        // What the system holds on the way comes on top.
        assert!(server.sent.load(Ordering::Relaxed) < 16 * 1024 * 1024);
    }
}
