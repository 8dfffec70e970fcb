use std::path::Path;
use std::time::Duration;

use super::TestDirective;
use crate::{
    BootstrapServers, ClusterName, EventFilter, Format, KeyFormat, ProblemKind, Role, SaslMechanism, SecurityProtocol,
    StartFrom,
};

/// The messages of a file that is wrong, one line each.
#[track_caller]
fn problems(text: &str) -> Vec<String> {
    let error = TestDirective::parse("topic-directive.yaml", text).expect_err("the file is wrong");
    error.to_string().lines().map(str::to_owned).collect()
}

#[track_caller]
fn parsed(text: &str) -> TestDirective {
    TestDirective::parse("topic-directive.yaml", text).expect("the file is right")
}

fn topic_with(extra: &str) -> String {
    format!("topics:\n  - topic: orders\n    role: consumer\n    clientPrincipal: svc-orders\n{extra}")
}

#[test]
fn the_scala_systems_own_file_is_read() {
    let directive = parsed(
        "topics:\n\
         \x20 - topic: orders\n\
         \x20   role: producer\n\
         \x20   clientPrincipal: svc-orders\n\
         \x20   eventFilters:\n\
         \x20     - key: OrderCreated\n\
         \x20       value: v1\n\
         \x20   metadata: {}\n\
         \x20   bootstrapServers: h1:9092,h2:9092\n",
    );
    let [topic] = directive.topics.as_slice() else { panic!("one topic") };
    assert_eq!(
        (topic.topic.as_str(), topic.role, topic.client_principal.as_str()),
        ("orders", Role::Producer, "svc-orders")
    );
    let filter = EventFilter { event_type: "OrderCreated".into(), payload_version: "v1".into() };
    assert_eq!(topic.event_filters, [filter]);
    assert_eq!(topic.bootstrap_servers.as_ref().map(BootstrapServers::as_str), Some("h1:9092,h2:9092"));
    assert_eq!(topic.cluster, ClusterName::new("h1:9092,h2:9092"));
    assert!(directive.warnings.is_empty());
}

#[test]
fn what_may_be_left_out_has_its_default() {
    let directive = parsed(&topic_with(""));
    let topic = &directive.topics[0];
    assert!(topic.event_filters.is_empty() && topic.metadata.is_empty() && topic.cluster.is_default());
    assert_eq!((topic.key, topic.format, topic.topic_on_cluster.as_str()), (KeyFormat::CloudEvent, None, "orders"));
    assert_eq!(directive.test.parallel_scenarios, None);
    assert_eq!(directive.test.start_from, StartFrom::TestStart);
}

#[test]
fn everything_that_a_file_can_say_is_read() {
    let directive = parsed(
        "topics:\n\
         \x20 - { topic: orders, role: PRODUCER, clientPrincipal: a, cluster: eu-west, format: avro, key: json, subject: s, schema-id: 42 }\n\
         \x20 - { topic: orders, role: Consumer, clientPrincipal: a, metadata: { serdes-type: PROTOBUF } }\n\
         test: { type: resilience, tags: '@smoke', parallel-scenarios: 5, timeout: 10m, start-from: earliest }\n\
         clusters:\n\
         \x20 eu-west: { bootstrap-servers: 'h2:9092', schema-registry-url: 'http://h2:8081' }\n\
         redact: ['$.cardNumber']\n",
    );
    let [producer, consumer] = directive.topics.as_slice() else { panic!("two topics") };
    assert_eq!((producer.role, producer.format, producer.key), (Role::Producer, Some(Format::Avro), KeyFormat::Json));
    assert_eq!((producer.cluster.as_str(), producer.subject.as_deref()), ("eu-west", Some("s")));
    assert_eq!((producer.schema_id, consumer.schema_id), (Some(42), None));
    assert_eq!((consumer.role, consumer.format), (Role::Consumer, Some(Format::Protobuf)));
    assert_eq!(directive.test.test_type, "resilience");
    assert_eq!(directive.test.tags.as_deref(), Some("@smoke"));
    assert_eq!(
        (directive.test.parallel_scenarios.map(usize::from), directive.test.timeout),
        (Some(5), Some(Duration::from_secs(600)))
    );
    assert_eq!(directive.cluster(&producer.cluster).unwrap().schema_registry_url.as_deref(), Some("http://h2:8081"));
    assert!(!directive.redaction.is_empty());
    assert!(directive.warnings[0].contains("'orders' has no eventFilters"), "{:?}", directive.warnings);
}

