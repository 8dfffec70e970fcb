//! Actors.
pub mod supervision;
