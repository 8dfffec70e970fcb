use serde_json::{Value, json};
use test_probe_evidence::{RunOutcome, ScenarioStatus, StepStatus, cucumber_json};

use crate::runs;
use crate::story::{Story, feature, in_background, step};

fn report(story: &Story) -> Value {
    serde_json::from_str(&cucumber_json(&story.record()).unwrap()).unwrap()
}

/// All elements of a report, whatever feature they stand in.
fn elements(report: &Value) -> Vec<&Value> {
    report.as_array().unwrap().iter().flat_map(|feature| feature["elements"].as_array().unwrap()).collect()
}

#[test]
fn every_member_that_report_tools_read_is_there_with_its_type() {
    for story in [runs::passing(), runs::failing(), runs::world_failed()] {
        let report = report(&story);
        for feature in report.as_array().unwrap() {
            assert!(["uri", "id", "keyword", "name", "description"].iter().all(|member| feature[member].is_string()));
            assert!(feature["line"].is_u64() && feature["tags"].is_array());
        }
        for element in elements(&report) {
            assert!(["keyword", "name", "description", "type"].iter().all(|member| element[member].is_string()));
            assert_eq!(element["id"].is_string(), element["type"] == "scenario");
            assert!(element["line"].is_u64());
            for step in element["steps"].as_array().unwrap() {
                assert!(step["keyword"].as_str().unwrap().ends_with(' '));
                assert!(step["name"].is_string() && step["line"].is_u64() && step["match"].is_object());
                let result = &step["result"];
                let status = result["status"].as_str().unwrap();
                assert!(["passed", "failed", "skipped", "undefined", "ambiguous", "pending"].contains(&status));
                assert!(result["duration"].is_u64());
                assert_eq!(result["error_message"].is_string(), !["passed", "skipped"].contains(&status));
            }
        }
    }
}

#[test]
fn the_failing_step_stands_with_its_message_and_nanoseconds() {
    let report = report(&runs::failing());
    let step = &report[0]["elements"][0]["steps"][1];
    assert_eq!(step["result"]["status"], "failed");
    assert_eq!(step["result"]["duration"], 5_003_000_000_u64);
    let message = step["result"]["error_message"].as_str().unwrap();
    assert!(message.starts_with("no event on topic `payments` matched $.amount"), "{message}");
    assert_eq!(report[0]["elements"][0]["steps"][2]["result"], json!({"status": "skipped", "duration": 0}));
}

#[test]
fn a_background_is_an_element_of_its_own_before_its_scenario() {
    let report = report(&runs::passing());
    let types: Vec<_> = elements(&report).iter().map(|element| element["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["background", "scenario", "background", "scenario", "scenario"]);
    assert_eq!(report[0]["elements"][0]["steps"][0]["name"], "I have a topic \"orders\"");
    assert_eq!(report[0]["elements"][1]["steps"][0]["doc_string"]["content_type"], "json");
    assert_eq!(report[0]["elements"][1]["steps"][2]["output"], json!(["{\"orderId\":\"A-1\",\"state\":\"PAID\"}"]));
    assert_eq!(report[1]["elements"][0]["steps"][0]["rows"][1], json!({"cells": ["A-1", "EUR"]}));
}

#[test]
fn tags_are_inherited_once_and_rows_have_ids_of_their_own() {
    let report = report(&runs::passing());
    let outline = &report[0]["elements"][3];
    assert_eq!(outline["id"], "order-intake;volume;many-orders-at-once;1");
    assert_eq!(outline["tags"], json!([{"name": "@orders"}, {"name": "@volume"}]));
    assert_eq!(report[0]["elements"][1]["tags"], json!([{"name": "@orders"}, {"name": "@smoke"}]));
}

#[test]
fn scenarios_of_one_name_are_kept_apart() {
    let report = report(&runs::failing());
    let twins = elements(&report).into_iter().filter(|element| element["name"] == "Somebody forgot a step");
    let first_steps: Vec<_> = twins.map(|element| element["steps"][0]["result"]["status"].clone()).collect();
    assert_eq!(first_steps, ["undefined", "passed"]);
}

#[test]
fn what_failed_outside_of_steps_is_a_failed_hook() {
    let report = report(&runs::failing());
    let hook = &report[0]["elements"][2]["after"][0];
    assert_eq!(hook["result"]["status"], "failed");
    assert_eq!(hook["result"]["error_message"], "the scenario's clean-up failed: topic `orders` is gone");
}

#[test]
fn a_scenario_cut_off_by_a_kill_has_a_failed_step() {
    let mut story = Story::of("orders", &[]);
    let given = in_background(step("Given", "a"));
    story.scenario(&feature("F"), "S", 3, &[given, step("When", "b"), step("Then", "c")]);
    story.step(0, StepStatus::Passed, 5);
    let report = report(&story);
    let results: Vec<_> = elements(&report)
        .iter()
        .flat_map(|element| element["steps"].as_array().unwrap())
        .map(|step| (step["result"]["status"].as_str().unwrap(), step["result"]["error_message"].as_str()))
        .collect();
    assert_eq!(
        results,
        [
            ("passed", None),
            ("failed", Some("the run ended during this step")),
            ("skipped", None),
            ("failed", Some("the ledger ends before the run did")),
        ]
    );
}

#[test]
fn a_run_that_failed_without_a_scenario_shows_it_all_the_same() {
    let mut all_skipped = Story::of("orders", &[]);
    all_skipped.scenario(&feature("F"), "S", 3, &[]);
    all_skipped.end_scenario(ScenarioStatus::Skipped, None);
    all_skipped.finish(RunOutcome::Completed, None, 1);
    for (story, message) in [
        (runs::world_failed(), "the world under test failed: no broker of 127.0.0.1:39092 answers"),
        (Story::untold(), "the ledger ends before the run did"),
        (all_skipped, "1 of 1 scenario skipped"),
    ] {
        let report = report(&story);
        let last = elements(&report).last().copied().unwrap().clone();
        assert_eq!(last["name"], "The run completes");
        let found = last["steps"][0]["result"]["error_message"].as_str().unwrap();
        assert!(found.starts_with(message), "{found}");
    }
    assert!(elements(&report(&runs::passing())).iter().all(|element| element["name"] != "The run completes"));
}

#[test]
fn warnings_are_output_of_the_last_scenario() {
    let report = report(&runs::failing());
    let hook = elements(&report).last().unwrap()["after"][0].clone();
    assert_eq!(hook["result"]["status"], "passed");
    assert_eq!(hook["output"][1], "1 accepted event ended neither in an acknowledgement nor in a Nack: id 35");
}
