//! Bad input: each is refused before anything runs, with the place, the value and the fix, and status 2.

use std::fs;

use crate::folder::{Folder, PRODUCE, RECEIVE};
use crate::process::{Ended, run};

fn run_in(folder: &Folder) -> Ended {
    run(["run", folder.path().to_str().unwrap()])
}

#[track_caller]
fn refused(folder: &Folder, parts: &[&str]) {
    let ended = run_in(folder);
    assert_eq!(ended.status, 2, "{ended:#?}");
    for part in parts {
        assert!(ended.stderr.contains(part), "`{part}` is not in\n{}", ended.stderr);
    }
    assert!(ended.stdout.is_empty(), "{}", ended.stdout);
    assert!(!folder.evidence().exists(), "nothing ran, so there is no evidence");
}

#[test]
fn a_folder_that_is_not_there() {
    let ended = run(["run", "/nowhere/orders"]);
    assert_eq!(ended.status, 2);
    let message = "error: there is no test folder `/nowhere/orders`; name a folder that holds topic-directive.yaml and features/\n";
    assert_eq!(ended.stderr, message);
}

#[test]
fn features_that_are_missing_empty_or_without_a_scenario() {
    refused(&Folder::new(&[PRODUCE]).without("features/a.feature"), &["holds no *.feature file"]);
    refused(
        &Folder::new(&[PRODUCE]).with("features/a.feature", ""),
        &["features/a.feature: the file holds no feature"],
    );
    let bare = Folder::new(&[PRODUCE]).with("features/a.feature", "Feature: f\n");
    refused(&bare, &["features/a.feature:1: feature 'f' has no scenario"]);
}

#[test]
fn a_directive_that_is_missing_or_no_yaml() {
    refused(&Folder::new(&[PRODUCE]).without("topic-directive.yaml"), &["has no topic-directive.yaml"]);
    refused(&Folder::new(&[PRODUCE]).with("topic-directive.yaml", "topics: ["), &["topic-directive.yaml:2: not YAML"]);
}

#[test]
fn topics_that_stand_twice_in_one_role() {
    let topics = "topics:\n  - { topic: orders, role: producer, clientPrincipal: a }\n  - { topic: orders, role: producer, clientPrincipal: a }\n";
    let folder = Folder::new(&[PRODUCE]).with("topic-directive.yaml", topics);
    refused(&folder, &["topic-directive.yaml:3: topics[1].topic: Topic 'orders' appears 2 times as producer"]);
}

#[test]
fn every_problem_of_a_directive_is_told_at_once() {
    let topics = "topics:\n  - { topic: orders, role: publisher, clientPrincipal: a }\n  - { topic: \"or ders\", role: consumer, clientPrincipal: \"\" }\n";
    let folder = Folder::new(&[PRODUCE]).with("topic-directive.yaml", topics);
    let parts = [
        "topics[0].role: 'publisher': a role is `producer` or `consumer`",
        "topics[1].topic: 'or ders'",
        "topics[1].clientPrincipal",
    ];
    refused(&folder, &parts);
}

#[test]
fn an_event_filter_in_the_wrong_shape_is_shown_the_right_one() {
    let topics = "topics:\n  - { topic: orders, role: consumer, clientPrincipal: a, eventFilters: [{ key: EventType, value: OrderCreated }] }\n";
    let folder = Folder::new(&[RECEIVE]).with("topic-directive.yaml", topics);
    refused(
        &folder,
        &["topic-directive.yaml:2: topics[0].eventFilters[0]", "an entry is `{ key: OrderCreated, value: v1 }`"],
    );
}

