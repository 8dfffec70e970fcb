use std::sync::Arc;
use std::time::Duration;

use test_probe_directives::Format;

use super::lane::LaneKey;
use super::loaded::LoadedSchema;
use super::{Inner, SerdesFactory};
use crate::codec::{AnyCodec, Codec, NoCodec};
use crate::record_name::simple_name;
use crate::resolve_error::TriedSubject;
use crate::resolve_request::Wanted;
use crate::schema_catalog::LocalSchema;
use crate::subject::{is_for_values, record_in_subject, topic_record_subject};
use crate::{
    RegisteredSchema, RegistryError, RegistryFailure, ResolveError, ResolveRequest, SchemaId, SchemaText, ValueTarget,
};

/// However short the life of "latest" is set, a lane is good for this long, so that there is time to write with it.
const SHORTEST_LANE: Duration = Duration::from_secs(1);

/// A schema to write with, and where it is registered.
pub(super) struct Found {
    pub(super) subject: Arc<str>,
    /// The subject's version, unless the schema was registered by this very question.
    pub(super) version: Option<u32>,
    pub(super) schema: Arc<LoadedSchema>,
    /// Whether another schema may take its place by being registered.
    pub(super) is_latest: bool,
}

impl SerdesFactory {
    /// Finds out the schema that encoding or decoding needs, and keeps it ready.
    ///
    /// While the registry is out of order, a schema that was the latest goes on being used, with a warning.
    ///
    /// # Errors
    /// [`ResolveError`].
    ///
    /// # Panics
    /// Over HTTP outside a Tokio runtime with I/O and time, as `HttpSchemaRegistry` says.
    ///
    /// # Cancellation
    /// Safe: a question that others wait for too goes on with them. A registration that was sent may have happened.
    pub async fn resolve(&self, request: &ResolveRequest) -> Result<(), ResolveError> {
        match &request.0 {
            Wanted::Id(id) => self.0.load_by_id(*id).await.map(drop),
            Wanted::Lane(key) => self.0.resolve_lane(key).await.map(drop),
        }
    }

    /// The id of the schema that a value for `target` is written with; the target must name the record or the subject.
    ///
    /// # Errors
    /// [`ResolveError`].
    ///
    /// # Cancellation
    /// Safe; see [`resolve`](Self::resolve).
    pub async fn schema_id(&self, target: &ValueTarget) -> Result<SchemaId, ResolveError> {
        let record = target.record.as_ref().map(crate::RecordName::as_str);
        if let Some(id) = self.0.lanes.with(target, record, |lane| lane.schema.id) {
            return Ok(id);
        }
        self.0.resolve_lane(&LaneKey::new(target, record)).await.map(|schema| schema.id)
    }
}

impl Inner {
    async fn resolve_lane(&self, key: &LaneKey) -> Result<Arc<LoadedSchema>, ResolveError> {
        match self.find_or_register(key).await {
            Ok(Found { subject, schema, is_latest, .. }) => {
                let lifetime = is_latest.then(|| self.settings.latest_cache_ttl.max(SHORTEST_LANE));
                self.lanes.set(key, &subject, &schema, lifetime);
                Ok(schema)
            }
            Err(error) => {
                let Some(old) = self.lanes.get(key).filter(|_| error.helps_to_ask_again()) else { return Err(error) };
                tracing::warn!(%key, %error, "the schema used so far stays in use");
                let lifetime = self.settings.negative_cache_ttl.max(SHORTEST_LANE);
                self.lanes.set(key, &old.subject, &old.schema, Some(lifetime));
                Ok(Arc::clone(&old.schema))
            }
        }
    }

    async fn find_or_register(&self, key: &LaneKey) -> Result<Found, ResolveError> {
        let local = self.local_schema(key)?;
        match local {
            Some(local) if self.settings.auto_register && key.is_key => self.follow_or_register(key, local).await,
            Some(local) if self.settings.auto_register => self.register(key, local).await,
            _ => self.find(key, local).await,
        }
    }

    /// The schema that is registered for the topic's keys, whatever its version; the local one is registered where there
    /// is none. Whoever reads the topic by that schema goes on reading it.
    pub(super) async fn follow_or_register(&self, key: &LaneKey, local: &LocalSchema) -> Result<Found, ResolveError> {
        match self.find(key, Some(local)).await {
            Err(ResolveError::SchemaNotFound { .. }) => self.register(key, local).await,
            found => found,
        }
    }

