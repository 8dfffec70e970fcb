use test_probe_directives::KeyFormat;

use super::*;
use crate::{CloudEvent, CorrelationId, KeyTarget};

const SUBJECT: &str = "orders-io.distia.probe.core.pubsub.models.CloudEvent";

fn keys(format: KeyFormat) -> KeyTarget {
    KeyTarget::new(TopicName::new("orders").unwrap(), format)
}

fn key() -> CloudEvent {
    CloudEvent::new("T", CorrelationId::from_bytes([0x11; 16]), clock())
        .with_id("i")
        .with_source("s")
        .with_time("t")
        .with_subject("u")
        .with_payload_version("v")
}

/// By hand: nine strings with their lengths doubled, then branch 1 of the union (2) and 0.
fn key_payload() -> Vec<u8> {
    let mut payload = Vec::new();
    let correlation = "11111111-1111-1111-1111-111111111111";
    for text in ["i", "s", "1.0", "T", "t", "u", "application/octet-stream", correlation, "v"] {
        payload.push(u8::try_from(text.len() * 2).unwrap());
        payload.extend_from_slice(text.as_bytes());
    }
    payload.extend_from_slice(&[2, 0]);
    payload
}

async fn encoded_key<K: Serialize + ?Sized>(
    factory: &SerdesFactory,
    target: &KeyTarget,
    key: &K,
) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::new();
    factory.resolving(|factory| factory.encode_key(target, key, &mut out)).await?;
    Ok(out)
}

#[tokio::test]
async fn a_cloud_event_key_has_these_bytes_and_comes_back() {
    let registry = ScriptedRegistry::with(&[]);
    let factory = registering(&registry, &[]);
    let bytes = encoded_key(&factory, &keys(KeyFormat::CloudEvent), &key()).await.unwrap();
    assert_eq!(bytes, framed(1, &key_payload()));
    assert_eq!(factory.decode_cloud_event(&bytes).unwrap(), key());
    assert_eq!(factory.decode_key::<CloudEvent>(KeyFormat::CloudEvent, &bytes).unwrap(), key());
    assert_eq!(
        asked_for(&registry.calls()),
        [
            format!("give the latest version of subject `{SUBJECT}`"),
            "give the latest version of subject `orders-CloudEvent`".to_owned(),
            format!("register the schema under subject `{SUBJECT}`")
        ]
    );
}

/// The built-in schema with one field more, which has a default.
fn newer_key_schema() -> String {
    let mut schema: Value = serde_json::from_str(CloudEvent::AVRO_SCHEMA).unwrap();
    schema["fields"].as_array_mut().unwrap().push(json!({"name": "note", "type": "string", "default": ""}));
    schema.to_string()
}

#[tokio::test]
async fn a_key_follows_the_schema_that_is_registered_for_the_topics_keys_though_registering_is_on() {
    let newer = newer_key_schema();
    for subject in [SUBJECT, "orders-CloudEvent"] {
        let registry = ScriptedRegistry::with(&[("x", "\"int\""), (subject, &newer)]);
        for settings in [SerdesSettings::default(), SerdesSettings::default().with_use_latest_version(false)] {
            let factory = factory_with(&registry, &[], settings.with_auto_register(true));
            let bytes = encoded_key(&factory, &keys(KeyFormat::CloudEvent), &key()).await.unwrap();
            assert_eq!(bytes, framed(2, &[&key_payload()[..], &[0]].concat()), "{subject}");
        }
        let calls = registry.take_calls();
        assert!(!calls.iter().any(|call| matches!(call, RegistryRequest::Register { .. })), "{calls:?}");
    }
}

#[tokio::test]
async fn a_value_that_is_called_as_the_key_is_registered_as_values_are() {
    let registry = ScriptedRegistry::with(&[(SUBJECT, &newer_key_schema())]);
    let factory = registering(&registry, &[]);
    let keyed = encoded_key(&factory, &keys(KeyFormat::CloudEvent), &key()).await.unwrap();
    let value = encoded(&factory, &orders(), &key()).await.unwrap();
    assert_eq!((keyed[4], value[4]), (1, 2));
}

#[tokio::test]
async fn a_registry_that_is_out_of_order_is_no_reason_to_register_a_key() {
    let registry = ScriptedRegistry::with(&[(SUBJECT, &newer_key_schema())]);
    registry.fail_next([RegistryFailure::OutOfOrder { status: 503, message: "no leader".into() }]);
    let factory = registering(&registry, &[]);
    let error = encoded_key(&factory, &keys(KeyFormat::CloudEvent), &key()).await.unwrap_err();
    assert!(error.helps_to_ask_again(), "{error}");
    assert_eq!(registry.calls().len(), 1);
}

#[tokio::test]
async fn null_for_the_number_is_read_as_zero_and_zero_is_written() {
    let registry = ScriptedRegistry::with(&[("k", CloudEvent::AVRO_SCHEMA)]);
    let factory = factory(&registry, &[]);
    let mut payload = key_payload();
    payload.truncate(payload.len() - 2);
    payload.push(0);
    let bytes = framed(1, &payload);
    let event = factory.resolving(|factory| factory.decode_cloud_event(&bytes)).await.unwrap();
    assert_eq!(event.time_epoch_micro_source, 0);
}

