//! From settings to the tree.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use test_probe_actors::commands::GuardianCommands;
use test_probe_actors::supervision::Child;
use test_probe_actors::supervision::Surroundings;
use test_probe_actors::{
    ActorSystem, ExternalBehaviors, GuardianActor, GuardianParts, PlaceFactory, PoisonPills, QueueParts,
    ServiceSettings, SystemGone, TestTree, TestTreeParts,
};
use test_probe_config::Settings;

use crate::core::Core;
use crate::session::Session;
use crate::sessions::Sessions;

/// How long the reports of a big run may take to write.
const REPORTS: Duration = Duration::from_secs(15);

/// How long a test may stay in which state.
pub(crate) fn pills(settings: &Settings) -> PoisonPills {
    let timers = &settings.timers;
    PoisonPills {
        setup: timers.setup_state,
        loading: timers.loading_state,
        testing: settings.actor_system.max_execution_time,
        // Like each other part of the orderly end, a fifth of the time for it.
        closing: settings.actor_system.shutdown_timeout / 5,
        storing: settings.services.timeout + REPORTS,
        completed: timers.completed_state,
        exception: timers.exception_state,
    }
}

/// What stands between a caller and the tree.
pub(crate) fn service_functions(settings: &Settings) -> ServiceSettings {
    let rest = &settings.rest;
    let max_failures = u32::try_from(rest.circuit_breaker_max_failures.get()).unwrap_or(u32::MAX);
    ServiceSettings {
        ask_timeout: rest.ask_timeout.min(settings.actor_system.timeout),
        max_failures: NonZeroU32::new(max_failures).unwrap_or(NonZeroU32::MIN),
        call_timeout: rest.circuit_breaker_call_timeout,
        reset_timeout: rest.circuit_breaker_reset_timeout,
    }
}

/// The guardian, started on the system's own thread.
pub(crate) fn guardian(
    system: &ActorSystem,
    core: &Arc<Core>,
    sessions: &Sessions,
    external_behaviors: Option<ExternalBehaviors>,
) -> Result<Child<GuardianActor>, SystemGone> {
    let parts = guardian_parts(core, sessions, system.place_factory(), external_behaviors);
    let surroundings = Surroundings::new(Arc::new(core.metrics.clone()));
    system.on_quiet_thread(move || GuardianActor::supervised(parts).start(&surroundings))
}

fn guardian_parts(
    core: &Arc<Core>,
    sessions: &Sessions,
    place: PlaceFactory,
    external_behaviors: Option<ExternalBehaviors>,
) -> GuardianParts {
    let settings = &core.settings;
    let (shared, registry) = (Arc::clone(core), sessions.clone());
    let tests = TestTree::new(TestTreeParts {
        services: Arc::new(move |test_id| {
            let session = Session::new(Arc::clone(&shared), registry.clone(), test_id);
            registry.add(test_id, Arc::clone(&session));
            session.services()
        }),
        pool: core.pool.clone(),
        consumers: Arc::new(core.librdkafka.clone()),
        dsl: core.dsl.clone(),
        metrics: core.metrics.clone(),
        place,
        clock: core.clock,
        pills: pills(settings),
        services_timeout: settings.services.timeout,
        open_within: settings.actor_system.initialization_timeout,
        close_timeout: settings.kafka.producer.close_timeout,
        stop_within: settings.actor_system.shutdown_timeout / 5,
        external_behaviors,
    });
    let queue = QueueParts {
        clock: core.clock,
        max_concurrent_tests: settings.queue.max_concurrent_tests,
        retained_results: settings.queue.retained_results,
        ..QueueParts::new(Arc::new(tests), core.metrics.clone())
    };
    GuardianParts {
        queue: Arc::new(queue),
        max_restarts: usize::try_from(settings.supervision.max_restarts).unwrap_or(usize::MAX),
        restart_time_range: settings.supervision.restart_time_range,
    }
}

/// The guardian's address as messages need it.
pub(crate) fn address(guardian: &Child<GuardianActor>) -> actix::Recipient<GuardianCommands> {
    guardian.address().clone().recipient()
}
