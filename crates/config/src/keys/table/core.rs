//! `test-probe.core`: the probe itself.

use super::{Bounds, HOUR, KeySpec, Kind, MINUTE, SECOND, choice, duration, integer};

const MIB: i64 = 1 << 20;
const MAX_I32: i64 = i32::MAX as i64;
/// More records than this in memory at once are a slip of the pen.
const MAX_RECORDS: i64 = 1_000_000;
const MAX_SCHEMAS: i64 = 10_000_000;
/// A timer had no rule in the Scala system, where one of no length ended every test at once.
const TIMER: Kind = Kind::Duration(Bounds::at_least(1));

const fn integer_up_to(min: i64, max: i64) -> Kind {
    Kind::Integer(Bounds::at_least(min).at_most(max))
}

#[rustfmt::skip]
pub(super) const KEYS: &[KeySpec] = &[
    KeySpec::new("test-probe.core.actor-system.name", "Actor system name", Kind::Text),
    KeySpec::new("test-probe.core.actor-system.timeout", "Actor system timeout", duration(SECOND, 5 * MINUTE)),
    KeySpec::new("test-probe.core.actor-system.initialization-timeout", "Initialization timeout",
        duration(SECOND, 5 * MINUTE)),
    KeySpec::new("test-probe.core.actor-system.shutdown-timeout", "Shutdown timeout", duration(SECOND, 5 * MINUTE)),
    KeySpec::new("test-probe.core.actor-system.max-execution-time", "Max execution time", duration(10 * SECOND, HOUR)),

    KeySpec::new("test-probe.core.supervision.max-restarts", "Max restarts", integer(1, 100)),
    KeySpec::new("test-probe.core.supervision.restart-time-range", "Restart time range", duration(SECOND, HOUR)),
    KeySpec::new("test-probe.core.supervision.streaming.max-restarts", "Streaming max restarts", integer(0, 100)),
    KeySpec::new("test-probe.core.supervision.streaming.restart-time-range", "Streaming restart time range",
        duration(SECOND, HOUR)),
    KeySpec::new("test-probe.core.supervision.streaming.min-backoff", "Streaming min backoff", duration(1, MINUTE)),
    KeySpec::new("test-probe.core.supervision.streaming.max-backoff", "Streaming max backoff",
        duration(1, 10 * MINUTE)),
    KeySpec::new("test-probe.core.supervision.streaming.random-factor", "Streaming random factor", Kind::Fraction),

    KeySpec::new("test-probe.core.queue.max-concurrent-tests", "Max concurrent tests",
        Kind::Integer(Bounds::at_least(1).recommended(10)
            .limited_by(100, "each test has a thread and clients of its own"))),
    KeySpec::new("test-probe.core.queue.retained-results", "Retained results",
        Kind::Integer(Bounds::at_least(1).at_most(100_000))),

    KeySpec::new("test-probe.core.timers.setup-state", "Setup state timer", TIMER),
    KeySpec::new("test-probe.core.timers.loading-state", "Loading state timer", TIMER),
    KeySpec::new("test-probe.core.timers.completed-state", "Completed state timer", TIMER),
    KeySpec::new("test-probe.core.timers.exception-state", "Exception state timer", TIMER),

    KeySpec::new("test-probe.core.services.timeout", "Services timeout", duration(SECOND, 5 * MINUTE)),

    KeySpec::new("test-probe.core.kafka.bootstrap-servers", "Kafka bootstrap servers", Kind::BootstrapServers)
        .overridden_by("KAFKA_BOOTSTRAP_SERVERS"),
    KeySpec::new("test-probe.core.kafka.schema-registry-url", "Schema Registry URL", Kind::SchemaRegistryUrl)
        .overridden_by("SCHEMA_REGISTRY_URL"),
    KeySpec::new("test-probe.core.kafka.client-id-prefix", "Client id prefix", Kind::Text),
    KeySpec::new("test-probe.core.kafka.group-id-prefix", "Group id prefix", Kind::Text),
    KeySpec::new("test-probe.core.kafka.topic-suffix", "Topic suffix", Kind::TopicSuffix),
    KeySpec::new("test-probe.core.kafka.create-topics", "Create topics", Kind::Boolean),
    KeySpec::new("test-probe.core.kafka.topic-partitions", "Topic partitions",
        Kind::Integer(Bounds::at_least(1).recommended(100).at_most(10_000))),
    KeySpec::new("test-probe.core.kafka.topic-replication-factor", "Topic replication factor",
        Kind::Integer(Bounds::at_least(1).recommended(5).limited_by(32_767, "Kafka's limit"))),
    KeySpec::new("test-probe.core.kafka.statistics-interval", "Statistics interval",
        Kind::Duration(Bounds::at_least(50).recommended(MINUTE).limited_by(24 * HOUR, "librdkafka's limit"))),

    KeySpec::new("test-probe.core.kafka.producer.stream-mode", "Producer stream mode",
        Kind::Choice { allowed: &["persistent"], unavailable: &["per-message"] }),
    KeySpec::new("test-probe.core.kafka.producer.max-in-flight", "Producer max in flight",
        integer_up_to(1, MAX_RECORDS)),
    KeySpec::new("test-probe.core.kafka.producer.buffer-size", "Producer buffer size", integer_up_to(0, MAX_RECORDS)),
    KeySpec::new("test-probe.core.kafka.producer.max-concurrent-offers", "Producer max concurrent offers",
        integer_up_to(1, MAX_RECORDS)),
    KeySpec::new("test-probe.core.kafka.producer.overflow-strategy", "Producer overflow strategy",
        Kind::Choice {
            allowed: &["backpressure"],
            unavailable: &["drop-new", "drop-head", "drop-tail", "drop-buffer", "fail"],
        }),
    KeySpec::new("test-probe.core.kafka.producer.linger", "Producer linger",
        Kind::Duration(Bounds::at_least(0).recommended(SECOND).limited_by(900 * SECOND, "librdkafka's limit"))),
    KeySpec::new("test-probe.core.kafka.producer.delivery-timeout", "Producer delivery timeout",
        Kind::Duration(Bounds::at_least(100).recommended(5 * MINUTE).limited_by(MAX_I32, "librdkafka's limit"))),
    KeySpec::new("test-probe.core.kafka.producer.close-timeout", "Producer close timeout", duration(1, MINUTE)),

    KeySpec::new("test-probe.core.kafka.consumer.group-protocol", "Consumer group protocol",
        choice(&["classic", "consumer"])),
    KeySpec::new("test-probe.core.kafka.consumer.max-events", "Consumer max events", integer(1, 10 * MAX_RECORDS)),
    KeySpec::new("test-probe.core.kafka.consumer.max-bytes", "Consumer max bytes",
        Kind::Size(Bounds::at_least(MIB).recommended(16 << 30))),
    KeySpec::new("test-probe.core.kafka.consumer.commit-batch-size", "Consumer commit batch size", integer(1, 10_000)),
    KeySpec::new("test-probe.core.kafka.consumer.commit-interval", "Consumer commit interval",
        duration(10, 5 * MINUTE)),
    KeySpec::new("test-probe.core.kafka.consumer.fetch-wait", "Consumer fetch wait",
        Kind::Duration(Bounds::at_least(1).recommended(SECOND).limited_by(5 * MINUTE, "librdkafka's limit"))),

    KeySpec::new("test-probe.core.kafka.security.protocol", "Kafka security protocol", Kind::SecurityProtocol)
        .overridden_by("KAFKA_SECURITY_PROTOCOL"),
    KeySpec::new("test-probe.core.kafka.security.sasl-mechanism", "Kafka SASL mechanism", Kind::SaslMechanism)
        .overridden_by("KAFKA_SASL_MECHANISM"),
    KeySpec::new("test-probe.core.kafka.security.username", "Kafka SASL username", Kind::FreeText)
        .overridden_by("KAFKA_SASL_USERNAME"),
    KeySpec::new("test-probe.core.kafka.security.password", "Kafka SASL password", Kind::Secret)
        .overridden_by("KAFKA_SASL_PASSWORD"),
    KeySpec::new("test-probe.core.kafka.security.jaas-config", "Kafka JAAS text", Kind::Secret)
        .overridden_by("KAFKA_SASL_JAAS_CONFIG"),
    KeySpec::new("test-probe.core.kafka.security.sasl-extensions", "Kafka SASL extensions", Kind::SaslExtensions),
    KeySpec::new("test-probe.core.kafka.security.tls.ca-file", "Kafka CA file", Kind::File)
        .overridden_by("KAFKA_TLS_CA"),
    KeySpec::new("test-probe.core.kafka.security.tls.ca-pem", "Kafka CA text", Kind::FreeText),
    KeySpec::new("test-probe.core.kafka.security.tls.certificate-file", "Kafka certificate file", Kind::File)
        .overridden_by("KAFKA_TLS_CERTIFICATE"),
    KeySpec::new("test-probe.core.kafka.security.tls.certificate-pem", "Kafka certificate text", Kind::FreeText),
    KeySpec::new("test-probe.core.kafka.security.tls.key-file", "Kafka key file", Kind::File)
        .overridden_by("KAFKA_TLS_KEY"),
    KeySpec::new("test-probe.core.kafka.security.tls.key-pem", "Kafka key text", Kind::Secret),
    KeySpec::new("test-probe.core.kafka.security.tls.key-password", "Kafka key password", Kind::Secret)
        .overridden_by("KAFKA_TLS_KEY_PASSWORD"),
    KeySpec::new("test-probe.core.kafka.security.tls.verify-host-name", "Kafka host name check", Kind::Boolean),
    KeySpec::new("test-probe.core.kafka.security.msk.region", "MSK region", Kind::FreeText),
    KeySpec::new("test-probe.core.kafka.security.msk.profile", "MSK profile", Kind::FreeText),
    KeySpec::new("test-probe.core.kafka.security.msk.role-arn", "MSK role ARN", Kind::FreeText),

    KeySpec::new("test-probe.core.kafka.properties", "Kafka client properties", Kind::ClientProperties),

    KeySpec::new("test-probe.core.schema-registry.auto-register", "Schema auto-registration", Kind::Boolean),
    KeySpec::new("test-probe.core.schema-registry.normalize", "Schema normalization", Kind::Boolean),
    KeySpec::new("test-probe.core.schema-registry.use-latest-version", "Use of the latest schema version",
        Kind::Boolean),
    KeySpec::new("test-probe.core.schema-registry.subject-name-strategy", "Subject name strategy",
        choice(&["topic-record-name", "topic-name", "record-name"])),
    KeySpec::new("test-probe.core.schema-registry.schema-id-location", "Schema id location",
        choice(&["prefix", "header"])),
    KeySpec::new("test-probe.core.schema-registry.validate-json", "JSON validation", Kind::Boolean),
    KeySpec::new("test-probe.core.schema-registry.request-timeout", "Schema Registry request timeout",
        duration(100, MINUTE)),
    KeySpec::new("test-probe.core.schema-registry.max-retries", "Schema Registry max retries", integer(0, 10)),
    KeySpec::new("test-probe.core.schema-registry.max-retry-after", "Schema Registry max Retry-After",
        Kind::Duration(Bounds::at_least(0).limited_by(5 * MINUTE, "a registry that is busy for longer is down"))),
    KeySpec::new("test-probe.core.schema-registry.max-requests-per-second", "Schema Registry max requests per second",
        Kind::Integer(Bounds::at_least(0).limited_by(100_000, "0 sets no bound"))),
    KeySpec::new("test-probe.core.schema-registry.latest-cache-ttl", "Latest schema cache time to live",
        duration(0, HOUR)),
    KeySpec::new("test-probe.core.schema-registry.negative-cache-ttl", "Negative schema cache time to live",
        duration(0, MINUTE)),
    KeySpec::new("test-probe.core.schema-registry.cache-capacity", "Schema cache capacity",
        integer_up_to(1, MAX_SCHEMAS)),
    KeySpec::new("test-probe.core.schema-registry.auth.type", "Schema Registry auth type",
        choice(&["none", "basic", "bearer", "oauth"])),
    KeySpec::new("test-probe.core.schema-registry.auth.username", "Schema Registry username", Kind::FreeText)
        .overridden_by("SCHEMA_REGISTRY_USERNAME"),
    KeySpec::new("test-probe.core.schema-registry.auth.password", "Schema Registry password", Kind::Secret)
        .overridden_by("SCHEMA_REGISTRY_PASSWORD"),
    KeySpec::new("test-probe.core.schema-registry.auth.token", "Schema Registry token", Kind::Secret)
        .overridden_by("SCHEMA_REGISTRY_TOKEN"),
    KeySpec::new("test-probe.core.schema-registry.auth.client-id", "Schema Registry client id", Kind::FreeText)
        .overridden_by("SCHEMA_REGISTRY_CLIENT_ID"),
    KeySpec::new("test-probe.core.schema-registry.auth.client-secret", "Schema Registry client secret", Kind::Secret)
        .overridden_by("SCHEMA_REGISTRY_CLIENT_SECRET"),
    KeySpec::new("test-probe.core.schema-registry.auth.scope", "Schema Registry scope", Kind::FreeText),
    KeySpec::new("test-probe.core.schema-registry.logical-cluster", "Schema Registry logical cluster", Kind::FreeText),
    KeySpec::new("test-probe.core.schema-registry.identity-pool-id", "Schema Registry identity pool id",
        Kind::FreeText),
    KeySpec::new("test-probe.core.schema-registry.tls.ca-file", "Schema Registry CA file", Kind::File),
    KeySpec::new("test-probe.core.schema-registry.tls.certificate-file", "Schema Registry certificate file",
        Kind::File),
    KeySpec::new("test-probe.core.schema-registry.tls.key-file", "Schema Registry key file", Kind::File),

    KeySpec::new("test-probe.core.dsl.ask-timeout", "DSL ask timeout", duration(100, 30 * SECOND)),
    KeySpec::new("test-probe.core.dsl.produce-timeout", "DSL produce timeout", duration(100, 5 * MINUTE)),

    KeySpec::new("test-probe.core.cucumber.step-timeout", "Cucumber step timeout", duration(100, HOUR)),
    KeySpec::new("test-probe.core.cucumber.parallel-scenarios", "Cucumber parallel scenarios", integer(1, 100)),

    KeySpec::new("test-probe.core.world.kind", "World kind", choice(&["cluster", "embedded"])),
    KeySpec::new("test-probe.core.world.brokers", "World brokers",
        Kind::Integer(Bounds::at_least(1).limited_by(9, "the embedded world's limit"))),
    KeySpec::new("test-probe.core.world.control", "World control script", Kind::File),
];
