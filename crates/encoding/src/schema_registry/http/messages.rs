//! The bodies of the registry's API.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use test_probe_directives::Format;

use super::super::{RegisteredSchema, RegistryFailure, SchemaReference, SchemaText};
use crate::SchemaId;

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
pub(super) struct Registered {
    id: u32,
}

impl Registered {
    pub(super) fn id(&self) -> SchemaId {
        SchemaId::new(self.id)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SchemaAnswer {
    schema: String,
    schema_type: Option<String>,
    #[serde(default)]
    references: Option<Vec<Reference>>,
}

impl SchemaAnswer {
    pub(super) fn into_schema(self) -> Result<SchemaText, RegistryFailure> {
        let format = match self.schema_type {
            None => Format::Avro,
            Some(name) => name.parse().map_err(|_| RegistryFailure::Unreadable {
                message: format!("the schema's type is {name}, where AVRO, PROTOBUF or JSON is known"),
            })?,
        };
        let references = self.references.into_iter().flatten().map(SchemaReference::from).collect();
        Ok(SchemaText { format, text: Arc::from(self.schema), references })
    }
}

/// Where a schema is found; some registries send its text too.
#[derive(Deserialize)]
pub(super) struct Place {
    version: u32,
    id: u32,
}

impl Place {
    pub(super) fn of(self, subject: &str, schema: SchemaText) -> RegisteredSchema {
        RegisteredSchema { subject: Arc::from(subject), version: self.version, id: SchemaId::new(self.id), schema }
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
