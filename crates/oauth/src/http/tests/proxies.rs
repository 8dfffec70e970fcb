use std::process::Command;

use super::server::{TestServer, ok, status};
use super::*;

/// Where a test that runs in a process of its own, with another environment, finds what it was told.
const TOLD: &str = "TEST_PROBE_TOLD_ENDPOINT";

/// What the test of this name, run again as a process of its own, says in this environment.
async fn run_again(test: &str, environment: Vec<(&'static str, String)>) -> bool {
    let name = format!("{}::{test}", module_path!().split_once("::").unwrap().1);
    let run = move || {
        let mut command = Command::new(std::env::current_exe().unwrap());
        for name in
            ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"]
        {
            command.env_remove(name);
        }
        command.args([&*name, "--exact", "--ignored"]).envs(environment).output().unwrap()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("running 1 test"), "{output:?}");
    output.status.success()
}

fn told() -> String {
    std::env::vars().find(|(name, _)| name == TOLD).unwrap().1
}

const GRANTED: &str = r#"{"access_token":"by-proxy","token_type":"Bearer","expires_in":60}"#;

#[tokio::test]
#[ignore = "the tests below run it, in an environment of its own"]
async fn asks_the_endpoint_that_it_is_told() {
    let token = fetch(request(&told())).await.unwrap();
    assert_eq!(token.text().expose(), "by-proxy");
}

#[tokio::test]
#[ignore = "the tests below run it, in an environment of its own"]
async fn asks_a_proxy_even_for_a_loopback_address() {
    let settings = HttpTokenSettings::default().with_proxies_loopback(true);
    assert!(fetch_with(settings, request(&told())).await.is_ok());
}

#[tokio::test]
#[ignore = "the tests below run it, in an environment of its own"]
async fn is_refused_by_a_proxy() {
    let error = fetch(request(&told())).await.unwrap_err();
    let expected = "the endpoint does not answer: the proxy wants a user and a password; give the proxy's";
    assert!(error.to_string().contains(expected), "{error}");
    assert!(!shown(&error).contains("hunter2"), "{error:?}");
}

#[tokio::test]
async fn a_proxy_of_the_environment_is_asked() {
    let mut proxy = TestServer::always(ok(GRANTED)).await;
    let endpoint = "http://identity.invalid/token".to_owned();
    let environment = vec![("HTTP_PROXY", proxy.url.clone()), (TOLD, endpoint.clone())];
    assert!(run_again("asks_the_endpoint_that_it_is_told", environment).await);
    assert_eq!(proxy.request().first_line(), format!("POST {endpoint} HTTP/1.1"));
    let environment = vec![("HTTP_PROXY", proxy.url.clone()), ("NO_PROXY", ".invalid".into()), (TOLD, endpoint)];
    assert!(!run_again("asks_the_endpoint_that_it_is_told", environment).await, "there is no such host");
    assert!(proxy.is_unasked());
}

#[tokio::test]
async fn a_loopback_address_goes_through_a_proxy_only_when_that_is_wished() {
    let (mut proxy, mut endpoint) = (TestServer::always(ok(GRANTED)).await, TestServer::always(ok(GRANTED)).await);
    let environment = || vec![("HTTP_PROXY", proxy.url.clone()), (TOLD, endpoint.url.clone())];
    let (straight, round) = (environment(), environment());
    assert!(run_again("asks_the_endpoint_that_it_is_told", straight).await);
    assert_eq!(endpoint.request().first_line(), "POST /token HTTP/1.1");
    assert!(proxy.is_unasked());
    assert!(run_again("asks_a_proxy_even_for_a_loopback_address", round).await);
    assert_eq!(proxy.request().first_line(), format!("POST {} HTTP/1.1", endpoint.url));
    assert!(endpoint.is_unasked());
}

#[tokio::test]
async fn a_proxy_that_wants_credentials_is_told() {
    let mut proxy = TestServer::always(status(407, "")).await;
    let with_credentials = proxy.url.replace("http://", "http://u:hunter2@");
    let environment = vec![("HTTPS_PROXY", with_credentials), (TOLD, "https://identity.invalid/token".to_owned())];
    assert!(run_again("is_refused_by_a_proxy", environment).await);
    let asked = proxy.request();
    assert_eq!(asked.first_line(), "CONNECT identity.invalid:443 HTTP/1.1");
    assert!(asked.header("proxy-authorization").is_some());
}
