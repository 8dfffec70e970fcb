use base64::engine::general_purpose::STANDARD;

use super::server::{TestServer, ok};
use super::*;

const GRANTED: &str = r#"{"access_token":"t","token_type":"Bearer","expires_in":60}"#;

fn fields(asked: &[(&str, &str)]) -> Vec<(String, String)> {
    asked.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn the_secret_goes_in_the_header_with_both_parts_written_as_a_form_writes_them() {
    let mut server = TestServer::always(ok(GRANTED)).await;
    fetch(request(&server.url)).await.unwrap();
    let asked = server.request();
    assert_eq!(asked.first_line(), "POST /token HTTP/1.1");
    let expected = STANDARD.encode("orders+client:s3cr3t+p%26ss");
    assert_eq!(asked.header("authorization"), Some(&*format!("Basic {expected}")));
    assert_eq!(asked.header("accept"), Some("application/json"));
    assert_eq!(asked.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(asked.form(), fields(&[("grant_type", "client_credentials")]));
}

#[tokio::test]
async fn the_secret_goes_in_the_form_where_that_is_wished() {
    let mut server = TestServer::always(ok(GRANTED)).await;
    let proof = ClientProof::Body(Secret::new(SECRET));
    fetch(ClientCredentialsRequest { proof, ..request(&server.url) }).await.unwrap();
    let asked = server.request();
    assert_eq!(asked.header("authorization"), None);
    assert_eq!(
        asked.form(),
        fields(&[("grant_type", "client_credentials"), ("client_id", "orders client"), ("client_secret", SECRET)])
    );
}

#[tokio::test]
async fn scopes_audience_and_further_fields_are_sent() {
    let mut server = TestServer::always(ok(GRANTED)).await;
    let parameters = [("resource", "urn:a&b"), ("tenant", "t 1")];
    fetch(ClientCredentialsRequest {
        scope: Some("  read   write:all ".into()),
        audience: Some("kafka & more".into()),
        parameters: parameters.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        ..request(&format!("{}?api=2", server.url))
    })
    .await
    .unwrap();
    let asked = server.request();
    assert_eq!(asked.first_line(), "POST /token?api=2 HTTP/1.1");
    assert_eq!(
        asked.form(),
        fields(&[
            ("grant_type", "client_credentials"),
            ("scope", "read write:all"),
            ("audience", "kafka & more"),
            ("resource", "urn:a&b"),
            ("tenant", "t 1"),
        ])
    );
}

#[tokio::test]
async fn nothing_is_sent_for_a_scope_and_an_audience_that_are_empty() {
    let mut server = TestServer::always(ok(GRANTED)).await;
    let request =
        ClientCredentialsRequest { scope: Some(" ".into()), audience: Some(String::new()), ..request(&server.url) };
    fetch(request).await.unwrap();
    assert_eq!(server.request().form(), fields(&[("grant_type", "client_credentials")]));
}

#[tokio::test]
async fn each_request_carries_a_signed_statement_of_its_own() {
    let mut server = TestServer::always(ok(GRANTED)).await;
    let (key, public) = crate::http::assertion::tests::p256();
    let proof = ClientProof::PrivateKeyJwt { key, key_id: Some("k1".into()) };
    let source = sources(HttpTokenSettings::default())
        .source(&TokenRequest::ClientCredentials(ClientCredentialsRequest { proof, ..request(&server.url) }))
        .unwrap();
    let mut ids = Vec::new();
    for _ in 0..2 {
        source.fetch().await.unwrap();
        let asked = server.request();
        assert_eq!(asked.header("authorization"), None);
        let form: BTreeMap<String, String> = asked.form().into_iter().collect();
        assert_eq!(
            form.keys().collect::<Vec<_>>(),
            ["client_assertion", "client_assertion_type", "client_id", "grant_type"]
        );
        assert_eq!(form["client_id"], "orders client");
        assert_eq!(form["client_assertion_type"], "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        let (header, claims) = crate::http::assertion::tests::verified(&form["client_assertion"], &public);
        assert_eq!(header, json!({"alg": "ES256", "typ": "JWT", "kid": "k1"}));
        assert_eq!(claims["aud"], server.url);
        assert_eq!(claims["iat"], NOW);
        ids.push(claims["jti"].clone());
    }
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn a_redirection_is_not_followed() {
    let elsewhere = TestServer::always(ok(GRANTED)).await;
    let location = elsewhere.url.replace("http://", "http://u:hunter2@");
    for status in [301, 302, 303, 307, 308] {
        let headers = format!("location: {location}?key=hunter2\r\n");
        let server = TestServer::always(super::server::with_headers(status, &headers, "")).await;
        let error = fetch(request(&server.url)).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "no token for orders client at {}: the endpoint refuses it with status {status} (it sends the request on \
                 to {}, where the secret does not follow); set the token endpoint to the address that answers itself",
                server.url, elsewhere.url
            )
        );
        assert!(!shown(&error).contains("hunter2"));
    }
    assert!(elsewhere.is_unasked());
}
