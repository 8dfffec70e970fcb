//! Whole runs: what a person reads and what stays behind.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use test_probe::evidence::sha256_hex;

use crate::folder::{Folder, PRODUCE, RECEIVE, json_file, ledger, shipped, text_file};
use crate::process::run;

const EVIDENCE: [&str; 9] = [
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

#[test]
fn the_main_job_passes_with_two_hundred_events_and_leaves_its_evidence() {
    let evidence = tempfile::tempdir().unwrap();
    let ended = run(["run", shipped("orders").to_str().unwrap(), "--evidence", evidence.path().to_str().unwrap()]);
    assert_eq!(ended.status, 0, "{ended:#?}");
    assert!(!ended.stderr.contains("WARN") && !ended.stderr.contains("warning:"), "{}", ended.stderr);
    let names: BTreeSet<String> =
        fs::read_dir(evidence.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names, EVIDENCE.map(str::to_owned).into());
    let summary = json_file(&evidence.path().join("summary.json"));
    assert_eq!(summary["events"]["accepted"], 200);
    assert_eq!(summary["events"]["acknowledged"], 200);
    assert_eq!(summary["events"]["nacked"], 0);
    assert!(summary["scenarios"]["passed"].as_u64().unwrap() >= 12, "{summary}");
    assert_eq!((&summary["scenarios"]["failed"], &summary["verdict"]), (&Value::from(0), &Value::from("passed")));
    let started = &ledger(evidence.path())[0];
    assert_eq!(started["topics"].as_array().unwrap().len(), 3, "{started}");
    let metadata = json_file(&evidence.path().join("metadata.json"));
    assert_eq!(metadata["config_sha256"].as_str().unwrap().len(), 64, "{metadata}");
    for name in EVIDENCE.iter().filter(|name| **name != "metadata.json") {
        let hash = sha256_hex(&fs::read(evidence.path().join(name)).unwrap());
        assert_eq!(metadata["files"][*name]["sha256"], hash, "{name}");
    }
    let template = json_file(&shipped("orders").join("templates/payment-captured.json"));
    let card = template["cardNumber"].as_str().unwrap();
    for name in EVIDENCE {
        assert!(!text_file(&evidence.path().join(name)).contains(card), "the card's number is in {name}");
    }
}

#[test]
fn a_test_that_fails_ends_with_1_and_names_the_failing_step_in_every_report() {
    let evidence = tempfile::tempdir().unwrap();
    let ended = run(["run", shipped("failing").to_str().unwrap(), "--evidence", evidence.path().to_str().unwrap()]);
    assert_eq!(ended.status, 1, "{ended:#?}");
    let step = "the event should match JSONPath";
    let message = r#""10" (a text), not 10 (a number)"#;
    let at = |name: &str| text_file(&evidence.path().join(name));
    assert!(ended.stdout.contains(step) && ended.stdout.contains(message), "{}", ended.stdout);
    let cucumber = at("cucumber.json");
    let cucumber: Value = serde_json::from_str(&cucumber).unwrap();
    let steps =
        cucumber[0]["elements"].as_array().unwrap().iter().flat_map(|scenario| scenario["steps"].as_array().unwrap());
    let failed: Vec<&Value> = steps.clone().filter(|step| step["result"]["status"] == "failed").collect();
    assert!(failed[0]["name"].as_str().unwrap().starts_with(step), "{failed:?}");
    assert!(failed[0]["result"]["error_message"].as_str().unwrap().contains(message), "{failed:?}");
    assert!(steps.clone().any(|step| step["result"]["status"] == "skipped"), "a step after the failing one is skipped");
    let junit = at("junit-report.xml");
    let junit = roxmltree::Document::parse(&junit).unwrap();
    let failures: Vec<_> = junit.descendants().filter(|node| node.has_tag_name("failure")).collect();
    assert_eq!(failures.len(), failed.len());
    let told = format!("{:?} {:?}", failures[0].attribute("message"), failures[0].text());
    assert!(told.contains(step) && told.contains("not 10 (a number)"), "{told}");
    let html = at("cucumber-report.html");
    assert!(
        html.contains("not 10 (a number)") && html.contains("the event should match JSONPath"),
        "the page names it"
    );
    let summary = json_file(&evidence.path().join("summary.json"));
    assert_eq!(summary["verdict"], "failed");
    assert_eq!(
        (&summary["exit_status"], &summary["scenarios"]["failed"]),
        (&Value::from(1), &Value::from(failed.len()))
    );
}

#[test]
fn quiet_tells_failures_and_the_verdict_and_json_one_line_a_test() {
    let good = Folder::with_scenarios(&[("one", &[PRODUCE]), ("two", &[PRODUCE, RECEIVE])]);
    let bad = Folder::new(&[r#"Then topic "orders" should have 1 events"#]);
    let good_dir = good.path().to_str().unwrap();
    let ended = run(["run", good_dir, "--quiet"]);
    assert_eq!(
        (ended.status, ended.stdout.as_str(), ended.stderr.as_str()),
        (0, "passed: all 2 scenarios passed\n", "")
    );
    let config = "test-probe.core { world.kind = embedded, kafka.create-topics = true, kafka.consumer.group-protocol = consumer }";
    let bad = bad.with("app.conf", config);
    let bad_dir = bad.path().to_str().unwrap();
    let evidence = tempfile::tempdir().unwrap();
    let app_conf = bad.path().join("app.conf");
    let arguments = ["run", good_dir, bad_dir, "--json", "--config", app_conf.to_str().unwrap(), "--evidence"];
    let ended = run(arguments.into_iter().chain([evidence.path().to_str().unwrap()]));
    assert_eq!(ended.status, 1, "{ended:#?}");
    let verdicts: Vec<Value> =
        ended.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["verdict"].clone()).collect();
    assert_eq!(verdicts.len(), 2, "{}", ended.stdout);
    assert_eq!(verdicts[1], "failed");
    assert_eq!(fs::read_dir(evidence.path()).unwrap().count(), 2, "a folder for each test");
}

#[test]
fn what_the_directive_redacts_is_in_no_file_and_on_no_terminal() {
    let schema = r#"{"type": "record", "name": "Payment", "fields": [{"name": "card", "type": "string"}]}"#;
    let topics = "topics:\n  - { topic: payments, role: producer, clientPrincipal: svc }\n  - { topic: payments, role: consumer, clientPrincipal: svc }\n";
    let card = "4929-1188-7345-6002";
    let produce = format!(r#"When I produce event {{"card": "{card}"}} to topic "payments""#);
    let compare = format!(r#"And the event should match JSONPath "$.card" with value "not {card}""#);
    let receive = r#"Then I should receive an event from topic "payments" within 10 seconds"#;
    let folder = Folder::new(&[&produce, receive, "And I print the event", &compare])
        .without("schemas/Order.avsc")
        .with("schemas/Payment.avsc", schema)
        .with("topic-directive.yaml", &format!("{topics}redact: [\"$.card\"]\n"));
    let ended = run(["run", folder.path().to_str().unwrap()]);
    assert_eq!(ended.status, 1, "{ended:#?}");
    assert!(ended.stdout.contains("***REDACTED***") && ended.stdout.contains("$.card"), "{}", ended.stdout);
    assert!(!ended.stdout.contains(card) && !ended.stderr.contains(card), "{ended:#?}");
    for name in EVIDENCE {
        assert!(!text_file(&folder.evidence().join(name)).contains(card), "{name}");
    }
}

#[test]
fn a_dry_run_lists_scenarios_and_starts_nothing() {
    let folder = Folder::new(&[PRODUCE, RECEIVE]);
    let ended = run(["run", folder.path().to_str().unwrap(), "--dry-run"]);
    assert_eq!(ended.status, 0, "{ended:#?}");
    assert!(
        ended.stdout.contains("a scenario") && ended.stdout.ends_with("1 scenarios, 2 steps\n"),
        "{}",
        ended.stdout
    );
    assert!(!folder.evidence().exists());
}

#[test]
fn tags_select_scenarios() {
    let feature = "Feature: f\n  @smoke\n  Scenario: one\n    Given I have a topic \"orders\"\n  Scenario: two\n    Given I have a topic \"orders\"\n";
    let folder = Folder::new(&[]).with("features/a.feature", feature);
    let ended = run(["run", folder.path().to_str().unwrap(), "--tags", "@smoke"]);
    assert_eq!(ended.status, 0, "{ended:#?}");
    assert_eq!(folder.summary()["scenarios"]["passed"], 1);
}

#[test]
fn reports_are_made_again_from_the_ledger_byte_for_byte() {
    let folder = Folder::new(&[PRODUCE, RECEIVE]);
    assert_eq!(run(["run", folder.path().to_str().unwrap()]).status, 0);
    let names = ["summary.json", "cucumber.json", "junit-report.xml", "cucumber-report.html"];
    let before = names.map(|name| text_file(&folder.evidence().join(name)));
    names.iter().for_each(|name| fs::remove_file(folder.evidence().join(name)).unwrap());
    let ended = run(["report", folder.evidence().to_str().unwrap()]);
    assert_eq!(ended.status, 0, "{ended:#?}");
    assert!(ended.stdout.contains("passed: the scenario passed"), "{}", ended.stdout);
    for (name, before) in names.iter().zip(before) {
        assert!(text_file(&folder.evidence().join(name)) == before, "{name} differs");
    }
    let ended = run(["report", "/nowhere"]);
    assert_eq!(ended.status, 2);
    assert!(ended.stderr.contains("name the evidence directory of a run"), "{}", ended.stderr);
}

#[test]
fn the_steps_are_listed_for_people_and_for_editors() {
    let text = run(["steps"]);
    assert_eq!(text.status, 0);
    assert!(
        text.stdout.contains(" 1  I have a topic {string}") && text.stdout.contains("I print the event"),
        "{}",
        text.stdout
    );
    let json: Value = serde_json::from_str(&run(["steps", "--format", "json"]).stdout).unwrap();
    let rows: BTreeSet<u64> = json.as_array().unwrap().iter().filter_map(|step| step["number"].as_u64()).collect();
    assert_eq!(rows, (1..=31).collect());
    let of_test = run(["steps", shipped("orders").to_str().unwrap()]);
    assert!(of_test.stdout.contains("from steps/warehouse.yaml:"), "the phrase book's sentences too");
}

#[test]
fn a_configuration_is_checked_and_printed_with_the_origin_of_each_value() {
    let folder = Folder::new(&[]).with("app.conf", "test-probe.core.dsl.ask-timeout = 5s");
    let config = folder.path().join("app.conf");
    let checked = run(["config", "check", "--config", config.to_str().unwrap()]);
    assert_eq!(checked.status, 0);
    assert!(checked.stdout.starts_with("the configuration is valid: "), "{}", checked.stdout);
    let printed = run(["config", "print", "--config", config.to_str().unwrap()]).stdout;
    let line = printed.lines().find(|line| line.starts_with("test-probe.core.dsl.ask-timeout")).unwrap();
    assert!(line.contains("app.conf:1:") && line.contains("\"5s\""), "{line}");
}
