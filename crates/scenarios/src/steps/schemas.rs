//! Rows 3 and 28: schemas in the registry, and events that are written with them.

use test_probe_actors::framing::framed_value;
use test_probe_actors::journal::JournalTopic;
use test_probe_directives::{Format, TopicDirective};
use test_probe_encoding::{CloudEvent, KeyTarget, RecordName, Registration, ResolveError, SerdesFactory, ValueTarget};

use super::checks::last_event;
use super::{Action, Arguments, Definition, InvalidArgument, ProbeWorld};
use crate::StepError;

pub(super) const STEPS: &[Definition] = &[Definition::new(
    3,
    "{record:word}[ {format:format}][ {part=key|value}] schema[ version {version:int}] is registered for topic \
     {topic:string}",
    "the registry has the schema for the topic; one of `schemas/` is registered where auto-register is on",
    "OrderCreated Avro schema version 1 is registered for topic \"orders\"",
    is_registered,
)];

pub(super) const CHECKS: &[Definition] = &[Definition::new(
    28,
    "the event should validate against schema {record:string}[ version {version:int}]",
    "the last event received was written with the schema, by the id in its bytes, and its payload fits",
    "the event should validate against schema \"OrderReserved\" version 1",
    validates,
)];

fn is_registered(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let record = arguments.the_text("record");
    let format = arguments.format("format");
    let version = arguments.number("version")?;
    let is_key = arguments.text("part").as_deref() == Some("key")
        || (!arguments.has("part") && simple_name(&record) == simple_name(CloudEvent::RECORD));
    let topic = arguments.the_text("topic");
    Ok(Action::new(async move |world| {
        let topic = world.topic(&topic, None)?;
        let (directive, serdes) = schemas_of(world, &topic)?;
        if is_key {
            let keys = KeyTarget::from(&directive);
            let keys = format.map_or(keys.clone(), |format| keys.with_format(format));
            serdes.ensure_key_registered(&keys, &record, version).await?;
        } else {
            serdes.ensure_registered(&target(&directive, &record, version, format)).await?;
        }
        Ok(())
    }))
}

fn validates(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let record = arguments.the_text("record");
    let version = arguments.number("version")?;
    Ok(Action::new(async move |world| {
        let event = last_event(world)?;
        let (directive, serdes) = schemas_of(world, event.topic())?;
        let Some(bytes) = event.raw.record.value.as_deref() else {
            return Err(StepError::failed(format!("{event} is a tombstone, which has no schema")));
        };
        let framed = framed_value(bytes, &event.raw.record.headers);
        let schema = serdes.schema_of(framed)?;
        let found = serdes.resolving(|serdes| serdes.record_names_of(framed)).await?;
        let is_asked_for = |name: &&str| *name == record || simple_name(name) == record;
        let named = found.iter().map(RecordName::as_str).find(is_asked_for);
        // A document whose schema has no title is told by what is registered under the name.
        let name = named.or_else(|| found.first().map(RecordName::as_str)).unwrap_or(record.as_str());
        if named.is_none() && !found.is_empty() {
            return Err(StepError::failed(format!("{event} is of schema {name} ({schema}), not of {record}")));
        }
        if version.is_some() || found.is_empty() {
            let other = match registered(&serdes, &directive, name, version).await? {
                Some(wanted) if wanted.is_of(schema) => None,
                Some(wanted) => Some(format!("has id {}", wanted.id)),
                None => Some("is not registered".to_owned()),
            };
            if let Some(other) = other {
                let which = version.map_or_else(|| name.to_owned(), |version| format!("version {version} of it"));
                return Err(StepError::failed(format!(
                    "{event} is of schema {name} with {schema}, but {which} {other}"
                )));
            }
        }
        serdes.resolving(|serdes| serdes.validate_value(framed)).await?;
        event.value().await?;
        Ok(())
    }))
}

fn target(directive: &TopicDirective, record: &str, version: Option<u32>, format: Option<Format>) -> ValueTarget {
    let target = ValueTarget::from(directive).named(record, version);
    format.map_or(target.clone(), |format| target.with_format(format))
}

/// Where a version of the topic's record is registered, if the registry has it. A check changes nothing.
async fn registered(
    serdes: &SerdesFactory,
    directive: &TopicDirective,
    record: &str,
    version: Option<u32>,
) -> Result<Option<Registration>, StepError> {
    match serdes.find_registered(&target(directive, record, version, None)).await {
        Err(ResolveError::SchemaNotFound { .. }) => Ok(None),
        found => Ok(Some(found?)),
    }
}

/// The topic's directive and its registry, by whichever role the test has it in.
fn schemas_of(world: &ProbeWorld, topic: &JournalTopic) -> Result<(TopicDirective, SerdesFactory), StepError> {
    let directive = world.the_directives_of(topic)?.swap_remove(0);
    let produced = world.producer_of(topic).map(|producer| producer.serdes().cloned());
    let serdes = produced.or_else(|_| world.consumer_of(topic).map(|consumer| consumer.serdes().cloned()))?;
    let serdes = serdes
        .ok_or_else(|| StepError::failed(format!("the cluster of topic '{topic}' has no Schema Registry; give one")))?;
    Ok((directive, serdes))
}

fn simple_name(record: &str) -> &str {
    record.rsplit_once('.').map_or(record, |(_, simple)| simple)
}
