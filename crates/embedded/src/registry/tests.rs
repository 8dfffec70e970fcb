use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use test_probe_directives::{Format, KeyFormat, TopicName, WallClock};
use test_probe_encoding::{
    CloudEvent, CompatibilityLevel, CorrelationId, HttpSchemaRegistry, KeyTarget, RegistryFailure, RegistrySettings,
    SchemaCatalog, SchemaGuid, SchemaId, SchemaPlace, SchemaReference, SchemaRegistry, SchemaRegistryAdmin, SchemaText,
    SerdesFactory, SerdesSettings, ValueTarget, VersionChoice,
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
    let id = client.register(subject, &avro(ORDER), false).await.unwrap().id;
    assert_eq!(id, SchemaId::new(1));
    let second = client.register(subject, &avro(ORDER_V2), false).await.unwrap();
    assert_eq!((second.id, second.version), (SchemaId::new(2), Some(2)));
    let found = client.look_up(subject, &avro(ORDER), false).await.unwrap();
    assert_eq!((&*found.subject, found.version, found.id), (subject, 1, id));
    let by_id = client.by_id(id).await.unwrap();
    assert_eq!((&by_id.schema, by_id.guid), (&avro(ORDER), found.guid));
    assert_eq!(client.by_guid(found.guid.unwrap()).await.unwrap(), by_id);
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
    let normal = client.register("normal", &order, true).await.unwrap().id;
    assert_eq!(client.register("normal", &swapped, true).await.unwrap().id, normal);
    assert_eq!(client.look_up("normal", &swapped, true).await.unwrap().id, normal);
    let missed = client.look_up("normal", &swapped, false).await.unwrap_err().failure;
    assert!(matches!(missed, RegistryFailure::SchemaNotFound), "{missed}");

    let plain = client.register("plain", &order, false).await.unwrap().id;
    assert_ne!(client.register("plain", &swapped, false).await.unwrap().id, plain);
    assert_eq!(client.latest("plain").await.unwrap().version, 2);
}

