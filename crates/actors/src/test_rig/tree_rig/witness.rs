//! What happens in a tree, as its supervision tells it; and a bug wherever a test wants one.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::commands::{
    BlockStorageCommands, CucumberExecutionCommands, GuardianCommands, QueueCommands, TestExecutionCommands,
    VaultCommands,
};
use crate::metrics::TreeMetrics;
use crate::supervision::{Code, Failure, SupervisionObserver, Termination};

/// Code of an actor's value: the actor's kind, and the message that it takes or the hook that runs.
pub(crate) type Place = (&'static str, String);

/// A bug: which code has it, how often that runs well before, and how often it is met then.
struct Bug {
    place: Place,
    after: usize,
    times: usize,
}

/// Hears of everything, counts it in the metrics, and panics where it is told to.
pub(crate) struct Witness {
    metrics: TreeMetrics,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Actors that have begun and not ended; two incarnations may share a name.
    living: BTreeMap<String, usize>,
    /// What has run, in that order.
    seen: Vec<Place>,
    bug: Option<Bug>,
}

impl Witness {
    pub(crate) fn new(metrics: TreeMetrics) -> Self {
        Self { metrics, state: Mutex::default() }
    }

    /// The next but `after` time that this code runs, it panics.
    pub(crate) fn put_a_bug(&self, place: &Place, after: usize) {
        self.state.lock().unwrap().bug = Some(Bug { place: place.clone(), after, times: 1 });
    }

    /// The next times that this code runs, it panics.
    pub(crate) fn put_a_lasting_bug(&self, kind: &'static str, code: &str, times: usize) {
        self.state.lock().unwrap().bug = Some(Bug { place: (kind, code.to_owned()), after: 0, times });
    }

    /// Takes a bug away that was not met; whether there was one.
    pub(crate) fn forget_the_bug(&self) -> bool {
        self.state.lock().unwrap().bug.take().is_some()
    }

    /// What has run, in that order.
    pub(crate) fn seen(&self) -> Vec<Place> {
        self.state.lock().unwrap().seen.clone()
    }

    /// Forgets what has run.
    pub(crate) fn forget(&self) {
        self.state.lock().unwrap().seen.clear();
    }

    /// Actors that have begun and not ended, by their names.
    pub(crate) fn living(&self) -> Vec<String> {
        self.state.lock().unwrap().living.keys().cloned().collect()
    }
}

impl SupervisionObserver for Witness {
    fn started(&self, _: &'static str, name: &str) {
        let mut state = self.state.lock().unwrap();
        *state.living.entry(name.to_owned()).or_default() += 1;
    }

    fn restarted(&self, kind: &'static str, name: &str, failure: &Failure) {
        self.metrics.restarted(kind, name, failure);
    }

    fn resumed(&self, kind: &'static str, name: &str, failure: &Failure) {
        self.metrics.resumed(kind, name, failure);
    }

    fn ended(&self, kind: &'static str, name: &str, termination: &Termination) {
        let mut state = self.state.lock().unwrap();
        let number = state.living.get_mut(name).expect("nobody ends who has not begun");
        *number -= 1;
        if *number == 0 {
            state.living.remove(name);
        }
        drop(state);
        self.metrics.ended(kind, name, termination);
    }

    fn dead_letter(&self, kind: &'static str, name: &str) {
        self.metrics.dead_letter(kind, name);
    }

    fn runs(&self, kind: &'static str, _: &str, code: Code<'_>) {
        let place = (kind, label(code));
        let mut state = self.state.lock().unwrap();
        state.seen.push(place.clone());
        let Some(bug) = state.bug.as_mut().filter(|bug| bug.place == place) else { return };
        if bug.after > 0 {
            bug.after -= 1;
            return;
        }
        bug.times -= 1;
        if bug.times == 0 {
            state.bug = None;
        }
        drop(state);
        panic!("a bug of {kind} on {}", place.1);
    }
}

/// The name of the message, for those that are one of an enum the variant's, or of the hook.
fn label(code: Code<'_>) -> String {
    match code {
        Code::Hook(name) => format!("<{name}>"),
        Code::Message(message, type_name) => {
            variant(message).unwrap_or_else(|| type_name.rsplit("::").next().unwrap_or(type_name).to_owned())
        }
    }
}

fn variant(message: &dyn Any) -> Option<String> {
    fn of<M: Any + std::fmt::Debug>(message: &dyn Any) -> Option<String> {
        message.downcast_ref::<M>().map(|message| format!("{message:?}"))
    }
    let text = of::<GuardianCommands>(message)
        .or_else(|| of::<QueueCommands>(message))
        .or_else(|| of::<TestExecutionCommands>(message))
        .or_else(|| of::<BlockStorageCommands>(message))
        .or_else(|| of::<VaultCommands>(message))
        .or_else(|| of::<CucumberExecutionCommands>(message))?;
    text.split([' ', '(', '{']).next().map(str::to_owned)
}
