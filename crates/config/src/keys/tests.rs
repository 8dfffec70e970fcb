//! The table of keys, `config/reference.conf` and the settings say the same.

use std::collections::BTreeMap;

use super::{Kind, UNREAD, keys};
use crate::hocon::{Value, ValueKind, parse, resolve};
use crate::includes::NoIncludes;
use crate::{Layers, SchemaRegistryAuth, Secret, Settings};

const REFERENCE: &str = include_str!("../../../../config/reference.conf");

/// The paths of everything in `reference.conf` that is no section; a free map counts as one key.
fn keys_of_reference() -> Vec<String> {
    fn collect(path: &str, value: &Value, paths: &mut Vec<String>) {
        match &value.kind {
            ValueKind::Object(members) if !members.is_empty() => {
                for (name, value) in members {
                    collect(&format!("{path}.{name}"), value, paths);
                }
            }
            _ => paths.push(path.to_owned()),
        }
    }
    let layer = parse("reference.conf", REFERENCE, &NoIncludes).unwrap();
    let root = resolve(&[layer], &BTreeMap::<String, String>::new(), &["test-probe"]).value.unwrap();
    let mut paths = Vec::new();
    collect("test-probe", &root, &mut paths);
    paths
}

#[test]
fn the_table_and_the_reference_file_hold_the_same_keys_in_the_same_order() {
    let table: Vec<&str> = keys().map(|spec| spec.path).collect();
    assert_eq!(keys_of_reference(), table);
}

#[test]
fn every_variable_of_the_table_stands_in_the_reference_file_and_the_other_way_round() {
    for spec in keys() {
        let name = spec.path.rsplit('.').next().unwrap();
        let documented = |variable: &str| {
            REFERENCE.contains(&format!("{name} = ${{?{variable}}}"))
                && REFERENCE.contains(&format!("# Environment: {variable}\n"))
        };
        assert!(spec.variable.is_none_or(documented), "{}", spec.path);
    }
    let variables = keys().filter(|spec| spec.variable.is_some()).count();
    assert_eq!(REFERENCE.matches("${?").count(), variables);
    assert_eq!(REFERENCE.matches("# Environment: ").count(), variables);
}

#[test]
fn every_key_of_the_reference_file_is_explained_right_above_it_or_above_its_neighbour() {
    let lines: Vec<&str> = REFERENCE.lines().map(str::trim).collect();
    for (index, line) in lines.iter().enumerate() {
        let is_key = line.contains(" = ") && !line.starts_with('#');
        let above = lines[..index].iter().rev().find(|line| line.starts_with('#') || line.is_empty());
        assert!(!is_key || above.is_some_and(|line| line.starts_with('#')), "line {}: {line}", index + 1);
    }
}

#[test]
fn no_key_stands_twice_and_none_is_both_read_and_unread() {
    let mut paths: Vec<&str> = keys().map(|spec| spec.path).chain(UNREAD.iter().map(|key| key.path)).collect();
    paths.sort_unstable();
    let count = paths.len();
    paths.dedup();
    assert_eq!(paths.len(), count);
}

