use super::server::refusal;
use super::*;
use crate::{Compatibility, CompatibilityLevel, SchemaRegistryAdmin, VersionChoice};

#[tokio::test]
async fn versions_and_references_are_asked_for() {
    let mut server = TestServer::always(ok("[1,3]")).await;
    let registry = registry(&server.url);
    assert_eq!(registry.versions("a/b").await.unwrap(), [1, 3]);
    assert_eq!(server.first_line().await, "GET /subjects/a%2Fb/versions HTTP/1.1");
    assert_eq!(registry.referenced_by("s", 2).await.unwrap(), [SchemaId::new(1), SchemaId::new(3)]);
    assert_eq!(server.first_line().await, "GET /subjects/s/versions/2/referencedby HTTP/1.1");
}

#[tokio::test]
async fn a_schema_is_compared_with_the_versions_that_are_chosen() {
    let answer = r#"{"is_compatible":false,"messages":["reader lacks n"]}"#;
    let mut server = TestServer::start([ok(answer), ok(r#"{"is_compatible":true}"#)]).await;
    let registry = registry(&server.url);
    let verdict = registry.is_compatible("s", VersionChoice::Number(2), &avro(), false).await.unwrap();
    assert_eq!(verdict, Compatibility { is_compatible: false, messages: vec!["reader lacks n".into()] });
    let request = server.request().await;
    assert!(request.starts_with("POST /compatibility/subjects/s/versions/2?verbose=true HTTP/1.1"), "{request}");
    assert!(request.ends_with(r#"{"schema":"\"int\""}"#), "{request}");
    let verdict = registry.is_compatible("s", VersionChoice::Latest, &avro(), true).await.unwrap();
    assert_eq!(verdict, Compatibility { is_compatible: true, messages: vec![] });
    assert_eq!(
        server.first_line().await,
        "POST /compatibility/subjects/s/versions/latest?verbose=true&normalize=true HTTP/1.1"
    );
    registry.is_compatible("s", VersionChoice::All, &avro(), false).await.unwrap();
    assert_eq!(server.first_line().await, "POST /compatibility/subjects/s/versions?verbose=true HTTP/1.1");
}

#[tokio::test]
async fn levels_are_read_and_set_for_a_subject_and_for_the_registry() {
    let mut server = TestServer::always(ok(r#"{"compatibilityLevel":"FULL_TRANSITIVE","compatibility":"x"}"#)).await;
    let registry = registry(&server.url);
    assert_eq!(registry.compatibility_level(Some("s")).await.unwrap(), CompatibilityLevel::FullTransitive);
    assert_eq!(server.first_line().await, "GET /config/s?defaultToGlobal=true HTTP/1.1");
    registry.compatibility_level(None).await.unwrap();
    assert_eq!(server.first_line().await, "GET /config HTTP/1.1");
    registry.set_compatibility_level(Some("s"), CompatibilityLevel::None).await.unwrap();
    let request = server.request().await;
    assert!(request.starts_with("PUT /config/s HTTP/1.1"), "{request}");
    assert!(request.ends_with(r#"{"compatibility":"NONE"}"#), "{request}");
    registry.set_compatibility_level(None, CompatibilityLevel::Full).await.unwrap();
    assert_eq!(server.first_line().await, "PUT /config HTTP/1.1");
}

#[tokio::test]
async fn a_level_that_nobody_knows_is_no_answer_of_a_registry() {
    let url = TestServer::always(ok(r#"{"compatibilityLevel":"SIDEWAYS"}"#)).await.url;
    let error = registry(&url).compatibility_level(None).await.unwrap_err();
    assert!(error.to_string().contains("SIDEWAYS is no compatibility level"), "{error}");
}

#[tokio::test]
async fn a_refusal_names_what_was_asked() {
    let url = TestServer::always(refusal(422, r#"{"error_code":42205,"message":"read only"}"#)).await.url;
    let error = registry(&url).set_compatibility_level(Some("s"), CompatibilityLevel::None).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the Schema Registry at {url} did not set the compatibility level of subject `s` to NONE: it answers status \
             422, code 42205; it says: read only"
        )
    );
    assert_eq!(error.code, Some(42205));
}
