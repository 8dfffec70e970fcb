//! A registry that does what a test tells it: no server, no socket.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use test_probe_directives::Format;

use uuid::Uuid;

use crate::{
    IdentifiedSchema, Registered, RegisteredSchema, RegistryError, RegistryFailure, RegistryRequest, SchemaGuid,
    SchemaId, SchemaRegistry, SchemaText,
};

/// A registry in memory that writes down what it is asked, and fails when told to.
#[derive(Debug, Default)]
pub struct ScriptedRegistry {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    schemas: Vec<SchemaText>,
    subjects: BTreeMap<String, Vec<SchemaId>>,
    calls: Vec<RegistryRequest>,
    failures: VecDeque<RegistryFailure>,
    is_older: bool,
}

impl ScriptedRegistry {
    /// A registry with these Avro schemas under these subjects.
    pub fn with(subjects: &[(&str, &str)]) -> Arc<Self> {
        let registry = Self::default();
        for (subject, text) in subjects {
            registry.put(subject, &SchemaText::new(Format::Avro, *text));
        }
        Arc::new(registry)
    }

    /// Registers a schema behind everybody's back.
    pub fn put(&self, subject: &str, schema: &SchemaText) -> SchemaId {
        self.state().put(subject, schema)
    }

    /// From now on it answers as registries did before they had GUIDs: with none, and to a registration with the id alone.
    pub fn be_older(&self) {
        self.state().is_older = true;
    }

    /// The next questions are answered so.
    pub fn fail_next(&self, failures: impl IntoIterator<Item = RegistryFailure>) {
        self.state().failures.extend(failures);
    }

    /// What was asked so far.
    pub fn calls(&self) -> Vec<RegistryRequest> {
        self.state().calls.clone()
    }

    /// What was asked since the last time this was.
    pub fn take_calls(&self) -> Vec<RegistryRequest> {
        std::mem::take(&mut self.state().calls)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn answer<A>(
        &self,
        request: RegistryRequest,
        answer: impl FnOnce(&mut State) -> Result<A, RegistryFailure>,
    ) -> Result<A, RegistryError> {
        self.state().calls.push(request.clone());
        // As over a network, others get their turn before the answer comes.
        tokio::task::yield_now().await;
        let mut state = self.state();
        let result = match state.failures.pop_front() {
            Some(failure) => Err(failure),
            None => answer(&mut state),
        };
        result.map_err(|failure| RegistryError::new(request, self.url(), failure))
    }
}

impl State {
    fn put(&mut self, subject: &str, schema: &SchemaText) -> SchemaId {
        let position = self.schemas.iter().position(|known| known == schema).unwrap_or_else(|| {
            self.schemas.push(schema.clone());
            self.schemas.len() - 1
        });
        let id = SchemaId::new(number(position));
        let versions = self.subjects.entry(subject.to_owned()).or_default();
        if !versions.contains(&id) {
            versions.push(id);
        }
        id
    }

    fn schema(&self, id: SchemaId) -> Result<SchemaText, RegistryFailure> {
        let index = position(id.as_u32());
        self.schemas.get(index).cloned().ok_or(RegistryFailure::SchemaNotFound)
    }

    fn identified(&self, id: SchemaId) -> Result<IdentifiedSchema, RegistryFailure> {
        let schema = self.schema(id)?;
        Ok(IdentifiedSchema { guid: self.guid_of(&schema), schema })
    }

    fn guid_of(&self, schema: &SchemaText) -> Option<SchemaGuid> {
        (!self.is_older).then(|| guid_of(schema))
    }

    fn versions(&self, subject: &str) -> Result<&[SchemaId], RegistryFailure> {
        self.subjects.get(subject).map(Vec::as_slice).ok_or(RegistryFailure::SubjectNotFound)
    }

    fn place(&self, subject: &str, index: usize) -> Result<RegisteredSchema, RegistryFailure> {
        let id = *self.versions(subject)?.get(index).ok_or(RegistryFailure::VersionNotFound)?;
        let version = number(index);
        let IdentifiedSchema { schema, guid } = self.identified(id)?;
        Ok(RegisteredSchema { subject: subject.into(), version, id, guid, schema })
    }
}

/// As a registry does, each schema gets a GUID of its own that says nothing of this registry.
pub(crate) fn guid_of(schema: &SchemaText) -> SchemaGuid {
    let name = format!("{schema:?}");
    SchemaGuid::from_bytes(Uuid::new_v3(&Uuid::NAMESPACE_OID, name.as_bytes()).into_bytes())
}

/// Ids and versions are counted from 1.
fn number(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX - 1) + 1
}

/// Where the schema or version of this number is; nowhere for 0.
fn position(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX).wrapping_sub(1)
}

#[async_trait]
impl SchemaRegistry for ScriptedRegistry {
    fn url(&self) -> &str {
        "memory://registry"
    }

    async fn register(&self, subject: &str, schema: &SchemaText, _: bool) -> Result<Registered, RegistryError> {
        let request = RegistryRequest::Register { subject: subject.to_owned() };
        let register = |state: &mut State| {
            let id = state.put(subject, schema);
            let version = state.versions(subject)?.iter().position(|known| *known == id).map(number);
            Ok(Registered { id, guid: state.guid_of(schema), version: version.filter(|_| !state.is_older) })
        };
        self.answer(request, register).await
    }

    async fn look_up(&self, subject: &str, schema: &SchemaText, _: bool) -> Result<RegisteredSchema, RegistryError> {
        let request = RegistryRequest::LookUp { subject: subject.to_owned() };
        let look_up = |state: &mut State| {
            let known = |id: &SchemaId| state.schema(*id).is_ok_and(|known| known == *schema);
            let index = state.versions(subject)?.iter().position(known).ok_or(RegistryFailure::SchemaNotFound)?;
            state.place(subject, index)
        };
        self.answer(request, look_up).await
    }

    async fn by_id(&self, id: SchemaId) -> Result<IdentifiedSchema, RegistryError> {
        self.answer(RegistryRequest::ById { id }, |state| state.identified(id)).await
    }

    async fn by_guid(&self, guid: SchemaGuid) -> Result<IdentifiedSchema, RegistryError> {
        let find = |state: &mut State| {
            if state.is_older {
                return Err(RegistryFailure::NotOffered { status: 404, message: "HTTP 404 Not Found".to_owned() });
            }
            let schema = state.schemas.iter().find(|schema| guid_of(schema) == guid).cloned();
            let schema = schema.ok_or(RegistryFailure::SchemaNotFound)?;
            Ok(IdentifiedSchema { schema, guid: Some(guid) })
        };
        self.answer(RegistryRequest::ByGuid { guid }, find).await
    }

    async fn latest(&self, subject: &str) -> Result<RegisteredSchema, RegistryError> {
        let request = RegistryRequest::Latest { subject: subject.to_owned() };
        self.answer(request, |state| state.place(subject, state.versions(subject)?.len() - 1)).await
    }

    async fn version(&self, subject: &str, version: u32) -> Result<RegisteredSchema, RegistryError> {
        let request = RegistryRequest::Version { subject: subject.to_owned(), version };
        let index = position(version);
        self.answer(request, |state| state.place(subject, index)).await
    }

    async fn subjects(&self, prefix: &str) -> Result<Vec<String>, RegistryError> {
        let request = RegistryRequest::Subjects { prefix: prefix.to_owned() };
        let list = |state: &mut State| {
            Ok(state.subjects.keys().filter(|subject| subject.starts_with(prefix)).cloned().collect())
        };
        self.answer(request, list).await
    }
}
