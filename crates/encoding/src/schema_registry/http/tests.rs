mod admin;
mod credentials;
mod outages;
mod server;
mod tls;

use std::error::Error;
use std::time::Duration;

use test_probe_directives::Format;
use tokio::net::TcpListener;

use self::messages::SchemaBody;
use self::server::{TestServer, ok};
use super::super::{IdentifiedSchema, Registered, SchemaReference, SchemaRegistry, SchemaText};
use super::*;
use crate::{SchemaGuid, SchemaId};

fn registry(url: &str) -> HttpSchemaRegistry {
    HttpSchemaRegistry::new(RegistrySettings::new(url).with_max_retries(0)).unwrap()
}

/// Settings for several addresses with retries that take no time worth the name.
fn impatient(urls: &[&str]) -> RegistrySettings {
    RegistrySettings::new("")
        .with_urls(urls.iter().copied())
        .with_retry_delays(Duration::from_millis(1), Duration::from_millis(2))
}

/// An address at which nobody listens.
fn nobody() -> String {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    format!("http://{closed}")
}

fn avro() -> SchemaText {
    SchemaText::new(Format::Avro, "\"int\"")
}

#[test]
fn credentials_in_the_address_are_never_shown() {
    let registry = registry("https://user:hunter2@host/path/");
    assert_eq!(registry.url(), "https://host/path");
    assert_eq!(format!("{registry:?}"), "HttpSchemaRegistry { url: \"https://host/path\", .. }");
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

#[tokio::test]
async fn a_registry_that_does_not_run_cannot_be_reached() {
    let url = nobody();
    let error = registry(&url).latest("s").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the Schema Registry at {url} did not give the latest version of subject `s`: it cannot be \
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
    let url = TestServer::always(ok("<html>")).await.url;
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
    let url = TestServer::always(ok(r#"{"schema":"x","schemaType":"THRIFT"}"#)).await.url;
    let error = registry(&url).by_id(SchemaId::new(1)).await.unwrap_err().to_string();
    assert!(error.ends_with("the schema's type is THRIFT, where AVRO, PROTOBUF or JSON is known"), "{error}");
}

#[tokio::test]
async fn type_and_references_are_read_and_sent() {
    let references = r#"[{"name":"a.proto","subject":"a","version":2}]"#;
    let answer = format!(r#"{{"schema":"x","schemaType":"PROTOBUF","references":{references}}}"#);
    let url = TestServer::always(ok(&answer)).await.url;
    let schema = registry(&url).by_id(SchemaId::new(1)).await.unwrap().schema;
    let reference = SchemaReference { name: "a.proto".into(), subject: "a".into(), version: 2 };
    assert_eq!(schema.references, Arc::from([reference]));
    assert_eq!(schema.format, Format::Protobuf);
    let body = serde_json::to_value(SchemaBody::from(&schema)).unwrap();
    assert_eq!(
        body,
        serde_json::json!({
            "schema": "x", "schemaType": "PROTOBUF",
            "references": serde_json::from_str::<serde_json::Value>(references).unwrap(),
        })
    );
    assert_eq!(serde_json::to_value(SchemaBody::from(&avro())).unwrap(), serde_json::json!({"schema": "\"int\""}));
}

#[tokio::test]
async fn the_registry_is_asked_to_normalize_where_that_is_wanted_and_not_otherwise() {
    let mut server = TestServer::always(ok(r#"{"id":1,"version":1}"#)).await;
    let registry = registry(&server.url);
    for (normalize, query) in [(false, ""), (true, "?normalize=true")] {
        registry.register("s", &avro(), normalize).await.unwrap();
        assert_eq!(server.first_line().await, format!("POST /subjects/s/versions{query} HTTP/1.1"));
        registry.look_up("s", &avro(), normalize).await.unwrap();
        assert_eq!(server.first_line().await, format!("POST /subjects/s{query} HTTP/1.1"));
    }
}

#[tokio::test]
async fn ids_guids_and_versions_are_read_where_the_registry_gives_them() {
    let guid: SchemaGuid = "00010203-0405-0607-0809-0a0b0c0d0e0f".parse().unwrap();
    let full = r#"{"id":7,"version":3,"guid":"00010203-0405-0607-0809-0a0b0c0d0e0f","schema":"\"int\""}"#;
    let full = registry(&TestServer::always(ok(full)).await.url);
    let registered = full.register("s", &avro(), false).await.unwrap();
    assert_eq!(registered, Registered { id: SchemaId::new(7), guid: Some(guid), version: Some(3) });
    assert_eq!(full.look_up("s", &avro(), false).await.unwrap().guid, Some(guid));
    assert_eq!(full.latest("s").await.unwrap().guid, Some(guid));
    assert_eq!(full.by_id(SchemaId::new(7)).await.unwrap(), IdentifiedSchema { schema: avro(), guid: Some(guid) });

    let sparse = r#"{"id":7,"version":3,"guid":"none","schema":"\"int\""}"#;
    let sparse = registry(&TestServer::always(ok(sparse)).await.url);
    assert_eq!(sparse.latest("s").await.unwrap().guid, None);
    let old = registry(&TestServer::always(ok(r#"{"id":7}"#)).await.url);
    let registered = old.register("s", &avro(), false).await.unwrap();
    assert_eq!(registered, Registered { id: SchemaId::new(7), guid: None, version: None });
}

#[tokio::test]
async fn a_schema_is_asked_for_by_its_guid_and_must_have_it() {
    let guid: SchemaGuid = "00010203-0405-0607-0809-0a0b0c0d0e0f".parse().unwrap();
    let mut server = TestServer::always(ok(r#"{"schema":"\"int\""}"#)).await;
    let found = registry(&server.url).by_guid(guid).await.unwrap();
    assert_eq!(found, IdentifiedSchema { schema: avro(), guid: Some(guid) });
    assert_eq!(server.first_line().await, format!("GET /schemas/guids/{guid} HTTP/1.1"));
    let other = r#"{"schema":"\"int\"","guid":"ff010203-0405-0607-0809-0a0b0c0d0e0f"}"#;
    let error = registry(&TestServer::always(ok(other)).await.url).by_guid(guid).await.unwrap_err();
    assert!(error.to_string().ends_with("the schema's GUID is ff010203-0405-0607-0809-0a0b0c0d0e0f"), "{error}");
}

#[tokio::test]
async fn a_registry_without_guids_is_told_from_one_without_the_schema() {
    let guid = SchemaGuid::from_bytes([7; 16]);
    for body in [r#"{"error_code":404,"message":"HTTP 404 Not Found"}"#, "<html>", r#"{"status":404}"#] {
        let url = TestServer::always(server::refusal(404, body)).await.url;
        let error = registry(&url).by_guid(guid).await.unwrap_err();
        assert!(matches!(error.failure, RegistryFailure::NotOffered { status: 404, .. }), "{error}");
        let start = format!(
            "the Schema Registry at {url} did not give the schema with GUID {guid}: it does not offer that (status 404)"
        );
        assert!(error.to_string().starts_with(&start), "{error}");
        assert!(!error.helps_to_ask_again() && !error.failure.is_absence());
    }
    let missing = server::refusal(404, r#"{"error_code":40403,"message":"m"}"#);
    let error = registry(&TestServer::always(missing).await.url).by_guid(guid).await.unwrap_err();
    assert!(matches!(error.failure, RegistryFailure::SchemaNotFound));
    assert_eq!(error.code, Some(40403));
}

#[tokio::test]
async fn an_answer_that_never_ends_is_given_up() {
    let server = TestServer::always(server::Answer::Endless).await;
    let error = registry(&server.url).subjects("s").await.unwrap_err();
    assert!(error.to_string().ends_with("it is longer than 16 MiB"), "{error}");
    let sent = server.sent.load(Ordering::Relaxed);
    // What the system holds on the way comes on top.
    assert!(sent < 64 * 1024 * 1024, "{sent}");
}

#[tokio::test]
async fn an_answer_without_a_body_is_no_answer_of_a_registry() {
    let error = registry(&TestServer::always(ok("")).await.url).latest("s").await.unwrap_err();
    assert!(matches!(error.failure, RegistryFailure::Unreadable { .. }), "{error}");
    assert!(!error.helps_to_ask_again());
}
