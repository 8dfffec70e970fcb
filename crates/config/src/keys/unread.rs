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

const RETRIES: &str = "Remove it; a test is not run again by itself";
const HTTP: &str = "Remove it; this version has no HTTP service";
const VAULT: &str = "Set the keys below test-probe.services.vault instead";
const STORAGE: &str = "Set the keys below test-probe.services.block-storage instead; the local one has none, a test \
                       names its folder";
const QUEUE: &str = "Remove it; tests wait in the queue without a limit";
const SECURITY: &str = "Set the keys below test-probe.core.kafka.security instead";
const MOVED: &str = "Nothing reads it there; the Kafka settings stand below test-probe.core.kafka";

const POSITIVE: Kind = Kind::Positive(Bounds::at_least(1));
const ANY_DURATION: Kind = Kind::Duration(Bounds::at_least(0));

/// The keys of the Scala system that this version does not read, and those that its guides show though it never read
/// them itself. A more exact path comes before a section that holds it.
#[rustfmt::skip]
pub(crate) const UNREAD: &[UnreadKey] = &[
    UnreadKey::checked("test-probe.core.actor-system.pool-size",
        "Remove it; the system places its actors itself, there is no pool to size",
        "Pool size", Kind::Integer(Bounds::at_least(1).recommended(50))),
    UnreadKey::checked("test-probe.core.test-execution.max-retries", RETRIES,
        "Max retries", Kind::Integer(Bounds::at_least(0).recommended(10))),
    UnreadKey::checked("test-probe.core.test-execution.cleanup-delay",
        "Remove it; test-probe.core.timers.completed-state says how long the actor of a test stays after it",
        "Cleanup delay", Kind::Duration(Bounds::at_least(0).recommended(600_000))),
    UnreadKey::checked("test-probe.core.test-execution.stash-buffer-size", "Remove it; no actor stashes messages",
        "Stash buffer size", Kind::Integer(Bounds::at_least(1).at_most(10_000))),
    UnreadKey::checked("test-probe.core.cucumber.glue-packages",
        "Remove it; steps are Rust functions that are linked in, there are no packages to search",
        "Cucumber glue package", Kind::Text),
    UnreadKey::checked("test-probe.services.vault.local.required-fields",
        "Remove it; credentials in the local vault's file are clientId and clientSecret, both of them",
        "Local required fields", Kind::TextList),
    UnreadKey::checked("test-probe.core.kafka.oauth.token-endpoint",
        "Set 'test-probe.services.vault.oauth.token-endpoint' instead; tokens for Kafka and the registry have this one place",
        "OAuth token endpoint", Kind::Text),
    UnreadKey::checked("test-probe.core.kafka.oauth.client-scope",
        "Set 'test-probe.services.vault.oauth.scope' instead; tokens for Kafka and the registry have this one place",
        "OAuth client scope", Kind::Text),
    UnreadKey::free("test-probe.core.queue.max-queue-depth", QUEUE),
    UnreadKey::free("test-probe.core.storage", STORAGE),
    UnreadKey::free("test-probe.core.vault", VAULT),

    UnreadKey::checked("test-probe.interfaces.rest.host", HTTP, "host", Kind::Text),
    UnreadKey::checked("test-probe.interfaces.rest.port", HTTP,
        "port", Kind::Integer(Bounds::at_least(0).limited_by(65_535, "the largest port there is"))),
    UnreadKey::checked("test-probe.interfaces.rest.timeout", HTTP, "timeout", ANY_DURATION),
    UnreadKey::checked("test-probe.interfaces.rest.graceful-shutdown-timeout", HTTP,
        "gracefulShutdownTimeout", ANY_DURATION),
    UnreadKey::checked("test-probe.interfaces.rest.max-concurrent-requests", HTTP, "maxConcurrentRequests", POSITIVE),
    UnreadKey::checked("test-probe.interfaces.rest.max-request-size", HTTP, "maxRequestSize", POSITIVE),
    UnreadKey::checked("test-probe.interfaces.rest.max-uri-length", HTTP, "maxUriLength", POSITIVE),
    UnreadKey::checked("test-probe.interfaces.rest.retry-after-service-unavailable", HTTP,
        "retryAfterServiceUnavailable", Kind::RetryAfter),
    UnreadKey::checked("test-probe.interfaces.rest.retry-after-not-ready", HTTP,
        "retryAfterNotReady", Kind::RetryAfter),
    UnreadKey::free("test-probe.interfaces.rest.cors", HTTP),

    UnreadKey::free("test-probe.services.block-storage.local", "Remove it; the local storage has no keys"),
    UnreadKey::free("test-probe.rest", "Set the keys below test-probe.interfaces.rest instead"),
    UnreadKey::free("test-probe.vault", VAULT),
    UnreadKey::free("test-probe.security", SECURITY),
    UnreadKey::free("test-probe.kafka.security", SECURITY),
    UnreadKey::free("test-probe.kafka", MOVED),
];
