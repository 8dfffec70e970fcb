//! A process that is killed leaves reports that can be read.

use crate::folder::{Folder, PRODUCE, RECEIVE, json_file, text_file};
use crate::process::{run, start};

use super::queue::wait_until;

#[test]
fn after_sigkill_every_report_can_be_read_and_tells_what_had_ended() {
    let folder = Folder::with_scenarios(&[
        ("over before", &[PRODUCE, RECEIVE]),
        ("in the middle", &[PRODUCE, "And I wait 50 seconds"]),
        ("not yet", &[PRODUCE]),
    ]);
    let mut running = start(["run", folder.path().to_str().unwrap()]);
    running.wait_for_note("running 3 scenarios");
    let summary = folder.evidence().join("summary.json");
    // Reports are written after scenarios, at most once a second, and one after the other.
    let pages = ["cucumber.json", "junit-report.xml", "cucumber-report.html"].map(|name| folder.evidence().join(name));
    wait_until(|| summary.exists() && json_file(&summary)["scenarios"]["passed"] == 1);
    wait_until(|| pages.iter().all(|page| text_file(page).contains("over before")));
    running.signal("KILL");
    assert_eq!(running.end().status, -1);

    assert_eq!(folder.summary()["verdict"], "incomplete");
    let cucumber = json_file(&folder.evidence().join("cucumber.json"));
    let elements: Vec<_> = cucumber
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|feature| feature["elements"].as_array().cloned().unwrap_or_default())
        .collect();
    let first =
        elements.iter().find(|element| element["name"] == "over before").unwrap_or_else(|| panic!("{cucumber:#}"));
    assert!(first["steps"].as_array().unwrap().iter().all(|step| step["result"]["status"] == "passed"), "{first:#}");
    let junit = text_file(&folder.evidence().join("junit-report.xml"));
    let junit = roxmltree::Document::parse(&junit).unwrap();
    let cases: Vec<_> = junit.descendants().filter(|node| node.has_tag_name("testcase")).collect();
    let over = cases.iter().find(|case| case.attribute("name").is_some_and(|name| name.contains("over before")));
    assert!(over.is_some_and(|case| case.children().all(|child| !child.has_tag_name("failure"))), "{cases:?}");
    let page = text_file(&folder.evidence().join("cucumber-report.html"));
    assert!(page.contains("over before") && page.trim_end().ends_with("</html>"), "the page is whole");
    assert!(page.contains("incomplete"), "the page says how far the run came");

    let ended = run(["report", folder.evidence().to_str().unwrap()]);
    assert_eq!(ended.status, 0, "{ended:#?}");
    assert!(text_file(&folder.evidence().join("cucumber-report.html")).contains("the run ended during this step"));
}

#[test]
fn a_run_that_is_killed_before_its_first_scenario_has_ended_has_reports_too() {
    let folder = Folder::new(&["When I wait 50 seconds"]);
    let mut running = start(["run", folder.path().to_str().unwrap()]);
    running.wait_for_note("running 1 scenarios");
    let page = folder.evidence().join("cucumber-report.html");
    wait_until(|| page.exists());
    running.signal("KILL");
    assert_eq!(running.end().status, -1);
    assert!(folder.ledger().iter().all(|entry| entry["kind"] != "scenario-finished"), "it was killed before that");
    assert_eq!(folder.summary()["verdict"], "incomplete");
    assert!(text_file(&page).trim_end().ends_with("</html>"));
}
