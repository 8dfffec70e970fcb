//! Several tests at once: each is told, and all of them together.

use std::path::Path;
use std::time::Duration;

use tokio::time::Instant;

use crate::folder::{Folder, PRODUCE, RECEIVE, json_file};
use crate::process::{run, start};

const NEVER: &str = r#"Then no event should arrive on topic "orders" within 100 ms"#;

fn passing() -> Folder {
    Folder::new(&[PRODUCE, RECEIVE])
}

fn text(folder: &Folder) -> &str {
    folder.path().to_str().unwrap()
}

fn verdict(folder: &Folder) -> String {
    folder.summary()["verdict"].as_str().unwrap().to_owned()
}

#[test]
fn each_of_several_tests_is_told_and_all_of_them_together() {
    let (good, bad, other) = (passing(), Folder::new(&[PRODUCE, NEVER]), passing());
    let ended = run(["run", text(&good), text(&bad), text(&other)]);
    assert_eq!(ended.status, 1, "{ended:#?}");
    assert!(ended.stdout.contains("failed: 2 of 3 tests passed"), "{}", ended.stdout);
    for folder in [&good, &bad, &other] {
        let name = folder.path().file_name().unwrap().to_str().unwrap();
        assert!(ended.stdout.contains(&format!("── {name} ──")), "{name} is not told in {}", ended.stdout);
        assert!(ended.stdout.contains(text(folder)), "its evidence is not told in {}", ended.stdout);
    }
    assert_eq!([&good, &bad, &other].map(verdict), ["passed", "failed", "passed"]);
}

#[test]
fn no_test_keeps_the_events_of_those_before_it_on_the_same_topic() {
    let folders = [passing(), passing(), passing()];
    let ended = run(["run", text(&folders[0]), text(&folders[1]), text(&folders[2])]);
    assert_eq!(ended.status, 0, "{ended:#?}");
    for folder in &folders {
        let events = &folder.summary()["events"];
        assert_eq!((events["accepted"].as_u64(), events["received"].as_u64()), (Some(1), Some(1)), "{events:#}");
    }
}

#[test]
fn one_test_runs_at_a_time() {
    let slow = || Folder::new(&[PRODUCE, "And I wait 1 seconds"]);
    let folders = [slow(), slow()];
    let ended = run(["run", text(&folders[0]), text(&folders[1])]);
    assert_eq!(ended.status, 0, "{ended:#?}");
    let mut scenarios: Vec<(String, String)> = folders.iter().map(scenario_times).collect();
    scenarios.sort();
    assert!(scenarios[0].1 <= scenarios[1].0, "they ran at once: {scenarios:?}");
}

/// When the folder's scenario began and ended, as the ledger stamps it.
fn scenario_times(folder: &Folder) -> (String, String) {
    let ledger = folder.ledger();
    let at = |kind: &str| {
        let entry = ledger.iter().find(|entry| entry["kind"] == kind).unwrap_or_else(|| panic!("{kind}: {ledger:#?}"));
        entry["at"].as_str().unwrap_or_else(|| panic!("{entry:#}")).to_owned()
    };
    (at("scenario-started"), at("scenario-finished"))
}

#[test]
fn a_folder_that_is_no_test_is_told_before_any_test_runs() {
    let good = passing();
    let bad = passing().without("features/a.feature");
    let ended = run(["run", text(&good), text(&bad)]);
    assert_eq!(ended.status, 2, "{ended:#?}");
    assert!(ended.stderr.contains("holds no *.feature file"), "{}", ended.stderr);
    assert!(!good.evidence().exists(), "nothing has run");
}

#[test]
fn json_is_one_line_a_test_and_nothing_else() {
    let folders = [passing(), Folder::new(&[PRODUCE, NEVER])];
    let ended = run(["run", text(&folders[0]), text(&folders[1]), "--json"]);
    assert_eq!(ended.status, 1, "{ended:#?}");
    let lines: Vec<serde_json::Value> = ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut verdicts: Vec<_> = lines.iter().map(|line| line["verdict"].as_str().unwrap()).collect();
    verdicts.sort_unstable();
    assert_eq!(verdicts, ["failed", "passed"]);
}

#[test]
fn quiet_names_each_test_beside_its_verdict() {
    let folders = [passing(), passing()];
    let ended = run(["run", text(&folders[0]), text(&folders[1]), "--quiet"]);
    let name = |folder: &Folder| folder.path().file_name().unwrap().to_str().unwrap().to_owned();
    for folder in &folders {
        assert!(ended.stdout.contains(&format!("{}  passed", name(folder))), "{}", ended.stdout);
    }
    assert!(ended.stdout.contains("passed: 2 of 2 tests passed"), "{}", ended.stdout);
}

#[test]
fn a_dry_run_lists_the_scenarios_of_all() {
    let folders =
        [Folder::with_scenarios(&[("the first", &[PRODUCE])]), Folder::with_scenarios(&[("the second", &[PRODUCE])])];
    let ended = run(["run", text(&folders[0]), text(&folders[1]), "--dry-run"]);
    assert_eq!(ended.status, 0, "{ended:#?}");
    assert!(ended.stdout.contains("the first") && ended.stdout.contains("the second"), "{}", ended.stdout);
    assert!(folders.iter().all(|folder| !folder.evidence().exists()));
}

