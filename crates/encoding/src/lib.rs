//! From events to bytes and back: the wire formats of Confluent's serializers, Avro, Protobuf and JSON Schema, the Schema
//! Registry, and the CloudEvent key.
//!
//! ```text
//! event ──SerdesFactory::encode_value──▶ 0x00 · schema id · payload ──SerdesFactory::decode_value──▶ event
//!                │                                                              │
//!                └── by (topic, record) ──── SchemaRegistry ──── by schema id ──┘
//! ```
//!
//! [`SerdesFactory`] is the door. It is handed a [`SchemaRegistry`] (with the feature `http` an `HttpSchemaRegistry`),
//! a [`SchemaCatalog`] of local schemas, and [`SerdesSettings`]. A [`ValueTarget`] or [`KeyTarget`] says where a value or
//! a key goes. The schema's own format decides how a value is written; what is handed over is a serde value, a prost
//! message as [`Proto`], or JSON.
//!
//! # The wire
//!
//! | form | in the bytes | in the record's headers |
//! |---|---|---|
//! | prefix | `00`, four bytes of schema id, for Protobuf the message indexes, the payload | – |
//! | header | the payload | `__key_schema_id`, `__value_schema_id`: `01`, the schema's GUID, for Protobuf the message indexes |
//!
//! [`SerdesSettings::schema_id_location`] says which is written; reading takes both. Message indexes are those of
//! the file's descriptor, in which the entries of maps count.
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
//! fits two records of a union. A schema that is nothing but `bytes` is written without Avro's length, as Confluent's
//! serializers do.
//!
//! # JSON for Protobuf
//!
//! It is protobuf's own JSON, but for the names and for what a step compares:
//!
//! | field | written from | read as |
//! |---|---|---|
//! | any | its name in the `.proto`, or its JSON name; an extension as `"[full.name]"` | its name in the `.proto` |
//! | 64-bit numbers | a number, or its text | a number |
//! | bytes | base64 | the same |
//! | enum | its name, or its number | its name; its number where it has none |
//! | without presence (proto3 scalars, lists, maps) | absent, null, or a value | always there, with its default |
//! | with presence (`optional`, messages, `oneof`) | absent, null, or a value | left out where it is absent |
//! | Timestamp, Duration, wrappers, FieldMask, Any, Struct | protobuf's JSON, or an object of the fields | protobuf's JSON |
//! | `confluent.type.Decimal` | a number, or a text such as `"12.50"` | a number where its digits survive, else a text |
//!
//! Two fields of one `oneof` are an error, as is a field that the message does not have. Messages lie at most 100 deep.
//!
//! # JSON by a JSON Schema
//!
//! The document itself, checked before it is written ([`SerdesSettings::validate_json`]) by the schema's draft: 4, 6, 7,
//! 2019-09 or 2020-12, and 7 where `$schema` says none. The record is the `title`; the titled branches of a `oneOf` or
//! `anyOf` at the top are records of their own. Nothing is fetched: a `$ref` names the schema itself or one that is
//! registered beside it.
//!
//! # What is not here
//!
//! Protobuf editions; rules and field encryption of data contracts. This room opens no Kafka connection and reads no
//! configuration.

mod avro;
mod cloud_event;
mod codec;
mod correlation_id;
mod decode_error;
mod encode_error;
mod json;
mod json_schema;
mod plain_key;
mod protobuf;
mod record_name;
mod resolve_error;
mod resolve_request;
mod schema_catalog;
mod schema_guid;
mod schema_registry;
#[cfg(any(test, feature = "scripted"))]
pub mod scripted;
mod serdes_factory;
mod settings;
mod subject;
mod target;
mod typed_value;
mod wire_format;

pub use cloud_event::CloudEvent;
pub use correlation_id::{CorrelationId, InvalidCorrelationId};
pub use decode_error::DecodeError;
pub use encode_error::EncodeError;
pub use json::{JsonMismatch, JsonProblem, MalformedPayload};
pub use record_name::RecordName;
pub use resolve_error::{ResolveError, TriedSubject};
pub use resolve_request::ResolveRequest;
pub use schema_catalog::{InvalidSchemas, SchemaCatalog, SchemaProblem};
pub use schema_guid::{InvalidSchemaGuid, SchemaGuid};
pub use schema_registry::{
    BearerTokenSource, Compatibility, CompatibilityLevel, FailedAddress, IdentifiedSchema, Registered,
    RegisteredSchema, RegistryAuth, RegistryCounts, RegistryError, RegistryFailure, RegistryIdentity, RegistryRequest,
    RegistrySettings, RegistryTls, SchemaReference, SchemaRegistry, SchemaRegistryAdmin, SchemaText,
    UnknownCompatibilityLevel, VersionChoice,
};
#[cfg(feature = "http")]
pub use schema_registry::{HttpSchemaRegistry, InvalidRegistrySettings};
pub use serdes_factory::{NeedsSchema, Registration, SerdesFactory};
pub use settings::{SchemaIdLocation, SerdesSettings};
pub use subject::{SubjectNameStrategy, UnknownSubjectNameStrategy, topic_record_subject};
pub use target::{KeyTarget, ValueTarget};
pub use typed_value::{Decodable, Encodable, Proto};
pub use wire_format::{Frame, FrameError, Framed, SchemaHeader, SchemaId, SchemaIdentity, SchemaPlace};