#[test]
fn an_empty_list_of_topics_passes() {
    assert!(parsed("topics: []").topics.is_empty());
}

#[test]
fn a_schema_id_is_a_number() {
    let problems =
        problems("topics: [{ topic: orders, role: producer, clientPrincipal: a, schema-id: orders-value }]\n");
    let [problem] = problems.as_slice() else { panic!("{problems:?}") };
    assert!(
        problem.contains("topics[0].schema-id: 'orders-value': it must be the number that the registry gave a schema"),
        "{problem}"
    );
}

#[test]
fn all_problems_are_told_at_once_with_their_lines() {
    let problems = problems(
        "topics:\n\
         \x20 - topic: 'two words'\n\
         \x20   role: publisher\n\
         \x20   clientPrincipal: ''\n\
         \x20   format: xml\n\
         \x20 - role: consumer\n\
         \x20   clientPrincipal: a\n\
         test:\n\
         \x20 timeout: soon\n\
         \x20 parallel-scenarios: 0\n\
         redact: ['cardNumber']\n",
    );
    let expected = [
        "topic-directive.yaml:2: topics[0].topic: 'two words': `two words` is not a topic name",
        "topic-directive.yaml:3: topics[0].role: 'publisher': a role is `producer` or `consumer`",
        "topic-directive.yaml:4: topics[0].clientPrincipal: '': `clientPrincipal` cannot be blank",
        "topic-directive.yaml:5: topics[0].format: 'xml': a format is `avro`, `protobuf` or `json`",
        "topic-directive.yaml:6: topics[1].topic: required field `topic` is missing",
        "topic-directive.yaml:9: test.timeout: 'soon': `soon` is not a duration",
        "topic-directive.yaml:10: test.parallel-scenarios: '0': a whole number of 1 or more",
        "topic-directive.yaml:11: redact[0]: `cardNumber` is not a JSONPath",
    ];
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, start) in problems.iter().zip(expected) {
        assert!(problem.starts_with(start), "{problem}\n  should start {start}");
    }
}

#[test]
fn what_is_not_yaml_names_its_line() {
    for (text, line) in [
        ("topics:\n  - topic: [orders\nrole: x\n", 3),
        ("topics: []\n\ntest:\n  type: a\n  type: b\n", 5),
        ("topics: []\ntest: { type: 'a\n", 2),
        ("topics: []\n---\ntopics: []\n", 3),
    ] {
        let problems = problems(text);
        let start = format!("topic-directive.yaml:{line}: not YAML: ");
        assert!(problems.len() == 1 && problems[0].starts_with(&start), "{start}\n{problems:?}");
    }
}

#[test]
fn a_file_without_topics_says_what_to_write() {
    assert_eq!(
        problems("test: { type: functional }"),
        [
            "topic-directive.yaml:1: topics: required field `topics` is missing; write `topics: []` for a test without topics"
        ]
    );
}

#[test]
fn a_topic_may_be_in_both_roles_and_on_two_clusters_but_in_one_role_only_once() {
    let entry = |role: &str, rest: &str| format!("  - {{ topic: orders, role: {role}, clientPrincipal: a{rest} }}\n");
    let fine =
        ["topics:\n", &entry("producer", ""), &entry("consumer", ""), &entry("producer", ", bootstrapServers: 'h:1'")];
    assert_eq!(parsed(&fine.concat()).topics.len(), 3);

    let twice =
        ["topics:\n", &entry("producer", ""), &entry("consumer", ""), &entry("PRODUCER", ""), &entry("consumer", "")];
    let error = TestDirective::parse("f", &twice.concat()).unwrap_err();
    assert!(error.problems.iter().all(|problem| problem.kind == ProblemKind::DuplicateTopic));
    let rules: Vec<_> = error.problems.iter().map(|problem| problem.rule.split(" - ").next().unwrap()).collect();
    assert_eq!(
        rules,
        [
            "Topic 'orders' appears 2 times as producer on cluster 'default'",
            "Topic 'orders' appears 2 times as consumer on cluster 'default'",
        ]
    );
}

