//! Rows 24 and 25: what several events say that one step received.

use std::cmp::Ordering;

use serde_json::Value;

use super::checks::order;
use super::{Action, Arguments, Definition, InvalidArgument, ProbeWorld};
use crate::criterion::compared;
use crate::json::{described_as, expected_at, shortened_as};
use crate::search::place_of;
use crate::{ReceivedEvent, StepError};

pub(super) const STEPS: &[Definition] = &[
    Definition::new(
        24,
        "({count:int}|all) event[s] should match JSONPath {path:string} with value {value:value}",
        "so many of the events that the last step received have the value at the path, no more and no fewer; or all of \
         them",
        "all events should match JSONPath \"$.status\" with value \"RESERVED\"",
        so_many_match,
    ),
    Definition::new(
        25,
        "the events should be (ordered|in order) by JSONPath {path:string}[ {direction=ascending|descending}]",
        "the events that the last step received came in the order of the numbers or texts at the path; equal ones may \
         follow each other",
        "the events should be ordered by JSONPath \"$.sequence\" ascending",
        are_ordered,
    ),
];

fn received(world: &ProbeWorld) -> Result<&[ReceivedEvent], StepError> {
    let nothing = "no events were received in this scenario; put a step such as `I should receive 2 events from topic …` \
                   before this one";
    if world.received.is_empty() { Err(StepError::failed(nothing)) } else { Ok(&world.received) }
}

fn so_many_match(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let wanted = arguments.number("count")?.map(|count| usize::try_from(count).unwrap_or(usize::MAX));
    let (path, value) = (arguments.json_path("path")?, arguments.value("value")?);
    Ok(Action::new(async move |world| {
        let (events, redaction) = (received(world)?, &world.environment.redaction);
        let (mut matching, mut others) = (0, Vec::new());
        for event in events {
            let document = event.value().await?;
            if path.matches(&document, &value) {
                matching += 1;
            } else {
                others.push(format!("\n  {}: {}", place_of(event), compared(&path, &document, redaction).1));
            }
        }
        if matching == wanted.unwrap_or(events.len()) {
            return Ok(());
        }
        let wanted = wanted.map_or_else(|| "all".to_owned(), |wanted| wanted.to_string());
        let shown: String = others.into_iter().take(3).collect();
        Err(StepError::failed(format!(
            "{matching} of {} events have {} at {path}, not {wanted}{}{shown}",
            events.len(),
            expected_at(&path, &value, redaction),
            if shown.is_empty() { "" } else { "; the others are such as" }
        )))
    }))
}

fn are_ordered(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let path = arguments.json_path("path")?;
    let wrong = match arguments.text("direction").as_deref() {
        Some("descending") => Ordering::Less,
        _ => Ordering::Greater,
    };
    Ok(Action::new(async move |world| {
        let redaction = &world.environment.redaction;
        let mut before: Option<(&ReceivedEvent, Value, Value)> = None;
        for event in received(world)? {
            let document = event.value().await?;
            let (found, visible) = (path.find(&document), redaction.find(&path, &document));
            let ([value], [visible]) = (found.as_slice(), visible.as_slice()) else {
                let (_, found) = compared(&path, &document, redaction);
                return Err(StepError::failed(format!("{event} cannot be put in order: {found}")));
            };
            if let Some((earlier, last, last_visible)) = &before {
                match order(last, value) {
                    None => {
                        return Err(StepError::failed(format!(
                            "{} and {} have no order; numbers are compared with numbers and texts with texts",
                            described_as(last, last_visible),
                            described_as(value, visible)
                        )));
                    }
                    Some(found) if found == wrong => {
                        return Err(StepError::failed(format!(
                            "the events are not in order by {path}: {} at {} comes before {} at {}",
                            shortened_as(last, last_visible),
                            place_of(earlier),
                            shortened_as(value, visible),
                            place_of(event)
                        )));
                    }
                    Some(_) => {}
                }
            }
            before = Some((event, value.clone(), visible.clone()));
        }
        Ok(())
    }))
}
