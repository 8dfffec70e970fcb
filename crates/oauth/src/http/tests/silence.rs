use std::time::Duration;

use tokio::net::TcpListener;

use super::server::{Answer, TestServer};
use super::*;

/// An address at which nobody listens.
fn nobody() -> String {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    format!("http://{closed}/token")
}

fn assert_unreachable(error: &TokenError, reason: &str) {
    assert_eq!(error.failure(), TokenFailure::Unreachable, "{error}");
    assert!(error.is_worth_a_retry());
    assert!(error.to_string().contains(&format!("the endpoint does not answer: {reason}; check ")), "{error}");
    assert!(error.source().is_some());
    assert!(!shown(error).contains(SECRET));
}

#[tokio::test]
async fn an_endpoint_that_does_not_run_refuses_the_connection() {
    let url = nobody();
    let error = fetch(request(&url)).await.unwrap_err();
    assert_unreachable(&error, "connection refused");
    assert_eq!(
        error.to_string(),
        format!(
            "no token for orders client at {url}: the endpoint does not answer: connection refused; check host and port of \
             the token endpoint, and that it runs"
        )
    );
}

#[tokio::test]
async fn a_host_that_is_unknown_is_told() {
    let error = fetch(request("http://no-such-host.invalid/token")).await.unwrap_err();
    assert_unreachable(&error, "its host name is not found");
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_is_silent_is_waited_for_as_long_as_was_set() {
    let started = tokio::time::Instant::now();
    let server = TestServer::always(Answer::Silence).await;
    let error = fetch(request(&server.url)).await.unwrap_err();
    assert_unreachable(&error, "no answer within 10 s");
    assert!(started.elapsed() < Duration::from_secs(11), "{:?}", started.elapsed());
    // One that does not even accept.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let settings = HttpTokenSettings::default().with_request_timeout(Duration::from_millis(1500));
    assert_unreachable(&fetch_with(settings, request(&url)).await.unwrap_err(), "no answer within 1.5 s");
}

#[tokio::test]
async fn a_connection_that_ends_too_early_is_told() {
    let server = TestServer::always(Answer::Nothing).await;
    let error = fetch(request(&server.url)).await.unwrap_err();
    assert_unreachable(&error, "it closed the connection without an answer");
    let server = TestServer::always(Answer::Cut).await;
    assert_unreachable(
        &fetch(request(&server.url)).await.unwrap_err(),
        "the connection broke in the middle of the answer",
    );
    let server = TestServer::always(Answer::Whole("SSH-2.0-OpenSSH_9.2\r\n".into())).await;
    let error = fetch(request(&server.url)).await.unwrap_err();
    assert_unreachable(&error, "it does not speak HTTP on this port");
}

#[tokio::test]
async fn a_fetch_that_is_given_up_leaves_nothing_behind() {
    let mut server = TestServer::always(Answer::Silence).await;
    let source =
        sources(HttpTokenSettings::default()).source(&TokenRequest::ClientCredentials(request(&server.url))).unwrap();
    let given_up = tokio::time::timeout(Duration::from_millis(50), source.fetch()).await;
    assert!(given_up.is_err());
    server.request();
    assert!(tokio::time::timeout(Duration::from_millis(50), source.fetch()).await.is_err(), "it can be asked again");
    server.request();
}
