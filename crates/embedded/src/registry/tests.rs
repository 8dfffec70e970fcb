use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use test_probe_directives::{Format, KeyFormat, TopicName, WallClock};
use test_probe_encoding::{
    CloudEvent, CorrelationId, HttpSchemaRegistry, KeyTarget, RegistryFailure, RegistrySettings, SchemaCatalog,
    SchemaId, SchemaRegistry, SchemaText, SerdesFactory, SerdesSettings, ValueTarget,
};

use super::*;

const ORDER: &str = r#"{"type":"record","name":"Order","fields":[{"name":"id","type":"string"}]}"#;
const ORDER_V2: &str = r#"{"type":"record","name":"Order","fields":[{"name":"id","type":"string"},{"name":"n","type":"int","default":0}]}"#;
/// [`ORDER`] with its attributes in another order.
const ORDER_IN_OTHER_ORDER: &str = r#"{"name":"Order","fields":[{"type":"string","name":"id"}],"type":"record"}"#;

fn client(registry: &EmbeddedRegistry) -> HttpSchemaRegistry {
    let settings = RegistrySettings::new(registry.url())
        .with_max_retries(3)
        .with_retry_delays(Duration::from_millis(1), Duration::from_millis(2));
    HttpSchemaRegistry::new(settings).unwrap()
}

fn avro(text: &str) -> SchemaText {
    SchemaText::new(Format::Avro, text)
}

async fn fetched(url: String) -> (StatusCode, String, Value) {
    let answer = Client::builder().no_proxy().build().unwrap().get(url).send().await.unwrap();
    let content_type = answer.headers()["content-type"].to_str().unwrap().to_owned();
    (answer.status(), content_type, answer.json().await.unwrap())
}

#[tokio::test]
async fn what_the_client_registers_it_finds_in_every_way() {
    let registry = EmbeddedRegistry::start().unwrap();
    let client = client(&registry);
    // A slash, a space, a percent sign and an umlaut, none of which may break the address.
    let subject = "orders/a b%2Fc-größe";
    let id = client.register(subject, &avro(ORDER), false).await.unwrap();
    assert_eq!(id, SchemaId::new(1));
    assert_eq!(client.register(subject, &avro(ORDER_V2), false).await.unwrap(), SchemaId::new(2));
    let found = client.look_up(subject, &avro(ORDER), false).await.unwrap();
    assert_eq!((&*found.subject, found.version, found.id), (subject, 1, id));
    assert_eq!(client.by_id(id).await.unwrap(), avro(ORDER));
    let latest = client.latest(subject).await.unwrap();
    assert_eq!((&*latest.subject, latest.version, latest.id), (subject, 2, SchemaId::new(2)));
    let first = client.version(subject, 1).await.unwrap();
    assert_eq!((first.version, first.id, first.schema), (1, id, avro(ORDER)));
    client.register("other", &avro(ORDER), false).await.unwrap();
    assert_eq!(client.subjects("orders/").await.unwrap(), [subject]);
    assert_eq!(client.subjects("").await.unwrap(), ["orders/a b%2Fc-größe", "other"]);
}

#[tokio::test]
async fn what_differs_in_form_alone_is_one_schema_where_normalizing_is_asked_for_and_two_where_it_is_not() {
    let registry = EmbeddedRegistry::start().unwrap();
    let client = client(&registry);
    let (order, swapped) = (avro(ORDER), avro(ORDER_IN_OTHER_ORDER));
    let normal = client.register("normal", &order, true).await.unwrap();
    assert_eq!(client.register("normal", &swapped, true).await.unwrap(), normal);
    assert_eq!(client.look_up("normal", &swapped, true).await.unwrap().id, normal);
    let missed = client.look_up("normal", &swapped, false).await.unwrap_err().failure;
    assert!(matches!(missed, RegistryFailure::SchemaNotFound), "{missed}");

    let plain = client.register("plain", &order, false).await.unwrap();
    assert_ne!(client.register("plain", &swapped, false).await.unwrap(), plain);
    assert_eq!(client.latest("plain").await.unwrap().version, 2);
}

