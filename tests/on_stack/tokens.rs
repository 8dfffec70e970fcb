//! Tokens of a real identity provider, as a client is given them and as it is refused them.

use std::collections::BTreeMap;
use std::time::Duration;

use test_probe_directives::{Secret, WallClock};
use test_probe_oauth::{
    BearerToken, Claims, ClientCredentialsRequest, ClientProof, HttpTokenSettings, HttpTokenSources, TokenError,
    TokenRequest, TokenSources,
};
use test_probe_testkit::Stack;

fn request(stack: &Stack) -> ClientCredentialsRequest {
    let setting = |name: &str| stack.settings()[name].clone();
    ClientCredentialsRequest {
        token_endpoint: setting("OAUTH_TOKEN_ENDPOINT"),
        client_id: setting("OAUTH_CLIENT_ID"),
        proof: ClientProof::BasicHeader(Secret::new(setting("OAUTH_CLIENT_SECRET"))),
        scope: None,
        audience: None,
        parameters: BTreeMap::new(),
    }
}

async fn fetch(request: ClientCredentialsRequest) -> Result<BearerToken, TokenError> {
    let sources = HttpTokenSources::new(HttpTokenSettings::default(), WallClock::system()).unwrap();
    sources.source(&TokenRequest::ClientCredentials(request)).unwrap().fetch().await
}

#[tokio::test]
async fn a_token_says_who_bears_it_and_how_long_it_is_good_for() {
    let Some(stack) = Stack::find() else { return };
    let token = fetch(request(&stack)).await.unwrap();
    let now = WallClock::system().now();
    assert!(token.is_valid(now));
    assert_eq!(token.life(), Duration::from_secs(3600));
    let claims = Claims::of(token.text()).unwrap();
    assert_eq!(Some(token.principal()), claims.subject.as_deref());
    assert!(claims.issuer.as_deref().is_some_and(|issuer| issuer.ends_with("/realms/probe")), "{claims:?}");
    assert!(claims.audience.iter().any(|audience| audience == "account"), "{claims:?}");
    assert_eq!(claims.principal("azp").as_deref(), Some("orders-producer"));
    // Provider and test run on one machine.
    assert!(claims.skew(token.obtained_at(), now).unwrap().by < Duration::from_secs(2), "{claims:?}");
}

#[tokio::test]
async fn a_token_of_a_short_life_is_known_as_such() {
    let Some(stack) = Stack::find() else { return };
    let client_id = stack.settings()["OAUTH_SHORT_LIVED_CLIENT_ID"].clone();
    let seconds = stack.settings()["OAUTH_SHORT_LIVED_TTL_SECONDS"].parse().unwrap();
    let token = fetch(ClientCredentialsRequest { client_id, ..request(&stack) }).await.unwrap();
    assert_eq!(token.life(), Duration::from_secs(seconds));
}

#[tokio::test]
async fn the_secret_is_taken_in_the_form_too() {
    let Some(stack) = Stack::find() else { return };
    let proof = ClientProof::Body(Secret::new(stack.settings()["OAUTH_CLIENT_SECRET"].clone()));
    assert!(fetch(ClientCredentialsRequest { proof, ..request(&stack) }).await.is_ok());
}

#[tokio::test]
async fn a_refusal_names_its_cause_and_a_fix() {
    let Some(stack) = Stack::find() else { return };
    let base = || request(&stack);
    let realm = base().token_endpoint.replace("/realms/probe/", "/realms/none/");
    let elsewhere = base().token_endpoint.replace("/token", "/none");
    for (request, expected) in [
        (
            ClientCredentialsRequest { proof: ClientProof::BasicHeader(Secret::new("hunter2")), ..base() },
            ["status 401 (unauthorized_client: ", "; check client id and secret"],
        ),
        (
            ClientCredentialsRequest { client_id: "nobody".into(), ..base() },
            ["status 401 (invalid_client: ", "; check client id and secret"],
        ),
        (
            ClientCredentialsRequest { scope: Some("no-such-scope".into()), ..base() },
            ["status 400 (invalid_scope: scope `no-such-scope`", "; ask for a scope that"],
        ),
        (
            ClientCredentialsRequest { token_endpoint: realm, ..base() },
            ["status 404 (Realm does not exist", "; check the path of the token endpoint, and the realm"],
        ),
        (
            ClientCredentialsRequest { token_endpoint: elsewhere, ..base() },
            ["status 405 (", "; check the token endpoint: what is there takes no POST"],
        ),
    ] {
        let error = fetch(request).await.unwrap_err().to_string();
        assert!(expected.iter().all(|part| error.contains(part)), "{error}");
        assert!(!error.contains("hunter2"));
    }
}
