//! The life of a test: every transition as a line, every sequence of events against the invariants.

mod model;
mod sample;
mod transitions;