#[tokio::test]
async fn a_factory_hands_on_whether_to_normalize_wherever_it_sends_a_schema() {
    for normalize in [true, false] {
        let registry = EmbeddedRegistry::start().unwrap();
        let known = client(&registry).register("orders-Order", &avro(ORDER), normalize).await.unwrap();
        let target = ValueTarget::new(TopicName::new("orders").unwrap()).named("Order", None);
        let factory = |settings: SerdesSettings| {
            let catalog = SchemaCatalog::parse([("Order.avsc", ORDER_IN_OTHER_ORDER)]).unwrap();
            let settings = settings.with_normalize(normalize);
            SerdesFactory::new(Arc::new(client(&registry)), catalog, settings, WallClock::system())
        };
        let looking = factory(SerdesSettings::default().with_use_latest_version(false));
        assert_eq!(looking.schema_id(&target).await.is_ok_and(|id| id == known), normalize);
        let ensuring = factory(SerdesSettings::default().with_auto_register(true));
        assert_eq!(!ensuring.ensure_registered(&target).await.unwrap().is_new, normalize);
        let registering = factory(SerdesSettings::default().with_auto_register(true));
        assert_eq!(registering.schema_id(&target).await.unwrap() == known, normalize);
    }
}

#[tokio::test]
async fn other_formats_are_kept_with_their_type() {
    let registry = EmbeddedRegistry::start().unwrap();
    let client = client(&registry);
    let proto = SchemaText::new(Format::Protobuf, "message A {}");
    let id = client.register("p", &proto, false).await.unwrap();
    assert_eq!(client.by_id(id).await.unwrap(), proto);
    assert_eq!(client.latest("p").await.unwrap().schema, proto);
}

#[tokio::test]
async fn each_refusal_reaches_the_client_as_its_own() {
    let registry = EmbeddedRegistry::start().unwrap();
    let client = client(&registry);
    client.register("s", &avro(ORDER), false).await.unwrap();
    let failures = [
        client.latest("nobody").await.unwrap_err().failure,
        client.version("nobody", 1).await.unwrap_err().failure,
        client.look_up("nobody", &avro(ORDER), false).await.unwrap_err().failure,
        client.version("s", 2).await.unwrap_err().failure,
        client.by_id(SchemaId::new(99)).await.unwrap_err().failure,
        client.look_up("s", &avro("\"int\""), false).await.unwrap_err().failure,
        client.register("s", &avro("{"), false).await.unwrap_err().failure,
        client.register("s", &avro("\"int\""), false).await.unwrap_err().failure,
        client.version("s", 0).await.unwrap_err().failure,
    ];
    assert!(
        matches!(
            &failures,
            [
                RegistryFailure::SubjectNotFound,
                RegistryFailure::SubjectNotFound,
                RegistryFailure::SubjectNotFound,
                RegistryFailure::VersionNotFound,
                RegistryFailure::SchemaNotFound,
                RegistryFailure::SchemaNotFound,
                RegistryFailure::InvalidSchema { .. },
                RegistryFailure::Incompatible { .. },
                RegistryFailure::Rejected { status: 422, code: 42202, .. },
            ]
        ),
        "{failures:#?}"
    );
    assert!(failures.iter().all(|failure| !failure.helps_to_ask_again()));
    assert_eq!(registry.requests(), 10, "a refusal is not asked for again");
}

#[tokio::test]
async fn a_passing_outage_is_overcome_by_asking_again() {
    let registry = EmbeddedRegistry::start().unwrap();
    let client = client(&registry);
    for status in [500, 503, 429] {
        let before = registry.requests();
        registry.fail_next(status, 3);
        assert!(client.register("s", &avro(ORDER), false).await.is_ok(), "{status}");
        assert_eq!(registry.requests() - before, 4, "{status}");
    }
}

#[tokio::test]
async fn a_lasting_outage_is_an_error_after_the_last_attempt() {
    let registry = EmbeddedRegistry::start().unwrap();
    let client = client(&registry);
    registry.fail_next(503, 100);
    let error = client.latest("s").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the Schema Registry at {} did not give the latest version of subject `s`: it is out of order, with status \
             503; it says: This failure was asked for",
            registry.url()
        )
    );
    assert!(error.helps_to_ask_again());
    assert_eq!(registry.requests(), 4);
    registry.fail_next(503, 0);
    assert!(matches!(client.latest("s").await.unwrap_err().failure, RegistryFailure::SubjectNotFound));
    registry.fail_next(429, 100);
    assert!(matches!(client.latest("s").await.unwrap_err().failure, RegistryFailure::TooManyRequests));
    registry.fail_next(401, 1);
    let before = registry.requests();
    assert!(matches!(client.latest("s").await.unwrap_err().failure, RegistryFailure::Denied { status: 401, .. }));
    assert_eq!(registry.requests() - before, 1);
}

