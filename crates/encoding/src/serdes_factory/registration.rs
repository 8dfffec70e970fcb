use std::sync::Arc;

use super::lane::LaneKey;
use super::resolver::Found;
use super::{Inner, SerdesFactory};
use crate::record_name::RecordName;
use crate::{KeyTarget, ResolveError, SchemaId, ValueTarget};
use test_probe_directives::KeyFormat;

/// Where a schema is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Registration {
    /// The subject.
    pub subject: Arc<str>,
    /// The schema's id.
    pub id: SchemaId,
    /// The subject's version, where the registry said it.
    pub version: Option<u32>,
    /// Whether it was registered just now; else it was there.
    pub is_new: bool,
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
        let key = LaneKey::new(target, target.record.as_ref().map(RecordName::as_str));
        let inner = &*self.0;
        let local = inner.local_schema(&key)?;
        let Some(local) = local.filter(|_| inner.settings.auto_register) else {
            return Ok(present(inner.find(&key, local).await?));
        };
        if key.is_key {
            let found = inner.follow_or_register(&key, local).await?;
            return Ok(inner.registered_or_present(found));
        }
        let subject = Inner::subject_of(&key, local);
        match inner.registry.look_up(&subject, &local.schema, inner.settings.normalize).await {
            Ok(found) => {
                inner.load(found.id, &local.schema, || local.file.clone())?;
                Ok(Registration { subject, id: found.id, version: Some(found.version), is_new: false })
            }
            Err(error) if error.failure.is_absence() => {
                let found = inner.register(&key, local).await?;
                Ok(inner.registered_or_present(found))
            }
            Err(error) => Err(error.into()),
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
        let is_new = found.version.is_none();
        if is_new {
            self.lanes.forget_latest();
        }
        Registration { is_new, ..present(found) }
    }
}

fn present(found: Found) -> Registration {
    Registration { subject: found.subject, id: found.schema.id, version: found.version, is_new: false }
}
