//! Every rule of a single key, with the messages that its author meets.

use crate::{Issue, Layers, SchemaRegistryUrl, Severity};

mod rest;
mod schema_registry;
mod services;

/// What there is to say about a text over the defaults.
fn issues(text: &str) -> Vec<Issue> {
    match Layers::new().reference().text("t", text).load() {
        Ok(loaded) => loaded.warnings,
        Err(invalid) => invalid.issues,
    }
}

/// Asserts that setting one key below `test-probe.core` is answered with exactly these words.
#[track_caller]
fn answered(key: &str, value: &str, severity: Severity, message: &str, suggestion: &str, cause: Option<&str>) {
    let found = issues(&format!("test-probe.core.{key} = {value}"));
    let [issue] = found.as_slice() else { panic!("one issue is expected, found {found:#?}") };
    assert_eq!(issue.path, format!("test-probe.core.{key}"));
    let place = format!("t:1:{}", "test-probe.core. = ".len() + key.len() + 1);
    assert_eq!(issue.origin.as_ref().map(ToString::to_string), Some(place));
    let found = (issue.severity, issue.message.as_str(), issue.suggestion.as_str(), issue.cause.as_deref());
    assert_eq!(found, (severity, message, suggestion, cause));
}

#[track_caller]
fn refused(key: &str, value: &str, message: &str, suggestion: &str) {
    answered(key, value, Severity::Error, message, suggestion, None);
}

#[track_caller]
fn accepted(key: &str, value: &str) {
    assert_eq!(issues(&format!("test-probe.core.{key} = {value}")), [], "{key} = {value}");
}

#[test]
fn a_duration_keeps_its_bounds() {
    let key = "dsl.ask-timeout";
    refused(
        key,
        "99ms",
        "DSL ask timeout must be at least 100ms, got 99ms",
        "Set 'test-probe.core.dsl.ask-timeout' to at least 100ms",
    );
    accepted(key, "100ms");
    accepted(key, "100");
    accepted(key, "30s");
    answered(
        key,
        "30001ms",
        Severity::Warning,
        "DSL ask timeout is 30001ms (recommended maximum: 30000ms)",
        "Consider reducing 'test-probe.core.dsl.ask-timeout' to at most 30s",
        None,
    );
    answered(
        "schema-registry.negative-cache-ttl",
        "61s",
        Severity::Warning,
        "Negative schema cache time to live is 61000ms (recommended maximum: 60000ms)",
        "Consider reducing 'test-probe.core.schema-registry.negative-cache-ttl' to at most 1m",
        None,
    );
    refused(
        "actor-system.max-execution-time",
        "9s",
        "Max execution time must be at least 10000ms, got 9000ms",
        "Set 'test-probe.core.actor-system.max-execution-time' to at least 10s",
    );
    refused(
        "kafka.statistics-interval",
        "49ms",
        "Statistics interval must be at least 50ms, got 49ms",
        "Set 'test-probe.core.kafka.statistics-interval' to at least 50ms",
    );
    refused(
        "kafka.statistics-interval",
        "25h",
        "Statistics interval must not exceed 86400000ms, got 90000000ms (librdkafka's limit)",
        "Set 'test-probe.core.kafka.statistics-interval' to at most 1440m",
    );
}

#[test]
fn a_whole_number_keeps_its_bounds() {
    refused(
        "cucumber.parallel-scenarios",
        "0",
        "Cucumber parallel scenarios must be at least 1, got 0",
        "Set 'test-probe.core.cucumber.parallel-scenarios' to at least 1",
    );
    refused(
        "supervision.streaming.max-restarts",
        "-1",
        "Streaming max restarts must be at least 0, got -1",
        "Set 'test-probe.core.supervision.streaming.max-restarts' to at least 0",
    );
    answered(
        "cucumber.parallel-scenarios",
        "101",
        Severity::Warning,
        "Cucumber parallel scenarios is 101 (recommended maximum: 100)",
        "Consider reducing 'test-probe.core.cucumber.parallel-scenarios' to at most 100",
        None,
    );
    refused(
        "kafka.producer.max-in-flight",
        "1000001",
        "Producer max in flight must not exceed 1000000, got 1000001 (memory safety limit)",
        "Set 'test-probe.core.kafka.producer.max-in-flight' to at most 1000000",
    );
    refused(
        "world.brokers",
        "10",
        "World brokers must not exceed 9, got 10 (the embedded world's limit)",
        "Set 'test-probe.core.world.brokers' to at most 9",
    );
    for value in ["1", "1000000", "\"500\"", "2.0", "1e3"] {
        accepted("kafka.producer.max-in-flight", value);
    }
    accepted("kafka.producer.buffer-size", "0");
}

