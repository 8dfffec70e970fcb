//! One file a command. Each yields the status that the process ends with, after it has said all there is to say.

mod config;
mod doctor;
mod report;
mod run;
mod schema;
mod steps;

pub(crate) use config::config;
pub(crate) use doctor::doctor;
pub(crate) use report::report;
pub(crate) use run::run;
pub(crate) use schema::schema;
pub(crate) use steps::steps;