#[test]
fn a_step_that_nobody_knows_is_shown_the_nearest() {
    let folder = Folder::new(&[r#"When I prodce event {"id": "a"} to topic "orders""#]);
    refused(
        &folder,
        &["features/a.feature:4: no step reads `I prodce event", "I produce event {json} to topic {string}"],
    );
}

#[test]
fn tags_that_select_nothing_or_cannot_be_read() {
    let folder = Folder::new(&[PRODUCE]);
    for (tags, part) in [("@nobody", "none of the 1 scenario"), ("@a and", "@a and")] {
        let ended = run(["run", folder.path().to_str().unwrap(), "--tags", tags]);
        assert_eq!(ended.status, 2, "{ended:#?}");
        assert!(ended.stderr.contains(part), "{}", ended.stderr);
    }
}

#[test]
fn modes_and_strategies_that_this_version_does_not_have() {
    for (setting, value) in [("stream-mode", "per-message"), ("overflow-strategy", "drop-head")] {
        let folder =
            Folder::new(&[PRODUCE]).with("app.conf", &format!("test-probe.core.kafka.producer.{setting} = {value}"));
        let (dir, config) = (folder.path().to_str().unwrap(), folder.path().join("app.conf"));
        let ended = run(["run", dir, "--config", config.to_str().unwrap()]);
        assert_eq!(ended.status, 2, "{ended:#?}");
        assert!(ended.stderr.contains(value), "{}", ended.stderr);
    }
}

#[test]
fn configurations_that_are_missing_unreadable_or_hold_unknown_keys_and_wrong_values() {
    let folder = Folder::new(&[PRODUCE]);
    let config = folder.path().join("app.conf");
    let run_with = |text: Option<&str>| {
        text.into_iter().for_each(|text| fs::write(&config, text).unwrap());
        run(["run", folder.path().to_str().unwrap(), "--config", config.to_str().unwrap()])
    };
    for (text, parts) in [
        (None, vec!["app.conf' does not exist"]),
        (
            Some("test-probe.core.kafka.bootsrap-servers = \"a:1\""),
            vec![
                "'test-probe.core.kafka.bootsrap-servers'",
                "Did you mean 'test-probe.core.kafka.bootstrap-servers'?",
                "app.conf:1:",
            ],
        ),
        (
            Some("test-probe.core.dsl.ask-timeout = 5ms"),
            vec!["'test-probe.core.dsl.ask-timeout'", "at least 100ms", "5ms"],
        ),
        (Some("test-probe.core { world {"), vec!["app.conf"]),
    ] {
        let ended = run_with(text);
        assert_eq!(ended.status, 2, "{ended:#?}");
        for part in parts {
            assert!(ended.stderr.contains(part), "`{part}` is not in\n{}", ended.stderr);
        }
    }
}

#[test]
fn faults_on_the_worlds_of_others_are_refused_before_anything_is_asked_of_them() {
    let folder = Folder::new(&["Given broker 1 is down for 1 second"]).with("app.conf", "");
    let config = folder.path().join("app.conf");
    let ended = run(["run", folder.path().to_str().unwrap(), "--config", config.to_str().unwrap()]);
    assert_eq!(ended.status, 2, "{ended:#?}");
    assert!(ended.stderr.contains("features/a.feature:4"), "{}", ended.stderr);
}

#[test]
fn what_is_wrong_with_any_test_is_told_before_the_first_one_runs() {
    let (good, bad) = (Folder::new(&[PRODUCE]), Folder::new(&["Given nobody knows this"]));
    let ended = run(["run", good.path().to_str().unwrap(), bad.path().to_str().unwrap(), "/nowhere"]);
    assert_eq!(ended.status, 2);
    assert!(ended.stderr.contains("nobody knows this") && ended.stderr.contains("`/nowhere`"), "{}", ended.stderr);
    assert!(!good.evidence().exists());
}

#[test]
fn a_command_line_that_is_none() {
    for line in [&["run"][..], &["rn", "x"], &["run", "x", "--metrics", "nowhere"], &["steps", "--format", "xml"]] {
        let ended = run(line);
        assert_eq!(ended.status, 2, "{line:?}: {ended:#?}");
    }
}

#[test]
fn a_schema_that_is_missing_and_a_value_that_does_not_fit_fail_their_step_with_the_reason() {
    let folder = Folder::new(&[PRODUCE]).without("schemas/Order.avsc");
    let ended = run_in(&folder);
    assert_eq!(ended.status, 1, "{ended:#?}");
    let reason = "no record is named for topic `orders`, and neither the registry nor the test's `schemas/` has one";
    assert!(ended.stdout.contains(reason), "{}", ended.stdout);
    let folder = Folder::new(&[r#"When I produce event {"id": 5} to topic "orders""#]);
    let ended = run_in(&folder);
    assert_eq!(ended.status, 1, "{ended:#?}");
    let reason = "the JSON does not fit record `com.acme.Order`";
    assert!(
        ended.stdout.contains(reason) && ended.stdout.contains("$.id: 5 does not fit; the schema wants a string"),
        "{}",
        ended.stdout
    );
}

#[test]
fn a_topic_that_the_directive_does_not_have_in_that_role_is_named() {
    let topics = "topics:\n  - { topic: orders, role: producer, clientPrincipal: a }\n";
    let folder = Folder::new(&[PRODUCE, RECEIVE]).with("topic-directive.yaml", topics);
    let ended = run_in(&folder);
    assert_eq!(ended.status, 1, "{ended:#?}");
    assert!(
        ended
            .stdout
            .contains("topic 'orders' is only produced to in this test's directive; add an entry with role `consumer`"),
        "{}",
        ended.stdout
    );
}
