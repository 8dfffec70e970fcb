//! Local schemas on their way into the registry.

use std::collections::HashMap;

use super::Inner;
use super::lane::LaneKey;
use super::loaded::LoadedSchema;
use super::resolver::Found;
use super::subjects::Subject;
use crate::codec::AnyCodec;
use crate::schema_catalog::LocalSchema;
use crate::{RegisteredSchema, RegistryError, ResolveError, SchemaIdentity, SchemaReference, SchemaText};

/// What happens to the schemas that a local one names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    /// They are registered, each under the name by which it is called, as Confluent's clients do it.
    Registered,
    /// They must be there.
    LookedUp,
}

impl Inner {
    /// The schema that is registered for the topic's keys, whatever its version; the local one is registered where there
    /// is none. Whoever reads the topic by that schema goes on reading it.
    pub(super) async fn follow_or_register(&self, key: &LaneKey, local: &LocalSchema) -> Result<Found, ResolveError> {
        match self.find(key, Some(local)).await {
            Err(ResolveError::SchemaNotFound { .. }) => self.register(key, local).await,
            found => found,
        }
    }

    /// Where a local schema is registered.
    pub(super) fn subject_of(&self, key: &LaneKey, local: &LocalSchema) -> Subject {
        let record = match &key.record {
            Some(asked) => local.record_called(asked.as_str()),
            None => &local.name,
        };
        let by_strategy =
            || self.settings.subject_name_strategy.subject(&key.topic, key.is_key, record.as_str()).into();
        key.subject.clone().unwrap_or_else(by_strategy)
    }

    /// Registers the local schema, after its earlier versions, so that the registry counts versions as the files do.
    pub(super) async fn register(&self, key: &LaneKey, local: &LocalSchema) -> Result<Found, ResolveError> {
        let subject = self.subject_of(key, local);
        // Whatever cannot be written with is not registered either.
        let codec = AnyCodec::of(&local.schema, &self.catalog.dependencies(local), self.settings.validate_json)
            .map_err(|source| ResolveError::InvalidSchema { place: local.file.clone(), source })?;
        for earlier in self.catalog.history(local).filter(|earlier| earlier.version < local.version) {
            self.register_one(&subject, earlier).await?;
        }
        let registered = self.register_one(&subject, local).await?;
        let schema = self.loaded.insert(LoadedSchema::new(SchemaIdentity::Id(registered.id), codec));
        let part = self.part_for(key, &schema, &subject)?;
        let crate::Registered { id, guid, version } = registered;
        Ok(Found { subject, version, is_new: true, id, guid, schema, part, is_latest: false })
    }

    async fn register_one(&self, subject: &Subject, local: &LocalSchema) -> Result<crate::Registered, RegistryError> {
        let schema = self.referring(local, Named::Registered).await?;
        self.registry.register(subject, &schema, self.settings.normalize).await
    }

    /// Where a local schema is registered under a subject.
    pub(super) async fn look_up_local(
        &self,
        subject: &Subject,
        local: &LocalSchema,
    ) -> Result<RegisteredSchema, RegistryError> {
        let schema = self.as_registered(local).await?;
        self.registry.look_up(subject, &schema, self.settings.normalize).await
    }

    /// A local schema as the registry has it: with where the schemas that it names are.
    pub(super) async fn as_registered(&self, local: &LocalSchema) -> Result<SchemaText, RegistryError> {
        self.referring(local, Named::LookedUp).await
    }

    async fn referring(&self, local: &LocalSchema, named: Named) -> Result<SchemaText, RegistryError> {
        let mut known: HashMap<&str, SchemaReference> = HashMap::new();
        for (name, other) in self.catalog.named_by(local) {
            let subject: Subject = name.into();
            let schema = with_references(other, &known);
            let version = self.version_of(&subject, &schema, named).await?;
            known.insert(name, SchemaReference { name: name.to_owned(), subject: name.to_owned(), version });
        }
        Ok(with_references(local, &known))
    }

    async fn version_of(&self, subject: &Subject, schema: &SchemaText, named: Named) -> Result<u32, RegistryError> {
        let normalize = self.settings.normalize;
        if named == Named::Registered
            && let Some(version) = self.registry.register(subject, schema, normalize).await?.version
        {
            return Ok(version);
        }
        let RegisteredSchema { version, .. } = self.registry.look_up(subject, schema, normalize).await?;
        Ok(version)
    }
}

fn with_references(local: &LocalSchema, known: &HashMap<&str, SchemaReference>) -> SchemaText {
    let references = local.imports.iter().filter_map(|import| known.get(import.name.as_str()).cloned());
    SchemaText { references: references.collect::<Vec<_>>().into(), ..local.schema.clone() }
}
