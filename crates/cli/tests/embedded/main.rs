//! The command itself, as a process on the embedded world: what a person types, reads, and finds in the evidence.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod figures;
mod folder;
mod inputs;
mod metrics;
mod process;
mod runs;
mod signals;
mod worlds;
