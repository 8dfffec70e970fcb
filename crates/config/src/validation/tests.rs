//! What holds between keys and layers, and keys that nobody knows.

use std::collections::BTreeMap;

use crate::{InvalidConfig, Issue, Layers, Loaded, Severity};

mod oauth;
mod providers;
mod registry;
mod request_params;
mod security;
mod shown;

fn load(text: &str) -> Result<Loaded, InvalidConfig> {
    Layers::new().reference().text("t", text).load()
}

/// The issues of a text over the defaults, as `severity path: message`.
fn told(text: &str) -> Vec<String> {
    let issues = match load(text) {
        Ok(loaded) => loaded.warnings,
        Err(invalid) => invalid.issues,
    };
    issues.iter().map(|issue| format!("{} {}: {}", issue.severity, issue.path, issue.message)).collect()
}

/// The only issue of a text over the defaults.
#[track_caller]
fn only_issue(text: &str) -> Issue {
    let issues = match load(text) {
        Ok(loaded) => loaded.warnings,
        Err(invalid) => invalid.issues,
    };
    <[Issue; 1]>::try_from(issues)
        .unwrap_or_else(|issues| panic!("one issue is expected, found {issues:#?}"))
        .into_iter()
        .next()
        .unwrap()
}

mod between_keys {
    use super::*;

    #[test]
    fn execution_outlasts_an_answer() {
        let issue = only_issue("test-probe.core.actor-system { max-execution-time = 25s }");
        assert_eq!(
            issue.to_string(),
            "[ERROR] Configuration validation issue at 'test-probe.core.actor-system.max-execution-time': Max execution \
             time (25000 ms) must be greater than actor timeout (25000 ms)\n  Suggestion: Raise it, or lower \
             'test-probe.core.actor-system.timeout'\n  Origin: t:1:53"
        );
        assert_eq!(told("test-probe.core.actor-system.max-execution-time = 25001ms"), [] as [&str; 0]);
    }

    #[test]
    fn cleanup_is_shorter_than_execution() {
        assert_eq!(
            told("test-probe.core.test-execution.cleanup-delay = 300s")[0],
            "ERROR test-probe.core.test-execution.cleanup-delay: Cleanup delay (300000 ms) should be less than max \
             execution time (300000 ms)"
        );
        assert_eq!(told("test-probe.core.test-execution.cleanup-delay = 299s").len(), 1);
    }

    #[test]
    fn backoff_does_not_shrink() {
        assert_eq!(
            told("test-probe.core.supervision.streaming.max-backoff = 199ms"),
            [
                "ERROR test-probe.core.supervision.streaming.max-backoff: Streaming max backoff (199 ms) must not be less than \
              streaming min backoff (200 ms)"
            ]
        );
        assert_eq!(told("test-probe.core.supervision.streaming.max-backoff = 200ms"), [] as [&str; 0]);
    }

    #[test]
    fn the_brokers_answer_comes_before_the_asker_gives_up() {
        assert_eq!(
            told("test-probe.core.dsl.produce-timeout = 25s"),
            [
                "ERROR test-probe.core.kafka.producer.delivery-timeout: Producer delivery timeout (25000 ms) must be less than \
              DSL produce timeout (25000 ms), or the asker gives up before the broker's answer is known"
            ]
        );
        assert_eq!(told("test-probe.core.dsl.produce-timeout = 25001ms"), [] as [&str; 0]);
    }

    #[test]
    fn linger_ends_before_delivery_does() {
        assert_eq!(
            told("test-probe.core.kafka.producer { linger = 500ms, delivery-timeout = 500ms }"),
            [
                "ERROR test-probe.core.kafka.producer.linger: Producer linger (500 ms) must be less than producer delivery \
              timeout (500 ms)"
            ]
        );
        assert_eq!(
            told("test-probe.core.kafka.producer { linger = 500ms, delivery-timeout = 501ms }"),
            [] as [&str; 0]
        );
    }

    #[test]
    fn a_drain_that_the_stop_cuts_short_is_a_warning() {
        assert_eq!(
            told("test-probe.core.actor-system.shutdown-timeout = 2s"),
            [
                "WARNING test-probe.core.kafka.producer.close-timeout: Producer close timeout (2000 ms) should be less than \
              shutdown timeout (2000 ms), which cuts the drain short"
            ]
        );
        assert_eq!(told("test-probe.core.actor-system.shutdown-timeout = 2001ms"), [] as [&str; 0]);
    }

