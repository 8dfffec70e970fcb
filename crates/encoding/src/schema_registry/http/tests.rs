use std::error::Error;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::super::SchemaReference;
use super::*;

fn registry(url: &str) -> HttpSchemaRegistry {
    HttpSchemaRegistry::new(RegistrySettings::new(url).with_max_retries(0)).unwrap()
}

/// A server that answers everything with this body; its base address.
async fn answering(body: &'static str) -> String {
    recording(body).await.0
}

/// The same, and the first lines of the requests that it answered.
async fn recording(body: &'static str) -> (String, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (record, asked) = mpsc::unbounded_channel();
    #[allow(clippy::disallowed_methods, reason = "the server ends with the test's runtime")]
    tokio::spawn(async move {
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
        while let Ok((mut connection, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let length = connection.read(&mut request).await.unwrap();
            let request = std::str::from_utf8(&request[..length]).unwrap();
            // Most tests do not listen.
            record.send(request.lines().next().unwrap().to_owned()).ok();
            connection.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (url, asked)
}

#[test]
fn subjects_are_escaped_below_the_base_path() {
    for base in ["http://host:1/apis/ccompat/v7", "http://host:1/apis/ccompat/v7/"] {
        assert_eq!(
            registry(base).address(&["subjects", "a/b c%d?e", "versions"]).as_str(),
            "http://host:1/apis/ccompat/v7/subjects/a%2Fb%20c%25d%3Fe/versions"
        );
    }
    assert_eq!(registry("http://host:1").address(&["subjects"]).as_str(), "http://host:1/subjects");
}

#[test]
fn credentials_in_the_address_are_never_shown() {
    let registry = registry("https://user:hunter2@host/path/");
    assert_eq!(registry.url(), "https://host/path");
    assert_eq!(format!("{registry:?}"), "HttpSchemaRegistry { url: \"https://host/path\", .. }");
    assert!(registry.address(&["x"]).as_str().contains("hunter2"), "they are still sent");
}

#[test]
fn an_address_that_is_none_is_refused_without_repeating_it() {
    for (url, reason) in [
        ("localhost:8081", "it starts with localhost:, where http: or https: belongs"),
        ("user:hunter2@host", "it starts with user:, where http: or https: belongs"),
        ("", "relative URL without a base"),
        ("http://", "empty host"),
    ] {
        let error = HttpSchemaRegistry::new(RegistrySettings::new(url)).unwrap_err().to_string();
        assert_eq!(
            error,
            format!("the Schema Registry's address is not a URL such as http://localhost:8081: {reason}")
        );
    }
}

#[test]
fn loopback_addresses_are_known() {
    for (url, loopback) in [
        ("http://127.0.0.1:1", true),
        ("http://localhost", true),
        ("http://[::1]:8081", true),
        ("http://registry", false),
        ("http://10.0.0.1", false),
    ] {
        assert_eq!(is_loopback(&Url::parse(url).unwrap()), loopback, "{url}");
    }
}

#[tokio::test]
async fn a_registry_that_does_not_run_cannot_be_reached() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = registry(&format!("http://{closed}")).latest("s").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the Schema Registry at http://{closed} did not give the latest version of subject `s`: it cannot be \
             reached; check the address, and whether it runs"
        )
    );
    assert!(error.helps_to_ask_again());
    assert!(error.source().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_registry_that_does_not_answer_times_out_and_is_not_asked_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let settings = RegistrySettings::new(&url).with_request_timeout(Duration::from_secs(3));
    let started = tokio::time::Instant::now();
    let error = HttpSchemaRegistry::new(settings).unwrap().by_id(SchemaId::new(1)).await.unwrap_err();
    assert!(error.to_string().ends_with("did not give the schema with id 1: there was no answer within 3000 ms"));
    assert!(error.helps_to_ask_again());
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_page_is_no_answer_of_a_registry() {
    let url = answering("<html>").await;
    let error = registry(&url).subjects("s").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the Schema Registry at {url} did not list the subjects that start with `s`: its answer is not that of a \
             Schema Registry; check the address and its path: expected value at line 1 column 1"
        )
    );
    assert!(!error.helps_to_ask_again());
}

#[tokio::test]
async fn an_unknown_type_of_schema_is_named() {
    let url = answering(r#"{"schema":"x","schemaType":"THRIFT"}"#).await;
    let error = registry(&url).by_id(SchemaId::new(1)).await.unwrap_err().to_string();
    assert!(error.ends_with("the schema's type is THRIFT, where AVRO, PROTOBUF or JSON is known"), "{error}");
}

#[tokio::test]
async fn type_and_references_are_read_and_sent() {
    let references = r#"[{"name":"a.proto","subject":"a","version":2}]"#;
    let url = answering(
        r#"{"schema":"x","schemaType":"PROTOBUF","references":[{"name":"a.proto","subject":"a","version":2}]}"#,
    )
    .await;
    let schema = registry(&url).by_id(SchemaId::new(1)).await.unwrap();
    let reference = SchemaReference { name: "a.proto".into(), subject: "a".into(), version: 2 };
    assert_eq!(schema.references, Arc::from([reference]));
    assert_eq!(schema.format, test_probe_directives::Format::Protobuf);
    let body = serde_json::to_value(SchemaBody::from(&schema)).unwrap();
    assert_eq!(
        body,
        serde_json::json!({
            "schema": "x", "schemaType": "PROTOBUF",
            "references": serde_json::from_str::<serde_json::Value>(references).unwrap(),
        })
    );
    let avro = SchemaText::new(test_probe_directives::Format::Avro, "\"int\"");
    assert_eq!(serde_json::to_value(SchemaBody::from(&avro)).unwrap(), serde_json::json!({"schema": "\"int\""}));
}

#[tokio::test]
async fn the_registry_is_asked_to_normalize_where_that_is_wanted_and_not_otherwise() {
    let (url, mut asked) = recording(r#"{"id":1,"version":1}"#).await;
    let registry = registry(&url);
    let schema = SchemaText::new(test_probe_directives::Format::Avro, "\"int\"");
    for (normalize, query) in [(false, ""), (true, "?normalize=true")] {
        registry.register("s", &schema, normalize).await.unwrap();
        assert_eq!(asked.recv().await.unwrap(), format!("POST /subjects/s/versions{query} HTTP/1.1"));
        registry.look_up("s", &schema, normalize).await.unwrap();
        assert_eq!(asked.recv().await.unwrap(), format!("POST /subjects/s{query} HTTP/1.1"));
    }
}
