//! Tests' folders, and waiting for what becomes of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use test_probe::config::Settings;
use test_probe::responses::{TestState, TestStatusResponse};
use test_probe::{ServiceInterfaceFunctions, TestId};
use tokio::time::Instant;

/// Longer than anything here may take.
const LONGEST: Duration = Duration::from_secs(60);

/// How often something is looked at that is waited for.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

pub(crate) const EVIDENCE: [&str; 9] = [
    "cucumber-report.html",
    "cucumber.json",
    "events.jsonl",
    "junit-report.xml",
    "kafka-events-consumed.jsonl",
    "kafka-events-produced.jsonl",
    "metadata.json",
    "metrics.prom",
    "summary.json",
];

/// The files of a test, by path.
pub(crate) type Files = BTreeMap<&'static str, String>;

/// A test of topic `orders` with one scenario of these steps.
pub(crate) fn test_of(steps: &[&str]) -> Files {
    let directive = "\
topics:
  - { topic: orders, role: producer, clientPrincipal: svc }
  - { topic: orders, role: consumer, clientPrincipal: svc }
";
    let schema =
        r#"{"type": "record", "name": "Order", "namespace": "com.acme", "fields": [{"name": "id", "type": "string"}]}"#;
    let feature = format!("Feature: orders\n  Scenario: an order\n    {}\n", steps.join("\n    "));
    Files::from([
        ("topic-directive.yaml", directive.to_owned()),
        ("schemas/Order.avsc", schema.to_owned()),
        ("features/orders.feature", feature),
    ])
}

/// A test that uses everything that a folder may hold.
pub(crate) fn whole_test() -> Files {
    let mut files = test_of(&[
        r#"When I produce event "order" to topic "orders""#,
        r#"Then I should receive an event from topic "orders" within 10 seconds"#,
        r#"And the event should match "order""#,
        "And order B-7 goes there and back",
    ]);
    files.insert("templates/order.json", r#"{"id": "A-{{index}}"}"#.to_owned());
    files.insert("expected/order.json", r#"{"id": "{{regex '^A-[0-9]+$'}}"}"#.to_owned());
    files.insert(
        "steps/phrases.yaml",
        r#"phrases:
  - phrase: order {id} goes there and back
    meaning: it is produced and received
    steps:
      - 'I produce event {"id": "{id}"} to topic "orders"'
      - I should receive an event from topic "orders" within 10 seconds
      - the event should match JSONPath "$.id" with value "{id}"
"#
        .to_owned(),
    );
    files
}

pub(crate) const PRODUCE: &str = r#"When I produce event {"id": "A-1"} to topic "orders""#;
pub(crate) const RECEIVE: &str = r#"Then I should receive an event from topic "orders" within 10 seconds"#;
/// Longer than any run here may take.
pub(crate) const WAIT: &str = "And I wait 50 seconds";

pub(crate) fn write(files: &Files, root: &Path) {
    for (name, text) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// The embedded world's settings, with clients that report often, so that runs are short.
pub(crate) fn settings() -> Settings {
    let mut settings = Settings::embedded().unwrap();
    settings.kafka.statistics_interval = Duration::from_millis(50);
    settings
}

/// Makes a test and starts it.
pub(crate) async fn started(services: &ServiceInterfaceFunctions, bucket: &str) -> TestId {
    let test_id = services.initialize_test().await.unwrap().test_id;
    assert!(services.start_test(test_id, bucket, None).await.unwrap().accepted);
    test_id
}

/// Waits until a test is as it should be.
pub(crate) async fn status_when(
    services: &ServiceInterfaceFunctions,
    test_id: TestId,
    is_wanted: impl Fn(&TestStatusResponse) -> bool,
) -> TestStatusResponse {
    let begun = Instant::now();
    loop {
        let status = services.test_status(test_id).await.unwrap();
        if is_wanted(&status) {
            return status;
        }
        assert!(begun.elapsed() < LONGEST, "it is {status:?}");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

pub(crate) async fn reaches(
    services: &ServiceInterfaceFunctions,
    test_id: TestId,
    state: TestState,
) -> TestStatusResponse {
    status_when(services, test_id, |status| status.state == state).await
}

/// Waits until a test has run, or could not.
pub(crate) async fn ended(services: &ServiceInterfaceFunctions, test_id: TestId) -> TestStatusResponse {
    status_when(services, test_id, |status| matches!(status.state, TestState::Completed | TestState::Exception)).await
}

/// Waits for a condition that is quickly asked.
pub(crate) fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < LONGEST, "never came: {what}");
        std::thread::park_timeout(LOOK_AGAIN);
    }
}
