use std::collections::HashSet;

use roxmltree::{Document, Node};
use test_probe_evidence::{RunOutcome, ScenarioStatus, StepStatus, junit_report};

use crate::runs;
use crate::story::{Story, feature, step};

fn xml(story: &Story) -> String {
    junit_report(&story.record()).unwrap()
}

fn cases<'a>(document: &'a Document<'_>) -> Vec<Node<'a, 'a>> {
    document.descendants().filter(|node| node.has_tag_name("testcase")).collect()
}

fn child<'a>(node: &Node<'a, 'a>, name: &str) -> Option<Node<'a, 'a>> {
    node.children().find(|child| child.has_tag_name(name))
}

#[test]
fn a_suite_is_a_feature_and_a_case_a_scenario() {
    let xml = xml(&runs::passing());
    let document = Document::parse(&xml).unwrap();
    let root = document.root_element();
    assert_eq!(
        (root.attribute("name"), root.attribute("tests"), root.attribute("failures")),
        (Some("orders"), Some("3"), Some("0"))
    );
    let suites: Vec<_> = root.children().filter(|node| node.has_tag_name("testsuite")).collect();
    assert_eq!(
        suites.iter().map(|suite| suite.attribute("name").unwrap()).collect::<Vec<_>>(),
        ["Order intake", "Payments"]
    );
    let cases = cases(&document);
    let names: Vec<_> =
        cases.iter().map(|case| (case.attribute("classname").unwrap(), case.attribute("name").unwrap())).collect();
    assert_eq!(
        names,
        [
            ("Order intake", "An order becomes a payment"),
            ("Order intake", "Many orders at once (row 1)"),
            ("Payments", "Payments carry their currency"),
        ]
    );
    assert!(cases.iter().all(|case| child(case, "failure").is_none() && child(case, "error").is_none()));
    assert_eq!(cases[0].attribute("time"), Some("0.012"));
}

#[test]
fn each_way_to_fail_is_told_from_the_others() {
    let xml = xml(&runs::failing());
    let document = Document::parse(&xml).unwrap();
    let root = document.root_element();
    let counts = ["tests", "failures", "errors", "skipped"].map(|name| root.attribute(name).unwrap());
    assert_eq!(counts, ["6", "3", "2", "1"]);
    let outcomes: Vec<_> = cases(&document)
        .iter()
        .map(|case| {
            let found = ["failure", "error", "skipped"].into_iter().find_map(|name| Some((name, child(case, name)?)));
            found.map(|(name, node)| (name, node.attribute("type"), node.attribute("message")))
        })
        .collect();
    assert_eq!(
        outcomes,
        [
            Some((
                "failure",
                Some("failed"),
                Some("no event on topic `payments` matched $.amount with value 12.5 within 5 s")
            )),
            Some(("failure", Some("undefined"), Some("no step definition fits `I frobnicate the \"orders\"`"))),
            Some(("failure", Some("failed"), Some("the scenario's clean-up failed: topic `orders` is gone"))),
            Some(("skipped", None, None)),
            Some(("error", Some("failed"), Some("the run ended during this step: SIGINT"))),
            Some(("error", Some("interrupted"), Some("the run was interrupted: SIGINT"))),
        ]
    );
}

#[test]
fn the_failing_step_is_named_with_its_place_and_its_whole_message() {
    let xml = xml(&runs::failing());
    let document = Document::parse(&xml).unwrap();
    let failure = child(&cases(&document)[0], "failure").unwrap();
    let text = failure.text().unwrap();
    assert!(text.starts_with("features/order-intake.feature:7: Then the event should match JSONPath"), "{text}");
    assert!(
        text.contains("    {\"orderId\": \"A-1\", \"amount\": \"12.5\"}   \"12.5\" is a text, not a number\n"),
        "{text}"
    );
    let steps = child(&cases(&document)[0], "system-out").unwrap();
    assert!(steps.text().unwrap().contains("skipped   And all events should be acknowledged"));
}

#[test]
fn what_xml_cannot_hold_is_left_out_and_the_rest_is_escaped() {
    let xml = xml(&runs::failing());
    let document = Document::parse(&xml).unwrap();
    let forbidden =
        |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t') || matches!(c, '\u{fffe}' | '\u{ffff}');
    assert!(!xml.contains(forbidden));
    let text = child(&cases(&document)[0], "failure").unwrap().text().unwrap().to_owned();
    assert!(text.ends_with("    <script>alert('message')</script> ]]> "), "{text}");
}

#[test]
fn two_scenarios_of_one_name_have_two_names() {
    let xml = xml(&runs::failing());
    let document = Document::parse(&xml).unwrap();
    let names: Vec<_> = cases(&document)
        .iter()
        .map(|case| (case.attribute("classname").unwrap(), case.attribute("name").unwrap()))
        .collect();
    assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len(), "{names:?}");
    assert_eq!(names[2].1, "Somebody forgot a step (line 12, scenario 3)");
}

#[test]
fn a_run_that_failed_without_a_scenario_has_an_error() {
    let xml = xml(&runs::world_failed());
    let document = Document::parse(&xml).unwrap();
    let [case] = cases(&document)[..] else { panic!("one case") };
    let error = child(&case, "error").unwrap();
    assert_eq!((case.attribute("name"), error.attribute("type")), (Some("The run completes"), Some("world-failed")));
    assert!(error.attribute("message").unwrap().contains("no broker of 127.0.0.1:39092 answers"));
}

#[test]
fn table_and_warnings_are_the_output_of_the_last_suite() {
    let mut story = Story::of("orders", &["orders"]);
    story.scenario(&feature("F"), "S", 3, &[step("When", "a")]);
    story.step(0, StepStatus::Passed, 5);
    story.end_scenario(ScenarioStatus::Passed, None);
    story.accept("orders");
    story.finish(RunOutcome::Completed, None, 0);
    let xml = xml(&story);
    let document = Document::parse(&xml).unwrap();
    let suite = document.descendants().find(|node| node.has_tag_name("testsuite")).unwrap();
    assert!(child(&suite, "system-out").unwrap().text().unwrap().contains("topic   produced  acknowledged"));
    assert_eq!(
        child(&suite, "system-err").unwrap().text(),
        Some("1 accepted event ended neither in an acknowledgement nor in a Nack: id 1")
    );
}