#[test]
fn bad_servers_keep_the_scala_systems_texts() {
    let blank = problems(&topic_with("    bootstrapServers: ' '\n"));
    assert_eq!(
        blank,
        ["topic-directive.yaml:5: topics[0].bootstrapServers: ' ': Bootstrap servers cannot be empty when specified"]
    );
    let bad = problems(&topic_with("    bootstrapServers: 'h1, h2:9092'\n"));
    assert!(bad[0].contains("Invalid bootstrap server format: h1. Expected format"), "{bad:?}");
}

#[test]
fn a_filter_the_wrong_way_round_is_shown_the_right_one() {
    for wrong in [
        "      - key: EventType\n        value: OrderCreated\n",
        "      - eventType: OrderCreated\n        payloadVersion: v1\n",
        "      - OrderCreated\n",
        "      - key: OrderCreated\n",
    ] {
        let problems = problems(&topic_with(&format!("    eventFilters:\n{wrong}")));
        assert!(problems[0].contains("an entry is `{ key: OrderCreated, value: v1 }`"), "{problems:?}");
        assert!(problems[0].contains("topics[0].eventFilters[0]"), "{problems:?}");
    }
}

#[test]
fn filters_need_keys_that_have_a_type() {
    let problems = problems(&topic_with("    key: bytes\n    eventFilters: [{ key: A, value: v1 }]\n"));
    assert!(problems[0].contains("but this topic's keys are bytes"), "{problems:?}");
}

#[test]
fn a_cluster_must_be_described_and_not_contradicted() {
    let unknown = problems(&topic_with("    cluster: eu-wst\nclusters:\n  eu-west: { bootstrap-servers: 'h:1' }\n"));
    assert!(
        unknown[0].contains("no cluster of this name stands under `clusters`; did you mean `eu-west`?"),
        "{unknown:?}"
    );
    let both = problems(&topic_with(
        "    cluster: b\n    bootstrapServers: 'h:1'\nclusters:\n  b: { bootstrap-servers: 'h:2' }\n",
    ));
    assert!(both[0].contains("give either `cluster` or `bootstrapServers`, not both"), "{both:?}");
    let contradicted = problems(&topic_with("    cluster: default\n    bootstrapServers: 'h:1'\n"));
    assert_eq!(
        contradicted,
        ["topic-directive.yaml:2: topics[0].cluster: 'default': give either `cluster` or `bootstrapServers`, not both"]
    );
    let reserved = problems("topics: []\nclusters: { default: { bootstrap-servers: 'h:1' } }\n");
    assert!(reserved[0].contains("choose another name"), "{reserved:?}");
    let bad = problems("topics: []\nclusters: { b: { bootstrap-servers: 'h', schema-registry-url: 'h' } }\n");
    assert!(bad.iter().any(|problem| problem.contains("Invalid bootstrap server format: h.")), "{bad:?}");
    assert!(bad.iter().any(|problem| problem.contains("starts with `http://`")), "{bad:?}");
}

#[test]
fn a_registrys_url_is_one_and_its_credentials_are_not_printed() {
    let file = |url: &str| {
        format!("topics: []\nclusters:\n  b: {{ bootstrap-servers: 'h:1', schema-registry-url: '{url}' }}\n")
    };
    let rule = "a registry's URL starts with `http://` or `https://` and names a host, such as http://localhost:8081";
    for (url, shown) in [
        ("http://", "http://"),
        ("https://:8081", "https://:8081"),
        ("registry:8081", "registry:8081"),
        ("http://user:hunter2@", "http://***@"),
        ("ftp://user:hunter2@h", "ftp://***@h"),
    ] {
        let expected = format!("topic-directive.yaml:3: clusters.b.schema-registry-url: '{shown}': {rule}");
        assert_eq!(problems(&file(url)), [expected]);
    }
    let directive = parsed(&file(" https://user:hunter2@h:8081 "));
    let cluster = &directive.clusters[0];
    assert_eq!(cluster.schema_registry_url.as_deref(), Some("https://user:hunter2@h:8081"));
    let printed = format!("{directive:?}");
    assert!(!printed.contains("hunter2") && printed.contains("https://***@h:8081"), "{printed}");
}

