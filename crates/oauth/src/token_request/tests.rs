use proptest::prelude::*;

use super::*;

fn base() -> ClientCredentialsRequest {
    ClientCredentialsRequest {
        token_endpoint: "https://identity.example/token".into(),
        client_id: "orders".into(),
        proof: ClientProof::BasicHeader(Secret::new("hunter2")),
        scope: Some("read".into()),
        audience: None,
        parameters: BTreeMap::new(),
    }
}

fn identity(request: ClientCredentialsRequest) -> TokenIdentity {
    TokenRequest::ClientCredentials(request).identity()
}

#[test]
fn whatever_is_changed_changes_the_identity() {
    let secret = || Secret::new("hunter2");
    let key = |id: Option<&str>| ClientProof::PrivateKeyJwt { key: secret(), key_id: id.map(str::to_owned) };
    let parameters = |name: &str, value: &str| BTreeMap::from([(name.to_owned(), value.to_owned())]);
    let all = [
        base(),
        ClientCredentialsRequest { token_endpoint: "https://identity.example/other".into(), ..base() },
        ClientCredentialsRequest { token_endpoint: "https://identity.example/token?a".into(), ..base() },
        ClientCredentialsRequest { client_id: "payments".into(), ..base() },
        ClientCredentialsRequest { scope: None, ..base() },
        ClientCredentialsRequest { scope: Some("read write".into()), ..base() },
        ClientCredentialsRequest { audience: Some("kafka".into()), ..base() },
        ClientCredentialsRequest { audience: Some(String::new()), ..base() },
        ClientCredentialsRequest { parameters: parameters("a", "b"), ..base() },
        ClientCredentialsRequest { parameters: parameters("a", "c"), ..base() },
        ClientCredentialsRequest { parameters: parameters("audience", "kafka"), ..base() },
        ClientCredentialsRequest { proof: ClientProof::BasicHeader(Secret::new("hunter3")), ..base() },
        ClientCredentialsRequest { proof: ClientProof::Body(secret()), ..base() },
        ClientCredentialsRequest { proof: key(None), ..base() },
        ClientCredentialsRequest { proof: key(Some("k")), ..base() },
    ];
    for (place, one) in all.iter().enumerate() {
        for other in &all[place + 1..] {
            assert_ne!(identity(one.clone()), identity(other.clone()));
            assert_ne!(one, other);
        }
    }
    assert_eq!(identity(base()), identity(base()));
    let iam = |region: &str, profile: Option<&str>, role: Option<&str>| {
        TokenRequest::MskIam(MskIamRequest {
            region: region.into(),
            profile: profile.map(str::to_owned),
            role_arn: role.map(str::to_owned),
        })
        .identity()
    };
    let all = [
        iam("r", None, None),
        iam("s", None, None),
        iam("r", Some("a"), None),
        iam("r", None, Some("a")),
        iam("r", Some("a"), Some("a")),
    ];
    assert_eq!(all.iter().collect::<std::collections::BTreeSet<_>>().len(), all.len());
}

#[test]
fn an_identity_is_shown_by_client_and_endpoint_without_credentials() {
    let shown =
        |endpoint: &str| identity(ClientCredentialsRequest { token_endpoint: endpoint.into(), ..base() }).to_string();
    for (endpoint, text) in [
        ("https://identity.example/token", "orders at https://identity.example/token"),
        ("https://identity.example", "orders at https://identity.example"),
        ("https://u:hunter2@identity.example/token?code=hunter2#hunter2", "orders at https://identity.example/token"),
        ("https://hunter2@identity.example", "orders at https://identity.example/"),
        ("https:u:hunter2@identity.example/t", "orders at https://identity.example/t"),
        ("u:hunter2@identity.example/t?hunter2", "orders at identity.example/t"),
        ("http://u:hunter2@/t", "orders at /t"),
        ("http://u:hunter2@h:port/t?hunter2", "orders at h:port/t"),
        ("", "orders at "),
    ] {
        assert_eq!(shown(endpoint), text);
    }
    let iam = TokenRequest::MskIam(MskIamRequest { region: "eu-central-1".into(), ..MskIamRequest::default() });
    assert_eq!(iam.identity().to_string(), "kafka.eu-central-1.amazonaws.com");
}

#[test]
fn a_request_prints_no_secret() {
    for proof in [
        ClientProof::BasicHeader(Secret::new("hunter2")),
        ClientProof::Body(Secret::new("hunter2")),
        ClientProof::PrivateKeyJwt { key: Secret::new("hunter2"), key_id: Some("k".into()) },
    ] {
        let request = TokenRequest::ClientCredentials(ClientCredentialsRequest {
            token_endpoint: "https://u:hunter2@identity.example/token?code=hunter2".into(),
            proof,
            parameters: BTreeMap::from([("password".into(), "hunter2".into())]),
            ..base()
        });
        let shown = format!("{request:?} {request:#?} {:?} {}", request.identity(), request.identity());
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("password") && shown.contains("orders"), "{shown}");
    }
}

#[test]
fn the_vaults_credentials_are_sent_in_the_header() {
    let credentials = ClientCredentials {
        client_id: "orders".into(),
        client_secret: Secret::new("hunter2"),
        token_endpoint: "https://identity.example/token".into(),
        scope: Some("read".into()),
    };
    assert_eq!(ClientCredentialsRequest::from(credentials), base());
}

fn any_text() -> impl Strategy<Value = String> {
    // Few characters, among them those that quote and separate, so that parts run into each other.
    "[a\", ()\\\\]{0,4}"
}

prop_compose! {
    fn requests()(
        texts in proptest::array::uniform3(any_text()),
        secret in any_text(),
        how in 0..4,
        optional in proptest::array::uniform2(proptest::option::of(any_text())),
        parameters in proptest::collection::btree_map(any_text(), any_text(), 0..3),
    ) -> ClientCredentialsRequest {
        let [endpoint, client_id, key_id] = texts;
        let [scope, audience] = optional;
        let secret = Secret::new(secret);
        let proof = match how {
            0 => ClientProof::BasicHeader(secret),
            1 => ClientProof::Body(secret),
            2 => ClientProof::PrivateKeyJwt { key: secret, key_id: None },
            _ => ClientProof::PrivateKeyJwt { key: secret, key_id: Some(key_id) },
        };
        ClientCredentialsRequest { token_endpoint: endpoint, client_id, proof, scope, audience, parameters }
    }
}

proptest! {
    #[test]
    fn two_requests_share_an_identity_only_when_they_are_the_same(one in requests(), other in requests()) {
        prop_assert_eq!(one == other, identity(one) == identity(other));
    }

    #[test]
    fn parts_that_move_from_one_field_to_the_next_change_the_identity(one in requests(), part in any_text()) {
        let with = |audience: &str, client_id: &str| {
            identity(ClientCredentialsRequest { audience: Some(audience.into()), client_id: client_id.into(), ..one.clone() })
        };
        prop_assume!(!part.is_empty());
        prop_assert_ne!(with(&part, "x"), with("", &format!("x{part}")));
        prop_assert_ne!(with(&format!("{part}x"), "").fingerprint, with("x", &part).fingerprint);
    }

    #[test]
    fn no_endpoint_shows_its_password(user in "[a-z]{0,3}", password in "[0-9]{6,9}", rest in "[a-z/?#@:]{0,9}") {
        let shown = shown(&format!("https://{user}:{password}@host/{rest}"));
        prop_assert!(!shown.contains(&password), "{shown}");
    }
}
