mod admin;
pub(crate) mod cached;
mod compatibility;
mod counters;
mod error;
mod failure;
#[cfg(feature = "http")]
mod http;
mod request;
mod settings;
mod single_flight;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use test_probe_directives::Format;

pub use admin::SchemaRegistryAdmin;
pub use compatibility::{Compatibility, CompatibilityLevel, UnknownCompatibilityLevel, VersionChoice};
pub use counters::RegistryCounts;
pub use error::RegistryError;
pub use failure::{FailedAddress, RegistryFailure};
#[cfg(feature = "http")]
pub use http::{HttpSchemaRegistry, InvalidRegistrySettings};
pub use request::RegistryRequest;
pub use settings::{BearerTokenSource, RegistryAuth, RegistryIdentity, RegistrySettings, RegistryTls};

use crate::{SchemaGuid, SchemaId};

/// A schema as a registry keeps it: its text, and what language the text is in. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SchemaText {
    /// The language of the text, the registry's `schemaType`.
    pub format: Format,
    /// The schema itself.
    pub text: Arc<str>,
    /// Schemas of other subjects that the text names.
    pub references: Arc<[SchemaReference]>,
}

impl SchemaText {
    /// A self-contained schema.
    pub fn new(format: Format, text: impl Into<Arc<str>>) -> Self {
        Self { format, text: text.into(), references: Arc::new([]) }
    }
}

/// A schema of another subject that a schema's text names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SchemaReference {
    /// The name by which the text calls it: an Avro full name, a `.proto` path, a JSON Schema URL.
    pub name: String,
    /// The subject that keeps it.
    pub subject: String,
    /// The subject's version.
    pub version: u32,
}

/// A schema with its place in the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredSchema {
    /// The subject.
    pub subject: Arc<str>,
    /// The subject's version, counted from 1.
    pub version: u32,
    /// The id of the schema, one for all subjects that keep the same text.
    pub id: SchemaId,
    /// The GUID of the schema, where the registry gives one.
    pub guid: Option<SchemaGuid>,
    /// The schema.
    pub schema: SchemaText,
}

/// What a registry answers to a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registered {
    /// The id of the schema, one for all subjects that keep the same text.
    pub id: SchemaId,
    /// The GUID of the schema, where the registry gives one.
    pub guid: Option<SchemaGuid>,
    /// The subject's version that keeps it, where the registry tells.
    pub version: Option<u32>,
}

/// A schema that was asked for by its id or its GUID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentifiedSchema {
    /// The schema.
    pub schema: SchemaText,
    /// Its GUID, where the registry gives one.
    pub guid: Option<SchemaGuid>,
}

/// A Confluent-compatible Schema Registry, as far as encoding needs it.
///
/// Every call is one question to the registry; what may be remembered is remembered by
/// [`SerdesFactory`](crate::SerdesFactory).
#[async_trait]
pub trait SchemaRegistry: fmt::Debug + Send + Sync {
    /// Where the registry is, for messages; without credentials.
    fn url(&self) -> &str;

    /// Registers `schema` under `subject`, or finds it there, and answers how it is called. With `normalize` the registry
    /// brings the text into its normal form first.
    ///
    /// # Errors
    /// [`RegistryError`]; notably [`RegistryFailure::Incompatible`] and [`RegistryFailure::InvalidSchema`].
    async fn register(&self, subject: &str, schema: &SchemaText, normalize: bool) -> Result<Registered, RegistryError>;

    /// Finds `schema` under `subject`.
    ///
    /// # Errors
    /// [`RegistryError`]; notably [`RegistryFailure::SubjectNotFound`] and [`RegistryFailure::SchemaNotFound`].
    async fn look_up(
        &self,
        subject: &str,
        schema: &SchemaText,
        normalize: bool,
    ) -> Result<RegisteredSchema, RegistryError>;

    /// The schema with this id.
    ///
    /// # Errors
    /// [`RegistryError`]; notably [`RegistryFailure::SchemaNotFound`].
    async fn by_id(&self, id: SchemaId) -> Result<IdentifiedSchema, RegistryError>;

    /// The schema with this GUID.
    ///
    /// # Errors
    /// [`RegistryError`]; notably [`RegistryFailure::SchemaNotFound`], and [`RegistryFailure::NotOffered`] by registries
    /// that know no GUIDs.
    async fn by_guid(&self, guid: SchemaGuid) -> Result<IdentifiedSchema, RegistryError>;

    /// The newest version of `subject`.
    ///
    /// # Errors
    /// [`RegistryError`]; notably [`RegistryFailure::SubjectNotFound`].
    async fn latest(&self, subject: &str) -> Result<RegisteredSchema, RegistryError>;

    /// One version of `subject`.
    ///
    /// # Errors
    /// [`RegistryError`]; notably [`RegistryFailure::SubjectNotFound`] and [`RegistryFailure::VersionNotFound`].
    async fn version(&self, subject: &str, version: u32) -> Result<RegisteredSchema, RegistryError>;

    /// The subjects whose names start with `prefix`, in the registry's order.
    ///
    /// # Errors
    /// [`RegistryError`].
    async fn subjects(&self, prefix: &str) -> Result<Vec<String>, RegistryError>;
}