    /// The local schema of the record, where there is one.
    pub(super) fn local_schema(&self, key: &LaneKey) -> Result<Option<&LocalSchema>, ResolveError> {
        if let Some(format @ (Format::Protobuf | Format::Json)) = key.format {
            return Err(ResolveError::FormatNotAvailable { format, place: format!("the format asked for, for {key}") });
        }
        let name = match (&key.record, &key.subject) {
            (Some(record), _) => record.as_str(),
            (None, None) => match self.catalog.only_value_name() {
                Some(name) => name.as_str(),
                None => return Ok(None),
            },
            (None, Some(_)) => return Ok(None),
        };
        self.catalog.find(name, key.version, key.format).map_err(|candidates| ResolveError::AmbiguousRecord {
            name: name.to_owned(),
            topic: key.topic.clone(),
            candidates,
        })
    }

    /// Where a local schema is registered.
    pub(super) fn subject_of(key: &LaneKey, local: &LocalSchema) -> Arc<str> {
        key.subject.clone().unwrap_or_else(|| topic_record_subject(&key.topic, local.name.as_str()).into())
    }

    /// Registers the local schema, after its earlier versions, so that the registry counts versions as the files do.
    pub(super) async fn register(&self, key: &LaneKey, local: &LocalSchema) -> Result<Found, ResolveError> {
        let subject = Self::subject_of(key, local);
        // Whatever cannot be written with is not registered either.
        let codec = codec_of(&local.schema, || local.file.clone())?;
        for earlier in self.catalog.history(local).filter(|earlier| earlier.version < local.version) {
            self.registry.register(&subject, &earlier.schema, self.settings.normalize).await?;
        }
        let id = self.registry.register(&subject, &local.schema, self.settings.normalize).await?;
        let schema = self.loaded.insert(LoadedSchema::new(id, codec));
        Ok(Found { subject, version: None, schema, is_latest: false })
    }

