//! From events to bytes and back: the wire format of Confluent's serializers, Avro, the Schema Registry, and the
//! CloudEvent key.
//!
//! ```text
//! event ──SerdesFactory::encode_value──▶ 0x00 · schema id · Avro ──SerdesFactory::decode_value──▶ event
//!                │                                                          │
//!                └── by (topic, record) ── SchemaRegistry ── by schema id ──┘
//! ```
//!
//! [`SerdesFactory`] is the door. It is handed a [`SchemaRegistry`] (with the feature `http` an `HttpSchemaRegistry`),
//! a [`SchemaCatalog`] of local schemas, and [`SerdesSettings`]. A [`ValueTarget`] or [`KeyTarget`] says where a value or
//! a key goes.
//!
//! # JSON for Avro
//!
//! Scenarios write and check events as JSON. In both directions it stands for Avro as Avro's own JSON encoding does, but
//! for what a person would write otherwise:
//!
//! | schema | written from | read as |
//! |---|---|---|
//! | union | the plain value, or `{"branch": value}` | the plain value |
//! | bytes, fixed | text of the characters U+0000 to U+00FF, one a byte | the same |
//! | enum | its symbol | the same |
//! | float, double | a number, or `"NaN"`, `"Infinity"`, `"-Infinity"` | the same |
//! | decimal | a number, or a text such as `"12.50"` | a number where that is exact, else a text |
//! | uuid | its text | the same |
//! | date, time, timestamp | its number, or a text by RFC 3339; what is finer than the type is cut off | its number |
//! | duration | an object of `months`, `days`, `millis` | the same |
//!
//! A field that is left out takes its default; a field that the record does not have is an error, as is an object that
//! fits two records of a union.
//!
//! # What is not here
//!
//! Protobuf and JSON Schema, schema ids in record headers, schemas spread over several subjects, and other ways to prove
//! who one is to a registry than a user and a password in its address. This room opens no Kafka connection and reads no
//! configuration.

mod avro;
mod cloud_event;
mod codec;
mod correlation_id;
mod decode_error;
mod encode_error;
mod plain_key;
mod record_name;
mod resolve_error;
mod resolve_request;
mod schema_catalog;
mod schema_registry;
#[cfg(any(test, feature = "scripted"))]
pub mod scripted;
mod serdes_factory;
mod settings;
mod subject;
mod target;
mod wire_format;

pub use avro::{JsonMismatch, JsonProblem, MalformedPayload};
pub use cloud_event::CloudEvent;
pub use correlation_id::{CorrelationId, InvalidCorrelationId};
pub use decode_error::DecodeError;
pub use encode_error::EncodeError;
pub use record_name::RecordName;
pub use resolve_error::{ResolveError, TriedSubject};
pub use resolve_request::ResolveRequest;
pub use schema_catalog::{InvalidSchemas, SchemaCatalog, SchemaProblem};
#[cfg(feature = "http")]
pub use schema_registry::{HttpSchemaRegistry, InvalidRegistrySettings};
pub use schema_registry::{
    RegisteredSchema, RegistryCounts, RegistryError, RegistryFailure, RegistryRequest, RegistrySettings,
    SchemaReference, SchemaRegistry, SchemaText,
};
pub use serdes_factory::{NeedsSchema, Registration, SerdesFactory};
pub use settings::SerdesSettings;
pub use subject::topic_record_subject;
pub use target::{KeyTarget, ValueTarget};
pub use wire_format::{Frame, FrameError, SchemaId};
