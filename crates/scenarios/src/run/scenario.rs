//! One scenario, from its first step to its last.

use std::rc::Rc;

use gherkin::Step;
use test_probe_actors::supervision::explain;
use tokio::time::{Instant, timeout};
use tracing::warn;

use super::Shared;
use super::guarded::guarded;
use super::progress::Progress;
use crate::plan::PlannedScenario;
use crate::step_book::Unresolved;
use crate::{FaultError, ProbeWorld, StepError};

/// Runs the scenario's steps until one does not pass.
pub(super) async fn run(shared: &Shared, scenario: &PlannedScenario) {
    let mut progress = Progress::begin(shared, &scenario.info);
    let mut world = ProbeWorld::of(shared.environment.clone());
    world.scenario = scenario.info.id;
    world.claims = Rc::clone(&shared.claims);
    world.arrivals = Rc::clone(&shared.arrivals);
    if begin(shared, &mut world).await {
        for step in &scenario.steps {
            progress.step_begins();
            let begun = Instant::now();
            let outcome = perform(shared, step, &mut world).await;
            let has_passed = outcome.is_ok();
            progress.step_ends(&outcome, begun.elapsed(), std::mem::take(&mut world.attachments));
            if !has_passed {
                break;
            }
        }
    } else {
        progress.skip();
    }
    if let Err(error) = restore(shared, &world).await {
        let message = explain(&error);
        warn!(message, "what a scenario broke on purpose could not be given back");
        progress.fail(format!("what the scenario broke on purpose could not be given back: {message}"));
    }
    progress.end();
}

/// Notes where the topics stand; `false` when the run is cancelled.
async fn begin(shared: &Shared, world: &mut ProbeWorld) -> bool {
    let noted = tokio::select! {
        biased;
        () = shared.cancel.cancelled() => false,
        () = world.note_starts(|topic| shared.passed(topic)) => true,
    };
    let starts = world.starts.iter().filter_map(|(topic, start)| Some((topic.clone(), *start.as_ref().ok()?)));
    shared.passed.borrow_mut().extend(starts);
    noted
}

/// Does a step, for as long as it may take.
async fn perform(shared: &Shared, step: &Step, world: &mut ProbeWorld) -> Result<(), StepError> {
    let found = shared.book.find(step).map_err(|unresolved| match unresolved {
        Unresolved::Undefined { .. } => StepError::Undefined(step.value.clone()),
        Unresolved::Ambiguous(steps) => StepError::failed(format!("more than one step reads so: {}", steps.join(", "))),
    })?;
    let action = found.prepare(step, &shared.book)?;
    let limit = action.limit(&world.environment);
    tokio::select! {
        biased;
        () = shared.cancel.cancelled() => Err(StepError::Interrupted),
        done = timeout(limit, guarded(action.perform(world))) => {
            done.unwrap_or_else(|_| Err(StepError::TimedOut { step: step.value.clone(), limit }))
        }
    }
}

/// Takes back what the scenario broke.
async fn restore(shared: &Shared, world: &ProbeWorld) -> Result<(), FaultError> {
    let Some(faults) = shared.environment.faults.as_ref().filter(|_| world.faults_used) else { return Ok(()) };
    let limit = shared.environment.step_timeout;
    let restored = timeout(limit, faults.restore()).await;
    restored.unwrap_or_else(|_| Err(FaultError::new(format!("it did not end within {limit:?}"))))
}
