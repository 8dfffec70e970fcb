//! The vaults that are functions, over real sockets.
#![cfg(feature = "cloud")]
#![allow(clippy::unwrap_used, reason = "a test ends where its story cannot go on, helpers included")]

mod aws_credentials;
mod canary;
mod functions;
mod lambda;
mod moto;
mod rig;
mod server;