#[test]
fn a_size_keeps_its_bounds() {
    refused(
        "kafka.consumer.max-bytes",
        "1000 KiB",
        "Consumer max bytes must be at least 1048576 bytes, got 1024000 bytes",
        "Set 'test-probe.core.kafka.consumer.max-bytes' to at least 1 MiB",
    );
    accepted("kafka.consumer.max-bytes", "1M");
    accepted("kafka.consumer.max-bytes", "1048576");
    answered(
        "kafka.consumer.max-bytes",
        "17G",
        Severity::Warning,
        "Consumer max bytes is 18253611008 bytes (recommended maximum: 17179869184 bytes)",
        "Consider reducing 'test-probe.core.kafka.consumer.max-bytes' to at most 16 GiB",
        None,
    );
}

#[test]
fn a_fraction_lies_between_zero_and_one() {
    let key = "supervision.streaming.random-factor";
    for value in ["0", "1", "0.5", "\"0.2\""] {
        accepted(key, value);
    }
    for (value, shown) in [("1.01", "1.01"), ("-0.1", "-0.1"), ("NaN", "NaN")] {
        refused(
            key,
            value,
            &format!("Streaming random factor must be from 0 to 1, got {shown}"),
            "Set 'test-probe.core.supervision.streaming.random-factor' to a number from 0 to 1",
        );
    }
}

#[test]
fn a_value_of_another_type_is_refused_with_its_cause() {
    let wrong = |key: &str, value: &str, message: &str, suggestion: &str, cause: &str| {
        answered(key, value, Severity::Error, message, suggestion, Some(cause));
    };
    let duration = "Write a number and a unit, such as test-probe.core.dsl.ask-timeout = 30s, 5 minutes or 250ms";
    let message = "Invalid duration format for DSL ask timeout";
    let cause = "`soon` is not a duration; write a number and a unit, such as 200 ms, 5 seconds or 2m";
    wrong("dsl.ask-timeout", "soon", message, duration, cause);
    wrong("dsl.ask-timeout", "[1]", message, duration, "the value is a list");
    wrong("dsl.ask-timeout", "{ x = 1 }", message, duration, "the value is an object");

    let integer = "Write a whole number, such as test-probe.core.cucumber.parallel-scenarios = 10";
    let message = "Invalid integer format for Cucumber parallel scenarios";
    wrong("cucumber.parallel-scenarios", "many", message, integer, "'many': invalid digit found in string");
    wrong("cucumber.parallel-scenarios", "1.5", message, integer, "'1.5': invalid digit found in string");
    wrong("cucumber.parallel-scenarios", "[]", message, integer, "the value is a list");
    wrong(
        "cucumber.parallel-scenarios",
        "99999999999",
        message,
        integer,
        "'99999999999': number too large to fit in target type",
    );

    let string = "Write a text, such as test-probe.core.actor-system.name = \"value\"";
    wrong("actor-system.name", "[a]", "Invalid string format for Actor system name", string, "the value is a list");

    let boolean = "Write true or false";
    let message = "Invalid boolean format for Create topics";
    wrong("kafka.create-topics", "maybe", message, boolean, "'maybe' is neither true nor false");
    wrong("kafka.create-topics", "{}", message, boolean, "the value is an object");

    wrong(
        "kafka.consumer.max-bytes",
        "lots",
        "Invalid size format for Consumer max bytes",
        "Write a number and a unit, such as test-probe.core.kafka.consumer.max-bytes = 64 KiB, 10 MiB or 1G",
        "`lots` is not a size; write a number and a unit, such as 64 KiB, 10 MiB or 1G, or a number of bytes",
    );
    wrong(
        "supervision.streaming.random-factor",
        "half",
        "Invalid number format for Streaming random factor",
        "Write a number, such as test-probe.core.supervision.streaming.random-factor = 0.2",
        "'half': invalid float literal",
    );
    wrong(
        "kafka.properties",
        "none",
        "Invalid object format for Kafka client properties",
        "Write 'test-probe.core.kafka.properties { socket.timeout.ms = 30000 }'",
        "the value is a text",
    );
}