    #[test]
    fn the_embedded_world_has_a_broker_for_each_copy() {
        let text = |kind: &str, creates: bool, copies: u8| {
            format!(
                "test-probe.core {{ world.kind = {kind}, kafka {{ create-topics = {creates}, topic-replication-factor = {copies} }} }}"
            )
        };
        assert_eq!(
            told(&text("embedded", true, 2)),
            [
                "ERROR test-probe.core.kafka.topic-replication-factor: Topic replication factor (2) cannot be greater than the \
              brokers of the embedded world (1)"
            ]
        );
        assert_eq!(told(&text("embedded", true, 1)), [] as [&str; 0]);
        assert_eq!(told(&text("embedded", false, 2)), [] as [&str; 0]);
        assert_eq!(told(&text("cluster", true, 2)), [] as [&str; 0]);
    }

    #[test]
    fn keys_that_the_world_does_not_look_at_are_warned_of_where_someone_set_them() {
        let environment = BTreeMap::from([("KAFKA_BOOTSTRAP_SERVERS".to_owned(), "kafka:9092".to_owned())]);
        let loaded = Layers::new().reference().embedded().environment(&environment).load().unwrap();
        let [warning] = loaded.warnings.as_slice() else { panic!("one warning: {:?}", loaded.warnings) };
        assert_eq!(
            warning.to_string(),
            "[WARNING] Configuration validation issue at 'test-probe.core.kafka.bootstrap-servers': \
             'test-probe.core.kafka.bootstrap-servers' has no effect in the embedded world, which brings its own\n  \
             Suggestion: Take it away, or set 'test-probe.core.world.kind' to cluster\n  Origin: environment variable \
             KAFKA_BOOTSTRAP_SERVERS"
        );
        assert_eq!(
            told("test-probe.core.world.brokers = 3"),
            [
                "WARNING test-probe.core.world.brokers: 'test-probe.core.world.brokers' has no effect on a cluster, which has \
              the brokers it has"
            ]
        );
        assert_eq!(told("test-probe.core.world { kind = embedded, brokers = 3 }"), [] as [&str; 0]);
        assert_eq!(Layers::new().reference().embedded().load().unwrap().warnings, []);
    }

    #[test]
    fn a_caller_and_the_circuit_breaker_wait_equally_long() {
        let path = "test-probe.interfaces.rest.circuit-breaker-call-timeout";
        let issue = only_issue("test-probe.interfaces.rest.ask-timeout = 26s");
        assert_eq!((issue.path.as_str(), issue.severity), (path, Severity::Error));
        assert_eq!(issue.message, "circuitBreakerCallTimeout (25000 ms) must equal askTimeout (26000 ms)");
        assert_eq!(issue.suggestion, "Give it the value of 'test-probe.interfaces.rest.ask-timeout'");
        assert_eq!(
            told("test-probe.interfaces.rest { ask-timeout = 26s, circuit-breaker-call-timeout = 26000 }"),
            [] as [&str; 0]
        );
    }

    #[test]
    fn an_http_request_outlasts_the_question_in_it_though_there_is_no_http_yet() {
        assert_eq!(
            told("test-probe.interfaces.rest.timeout = 25s")[0],
            "ERROR test-probe.interfaces.rest.timeout: timeout (25000 ms) must be greater than askTimeout (25000 ms)"
        );
        assert_eq!(
            told("test-probe.interfaces.rest.timeout = 25001ms"),
            ["WARNING test-probe.interfaces.rest.timeout: 'test-probe.interfaces.rest.timeout' is accepted, but this \
              version does not read it"]
        );
    }

    #[test]
    fn a_rule_whose_value_is_broken_already_says_nothing_more() {
        assert_eq!(
            told("test-probe.core.actor-system.max-execution-time = soon"),
            ["ERROR test-probe.core.actor-system.max-execution-time: Invalid duration format for Max execution time"]
        );
    }
}

mod layers {
    use super::*;

