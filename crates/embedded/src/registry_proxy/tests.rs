use test_probe_directives::Format;
use test_probe_encoding::{HttpSchemaRegistry, RegistryFailure, RegistrySettings, SchemaRegistry, SchemaText};

use super::RegistryProxy;
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
    let id = client.register("orders-Order", &schema, false).await.unwrap();
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