/// A value of each key that differs from every default.
const OTHER_VALUES: &[(&str, &str)] = &[
    ("actor-system.name", "other"),
    ("actor-system.timeout", "26s"),
    ("actor-system.initialization-timeout", "31s"),
    ("actor-system.shutdown-timeout", "46s"),
    ("actor-system.max-execution-time", "301s"),
    ("supervision.max-restarts", "11"),
    ("supervision.restart-time-range", "61s"),
    ("supervision.streaming.max-restarts", "4"),
    ("supervision.streaming.restart-time-range", "62s"),
    ("supervision.streaming.min-backoff", "201ms"),
    ("supervision.streaming.max-backoff", "11s"),
    ("supervision.streaming.random-factor", "0.3"),
    ("queue.max-concurrent-tests", "2"),
    ("queue.retained-results", "1004"),
    ("timers.setup-state", "65s"),
    ("timers.loading-state", "121s"),
    ("timers.completed-state", "66s"),
    ("timers.exception-state", "33s"),
    ("services.timeout", "34s"),
    ("kafka.bootstrap-servers", "\"other:9092\""),
    ("kafka.schema-registry-url", "\"http://other:8081\""),
    ("kafka.client-id-prefix", "other-"),
    ("kafka.group-id-prefix", "others-"),
    ("kafka.topic-suffix", "-other"),
    ("kafka.create-topics", "true"),
    ("kafka.topic-partitions", "2"),
    ("kafka.topic-replication-factor", "4"),
    ("kafka.statistics-interval", "251ms"),
    ("kafka.producer.max-in-flight", "1001"),
    ("kafka.producer.buffer-size", "1002"),
    ("kafka.producer.max-concurrent-offers", "1003"),
    ("kafka.producer.linger", "1ms"),
    ("kafka.producer.delivery-timeout", "24s"),
    ("kafka.producer.close-timeout", "3s"),
    ("kafka.consumer.group-protocol", "consumer"),
    ("kafka.consumer.max-events", "100001"),
    ("kafka.consumer.max-bytes", "257 MiB"),
    ("kafka.consumer.commit-batch-size", "21"),
    ("kafka.consumer.commit-interval", "12s"),
    ("kafka.consumer.fetch-wait", "101ms"),
    ("kafka.security.protocol", "SASL_SSL"),
    ("kafka.security.sasl-mechanism", "SCRAM-SHA-512"),
    ("kafka.security.username", "other17"),
    ("kafka.security.sasl-extensions", "{ logicalCluster = lkc-1 }"),
    ("kafka.security.tls.ca-file", "other18.pem"),
    ("kafka.security.tls.ca-pem", "\"-----BEGIN CERTIFICATE-----other19\""),
    ("kafka.security.tls.certificate-file", "other20.pem"),
    ("kafka.security.tls.certificate-pem", "\"-----BEGIN CERTIFICATE-----other21\""),
    ("kafka.security.tls.key-file", "other22.pem"),
    ("kafka.security.tls.verify-host-name", "false"),
    ("kafka.security.msk.region", "eu-west-3"),
    ("kafka.security.msk.profile", "other23"),
    ("kafka.security.msk.role-arn", "\"arn:aws:iam::123456789012:role/other\""),
    ("kafka.properties", "{ socket.timeout.ms = 5 }"),
    ("schema-registry.auto-register", "true"),
    ("schema-registry.normalize", "true"),
    ("schema-registry.use-latest-version", "false"),
    ("schema-registry.subject-name-strategy", "record-name"),
    ("schema-registry.schema-id-location", "header"),
    ("schema-registry.validate-json", "false"),
    ("schema-registry.request-timeout", "6s"),
    ("schema-registry.max-retries", "5"),
    ("schema-registry.max-retry-after", "9s"),
    ("schema-registry.max-requests-per-second", "101"),
    ("schema-registry.latest-cache-ttl", "63s"),
    ("schema-registry.negative-cache-ttl", "7s"),
    ("schema-registry.cache-capacity", "10001"),
    ("schema-registry.auth.type", "basic"),
    ("schema-registry.auth.username", "other11"),
    ("schema-registry.auth.client-id", "other24"),
    ("schema-registry.auth.scope", "other25"),
    ("schema-registry.logical-cluster", "other12"),
    ("schema-registry.identity-pool-id", "other13"),
    ("schema-registry.tls.ca-file", "other14.pem"),
    ("schema-registry.tls.certificate-file", "other15.pem"),
    ("schema-registry.tls.key-file", "other16.pem"),
    ("dsl.ask-timeout", "8s"),
    ("dsl.produce-timeout", "32s"),
    ("cucumber.step-timeout", "64s"),
    ("cucumber.parallel-scenarios", "6"),
    ("world.kind", "embedded"),
    ("world.brokers", "9"),
    ("world.control", "other.sh"),
    ("rest.ask-timeout", "27s"),
    ("rest.circuit-breaker-max-failures", "7"),
    ("rest.circuit-breaker-call-timeout", "27s"),
    ("rest.circuit-breaker-reset-timeout", "35s"),
    ("services.vault.provider", "gcp"),
    ("services.vault.rosetta-mapping-path", "other.yaml"),
    ("services.vault.local.credentials-file", "other2.yaml"),
    ("services.vault.aws.lambda-arn", "\"arn:aws:lambda:eu-west-1:123456789012:function:other\""),
    ("services.vault.aws.region", "eu-west-1"),
    ("services.vault.aws.endpoint", "\"http://other1\""),
    ("services.vault.aws.timeout", "11s"),
    ("services.vault.aws.retry-attempts", "4"),
    ("services.vault.aws.required-fields", "[other2]"),
    ("services.vault.azure.function-url", "\"http://other2\""),
    ("services.vault.azure.function-key", "other3"),
    ("services.vault.azure.timeout", "12s"),
    ("services.vault.azure.retry-attempts", "5"),
    ("services.vault.azure.required-fields", "[other3]"),
    ("services.vault.gcp.function-url", "\"http://other3\""),
    ("services.vault.gcp.service-account-key", "other3.json"),
    ("services.vault.gcp.timeout", "13s"),
    ("services.vault.gcp.retry-attempts", "6"),
    ("services.vault.gcp.required-fields", "[other4]"),
    ("services.vault.oauth.token-endpoint", "\"http://other4\""),
    ("services.vault.oauth.scope", "other5"),
    ("services.vault.oauth.client-id", "other26"),
    ("services.vault.oauth.client-authentication", "private-key"),
    ("services.vault.oauth.private-key-file", "other27.pem"),
    ("services.vault.oauth.private-key-id", "other28"),
    ("services.vault.oauth.audience", "other29"),
    ("services.vault.oauth.parameters", "{ resource = other30 }"),
    ("services.vault.oauth.ca-file", "other31.pem"),
    ("services.vault.oauth.request-timeout", "9s"),
    ("services.vault.oauth.refresh.share", "0.7"),
    ("services.vault.oauth.refresh.jitter", "0.05"),
    ("services.vault.oauth.refresh.margin", "29s"),
    ("services.vault.oauth.refresh.initial-backoff", "2s"),
    ("services.vault.oauth.refresh.max-backoff", "17s"),
    ("services.block-storage.provider", "aws"),
    ("services.block-storage.topic-directive-file-name", "other6.yaml"),
    ("services.block-storage.aws.region", "eu-west-2"),
    ("services.block-storage.aws.endpoint", "\"http://other5\""),
    ("services.block-storage.aws.timeout", "14s"),
    ("services.block-storage.aws.retry-attempts", "7"),
    ("services.block-storage.azure.storage-account-name", "other7"),
    ("services.block-storage.azure.storage-account-key", "other8"),
    ("services.block-storage.azure.endpoint", "\"http://other6\""),
    ("services.block-storage.azure.timeout", "15s"),
    ("services.block-storage.azure.retry-attempts", "8"),
    ("services.block-storage.gcp.project-id", "other9"),
    ("services.block-storage.gcp.service-account-key", "other10.json"),
    ("services.block-storage.gcp.endpoint", "\"http://other7\""),
    ("services.block-storage.gcp.timeout", "16s"),
    ("services.block-storage.gcp.retry-attempts", "9"),
];

