//! Rows 3 and 28: schemas in the registry, and events that are written with them.

use test_probe_actors::journal::JournalTopic;
use test_probe_directives::{Format, TopicDirective};
use test_probe_encoding::{CloudEvent, KeyTarget, ResolveError, SchemaId, SerdesFactory, ValueTarget};

use super::checks::last_event;
use super::topics::must_be_available;
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
        if let Some(format) = format {
            must_be_available(format, || format!("the schema asked for, of topic `{topic}`,"))?;
        }
        let (directive, serdes) = schemas_of(world, &topic)?;
        if is_key {
            serdes.ensure_key_registered(&KeyTarget::from(&directive), &record, version).await?;
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
        let id = serdes.schema_id_of(bytes)?;
        let found = serdes.resolving(|serdes| serdes.record_name_of(bytes)).await?;
        let found = found.map_or_else(|| "no record".to_owned(), |found| found.to_string());
        if found != record && simple_name(&found) != record {
            return Err(StepError::failed(format!("{event} is of schema {found} (id {id}), not of {record}")));
        }
        if let Some(version) = version {
            let other = match registered_id(&serdes, &directive, &found, version).await? {
                Some(wanted) if wanted == id => None,
                Some(wanted) => Some(format!("has id {wanted}")),
                None => Some("is not registered".to_owned()),
            };
            if let Some(other) = other {
                return Err(StepError::failed(format!(
                    "{event} is of schema {found} with id {id}, but version {version} of it {other}"
                )));
            }
        }
        event.value().await?;
        Ok(())
    }))
}

fn target(directive: &TopicDirective, record: &str, version: Option<u32>, format: Option<Format>) -> ValueTarget {
    let target = ValueTarget::from(directive).named(record, version);
    format.map_or(target.clone(), |format| target.with_format(format))
}

/// The id of a version of the topic's record, if the registry has it.
///
/// Asked for by its name, a schema of `schemas/` is registered where auto-register is on; but a check changes nothing. So
/// it is looked for under its subjects, in a name space that no schema can have.
async fn registered_id(
    serdes: &SerdesFactory,
    directive: &TopicDirective,
    record: &str,
    version: u32,
) -> Result<Option<SchemaId>, StepError> {
    let simple = simple_name(record);
    let of_topic = |name: &str| format!("{}-{name}", directive.topic_on_cluster);
    let subjects = match &directive.subject {
        Some(subject) => vec![subject.clone()],
        None if simple == record => vec![of_topic(record)],
        None => vec![of_topic(record), of_topic(simple)],
    };
    for subject in subjects {
        let target = target(directive, &format!("?.{simple}"), Some(version), None).with_subject(subject);
        match serdes.schema_id(&target).await {
            Err(ResolveError::SchemaNotFound { .. }) => {}
            found => return Ok(Some(found?)),
        }
    }
    Ok(None)
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
