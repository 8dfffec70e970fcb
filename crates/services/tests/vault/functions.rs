use std::time::Duration;

use test_probe_directives::{Role, Secret, SecurityProtocol};
use test_probe_services::ProbeVaultService;
use test_probe_services::VaultError;
use test_probe_services::vault::{
    AzureFunctionOptions, AzureFunctionVault, CallOptions, GcpFunctionOptions, GcpFunctionVault,
};

use super::rig::{ANSWER, azure, call, gcp, orders, recipe, test_of};
use super::server::{Reply, Server};

#[tokio::test]
async fn each_topic_is_asked_for_with_its_own_body_and_azure_gets_its_key() {
    let server = Server::with(|_, asked| {
        let id = if asked.body.contains("payments") { "svc-payments" } else { "svc-orders" };
        Reply::new(201, &ANSWER.replace("svc-orders", id))
    })
    .await;
    let test = test_of(&[("payments", Role::Consumer), ("orders", Role::Producer)]);
    let vaults: [Box<dyn ProbeVaultService>; 2] = [
        Box::new(azure(&format!("{}/api/credentials?code=c", server.url), call())),
        Box::new(gcp(&format!("{}/credentials", server.url), call())),
    ];
    for vault in vaults {
        let found = vault.fetch_security_directives(&test).await.unwrap();
        for (security, (directive, id)) in
            found.iter().zip(test.topic_directives.iter().zip(["svc-payments", "svc-orders"]))
        {
            assert!(security.opens(directive));
            assert_eq!(security.security_protocol, SecurityProtocol::SaslSsl);
            let credentials = security.credentials.as_ref().unwrap();
            assert_eq!((credentials.client_id.as_str(), credentials.client_secret.expose()), (id, "s3cret"));
            assert_eq!(credentials.token_endpoint, "https://idp/token");
            assert!(security.jaas_config.expose().contains(r#"oauth.client.secret="s3cret""#));
        }
        vault.shutdown().await;
    }
    let mut asked = server.asked();
    assert_eq!(asked.len(), 4);
    let gcp = asked.split_off(2);
    for asked in &asked {
        assert_eq!(asked.line, "POST /api/credentials?code=c HTTP/1.1");
        assert_eq!(asked.headers["x-functions-key"], "function-key-1");
    }
    for asked in &gcp {
        assert_eq!(asked.line, "POST /credentials HTTP/1.1");
        assert!(!asked.headers.contains_key("x-functions-key") && !asked.headers.contains_key("authorization"));
    }
    for asked in [asked, gcp] {
        let mut bodies: Vec<_> = asked.iter().map(|asked| asked.body.as_str()).collect();
        bodies.sort_unstable();
        assert_eq!(
            bodies,
            [
                r#"{"topic":"orders","role":"producer","tenant":"t-acme"}"#,
                r#"{"topic":"payments","role":"consumer","tenant":"t-acme"}"#
            ]
        );
        assert!(asked.iter().all(|asked| asked.headers["content-type"] == "application/json"));
    }
}

/// The error's variant, and whether asking again helps.
fn kind(error: &VaultError) -> String {
    let name = format!("{error:?}");
    let name = name.split([' ', '(']).next().unwrap().to_owned();
    assert_eq!(error.is_transient(), ["Timeout", "RateLimit", "ServiceUnavailable", "Unreachable"].contains(&&*name));
    name
}

#[tokio::test]
async fn each_answer_has_its_outcome_and_only_what_may_pass_is_asked_again() {
    let ok = || Reply::new(200, ANSWER);
    let busy = || Reply::new(429, "{}").with_header("retry-after", "0");
    let outcomes: [(Vec<Reply>, &str, usize); 16] = [
        (vec![ok()], "", 1),
        (vec![Reply::new(201, ANSWER)], "", 1),
        (vec![busy(), ok()], "", 2),
        (vec![Reply::new(503, "down"), ok()], "", 2),
        (vec![Reply::HangUp, ok()], "", 2),
        (vec![busy()], "RateLimit", 3),
        (vec![Reply::new(503, "down")], "ServiceUnavailable", 3),
        (vec![Reply::HangUp], "Unreachable", 3),
        (vec![Reply::new(401, "no"), ok()], "Auth", 1),
        (vec![Reply::new(403, "no"), ok()], "Auth", 1),
        (vec![Reply::new(404, "no"), ok()], "NotFound", 1),
        (vec![Reply::new(500, "oops"), ok()], "Status", 1),
        (vec![Reply::new(307, "").with_header("location", "/elsewhere"), ok()], "Status", 1),
        (vec![Reply::new(200, ""), ok()], "Status", 1),
        (vec![Reply::new(200, "<html>hunter2"), ok()], "Mapping", 1),
        (vec![Reply::new(200, r#"{"hunter2": 1}"#), ok()], "Mapping", 1),
    ];
    for (replies, expected, tries) in outcomes {
        for is_azure in [true, false] {
            let server = Server::replying(replies.clone()).await;
            let vault: Box<dyn ProbeVaultService> =
                if is_azure { Box::new(azure(&server.url, call())) } else { Box::new(gcp(&server.url, call())) };
            let outcome = vault.fetch_security_directives(&orders()).await;
            let outcome = outcome.map_or_else(|error| kind(&error), |_| String::new());
            assert_eq!((outcome.as_str(), server.asked().len()), (expected, tries), "{replies:?}, azure {is_azure}");
        }
    }
}

#[tokio::test]
async fn what_went_wrong_is_said_in_words_that_name_the_vault_and_the_topic_and_repeat_no_answer() {
    for (reply, message) in [
        (
            Reply::new(401, "hunter2"),
            "the Azure vault, asked for producer topic 'orders', refuses this caller (status 401); check the function key, \
             or the rights of the identity that calls",
        ),
        (
            Reply::new(404, "hunter2"),
            "the Azure vault, asked for producer topic 'orders', has none: status 404; check function-url, and that the \
             function knows this topic",
        ),
        (
            Reply::new(500, "hunter2"),
            "the Azure vault, asked for producer topic 'orders', answered status 500; see the function's log",
        ),
        (
            Reply::new(200, ""),
            "the Azure vault, asked for producer topic 'orders', answered status 200 with an empty body; see the \
             function's log",
        ),
        (
            Reply::new(200, "hunter2"),
            "Failed to parse Azure response for topic orders: it is not JSON (line 1, column 1); let the function answer JSON",
        ),
        (
            Reply::new(200, r#"{"credentials": {"id": 5, "secret": "hunter2!"}}"#),
            "Failed to map Azure response for topic orders: Field 'clientId': Expected string value but got number; Field \
             'clientSecret': Transformation 'base64decode' requires Base64 text; leave it out if the vault answers in plain text",
        ),
    ] {
        let server = Server::replying([reply]).await;
        let error = azure(&server.url, call()).fetch_security_directives(&orders()).await.unwrap_err();
        assert_eq!(error.to_string(), message);
    }
}

#[tokio::test]
async fn a_vault_that_says_nothing_is_given_up_and_asked_again() {
    let server = Server::replying([Reply::Silence, Reply::new(200, ANSWER)]).await;
    let call = CallOptions { timeout: Duration::from_millis(300), ..call() };
    gcp(&server.url, call.clone()).fetch_security_directives(&orders()).await.unwrap();
    assert_eq!(server.asked().len(), 2);
    let server = Server::replying([Reply::Silence]).await;
    let call = CallOptions { timeout: Duration::from_millis(50), retry_attempts: 0, ..call };
    let error = gcp(&server.url, call).fetch_security_directives(&orders()).await.unwrap_err();
    assert_eq!((kind(&error).as_str(), server.asked().len()), ("Timeout", 1));
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_unreachable_and_the_address_is_not_shown() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hunter2?code=hunter2", listener.local_addr().unwrap());
    drop(listener);
    let error = gcp(&url, call()).fetch_security_directives(&orders()).await.unwrap_err();
    assert_eq!(kind(&error), "Unreachable");
    let expected =
        "the GCP vault, asked for producer topic 'orders', cannot be reached; check its address and the network";
    assert_eq!(error.to_string(), expected);
    assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_the_end() {
    let server = Server::replying([Reply::new(200, &format!("\"{}\"", "x".repeat(2 * 1024 * 1024)))]).await;
    let error = gcp(&server.url, call()).fetch_security_directives(&orders()).await.unwrap_err().to_string();
    assert!(error.contains("longer than 1 MiB"), "{error}");
}

#[tokio::test]
async fn a_template_that_does_not_fit_is_told_before_anything_is_asked() {
    let server = Server::replying([Reply::new(200, ANSWER)]).await;
    let mut recipe = recipe();
    recipe.rosetta.request_template = Some(serde_json::json!("{{'region'}}"));
    let vault = GcpFunctionVault::new(GcpFunctionOptions::new(&*server.url), recipe).unwrap();
    let mut test = test_of(&[("a", Role::Producer), ("b", Role::Producer)]);
    test.topic_directives[0].metadata.insert("region".into(), "eu".into());
    let error = vault.fetch_security_directives(&test).await.unwrap_err();
    let expected = "Failed to build the GCP request for topic b: Metadata key not found: 'region' for topic b. The \
                    directive has no metadata";
    assert_eq!(error.to_string(), expected);
    assert!(error.is_bad_input() && server.asked().is_empty());
}

#[test]
fn settings_that_cannot_work_are_refused_with_the_key_and_without_its_value() {
    let azure = |url: &str, key: &str| {
        AzureFunctionVault::new(AzureFunctionOptions::new(url, Secret::new(key)), recipe()).unwrap_err().to_string()
    };
    let fix = "; set it to the function's address, such as https://host/api/credentials";
    let url_key = "test-probe.services.vault.azure.function-url";
    for (error, message) in [
        (azure("", "k"), format!("{url_key} is empty{fix}")),
        (azure("hunter2", "k"), format!("{url_key} is no URL (relative URL without a base){fix}")),
        (azure("ftp://hunter2", "k"), format!("{url_key} starts with neither http:// nor https://{fix}")),
        (
            azure("https://host", " "),
            "test-probe.services.vault.azure.function-key is empty; copy it from the function's App keys".to_owned(),
        ),
        (
            azure("https://host", "hun\nter2"),
            "test-probe.services.vault.azure.function-key holds a character that no HTTP header can; copy it from the \
             function's App keys"
                .to_owned(),
        ),
    ] {
        assert_eq!(error, message);
    }
    let mut idp = recipe();
    idp.oauth.token_endpoint = "idp".to_owned();
    let error = GcpFunctionVault::new(GcpFunctionOptions::new("https://host"), idp).unwrap_err().to_string();
    let expected = "test-probe.services.vault.oauth cannot be used: the token endpoint must start with http:// or https://; \
                    set test-probe.services.vault.oauth.token-endpoint to such as https://idp/token";
    assert_eq!(error, expected);
    let options =
        GcpFunctionOptions { service_account_key: Some("key.json".into()), ..GcpFunctionOptions::new("https://host") };
    let error = GcpFunctionVault::new(options, recipe()).unwrap_err();
    assert!(error.to_string().starts_with("test-probe.services.vault.gcp.service-account-key"), "{error}");
    assert!(error.is_bad_input());
}
