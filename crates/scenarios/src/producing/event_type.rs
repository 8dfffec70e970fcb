//! What an event is, where the step does not say it: its record and its CloudEvent type.

use std::collections::BTreeSet;

use serde_json::Value;
use test_probe_actors::dsl::TopicProducer;
use test_probe_actors::journal::JournalTopic;
use test_probe_directives::Role;
use test_probe_encoding::{CloudEvent, DecodeError, EncodeError, Framed, SchemaHeader};

use super::{Draft, versioned};
use crate::ProbeWorld;

impl ProbeWorld {
    /// Without a schema in the step, the record is the local one that is called as the type or the template is. Where
    /// there is none, or the directive gives the topic's subject, the registry knows which.
    pub(super) fn find_record(&self, draft: &mut Draft, producer: &TopicProducer) {
        let has_subject = || {
            let mut directives = self.directives_of(&draft.topic);
            directives.any(|directive| directive.role == Role::Producer && directive.subject.is_some())
        };
        if draft.record.is_some() || has_subject() {
            return;
        }
        let Some(name) = draft.event_type.as_deref().or(draft.template.as_deref()) else { return };
        let names = producer.serdes().into_iter().flat_map(|serdes| serdes.catalog().names());
        let names = names.filter(|known| *known != CloudEvent::RECORD);
        draft.record = only(names.filter(|known| is_same_word(simple_name(known), versioned(name).0)));
    }

    /// The type is the step's, or the one of the topic's filters that is called as the template is, or the simple name of
    /// the record that the value is written as. A record without a value has the only type that filters or schemas know.
    pub(super) async fn find_event_type(
        &self,
        draft: &Draft,
        producer: &TopicProducer,
        value: Option<&Value>,
    ) -> String {
        if let Some(event_type) = &draft.event_type {
            return event_type.clone();
        }
        if let Some(template) = draft.template.as_deref().map(|name| versioned(name).0) {
            let filters = self.filter_types(&draft.topic);
            if let Some(event_type) =
                only(filters.iter().map(String::as_str).filter(|known| is_same_word(known, template)))
            {
                return event_type;
            }
        }
        if let Some(record) = &draft.record {
            return simple_name(record).to_owned();
        }
        let known = match value {
            Some(value) => record_of(draft, producer, value).await,
            None => self.only_type(&draft.topic, producer),
        };
        known.or_else(|| draft.template.clone()).unwrap_or_default()
    }

    /// The version that the topic's filters name for events of the type, where they name one; the first otherwise.
    pub(super) fn payload_version(&self, topic: &JournalTopic, event_type: &str) -> String {
        let filters = self.directives_of(topic).flat_map(|directive| &directive.event_filters);
        let versions = filters.filter(|filter| filter.event_type == event_type);
        only(versions.map(|filter| filter.payload_version.as_str())).unwrap_or_else(|| "v1".to_owned())
    }

    fn only_type(&self, topic: &JournalTopic, producer: &TopicProducer) -> Option<String> {
        let filters = self.filter_types(topic);
        let names = producer.serdes().into_iter().flat_map(|serdes| serdes.catalog().names());
        let schemas = names.filter(|known| *known != CloudEvent::RECORD).map(simple_name);
        only(filters.iter().map(String::as_str)).or_else(|| only(schemas))
    }

    fn filter_types(&self, topic: &JournalTopic) -> BTreeSet<String> {
        self.directives_of(topic)
            .flat_map(|directive| directive.event_filters.iter().map(|filter| filter.event_type.clone()))
            .collect()
    }
}

/// The simple name of the record that the value is written as. A value that cannot be written has none; producing it
/// says why.
async fn record_of(draft: &Draft, producer: &TopicProducer, value: &Value) -> Option<String> {
    let serdes = producer.serdes()?;
    let mut target = producer.value_target().clone();
    if let Some(format) = draft.format {
        target = target.with_format(format);
    }
    let bytes = serdes.resolving(|serdes| {
        let mut bytes = Vec::new();
        serdes.encode_json(&target, value, &mut bytes).map(|place| (bytes, place))
    });
    let encoded: Result<_, EncodeError> = bytes.await;
    let (bytes, place) = encoded.ok()?;
    let framed = Framed::new(&bytes).with_schema_header(place.header().map(SchemaHeader::as_bytes));
    let record: Result<_, DecodeError> = serdes.resolving(|serdes| serdes.record_name_of(framed)).await;
    Some(record.ok()??.simple().to_owned())
}

/// The one candidate, where there is only one.
fn only<'a>(candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    let found: BTreeSet<&str> = candidates.collect();
    match found.len() {
        1 => found.into_iter().next().map(str::to_owned),
        _ => None,
    }
}

/// Whether two names differ in nothing but case and what stands between their words: `order-created`, `OrderCreated`.
pub(crate) fn is_same_word(left: &str, right: &str) -> bool {
    let letters =
        |name: &str| -> String { name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect() };
    letters(left) == letters(right)
}

fn simple_name(record: &str) -> &str {
    record.rsplit_once('.').map_or(record, |(_, simple)| simple)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_whatever_their_case_and_hyphens() {
        for (left, right, same) in [
            ("order-created", "OrderCreated", true),
            ("order_created", "ORDER CREATED", true),
            ("order-created", "OrderUpdated", false),
        ] {
            assert_eq!(is_same_word(left, right), same, "{left} {right}");
        }
    }

    #[test]
    fn of_several_candidates_none_is_chosen() {
        assert_eq!(only(["A", "A"].into_iter()), Some("A".to_owned()));
        assert_eq!(only(["A", "B"].into_iter()), None);
    }
}
