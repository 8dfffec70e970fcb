#[cfg(test)]
use std::any::Any;
use std::sync::Arc;

use super::{Failure, Jitter, Termination};

/// Hears what supervision does, for metrics.
pub trait SupervisionObserver: Send + Sync {
    /// There is an actor of this kind and name from now on. Its end is told, even when it never comes to live.
    fn started(&self, kind: &'static str, name: &str) {
        let _ = (kind, name);
    }
    /// An actor of this kind and name is restarted because of `failure`.
    fn restarted(&self, kind: &'static str, name: &str, failure: &Failure);
    /// An actor went on with its value after `failure`.
    fn resumed(&self, kind: &'static str, name: &str, failure: &Failure);
    /// An actor ended.
    fn ended(&self, kind: &'static str, name: &str, termination: &Termination);
    /// A message came too late for an actor that is stopping.
    fn dead_letter(&self, kind: &'static str, name: &str);
    /// Code of an actor's value is about to run. An observer that panics here puts a bug there.
    #[cfg(test)]
    fn runs(&self, kind: &'static str, name: &str, code: Code<'_>) {
        let _ = (kind, name, code);
    }
}

/// Which code of an actor's value runs.
#[cfg(test)]
#[derive(Clone, Copy, Debug)]
pub enum Code<'a> {
    /// That which takes this message; the type's name beside it.
    Message(&'a dyn Any, &'static str),
    /// A hook of the behaviour, or a future of it, by its name.
    Hook(&'static str),
}

/// Hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unobserved;

impl SupervisionObserver for Unobserved {
    fn restarted(&self, _: &'static str, _: &str, _: &Failure) {}
    fn resumed(&self, _: &'static str, _: &str, _: &Failure) {}
    fn ended(&self, _: &'static str, _: &str, _: &Termination) {}
    fn dead_letter(&self, _: &'static str, _: &str) {}
}

/// What every actor is handed at birth, whoever it is. Cheap to clone.
#[derive(Clone)]
pub struct Surroundings {
    /// Hears of restarts, ends and dead letters.
    pub observer: Arc<dyn SupervisionObserver>,
    /// Stretches the pauses before restarts.
    pub jitter: Jitter,
}

impl Surroundings {
    /// Surroundings with random jitter.
    pub fn new(observer: Arc<dyn SupervisionObserver>) -> Self {
        Self { observer, jitter: Jitter::random() }
    }
}

impl std::fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Surroundings").finish_non_exhaustive()
    }
}