#[test]
fn sigterm_drains_the_test_that_runs_and_cancels_those_that_wait() {
    let folders = [long(), long(), long()];
    let root = tempfile::tempdir().unwrap();
    let mut running = start([
        "run",
        text(&folders[0]),
        text(&folders[1]),
        text(&folders[2]),
        "--evidence",
        root.path().to_str().unwrap(),
    ]);
    running.wait_for_note("running 1 scenarios");
    let evidence = |folder: &Folder| root.path().join(folder.path().file_name().unwrap());
    wait_until(|| {
        folders.iter().filter(|folder| ledger_text(&evidence(folder)).contains("run-started")).count() == 3
            && folders.iter().any(|folder| ledger_text(&evidence(folder)).contains("acknowledged"))
    });
    running.signal("TERM");
    let ended = running.end();
    assert_eq!(ended.status, 143, "{ended:#?}");
    assert!(ended.stdout.contains("0 of 3 tests passed"), "{}", ended.stdout);
    let summaries = folders.each_ref().map(|folder| json_file(&evidence(folder).join("summary.json")));
    for summary in &summaries {
        assert_eq!((summary["verdict"].as_str(), summary["exit_status"].as_i64()), (Some("interrupted"), Some(143)));
    }
    // The one that ran had produced an event, and knows how it ended; the others had not begun.
    let mut events = summaries.map(|summary| (count(&summary, "accepted"), count(&summary, "acknowledged")));
    events.sort_unstable();
    assert_eq!(events, [(0, 0), (0, 0), (1, 1)]);
}

#[test]
fn sigint_ends_all_of_them_with_130_within_the_shutdown_time_out_and_each_says_so() {
    let limit = Duration::from_secs(5);
    let folders = [long(), long(), long()].map(|folder| folder.with("app.conf", &config("shutdown-timeout = 5s")));
    let app_conf = folders[0].path().join("app.conf");
    let dirs = folders.each_ref().map(text);
    let mut running = start(["run", dirs[0], dirs[1], dirs[2], "--config", app_conf.to_str().unwrap()]);
    running.wait_for_note("running 1 scenarios");
    wait_until(|| folders.iter().any(|folder| ledger_text(&folder.evidence()).contains("acknowledged")));
    let signalled = Instant::now();
    running.signal("INT");
    let ended = running.end();
    assert!(signalled.elapsed() < limit, "{:?}", signalled.elapsed());
    assert_eq!(ended.status, 130, "{ended:#?}");
    assert!(ended.stderr.contains("stopping: events under way are waited for"), "{}", ended.stderr);
    assert!(ended.stdout.contains("failed: 0 of 3 tests passed"), "{}", ended.stdout);
    // A test that had nothing to report yet says it as an error.
    let told =
        ended.stdout.matches("interrupted: ").count() + ended.stderr.matches("cancelled before it began").count();
    assert_eq!(told, 3, "{ended:#?}");
}

#[test]
fn a_second_signal_ends_several_at_once() {
    let folders = [long(), long()];
    let mut running = start(["run", text(&folders[0]), text(&folders[1])]);
    running.wait_for_note("running 1 scenarios");
    running.signal("TERM");
    running.wait_for_note("once more ends it at once");
    running.signal("TERM");
    assert_eq!(running.end().status, 143);
}

#[test]
fn a_test_whose_time_is_up_leaves_evidence_and_the_next_one_has_its_turn() {
    let folders = [long().with_test_section("{ timeout: 1s }"), passing()];
    let ended = run(["run", text(&folders[0]), text(&folders[1])]);
    assert_eq!(ended.status, 1, "{ended:#?}");
    assert!(ended.stdout.contains("failed: 1 of 2 tests passed"), "{}", ended.stdout);
    assert_eq!(folders.each_ref().map(verdict), ["timed-out", "passed"]);
    let summary = folders[0].summary();
    assert_eq!((count(&summary, "accepted"), count(&summary, "acknowledged")), (1, 1));
    assert!(summary["reason"].as_str().unwrap().contains("raise `timeout`"), "{summary:#}");
    for name in ["cucumber.json", "junit-report.xml", "cucumber-report.html", "metadata.json", "metrics.prom"] {
        assert!(folders[0].evidence().join(name).is_file(), "{name}");
    }
}

/// A test that is in its second step for as long as it is let.
fn long() -> Folder {
    Folder::new(&[PRODUCE, "And I wait 50 seconds"])
}

/// The embedded world with this key of the actor system's.
fn config(actor_system: &str) -> String {
    format!(
        "test-probe.core {{ world.kind = embedded, kafka.create-topics = true, kafka.consumer.group-protocol = consumer, \
         schema-registry.auto-register = true, actor-system {{ {actor_system} }} }}"
    )
}

fn count(summary: &serde_json::Value, name: &str) -> u64 {
    summary["events"][name].as_u64().unwrap()
}

fn ledger_text(evidence: &Path) -> String {
    std::fs::read_to_string(evidence.join("events.jsonl")).unwrap_or_default()
}

/// Looks again and again at what another process does.
pub(super) fn wait_until(so: impl Fn() -> bool) {
    for _ in 0..6000 {
        if so() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("it never came");
}