/// What a key must be accompanied by, so that the rules between keys hold, and all fields that change then.
const COMPANIONS: &[(&str, &str, &[&str])] = &[
    (
        "kafka.security.username",
        "test-probe.core.kafka.security.password = p",
        &["kafka.security.username", "kafka.security.password"],
    ),
    (
        "kafka.security.tls.certificate-file",
        "test-probe.core.kafka.security.tls.key-file = k.pem",
        &["kafka.security.tls.certificate_file", "kafka.security.tls.key_file"],
    ),
    (
        "kafka.security.tls.certificate-pem",
        "test-probe.core.kafka.security.tls.key-file = k.pem",
        &["kafka.security.tls.certificate_pem", "kafka.security.tls.key_file"],
    ),
    (
        "kafka.security.tls.key-file",
        "test-probe.core.kafka.security.tls.certificate-file = c.pem",
        &["kafka.security.tls.certificate_file", "kafka.security.tls.key_file"],
    ),
    (
        "schema-registry.auth.client-id",
        "test-probe.core.schema-registry.auth { type = oauth, client-secret = s }",
        REGISTRY_CLIENT,
    ),
    (
        "schema-registry.auth.scope",
        "test-probe.core.schema-registry.auth { type = oauth, client-id = c, client-secret = s }",
        REGISTRY_CLIENT,
    ),
    (
        "services.vault.oauth.client-id",
        "test-probe.services.vault.oauth.client-secret = s",
        &["services.vault.oauth.client_id", "services.vault.oauth.client_secret"],
    ),
    (
        "services.vault.oauth.client-authentication",
        "test-probe.services.vault.oauth.private-key-file = k.pem",
        &["services.vault.oauth.client_authentication", "services.vault.oauth.private_key_file"],
    ),
    ("schema-registry.auth.type", "test-probe.core.schema-registry.auth.username = ann", REGISTRY_AUTH),
    ("schema-registry.auth.username", "test-probe.core.schema-registry.auth.type = basic", REGISTRY_AUTH),
    ("schema-registry.tls.certificate-file", "test-probe.core.schema-registry.tls.key-file = k.pem", REGISTRY_IDENTITY),
    ("schema-registry.tls.key-file", "test-probe.core.schema-registry.tls.certificate-file = c.pem", REGISTRY_IDENTITY),
    (
        "services.vault.provider",
        "test-probe.services.vault { rosetta-mapping-path = m.yaml, gcp.function-url = \"http://h\" }",
        &["services.vault.provider", "services.vault.rosetta_mapping_path", "services.vault.gcp.function_url"],
    ),
    ("rest.ask-timeout", "test-probe.interfaces.rest.circuit-breaker-call-timeout = 27s", REST_PAIR),
    ("rest.circuit-breaker-call-timeout", "test-probe.interfaces.rest.ask-timeout = 27s", REST_PAIR),
];
const REGISTRY_AUTH: &[&str] =
    &["schema_registry.auth", "schema_registry.auth.username", "schema_registry.auth.password"];
