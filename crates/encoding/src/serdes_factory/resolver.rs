use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::asked_record::AskedRecord;
use super::lane::LaneKey;
use super::loaded::LoadedSchema;
use super::subjects::{DYNAMIC_MESSAGE, Subject};
use super::written_with::WrittenWith;
use super::{Inner, SerdesFactory};
use crate::codec::{AnyCodec, Codec, Part};
use crate::resolve_error::TriedSubject;
use crate::resolve_request::Wanted;
use crate::schema_catalog::LocalSchema;
use crate::{
    RegisteredSchema, RegistryError, RegistryFailure, ResolveError, ResolveRequest, SchemaGuid, SchemaId,
    SchemaIdLocation, SchemaIdentity, SchemaText, SubjectNameStrategy, ValueTarget,
};

/// However short the life of "latest" is set, a lane is good for this long, so that there is time to write with it.
const SHORTEST_LANE: Duration = Duration::from_secs(1);

/// A schema that is being looked for.
pub(super) type LookingFor<'a, T> = Pin<Box<dyn Future<Output = Result<T, ResolveError>> + Send + 'a>>;

/// A schema to write with, and where it is registered.
pub(super) struct Found {
    /// The subject, or what else the schema was found by.
    pub(super) subject: Arc<str>,
    /// The subject's version, where the registry said it.
    pub(super) version: Option<u32>,
    /// Whether the schema was registered by this very question.
    pub(super) is_new: bool,
    pub(super) id: SchemaId,
    pub(super) guid: Option<SchemaGuid>,
    pub(super) schema: Arc<LoadedSchema>,
    pub(super) part: Part,
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
            Wanted::Schema(identity) => self.0.load_named(*identity).await.map(drop),
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
        let record = target.record.as_ref().map(AskedRecord::from);
        if let Some(id) = self.0.lanes.find(target, record).map(|lane| lane.written.id) {
            return Ok(id);
        }
        self.0.resolve_lane(&LaneKey::new(target, record)).await.map(|written| written.id)
    }
}

impl Inner {
    async fn resolve_lane(&self, key: &LaneKey) -> Result<WrittenWith, ResolveError> {
        // Boxed, since all that looking for a schema takes would otherwise lie in every future that may need one.
        let looking: LookingFor<'_, _> = Box::pin(self.found_to_write_with(key));
        match looking.await {
            Ok((written, is_latest)) => {
                let lifetime = is_latest.then(|| self.settings.latest_cache_ttl.max(SHORTEST_LANE));
                self.lanes.set(key, &written, lifetime);
                Ok(written)
            }
            Err(error) => {
                let Some(old) = self.lanes.get(key).filter(|_| error.helps_to_ask_again()) else { return Err(error) };
                tracing::warn!(%key, %error, "the schema used so far stays in use");
                let lifetime = self.settings.negative_cache_ttl.max(SHORTEST_LANE);
                self.lanes.set(key, &old.written, Some(lifetime));
                Ok(old.written.clone())
            }
        }
    }

    /// What to write with, and whether another schema may take its place.
    async fn found_to_write_with(&self, key: &LaneKey) -> Result<(WrittenWith, bool), ResolveError> {
        let found = self.find_or_register(key).await?;
        let guid = match self.settings.schema_id_location {
            SchemaIdLocation::Prefix => None,
            SchemaIdLocation::Header => Some(self.guid_of(&found).await?),
        };
        let Found { subject, id, schema, part, is_latest, .. } = found;
        Ok((WrittenWith::new(subject, id, schema, part, guid), is_latest))
    }

    async fn guid_of(&self, found: &Found) -> Result<SchemaGuid, ResolveError> {
        let guid = match found.guid {
            Some(guid) => Some(guid),
            None => self.registry.by_id(found.id).await?.guid,
        };
        guid.ok_or_else(|| ResolveError::NoGuid { id: found.id, url: self.registry.url().to_owned() })
    }