    /// Finds the schema under one of the subjects where it may be.
    pub(super) async fn find(&self, key: &LaneKey, local: Option<&LocalSchema>) -> Result<Found, ResolveError> {
        let mut tried = Vec::new();
        for subject in self.subjects_of(key, local, &mut tried).await? {
            match self.schema_under(&subject, key, local).await {
                Ok((registered, is_latest)) => return self.accept(key, registered, is_latest),
                Err(error) if error.failure.is_absence() => {
                    tried.push(TriedSubject { subject: subject.to_string(), failure: error.failure });
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(self.not_found(key, local, tried))
    }

    /// The subjects to look under, in order.
    async fn subjects_of(
        &self,
        key: &LaneKey,
        local: Option<&LocalSchema>,
        tried: &mut Vec<TriedSubject>,
    ) -> Result<Vec<Arc<str>>, ResolveError> {
        if let Some(subject) = &key.subject {
            return Ok(vec![Arc::clone(subject)]);
        }
        let asked = key.record.as_ref().filter(|record| record.has_namespace());
        let full = local.map(|local| &local.name).or(asked);
        let simple = match (full, &key.record) {
            (Some(full), _) => full.simple(),
            (None, Some(record)) => record.as_str(),
            (None, None) => return self.only_subject(key).await.map(|subject| vec![subject]),
        };
        let first = match full {
            Some(full) => Some(topic_record_subject(&key.topic, full.as_str()).into()),
            None => self.subject_in_any_namespace(key, simple, tried).await?,
        };
        let last: Arc<str> = topic_record_subject(&key.topic, simple).into();
        let mut subjects: Vec<Arc<str>> = first.into_iter().collect();
        if !subjects.contains(&last) {
            subjects.push(last);
        }
        Ok(subjects)
    }

    async fn subject_in_any_namespace(
        &self,
        key: &LaneKey,
        simple: &str,
        tried: &mut Vec<TriedSubject>,
    ) -> Result<Option<Arc<str>>, ResolveError> {
        let records = self.registered_records(key).await?;
        let mut named: Vec<String> =
            records.into_iter().filter(|record| record.contains('.') && simple_name(record) == simple).collect();
        match (named.pop(), named.is_empty()) {
            (Some(record), true) => Ok(Some(topic_record_subject(&key.topic, &record).into())),
            (Some(record), false) => {
                named.push(record);
                let (name, topic) = (simple.to_owned(), key.topic.clone());
                Err(ResolveError::AmbiguousRecord { name, topic, candidates: named })
            }
            (None, _) => {
                let subject = topic_record_subject(&key.topic, &format!("*.{simple}"));
                tried.push(TriedSubject { subject, failure: RegistryFailure::SubjectNotFound });
                Ok(None)
            }
        }
    }

    /// The one subject that is registered for values of the topic.
    async fn only_subject(&self, key: &LaneKey) -> Result<Arc<str>, ResolveError> {
        let mut records = self.registered_records(key).await?;
        records.retain(|record| is_for_values(record));
        match records.as_slice() {
            [only] => Ok(topic_record_subject(&key.topic, only).into()),
            _ => {
                let local = self.catalog.names().filter(|name| is_for_values(name)).map(str::to_owned).collect();
                Err(ResolveError::RecordNotNamed { topic: key.topic.clone(), candidates: records, local })
            }
        }
    }

    /// The records that the topic has subjects for.
    async fn registered_records(&self, key: &LaneKey) -> Result<Vec<String>, ResolveError> {
        let subjects = self.registry.subjects(&topic_record_subject(&key.topic, "").into()).await?;
        let records = subjects.iter().filter_map(|subject| record_in_subject(&key.topic, subject));
        Ok(records.map(str::to_owned).collect())
    }

    /// The schema of a subject, and whether it is there as the latest.
    async fn schema_under(
        &self,
        subject: &Arc<str>,
        key: &LaneKey,
        local: Option<&LocalSchema>,
    ) -> Result<(RegisteredSchema, bool), RegistryError> {
        if let Some(version) = key.version {
            return Ok((self.registry.version(subject, version).await?, false));
        }
        match local {
            Some(local) if !self.settings.use_latest_version && !key.is_key => {
                Ok((self.registry.look_up(subject, &local.schema, self.settings.normalize).await?, false))
            }
            _ => Ok((self.registry.latest(subject).await?, true)),
        }
    }

    /// Takes the registered schema, if it is what was asked for.
    fn accept(&self, key: &LaneKey, registered: RegisteredSchema, is_latest: bool) -> Result<Found, ResolveError> {
        let RegisteredSchema { subject, version, id, schema } = registered;
        if let Some(asked) = key.format.filter(|asked| *asked != schema.format) {
            let subject = subject.to_string();
            return Err(ResolveError::FormatMismatch { asked, subject, registered: schema.format });
        }
        let loaded = self.load(id, &schema, || format!("version {version} of subject `{subject}`"))?;
        match (&key.record, loaded.codec.record()) {
            (Some(asked), Some(found))
                if asked.simple() != found.simple() && !self.is_file_of(asked.as_str(), found) =>
            {
                Err(ResolveError::RecordMismatch {
                    asked: asked.to_string(),
                    subject: subject.to_string(),
                    found: found.to_string(),
                })
            }
            _ => Ok(Found { subject, version: Some(version), schema: loaded, is_latest }),
        }
    }

    /// Whether a schema was asked for by the name of its file.
    fn is_file_of(&self, stem: &str, record: &crate::RecordName) -> bool {
        matches!(self.catalog.find(stem, None, None), Ok(Some(local)) if local.name == *record)
    }

    fn not_found(&self, key: &LaneKey, local: Option<&LocalSchema>, tried: Vec<TriedSubject>) -> ResolveError {
        ResolveError::SchemaNotFound {
            wanted: key.to_string(),
            url: self.registry.url().to_owned(),
            tried,
            fix: self.fix(key, local),
        }
    }

    async fn load_by_id(&self, id: SchemaId) -> Result<Arc<LoadedSchema>, ResolveError> {
        match self.registry.by_id(id).await {
            Ok(schema) => self.load(id, &schema, || format!("the schema with id {id}")),
            Err(error) if error.failure.is_absence() => {
                Err(ResolveError::UnknownSchemaId { id, url: self.registry.url().to_owned() })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The schema of an id, ready for use.
    pub(super) fn load(
        &self,
        id: SchemaId,
        schema: &SchemaText,
        place: impl FnOnce() -> String,
    ) -> Result<Arc<LoadedSchema>, ResolveError> {
        match self.loaded.get(id) {
            Some(loaded) => Ok(loaded),
            None => Ok(self.loaded.insert(LoadedSchema::new(id, codec_of(schema, place)?))),
        }
    }
}

fn codec_of(schema: &SchemaText, place: impl FnOnce() -> String) -> Result<AnyCodec, ResolveError> {
    AnyCodec::of(schema).map_err(|reason| match reason {
        NoCodec::FormatNotAvailable(format) => ResolveError::FormatNotAvailable { format, place: place() },
        NoCodec::References(names) => ResolveError::ReferencesNotAvailable { place: place(), names },
        NoCodec::Invalid(source) => ResolveError::InvalidSchema { place: place(), source },
    })
}