    #[test]
    fn the_environment_wins_over_a_file_and_the_file_over_the_defaults() {
        let text = "test-probe.core.kafka { bootstrap-servers = \"file:9092\", schema-registry-url = \"http://file\" }";
        let environment = BTreeMap::from([("KAFKA_BOOTSTRAP_SERVERS".to_owned(), "variable:9092".to_owned())]);
        let loaded = Layers::new().reference().text("t", text).environment(&environment).load().unwrap();
        assert_eq!(loaded.settings.kafka.bootstrap_servers.as_str(), "variable:9092");
        assert_eq!(loaded.settings.kafka.schema_registry_url.as_str(), "http://file");
        let origin = |path: &str| loaded.origin(path).unwrap().to_string();
        assert_eq!(origin("test-probe.core.kafka.bootstrap-servers"), "environment variable KAFKA_BOOTSTRAP_SERVERS");
        assert_eq!(origin("test-probe.core.kafka.schema-registry-url"), "t:1:80");
        assert!(origin("test-probe.core.dsl.ask-timeout").starts_with("built-in reference.conf:"));
        assert_eq!(loaded.origin("test-probe.core.nope"), None);
    }

    #[test]
    fn a_file_that_takes_its_value_from_another_variable_keeps_it() {
        let environment: BTreeMap<String, String> = [("KAFKA_BOOTSTRAP_SERVERS", "any:1"), ("MINE", "mine:2")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        let origin_and_value = |text: &str| {
            let loaded = Layers::new().reference().text("t", text).environment(&environment).load().unwrap();
            let origin = loaded.origin("test-probe.core.kafka.bootstrap-servers").unwrap().to_string();
            format!("{} from {origin}", loaded.settings.kafka.bootstrap_servers.as_str())
        };
        let key = "test-probe.core.kafka.bootstrap-servers";
        assert_eq!(origin_and_value(&format!("{key} = ${{?MINE}}")), "mine:2 from environment variable MINE");
        let own = "any:1 from environment variable KAFKA_BOOTSTRAP_SERVERS";
        for other in
            [format!("{key} = ${{?UNSET}}"), format!("{key} = \"file:3\""), format!("{key} = ${{x}}\nx = \"file:3\"")]
        {
            assert_eq!(origin_and_value(&other), own, "{other}");
        }
    }

    #[test]
    fn the_variable_is_named_where_its_value_is_wrong() {
        let environment = BTreeMap::from([("SCHEMA_REGISTRY_URL".to_owned(), String::new())]);
        let invalid = Layers::new().reference().environment(&environment).load().unwrap_err();
        assert_eq!(
            invalid.to_string(),
            "[ERROR] Configuration validation issue at 'test-probe.core.kafka.schema-registry-url': Schema Registry URL \
             cannot be empty\n  Suggestion: Set 'test-probe.core.kafka.schema-registry-url' to a non-empty value\n  Origin: \
             environment variable SCHEMA_REGISTRY_URL"
        );
    }

    #[test]
    fn a_file_may_ask_for_any_variable() {
        let environment = BTreeMap::from([("MY_NAME".to_owned(), "mine".to_owned())]);
        let text = "test-probe.core.actor-system { name = ${?MY_NAME}, timeout = ${?MY_TIMEOUT} }";
        let loaded = Layers::new().reference().text("t", text).environment(&environment).load().unwrap();
        assert_eq!(loaded.settings.actor_system.name, "mine");
        assert_eq!(loaded.settings.actor_system.timeout.as_secs(), 25);
    }

    #[test]
    fn later_files_win_over_earlier_ones() {
        let loaded = Layers::new()
            .reference()
            .text("one", "test-probe.core.actor-system { name = one, timeout = 11s }")
            .text("two", "test-probe.core.actor-system.name = two")
            .load()
            .unwrap();
        assert_eq!(
            (loaded.settings.actor_system.name.as_str(), loaded.settings.actor_system.timeout.as_secs()),
            ("two", 11)
        );
    }

    #[test]
    fn each_text_that_cannot_be_read_is_told_with_its_place() {
        let layers = Layers::new().reference().text("one.conf", "a {").text("two.conf", "\nb = \"x");
        assert_eq!(
            layers.load().unwrap_err().to_string(),
            "[ERROR] Configuration validation issue at 'one.conf': This '{' is never closed: '}' was expected before the end \
             of the text\n  Suggestion: Add the missing '}'\n  Origin: one.conf:1:3\n\n[ERROR] Configuration validation issue \
             at 'two.conf': This quoted text is never closed: '\"' was expected before the end of its line\n  Suggestion: Add \
             the missing '\"'; a text of several lines stands between '\"\"\"'\n  Origin: two.conf:2:5"
        );
    }

    #[test]
    fn a_value_that_leads_nowhere_is_told_once_and_does_not_hide_the_others() {
        assert_eq!(
            told("test-probe.core { actor-system.name = ${nope}, dsl.ask-timeout = 1 }"),
            [
                "ERROR test-probe.core.actor-system.name: Substitution '${nope}' finds neither a key nor an environment \
                 variable of this name",
                "ERROR test-probe.core.dsl.ask-timeout: DSL ask timeout must be at least 100ms, got 1ms",
            ]
        );
    }

    #[test]
    fn two_keys_that_lead_to_one_dead_end_are_told_as_one_and_neither_is_missing() {
        assert_eq!(
            told("test-probe.core { actor-system.name = ${lost}, kafka.client-id-prefix = ${lost} }\nlost = ${nope}"),
            ["ERROR test-probe.core.actor-system.name: Substitution '${nope}' finds neither a key nor an environment \
              variable of this name"]
        );
    }

    #[test]
    fn what_lies_outside_of_test_probe_is_not_looked_at() {
        let text = "pekko { loglevel = ${nowhere}, actor = 5 }\nmy-app.anything = [1]\nrequest-params { a = 1 }";
        assert_eq!(told(text), [] as [&str; 0]);
    }

    #[test]
    fn without_the_section_that_is_told_alone() {
        for layers in [
            Layers::new(),
            Layers::new().text("t", "other = 1"),
            Layers::new().text("t", "test-probe { nope = 1 }"),
            Layers::new().reference().text("t", "test-probe.core = null"),
        ] {
            let invalid = layers.load().unwrap_err();
            let [issue] = invalid.issues.as_slice() else { panic!("one issue: {invalid}") };
            assert_eq!(
                (issue.path.as_str(), issue.message.as_str()),
                ("test-probe.core", "Root configuration path not found")
            );
            assert_eq!(
                issue.suggestion,
                "Add the section 'test-probe.core { … }', or load the built-in reference.conf as the lowest layer"
            );
        }
    }

    #[test]
    fn a_key_that_is_missing_says_what_to_add() {
        let invalid = Layers::new().text("t", "test-probe.core { dsl.ask-timeout = 3s }").load().unwrap_err();
        assert!(invalid.issues.iter().all(|issue| issue.severity == Severity::Error && issue.origin.is_none()));
        let told: Vec<(&str, &str)> =
            invalid.errors().map(|issue| (issue.message.as_str(), issue.suggestion.as_str())).collect();
        for expected in [
            ("Required field 'Actor system name' is missing", "Add 'test-probe.core.actor-system.name = \"<value>\"'"),
            (
                "Required field 'Actor system timeout' is missing",
                "Add 'test-probe.core.actor-system.timeout = <duration>'",
            ),
            (
                "Required field 'Streaming max restarts' is missing",
                "Add 'test-probe.core.supervision.streaming.max-restarts = <integer>'",
            ),
            (
                "Required field 'Create topics' is missing",
                "Add 'test-probe.core.kafka.create-topics = <true or false>'",
            ),
            (
                "Required field 'Consumer max bytes' is missing",
                "Add 'test-probe.core.kafka.consumer.max-bytes = <size>'",
            ),
            ("Required field 'Kafka client properties' is missing", "Add 'test-probe.core.kafka.properties = {}'"),
            (
                "Required field 'Streaming random factor' is missing",
                "Add 'test-probe.core.supervision.streaming.random-factor = <number>'",
            ),
        ] {
            assert!(told.contains(&expected), "{expected:?} is not in {told:#?}");
        }
        assert_eq!(told.len(), crate::keys::keys().count() - 1);
    }

    #[test]
    fn null_takes_a_default_away() {
        assert_eq!(
            told("test-probe.core.dsl.ask-timeout = null"),
            ["ERROR test-probe.core.dsl.ask-timeout: Required field 'DSL ask timeout' is missing"]
        );
    }

    #[test]
    fn all_problems_are_told_at_once_the_errors_first() {
        let told = told(
            "test-probe.core {\n dsl.ask-timeout = 31s\n supervision.max-restarts = 0\n kafka.bootstrap-server = \"h:1\"\n \
             actor-system.pool-size = 3\n kafka.producer.delivery-timeout = 40s\n kafka.properties { acks = 1, group.id = g }\n}",
        );
        let severities: Vec<&str> = told.iter().map(|issue| &issue[..5]).collect();
        assert_eq!(severities, ["ERROR", "ERROR", "ERROR", "ERROR", "ERROR", "WARNI", "WARNI"], "{told:#?}");
    }
}

mod unknown_keys {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_an_error_with_its_line_and_the_nearest_key() {
        let issue = only_issue("\ntest-probe.core.kafka {\n  bootstrap-server = \"h:9092\"\n}");
        assert_eq!(
            issue.to_string(),
            "[ERROR] Configuration validation issue at 'test-probe.core.kafka.bootstrap-server': Unknown configuration key \
             'test-probe.core.kafka.bootstrap-server'\n  Suggestion: Did you mean \
             'test-probe.core.kafka.bootstrap-servers'? Otherwise remove it\n  Origin: t:3:22"
        );
    }