const REGISTRY_CLIENT: &[&str] = &[
    "schema_registry.auth",
    "schema_registry.auth.client_id",
    "schema_registry.auth.client_secret",
    "schema_registry.auth.scope",
];
const REGISTRY_IDENTITY: &[&str] = &["schema_registry.tls.certificate_file", "schema_registry.tls.key_file"];
const REST_PAIR: &[&str] = &["rest.ask_timeout", "rest.circuit_breaker_call_timeout"];

/// The fields in which two settings differ, by their paths such as `dsl.ask_timeout`, as the first one prints them.
fn differing_fields(left: &Settings, right: &Settings) -> Vec<String> {
    let (left, right) = (fields(left), fields(right));
    left.into_iter().filter(|field| !right.contains(field)).map(|(path, _)| path).collect()
}

/// Each line of the settings' indented print that holds a value, under the path of the fields around it.
fn fields(settings: &Settings) -> Vec<(String, String)> {
    let mut around: Vec<(usize, String)> = Vec::new();
    let mut fields = Vec::new();
    for line in format!("{settings:#?}").lines().filter(|line| line.contains(char::is_alphanumeric)) {
        let indent = line.len() - line.trim_start().len();
        around.retain(|(outer, _)| *outer < indent);
        let name = line.trim().split_once(": ").map(|(name, _)| name).filter(|name| !name.contains('"'));
        around.extend(name.map(|name| (indent, name.to_owned())));
        let path: Vec<&str> = around.iter().map(|(_, name)| name.as_str()).collect();
        fields.push((path.join("."), line.trim().to_owned()));
    }
    fields
}

/// The key's path below the section that is the settings' own: `core` and `interfaces` have no field.
fn below_settings(path: &str) -> &str {
    let below = path.strip_prefix("test-probe.").unwrap();
    below.strip_prefix("core.").or_else(|| below.strip_prefix("interfaces.")).unwrap_or(below)
}

fn settings_of(text: &str) -> Settings {
    Layers::new().reference().text("t", text).load().unwrap_or_else(|invalid| panic!("{invalid}")).settings
}

#[test]
fn every_key_of_the_reference_file_is_read_into_the_field_of_its_name() {
    let reference = Settings::reference().unwrap();
    for path in keys_of_reference() {
        let spec = keys().find(|spec| spec.path == path).unwrap();
        let name = below_settings(&path);
        // With one word allowed there is no other value to try; its field is filled from that word. A secret does not
        // print, so its field is asked for below.
        if matches!(spec.kind, Kind::Choice { allowed: [_], .. } | Kind::Secret) {
            continue;
        }
        let other = OTHER_VALUES.iter().find(|(path, _)| *path == name);
        let (_, other) = other.unwrap_or_else(|| panic!("no other value for {path}"));
        let companion = COMPANIONS.iter().find(|(path, ..)| *path == name);
        let (_, text, fields) = companion.copied().unwrap_or((name, "", &[]));
        let settings = settings_of(&format!("{text}\n{path} = {other}"));
        let mut changed = differing_fields(&settings, &reference);
        changed.dedup();
        let own = name.replace('-', "_");
        // A type says which variant the field around it is.
        let own = own.strip_suffix(".type").unwrap_or(&own);
        assert!(fields.is_empty() || fields.contains(&own));
        assert_eq!(changed, if fields.is_empty() { vec![own] } else { fields.to_vec() });
    }
}

