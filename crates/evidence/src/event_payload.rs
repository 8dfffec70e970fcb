use serde_json::Value;
use test_probe_directives::{ClusterName, Timestamp, TopicName};

mod line;
mod part;

pub(crate) use line::PayloadLine;
pub use part::PayloadPart;

/// An event with its contents, for `kafka-events-produced.jsonl` or `kafka-events-consumed.jsonl`.
///
/// A line of these files holds what is known of the event's place, and then `key`, `value` and `headers`. Beside a
/// content stands how to read it: `key_encoding`, `value_encoding` and a header's `encoding` are
///
/// | encoding | the content is |
/// |---|---|
/// | `json` | the JSON value itself; numbers beyond 64 bits are rounded |
/// | `text` | UTF-8 text that is no JSON |
/// | `base64` | bytes that are no text, in standard Base64 |
/// | `none` | `null`: no key, a tombstone, a header without a value |
/// | `redacted` | hidden as a whole, because the directive redacts and these bytes are no JSON that it could look into |
#[derive(Clone, Debug, PartialEq)]
pub struct EventPayload {
    /// When it was produced or consumed.
    pub at: Timestamp,
    /// Which of the two.
    pub direction: Direction,
    /// The produced event's number, as in its `accepted` entry.
    pub id: Option<u64>,
    /// The topic as steps call it.
    pub topic: TopicName,
    /// Its cluster.
    pub cluster: ClusterName,
    /// Its partition, where it is known.
    pub partition: Option<i32>,
    /// Its offset in the partition, where it is known.
    pub offset: Option<i64>,
    /// The record's timestamp in milliseconds after the Unix epoch, where it has one.
    pub timestamp_ms: Option<i64>,
    /// Its correlation id.
    pub correlation_id: Option<String>,
    /// Its type.
    pub event_type: Option<String>,
    /// Its key.
    pub key: PayloadPart,
    /// Its value.
    pub value: PayloadPart,
    /// Its headers in their order; a name may come twice.
    pub headers: Vec<(String, Option<Vec<u8>>)>,
}

/// Which way an event went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the test to the broker.
    Produced,
    /// From the broker to the test.
    Consumed,
}

impl From<Value> for PayloadPart {
    fn from(document: Value) -> Self {
        Self::Json(document)
    }
}

impl From<Option<Vec<u8>>> for PayloadPart {
    fn from(bytes: Option<Vec<u8>>) -> Self {
        bytes.map_or(Self::Absent, Self::Bytes)
    }
}
