//! Block storage from outside: folders, memory, and the three clouds over HTTP, against servers that are not ours.
//!
//! The servers are found by what `tests/storage/servers.sh env` prints; a test that finds none says so aloud.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is a test's verdict, in its helpers too")]

#[cfg(feature = "cloud")]
mod azure;
mod by_scheme;
#[cfg(feature = "cloud")]
mod gcs;
mod local;
mod memory;
#[cfg(feature = "cloud")]
mod s3;
mod support;
#[cfg(feature = "cloud")]
mod unreachable;
