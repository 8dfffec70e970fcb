//! Worlds that fail, and steps and tests that take too long: each ends within its time with a report.

use std::fs;
use std::net::TcpListener;

use crate::folder::{Folder, PRODUCE, RECEIVE, text_file};
use crate::process::{Ended, run};

fn run_with_config(folder: &Folder, config: &str) -> Ended {
    let path = folder.path().join("app.conf");
    fs::write(&path, config).unwrap();
    run(["run", folder.path().to_str().unwrap(), "--config", path.to_str().unwrap()])
}

const EMBEDDED: &str = "world.kind = embedded, kafka.create-topics = true, kafka.consumer.group-protocol = consumer, schema-registry.auto-register = true";

/// A port that nothing listens on.
fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[track_caller]
fn world_failed(folder: &Folder, ended: &Ended, parts: &[&str]) {
    assert_eq!(ended.status, 3, "{ended:#?}");
    let summary = folder.summary();
    assert_eq!((summary["verdict"].as_str(), summary["exit_status"].as_i64()), (Some("world-failed"), Some(3)));
    for part in parts {
        let reason = summary["reason"].as_str().unwrap_or_default();
        assert!(reason.contains(part), "`{part}` is not in {reason}");
        assert!(ended.stdout.contains(part), "`{part}` is not in\n{}", ended.stdout);
    }
    assert!(text_file(&folder.evidence().join("junit-report.xml")).contains(parts[0]), "JUnit tells it too");
}

#[test]
fn a_registry_that_cannot_be_reached() {
    let folder = Folder::new(&[PRODUCE]);
    let port = closed_port();
    let config = format!(
        "test-probe.core {{ kafka.schema-registry-url = \"http://127.0.0.1:{port}\", schema-registry.max-retries = 0 }}"
    );
    let ended = run_with_config(&folder, &config);
    world_failed(&folder, &ended, &[&format!("Schema Registry at http://127.0.0.1:{port}"), "cannot be reached"]);
}

#[test]
fn a_broker_that_cannot_be_reached_and_one_that_accepts_and_never_answers() {
    let registry = registry_that_lists_nothing();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    for broker in [closed_port(), silent.local_addr().unwrap().port()] {
        let folder = Folder::new(&[PRODUCE]);
        let config = format!(
            "test-probe.core {{ actor-system.initialization-timeout = 2s, kafka {{ bootstrap-servers = \"127.0.0.1:{broker}\", schema-registry-url = \"http://{registry}\" }} }}"
        );
        let ended = run_with_config(&folder, &config);
        world_failed(&folder, &ended, &[&format!("127.0.0.1:{broker}")]);
    }
}

#[test]
fn a_step_that_outlives_its_time_out_fails_by_name_and_the_next_scenario_runs() {
    let folder = Folder::with_scenarios(&[
        ("hangs", &["Given broker 1 is down for 30 seconds", PRODUCE]),
        ("goes on", &["Given I have a topic \"orders\""]),
    ]);
    let config = format!("test-probe.core {{ {EMBEDDED}, cucumber.step-timeout = 500ms }}");
    let ended = run_with_config(&folder, &config);
    assert_eq!(ended.status, 1, "{ended:#?}");
    let part = "did not end within 500ms: raise test-probe.core.cucumber.step-timeout";
    assert!(ended.stdout.contains(part), "{}", ended.stdout);
    let summary = folder.summary();
    assert_eq!((&summary["scenarios"]["passed"], &summary["scenarios"]["failed"]), (&1.into(), &1.into()), "{summary}");
    balanced(&folder);
}

#[test]
fn a_broker_that_is_gone_makes_a_nack_within_the_produce_time_out() {
    let folder = Folder::new(&["Given broker 1 is down for 30 seconds", PRODUCE]);
    let config = format!(
        "test-probe.core {{ {EMBEDDED}, dsl.produce-timeout = 1500ms, kafka.producer.delivery-timeout = 1s, kafka.producer.close-timeout = 1s }}"
    );
    let ended = run_with_config(&folder, &config);
    assert_eq!(ended.status, 1, "{ended:#?}");
    assert_eq!(folder.summary()["events"]["nacked"], 1, "{}", folder.summary());
    balanced(&folder);
}

#[test]
fn a_test_whose_time_is_up_ends_with_a_report() {
    let folder = Folder::new(&[PRODUCE, "And I wait 50 seconds", PRODUCE]).with_test_section("{ timeout: 1s }");
    let ended = run(["run", folder.path().to_str().unwrap()]);
    assert_eq!(ended.status, 1, "{ended:#?}");
    assert!(ended.stdout.contains("timed-out: the run's time was up: a test may take 1"), "{}", ended.stdout);
    let summary = folder.summary();
    assert_eq!((summary["verdict"].as_str(), &summary["events"]["acknowledged"]), (Some("timed-out"), &1.into()));
    balanced(&folder);
}

#[test]
fn records_that_the_embedded_kafka_dropped_make_the_run_worthless_and_the_limit_is_named() {
    let value = "x".repeat(200_000);
    let folder = Folder::new(&[r#"When I produce 60 events from template "big" to topic "orders""#])
        .with("templates/big.json", &format!("{{\"id\": \"{value}\"}}"))
        .with("topic-directive.yaml", "topics:\n  - { topic: orders, role: producer, clientPrincipal: svc }\n");
    let config = format!("test-probe.core {{ {EMBEDDED}, kafka.topic-partitions = 1 }}");
    let ended = run_with_config(&folder, &config);
    world_failed(
        &folder,
        &ended,
        &["the embedded Kafka dropped the first", "it keeps 5 MB or 100000 records a partition"],
    );
}

#[test]
fn a_consumer_that_met_the_loss_says_so_as_well() {
    let value = "x".repeat(900_000);
    let produce = r#"When I produce 24 events from template "big" to topic "orders""#;
    let folder = Folder::new(&[produce, r#"Then I should receive 24 events from topic "orders" within 20 seconds"#])
        .with("templates/big.json", &format!("{{\"id\": \"{value}\"}}"));
    let config =
        format!("test-probe.core {{ {EMBEDDED}, kafka.topic-partitions = 1, kafka.consumer.fetch-wait = 1s }}");
    let ended = run_with_config(&folder, &config);
    // Whether the reader was quick enough or not: nothing is lost in silence.
    assert_eq!(ended.status, 3, "{ended:#?}");
    assert!(ended.stdout.contains("5 MB or 100"), "{}", ended.stdout);
}

#[test]
fn what_is_received_and_what_is_not_add_up_whatever_was_produced() {
    let folder = Folder::new(&[PRODUCE, RECEIVE, "And broker 1 is down for 500 ms", PRODUCE, RECEIVE]);
    let ended = run(["run", folder.path().to_str().unwrap()]);
    assert_eq!(ended.status, 0, "{ended:#?}");
    balanced(&folder);
}

#[track_caller]
fn balanced(folder: &Folder) {
    let summary = folder.summary();
    let events = |name: &str| summary["events"][name].as_u64().unwrap();
    assert_eq!(events("accepted"), events("acknowledged") + events("nacked"), "{summary}");
    assert_eq!(summary["ledger_balanced"], true, "{summary}");
}

/// An HTTP server that answers every question with an empty list, on a thread that ends with the test's process.
fn registry_that_lists_nothing() -> std::net::SocketAddr {
    use std::io::{BufRead, BufReader, Write};
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            if lines.by_ref().take_while(|line| !line.is_empty()).count() > 0 {
                let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]";
                (&stream).write_all(answer.as_bytes()).ok();
            }
        }
    });
    address
}
