use serde::{Deserialize, Serialize};
use test_probe_directives::{ClusterName, TopicName};

use crate::text_form;

/// An event was taken over for producing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// The event's number, unique in its run.
    pub id: u64,
    /// The scenario that produced it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario_id: Option<u64>,
    /// Where it goes.
    #[serde(with = "text_form::as_text")]
    pub topic: TopicName,
    /// The topic's cluster.
    #[serde(with = "text_form::cluster")]
    pub cluster: ClusterName,
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
    /// The SHA-256 of its key's bytes, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_sha256: Option<String>,
    /// The SHA-256 of its value's bytes, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_sha256: Option<String>,
}

/// The broker confirmed an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// The event's number.
    pub id: u64,
    /// Where it went.
    #[serde(with = "text_form::as_text")]
    pub topic: TopicName,
    /// The topic's cluster.
    #[serde(with = "text_form::cluster")]
    pub cluster: ClusterName,
    /// Its partition.
    pub partition: i32,
    /// Its offset in the partition.
    pub offset: i64,
    /// The record's timestamp in milliseconds after the Unix epoch, where the broker gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp_ms: Option<i64>,
    /// From the call to the broker's acknowledgement, in microseconds.
    pub latency_us: u64,
}

/// An event will not be confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nacked {
    /// The event's number.
    pub id: u64,
    /// Where it was meant to go.
    #[serde(with = "text_form::as_text")]
    pub topic: TopicName,
    /// The topic's cluster.
    #[serde(with = "text_form::cluster")]
    pub cluster: ClusterName,
    /// The kind of Nack, such as `QueueFull`.
    pub nack: String,
    /// Whether the broker may hold it.
    pub written: Written,
    /// Whether asking again can help.
    pub retry: bool,
    /// What went wrong, as a sentence.
    pub reason: String,
    /// From the call to the Nack, in microseconds.
    pub latency_us: u64,
}

/// Whether the broker may hold an event that was Nacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Written {
    /// It does not.
    No,
    /// It may.
    Possibly,
}

/// A report that came after the event had been Nacked at a deadline: with a place when the event was written after
/// all, with an error when it was not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Late {
    /// The event's number.
    pub id: u64,
    /// Where it was meant to go.
    #[serde(with = "text_form::as_text")]
    pub topic: TopicName,
    /// The topic's cluster.
    #[serde(with = "text_form::cluster")]
    pub cluster: ClusterName,
    /// Its partition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<i32>,
    /// Its offset in the partition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
    /// What went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}