#[tokio::test]
async fn the_rest_of_the_api_answers_as_clients_of_the_registry_expect() {
    let registry = EmbeddedRegistry::start().unwrap();
    let url = registry.url();
    client(&registry).register("s", &avro(ORDER), false).await.unwrap();
    for (path, status, body) in [
        ("/", 200, json!({})),
        ("/config", 200, json!({"compatibilityLevel": "BACKWARD"})),
        ("/subjects", 200, json!(["s"])),
        ("/subjects?subjectPrefix=x", 200, json!([])),
        ("/subjects/s/versions", 200, json!([1])),
        ("/subjects/s/versions/latest", 200, json!({"schema": ORDER, "subject": "s", "version": 1, "id": 1})),
        ("/schemas/ids/1", 200, json!({"schema": ORDER})),
        ("/schemas/ids/one", 404, json!({"error_code": 40403, "message": "Schema 0 not found"})),
        ("/subjects/x/versions", 404, json!({"error_code": 40401, "message": "Subject 'x' not found."})),
        ("/nowhere", 404, json!({"error_code": 404, "message": "HTTP 404 Not Found"})),
        ("/subjects/s", 405, json!({"error_code": 405, "message": "HTTP 405 Method Not Allowed"})),
    ] {
        let (found_status, content_type, found) = fetched(format!("{url}{path}")).await;
        assert_eq!((found_status.as_u16(), &found), (status, &body), "{path}");
        assert_eq!(content_type, "application/vnd.schemaregistry.v1+json", "{path}");
    }
    registry.fail_next(503, 1);
    let (status, _, body) = fetched(format!("{url}/subjects")).await;
    assert_eq!((status.as_u16(), body), (503, json!({"error_code": 50301, "message": "This failure was asked for"})));
}

#[tokio::test]
async fn a_body_that_cannot_be_used_is_refused() {
    let registry = EmbeddedRegistry::start().unwrap();
    let http = Client::builder().no_proxy().build().unwrap();
    for (body, status, message) in [
        ("{", 400, "Unable to parse the request: EOF while parsing an object at line 1 column 1"),
        (
            r#"{"schema":"\"int\"","schemaType":"THRIFT"}"#,
            422,
            "Either the input schema or one its references is invalid. details: unknown schema type THRIFT",
        ),
        (
            r#"{"schema":"\"X\"","references":[{"name":"X","subject":"x","version":1}]}"#,
            422,
            "Either the input schema or one its references is invalid. details: this registry takes no references to \
             other subjects",
        ),
    ] {
        let url = format!("{}/subjects/s/versions", registry.url());
        let answer = http.post(url).body(body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{body}");
        assert_eq!(answer.json::<Value>().await.unwrap()["message"], message);
    }
}

#[tokio::test]
async fn a_factory_registers_writes_and_reads_through_it() {
    let registry = EmbeddedRegistry::start().unwrap();
    let catalog = SchemaCatalog::parse([("Order.avsc", ORDER), ("Order.v2.avsc", ORDER_V2)]).unwrap();
    let settings = SerdesSettings::default().with_auto_register(true);
    let factory = SerdesFactory::new(Arc::new(client(&registry)), catalog, settings, WallClock::system());
    let topic = TopicName::new("orders").unwrap();
    let (values, keys) = (ValueTarget::new(topic.clone()), KeyTarget::new(topic, KeyFormat::CloudEvent));
    let mut value = Vec::new();
    let order = json!({"id": "A-1", "n": 3});
    factory.resolving(|factory| factory.encode_json(&values, &order, &mut value)).await.unwrap();
    let key = CloudEvent::new("Order", CorrelationId::from_label("order-1"), WallClock::system());
    let mut key_bytes = Vec::new();
    factory.resolving(|factory| factory.encode_key(&keys, &key, &mut key_bytes)).await.unwrap();

    let settings = SerdesSettings::default();
    let reader =
        SerdesFactory::new(Arc::new(client(&registry)), SchemaCatalog::default(), settings, WallClock::system());
    assert_eq!(reader.resolving(|reader| reader.decode_value_json(&value)).await.unwrap(), order);
    assert_eq!(reader.resolving(|reader| reader.decode_cloud_event(&key_bytes)).await.unwrap(), key);
    let subjects = client(&registry).subjects("").await.unwrap();
    assert_eq!(subjects, ["orders-Order", "orders-io.distia.probe.core.pubsub.models.CloudEvent"]);
    assert_eq!(client(&registry).latest("orders-Order").await.unwrap().version, 2);
}

#[test]
fn a_dropped_registry_listens_no_more_and_two_live_side_by_side() {
    let (first, second) = (EmbeddedRegistry::start().unwrap(), EmbeddedRegistry::start().unwrap());
    assert_ne!(first.url(), second.url());
    let address = first.url().trim_start_matches("http://").to_owned();
    assert!(std::net::TcpStream::connect(&address).is_ok());
    drop(first);
    assert!(std::net::TcpStream::connect(&address).is_err());
}
