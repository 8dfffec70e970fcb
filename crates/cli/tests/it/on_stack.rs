//! On the project's own stack: `tests/stack/stack.sh up`, then its `env` in the environment.
//!
//! Without it every test here says that it was skipped and passes; with `TEST_PROBE_STACK=required`, as in `.ci/run`, it
//! fails instead.

mod canary;
mod connections;
mod doctor;
mod formats;
mod identity_provider;
mod main_job;
mod outage;
mod principals;
mod read_back;
mod stack;
