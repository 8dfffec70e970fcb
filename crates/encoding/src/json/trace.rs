use super::place::{Place, Segment};

/// The way from an error out to the value's own place, put together on the way out, so that what goes well costs
/// nothing.
#[derive(Debug, Default)]
pub(crate) struct Trace(Vec<Step>);

#[derive(Debug)]
enum Step {
    Name(String),
    Index(usize),
}

impl Trace {
    /// The error lies in the member of this name.
    pub(crate) fn name(&mut self, name: &str) {
        self.0.push(Step::Name(name.to_owned()));
    }

    /// The error lies in the item of this index.
    pub(crate) fn index(&mut self, index: usize) {
        self.0.push(Step::Index(index));
    }

    /// The JSONPath from the outside in.
    pub(crate) fn path(&self) -> String {
        let mut place = Place::default();
        for step in self.0.iter().rev() {
            place.enter(match step {
                Step::Name(name) => Segment::Name(name),
                Step::Index(index) => Segment::Index(*index),
            });
        }
        place.to_string()
    }
}
