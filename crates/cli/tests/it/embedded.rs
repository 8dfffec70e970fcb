//! On the embedded world, which each process starts for itself.

mod config;
mod figures;
mod inputs;
mod kill;
mod metrics;
mod queue;
mod runs;
mod signals;
mod volumes;
mod worlds;
