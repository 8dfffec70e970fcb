//! Row 26: the whole of the last event received, or a part of it, against what was expected.

use super::checks::last_event;
use super::{Action, Arguments, Block, Definition, InvalidArgument, ProbeWorld};
use crate::StepError;
use crate::expectation::{Expectation, Extent};
use crate::json::shortened;

const RESERVED: &str =
    "\"\"\"json\n{\"orderId\": \"A-1\", \"reservationId\": \"{{uuid}}\", \"status\": \"RESERVED\"}\n\"\"\"";

pub(super) const STEPS: &[Definition] = &[
    Definition::new(
        26,
        "the event should match {name:string}",
        "the last event received has all that `expected/NAME.json` has, and perhaps more; {{any}}, {{uuid}} and \
         {{regex \"…\"}} stand for what may be anything",
        "the event should match \"order-reserved\"",
        matches_file,
    ),
    Definition::new(
        26,
        "the event should equal:",
        "the last event received is the doc string, no more and no less; the same placeholders may stand in it",
        "the event should equal:",
        equals,
    )
    .below(Block::DocString(RESERVED)),
];

fn matches_file(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let name = arguments.the_text("name");
    Ok(Action::new(async move |world| {
        let expectation = Expectation::find(&world.environment.expected, &name)?;
        compare(world, &expectation, Extent::Subset, &format!("expected/{name}.json")).await
    }))
}

fn equals(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let doc_string = arguments.doc_string.as_ref().ok_or(InvalidArgument::NoDocString)?;
    let expectation = Expectation::parse("the doc string", &doc_string.content)?;
    Ok(Action::new(async move |world| compare(world, &expectation, Extent::Whole, "the doc string").await))
}

async fn compare(world: &ProbeWorld, expectation: &Expectation, extent: Extent, name: &str) -> Result<(), StepError> {
    let (event, redaction) = (last_event(world)?, &world.environment.redaction);
    let value = event.value().await?;
    let differences = expectation.differences(&value, extent, redaction);
    if differences.is_empty() {
        return Ok(());
    }
    let places = if differences.len() == 1 { "place" } else { "places" };
    let mut message = format!("{event} is not as {name} in {} {places}:", differences.len());
    for difference in &differences {
        message.push_str(&format!("\n  {difference}"));
    }
    message.push_str(&format!("\n  the event is {}", shortened(&redaction.applied(&value))));
    Err(StepError::failed(message))
}
