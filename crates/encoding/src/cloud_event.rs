mod reading;

use serde::{Deserialize, Serialize};
use test_probe_directives::WallClock;
use uuid::Uuid;

use crate::CorrelationId;

/// The key of every record that the probe writes by default: ten fields after the CloudEvents specification 1.0, with
/// the serde names of the Scala system's record.
///
/// Reading is lenient, since other producers leave fields out: a missing or null text is empty, apart from
/// [`specversion`](Self::specversion) and [`datacontenttype`](Self::datacontenttype), which get their defaults, and
/// [`time`](Self::time), which [`SerdesFactory::decode_cloud_event`](crate::SerdesFactory::decode_cloud_event) fills
/// with the time of reading. A missing or null number is 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename = "io.distia.probe.core.pubsub.models.CloudEvent")]
pub struct CloudEvent {
    /// The event's own id.
    #[serde(default, deserialize_with = "reading::text")]
    pub id: String,
    /// Who made the event.
    #[serde(default, deserialize_with = "reading::text")]
    pub source: String,
    /// The version of the CloudEvents specification.
    #[serde(default = "reading::default_spec_version", deserialize_with = "reading::spec_version")]
    pub specversion: String,
    /// The event's type, which event filters compare.
    #[serde(rename = "type", default, deserialize_with = "reading::text")]
    pub event_type: String,
    /// When the event was made, as an ISO 8601 instant.
    #[serde(default, deserialize_with = "reading::text")]
    pub time: String,
    /// What the event is about, within its source.
    #[serde(default, deserialize_with = "reading::text")]
    pub subject: String,
    /// The media type of the value.
    #[serde(default = "reading::default_content_type", deserialize_with = "reading::content_type")]
    pub datacontenttype: String,
    /// Ties the event to what caused it; what a test fetches events by.
    #[serde(default, deserialize_with = "reading::text")]
    pub correlationid: String,
    /// The version of the value's layout, which event filters compare.
    #[serde(default, deserialize_with = "reading::text")]
    pub payloadversion: String,
    /// When the source made the event, in microseconds after the Unix epoch; 0 when it did not say.
    #[serde(default, deserialize_with = "reading::number")]
    pub time_epoch_micro_source: i64,
}

impl CloudEvent {
    /// The record's full name.
    pub const RECORD: &'static str = "io.distia.probe.core.pubsub.models.CloudEvent";
    /// The record's Avro schema, as it is registered.
    pub const AVRO_SCHEMA: &'static str = include_str!("cloud_event/cloud-event.avsc");
    /// The message's `.proto` file, as it is registered.
    pub const PROTO_SCHEMA: &'static str = include_str!("cloud_event/cloud-event.proto");
    /// The document's JSON Schema, as it is registered; the record is its title, `CloudEvent`.
    pub const JSON_SCHEMA: &'static str = include_str!("cloud_event/cloud-event.json");
    /// What [`specversion`](Self::specversion) is by default.
    pub const SPEC_VERSION: &'static str = "1.0";
    /// What [`datacontenttype`](Self::datacontenttype) is by default.
    pub const CONTENT_TYPE: &'static str = "application/octet-stream";
    /// What [`source`](Self::source) is by default.
    pub const SOURCE: &'static str = "test-probe";

    /// A key with a random [`id`](Self::id), the time that `clock` shows, and the defaults. [`subject`](Self::subject)
    /// and [`payloadversion`](Self::payloadversion) are empty.
    pub fn new(event_type: impl Into<String>, correlation_id: CorrelationId, clock: WallClock) -> Self {
        Self {
            id: Uuid::new_v4().to_string(),
            source: Self::SOURCE.to_owned(),
            specversion: Self::SPEC_VERSION.to_owned(),
            event_type: event_type.into(),
            time: clock.now().to_string(),
            subject: String::new(),
            datacontenttype: Self::CONTENT_TYPE.to_owned(),
            correlationid: correlation_id.to_string(),
            payloadversion: String::new(),
            time_epoch_micro_source: 0,
        }
    }

    /// Sets [`id`](Self::id).
    #[must_use]
    pub fn with_id(self, id: impl Into<String>) -> Self {
        Self { id: id.into(), ..self }
    }

    /// Sets [`source`](Self::source).
    #[must_use]
    pub fn with_source(self, source: impl Into<String>) -> Self {
        Self { source: source.into(), ..self }
    }

    /// Sets [`time`](Self::time), an ISO 8601 instant.
    #[must_use]
    pub fn with_time(self, time: impl Into<String>) -> Self {
        Self { time: time.into(), ..self }
    }

    /// Sets [`subject`](Self::subject).
    #[must_use]
    pub fn with_subject(self, subject: impl Into<String>) -> Self {
        Self { subject: subject.into(), ..self }
    }

    /// Sets [`datacontenttype`](Self::datacontenttype), a media type.
    #[must_use]
    pub fn with_content_type(self, media_type: impl Into<String>) -> Self {
        Self { datacontenttype: media_type.into(), ..self }
    }

    /// Sets [`payloadversion`](Self::payloadversion).
    #[must_use]
    pub fn with_payload_version(self, version: impl Into<String>) -> Self {
        Self { payloadversion: version.into(), ..self }
    }

    /// Sets [`time_epoch_micro_source`](Self::time_epoch_micro_source), in microseconds after the Unix epoch.
    #[must_use]
    pub fn with_time_epoch_micro_source(self, micros: i64) -> Self {
        Self { time_epoch_micro_source: micros, ..self }
    }
}

#[cfg(test)]
mod tests;