#[test]
fn every_secret_is_read_into_the_field_of_its_name() {
    type Field = fn(&Settings) -> Option<&Secret>;
    // The key, what must be set for its field to be there, and the field.
    let fields: [(&str, &str, Field); 10] = [
        ("core.kafka.security.password", "{ username = ann }", |settings| settings.kafka.security.password.as_ref()),
        ("core.kafka.security.jaas-config", "{}", |settings| settings.kafka.security.jaas_config.as_ref()),
        ("core.kafka.security.tls.key-pem", "{ certificate-file = c.pem }", |settings| {
            settings.kafka.security.tls.key_pem.as_ref()
        }),
        ("core.kafka.security.tls.key-password", "{ certificate-file = c.pem, key-file = k.pem }", |settings| {
            settings.kafka.security.tls.key_password.as_ref()
        }),
        ("core.schema-registry.auth.password", "{ type = basic, username = ann }", |settings| {
            match &settings.schema_registry.auth {
                SchemaRegistryAuth::Basic { password, .. } => Some(password),
                _ => None,
            }
        }),
        ("core.schema-registry.auth.token", "{ type = bearer, token = t }", |settings| {
            match &settings.schema_registry.auth {
                SchemaRegistryAuth::Bearer(token) => Some(token),
                _ => None,
            }
        }),
        ("core.schema-registry.auth.client-secret", "{ type = oauth, client-id = c }", |settings| {
            match &settings.schema_registry.auth {
                SchemaRegistryAuth::OAuth { client_secret, .. } => client_secret.as_ref(),
                _ => None,
            }
        }),
        ("services.vault.azure.function-key", "{}", |settings| Some(&settings.services.vault.azure.function_key)),
        ("services.vault.oauth.client-secret", "{ client-id = c }", |settings| {
            settings.services.vault.oauth.client_secret.as_ref()
        }),
        ("services.block-storage.azure.storage-account-key", "{}", |settings| {
            Some(&settings.services.block_storage.azure.storage_account_key)
        }),
    ];
    let secrets: Vec<&str> = keys()
        .filter(|spec| matches!(spec.kind, Kind::Secret))
        .map(|spec| spec.path.strip_prefix("test-probe.").unwrap())
        .collect();
    assert_eq!(secrets, fields.map(|(name, ..)| name));
    let reference = Settings::reference().unwrap();
    for (name, companion, field) in fields {
        let (section, _) = name.rsplit_once('.').unwrap();
        let set =
            |text: &str| settings_of(&format!("test-probe.{section} {companion}\ntest-probe.{name} = \"{text}\""));
        // A key must look like one.
        let secret = |text: &str| match name.ends_with("key-pem") {
            true => format!("-----BEGIN PRIVATE KEY-----{text}"),
            false => text.to_owned(),
        };
        let settings = set(&format!(" {} ", secret("hunter2")));
        assert_eq!(field(&reference).map_or("", Secret::expose), "");
        assert_eq!(field(&settings).map(Secret::expose), Some(secret("hunter2").as_str()));
        assert_eq!(settings, set(&secret("hunter2")));
        assert_ne!(settings, set(&secret("hunter3")), "settings that differ in a secret are not equal");
        assert!(!format!("{settings:?}").contains("hunter2"));
    }
}

