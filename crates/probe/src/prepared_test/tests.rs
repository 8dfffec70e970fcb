use std::fs;
use std::path::Path;

use test_probe_config::Settings;
use test_probe_scenarios::StepBook;

use crate::{PreparedTest, TestFolder};

const DIRECTIVE: &str = "topics:\n  - { topic: orders, role: producer, clientPrincipal: svc }\n";
const FEATURE: &str = "@smoke\nFeature: f\n  Scenario: s\n    Given I have a topic \"orders\"\n";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap()).with("topic-directive.yaml", DIRECTIVE).with("features/a.feature", FEATURE)
    }

    fn with(self, name: &str, text: &str) -> Self {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn prepare(&self, settings: &Settings, tags: Option<&str>) -> Result<PreparedTest, String> {
        let folder = TestFolder::read(self.path()).unwrap();
        PreparedTest::new(folder, settings, StepBook::new(), tags).map_err(|error| error.to_string())
    }

    fn problems(&self, settings: &Settings) -> String {
        self.prepare(settings, None).unwrap_err()
    }
}

fn embedded() -> Settings {
    Settings::embedded().unwrap()
}

#[test]
fn everything_that_is_wrong_with_a_folder_is_told_at_once() {
    let folder = Folder::new()
        .with("features/b.feature", "Feature: f\n  Scenario: s\n    Given I have a topc \"orders\"\n")
        .with("schemas/Order.avsc", "{\"type\": \"record\"}")
        .with("steps/team.yaml", "phrases:\n  - phrase: all is well\n    steps: [nobody knows this]\n");
    let message = folder.problems(&embedded());
    let first = format!("the test `{}` cannot be run:", folder.path().display());
    assert!(message.starts_with(&first), "{message}");
    for part in ["Order.avsc", "steps/team.yaml:3", "nobody knows this"] {
        assert!(message.contains(part), "{part} is not in {message}");
    }
}

#[test]
fn an_undefined_step_names_its_place_and_the_nearest_steps() {
    let folder =
        Folder::new().with("features/b.feature", "Feature: f\n  Scenario: s\n    Given I have a topc \"orders\"\n");
    let message = folder.problems(&embedded());
    assert!(message.contains("features/b.feature:3: no step reads `I have a topc \"orders\"`"), "{message}");
    assert!(message.contains("I have a topic {string}"), "{message}");
}

#[test]
fn tags_of_the_directive_and_of_the_caller_both_select_and_none_selected_is_a_problem() {
    let folder = Folder::new()
        .with("topic-directive.yaml", &format!("{DIRECTIVE}test: {{ tags: \"@smoke\" }}\n"))
        .with("features/b.feature", "Feature: g\n  Scenario: t\n    Given I have a topic \"orders\"\n");
    assert_eq!(folder.prepare(&embedded(), None).unwrap().plan().scenarios().len(), 1);
    let message = folder.prepare(&embedded(), Some("not @smoke")).unwrap_err();
    assert!(message.contains("none of the 2 scenarios"), "{message}");
    let message = folder.prepare(&embedded(), Some("@smoke and")).unwrap_err();
    assert!(message.contains("@smoke and"), "{message}");
}

#[test]
fn a_topic_may_be_in_any_format() {
    for format in ["avro", "protobuf", "json"] {
        let topics =
            format!("topics:\n  - {{ topic: orders, role: producer, clientPrincipal: svc, format: {format} }}\n");
        assert!(Folder::new().with("topic-directive.yaml", &topics).prepare(&embedded(), None).is_ok(), "{format}");
    }
}

#[test]
fn two_texts_of_one_name_are_refused_and_versions_of_one_are_not() {
    let folder = Folder::new().with("templates/a/order.json", "{}").with("templates/order.v2.json", "{}");
    assert!(folder.prepare(&embedded(), None).is_ok());
    let message = folder.with("templates/b/order.json", "{}").problems(&embedded());
    assert!(
        message.contains("`templates/a/order.json` and `templates/b/order.json` are both called 'order'"),
        "{message}"
    );
}

#[test]
fn a_start_at_a_time_is_refused_where_nobody_can_find_it() {
    let folder = Folder::new()
        .with("topic-directive.yaml", &format!("{DIRECTIVE}test: {{ start-from: \"2026-01-31T08:00:00Z\" }}\n"));
    let message = folder.problems(&embedded());
    assert!(message.contains("test.start-from: the embedded Kafka finds no records by their time"), "{message}");
    assert!(folder.prepare(&Settings::reference().unwrap(), None).is_ok());
}

#[test]
fn steps_that_break_the_world_are_refused_on_the_worlds_of_others() {
    let folder = Folder::new()
        .with("features/a.feature", "Feature: f\n  Scenario: s\n    Given broker 1 is down for 1 seconds\n");
    assert!(folder.prepare(&embedded(), None).unwrap().plan().has_fault_steps());
    let message = folder.problems(&Settings::reference().unwrap());
    assert!(message.contains("features/a.feature:3"), "{message}");
}

#[test]
fn a_suffix_that_makes_no_topic_name_is_refused_before_the_run() {
    let mut settings = embedded();
    settings.kafka.topic_suffix = "x".repeat(300);
    let message = Folder::new().problems(&settings);
    assert!(message.contains("test-probe.core.kafka.topic-suffix"), "{message}");
}

#[test]
fn scenarios_run_as_many_at_a_time_as_the_directive_says_and_else_the_configuration() {
    let mut settings = embedded();
    settings.cucumber.parallel_scenarios = std::num::NonZeroUsize::new(3).unwrap();
    assert_eq!(Folder::new().prepare(&settings, None).unwrap().parallel.get(), 3);
    let folder = Folder::new().with("topic-directive.yaml", &format!("{DIRECTIVE}test: {{ parallel-scenarios: 1 }}\n"));
    assert_eq!(folder.prepare(&settings, None).unwrap().parallel.get(), 1);
}
