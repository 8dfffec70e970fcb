//! A factory whose registry is in memory and has one schema.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use test_probe_directives::{Format, TopicName, WallClock};
use test_probe_encoding::{
    Encodable, IdentifiedSchema, Registered, RegisteredSchema, RegistryError, RegistryFailure, RegistryRequest,
    SchemaCatalog, SchemaGuid, SchemaId, SchemaRegistry, SchemaText, SerdesFactory, SerdesSettings, ValueTarget,
};

use super::order::{RECORD, TOPIC};

pub(super) const ID: u32 = 7;

/// Has one schema, the latest of every subject.
#[derive(Debug)]
struct OneSchema(SchemaText);

#[async_trait]
impl SchemaRegistry for OneSchema {
    fn url(&self) -> &str {
        "memory://one-schema"
    }

    async fn register(&self, _: &str, _: &SchemaText, _: bool) -> Result<Registered, RegistryError> {
        Ok(Registered { id: SchemaId::new(ID), guid: None, version: Some(1) })
    }

    async fn look_up(&self, subject: &str, schema: &SchemaText, _: bool) -> Result<RegisteredSchema, RegistryError> {
        let (subject, schema) = (subject.into(), schema.clone());
        Ok(RegisteredSchema { subject, version: 1, id: SchemaId::new(ID), guid: None, schema })
    }

    async fn by_id(&self, _: SchemaId) -> Result<IdentifiedSchema, RegistryError> {
        Ok(IdentifiedSchema { schema: self.0.clone(), guid: None })
    }

    async fn by_guid(&self, guid: SchemaGuid) -> Result<IdentifiedSchema, RegistryError> {
        Err(RegistryError::new(RegistryRequest::ByGuid { guid }, self.url(), RegistryFailure::SchemaNotFound))
    }

    async fn latest(&self, subject: &str) -> Result<RegisteredSchema, RegistryError> {
        self.look_up(subject, &self.0, false).await
    }

    async fn version(&self, subject: &str, _: u32) -> Result<RegisteredSchema, RegistryError> {
        self.latest(subject).await
    }

    async fn subjects(&self, prefix: &str) -> Result<Vec<String>, RegistryError> {
        Ok(vec![format!("{prefix}{RECORD}")])
    }
}

pub(super) fn topic() -> TopicName {
    TopicName::new(TOPIC).unwrap()
}

/// The topic's values, and those of the record by its name.
pub(super) fn targets() -> (ValueTarget, ValueTarget) {
    (ValueTarget::new(topic()), ValueTarget::new(topic()).named(RECORD, None))
}

pub(super) fn factory(format: Format, schema: &str, settings: SerdesSettings) -> SerdesFactory {
    let registry = Arc::new(OneSchema(SchemaText::new(format, schema)));
    // What is the latest is not asked again while it is measured.
    let settings = settings.with_latest_cache_ttl(Duration::from_secs(3_600));
    SerdesFactory::new(registry, SchemaCatalog::default(), settings, WallClock::system())
}

/// Writes a value once, and so makes its schema known to the factory for writing and for reading.
pub(super) async fn framed<T: Encodable>(factory: &SerdesFactory, target: &ValueTarget, value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    drop(factory.resolving(|factory| factory.encode_value(target, value, &mut out)).await.unwrap());
    drop(factory.resolving(|factory| factory.decode_value_json(&out)).await.unwrap());
    out
}
