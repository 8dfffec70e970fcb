//! Vaults that are functions, on a Kafka without encryption: what is asked, what is told, and that no secret is told.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use test_probe::responses::{TestState, TestStatusResponse};
use test_probe::services::block_storage::InMemoryBlockStorage;
use test_probe::services::vault::{
    CallOptions, CredentialsRecipe, GcpFunctionOptions, GcpFunctionVault, OAuthOptions, RosettaConfig, Variables,
};
use test_probe::{DefaultActorSystem, ProbeExceptions, ServiceDsl};

use crate::memory_storage::put;
use crate::rig::{EVIDENCE, PRODUCE, ended, settings, started, test_of};

/// Stands where a secret may stand.
const CANARY: &str = "canary-5d1e";

const ROSETTA: &str = r#"
mappings:
  - {targetField: clientId, sourcePath: $.id}
  - {targetField: clientSecret, sourcePath: $.secret}
request-template:
  topic: "{{topic}}"
  role: "{{role}}"
"#;

/// A function that answers every request so. It goes on until the process ends.
fn function(status: &'static str, body: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/credentials", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut connection in listener.incoming().map_while(Result::ok) {
            let mut request = [0; 8192];
            // Headers and body of so small a request come in one or two parts.
            let mut seen = Vec::new();
            while !String::from_utf8_lossy(&seen).contains("\"role\"") {
                match connection.read(&mut request) {
                    Ok(0) | Err(_) => break,
                    Ok(count) => seen.extend_from_slice(&request[..count]),
                }
            }
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
            connection.write_all(answer.as_bytes()).ok();
        }
    });
    url
}

/// How a test ends whose vault is this function, and all of its evidence.
async fn end_with(url: &str) -> (TestStatusResponse, String) {
    let buckets = InMemoryBlockStorage::new();
    put(&buckets, "orders", &test_of(&[PRODUCE])).await;
    let recipe = CredentialsRecipe {
        rosetta: RosettaConfig::parse("rosetta.yaml", ROSETTA).unwrap(),
        request_params: Variables::from([("request-params.none", "")]),
        oauth: OAuthOptions::new("https://idp.example/token"),
    };
    let call = CallOptions { retry_attempts: 0, ..CallOptions::default() };
    let options = GcpFunctionOptions { call, ..GcpFunctionOptions::new(url) };
    let probe = ServiceDsl::new()
        .with_config(settings())
        .with_actor_system(DefaultActorSystem)
        .with_storage_service(Arc::new(buckets.clone()))
        .with_vault_service_module(Arc::new(GcpFunctionVault::new(options, recipe).unwrap()))
        .build()
        .unwrap();
    let test_id = started(probe.services(), "memory://tests/orders").await;
    let status = ended(probe.services(), test_id).await;
    // The tree ends, and with it the evidence is whole.
    probe.shutdown();
    let mut evidence = String::new();
    for name in EVIDENCE {
        let file = buckets.get("tests", &format!("orders/evidence/{name}")).await;
        evidence.push_str(&String::from_utf8(file.unwrap_or_else(|| panic!("{name} is not there"))).unwrap());
    }
    (status, evidence)
}

#[tokio::test]
async fn credentials_on_the_embedded_kafka_end_the_test_with_a_reason_and_without_the_secret() {
    let url = function("200 OK", format!(r#"{{"id": "svc-orders", "secret": "{CANARY}"}}"#));
    let (status, evidence) = end_with(&url).await;
    assert_eq!((status.state, status.success), (TestState::Exception, None), "{status:?}");
    let error = status.error.clone().unwrap();
    let reason = "topic 'orders'";
    assert!(error.explain().contains("the embedded Kafka knows no login"), "{}", error.explain());
    assert!(error.explain().contains(reason), "{}", error.explain());
    assert!(
        matches!(
            error,
            ProbeExceptions::KafkaProducerException { .. } | ProbeExceptions::KafkaConsumerException { .. }
        ),
        "{error:?}"
    );
    assert!(evidence.contains("the embedded Kafka knows no login"), "the reports tell it too");
    for text in [format!("{status:?} {error:#?}"), evidence] {
        assert!(!text.contains(CANARY), "{text}");
    }
}

#[tokio::test]
async fn a_function_that_refuses_ends_the_test_with_its_status_and_without_its_answer() {
    let url = function("403 Forbidden", format!(r#"{{"secret": "{CANARY}"}}"#));
    let (status, evidence) = end_with(&url).await;
    assert_eq!(status.state, TestState::Exception, "{status:?}");
    let error = status.error.clone().unwrap();
    assert!(matches!(error, ProbeExceptions::VaultConsumerException { .. }), "{error:?}");
    for part in ["Failed to fetch secrets", "GCP vault", "topic 'orders'", "status 403"] {
        assert!(error.explain().contains(part), "`{part}` is not in {}", error.explain());
    }
    for text in [format!("{status:?} {error:#?}"), evidence] {
        assert!(!text.contains(CANARY), "{text}");
    }
}
