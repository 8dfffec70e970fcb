use serde::Serialize;
use serde_json::Value;
use test_probe_directives::Redaction;

use super::part::Written;
use super::{Direction, EventPayload};

/// An [`EventPayload`] as its file writes it.
#[derive(Debug, Serialize)]
pub(crate) struct PayloadLine {
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<u64>,
    topic: String,
    cluster: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    partition: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_type: Option<String>,
    key: Value,
    key_encoding: &'static str,
    value: Value,
    value_encoding: &'static str,
    headers: Vec<HeaderLine>,
}

#[derive(Debug, Serialize)]
struct HeaderLine {
    name: String,
    value: Value,
    encoding: &'static str,
}

impl PayloadLine {
    /// The line of `payload`, and which file it belongs to.
    pub(crate) fn of(payload: EventPayload, redaction: &Redaction) -> (Direction, Self) {
        let key = payload.key.written(redaction);
        let value = payload.value.written(redaction);
        let header = |(name, bytes)| {
            let Written { content, encoding } = Written::header(bytes, redaction);
            HeaderLine { name, value: content, encoding }
        };
        let line = Self {
            at: payload.at.to_string(),
            id: payload.id,
            topic: payload.topic.to_string(),
            cluster: payload.cluster.to_string(),
            partition: payload.partition,
            offset: payload.offset,
            timestamp_ms: payload.timestamp_ms,
            correlation_id: payload.correlation_id,
            event_type: payload.event_type,
            key: key.content,
            key_encoding: key.encoding,
            value: value.content,
            value_encoding: value.encoding,
            headers: payload.headers.into_iter().map(header).collect(),
        };
        (payload.direction, line)
    }
}