#[tokio::test]
async fn a_key_of_another_schema_is_read_leniently() {
    let schema = r#"{"type":"record","name":"CloudEvent","namespace":"com.other","fields":[
        {"name":"type","type":"string"},{"name":"correlationid","type":["null","string"]},
        {"name":"time_epoch_micro_source","type":"long"},{"name":"extra","type":"int"}]}"#;
    let registry = ScriptedRegistry::with(&[("k", schema)]);
    let factory = factory(&registry, &[]);
    let bytes = framed(1, &[2, b'T', 0, 14, 2]);
    let event = factory.resolving(|factory| factory.decode_cloud_event(&bytes)).await.unwrap();
    assert_eq!((&*event.event_type, &*event.correlationid, event.time_epoch_micro_source), ("T", "", 7));
    assert_eq!((&*event.specversion, &*event.datacontenttype), ("1.0", "application/octet-stream"));
    assert_eq!(event.time, "2026-01-31T08:00:00.250000Z", "the clock's");
}

#[tokio::test]
async fn an_existing_key_subject_is_found_by_the_short_name() {
    let registry = ScriptedRegistry::with(&[("orders-CloudEvent", CloudEvent::AVRO_SCHEMA)]);
    let factory = factory(&registry, &[]);
    let bytes = encoded_key(&factory, &keys(KeyFormat::CloudEvent), &key()).await.unwrap();
    assert_eq!(bytes, framed(1, &key_payload()));
}

#[test]
fn plain_keys_need_no_registry() {
    let registry = ScriptedRegistry::with(&[]);
    let factory = factory(&registry, &[]);
    let written = |format, key: &Value| {
        let mut out = b"-".to_vec();
        factory.encode_key(&keys(format), key, &mut out).map(|_| out).map_err(|error| error.to_string())
    };
    assert_eq!(written(KeyFormat::Text, &json!("größe")), Ok("-größe".as_bytes().to_vec()));
    assert_eq!(written(KeyFormat::Text, &json!(17)), Ok(b"-17".to_vec()));
    assert_eq!(written(KeyFormat::Json, &json!({"a": [1]})), Ok(b"-{\"a\":[1]}".to_vec()));
    assert_eq!(written(KeyFormat::Bytes, &json!([0, 255])), Ok(vec![b'-', 0, 255]));
    assert_eq!(written(KeyFormat::Bytes, &json!("ab")), Ok(b"-ab".to_vec()));
    for (format, key, message) in [
        (KeyFormat::Text, json!({}), "the keys of topic `orders` are `string`, and this key is an object"),
        (KeyFormat::Text, json!(null), "the keys of topic `orders` are `string`, and this key is nothing"),
        (KeyFormat::Bytes, json!(true), "the keys of topic `orders` are `bytes`, and this key is a boolean"),
        (
            KeyFormat::Bytes,
            json!([256]),
            "the keys of topic `orders` are `bytes`, and this key is a list of other things than bytes",
        ),
    ] {
        assert_eq!(written(format, &key), Err(message.to_owned()));
    }
    let mut out = b"-".to_vec();
    factory.encode_key(&keys(KeyFormat::Bytes), &[1u8, 2][..], &mut out).unwrap();
    assert_eq!(out, [b'-', 1, 2]);
    assert_eq!(registry.calls(), []);
}

#[test]
fn a_key_that_cannot_be_written_leaves_nothing_behind() {
    struct HalfWay;
    impl Serialize for HalfWay {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            use serde::ser::{Error, SerializeSeq};
            let mut list = serializer.serialize_seq(None)?;
            list.serialize_element("written")?;
            Err(S::Error::custom("no more"))
        }
    }
    let factory = factory(&ScriptedRegistry::with(&[]), &[]);
    let mut out = b"before".to_vec();
    let error = factory.encode_key(&keys(KeyFormat::Json), &HalfWay, &mut out).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the keys of topic `orders` are `json`, and this key is a value that cannot be written (no more)"
    );
    assert_eq!(out, b"before");
}

#[test]
fn plain_keys_are_read_as_they_are() {
    let factory = factory(&ScriptedRegistry::with(&[]), &[]);
    assert_eq!(factory.decode_key::<String>(KeyFormat::Text, b"k-1").unwrap(), "k-1");
    assert_eq!(factory.decode_key::<Value>(KeyFormat::Json, b"[1]").unwrap(), json!([1]));
    assert_eq!(factory.decode_key::<Vec<u8>>(KeyFormat::Bytes, &[0, 255]).unwrap(), [0, 255]);
    assert_eq!(factory.decode_key_json(KeyFormat::Text, b"k").unwrap(), json!("k"));
    assert_eq!(factory.decode_key_json(KeyFormat::Json, b"{}").unwrap(), json!({}));
    assert_eq!(factory.decode_key_json(KeyFormat::Bytes, &[0x41, 0xff]).unwrap(), json!("Aÿ"));
    for (format, bytes, message, source) in [
        (KeyFormat::Text, &[0xff][..], "the key is no `string`", "invalid utf-8 sequence of 1 bytes from index 0"),
        (KeyFormat::Json, b"{", "the key is no `json`", "EOF while parsing an object at line 1 column 1"),
    ] {
        let error = factory.decode_key::<Value>(format, bytes).unwrap_err();
        assert_eq!(error.to_string(), message);
        assert_eq!(std::error::Error::source(&error).unwrap().to_string(), source);
    }
}

#[tokio::test]
async fn a_text_is_no_cloud_event_key() {
    let factory = factory(&ScriptedRegistry::with(&[]), &[]);
    let error = encoded_key(&factory, &keys(KeyFormat::CloudEvent), "k-1").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "a text does not say which record it is on topic `orders`; encode a struct, name the record, or give the \
         topic's subject"
    );
}