#[test]
fn what_is_wrong_in_one_place_does_not_hide_what_is_wrong_in_others() {
    let problems = problems(
        "topics:\n\
         \x20 - { topic: orders, role: producer, clientPrincipal: '', cluster: nowhere }\n\
         \x20 - { topic: orders, role: producer, clientPrincipal: a, cluster: nowhere }\n\
         \x20 - { topic: 'two words', role: publisher, clientPrincipal: a, cluster: b, bootstrapServers: 'h:1' }\n\
         \x20 - { topic: paid, role: consumer, clientPrincipal: a, cluster: broken }\n\
         \x20 - { topic: paid, role: consumer, clientPrincipal: a, bootstrapServers: 'h' }\n\
         \x20 - { topic: paid, role: consumer, clientPrincipal: a, cluster: [] }\n\
         \x20 - { topic: paid, role: consumer, clientPrincipal: a }\n\
         clusters: { b: { bootstrap-servers: 'h:2' }, broken: { bootstrap-servers: h }, empty: 7 }\n",
    );
    let expected = [
        "topic-directive.yaml:2: topics[0].clientPrincipal: '': `clientPrincipal` cannot be blank",
        "topic-directive.yaml:2: topics[0].cluster: 'nowhere': no cluster of this name stands under `clusters`",
        "topic-directive.yaml:3: topics[1].topic: Topic 'orders' appears 2 times as producer on cluster 'nowhere'",
        "topic-directive.yaml:3: topics[1].cluster: 'nowhere': no cluster of this name stands under `clusters`",
        "topic-directive.yaml:4: topics[2].topic: 'two words': `two words` is not a topic name",
        "topic-directive.yaml:4: topics[2].role: 'publisher': a role is",
        "topic-directive.yaml:4: topics[2].cluster: 'b': give either `cluster` or `bootstrapServers`, not both",
        "topic-directive.yaml:6: topics[4].bootstrapServers: 'h': Invalid bootstrap server format: h.",
        "topic-directive.yaml:7: topics[5].cluster: 'a list': a text is expected here",
        "topic-directive.yaml:9: clusters.broken.bootstrap-servers: 'h': Invalid bootstrap server format: h.",
        "topic-directive.yaml:9: clusters.empty: '7': a mapping of keys to values is expected here",
    ];
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, start) in problems.iter().zip(expected) {
        assert!(problem.starts_with(start), "{problem}\n  should start {start}");
    }
}

#[test]
fn a_length_cannot_be_redacted() {
    assert_eq!(
        problems("topics: []\nredact: ['$.cards.length()']\n"),
        [
            "topic-directive.yaml:2: redact[0]: '$.cards.length()': a length stands at no place, so nothing would be hidden; \
             leave `.length()` out"
        ]
    );
}

#[test]
fn a_start_may_be_a_time() {
    let file = |start: &str| format!("topics: []\ntest: {{ start-from: '{start}' }}\n");
    let at = |start: &str| parsed(&file(start)).test.start_from;
    let moment = crate::Timestamp::parse("2026-01-31T08:00:00Z").unwrap();
    assert_eq!(at("2026-01-31T08:00:00Z"), StartFrom::Timestamp(moment));
    assert_eq!(at(" 2026-01-31T09:00:00+01:00 "), StartFrom::Timestamp(moment));
    assert_eq!(at("test-start"), StartFrom::TestStart);
    assert_eq!(
        problems(&file("31 January")),
        [
            "topic-directive.yaml:2: test.start-from: '31 January': a start is `test-start`, `earliest` or an RFC 3339 time such \
             as 2026-01-31T08:00:00Z"
        ]
    );
}

#[test]
fn a_format_may_be_called_by_any_of_its_names() {
    for (word, format) in [
        ("Avro", Format::Avro),
        ("AVRO", Format::Avro),
        ("proto", Format::Protobuf),
        ("PROTOBUF", Format::Protobuf),
        ("json", Format::Json),
        ("JSONSCHEMA", Format::Json),
        ("json-schema", Format::Json),
        ("JSON_SCHEMA", Format::Json),
    ] {
        assert_eq!(parsed(&topic_with(&format!("    format: {word}\n"))).topics[0].format, Some(format), "{word}");
        let metadata = topic_with(&format!("    metadata: {{ serdes-type: {word} }}\n"));
        assert_eq!(parsed(&metadata).topics[0].format, Some(format), "{word}");
    }
    let both = topic_with("    format: avro\n    metadata: { serdes-type: json }\n");
    assert_eq!(parsed(&both).topics[0].format, Some(Format::Avro), "the field goes before the metadata");
}

