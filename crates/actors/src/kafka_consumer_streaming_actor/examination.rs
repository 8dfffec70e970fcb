//! What a record is judged by: its key.

use serde_json::Value;
use test_probe_directives::{EventFilter, KeyFormat};
use test_probe_encoding::{CloudEvent, DecodeError, Framed, SerdesFactory};
use test_probe_kafka::Headers;

use crate::framing::framed_key;

/// What is to become of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Examination {
    /// Keep it; it is found by these.
    Keep { correlation_id: Option<String>, event_type: Option<String> },
    /// No filter wants it.
    Filtered { event_type: String, payload_version: String },
    /// Its key cannot be decoded; nothing will change that.
    Undecodable { reason: String },
    /// Its key cannot be decoded now: the registry does not answer.
    Later { reason: String },
}

/// Judges a record by its key.
pub(crate) async fn examine(
    format: KeyFormat,
    filters: &[EventFilter],
    serdes: Option<&SerdesFactory>,
    key: Option<&[u8]>,
    headers: &Headers,
) -> Examination {
    match (format, key) {
        (KeyFormat::CloudEvent, None) => {
            Examination::Undecodable { reason: "the record has no key, and a CloudEvent is expected".to_owned() }
        }
        (KeyFormat::CloudEvent, Some(key)) => match serdes {
            Some(serdes) => examine_cloud_event(filters, serdes, framed_key(key, headers)).await,
            None => {
                Examination::Undecodable { reason: "there is no Schema Registry to decode its key with".to_owned() }
            }
        },
        (KeyFormat::Text, key) => {
            let correlation_id = key.map(|key| String::from_utf8_lossy(key).into_owned());
            Examination::Keep { correlation_id, event_type: None }
        }
        (KeyFormat::Json, key) => {
            Examination::Keep { correlation_id: key.and_then(json_correlation_id), event_type: None }
        }
        (KeyFormat::Bytes, _) => Examination::Keep { correlation_id: None, event_type: None },
    }
}

async fn examine_cloud_event(filters: &[EventFilter], serdes: &SerdesFactory, key: Framed<'_>) -> Examination {
    let decoded: Result<CloudEvent, DecodeError> = serdes.resolving(|serdes| serdes.decode_cloud_event(key)).await;
    match decoded {
        Ok(event) if EventFilter::any_matches(filters, &event.event_type, &event.payloadversion) => Examination::Keep {
            correlation_id: Some(event.correlationid).filter(|id| !id.is_empty()),
            event_type: Some(event.event_type),
        },
        Ok(event) => Examination::Filtered { event_type: event.event_type, payload_version: event.payloadversion },
        Err(error) if error.helps_to_ask_again() => Examination::Later { reason: explain(&error) },
        Err(error) => Examination::Undecodable { reason: explain(&error) },
    }
}

/// The `correlationid` of a JSON key that has one; the text itself where the key is a text.
fn json_correlation_id(key: &[u8]) -> Option<String> {
    match serde_json::from_slice(key).ok()? {
        Value::String(text) => Some(text),
        Value::Object(members) => members.get("correlationid")?.as_str().map(str::to_owned),
        _ => None,
    }
}

fn explain(error: &DecodeError) -> String {
    crate::supervision::explain(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn keys_without_a_schema_say_what_they_are_found_by() {
        let keep = |id: Option<&str>| Examination::Keep { correlation_id: id.map(str::to_owned), event_type: None };
        for (format, key, expected) in [
            (KeyFormat::Text, Some("order-1".as_bytes()), keep(Some("order-1"))),
            (KeyFormat::Text, None, keep(None)),
            (KeyFormat::Json, Some(br#"{"correlationid": "c-1"}"#.as_slice()), keep(Some("c-1"))),
            (KeyFormat::Json, Some(br#""c-2""#), keep(Some("c-2"))),
            (KeyFormat::Json, Some(b"17"), keep(None)),
            (KeyFormat::Json, Some(b"no json"), keep(None)),
            (KeyFormat::Bytes, Some(b"\xff"), keep(None)),
        ] {
            assert_eq!(examine(format, &[], None, key, &Headers::none()).await, expected, "{format} {key:?}");
        }
    }

    #[tokio::test]
    async fn a_cloud_event_key_must_be_there_and_needs_a_registry() {
        for key in [None, Some(b"\0\0\0\0\x01".as_slice())] {
            let examined = examine(KeyFormat::CloudEvent, &[], None, key, &Headers::none()).await;
            assert!(matches!(examined, Examination::Undecodable { .. }), "{examined:?}");
        }
    }
}
