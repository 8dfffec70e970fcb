//! Row 27: headers of the last event received.

use regex::Regex;
use test_probe_directives::nearest;

use super::checks::last_event;
use super::{Action, Arguments, Definition, InvalidArgument};
use crate::{ReceivedEvent, StepError};

pub(super) const STEPS: &[Definition] = &[Definition::new(
    27,
    "the event header {name:string} should (be {value:string}|match pattern {pattern:string}|not exist)",
    "a header of the last event received; where a name stands more than once, the last one counts",
    "the event header \"source\" should be \"shop\"",
    header,
)];

enum Test {
    Is(String),
    Matches(Regex),
    IsAbsent,
}

fn header(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let name = arguments.the_text("name");
    let test = match arguments.text("value") {
        Some(value) => Test::Is(value),
        None if arguments.has("pattern") => Test::Matches(arguments.regex("pattern")?),
        None => Test::IsAbsent,
    };
    Ok(Action::new(async move |world| {
        let event = last_event(world)?;
        let found = event.raw.record.headers.last(&name).map(String::from_utf8_lossy);
        match (found, test) {
            (Some(found), Test::Is(value)) if found == value => Ok(()),
            (Some(found), Test::Is(value)) => {
                Err(StepError::failed(format!("{event}: header '{name}' is \"{found}\", not \"{value}\"")))
            }
            (Some(found), Test::Matches(pattern)) if pattern.is_match(&found) => Ok(()),
            (Some(found), Test::Matches(pattern)) => Err(StepError::failed(format!(
                "{event}: header '{name}' is \"{found}\", not a text that matches {pattern}"
            ))),
            (Some(found), Test::IsAbsent) => {
                Err(StepError::failed(format!("{event}: header '{name}' is \"{found}\", and should not be there")))
            }
            (None, Test::IsAbsent) => Ok(()),
            (None, Test::Is(_) | Test::Matches(_)) => Err(StepError::failed(missing(event, &name))),
        }
    }))
}

fn missing(event: &ReceivedEvent, name: &str) -> String {
    let names: Vec<&str> = event.raw.record.headers.iter().map(|(name, _)| name).collect();
    let hint = match nearest(name, names.iter().copied()) {
        Some(known) => format!("; did you mean '{known}'?"),
        None if names.is_empty() => "; it has none at all".to_owned(),
        None => format!("; it has {}", names.join(", ")),
    };
    format!("{event} has no header '{name}'{hint}")
}
