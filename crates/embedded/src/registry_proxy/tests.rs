use std::process::Command;

use test_probe_directives::Format;
use test_probe_encoding::{HttpSchemaRegistry, RegistryFailure, RegistrySettings, SchemaRegistry, SchemaText};

use super::{RegistryProxy, is_loopback};
use crate::EmbeddedRegistry;

fn client(url: &str) -> HttpSchemaRegistry {
    let mut settings = RegistrySettings::new(url);
    settings.max_retries = 0;
    HttpSchemaRegistry::new(settings).unwrap()
}

#[tokio::test]
async fn requests_and_answers_pass_as_they_are_until_the_proxy_is_told_otherwise() {
    let registry = EmbeddedRegistry::start().unwrap();
    let proxy = RegistryProxy::start(&registry.url()).unwrap();
    let client = client(&proxy.url());
    let schema = SchemaText::new(Format::Avro, r#"{"type":"record","name":"Order","fields":[]}"#);
    let id = client.register("orders-Order", &schema, false).await.unwrap().id;
    assert_eq!(client.latest("orders-Order").await.unwrap().id, id);
    assert!(matches!(client.latest("nothing").await.unwrap_err().failure, RegistryFailure::SubjectNotFound));
    assert_eq!(client.subjects("orders-").await.unwrap(), ["orders-Order"]);

    proxy.fail_next(503, 2);
    for _ in 0..2 {
        let failure = client.latest("orders-Order").await.unwrap_err().failure;
        assert!(failure.to_string().contains("503"), "{failure}");
    }
    assert_eq!(client.latest("orders-Order").await.unwrap().id, id);
}

#[tokio::test]
async fn a_registry_that_is_gone_is_a_bad_gateway() {
    let registry = EmbeddedRegistry::start().unwrap();
    let proxy = RegistryProxy::start(&registry.url()).unwrap();
    drop(registry);
    let failure = client(&proxy.url()).latest("orders-Order").await.unwrap_err().failure;
    assert!(failure.to_string().contains("502"), "{failure}");
}

/// The environment cannot be changed in this process, so another one runs the test above.
#[test]
fn a_proxy_of_the_environment_is_passed_by_on_the_way_to_loopback() {
    let test = "registry_proxy::tests::requests_and_answers_pass_as_they_are_until_the_proxy_is_told_otherwise";
    let mut child = Command::new(std::env::current_exe().unwrap());
    for variable in ["NO_PROXY", "no_proxy"] {
        child.env_remove(variable);
    }
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        child.env(variable, "http://127.0.0.1:1");
    }
    let output = child.args(["--exact", test]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
fn loopback_addresses_are_known() {
    for (target, loopback) in [
        ("http://127.0.0.1:1/apis/ccompat/v7", true),
        ("http://localhost:8081", true),
        ("http://[::1]:8081", true),
        ("http://registry:8081", false),
        ("http://10.0.0.1", false),
        ("nonsense", false),
    ] {
        assert_eq!(is_loopback(target), loopback, "{target}");
    }
}
