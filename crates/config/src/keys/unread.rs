use super::{Bounds, KeySpec, Kind};

/// A key, or a section with all its keys, that is accepted though this version does nothing with it.
#[derive(Debug)]
pub(crate) struct UnreadKey {
    pub(crate) path: &'static str,
    /// What replaces it, or that nothing does.
    pub(crate) note: &'static str,
    /// The rule of the value, where the Scala system has one: what it refuses is refused here too.
    pub(crate) rule: Option<KeySpec>,
}

impl UnreadKey {
    const fn free(path: &'static str, note: &'static str) -> Self {
        Self { path, note, rule: None }
    }

    const fn checked(path: &'static str, note: &'static str, description: &'static str, kind: Kind) -> Self {
        Self { path, note, rule: Some(KeySpec::new(path, description, kind)) }
    }
}

const RESTARTS: &str = "Remove it; it is not used by this version, which restarts the actors that hold a topic and no \
                        others: see test-probe.core.supervision.streaming";
const TIMERS: &str = "Remove it; a test is bounded by test-probe.core.actor-system.initialization-timeout and \
                      test-probe.core.actor-system.max-execution-time";
const RETRIES: &str = "Remove it; a test is not run again by itself";
const OAUTH: &str = "Remove it; nothing reads it, in the Scala system neither";
const REST: &str = "Remove it; this version has no REST interface, tests are run from the command line";
const VAULT: &str = "Remove it; this version has no vault. Security settings of the Kafka clients stand below \
                     test-probe.core.kafka.properties";
const STORAGE: &str = "Remove it; this version has no block storage, tests are folders that the command line names";
const QUEUE: &str = "Remove it; one test runs at a time, and test-probe.core.cucumber.parallel-scenarios sets how \
                     many of its scenarios do";
const SECURITY: &str = "Move it to test-probe.core.kafka.properties, under librdkafka's names such as \
                        security.protocol and sasl.mechanism";
const MOVED: &str = "Nothing reads it there; the Kafka settings stand below test-probe.core.kafka";

/// A timer had no rule in the Scala system, where one of no length ended every test at once.
const TIMER: Kind = Kind::Duration(Bounds::at_least(1));

/// The keys of the Scala system that this version does not read, and those that its guides show though it never read
/// them itself. A more exact path comes before a section that holds it.
#[rustfmt::skip]
pub(crate) const UNREAD: &[UnreadKey] = &[
    UnreadKey::checked("test-probe.core.actor-system.pool-size",
        "Remove it; the system places its actors itself, there is no pool to size",
        "Pool size", Kind::Integer(Bounds::at_least(1).recommended(50))),
    UnreadKey::checked("test-probe.core.supervision.max-restarts", RESTARTS,
        "Max restarts", Kind::Integer(Bounds::at_least(1).recommended(100))),
    UnreadKey::checked("test-probe.core.supervision.restart-time-range", RESTARTS,
        "Restart time range", Kind::Duration(Bounds::at_least(1_000).recommended(3_600_000))),
    UnreadKey::checked("test-probe.core.test-execution.max-retries", RETRIES,
        "Max retries", Kind::Integer(Bounds::at_least(0).recommended(10))),
    UnreadKey::checked("test-probe.core.test-execution.cleanup-delay",
        "Remove it; a test's actors stop as soon as its evidence is written",
        "Cleanup delay", Kind::Duration(Bounds::at_least(0).recommended(600_000))),
    UnreadKey::checked("test-probe.core.test-execution.stash-buffer-size", "Remove it; no actor stashes messages",
        "Stash buffer size", Kind::Integer(Bounds::at_least(1).at_most(10_000))),
    UnreadKey::checked("test-probe.core.timers.setup-state", TIMERS, "Setup state timer", TIMER),
    UnreadKey::checked("test-probe.core.timers.loading-state", TIMERS, "Loading state timer", TIMER),
    UnreadKey::checked("test-probe.core.timers.completed-state", TIMERS, "Completed state timer", TIMER),
    UnreadKey::checked("test-probe.core.timers.exception-state", TIMERS, "Exception state timer", TIMER),
    UnreadKey::checked("test-probe.core.cucumber.glue-packages",
        "Remove it; steps are Rust functions that are linked in, there are no packages to search",
        "Cucumber glue package", Kind::Text),
    UnreadKey::checked("test-probe.core.services.timeout", "Remove it; this version calls no services",
        "Services timeout", Kind::Duration(Bounds::at_least(1_000).recommended(300_000))),
    UnreadKey::checked("test-probe.core.kafka.oauth.token-endpoint", OAUTH, "OAuth token endpoint", Kind::Text),
    UnreadKey::checked("test-probe.core.kafka.oauth.client-scope", OAUTH, "OAuth client scope", Kind::Text),
    UnreadKey::free("test-probe.core.kafka.security", SECURITY),
    UnreadKey::free("test-probe.core.queue", QUEUE),
    UnreadKey::free("test-probe.core.storage", STORAGE),
    UnreadKey::free("test-probe.core.vault", VAULT),
    UnreadKey::free("test-probe.interfaces.rest", REST),
    UnreadKey::free("test-probe.services.vault", VAULT),
    UnreadKey::free("test-probe.services.block-storage", STORAGE),
    UnreadKey::free("test-probe.rest", REST),
    UnreadKey::free("test-probe.vault", VAULT),
    UnreadKey::free("test-probe.security", SECURITY),
    UnreadKey::free("test-probe.kafka.security", SECURITY),
    UnreadKey::free("test-probe.kafka", MOVED),
];
