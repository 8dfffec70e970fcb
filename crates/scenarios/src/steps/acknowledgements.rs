//! Rows 13 and 14: how producing ended.

use super::{Action, Arguments, Definition, InvalidArgument, ProbeWorld};
use crate::{ProducedEvent, StepError};

pub(super) const STEPS: &[Definition] = &[
    Definition::new(
        13,
        "{which=the event|all events} should be acknowledged",
        "the broker has acknowledged the last event, or all events, that the scenario produced",
        "all events should be acknowledged",
        acknowledged,
    ),
    Definition::new(
        14,
        "the event should be rejected with {kind:word}",
        "the last event that the scenario produced was not acknowledged, for this kind of reason, such as Encoding, \
         Authentication or Timeout",
        "the event should be rejected with Encoding",
        rejected,
    ),
];

fn acknowledged(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let all = arguments.text("which").as_deref() == Some("all events");
    Ok(Action::new(async move |world| {
        let last = last_produced(world)?;
        let events = if all { world.produced.as_slice() } else { std::slice::from_ref(last) };
        let rejected: Vec<(&ProducedEvent, String)> = events
            .iter()
            .filter_map(|event| event.outcome.as_ref().err().map(|nack| (event, nack.explain())))
            .collect();
        match rejected.as_slice() {
            [] => Ok(()),
            [(event, reason)] if events.len() == 1 => {
                Err(StepError::failed(format!("{event} was not acknowledged: {reason}")))
            }
            [(event, reason), ..] => Err(StepError::failed(format!(
                "{} of {} events were not acknowledged; the first is {event}: {reason}",
                rejected.len(),
                events.len()
            ))),
        }
    }))
}

fn rejected(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let kind = arguments.nack_kind("kind")?;
    Ok(Action::new(async move |world| {
        let event = last_produced(world)?;
        match &event.outcome {
            Err(nack) if nack.kind == kind => Ok(()),
            Err(nack) => {
                Err(StepError::failed(format!("{event} was rejected, but not with {kind}: {}", nack.explain())))
            }
            Ok(ack) => Err(StepError::failed(format!(
                "{event} was acknowledged (partition {}, offset {}), not rejected with {kind}",
                ack.partition, ack.offset
            ))),
        }
    }))
}

fn last_produced(world: &ProbeWorld) -> Result<&ProducedEvent, StepError> {
    let nothing = "no event was produced in this scenario; put a step such as `I try to produce …` before this one";
    world.produced.last().ok_or_else(|| StepError::failed(nothing))
}
