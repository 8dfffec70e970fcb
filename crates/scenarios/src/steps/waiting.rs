//! Row 31: time, and a look at an event.

use serde_json::{Map, Value, json};
use test_probe_actors::dsl::FetchError;
use test_probe_actors::supervision::explain;
use tracing::debug;

use super::checks::last_event;
use super::{Action, Arguments, Definition, InvalidArgument};
use crate::action::Waits;

pub(super) const STEPS: &[Definition] = &[
    Definition::new(
        31,
        "I wait {time:duration}",
        "nothing is done for this long; steps that receive events wait by themselves",
        "I wait 2 seconds",
        wait,
    ),
    Definition::new(
        31,
        "I print the event",
        "the last event received is shown in the reports, with its key, headers and place",
        "I print the event",
        print,
    ),
];

fn wait(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let time = arguments.the_duration("time")?;
    let action = Action::new(async move |_| {
        tokio::time::sleep(time).await;
        Ok(())
    });
    Ok(action.waiting(Waits::time(time)))
}

fn print(_: &Arguments) -> Result<Action, InvalidArgument> {
    Ok(Action::new(async move |world| {
        let (event, redaction) = (last_event(world)?, &world.environment.redaction);
        let record = &event.raw.record;
        let headers: Map<String, Value> = record
            .headers
            .iter()
            .map(|(name, value)| (name.to_owned(), Value::from(String::from_utf8_lossy(value))))
            .collect();
        // A redaction's paths are those of an event's key and value, not of what is printed around them.
        let visible = |document: Result<Value, FetchError>| match document {
            Ok(document) => redaction.applied(&document).into_owned(),
            Err(error) => Value::from(format!("({})", explain(&error))),
        };
        let shown = json!({
            "topic": event.topic().to_string(),
            "partition": record.partition,
            "offset": record.offset,
            "timestamp": record.timestamp.map(|timestamp| timestamp.to_string()),
            "headers": headers,
            "key": match &record.key {
                Some(_) => visible(event.key().await),
                None => Value::Null,
            },
            "value": match &record.value {
                Some(_) => visible(event.value().await),
                None => Value::Null,
            },
        });
        let text = format!("{shown:#}");
        debug!(event = text, "a step prints an event");
        world.attach(text);
        Ok(())
    }))
}
