use std::sync::Arc;

use super::asked_record::AskedRecord;
use super::lane::LaneKey;
use super::resolver::{Found, LookingFor};
use super::{Inner, SerdesFactory};
use crate::{KeyTarget, ResolveError, SchemaGuid, SchemaId, SchemaIdentity, SchemaText, ValueTarget};
use test_probe_directives::KeyFormat;

/// Where a schema is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Registration {
    /// The subject.
    pub subject: Arc<str>,
    /// The schema's id.
    pub id: SchemaId,
    /// The schema's GUID, where the registry gives one.
    pub guid: Option<SchemaGuid>,
    /// The subject's version, where the registry said it.
    pub version: Option<u32>,
    /// Whether it was registered just now; else it was there.
    pub is_new: bool,
}

impl Registration {
    /// Whether a key or a value that names its schema so was written with this one.
    pub fn is_of(&self, schema: SchemaIdentity) -> bool {
        match schema {
            SchemaIdentity::Id(id) => self.id == id,
            SchemaIdentity::Guid(guid) => self.guid == Some(guid),
        }
    }
}

impl SerdesFactory {
    /// Checks that the schema of `target`'s record is registered. A local schema that is not is registered where
    /// [`auto_register`](crate::SerdesSettings::auto_register) is on; it is an error where it is off.
    ///
    /// # Errors
    /// [`ResolveError`]; notably [`ResolveError::SchemaNotFound`] with the subjects tried.
    ///
    /// # Cancellation
    /// Safe; a registration that was sent may have happened.
    pub async fn ensure_registered(&self, target: &ValueTarget) -> Result<Registration, ResolveError> {
        let looking: LookingFor<'_, _> = Box::pin(self.registered_or_new(target));
        looking.await
    }

    async fn registered_or_new(&self, target: &ValueTarget) -> Result<Registration, ResolveError> {
        let key = LaneKey::new(target, target.record.as_ref().map(AskedRecord::from));
        let inner = &*self.0;
        let local = inner.local_schema(&key)?;
        let Some(local) = local.filter(|_| inner.settings.auto_register) else {
            return Ok(present(inner.find(&key, local).await?));
        };
        if key.is_key {
            let found = inner.follow_or_register(&key, local).await?;
            return Ok(inner.registered_or_present(found));
        }
        let subject = inner.subject_of(&key, local);
        match inner.look_up_local(&subject, local).await {
            Ok(found) => {
                inner.load(SchemaIdentity::Id(found.id), &found.schema, || local.file.clone()).await?;
                let (id, guid, version) = (found.id, found.guid, Some(found.version));
                Ok(Registration { subject, id, guid, version, is_new: false })
            }
            Err(error) if error.failure.is_absence() => {
                let found = inner.register(&key, local).await?;
                Ok(inner.registered_or_present(found))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Where the schema of `target`'s record is registered, by the subjects that it may have. Nothing is registered.
    ///
    /// # Errors
    /// [`ResolveError`]; notably [`ResolveError::SchemaNotFound`] with the subjects tried.
    ///
    /// # Cancellation
    /// Safe.
    pub async fn find_registered(&self, target: &ValueTarget) -> Result<Registration, ResolveError> {
        let key = LaneKey::new(target, target.record.as_ref().map(AskedRecord::from));
        let local = self.0.local_schema(&key)?;
        let looking: LookingFor<'_, _> = Box::pin(self.0.find(&key, local));
        Ok(present(looking.await?))
    }

    /// The local schema of `target`'s record as the registry would be sent it, and the subject that it belongs under;
    /// nothing when there is no local schema. What it names must be registered.
    ///
    /// # Errors
    /// [`ResolveError`].
    ///
    /// # Cancellation
    /// Safe.
    pub async fn local_schema(&self, target: &ValueTarget) -> Result<Option<(Arc<str>, SchemaText)>, ResolveError> {
        let key = LaneKey::new(target, target.record.as_ref().map(AskedRecord::from));
        match self.0.local_schema(&key)? {
            Some(local) => Ok(Some((self.0.subject_of(&key, local), self.0.as_registered(local).await?))),
            None => Ok(None),
        }
    }

    /// Checks that the schema of a topic's keys is registered, as [`ensure_registered`](Self::ensure_registered) does. One
    /// that is registered for them already is left as it is, since keys follow it.
    /// `record` is the key's record: [`CloudEvent::RECORD`](crate::CloudEvent::RECORD), or a name for short.
    ///
    /// # Errors
    /// [`ResolveError::KeyWithoutSchema`] for keys that are no CloudEvents, and those of
    /// [`ensure_registered`](Self::ensure_registered).
    ///
    /// # Cancellation
    /// Safe; a registration that was sent may have happened.
    pub async fn ensure_key_registered(
        &self,
        target: &KeyTarget,
        record: &str,
        version: Option<u32>,
    ) -> Result<Registration, ResolveError> {
        match target.format {
            KeyFormat::CloudEvent => self.ensure_registered(&target.schema.clone().named(record, version)).await,
            format @ (KeyFormat::Text | KeyFormat::Json | KeyFormat::Bytes) => {
                Err(ResolveError::KeyWithoutSchema { topic: target.schema.topic.clone(), format })
            }
        }
    }
}

impl Inner {
    /// A schema that was registered just now may be the latest of its subject.
    fn registered_or_present(&self, found: Found) -> Registration {
        if found.is_new {
            self.lanes.forget_latest();
        }
        present(found)
    }
}

fn present(found: Found) -> Registration {
    let Found { subject, id, guid, version, is_new, .. } = found;
    Registration { subject, id, guid, version, is_new }
}