#[test]
fn a_blank_text_is_refused() {
    for (key, description) in [
        ("actor-system.name", "Actor system name"),
        ("kafka.bootstrap-servers", "Kafka bootstrap servers"),
        ("kafka.schema-registry-url", "Schema Registry URL"),
        ("kafka.client-id-prefix", "Client id prefix"),
        ("kafka.group-id-prefix", "Group id prefix"),
        ("kafka.consumer.group-protocol", "Consumer group protocol"),
    ] {
        for blank in ["\"\"", "\" \\t\""] {
            refused(
                key,
                blank,
                &format!("{description} cannot be empty"),
                &format!("Set 'test-probe.core.{key}' to a non-empty value"),
            );
        }
    }
}

#[test]
fn bootstrap_servers_have_the_format_of_directives() {
    refused(
        "kafka.bootstrap-servers",
        "\"h1, h2:9092\"",
        "Invalid bootstrap server format: h1. Expected format: host:port or host1:port1,host2:port2",
        "Set 'test-probe.core.kafka.bootstrap-servers' to a list such as \"host1:9092,host2:9092\"",
    );
    accepted("kafka.bootstrap-servers", "\"h1:9092, h2:9092\"");
}

#[test]
fn a_registrys_address_is_a_url() {
    let suggestion = "Use a URL that starts with 'http://' or 'https://', such as http://localhost:8081";
    let key = "kafka.schema-registry-url";
    refused(key, "\"localhost:8081\"", "Invalid Schema Registry URL format: localhost:8081", suggestion);
    answered(
        key,
        "\"http://h:99999\"",
        Severity::Error,
        "Invalid Schema Registry URL format: http://h:99999",
        suggestion,
        Some("invalid port number"),
    );
    refused(
        key,
        "\"http://a,,http://b\"",
        "Invalid Schema Registry URL format: http://a,,http://b; address 2 of 3 is empty",
        "Write an address there, or take the comma away",
    );
    refused(key, "\"http://a, b:8081\"", "Invalid Schema Registry URL format: b:8081", suggestion);
    accepted(key, "\"http://a:8081, https://ann:hunter2@b/x\"");
    let hidden = issues("test-probe.core.kafka.schema-registry-url = \"ann:hunter2@h\"");
    assert_eq!(hidden[0].message, "Invalid Schema Registry URL format: ***@h");
    let url: SchemaRegistryUrl = "https://ann:hunter2@h/x".parse().unwrap();
    let loaded =
        Layers::new().reference().text("t", "test-probe.core.kafka.schema-registry-url = \"https://ann:hunter2@h/x\"");
    assert_eq!(loaded.load().unwrap().settings.kafka.schema_registry_url, url);
}

#[test]
fn a_word_must_be_one_of_those_that_the_key_knows() {
    refused(
        "kafka.consumer.group-protocol",
        "modern",
        "Invalid Consumer group protocol: modern. Must be one of: classic, consumer",
        "Set 'test-probe.core.kafka.consumer.group-protocol' to one of: classic, consumer",
    );
    refused(
        "world.kind",
        "Cluster",
        "Invalid World kind: Cluster. Must be one of: cluster, embedded",
        "Set 'test-probe.core.world.kind' to one of: cluster, embedded",
    );
}

