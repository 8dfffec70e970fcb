use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};

use super::*;

#[tokio::test]
async fn ordered_failures_come_first_and_end() {
    let endpoint = endpoint();
    endpoint.fail_next(503, 1);
    let answer = ask(&endpoint, "s3cret").await.unwrap();
    assert_eq!(answer.status(), 503);
    assert!(!answer.headers().contains_key(RETRY_AFTER));
    assert_eq!(
        answer.json::<Value>().await.unwrap(),
        json!({"error": "temporarily_unavailable", "error_description": "this failure was asked for"})
    );
    assert_eq!(ask(&endpoint, "s3cret").await.unwrap().status(), 200);

    endpoint.disturb_next(TokenFault::Status { status: 429, retry_after: Some(Duration::from_secs(7)) }, 2);
    for _ in 0..2 {
        let answer = ask(&endpoint, "s3cret").await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.headers()[RETRY_AFTER].to_str().unwrap()), (429, "7"));
    }
    assert_eq!(ask(&endpoint, "s3cret").await.unwrap().status(), 200);
    endpoint.disturb_next(TokenFault::EmptyBody, 5);
    endpoint.set_clock_skew(300);
    endpoint.end_faults();
    assert_eq!(ask(&endpoint, "s3cret").await.unwrap().json::<Value>().await.unwrap()["token_type"], "Bearer");
    assert_eq!(endpoint.service.manner().skew_seconds, 0);
}

#[tokio::test]
async fn what_is_no_answer_comes_with_status_200() {
    let endpoint = endpoint();
    for (fault, content_type, body) in [
        (
            TokenFault::HtmlPage,
            "text/html; charset=utf-8",
            "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in</body></html>",
        ),
        (TokenFault::EmptyBody, "application/json", ""),
        (TokenFault::NoToken, "application/json", r#"{"token_type":"Bearer","expires_in":300}"#),
    ] {
        endpoint.disturb_next(fault, 1);
        let answer = ask(&endpoint, "s3cret").await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.headers()[CONTENT_TYPE].to_str().unwrap()), (200, content_type));
        assert_eq!(answer.text().await.unwrap(), body);
    }
}

#[tokio::test]
async fn a_connection_is_cut_before_the_answer_or_within_it() {
    let endpoint = endpoint();
    endpoint.disturb_next(TokenFault::Cut, 1);
    let answer = ask(&endpoint, "s3cret").await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.bytes().await.unwrap_err();
    endpoint.disturb_next(TokenFault::HangUp, 1);
    let error = ask(&endpoint, "s3cret").await.unwrap_err();
    assert!(error.is_request() && !error.is_connect(), "{error:?}");
    assert_eq!(ask(&endpoint, "s3cret").await.unwrap().status(), 200);
}

#[tokio::test]
async fn an_oversized_answer_is_whole_and_says_no_length() {
    let endpoint = endpoint();
    endpoint.disturb_next(TokenFault::OversizedBody { bytes: 3_000_001 }, 1);
    let answer = ask(&endpoint, "s3cret").await.unwrap();
    assert_eq!(answer.content_length(), None);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["access_token"].as_str().unwrap().len(), 3_000_001);
}

#[tokio::test]
async fn a_slow_answer_is_right_in_the_end() {
    let endpoint = endpoint();
    endpoint.disturb_next(TokenFault::Slow(Duration::from_millis(50)), 1);
    let begun = tokio::time::Instant::now();
    assert_eq!(ask(&endpoint, "s3cret").await.unwrap().status(), 200);
    assert!(begun.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn silence_is_kept_and_does_not_hold_up_the_end() {
    const HOUR: Duration = Duration::from_secs(3600);
    let endpoint = endpoint();
    endpoint.disturb_next(TokenFault::Silence(HOUR), 2);
    let http = Client::builder().no_proxy().timeout(Duration::from_millis(100)).build().unwrap();
    let form = [("grant_type", "client_credentials"), ("client_id", "probe"), ("client_secret", "s3cret")];
    let error = http.post(endpoint.url()).form(&form).send().await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");

    // The second one waits in its handler while the endpoint goes down.
    let waiting = tokio::time::timeout(Duration::from_millis(100), ask(&endpoint, "s3cret")).await;
    assert!(waiting.is_err());
    assert_eq!(endpoint.requests(), 2);
    let begun = tokio::time::Instant::now();
    endpoint.go_down();
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    endpoint.come_back().unwrap();
    assert_eq!(ask(&endpoint, "s3cret").await.unwrap().status(), 200);

    endpoint.disturb_next(TokenFault::Silence(Duration::from_millis(50)), 1);
    let begun = tokio::time::Instant::now();
    ask(&endpoint, "s3cret").await.unwrap_err();
    assert!(begun.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn a_refusal_may_repeat_the_secret() {
    let endpoint = endpoint();
    endpoint.disturb_next(TokenFault::EchoedSecret, 2);
    let answer = ask(&endpoint, "s3cret").await.unwrap();
    assert_eq!(answer.status(), 401);
    let expected = "the secret 's3cret' is wrong (Authorization: none)";
    assert_eq!(
        answer.json::<Value>().await.unwrap(),
        json!({"error": "invalid_client", "error_description": expected})
    );
    let http = Client::builder().no_proxy().build().unwrap();
    let form = [("grant_type", "client_credentials")];
    let answer = http.post(endpoint.url()).basic_auth("probe", Some("s3cret")).form(&form).send().await.unwrap();
    let expected = format!("the secret 's3cret' is wrong (Authorization: Basic {})", STANDARD.encode("probe:s3cret"));
    assert_eq!(answer.json::<Value>().await.unwrap()["error_description"], expected);
}
