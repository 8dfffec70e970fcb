use test_probe_directives::TopicName;

use crate::CloudEvent;
use crate::record_name::simple_name;

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
}