#[test]
fn a_word_that_this_version_cannot_carry_out_is_refused_as_such() {
    refused(
        "kafka.producer.stream-mode",
        "per-message",
        "Producer stream mode 'per-message' is not available in this version",
        "Use one of: persistent",
    );
    for strategy in ["drop-new", "drop-head", "drop-tail", "drop-buffer", "fail"] {
        refused(
            "kafka.producer.overflow-strategy",
            strategy,
            &format!("Producer overflow strategy '{strategy}' is not available in this version"),
            "Use one of: backpressure",
        );
    }
    refused(
        "kafka.producer.overflow-strategy",
        "dropNew",
        "Invalid Producer overflow strategy: dropNew. Must be one of: backpressure",
        "Set 'test-probe.core.kafka.producer.overflow-strategy' to one of: backpressure",
    );
}

#[test]
fn booleans_have_the_words_of_hocon() {
    for (word, creates) in
        [("true", true), ("yes", true), ("on", true), ("false", false), ("no", false), ("off", false)]
    {
        let text = format!("test-probe.core.kafka.create-topics = {word}");
        let loaded = Layers::new().reference().text("t", text).load().unwrap();
        assert_eq!(loaded.settings.kafka.create_topics, creates, "{word}");
    }
}

#[test]
fn a_topic_suffix_must_leave_a_topic_name() {
    for suffix in ["\"\"", "\"-{test-id}\"", "_v2", "\".{test-id}.{test-id}\""] {
        accepted("kafka.topic-suffix", suffix);
    }
    answered(
        "kafka.topic-suffix",
        "\"-{testid}\"",
        Severity::Error,
        "Invalid Topic suffix format: -{testid}",
        "Use letters, digits, '.', '_' and '-'; '{test-id}' stands for the test's short id",
        Some(
            "`topic-{testid}` is not a topic name; use 1 to 249 letters, digits, `.`, `_` or `-`, and neither `.` nor `..` \
             alone",
        ),
    );
}

#[test]
fn client_properties_are_kept_under_their_dotted_names() {
    let text = "test-probe.core.kafka.properties {\n\
                security.protocol = SASL_SSL\n\
                sasl { mechanism = PLAIN, username = ann, password = \"hunter2\" }\n\
                \"socket.timeout.ms\" = 500\n\
                debug = null\n}";
    let settings = Layers::new().reference().text("t", text).load().unwrap().settings;
    let properties: Vec<(&str, &str)> =
        settings.kafka.properties.as_map().iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        properties,
        [
            ("sasl.mechanism", "PLAIN"),
            ("sasl.password", "hunter2"),
            ("sasl.username", "ann"),
            ("security.protocol", "SASL_SSL"),
            ("socket.timeout.ms", "500"),
        ]
    );
    assert!(!format!("{settings:?}").contains("hunter2"));
}

#[test]
fn properties_that_the_probe_owns_are_refused_with_the_key_that_sets_them() {
    let own = "Remove it; the probe's acknowledgements and offsets hang on its own value";
    for (name, suggestion) in [
        ("acks", own),
        ("enable.idempotence", own),
        ("transactional.id", own),
        ("partitioner", own),
        ("enable.auto.offset.store", own),
        ("auto.offset.reset", own),
        ("client.id", "Remove it and set 'test-probe.core.kafka.client-id-prefix'"),
        ("group.id", "Remove it and set 'test-probe.core.kafka.group-id-prefix'"),
        ("bootstrap.servers", "Remove it and set 'test-probe.core.kafka.bootstrap-servers'"),
        ("enable.auto.commit", "Remove it and set 'test-probe.core.kafka.consumer.commit-interval'"),
        ("statistics.interval.ms", "Remove it and set 'test-probe.core.kafka.statistics-interval'"),
        ("linger.ms", "Remove it and set 'test-probe.core.kafka.producer.linger'"),
        ("message.timeout.ms", "Remove it and set 'test-probe.core.kafka.producer.delivery-timeout'"),
        ("delivery.timeout.ms", "Remove it and set 'test-probe.core.kafka.producer.delivery-timeout'"),
        ("queue.buffering.max.messages", "Remove it and set 'test-probe.core.kafka.producer.max-in-flight'"),
        ("queue.buffering.max.kbytes", "Remove it and set 'test-probe.core.kafka.producer.max-in-flight'"),
    ] {
        let key = format!("kafka.properties.{name}");
        refused(&key, "1", &format!("Kafka client property '{name}' is set by the probe itself"), suggestion);
    }
    answered(
        "kafka.properties.debug",
        "[a]",
        Severity::Error,
        "Invalid string format for Kafka client property 'debug'",
        "Write a text or a number",
        Some("the value is a list"),
    );
}

