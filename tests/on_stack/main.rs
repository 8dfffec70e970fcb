//! Tests on a real Kafka, registry and identity provider: `tests/stack/stack.sh up`, then its `env` in the environment.
//!
//! Without these variables every test here says that it was skipped and passes; with `TEST_PROBE_STACK=required`, as in
//! `.ci/run`, it fails instead.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "../../crates/encoding/tests/golden/corpus.rs"]
#[allow(dead_code, reason = "the corpus serves other tests too")]
mod corpus;
mod interop;
mod partitions;
mod pipeline;
mod security;
mod token_load;
mod tokens;
