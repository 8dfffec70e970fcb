//! Row 4: what ties events together.

use super::{Action, Arguments, Definition, InvalidArgument};
use crate::correlation::Correlation;

pub(super) const STEPS: &[Definition] = &[Definition::new(
    4,
    "I have correlation ID {id:string}",
    "events that the scenario produces from here on have this correlation id: a UUID as it is, other text as its MD5 \
     name UUID; without this step each has a fresh one",
    "I have correlation ID \"order-1\"",
    have_correlation_id,
)];

fn have_correlation_id(arguments: &Arguments) -> Result<Action, InvalidArgument> {
    let correlation = Correlation::of_label(&arguments.the_text("id"));
    Ok(Action::new(async move |world| {
        world.correlation = Some(correlation);
        Ok(())
    }))
}
