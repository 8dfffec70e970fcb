use std::sync::Arc;

use test_probe_directives::{Format, KeyFormat, TopicDirective, TopicName};

use crate::serdes_factory::Memo;
use crate::{RecordName, SchemaId};

/// Where a value goes, which decides the schema it is written with. Make it once a topic and keep it.
///
/// The record is the serde name of the value's type unless [`named`](Self::named) gives another; a type named
/// `#[serde(rename = "com.acme.OrderCreated")]` says its full name. The schema is looked for
///
/// 1. under the subject given [`with_subject`](Self::with_subject), and nowhere else; without one,
/// 2. under `{topic}-{full name}`, where the full name is given or known from a local schema,
/// 3. where it is not, under the one registered subject `{topic}-{any name space}.{simple name}`,
/// 4. under `{topic}-{simple name}`,
/// 5. for Protobuf, under `{topic}-DynamicMessage`, where the Scala system keeps it.
///
/// That is so for the strategy TopicRecordName, the default; see
/// [`SubjectNameStrategy`](crate::SubjectNameStrategy) for the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueTarget {
    pub(crate) topic: TopicName,
    /// Whether it stands for the topic's keys, which follow what is registered for them.
    pub(crate) is_key: bool,
    pub(crate) subject: Option<Arc<str>>,
    pub(crate) format: Option<Format>,
    pub(crate) record: Option<RecordName>,
    pub(crate) version: Option<u32>,
    pub(crate) schema_id: Option<SchemaId>,
    pub(crate) memo: Memo,
}

impl ValueTarget {
    /// Values of a topic, called by its name on the cluster.
    pub fn new(topic: TopicName) -> Self {
        Self {
            topic,
            is_key: false,
            subject: None,
            format: None,
            record: None,
            version: None,
            schema_id: None,
            memo: Memo::default(),
        }
    }

    /// Names the registry subject, where it follows no naming strategy.
    #[must_use]
    pub fn with_subject(self, subject: impl Into<Arc<str>>) -> Self {
        Self { subject: Some(subject.into()), memo: Memo::default(), ..self }
    }

    /// Asks for a format. Without it the registry's answer decides.
    #[must_use]
    pub fn with_format(self, format: Format) -> Self {
        Self { format: Some(format), memo: Memo::default(), ..self }
    }

    /// Names the record, by its full or its simple name, and the version of its schema; without a version it is the one
    /// that [`SerdesSettings`](crate::SerdesSettings) choose.
    #[must_use]
    pub fn named(self, record: impl Into<Arc<str>>, version: Option<u32>) -> Self {
        Self { record: Some(RecordName::new(record)), version, memo: Memo::default(), ..self }
    }

    /// Gives the id of the schema to write with (`use.schema.id`), whatever its subject. A name that is given too says
    /// which of the schema's records is meant.
    #[must_use]
    pub fn with_schema_id(self, id: SchemaId) -> Self {
        Self { schema_id: Some(id), memo: Memo::default(), ..self }
    }

    /// The topic's name on the cluster.
    pub fn topic(&self) -> &TopicName {
        &self.topic
    }
}

/// The values of a directive's topic.
impl From<&TopicDirective> for ValueTarget {
    fn from(directive: &TopicDirective) -> Self {
        Self {
            topic: directive.topic_on_cluster.clone(),
            is_key: false,
            subject: directive.subject.as_deref().map(Arc::from),
            format: directive.format,
            record: None,
            version: None,
            schema_id: directive.schema_id.map(SchemaId::new),
            memo: Memo::default(),
        }
    }
}

/// Where a key goes, which decides how it is written. Make it once a topic and keep it.
///
/// A key is written with the latest schema that is registered for the topic's keys, whatever
/// [`SerdesSettings`](crate::SerdesSettings) choose for values, and in that schema's format; only where there is none, the
/// local one is registered, in the format of the topic's values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyTarget {
    pub(crate) format: KeyFormat,
    pub(crate) schema: ValueTarget,
}

impl KeyTarget {
    /// Keys of a topic, called by its name on the cluster.
    pub fn new(topic: TopicName, format: KeyFormat) -> Self {
        Self { format, schema: ValueTarget { is_key: true, ..ValueTarget::new(topic) } }
    }

    /// Says in which format a key is written that nothing is registered for; Avro where nothing is said.
    #[must_use]
    pub fn with_format(self, format: Format) -> Self {
        Self { schema: self.schema.with_format(format), ..self }
    }

    /// What the keys are.
    pub fn format(&self) -> KeyFormat {
        self.format
    }

    /// The topic's name on the cluster.
    pub fn topic(&self) -> &TopicName {
        &self.schema.topic
    }
}

/// The keys of a directive's topic.
impl From<&TopicDirective> for KeyTarget {
    fn from(directive: &TopicDirective) -> Self {
        let target = Self::new(directive.topic_on_cluster.clone(), directive.key);
        directive.format.map_or(target.clone(), |format| target.with_format(format))
    }
}

#[cfg(test)]
mod tests {
    use test_probe_directives::Role;

    use super::*;

    #[test]
    fn a_directives_topic_is_addressed_by_its_name_on_the_cluster() {
        let mut directive = TopicDirective::new(TopicName::new("orders").unwrap(), Role::Producer, "probe");
        directive.topic_on_cluster = TopicName::new("orders-run7").unwrap();
        directive.subject = Some("the-orders".into());
        directive.format = Some(Format::Avro);
        directive.key = KeyFormat::Text;
        let topic = TopicName::new("orders-run7").unwrap();
        assert_eq!(
            ValueTarget::from(&directive),
            ValueTarget::new(topic.clone()).with_subject("the-orders").with_format(Format::Avro)
        );
        assert_eq!(KeyTarget::from(&directive), KeyTarget::new(topic, KeyFormat::Text).with_format(Format::Avro));
    }
}