#[test]
fn a_word_that_is_no_key_and_no_format_is_refused_where_it_stands() {
    assert_eq!(
        problems(&topic_with("    key: text\n")),
        ["topic-directive.yaml:5: topics[0].key: 'text': a key is `cloudevent`, `string`, `json` or `bytes`"]
    );
    assert_eq!(
        problems(&topic_with("    metadata: { serdes-type: xml }\n")),
        ["topic-directive.yaml:2: topics[0].metadata.serdes-type: 'xml': a format is `avro`, `protobuf` or `json`"]
    );
}

#[test]
fn a_key_nobody_reads_is_a_warning_with_the_nearest_one() {
    let directive = parsed(&topic_with("    eventFilter: []\n"));
    assert_eq!(
        directive.warnings,
        ["line 5: `topics[0].eventFilter` is not a key that is read; did you mean `eventFilters`?"]
    );
}

#[test]
fn a_suffix_gives_each_run_its_own_topic() {
    let topic = parsed(&topic_with("")).topics.remove(0);
    let test_id = "3f2504e0-4f89-41d3-9a0c-0305e82c3301".parse().unwrap();
    let own = topic.clone().with_topic_suffix("-{test-id}", &test_id).unwrap();
    assert_eq!((own.topic.as_str(), own.topic_on_cluster.as_str()), ("orders", "orders-3f2504e0"));
    assert!(topic.with_topic_suffix(" x", &test_id).is_err());
}

#[test]
fn a_topic_that_stands_three_times_is_one_problem_with_its_count() {
    let entry = "  - { topic: orders, role: consumer, clientPrincipal: a }\n";
    let other = "  - { topic: payments, role: consumer, clientPrincipal: a }\n";
    let error = TestDirective::parse("f", &["topics:\n", entry, other, entry, entry].concat()).unwrap_err();
    let [problem] = error.problems.as_slice() else { panic!("one problem, not {error}") };
    assert_eq!(problem.kind, ProblemKind::DuplicateTopic);
    assert!(problem.rule.starts_with("Topic 'orders' appears 3 times as consumer"), "{}", problem.rule);
}

#[test]
fn every_topic_that_stands_twice_is_told_of_at_once() {
    let entry = |topic: &str| format!("  - {{ topic: {topic}, role: producer, clientPrincipal: a }}\n");
    let topics = ["orders", "payments", "refunds", "payments", "orders", "orders"].map(entry).concat();
    let error = TestDirective::parse("f", &format!("topics:\n{topics}")).unwrap_err();
    // Each stands where the file has the last of them.
    let rules: Vec<_> = error.problems.iter().map(|problem| problem.rule.split(" as ").next().unwrap()).collect();
    assert_eq!(rules, ["Topic 'payments' appears 2 times", "Topic 'orders' appears 3 times"]);
}

#[test]
fn topics_that_stand_once_each_pass_whether_one_or_many() {
    let entry = |number: usize| format!("  - {{ topic: topic-{number}, role: producer, clientPrincipal: a }}\n");
    for count in [1, 3, 20] {
        let topics = (0..count).map(entry).collect::<String>();
        assert_eq!(parsed(&format!("topics:\n{topics}")).topics.len(), count);
    }
}

#[test]
fn blank_servers_are_refused_in_either_role() {
    for role in ["producer", "consumer"] {
        let text =
            format!("topics:\n  - {{ topic: orders, role: {role}, clientPrincipal: a, bootstrapServers: '' }}\n");
        let problems = problems(&text);
        assert!(problems[0].ends_with("Bootstrap servers cannot be empty when specified"), "{problems:?}");
    }
}

/// The clusters section of a file with one cluster that has these keys besides its servers.
fn cluster_with(keys: &str) -> String {
    format!("topics: []\nclusters:\n  b:\n    bootstrap-servers: 'h:1'\n{keys}")
}