    async fn find_or_register(&self, key: &LaneKey) -> Result<Found, ResolveError> {
        if let Some(id) = key.schema_id {
            return self.with_id(key, id).await;
        }
        let local = self.local_schema(key)?;
        match local {
            Some(local) if self.settings.auto_register && key.is_key => self.follow_or_register(key, local).await,
            Some(local) if self.settings.auto_register => self.register(key, local).await,
            _ => self.find(key, local).await,
        }
    }

    /// The local schema of the record, where there is one.
    pub(super) fn local_schema(&self, key: &LaneKey) -> Result<Option<&LocalSchema>, ResolveError> {
        let name = match (&key.record, &key.subject) {
            (Some(record), _) => record.as_str(),
            (None, None) => match self.catalog.only_value_name(key.format) {
                Some(name) => name.as_str(),
                None => return Ok(None),
            },
            (None, Some(_)) => return Ok(None),
        };
        let found = match self.settings.subject_name_strategy {
            SubjectNameStrategy::TopicName => self.catalog.find_for_topic(name, key.version, key.format),
            SubjectNameStrategy::TopicRecordName | SubjectNameStrategy::RecordName => {
                self.catalog.find(name, key.version, key.format)
            }
        };
        found.map_err(|candidates| ResolveError::AmbiguousRecord {
            name: name.to_owned(),
            topic: key.topic.clone(),
            candidates,
        })
    }

    /// Finds the schema under one of the subjects where it may be.
    pub(super) async fn find(&self, key: &LaneKey, local: Option<&LocalSchema>) -> Result<Found, ResolveError> {
        let mut tried = Vec::new();
        for subject in self.subjects_of(key, local, &mut tried).await? {
            match self.schema_under(&subject, key, local).await {
                Ok((registered, is_latest)) => match self.accept(key, registered, is_latest).await {
                    // The subject of all dynamic messages of a topic holds one of them, which need not be this one.
                    Err(ResolveError::RecordMismatch { .. }) if subject.ends_with(DYNAMIC_MESSAGE) => {
                        let failure = RegistryFailure::SchemaNotFound;
                        tried.push(TriedSubject { subject: subject.to_string(), failure });
                    }
                    accepted => return accepted,
                },
                Err(ResolveError::Registry(error)) if error.failure.is_absence() => {
                    tried.push(TriedSubject { subject: subject.to_string(), failure: error.failure });
                }
                Err(error) => return Err(error),
            }
        }
        Err(self.not_found(key, local, tried))
    }

    /// The schema of a subject, and whether it is there as the latest.
    async fn schema_under(
        &self,
        subject: &Subject,
        key: &LaneKey,
        local: Option<&LocalSchema>,
    ) -> Result<(RegisteredSchema, bool), ResolveError> {
        if let Some(version) = key.version {
            return Ok((self.registry.version(subject, version).await?, false));
        }
        match local {
            Some(local) if !self.settings.use_latest_version && !key.is_key => {
                let schema = self.as_registered(local).await?;
                Ok((self.registry.look_up(subject, &schema, self.settings.normalize).await?, false))
            }
            _ => Ok((self.registry.latest(subject).await?, true)),
        }
    }

    /// Takes the registered schema, if it is what was asked for.
    async fn accept(
        &self,
        key: &LaneKey,
        registered: RegisteredSchema,
        is_latest: bool,
    ) -> Result<Found, ResolveError> {
        let RegisteredSchema { subject, version, id, guid, schema } = registered;
        if let Some(asked) = key.format.filter(|asked| !key.is_key && *asked != schema.format) {
            let subject = subject.to_string();
            return Err(ResolveError::FormatMismatch { asked, subject, registered: schema.format });
        }
        let place = || format!("version {version} of subject `{subject}`");
        let schema = self.load(SchemaIdentity::Id(id), &schema, place).await?;
        let part = self.part_for(key, &schema, &subject)?;
        Ok(Found { subject, version: Some(version), is_new: false, id, guid, schema, part, is_latest })
    }

