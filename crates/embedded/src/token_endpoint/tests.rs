mod faults;
mod tokens;

use reqwest::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use reqwest::{Client, Response};
use serde_json::{Value, json};

use super::*;

fn endpoint() -> EmbeddedTokenEndpoint {
    let clients = [("probe".to_owned(), Secret::new("s3cret"))];
    EmbeddedTokenEndpoint::start(clients, Duration::from_secs(20)).unwrap()
}

async fn ask(endpoint: &EmbeddedTokenEndpoint, secret: &str) -> reqwest::Result<Response> {
    post(endpoint, &[("client_id", "probe"), ("client_secret", secret), ("scope", "a")]).await
}

async fn post(endpoint: &EmbeddedTokenEndpoint, fields: &[(&str, &str)]) -> reqwest::Result<Response> {
    let form = [&[("grant_type", "client_credentials")], fields].concat();
    Client::builder().no_proxy().build().unwrap().post(endpoint.url()).form(&form).send().await
}

#[tokio::test]
async fn a_known_client_gets_a_new_token_each_time() {
    let endpoint = endpoint();
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let answer = ask(&endpoint, "s3cret").await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()[CACHE_CONTROL], "no-store");
        let mut body: Value = answer.json().await.unwrap();
        tokens.push(body["access_token"].take().as_str().unwrap().to_owned());
        assert_eq!(body, json!({"access_token": null, "token_type": "Bearer", "expires_in": 20, "scope": "a"}));
    }
    assert!(tokens[0] != tokens[1] && tokens[0].len() >= 32, "{tokens:?}");
    assert_eq!(endpoint.requests(), 2);
}

#[tokio::test]
async fn refusals_are_those_of_the_standard() {
    let endpoint = endpoint();
    let answer = ask(&endpoint, "wrong").await.unwrap();
    assert_eq!(answer.status(), 401);
    assert!(!answer.headers().contains_key(WWW_AUTHENTICATE));
    assert_eq!(
        answer.json::<Value>().await.unwrap(),
        json!({"error": "invalid_client", "error_description": "the client is unknown, or its secret is wrong"})
    );
    let http = Client::builder().no_proxy().build().unwrap();
    let form = [("grant_type", "client_credentials")];
    let answer = http.post(endpoint.url()).basic_auth("probe", Some("wrong")).form(&form).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()[WWW_AUTHENTICATE]),
        (401, &"Basic realm=\"embedded\"".parse().unwrap())
    );
    let answer = http.post(endpoint.url()).basic_auth("probe", Some("s3cret")).form(&form).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.json::<Value>().await.unwrap().get("scope"), None);
    let answer = http.post(endpoint.url()).body(vec![0xff]).send().await.unwrap();
    assert_eq!(answer.status(), 400);
    assert_eq!(
        answer.json::<Value>().await.unwrap(),
        json!({"error": "invalid_request", "error_description": "the body is no form"})
    );
    assert_eq!(http.get(endpoint.url()).send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn it_goes_down_and_comes_back_on_its_port() {
    let endpoint = endpoint();
    let url = endpoint.url();
    for _ in 0..5 {
        assert_eq!(ask(&endpoint, "s3cret").await.unwrap().status(), 200);
        endpoint.go_down();
        endpoint.go_down();
        let error = ask(&endpoint, "s3cret").await.unwrap_err();
        assert!(error.is_connect(), "{error:?}");
        endpoint.come_back().unwrap();
        endpoint.come_back().unwrap();
    }
    assert_eq!(ask(&endpoint, "s3cret").await.unwrap().status(), 200);
    assert_eq!((endpoint.url(), endpoint.requests()), (url, 6));
}

#[tokio::test]
async fn a_kept_connection_ends_when_it_goes_down() {
    let endpoint = endpoint();
    let http = Client::builder().no_proxy().build().unwrap();
    let form = [("grant_type", "client_credentials"), ("client_id", "probe"), ("client_secret", "s3cret")];
    assert_eq!(http.post(endpoint.url()).form(&form).send().await.unwrap().status(), 200);
    endpoint.go_down();
    assert!(http.post(endpoint.url()).form(&form).send().await.is_err(), "the connection is closed");
    assert!(http.post(endpoint.url()).form(&form).send().await.unwrap_err().is_connect(), "no new one is made");
}

#[test]
fn a_port_that_was_taken_meanwhile_is_an_error() {
    let endpoint = endpoint();
    endpoint.go_down();
    let taken = std::net::TcpListener::bind(("127.0.0.1", endpoint.port)).unwrap();
    let error = endpoint.come_back().unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("the embedded token endpoint cannot listen on {}", taken.local_addr().unwrap())
    );
    assert!(std::error::Error::source(&error).is_some());
    drop(taken);
    endpoint.come_back().unwrap();
}

#[tokio::test]
async fn who_asked_is_counted_by_the_name_that_was_given() {
    let endpoint = endpoint().with_client(TokenClient::new("other", Secret::new("o")));
    ask(&endpoint, "s3cret").await.unwrap();
    ask(&endpoint, "wrong").await.unwrap();
    endpoint.fail_next(503, 1);
    ask(&endpoint, "s3cret").await.unwrap();
    let http = Client::builder().no_proxy().build().unwrap();
    let form = [("grant_type", "client_credentials")];
    http.post(endpoint.url()).basic_auth("other", Some("o")).form(&form).send().await.unwrap();
    http.get(endpoint.jwks_url()).send().await.unwrap();
    http.post(endpoint.url()).body("no form").send().await.unwrap();
    assert_eq!(["probe", "other", "nobody"].map(|id| endpoint.requests_of(id)), [3, 1, 0]);
    assert_eq!(["probe", "other", "nobody"].map(|id| endpoint.tokens_of(id)), [1, 1, 0]);
    assert_eq!((endpoint.requests(), endpoint.requests_to("/token"), endpoint.requests_to("/jwks")), (5, 5, 1));
}

#[tokio::test]
async fn a_rotated_secret_takes_the_place_of_the_old_one() {
    let endpoint = endpoint();
    endpoint.rotate_secret("probe", Secret::new("n3w")).unwrap();
    assert_eq!(ask(&endpoint, "s3cret").await.unwrap().status(), 401);
    assert_eq!(ask(&endpoint, "n3w").await.unwrap().status(), 200);
    let error = endpoint.rotate_secret("nobody", Secret::new("x")).unwrap_err();
    assert_eq!(error.to_string(), "the embedded token endpoint knows no client nobody; make it known first");
    endpoint.go_down();
    endpoint.come_back().unwrap();
    assert_eq!(ask(&endpoint, "n3w").await.unwrap().status(), 200, "it survives a fall");
}

#[tokio::test]
async fn no_secret_is_printed() {
    let endpoint = endpoint();
    let token = ask(&endpoint, "s3cret").await.unwrap().json::<Value>().await.unwrap();
    let printed = format!("{endpoint:?}");
    let token = token["access_token"].as_str().unwrap();
    for secret in ["s3cret", token, &token[token.len() - 20..]] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
