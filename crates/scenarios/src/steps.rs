//! The built-in steps, a file for each group of rows of the step table.

use crate::action::Action;
use crate::arguments::Arguments;
use crate::{InvalidArgument, ProbeWorld};

mod acknowledgements;
mod arrivals;
mod checks;
mod collections;
mod correlation;
mod expectations;
mod faults;
mod headers;
mod latency;
mod produce;
mod receive;
mod schemas;
mod topics;
mod waiting;

/// A built-in step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Definition {
    /// Its row in the step table.
    pub(crate) number: u8,
    /// Its text in the notation of [`Pattern`](crate::pattern::Pattern).
    pub(crate) pattern: &'static str,
    /// What it does, in a line.
    pub(crate) meaning: &'static str,
    /// A step that reads so.
    pub(crate) example: &'static str,
    /// What stands below it.
    pub(crate) block: Block,
    /// What else is to be known of it.
    pub(crate) nature: Nature,
    /// Reads what the step says.
    pub(crate) prepare: fn(&Arguments) -> Result<Action, InvalidArgument>,
}

/// What stands below a step; an example of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    None,
    DocString(&'static str),
    Table(&'static str),
}

/// What else is to be known of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nature {
    /// Nothing.
    Plain,
    /// It produces, so there is a form of it that tries to: "I try to produce …".
    Produces,
    /// It breaks the world.
    Fault,
    /// It may need to know when events came.
    MeasuresArrivals,
}

impl Definition {
    const fn new(
        number: u8,
        pattern: &'static str,
        meaning: &'static str,
        example: &'static str,
        prepare: fn(&Arguments) -> Result<Action, InvalidArgument>,
    ) -> Self {
        Self { number, pattern, meaning, example, block: Block::None, nature: Nature::Plain, prepare }
    }

    const fn below(self, block: Block) -> Self {
        Self { block, ..self }
    }

    const fn of_nature(self, nature: Nature) -> Self {
        Self { nature, ..self }
    }
}

/// Every built-in step, in the order of the step table but for its row 12, which is a form of rows 5 to 11.
pub(crate) fn definitions() -> impl Iterator<Item = &'static Definition> {
    [
        topics::STEPS,
        schemas::STEPS,
        correlation::STEPS,
        produce::STEPS,
        acknowledgements::STEPS,
        receive::STEPS,
        arrivals::STEPS,
        checks::STEPS,
        collections::STEPS,
        expectations::STEPS,
        headers::STEPS,
        schemas::CHECKS,
        latency::STEPS,
        faults::STEPS,
        waiting::STEPS,
    ]
    .into_iter()
    .flatten()
}
