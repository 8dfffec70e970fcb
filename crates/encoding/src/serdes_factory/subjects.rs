//! Under which subjects a schema may be.

use std::sync::Arc;

use test_probe_directives::Format;

use super::Inner;
use super::lane::LaneKey;
use crate::record_name::simple_name;
use crate::resolve_error::TriedSubject;
use crate::schema_catalog::LocalSchema;
use crate::subject::{is_for_values, record_in_subject, topic_record_subject};
use crate::{RegistryFailure, ResolveError, SubjectNameStrategy};

pub(super) type Subject = Arc<str>;

/// What the Scala system calls every Protobuf value in its subject.
pub(super) const DYNAMIC_MESSAGE: &str = "-DynamicMessage";

impl Inner {
    /// The subjects to look under, in order. What was looked for in vain on the way is told to `tried`.
    pub(super) async fn subjects_of(
        &self,
        key: &LaneKey,
        local: Option<&LocalSchema>,
        tried: &mut Vec<TriedSubject>,
    ) -> Result<Vec<Subject>, ResolveError> {
        let strategy = self.settings.subject_name_strategy;
        match (&key.subject, strategy) {
            (Some(subject), _) => return Ok(vec![Arc::clone(subject)]),
            (None, SubjectNameStrategy::TopicName) => {
                return Ok(vec![strategy.subject(&key.topic, key.is_key, "").into()]);
            }
            (None, SubjectNameStrategy::TopicRecordName | SubjectNameStrategy::RecordName) => {}
        }
        let own = local.map(|local| match &key.record {
            Some(asked) => local.record_called(asked.as_str()),
            None => &local.name,
        });
        let Some(simple) = own.or(key.record.as_ref()).map(crate::RecordName::simple) else {
            return self.only_subject(key).await.map(|subject| vec![subject]);
        };
        let full = [own, key.record.as_ref()].into_iter().flatten().filter(|record| record.has_namespace());
        let mut names: Vec<String> = full.map(|record| record.as_str().to_owned()).collect();
        if names.is_empty() && own.is_none() && strategy == SubjectNameStrategy::TopicRecordName {
            names.extend(self.name_in_any_namespace(key, simple, tried).await?);
        }
        names.push(simple.to_owned());
        if self.may_be_dynamic(key, local) {
            names.push(DYNAMIC_MESSAGE.trim_start_matches('-').to_owned());
        }
        let mut subjects: Vec<Subject> = Vec::with_capacity(names.len());
        for name in names {
            let subject: Subject = strategy.subject(&key.topic, key.is_key, &name).into();
            if !subjects.contains(&subject) {
                subjects.push(subject);
            }
        }
        Ok(subjects)
    }

    /// Whether the schema may be where the Scala system keeps those of Protobuf.
    fn may_be_dynamic(&self, key: &LaneKey, local: Option<&LocalSchema>) -> bool {
        let format = key.format.or(local.map(|local| local.schema.format));
        self.settings.subject_name_strategy == SubjectNameStrategy::TopicRecordName
            && !key.is_key
            && format.is_none_or(|format| format == Format::Protobuf)
    }

    async fn name_in_any_namespace(
        &self,
        key: &LaneKey,
        simple: &str,
        tried: &mut Vec<TriedSubject>,
    ) -> Result<Option<String>, ResolveError> {
        let records = self.registered_records(key).await?;
        let mut named: Vec<String> =
            records.into_iter().filter(|record| record.contains('.') && simple_name(record) == simple).collect();
        match (named.pop(), named.is_empty()) {
            (Some(record), true) => Ok(Some(record)),
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
    async fn only_subject(&self, key: &LaneKey) -> Result<Subject, ResolveError> {
        let mut records = match self.settings.subject_name_strategy {
            SubjectNameStrategy::TopicRecordName => self.registered_records(key).await?,
            // Under the other strategies no subject tells by its name that it is for the topic.
            SubjectNameStrategy::TopicName | SubjectNameStrategy::RecordName => Vec::new(),
        };
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
}