    #[test]
    fn the_nearest_key_may_be_a_section_or_stand_elsewhere() {
        let meant = |text: &str| only_issue(text).suggestion;
        let suggestion = |known: &str| format!("Did you mean '{known}'? Otherwise remove it");
        assert_eq!(
            meant("test-probe.core.kafka.producers { linger = 5ms }"),
            suggestion("test-probe.core.kafka.producer")
        );
        assert_eq!(meant("test-probe.kor.dsl.ask-timeout = 3s"), suggestion("test-probe.core"));
        assert_eq!(meant("test-probe.core.cucumber.linger = 3s"), suggestion("test-probe.core.kafka.producer.linger"));
        assert_eq!(
            meant("test-probe.core.qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq = 3s"),
            "Remove it; config/reference.conf lists every key"
        );
    }

    #[test]
    fn every_section_refuses_what_it_does_not_know() {
        let meant = |text: &str| only_issue(text).suggestion;
        let suggestion = |known: &str| format!("Did you mean '{known}'? Otherwise remove it");
        for (slip, known) in [
            ("core.queue.max-concurrent-test = 2", "core.queue.max-concurrent-tests"),
            ("core.timers.setup = 2s", "core.timers.setup-state"),
            ("services.vault.aws.lambda = f", "services.vault.aws.lambda-arn"),
            ("services.blockstorage.provider = aws", "services.block-storage"),
            ("interfaces.rest.ask-time-out = 2s", "interfaces.rest.ask-timeout"),
        ] {
            assert_eq!(meant(&format!("test-probe.{slip}")), suggestion(&format!("test-probe.{known}")));
        }
        let nobody = told("test-probe.services.vault.hashicorp { token = hunter2 }");
        assert_eq!(
            nobody,
            [
                "ERROR test-probe.services.vault.hashicorp: Unknown configuration key 'test-probe.services.vault.hashicorp'"
            ]
        );
    }

    #[test]
    fn an_unknown_section_is_told_once() {
        assert_eq!(
            told("test-probe.core.zzz { a = 1, b { c = 2 } }"),
            ["ERROR test-probe.core.zzz: Unknown configuration key 'test-probe.core.zzz'"]
        );
    }

    #[test]
    fn a_value_where_a_section_is_expected_is_told() {
        let told = told("test-probe.core.dsl = 5");
        assert_eq!(
            told[0],
            "ERROR test-probe.core.dsl: 'test-probe.core.dsl' is a section of keys, but the value is a number"
        );
    }

    #[test]
    fn empty_sections_and_keys_without_a_value_are_fine() {
        assert_eq!(
            told("test-probe { interfaces {}, services { vault {} }, core { dsl {}, timers {} } }"),
            [] as [&str; 0]
        );
        assert_eq!(told("test-probe.core.cucumber.nope = ${?NOPE}"), [] as [&str; 0]);
        assert_eq!(told("test-probe.core.test-execution = null"), [] as [&str; 0]);
    }
}