#[test]
fn keys_that_are_not_read_still_keep_the_rules_that_they_had() {
    let errors = |text: &str| -> Vec<String> {
        let found = issues(&format!("test-probe.core.{text}"));
        let told = found.iter().filter(|issue| !issue.message.ends_with("does not read it"));
        told.map(|issue| format!("{} {}", issue.severity, issue.message)).collect()
    };
    assert_eq!(errors("actor-system.pool-size = 0"), ["ERROR Pool size must be at least 1, got 0"]);
    assert_eq!(
        errors("test-execution.stash-buffer-size = 10001"),
        ["ERROR Stash buffer size must not exceed 10000, got 10001 (memory safety limit)"]
    );
    assert_eq!(errors("cucumber.glue-packages = \" \""), ["ERROR Cucumber glue package cannot be empty"]);
    assert_eq!(errors("kafka.oauth.token-endpoint = \"\""), ["ERROR OAuth token endpoint cannot be empty"]);
    assert_eq!(errors("kafka.oauth.client-scope = \"\""), ["ERROR OAuth client scope cannot be empty"]);
    assert_eq!(errors("test-execution.max-retries = 3"), [] as [&str; 0]);
}

#[test]
fn the_rules_of_the_tree_are_the_scala_systems() {
    let told = |text: &str| -> Vec<String> {
        let found = issues(&format!("test-probe.core.{text}"));
        found.iter().map(|issue| format!("{} {}", issue.severity, issue.message)).collect()
    };
    for (text, expected) in [
        ("actor-system.timeout = 999ms", "ERROR Actor system timeout must be at least 1000ms, got 999ms"),
        (
            "actor-system.shutdown-timeout = 301s",
            "WARNING Shutdown timeout is 301000ms (recommended maximum: 300000ms)",
        ),
        ("actor-system.initialization-timeout = 0", "ERROR Initialization timeout must be at least 1000ms, got 0ms"),
        (
            "actor-system.max-execution-time = 61m",
            "WARNING Max execution time is 3660000ms (recommended maximum: 3600000ms)",
        ),
        ("supervision.max-restarts = 0", "ERROR Max restarts must be at least 1, got 0"),
        ("supervision.max-restarts = 101", "WARNING Max restarts is 101 (recommended maximum: 100)"),
        ("supervision.restart-time-range = 1", "ERROR Restart time range must be at least 1000ms, got 1ms"),
        (
            "supervision.restart-time-range = 61m",
            "WARNING Restart time range is 3660000ms (recommended maximum: 3600000ms)",
        ),
        ("queue.max-concurrent-tests = 0", "ERROR Max concurrent tests must be at least 1, got 0"),
        ("queue.max-concurrent-tests = 11", "WARNING Max concurrent tests is 11 (recommended maximum: 10)"),
        (
            "queue.max-concurrent-tests = 101",
            "ERROR Max concurrent tests must not exceed 100, got 101 (each test has a thread and clients of its own)",
        ),
        ("queue.retained-results = 0", "ERROR Retained results must be at least 1, got 0"),
        (
            "queue.retained-results = 100001",
            "ERROR Retained results must not exceed 100000, got 100001 (memory safety limit)",
        ),
        ("timers.setup-state = 0", "ERROR Setup state timer must be at least 1ms, got 0ms"),
        ("timers.loading-state = soon", "ERROR Invalid duration format for Loading state timer"),
        ("timers.completed-state = null", "ERROR Required field 'Completed state timer' is missing"),
        ("timers.exception-state = 0s", "ERROR Exception state timer must be at least 1ms, got 0ms"),
        ("services.timeout = 1ms", "ERROR Services timeout must be at least 1000ms, got 1ms"),
        ("services.timeout = 6 minutes", "WARNING Services timeout is 360000ms (recommended maximum: 300000ms)"),
    ] {
        assert_eq!(told(text), [expected]);
    }
    assert_eq!(told("timers.loading-state = 1ms"), [] as [&str; 0]);
}
