use serde_json::json;
use test_probe_directives::Timestamp;

use super::*;

fn clock() -> WallClock {
    WallClock::reading(|| Timestamp::from_millis(1_769_846_400_250))
}

#[test]
fn a_new_key_has_the_defaults_and_the_clocks_time() {
    let key = CloudEvent::new("OrderCreated", CorrelationId::from_label("order-1"), clock()).with_id("e-1");
    assert_eq!(
        serde_json::to_value(&key).unwrap(),
        json!({
            "id": "e-1",
            "source": "test-probe",
            "specversion": "1.0",
            "type": "OrderCreated",
            "time": "2026-01-31T08:00:00.250000Z",
            "subject": "",
            "datacontenttype": "application/octet-stream",
            "correlationid": "6e7f85a9-d0fe-3b5d-bb50-4c6f2991d744",
            "payloadversion": "",
            "time_epoch_micro_source": 0,
        })
    );
}

#[test]
fn two_keys_have_two_ids() {
    let key = || CloudEvent::new("A", CorrelationId::from_label("a"), clock());
    assert_ne!(key().id, key().id);
}

#[test]
fn every_field_can_be_set() {
    let key = CloudEvent::new("A", CorrelationId::from_label("a"), clock())
        .with_source("shop")
        .with_time("2026-01-01T00:00:00Z")
        .with_subject("orders/1")
        .with_content_type("application/avro")
        .with_payload_version("v2")
        .with_time_epoch_micro_source(7);
    assert_eq!(
        (&*key.source, &*key.time, &*key.subject, &*key.datacontenttype, &*key.payloadversion),
        ("shop", "2026-01-01T00:00:00Z", "orders/1", "application/avro", "v2")
    );
    assert_eq!(key.time_epoch_micro_source, 7);
}

#[test]
fn missing_and_null_fields_are_read_as_the_defaults() {
    let nulls = json!({
        "id": null, "source": null, "specversion": null, "type": null, "time": null, "subject": null,
        "datacontenttype": null, "correlationid": null, "payloadversion": null, "time_epoch_micro_source": null,
    });
    for document in [json!({}), nulls] {
        let key: CloudEvent = serde_json::from_value(document).unwrap();
        assert_eq!((&*key.specversion, &*key.datacontenttype), ("1.0", "application/octet-stream"));
        for text in [&key.id, &key.source, &key.event_type, &key.time, &key.subject, &key.correlationid] {
            assert_eq!(text, "");
        }
        assert_eq!((&*key.payloadversion, key.time_epoch_micro_source), ("", 0));
    }
}

#[test]
fn a_field_of_another_type_is_an_error() {
    let error = serde_json::from_value::<CloudEvent>(json!({"payloadversion": 2})).unwrap_err().to_string();
    assert_eq!(error, "invalid type: integer `2`, expected a text or null");
    let error =
        serde_json::from_value::<CloudEvent>(json!({"time_epoch_micro_source": "now"})).unwrap_err().to_string();
    assert_eq!(error, "invalid type: string \"now\", expected a 64-bit integer or null");
}
