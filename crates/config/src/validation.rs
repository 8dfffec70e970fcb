//! From resolved values to settings: every key is checked before anything fails.

use std::sync::Arc;

use crate::check::check;
use crate::hocon::{HoconError, KeyPath, Resolved, Scalar, Value};
use crate::issue::{Findings, Issue};
use crate::keys::{KeySpec, ROOT, UNREAD, keys};
use crate::layers::unresolved;
use crate::settings::{NoValue, Values};
use crate::{Environment, Includes, InvalidConfig, Loaded, Origin, RequestParams, Settings};

mod entries;
mod rules;
mod unknown_keys;

#[cfg(test)]
mod tests;

/// The values of all keys, from all layers.
pub(crate) struct Tree {
    /// What stands below `test-probe`.
    root: Value,
    /// Keys that have a value, but one that could not be resolved. They were reported and do not count as missing.
    unresolved: Vec<String>,
    /// The values that environment variables put in the place of the layers'.
    overrides: Vec<(&'static str, Value)>,
}

impl Tree {
    /// The value at a full path.
    pub(crate) fn at(&self, path: &str) -> Option<&Value> {
        let overriding = self.overrides.iter().find(|(overridden, _)| *overridden == path).map(|(_, value)| value);
        overriding.or_else(|| self.root.at(below_test_probe(path)?))
    }

    fn is_unresolved(&self, path: &str) -> bool {
        let is_within = |failed: &String| {
            path.strip_prefix(failed.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.unresolved.iter().any(is_within)
    }
}

/// What follows `test-probe.` in a full path.
fn below_test_probe(path: &str) -> Option<&str> {
    path.strip_prefix("test-probe.")
}

pub(crate) fn validate(
    resolved: Resolved,
    request_params: Resolved,
    environment: &dyn Environment,
    includes: &dyn Includes,
) -> Result<Loaded, InvalidConfig> {
    let mut findings = Findings::default();
    let mut told: Vec<&HoconError> = Vec::new();
    for (path, error) in resolved.problems.iter().chain(&request_params.problems) {
        if !told.contains(&error) {
            told.push(error);
            findings.add(unresolved(path, error));
        }
    }
    let Some(tree) = tree_of(resolved, environment) else {
        findings.add(no_root());
        return Err(findings.into_error());
    };
    unknown_keys::find(&tree.root, &mut findings);
    let mut values = Values::default();
    for spec in keys() {
        let value = tree.at(spec.path);
        if value.is_none() && tree.is_unresolved(spec.path) {
            continue;
        }
        if let Some(checked) = check(spec, value, &mut findings) {
            values.insert(spec.path, checked);
        }
    }
    for spec in UNREAD.iter().filter_map(|unread| unread.rule.as_ref()) {
        if let Some(checked) = tree.at(spec.path).and_then(|value| check(spec, Some(value), &mut findings)) {
            values.insert(spec.path, checked);
        }
    }
    rules::check(&values, &tree, includes, &mut findings);
    let warnings = findings.verdict()?;
    let entries = entries::of(&tree, request_params.value.as_ref());
    let request_params = request_params.value.as_ref().map(RequestParams::of).unwrap_or_default();
    let settings = Settings::read(&values, request_params);
    let settings = settings.map_err(|error| InvalidConfig { issues: vec![disagreement(error)] })?;
    Ok(Loaded { settings, warnings, entries })
}

/// Nothing if no layer has the section that holds all keys.
fn tree_of(resolved: Resolved, environment: &dyn Environment) -> Option<Tree> {
    let root = resolved.value?;
    root.at(below_test_probe(ROOT)?)?;
    let unresolved = resolved.problems.iter().map(|(path, _): &(KeyPath, _)| path.to_string()).collect();
    let override_of = |spec: &KeySpec| {
        let variable = spec.variable?;
        let text = environment.get(variable)?;
        // Who writes ${?NAME} means that variable, and not the one that the key goes by elsewhere.
        let chosen = root.at(below_test_probe(spec.path)?).is_some_and(|value| value.origin.place().is_none());
        if chosen {
            return None;
        }
        Some((spec.path, Value::scalar(Origin::Variable(Arc::from(variable)), Scalar::Text(text))))
    };
    let overrides = keys().filter_map(override_of).collect();
    Some(Tree { root, unresolved, overrides })
}

fn no_root() -> Issue {
    let suggestion =
        format!("Add the section '{ROOT} {{ … }}', or load the built-in reference.conf as the lowest layer");
    Issue::error(ROOT, "Root configuration path not found", suggestion)
}

fn disagreement(error: NoValue) -> Issue {
    Issue::error(error.path, error.to_string(), "Report this: the table of keys does not fit the settings")
}