#[test]
fn two_clusters_may_be_reached_differently() {
    let directive = parsed(
        "topics: []\nclusters:\n\
         \x20 open: { bootstrap-servers: 'h:1' }\n\
         \x20 plain: { bootstrap-servers: 'h:2', security-protocol: plaintext }\n\
         \x20 closed: { bootstrap-servers: 'h:3', security-protocol: SASL_SSL, sasl-mechanism: SCRAM-SHA-512, ca-file: ./tls/ca.pem }\n",
    );
    let [open, plain, closed] = directive.clusters.as_slice() else { panic!("three clusters") };
    assert_eq!((open.security_protocol, open.sasl_mechanism, open.ca_file.as_deref()), (None, None, None));
    assert_eq!(plain.security_protocol, Some(SecurityProtocol::Plaintext));
    assert_eq!(
        (closed.security_protocol, closed.sasl_mechanism, closed.ca_file.as_deref()),
        (Some(SecurityProtocol::SaslSsl), Some(SaslMechanism::ScramSha512), Some(Path::new("tls/ca.pem")))
    );
    let printed = format!("{closed:?}");
    assert!(printed.contains("SaslSsl") && printed.contains("ScramSha512") && printed.contains("ca.pem"), "{printed}");
}

#[test]
fn an_unknown_protocol_or_mechanism_is_told_with_those_that_there_are() {
    assert_eq!(
        problems(&cluster_with("    security-protocol: SASL-SSL\n    sasl-mechanism: SCRAM256\n")),
        [
            "topic-directive.yaml:5: clusters.b.security-protocol: 'SASL-SSL': a security protocol is `PLAINTEXT`, `SSL`, \
             `SASL_PLAINTEXT` or `SASL_SSL`; did you mean `SASL_SSL`?",
            "topic-directive.yaml:6: clusters.b.sasl-mechanism: 'SCRAM256': a SASL mechanism is `OAUTHBEARER`, `PLAIN`, \
             `SCRAM-SHA-256`, `SCRAM-SHA-512` or `AWS_MSK_IAM`; did you mean `SCRAM-SHA-256`?",
        ]
    );
    let none_is_near = problems(&cluster_with("    sasl-mechanism: GSSAPI\n"));
    assert!(none_is_near[0].ends_with("or `AWS_MSK_IAM`"), "{none_is_near:?}");
}

#[test]
fn a_mechanism_without_sasl_and_a_ca_without_tls_are_refused() {
    for protocol in ["PLAINTEXT", "SSL"] {
        assert_eq!(
            problems(&cluster_with(&format!("    security-protocol: {protocol}\n    sasl-mechanism: PLAIN\n"))),
            [format!(
                "topic-directive.yaml:4: clusters.b.sasl-mechanism: 'PLAIN': `security-protocol: {protocol}` has no SASL; write \
                 SASL_SSL or SASL_PLAINTEXT there, or leave `sasl-mechanism` out"
            )]
        );
    }
    for protocol in ["PLAINTEXT", "SASL_PLAINTEXT"] {
        assert_eq!(
            problems(&cluster_with(&format!("    security-protocol: {protocol}\n    ca-file: ca.pem\n"))),
            [format!(
                "topic-directive.yaml:4: clusters.b.ca-file: 'ca.pem': `security-protocol: {protocol}` has no TLS; write SASL_SSL \
                 or SSL there, or leave `ca-file` out"
            )]
        );
    }
    // The configuration says what they are for.
    parsed(&cluster_with("    sasl-mechanism: PLAIN\n    ca-file: ca.pem\n"));
}

#[test]
fn a_ca_file_lies_in_the_tests_folder() {
    for path in [
        "/etc/ca.pem",
        "../ca.pem",
        "a/../../ca.pem",
        "a/../ca.pem",
        "..",
        ".",
        "",
        "a/",
        "C:\\ca.pem",
        "C:ca.pem",
        "a\\b",
    ] {
        let problems = problems(&cluster_with(&format!("    ca-file: '{path}'\n")));
        let start = format!("topic-directive.yaml:5: clusters.b.ca-file: '{path}': a file of the test's own folder");
        assert!(problems.len() == 1 && problems[0].starts_with(&start), "{start}\n{problems:?}");
    }
    for (path, read) in [("ca.pem", "ca.pem"), (" ./a//b.pem ", "a/b.pem"), ("..ca.pem", "..ca.pem")] {
        let directive = parsed(&cluster_with(&format!("    ca-file: '{path}'\n")));
        assert_eq!(directive.clusters[0].ca_file.as_deref(), Some(Path::new(read)), "{path}");
    }
}
