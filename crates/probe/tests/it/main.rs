//! The library from outside: how a probe is put together and started, its service functions from every sort of caller, and
//! whole tests on the embedded world, wherever their folders lie.
//!
//! What needs a storage server finds it by what `tests/storage/servers.sh env` prints, or says aloud that it is skipped.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod callers;
mod cloud_storage;
mod embedded;
mod external_behaviors;
mod memory_storage;
mod registry_outages;
mod rig;
mod service_functions;
mod start_up;
mod vault;
