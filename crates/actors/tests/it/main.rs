//! The actors as a program uses them: through the public doors, on real threads, over a Kafka in memory.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod runtimes;
mod service_functions;
mod tokens;
mod world;
