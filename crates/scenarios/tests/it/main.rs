//! Features run on cucumber, the tree's Kafka half and a Kafka in memory, on paused time.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what fails here fails the test")]

mod attribute_steps;
mod canary;
mod parallel;
mod phrases;
mod rig;
mod rows;
mod runs;
mod world;
