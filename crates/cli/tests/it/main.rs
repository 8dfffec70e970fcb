//! The command itself, as a process: what a person types, reads, and finds in the evidence.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod embedded;
mod folder;
mod on_stack;
mod process;
