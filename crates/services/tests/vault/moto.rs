use std::io::{self, Write};

use serde_json::json;
use test_probe_services::ProbeVaultService;
use test_probe_services::vault::Variables;

use super::rig::{ANSWER, lambda, orders};

/// The AWS of this project's tests, or nothing, said aloud.
#[track_caller]
fn endpoint() -> Option<String> {
    let settings: std::collections::BTreeMap<_, _> = std::env::vars().collect();
    if let Some(endpoint) = settings.get("TEST_PROBE_AWS_ENDPOINT") {
        return Some(endpoint.trim_end_matches('/').to_owned());
    }
    let place = std::panic::Location::caller();
    let hint = "start tests/storage/servers.sh and export what it prints";
    assert!(
        settings.get("TEST_PROBE_STACK").is_none_or(|wish| wish != "required"),
        "{place}: the stack is required, but TEST_PROBE_AWS_ENDPOINT is not set; {hint}"
    );
    // The test harness swallows what a passing test prints, but not what it writes.
    writeln!(io::stderr(), "SKIPPED {place}: TEST_PROBE_AWS_ENDPOINT is not set; {hint}").ok();
    None
}

#[tokio::test]
async fn a_function_of_moto_hands_out_credentials() {
    let Some(endpoint) = endpoint() else { return };
    let moto = reqwest::Client::builder().no_proxy().build().unwrap();
    // The region of the rig, which no other test uses: moto keeps one queue of answers a region.
    let settings = [
        ("config", json!({"lambda": {"use_docker": false}})),
        ("static/lambda-simple/response", json!({"results": [ANSWER], "region": "eu-west-3"})),
    ];
    for (path, body) in settings {
        let set = moto.post(format!("{endpoint}/moto-api/{path}")).json(&body).send().await.unwrap();
        assert!(set.status().is_success(), "{path}: {}", set.status());
    }
    let environment = Variables::from([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")]);
    let found = lambda(&endpoint, &environment).fetch_security_directives(&orders()).await.unwrap();
    let credentials = found[0].credentials.as_ref().unwrap();
    assert_eq!((credentials.client_id.as_str(), credentials.client_secret.expose()), ("svc-orders", "s3cret"));
}
