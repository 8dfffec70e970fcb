//! On the embedded world, which each process starts for itself.

mod config;
mod doctor;
mod figures;
pub(crate) mod formats;
mod inputs;
mod kill;
mod metrics;
mod queue;
mod runs;
mod schemas;
mod signals;
mod volumes;
mod worlds;
