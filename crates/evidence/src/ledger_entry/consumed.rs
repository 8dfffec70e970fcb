use serde::{Deserialize, Serialize};
use test_probe_directives::{ClusterName, TopicName};

use crate::text_form;

/// An event was consumed and kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// Where it came from.
    #[serde(with = "text_form::as_text")]
    pub topic: TopicName,
    /// The topic's cluster.
    #[serde(with = "text_form::cluster")]
    pub cluster: ClusterName,
    /// Its partition.
    pub partition: i32,
    /// Its offset in the partition.
    pub offset: i64,
    /// The record's timestamp in milliseconds after the Unix epoch, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp_ms: Option<i64>,
    /// Its correlation id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// Its type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_type: Option<String>,
    /// The length of its key; none without a key.
    pub key_bytes: Option<u64>,
    /// The length of its value; none for a tombstone.
    pub value_bytes: Option<u64>,
    /// The SHA-256 of its value's bytes, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_sha256: Option<String>,
    /// From the call that produced it to here, in microseconds, where this run produced it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_to_end_us: Option<u64>,
}

/// A record was consumed that could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Where it came from.
    #[serde(with = "text_form::as_text")]
    pub topic: TopicName,
    /// The topic's cluster.
    #[serde(with = "text_form::cluster")]
    pub cluster: ClusterName,
    /// Its partition.
    pub partition: i32,
    /// Its offset in the partition.
    pub offset: i64,
    /// Why it could not be decoded.
    pub reason: String,
}

/// A record was consumed that the topic's event filters do not want.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filtered {
    /// Where it came from.
    #[serde(with = "text_form::as_text")]
    pub topic: TopicName,
    /// The topic's cluster.
    #[serde(with = "text_form::cluster")]
    pub cluster: ClusterName,
    /// Its partition.
    pub partition: i32,
    /// Its offset in the partition.
    pub offset: i64,
    /// Which rule left it out.
    pub reason: String,
}

/// A kept event made room for newer ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evicted {
    /// Where it came from.
    #[serde(with = "text_form::as_text")]
    pub topic: TopicName,
    /// The topic's cluster.
    #[serde(with = "text_form::cluster")]
    pub cluster: ClusterName,
    /// Its partition.
    pub partition: i32,
    /// Its offset in the partition.
    pub offset: i64,
    /// Its correlation id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
}
