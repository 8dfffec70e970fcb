use sha2::{Digest, Sha256};
use test_probe_directives::Role;
use test_probe_services::{ProbeVaultService, VaultError};

use super::rig::{ACCESS_KEY, ANSWER, ARN, SECRET_KEY, aws_environment, lambda, orders, test_of};
use super::server::{Asked, Reply, Server};
use test_probe_services::vault::Variables;

#[tokio::test]
async fn a_function_is_invoked_by_its_arn_and_the_call_is_signed() {
    let server = Server::replying([Reply::new(200, ANSWER)]).await;
    let test = test_of(&[("orders", Role::Producer), ("orders", Role::Consumer)]);
    let found = lambda(&server.url, &aws_environment()).fetch_security_directives(&test).await.unwrap();
    let roles: Vec<_> = found.iter().map(|security| security.role).collect();
    assert_eq!(roles, [Role::Producer, Role::Consumer]);
    assert_eq!(found[0].credentials.as_ref().unwrap().client_secret.expose(), "s3cret");
    let asked = server.asked();
    assert_eq!(asked.len(), 2);
    for asked in &asked {
        assert_eq!(asked.line, format!("POST /2015-03-31/functions/{ARN}/invocations HTTP/1.1"));
        assert_eq!(asked.headers["x-amz-invocation-type"], "RequestResponse");
        assert_eq!(asked.headers["x-amz-content-sha256"], hex(&Sha256::digest(&asked.body)));
        assert!(!asked.headers.contains_key("x-amz-security-token"));
        assert_eq!(signature(asked), signature_by_the_rules(asked));
    }
    assert!(asked.iter().any(|asked| asked.body == r#"{"topic":"orders","role":"producer","tenant":"t-acme"}"#));
}

#[tokio::test]
async fn a_session_token_goes_with_the_call_and_is_signed_too() {
    let server = Server::replying([Reply::new(200, ANSWER)]).await;
    let environment = Variables::from([
        ("AWS_ACCESS_KEY_ID", ACCESS_KEY),
        ("AWS_SECRET_ACCESS_KEY", SECRET_KEY),
        ("AWS_SESSION_TOKEN", "token-1"),
    ]);
    lambda(&server.url, &environment).fetch_security_directives(&orders()).await.unwrap();
    let asked = &server.asked()[0];
    assert_eq!(asked.headers["x-amz-security-token"], "token-1");
    assert!(asked.headers["authorization"].contains("x-amz-security-token"));
    assert_eq!(signature(asked), signature_by_the_rules(asked));
}

#[tokio::test]
async fn a_function_that_fails_answers_200_and_is_told_apart_by_its_header() {
    let failed = Reply::new(200, r#"{"errorMessage": "hunter2", "errorType": "KeyError"}"#);
    let server = Server::replying([failed.with_header("X-Amz-Function-Error", "Unhandled")]).await;
    let error = lambda(&server.url, &aws_environment()).fetch_security_directives(&orders()).await.unwrap_err();
    let expected =
        "the AWS vault, asked for producer topic 'orders', failed while it ran (Unhandled); see the function's log";
    assert_eq!((error.to_string().as_str(), error.is_transient()), (expected, false));
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn lambdas_own_refusals_have_their_kinds() {
    for (status, tries) in [(403, 1), (404, 1), (429, 3), (500, 1), (503, 3)] {
        let server = Server::replying([Reply::new(status, r#"{"Message": "hunter2"}"#)]).await;
        let error = lambda(&server.url, &aws_environment()).fetch_security_directives(&orders()).await.unwrap_err();
        let as_expected = match status {
            403 => matches!(error, VaultError::Auth { status: 403, .. }),
            404 => matches!(error, VaultError::NotFound { .. }),
            429 => matches!(error, VaultError::RateLimit { .. }),
            503 => matches!(error, VaultError::ServiceUnavailable { .. }),
            _ => matches!(error, VaultError::Status { status: 500, .. }),
        };
        assert!(as_expected, "{status}: {error:?}");
        assert_eq!(server.asked().len(), tries, "{status}");
    }
}

fn signature(asked: &Asked) -> &str {
    asked.headers["authorization"].split_once("Signature=").unwrap().1
}

/// The signature that AWS computes for what it got, written from its documentation (Signature Version 4): each part of the
/// path as it came is escaped once more, and the rest is hashed as it is.
fn signature_by_the_rules(asked: &Asked) -> String {
    let authorization = &asked.headers["authorization"];
    let between = |start: &str| authorization.split_once(start).unwrap().1.split(',').next().unwrap();
    let (key, scope) = between("Credential=").split_once('/').unwrap();
    assert_eq!(key, ACCESS_KEY);
    let date = &asked.headers["x-amz-date"];
    assert_eq!(scope, format!("{}/eu-west-3/lambda/aws4_request", &date[..8]));
    let signed = between("SignedHeaders=");
    assert!(signed.split(';').any(|name| name == "host") && signed.split(';').any(|name| name == "x-amz-date"));
    let path = asked.line.split(' ').nth(1).unwrap().replace(':', "%3A");
    let headers: String = signed.split(';').map(|name| format!("{name}:{}\n", asked.headers[name])).collect();
    let request = format!("POST\n{path}\n\n{headers}\n{signed}\n{}", hex(&Sha256::digest(&asked.body)));
    let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", hex(&Sha256::digest(request)));
    let key = [&date[..8], "eu-west-3", "lambda", "aws4_request"]
        .iter()
        .fold(format!("AWS4{SECRET_KEY}").into_bytes(), |key, part| hmac(&key, part.as_bytes()));
    hex(&hmac(&key, text.as_bytes()))
}

/// RFC 2104 over SHA-256, for keys that fit one block.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    assert!(key.len() <= 64);
    let padded = |with: u8| {
        let mut block = [with; 64];
        block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        block.to_vec()
    };
    let inner = Sha256::digest([padded(0x36), text.to_vec()].concat());
    Sha256::digest([padded(0x5c), inner.to_vec()].concat()).to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
