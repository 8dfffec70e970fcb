use std::fmt;
use std::str::FromStr;

use test_probe_directives::TopicName;

use crate::CloudEvent;
use crate::record_name::simple_name;

/// How a record's subject in the registry is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SubjectNameStrategy {
    /// `{topic}-{full record name}`, for keys and for values: each type on a topic evolves on its own.
    #[default]
    TopicRecordName,
    /// `{topic}-key` and `{topic}-value`: one schema for all of a topic, be it a union.
    TopicName,
    /// `{full record name}`: one schema for a type, whatever its topic.
    RecordName,
}

impl SubjectNameStrategy {
    const ALL: [Self; 3] = [Self::TopicRecordName, Self::TopicName, Self::RecordName];

    /// The word for it in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TopicRecordName => "topic-record-name",
            Self::TopicName => "topic-name",
            Self::RecordName => "record-name",
        }
    }

    /// The subject of a record on a topic.
    pub fn subject(self, topic: &TopicName, is_key: bool, record: &str) -> String {
        match self {
            Self::TopicRecordName => topic_record_subject(topic, record),
            Self::TopicName => format!("{topic}-{}", if is_key { "key" } else { "value" }),
            Self::RecordName => record.to_owned(),
        }
    }
}

impl fmt::Display for SubjectNameStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that stands for no strategy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no way to name subjects; topic-record-name, topic-name and record-name are")]
pub struct UnknownSubjectNameStrategy(String);

/// Reads the words of the configuration, and the class names of Confluent's and the Scala system's settings.
impl FromStr for SubjectNameStrategy {
    type Err = UnknownSubjectNameStrategy;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let class = simple_name(text.trim());
        let plain = |name: &str| name.replace(['-', '_'], "").to_ascii_lowercase();
        let wanted = plain(class);
        let wanted = wanted.strip_suffix("strategy").unwrap_or(&wanted);
        Self::ALL
            .into_iter()
            .find(|strategy| plain(strategy.as_str()) == wanted)
            .ok_or_else(|| UnknownSubjectNameStrategy(text.to_owned()))
    }
}

/// The subject of a record on a topic by the strategy TopicRecordName: `{topic}-{record}`, for keys and for values.
pub fn topic_record_subject(topic: &TopicName, record: &str) -> String {
    format!("{topic}-{record}")
}

/// The record that a subject is for, if the subject is one of this topic.
///
/// A record's name has no hyphen, so `orders-dlq-com.acme.Order` is none of the topic `orders`.
pub(crate) fn record_in_subject<'s>(topic: &TopicName, subject: &'s str) -> Option<&'s str> {
    let record = subject.strip_prefix(topic.as_str())?.strip_prefix('-')?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    (!record.is_empty() && record.chars().all(allowed)).then_some(record)
}

/// Whether a record's subject is one that values are written under: not the CloudEvent key's, and not the `-key` of
/// the strategy TopicName.
pub(crate) fn is_for_values(record: &str) -> bool {
    record != "key" && simple_name(record) != simple_name(CloudEvent::RECORD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_follows_the_topic_and_a_hyphen() {
        let topic = TopicName::new("orders").unwrap();
        assert_eq!(topic_record_subject(&topic, "com.acme.Order"), "orders-com.acme.Order");
        for (subject, record) in [
            ("orders-com.acme.Order", Some("com.acme.Order")),
            ("orders-Order", Some("Order")),
            ("orders-value", Some("value")),
            ("orders-dlq-com.acme.Order", None),
            ("orders-", None),
            ("orders", None),
            ("ordersX-Order", None),
            ("payments-Order", None),
        ] {
            assert_eq!(record_in_subject(&topic, subject), record, "{subject}");
        }
    }

    #[test]
    fn keys_are_not_for_values() {
        for (record, values) in
            [("com.acme.Order", true), ("value", true), ("key", false), ("io.distia.CloudEvent", false)]
        {
            assert_eq!(is_for_values(record), values, "{record}");
        }
    }

    #[test]
    fn each_strategy_names_subjects_its_own_way() {
        let topic = TopicName::new("orders").unwrap();
        for (strategy, of_value, of_key) in [
            (SubjectNameStrategy::TopicRecordName, "orders-com.acme.Order", "orders-com.acme.Order"),
            (SubjectNameStrategy::TopicName, "orders-value", "orders-key"),
            (SubjectNameStrategy::RecordName, "com.acme.Order", "com.acme.Order"),
        ] {
            let subject = |is_key| strategy.subject(&topic, is_key, "com.acme.Order");
            assert_eq!((subject(false).as_str(), subject(true).as_str()), (of_value, of_key), "{strategy}");
        }
    }

    #[test]
    fn a_strategy_is_read_by_its_word_and_by_its_class() {
        for (text, strategy) in [
            ("topic-record-name", SubjectNameStrategy::TopicRecordName),
            ("TopicName", SubjectNameStrategy::TopicName),
            ("io.confluent.kafka.serializers.subject.RecordNameStrategy", SubjectNameStrategy::RecordName),
            ("io.confluent.kafka.serializers.subject.TopicRecordNameStrategy", SubjectNameStrategy::TopicRecordName),
        ] {
            assert_eq!(text.parse(), Ok(strategy), "{text}");
        }
        assert_eq!(
            "associated".parse::<SubjectNameStrategy>().unwrap_err().to_string(),
            "`associated` is no way to name subjects; topic-record-name, topic-name and record-name are"
        );
    }
}