#[test]
fn the_defaults_are_those_that_are_documented() {
    let settings = Settings::reference().unwrap();
    let shown = format!("{settings:?}");
    for expected in [
        "name: \"test-probe\", timeout: 25s, initialization_timeout: 30s, shutdown_timeout: 45s, max_execution_time: 300s",
        "max_restarts: 10, restart_time_range: 60s, streaming",
        "max_concurrent_tests: 1, retained_results: 1000",
        "setup_state: 60s, loading_state: 120s, completed_state: 60s, exception_state: 30s",
        "ServicesSettings { timeout: 30s, vault: VaultSettings { provider: Local, rosetta_mapping_path: None",
        "credentials_file: None",
        "lambda_arn: \"\", region: \"us-east-1\", endpoint: None, timeout: 10s, retry_attempts: 3, \
         required_fields: [\"clientId\", \"clientSecret\"]",
        "AzureVaultSettings { function_url: None, function_key: Secret(***), timeout: 10s, retry_attempts: 3, \
         required_fields: [\"clientId\", \"clientSecret\"]",
        "GcpVaultSettings { function_url: None, service_account_key: None, timeout: 10s, retry_attempts: 3, \
         required_fields: [\"clientId\", \"clientSecret\"]",
        "token_endpoint: \"https://oauth.company.com/token\", scope: \"kafka.producer kafka.consumer\", client_id: None, \
         client_secret: None, client_authentication: Basic, private_key_file: None, private_key_id: None, audience: None, \
         parameters: {}, ca_file: None, request_timeout: 10s, refresh: TokenRefreshSettings { share: 0.8, jitter: 0.1, \
         margin: 30s, initial_backoff: 1s, max_backoff: 10s }",
        "protocol: None, sasl_mechanism: OAuthBearer, username: None, password: None, jaas_config: None, \
         sasl_extensions: {}, tls: KafkaTlsSettings { ca_file: None, ca_pem: None, certificate_file: None, \
         certificate_pem: None, key_file: None, key_pem: None, key_password: None, verify_host_name: true }, \
         msk: MskSettings { region: None, profile: None, role_arn: None }",
        "BlockStorageSettings { provider: Local, topic_directive_file_name: \"topic-directive.yaml\"",
        "AwsStorageSettings { region: \"us-east-1\", endpoint: None, timeout: 30s, retry_attempts: 3",
        "storage_account_name: \"\", storage_account_key: Secret(***), endpoint: None, timeout: 30s, retry_attempts: 3",
        "project_id: \"\", service_account_key: None, endpoint: None, timeout: 30s, retry_attempts: 3",
        "ask_timeout: 25s, circuit_breaker_max_failures: 5, circuit_breaker_call_timeout: 25s, \
         circuit_breaker_reset_timeout: 30s",
        "request_params: {}",
        "max_restarts: 3, restart_time_range: 60s, min_backoff: 200ms, max_backoff: 10s, random_factor: 0.2",
        "BootstrapServers(\"localhost:9092\"), schema_registry_url: \"http://localhost:8081\"",
        "client_id_prefix: \"producer-\", group_id_prefix: \"test-\", topic_suffix: \"\", create_topics: false",
        "topic_partitions: 1, topic_replication_factor: 1, statistics_interval: 250ms",
        "stream_mode: Persistent, max_in_flight: 1000, buffer_size: 1000, max_concurrent_offers: 1000",
        "overflow_strategy: Backpressure, linger: 0ns, delivery_timeout: 25s, close_timeout: 2s",
        "group_protocol: Classic, max_events: 100000, max_bytes: 268435456, commit_batch_size: 20, commit_interval: 10s",
        "fetch_wait: 100ms",
        "properties: {}",
        "auto_register: false, normalize: false, use_latest_version: true, subject_name_strategy: TopicRecordName",
        "schema_id_location: Prefix, validate_json: true, request_timeout: 5s, max_retries: 3, max_retry_after: 10s",
        "max_requests_per_second: Some(100), latest_cache_ttl: 60s, negative_cache_ttl: 5s, cache_capacity: 10000",
        "auth: None, logical_cluster: None, identity_pool_id: None, \
         tls: SchemaRegistryTls { ca_file: None, certificate_file: None, key_file: None }",
        "ask_timeout: 3s, produce_timeout: 30s",
        "step_timeout: 60s, parallel_scenarios: 1",
        "kind: Cluster, brokers: 1, control: None",
    ] {
        assert!(shown.contains(expected), "{expected}\n is not in {shown}");
    }
}

#[test]
fn the_embedded_world_differs_in_what_is_documented_and_in_nothing_else() {
    let (reference, embedded) = (Settings::reference().unwrap(), Settings::embedded().unwrap());
    assert_eq!(
        differing_fields(&embedded, &reference),
        [
            "kafka.create_topics",
            "kafka.topic_partitions",
            "kafka.consumer.group_protocol",
            "kafka.consumer.fetch_wait",
            "schema_registry.auto_register",
            "world.kind",
        ]
    );
}
