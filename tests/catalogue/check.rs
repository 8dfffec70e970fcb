//! What is wrong with the catalogue.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::Totals;
use crate::rust_tests::{Function, functions};
use crate::section::{Entry, Section};

/// What a scenario may wait for, and in which sections.
const REASONS: [(&str, &[&str]); 2] = [("protobuf-and-json-schema", &["10.11", "10.13"]), ("http-service", &["10.14"])];

/// What stands in the place of a test that is still to be written.
const PENDING: &str = "PENDING";

/// All that is wrong, in the order of the files.
pub(crate) fn check(root: &Path, sections: &[Section], wanted: &[&str], totals: Totals) -> Vec<String> {
    let mut problems = Vec::new();
    for number in wanted {
        match sections.iter().filter(|section| section.number == *number).count() {
            1 => {}
            count => problems.push(format!("section {number} stands {count} times in the catalogue, not once")),
        }
    }
    let mut files = Files { root, known: BTreeMap::new() };
    for section in sections {
        if !wanted.contains(&section.number.as_str()) {
            problems.push(format!("{}: there is no section `{}`", section.file, section.number));
        }
        problems.extend(counts(section));
        problems.extend(duplicates(section));
        for entry in &section.entries {
            let place = format!("{}:{}: '{}'", section.file, entry.line, entry.scenario);
            problems.extend(coverage(entry, &section.number, &mut files).map(|what| format!("{place} {what}")));
        }
    }
    problems.extend(sums(sections, totals));
    problems
}

/// The section's own numbers.
fn counts(section: &Section) -> Vec<String> {
    let commented_out = section.entries.iter().filter(|entry| entry.is_commented_out).count();
    let active = section.entries.len() - commented_out;
    [("active", active, section.active), ("commented-out", commented_out, section.commented_out)]
        .into_iter()
        .filter(|(_, found, said)| found != said)
        .map(|(what, found, said)| {
            format!("{}: {found} scenarios are {what}, but the section says {said}", section.file)
        })
        .collect()
}

fn duplicates(section: &Section) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let is_again = |entry: &&Entry| !seen.insert((entry.feature.clone(), entry.scenario.clone()));
    let again = section.entries.iter().filter(is_again);
    again.map(|entry| format!("{}:{}: '{}' stands twice", section.file, entry.line, entry.scenario)).collect()
}

/// What is wrong with the entry's test, or with the want of one.
fn coverage(entry: &Entry, section: &str, files: &mut Files<'_>) -> impl Iterator<Item = String> {
    let mut problems = Vec::new();
    match (&entry.waits_for, entry.tests.is_empty()) {
        (Some(_), false) => problems.push("has a test and waits for something; one of them is wrong".to_owned()),
        (Some(reason), true) => problems.extend(wrong_wait(reason, section)),
        (None, true) => problems.push("has no test".to_owned()),
        (None, false) => {
            for (file, test) in &entry.tests {
                problems.extend(files.wrong_test(file, test));
            }
        }
    }
    problems.into_iter()
}

fn wrong_wait(reason: &str, section: &str) -> Option<String> {
    match REASONS.iter().find(|(known, _)| *known == reason) {
        None => Some(format!("waits for `{reason}`, which nobody knows")),
        Some((_, sections)) if !sections.contains(&section) => {
            Some(format!("waits for `{reason}`, which only section {} may", sections.join(" or ")))
        }
        Some(_) => None,
    }
}

fn sums(sections: &[Section], totals: Totals) -> Vec<String> {
    let mut found = Totals { component: 0, component_commented_out: 0, integration: 0, rest_commented_out: 0 };
    for section in sections {
        let commented_out = section.entries.iter().filter(|entry| entry.is_commented_out).count();
        let active = section.entries.len() - commented_out;
        match section.number.as_str() {
            "10.13" => found.integration += active,
            "10.14" => found.rest_commented_out += commented_out,
            _ => {
                found.component += active;
                found.component_commented_out += commented_out;
            }
        }
    }
    if found == totals { Vec::new() } else { vec![format!("the catalogue holds {found:?}, not {totals:?}")] }
}

/// The Rust files that were looked into.
struct Files<'a> {
    root: &'a Path,
    known: BTreeMap<String, Option<BTreeMap<String, Function>>>,
}

impl Files<'_> {
    fn wrong_test(&mut self, file: &str, test: &str) -> Option<String> {
        if test == PENDING {
            return Some("has no test: it is still to be written".to_owned());
        }
        let is_inside = file.starts_with("crates/") || file.starts_with("tests/");
        if !is_inside || file.contains("..") {
            return Some(format!("names `{file}`, which is no file of crates/ or tests/"));
        }
        let functions = self
            .known
            .entry(file.to_owned())
            .or_insert_with(|| std::fs::read_to_string(self.root.join(file)).ok().map(|source| functions(&source)));
        let Some(functions) = functions else { return Some(format!("names `{file}`, which is not there")) };
        match functions.get(test) {
            Some(Function::Test) => None,
            Some(Function::IgnoredTest) => Some(format!("is covered by {test}, which is ignored")),
            Some(Function::NoTest) => Some(format!("is covered by {test}, which is a function of {file} and no test")),
            None => Some(format!("is covered by {test}, which is not in {file}")),
        }
    }
}
