//! A test's folder in a temporary place.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) const PRODUCE: &str = r#"When I produce event {"id": "a"} to topic "orders""#;
pub(crate) const RECEIVE: &str = r#"Then I should receive an event from topic "orders" within 10 seconds"#;

const DIRECTIVE: &str = "\
topics:
  - { topic: orders, role: producer, clientPrincipal: svc }
  - { topic: orders, role: consumer, clientPrincipal: svc }
";
const SCHEMA: &str =
    r#"{"type": "record", "name": "Order", "namespace": "com.acme", "fields": [{"name": "id", "type": "string"}]}"#;

pub(crate) struct Folder(TempDir);

impl Folder {
    /// Topic `orders` in both roles, a schema for it, and one scenario of these steps.
    pub(crate) fn new(steps: &[&str]) -> Self {
        Self::with_scenarios(&[("a scenario", steps)])
    }

    pub(crate) fn with_scenarios(scenarios: &[(&str, &[&str])]) -> Self {
        let mut feature = "Feature: a feature\n".to_owned();
        for (name, steps) in scenarios {
            feature.push_str(&format!("\n  Scenario: {name}\n    {}\n", steps.join("\n    ")));
        }
        let folder = Self(tempfile::tempdir().unwrap());
        folder
            .with("topic-directive.yaml", DIRECTIVE)
            .with("schemas/Order.avsc", SCHEMA)
            .with("features/a.feature", &feature)
    }

    /// With this file, in the place of another of its name.
    pub(crate) fn with(self, name: &str, text: &str) -> Self {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub(crate) fn without(self, name: &str) -> Self {
        fs::remove_file(self.0.path().join(name)).unwrap();
        self
    }

    /// With the directive's topics and this `test` section.
    pub(crate) fn with_test_section(self, section: &str) -> Self {
        self.with("topic-directive.yaml", &format!("{DIRECTIVE}test: {section}\n"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn evidence(&self) -> PathBuf {
        self.0.path().join("evidence")
    }

    pub(crate) fn summary(&self) -> Value {
        json_file(&self.evidence().join("summary.json"))
    }

    pub(crate) fn ledger(&self) -> Vec<Value> {
        ledger(&self.evidence())
    }
}

pub(crate) fn json_file(path: &Path) -> Value {
    serde_json::from_str(&text_file(path)).unwrap()
}

pub(crate) fn text_file(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The entries of a ledger, each a line of JSON.
pub(crate) fn ledger(evidence: &Path) -> Vec<Value> {
    text_file(&evidence.join("events.jsonl")).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A folder that the repository ships.
pub(crate) fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/functional").join(name)
}
