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
    let tokens = core.tokens.clone();
    let surroundings = Surroundings::new(Arc::new(core.metrics.clone()));
    system.on_quiet_thread(move || GuardianActor::hosting(parts, &tokens).start(&surroundings))
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

#[cfg(test)]
mod tests {
    use test_probe_config::Layers;

    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn every_timer_arrives() {
        let text = "test-probe.core {
            actor-system { max-execution-time = 301s, shutdown-timeout = 50s }
            timers { setup-state = 61s, loading-state = 121s, completed-state = 62s, exception-state = 31s }
            services.timeout = 20s
        }";
        let settings = Layers::new().reference().text("t", text).load().unwrap().settings;
        let expected = PoisonPills {
            setup: seconds(61),
            loading: seconds(121),
            testing: seconds(301),
            closing: seconds(10),
            storing: seconds(35),
            completed: seconds(62),
            exception: seconds(31),
        };
        assert_eq!(pills(&settings), expected);
    }

    #[test]
    fn what_stands_between_a_caller_and_the_tree_arrives() {
        let text = "test-probe.interfaces.rest {
            ask-timeout = 7s, circuit-breaker-call-timeout = 7s, circuit-breaker-max-failures = 6
            circuit-breaker-reset-timeout = 8s
        }";
        let settings = Layers::new().reference().text("t", text).load().unwrap().settings;
        let wired = service_functions(&settings);
        assert_eq!((wired.ask_timeout, wired.call_timeout, wired.reset_timeout), (seconds(7), seconds(7), seconds(8)));
        assert_eq!(wired.max_failures.get(), 6);
    }

    #[test]
    fn the_tree_answers_no_later_than_the_actor_system_may() {
        let text = "test-probe.core.actor-system.timeout = 2s";
        let settings = Layers::new().reference().text("t", text).load().unwrap().settings;
        assert_eq!(service_functions(&settings).ask_timeout, seconds(2));
    }
}
