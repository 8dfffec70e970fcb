use proptest::prelude::*;
use test_probe_directives::jaas::JaasLogin;
use test_probe_directives::{Role, SecurityProtocol, TopicName};

use super::*;

fn credentials(secret: &str, scope: Option<&str>) -> ClientCredentials {
    ClientCredentials {
        client_id: "svc-orders".into(),
        client_secret: Secret::new(secret),
        token_endpoint: "https://idp/token".into(),
        scope: scope.map(str::to_owned),
    }
}

#[test]
fn the_text_has_the_scala_systems_three_lines() {
    let text = JaasConfigBuilder::build(&credentials("s3cret", Some("kafka.producer kafka.consumer"))).unwrap();
    let expected = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule\n \
                    required oauth.client.id=\"svc-orders\" oauth.client.secret=\"s3cret\"\n  \
                    oauth.token.endpoint.uri=\"https://idp/token\" oauth.scope=\"kafka.producer kafka.consumer\";";
    assert_eq!(text.expose(), expected);
    let text = JaasConfigBuilder::build(&credentials("s3cret", None)).unwrap();
    assert!(text.expose().ends_with("\n  oauth.token.endpoint.uri=\"https://idp/token\";"), "no scope, no option");
}

#[test]
fn quotes_backslashes_and_line_ends_are_escaped() {
    let text = JaasConfigBuilder::build(&credentials("a\\b\"c\rd\ne", None)).unwrap();
    assert!(text.expose().contains(r#"oauth.client.secret="a\\b\"c\rd\ne""#), "{}", text.expose());
    assert_eq!(text.expose().lines().count(), 3);
}

#[test]
fn blank_parts_and_other_addresses_are_refused_without_repeating_them() {
    let empty = |part| InvalidJaas::Empty { part };
    let good = || credentials("s3cret", None);
    for (credentials, refused) in [
        (ClientCredentials { client_id: " ".into(), ..good() }, empty("clientId")),
        (credentials("", None), empty("clientSecret")),
        (ClientCredentials { token_endpoint: String::new(), ..good() }, empty("tokenEndpoint")),
        (credentials("s3cret", Some("")), empty("scope")),
        (ClientCredentials { token_endpoint: "ftp://idp".into(), ..good() }, InvalidJaas::Endpoint),
    ] {
        let error = JaasConfigBuilder::build(&credentials).unwrap_err();
        assert_eq!(error, refused);
        assert!(!error.to_string().contains("s3cret"));
    }
}

#[test]
fn a_security_directive_says_whom_it_is_for_and_carries_the_credentials_beside_the_text() {
    let topic = TopicDirective::new(TopicName::new("orders").unwrap(), Role::Consumer, "svc");
    let security = JaasConfigBuilder::security_directive(&topic, credentials("s3cret", None)).unwrap();
    assert!(security.opens(&topic));
    assert_eq!(security.security_protocol, SecurityProtocol::SaslSsl);
    assert_eq!(security.credentials.unwrap().client_id, "svc-orders");
}

/// Reads the value of an option back, as a JAAS parser does.
fn option(text: &str, name: &str) -> String {
    let mut value = String::new();
    let mut characters = text.split_once(&format!("{name}=\"")).unwrap().1.chars();
    loop {
        match characters.next().expect("a closing quote") {
            '"' => return value,
            '\\' => value.push(match characters.next().expect("what is escaped") {
                'r' => '\r',
                'n' => '\n',
                other => other,
            }),
            other => value.push(other),
        }
    }
}

proptest! {
    #[test]
    fn every_secret_comes_back_as_it_was(secret in "[a\\\\\"\r\n\\PC]{0,20}x") {
        let text = JaasConfigBuilder::build(&credentials(&secret, Some("scope"))).unwrap();
        prop_assert_eq!(text.expose().lines().count(), 3);
        prop_assert_eq!(option(text.expose(), "oauth.client.secret"), secret.as_str());
        prop_assert_eq!(option(text.expose(), "oauth.token.endpoint.uri"), "https://idp/token");
        let Ok(JaasLogin::OAuthBearer(login)) = JaasLogin::parse(&text) else { panic!("it is read as it was written") };
        prop_assert_eq!(login.client_secret.expose(), secret);
        prop_assert_eq!((login.client_id.as_str(), login.scope.as_deref()), ("svc-orders", Some("scope")));
        prop_assert_eq!(login.token_endpoint.as_deref(), Some("https://idp/token"));
    }
}
