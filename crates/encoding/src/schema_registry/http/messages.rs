//! The bodies of the registry's API.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use test_probe_directives::Format;

use super::super::{
    Compatibility, CompatibilityLevel, IdentifiedSchema, Registered, RegisteredSchema, RegistryFailure,
    SchemaReference, SchemaText, UnknownCompatibilityLevel,
};
use crate::{SchemaGuid, SchemaId};

/// What is sent to register a schema or to find it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SchemaBody<'a> {
    schema: &'a str,
    /// Left out for Avro, which is what every registry takes it for, older ones too.
    #[serde(skip_serializing_if = "Option::is_none")]
    schema_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    references: Vec<Reference>,
}

impl<'a> From<&'a SchemaText> for SchemaBody<'a> {
    fn from(schema: &'a SchemaText) -> Self {
        Self {
            schema: &schema.text,
            schema_type: (schema.format != Format::Avro).then(|| schema.format.schema_type()),
            references: schema.references.iter().cloned().map(Reference::from).collect(),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Reference {
    name: String,
    subject: String,
    version: u32,
}

impl From<SchemaReference> for Reference {
    fn from(SchemaReference { name, subject, version }: SchemaReference) -> Self {
        Self { name, subject, version }
    }
}

impl From<Reference> for SchemaReference {
    fn from(Reference { name, subject, version }: Reference) -> Self {
        Self { name, subject, version }
    }
}

#[derive(Deserialize)]
pub(super) struct RegisterAnswer {
    id: u32,
    version: Option<u32>,
    guid: Option<String>,
}

impl From<RegisterAnswer> for Registered {
    fn from(RegisterAnswer { id, version, guid }: RegisterAnswer) -> Self {
        Self { id: SchemaId::new(id), guid: read_guid(guid), version }
    }
}

/// A registry may use the name for something else; what is no GUID is none.
fn read_guid(text: Option<String>) -> Option<SchemaGuid> {
    text?.parse().ok()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SchemaAnswer {
    schema: String,
    schema_type: Option<String>,
    #[serde(default)]
    references: Option<Vec<Reference>>,
    guid: Option<String>,
}

impl SchemaAnswer {
    pub(super) fn into_schema(self) -> Result<IdentifiedSchema, RegistryFailure> {
        let format = match self.schema_type {
            None => Format::Avro,
            Some(name) => name.parse().map_err(|_| RegistryFailure::Unreadable {
                message: format!("the schema's type is {name}, where AVRO, PROTOBUF or JSON is known"),
            })?,
        };
        let references = self.references.into_iter().flatten().map(SchemaReference::from).collect();
        let schema = SchemaText { format, text: Arc::from(self.schema), references };
        Ok(IdentifiedSchema { schema, guid: read_guid(self.guid) })
    }
}

/// Where a schema is found; some registries send its text too.
#[derive(Deserialize)]
pub(super) struct Place {
    version: u32,
    id: u32,
}

/// The answer to a look-up.
#[derive(Deserialize)]
pub(super) struct LookUpAnswer {
    #[serde(flatten)]
    place: Place,
    guid: Option<String>,
}

impl LookUpAnswer {
    pub(super) fn of(self, subject: &str, schema: SchemaText) -> RegisteredSchema {
        self.place.of(subject, IdentifiedSchema { schema, guid: read_guid(self.guid) })
    }
}

impl Place {
    fn of(self, subject: &str, found: IdentifiedSchema) -> RegisteredSchema {
        let IdentifiedSchema { schema, guid } = found;
        let id = SchemaId::new(self.id);
        RegisteredSchema { subject: Arc::from(subject), version: self.version, id, guid, schema }
    }
}

#[derive(Deserialize)]
pub(super) struct VersionAnswer {
    #[serde(flatten)]
    place: Place,
    #[serde(flatten)]
    schema: SchemaAnswer,
}

impl VersionAnswer {
    pub(super) fn into_registered(self, subject: &str) -> Result<RegisteredSchema, RegistryFailure> {
        Ok(self.place.of(subject, self.schema.into_schema()?))
    }
}

#[derive(Deserialize)]
pub(super) struct CompatibilityAnswer {
    is_compatible: bool,
    #[serde(default)]
    messages: Option<Vec<String>>,
}

impl From<CompatibilityAnswer> for Compatibility {
    fn from(CompatibilityAnswer { is_compatible, messages }: CompatibilityAnswer) -> Self {
        Self { is_compatible, messages: messages.unwrap_or_default() }
    }
}

/// The level of a subject or of a registry, where it is asked for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LevelAnswer {
    compatibility_level: String,
}

impl LevelAnswer {
    pub(super) fn into_level(self) -> Result<CompatibilityLevel, RegistryFailure> {
        self.compatibility_level
            .parse()
            .map_err(|error: UnknownCompatibilityLevel| RegistryFailure::Unreadable { message: error.to_string() })
    }
}

/// The level where it is set; the registries call it otherwise then.
#[derive(Serialize)]
pub(super) struct LevelBody {
    pub(super) compatibility: &'static str,
}