    /// The schema of an id that a target gives.
    async fn with_id(&self, key: &LaneKey, id: SchemaId) -> Result<Found, ResolveError> {
        let schema = self.load_named(SchemaIdentity::Id(id)).await?;
        let subject: Arc<str> = format!("(schema id {id})").into();
        if let Some(asked) = key.format.filter(|asked| !key.is_key && *asked != schema.codec.format()) {
            let registered = schema.codec.format();
            return Err(ResolveError::FormatMismatch { asked, subject: subject.to_string(), registered });
        }
        let part = self.part_for(key, &schema, &subject)?;
        Ok(Found { subject, version: None, is_new: false, id, guid: None, schema, part, is_latest: false })
    }

    /// The part of a schema that describes the record asked for.
    pub(super) fn part_for(&self, key: &LaneKey, schema: &LoadedSchema, subject: &str) -> Result<Part, ResolveError> {
        let Some(asked) = &key.record else { return Ok(Part::WHOLE) };
        let codec = &schema.codec;
        if let Some(part) = codec.part_of(asked.as_str()).or_else(|| codec.part_of(asked.simple())) {
            return Ok(part);
        }
        let described = codec.records();
        if described.is_empty() || self.is_file_of(asked.as_str(), &described) {
            return Ok(Part::WHOLE);
        }
        let found: Vec<&str> = described.into_iter().map(crate::RecordName::as_str).collect();
        Err(ResolveError::RecordMismatch {
            asked: asked.to_string(),
            subject: subject.to_owned(),
            found: found.join("`, `"),
        })
    }

    /// Whether a schema was asked for by the name of its file.
    fn is_file_of(&self, stem: &str, described: &[&crate::RecordName]) -> bool {
        self.catalog.is_file_of(stem, described)
    }

    fn not_found(&self, key: &LaneKey, local: Option<&LocalSchema>, tried: Vec<TriedSubject>) -> ResolveError {
        ResolveError::SchemaNotFound {
            wanted: key.to_string(),
            url: self.registry.url().to_owned(),
            tried,
            fix: self.fix(key, local),
        }
    }

    async fn load_named(&self, identity: SchemaIdentity) -> Result<Arc<LoadedSchema>, ResolveError> {
        let looking: LookingFor<'_, _> = Box::pin(self.look_for(identity));
        looking.await
    }

    async fn look_for(&self, identity: SchemaIdentity) -> Result<Arc<LoadedSchema>, ResolveError> {
        let schema = match identity {
            SchemaIdentity::Id(id) => self.registry.by_id(id).await.map(|found| found.schema),
            SchemaIdentity::Guid(guid) => self.registry.by_guid(guid).await.map(|found| found.schema),
        };
        match schema {
            Ok(schema) => self.load(identity, &schema, || format!("the schema with {identity}")).await,
            Err(error) => Err(self.unknown(identity, error)),
        }
    }

    fn unknown(&self, schema: SchemaIdentity, error: RegistryError) -> ResolveError {
        if error.failure.is_absence() {
            ResolveError::UnknownSchema { schema, url: self.registry.url().to_owned() }
        } else {
            error.into()
        }
    }

    /// A schema, ready for use.
    pub(super) async fn load(
        &self,
        identity: SchemaIdentity,
        schema: &SchemaText,
        place: impl Fn() -> String,
    ) -> Result<Arc<LoadedSchema>, ResolveError> {
        if let Some(loaded) = self.loaded.get(identity) {
            return Ok(loaded);
        }
        let dependencies = self.dependencies(schema, &place).await?;
        let codec = AnyCodec::of(schema, &dependencies, self.settings.validate_json)
            .map_err(|source| ResolveError::InvalidSchema { place: place(), source })?;
        Ok(self.loaded.insert(LoadedSchema::new(identity, codec)))
    }
}