#[tokio::test]
async fn a_factory_hands_on_whether_to_normalize_wherever_it_sends_a_schema() {
    for normalize in [true, false] {
        let registry = EmbeddedRegistry::start().unwrap();
        let known = client(&registry).register("orders-Order", &avro(ORDER), normalize).await.unwrap().id;
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
    let id = client.register("p", &proto, false).await.unwrap().id;
    assert_eq!(client.by_id(id).await.unwrap().schema, proto);
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
        client.by_guid(SchemaGuid::from_bytes([0; 16])).await.unwrap_err().failure,
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
                RegistryFailure::SchemaNotFound,
            ]
        ),
        "{failures:#?}"
    );
    assert!(failures.iter().all(|failure| !failure.helps_to_ask_again()));
    assert_eq!(registry.requests(), 11, "a refusal is not asked for again");
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
    let guid = client(&registry).register("s", &avro(ORDER), false).await.unwrap().guid.unwrap().to_string();
    let schema = json!({"schema": ORDER, "schemaType": "AVRO", "guid": guid});
    let mut place = schema.clone();
    for (name, value) in [("subject", json!("s")), ("version", json!(1)), ("id", json!(1))] {
        place[name] = value;
    }
    for (path, status, body) in [
        ("/", 200, json!({})),
        ("/config", 200, json!({"compatibilityLevel": "BACKWARD"})),
        ("/config/s?defaultToGlobal=true", 200, json!({"compatibilityLevel": "BACKWARD"})),
        (
            "/config/s",
            404,
            json!({
                "error_code": 40408,
                "message": "Subject 's' does not have subject-level compatibility configured",
            }),
        ),
        ("/mode", 200, json!({"mode": "READWRITE"})),
        ("/contexts", 200, json!(["."])),
        ("/subjects", 200, json!(["s"])),
        ("/subjects?subjectPrefix=x", 200, json!([])),
        ("/subjects/s/versions", 200, json!([1])),
        ("/subjects/s/versions/latest", 200, place.clone()),
        ("/subjects/s/versions/1?format=serialized&deleted=False", 200, place),
        ("/subjects/s/versions/1/schema", 200, serde_json::from_str(ORDER).unwrap()),
        ("/subjects/s/versions/1/referencedby", 200, json!([])),
        ("/schemas/types", 200, json!(["JSON", "PROTOBUF", "AVRO"])),
        ("/schemas/ids/1", 200, schema.clone()),
        ("/schemas/ids/1/schema", 200, serde_json::from_str(ORDER).unwrap()),
        ("/schemas/ids/1/subjects?offset=0&limit=-1", 200, json!(["s"])),
        ("/schemas/ids/1/subjects?offset=1", 200, json!([])),
        ("/schemas/ids/1/versions", 200, json!([{"subject": "s", "version": 1}])),
        (&format!("/schemas/guids/{guid}"), 200, schema),
        (&format!("/schemas/guids/{guid}/ids"), 200, json!([{"context": ".", "id": 1}])),
        ("/schemas/ids/one", 404, json!({"error_code": 40403, "message": "Schema 0 not found"})),
        ("/schemas/guids/one", 404, json!({"error_code": 40403, "message": "Schema one not found"})),
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
            "Either the input schema or one its references is invalid. details: No schema reference found for subject \
             \"x\" and version 1",
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
    let place = factory.resolving(|factory| factory.encode_json(&values, &order, &mut value)).await.unwrap();
    assert_eq!(place, SchemaPlace::Bytes);
    let key = CloudEvent::new("Order", CorrelationId::from_label("order-1"), WallClock::system());
    let mut key_bytes = Vec::new();
    let place = factory.resolving(|factory| factory.encode_key(&keys, &key, &mut key_bytes)).await.unwrap();
    assert_eq!(place, SchemaPlace::Bytes);

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

#[tokio::test]
async fn what_people_ask_is_answered() {
    let registry = EmbeddedRegistry::start().unwrap();
    let client = client(&registry);
    client.register("s", &avro(ORDER), false).await.unwrap();
    client.register("s", &avro(ORDER_V2), false).await.unwrap();
    assert_eq!(client.versions("s").await.unwrap(), [1, 2]);
    for (versions, text, is_compatible) in [
        (VersionChoice::Latest, ORDER, true),
        (VersionChoice::Number(1), "\"int\"", false),
        (VersionChoice::All, "\"int\"", false),
        (VersionChoice::All, ORDER, true),
    ] {
        let verdict = client.is_compatible("s", versions, &avro(text), false).await.unwrap();
        assert_eq!((verdict.is_compatible, verdict.messages.is_empty()), (is_compatible, is_compatible), "{text}");
    }
    assert!(client.is_compatible("x", VersionChoice::Latest, &avro(ORDER), false).await.unwrap().is_compatible);
    let failure = client.is_compatible("x", VersionChoice::Number(1), &avro(ORDER), true).await.unwrap_err().failure;
    assert!(matches!(failure, RegistryFailure::VersionNotFound), "{failure}");

    assert_eq!(client.compatibility_level(None).await.unwrap(), CompatibilityLevel::Backward);
    for level in CompatibilityLevel::ALL {
        client.set_compatibility_level(Some("s"), level).await.unwrap();
        assert_eq!(client.compatibility_level(Some("s")).await.unwrap(), level);
    }
    client.set_compatibility_level(None, CompatibilityLevel::None).await.unwrap();
    assert_eq!(client.compatibility_level(Some("another")).await.unwrap(), CompatibilityLevel::None);

    let reference = SchemaReference { name: "Order".into(), subject: "s".into(), version: 2 };
    let orders = SchemaText { references: Arc::from([reference]), ..avro(r#"{"type":"array","items":"Order"}"#) };
    let id = client.register("orders", &orders, false).await.unwrap().id;
    assert_eq!(client.by_id(id).await.unwrap().schema, orders);
    assert_eq!(client.referenced_by("s", 2).await.unwrap(), [id]);
    assert_eq!(client.referenced_by("s", 1).await.unwrap(), []);
}

/// Confluent's client for Python writes `False` and `True`.
#[tokio::test]
async fn a_switch_is_on_when_it_says_true_in_whatever_case_and_off_otherwise() {
    let registry = EmbeddedRegistry::start().unwrap();
    client(&registry).register("s", &avro(ORDER), false).await.unwrap();
    let http = Client::builder().no_proxy().build().unwrap();
    http.delete(format!("{}/subjects/s?permanent=False", registry.url())).send().await.unwrap();
    for (switch, status) in [("true", 200), ("True", 200), ("False", 404), ("", 404), ("1", 404)] {
        let (found, ..) = fetched(format!("{}/subjects/s/versions?deleted={switch}", registry.url())).await;
        assert_eq!(found.as_u16(), status, "{switch}");
    }
}

#[tokio::test]
async fn what_is_deleted_is_gone_and_levels_can_be_taken_back() {
    let registry = EmbeddedRegistry::start().unwrap();
    let client = client(&registry);
    client.register("s", &avro(ORDER), false).await.unwrap();
    client.register("s", &avro(ORDER_V2), false).await.unwrap();
    client.set_compatibility_level(Some("s"), CompatibilityLevel::Full).await.unwrap();
    let http = Client::builder().no_proxy().build().unwrap();
    for (path, status, body) in [
        ("/subjects/s/versions/1", 200, json!(1)),
        ("/subjects/s/versions/1?permanent=true", 200, json!(1)),
        ("/subjects/s", 200, json!([2])),
        ("/subjects/s?permanent=true", 200, json!([2])),
        ("/subjects/s", 404, json!({"error_code": 40401, "message": "Subject 's' not found."})),
        ("/config/s", 200, json!({"compatibilityLevel": "FULL"})),
        ("/config", 200, json!({"compatibilityLevel": "BACKWARD"})),
    ] {
        let answer = http.delete(format!("{}{path}", registry.url())).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{path}");
        assert_eq!(answer.json::<Value>().await.unwrap(), body, "{path}");
    }
    assert!(matches!(client.latest("s").await.unwrap_err().failure, RegistryFailure::SubjectNotFound));
}

#[tokio::test]
async fn each_fault_comes_as_often_as_ordered_and_is_told_from_the_others() {
    let registry = EmbeddedRegistry::start().unwrap();
    let client = HttpSchemaRegistry::new(
        RegistrySettings::new(registry.url()).with_max_retries(0).with_request_timeout(Duration::from_millis(500)),
    )
    .unwrap();
    client.register("s", &avro(ORDER), false).await.unwrap();
    let hour = Duration::from_secs(3600);
    for (fault, told) in [
        (RegistryFault::Status { status: 503, retry_after: None }, "out of order, with status 503"),
        (RegistryFault::Status { status: 429, retry_after: Some(hour) }, "left alone for 3600 s"),
        (RegistryFault::Slow(hour), "no answer within 500 ms"),
        (RegistryFault::WrongBody, "not that of a Schema Registry"),
        (RegistryFault::EmptyBody, "not that of a Schema Registry"),
        (RegistryFault::Cut, "cannot be reached"),
    ] {
        registry.disturb_next(fault, 2);
        for _ in 0..2 {
            let error = client.latest("s").await.unwrap_err().to_string();
            assert!(error.contains(told), "{fault:?}: {error}");
        }
        assert!(client.latest("s").await.is_ok(), "{fault:?} is over");
    }
    registry.disturb_next(RegistryFault::Slow(Duration::from_millis(50)), 1);
    assert!(client.latest("s").await.is_ok(), "slow, and in time");
    assert_eq!(registry.requests_to("/subjects/s/versions/latest"), 19);
    assert_eq!(registry.requests_to("/subjects/s"), 20);
}

#[tokio::test]
async fn a_registry_that_is_down_refuses_connections_and_comes_back_with_what_it_had() {
    let registry = EmbeddedRegistry::start().unwrap();
    let url = registry.url();
    let client = client(&registry);
    client.register("s", &avro(ORDER), false).await.unwrap();
    registry.go_down();
    registry.go_down();
    let failure = client.latest("s").await.unwrap_err().failure;
    assert!(matches!(failure, RegistryFailure::Unreachable(_)), "{failure}");
    registry.come_back().unwrap();
    registry.come_back().unwrap();
    assert_eq!(registry.url(), url);
    assert_eq!(client.latest("s").await.unwrap().id, SchemaId::new(1));
}

/// The factory's readers are many at once, on several threads, and the registry counts for itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_first_uses_of_a_schema_at_once_are_one_call() {
    let registry = EmbeddedRegistry::start().unwrap();
    client(&registry).register("orders-Order", &avro(ORDER), false).await.unwrap();
    let factory = SerdesFactory::new(
        Arc::new(client(&registry)),
        SchemaCatalog::parse([("Order.avsc", ORDER)]).unwrap(),
        SerdesSettings::default(),
        WallClock::system(),
    );
    let target = ValueTarget::new(TopicName::new("orders").unwrap()).named("Order", None);
    let before = registry.requests();
    // The answer comes late enough for all to ask.
    registry.disturb_next(RegistryFault::Slow(Duration::from_millis(500)), 1);
    let mut uses = tokio::task::JoinSet::new();
    for number in 0..10_000 {
        let (factory, target) = (factory.clone(), target.clone());
        uses.spawn(async move {
            let mut value = Vec::new();
            let order = json!({"id": format!("A-{number}")});
            factory.resolving(|factory| factory.encode_value(&target, &order, &mut value)).await.map(|_| value.len())
        });
    }
    while let Some(used) = uses.join_next().await {
        assert!(used.unwrap().unwrap() > 8);
    }
    assert_eq!(registry.requests() - before, 1);
}

/// The header of a value, with an id that nobody registered.
const WRONG_ID: [u8; 7] = [0, 0, 0, 0, 7, 2, b'x'];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_id_that_ten_thousand_meet_is_one_call() {
    let registry = EmbeddedRegistry::start().unwrap();
    let factory = reader(&registry, SerdesSettings::DEFAULT_NEGATIVE_CACHE_TTL);
    let mut uses = tokio::task::JoinSet::new();
    for _ in 0..10_000 {
        let factory = factory.clone();
        uses.spawn(async move { factory.resolving(|factory| factory.decode_value_json(&WRONG_ID)).await });
    }
    while let Some(used) = uses.join_next().await {
        used.unwrap().unwrap_err();
    }
    assert_eq!(registry.requests_to("/schemas/ids/7"), 1);
}

#[tokio::test]
async fn a_wrong_id_is_asked_for_once_more_when_its_time_is_over() {
    let registry = EmbeddedRegistry::start().unwrap();
    let patience = Duration::from_millis(300);
    let factory = reader(&registry, patience);
    for calls in [1, 2] {
        for _ in 0..100 {
            factory.resolving(|factory| factory.decode_value_json(&WRONG_ID)).await.unwrap_err();
        }
        assert_eq!(registry.requests_to("/schemas/ids/7"), calls);
        tokio::time::sleep(patience).await;
    }
}

fn reader(registry: &EmbeddedRegistry, negative_cache_ttl: Duration) -> SerdesFactory {
    let settings = SerdesSettings::default().with_negative_cache_ttl(negative_cache_ttl);
    SerdesFactory::new(Arc::new(client(registry)), SchemaCatalog::default(), settings, WallClock::system())
}
