#![allow(unused_must_use, reason = "these factories write the prefix form, which needs no header")]

mod cloud_event_formats;
mod decoding;
mod encoding;
mod event_types;
mod evolution;
mod header_form;
mod json_values;
mod keys;
mod latest;
mod local_references;
mod protobuf_values;
mod references;
mod registration;
mod schema_ids;
mod strategies;
mod subjects;
mod unions;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use test_probe_directives::{Format, Timestamp, TopicName, WallClock};

use super::*;
use crate::scripted::ScriptedRegistry;
use crate::{
    Decodable, DecodeError, Encodable, EncodeError, Framed, RegistryFailure, RegistryRequest, ResolveError, SchemaId,
    SchemaIdentity, SchemaReference, SchemaText, ValueTarget,
};

pub(super) const ORDER: &str = r#"{"type":"record","name":"OrderCreated","namespace":"com.acme","fields":[{"name":"id","type":"string"},{"name":"n","type":"int"}]}"#;
pub(super) const ORDER_V2: &str = r#"{"type":"record","name":"OrderCreated","namespace":"com.acme","fields":[{"name":"id","type":"string"},{"name":"n","type":"int"},{"name":"note","type":"string","default":""}]}"#;
pub(super) const PAYMENT: &str =
    r#"{"type":"record","name":"Payment","namespace":"com.acme","fields":[{"name":"cents","type":"long"}]}"#;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct OrderCreated {
    id: String,
    n: i32,
}

fn order() -> OrderCreated {
    OrderCreated { id: "A-1".into(), n: 3 }
}

/// The payload of [`order`], by hand.
const ORDER_PAYLOAD: [u8; 5] = [6, b'A', b'-', b'1', 6];

fn framed(id: u8, payload: &[u8]) -> Vec<u8> {
    [&[0, 0, 0, 0, id], payload].concat()
}

fn clock() -> WallClock {
    WallClock::reading(|| Timestamp::from_millis(1_769_846_400_250))
}

fn orders() -> ValueTarget {
    ValueTarget::new(TopicName::new("orders").unwrap())
}

fn factory_with(registry: &Arc<ScriptedRegistry>, files: &[(&str, &str)], settings: SerdesSettings) -> SerdesFactory {
    let catalog = SchemaCatalog::parse(files.iter().copied()).unwrap();
    SerdesFactory::new(Arc::clone(registry) as Arc<dyn SchemaRegistry>, catalog, settings, clock())
}

fn factory(registry: &Arc<ScriptedRegistry>, files: &[(&str, &str)]) -> SerdesFactory {
    factory_with(registry, files, SerdesSettings::default())
}

fn registering(registry: &Arc<ScriptedRegistry>, files: &[(&str, &str)]) -> SerdesFactory {
    factory_with(registry, files, SerdesSettings::default().with_auto_register(true))
}

async fn encoded<T: Encodable>(
    factory: &SerdesFactory,
    target: &ValueTarget,
    value: &T,
) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::new();
    factory.resolving(|factory| factory.encode_value(target, value, &mut out)).await?;
    Ok(out)
}

async fn encoded_json(factory: &SerdesFactory, target: &ValueTarget, value: &Value) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::new();
    factory.resolving(|factory| factory.encode_json(target, value, &mut out)).await?;
    Ok(out)
}

fn asked_for(calls: &[RegistryRequest]) -> Vec<String> {
    calls.iter().map(ToString::to_string).collect()
}

async fn decoded<'a, T: Decodable>(factory: &SerdesFactory, framed: impl Into<Framed<'a>>) -> Result<T, DecodeError> {
    let framed = framed.into();
    factory.resolving(|factory| factory.decode_value(framed)).await
}

async fn decoded_json<'a>(factory: &SerdesFactory, framed: impl Into<Framed<'a>>) -> Result<Value, DecodeError> {
    let framed = framed.into();
    factory.resolving(|factory| factory.decode_value_json(framed)).await
}

/// Registers a schema that names no others.
fn put(registry: &ScriptedRegistry, subject: &str, format: Format, text: &str) -> SchemaId {
    put_naming(registry, subject, format, text, &[])
}

/// Registers a schema that names others, each given as the name, the subject and its version.
fn put_naming(
    registry: &ScriptedRegistry,
    subject: &str,
    format: Format,
    text: &str,
    named: &[(&str, &str, u32)],
) -> SchemaId {
    let references = named.iter().map(|(name, subject, version)| reference(name, subject, *version));
    registry.put(subject, &SchemaText { references: references.collect(), ..SchemaText::new(format, text) })
}

fn reference(name: &str, subject: &str, version: u32) -> SchemaReference {
    SchemaReference { name: name.to_owned(), subject: subject.to_owned(), version }
}

/// Why an error came to be.
fn cause(error: &dyn std::error::Error) -> String {
    error.source().map(ToString::to_string).unwrap_or_default()
}
