//! The scenarios of the Scala system, each with the test that shows that it holds here.
//!
//! `sections/*.yaml` names every scenario of the Scala system's features, also of those that are written there and commented
//! out, and for each the file and the test. An entry without a test, or with one that is not there or is ignored, fails
//! this check. What cannot hold yet says what it waits for, which few sections may.
//!
//! ```yaml
//! section: "10.4"
//! title: BlockStorageActor
//! active: 14                       # how many scenarios run there
//! commented-out: 0                 # how many are written there and do not run
//! features:
//!   block-storage-actor.feature:
//!     - scenario: Stop before Initialize
//!       file: crates/actors/src/block_storage_actor/tests.rs
//!       test: stop_before_initialize_is_a_clean_end        # or a list of tests of the file
//!     - scenario: another one
//!       is: commented-out
//!       waits-for: http-service
//! ```

mod check;
mod rust_tests;
mod section;
#[cfg(test)]
mod tests;

use std::path::Path;

use check::check;
use section::Section;

/// How many scenarios the Scala system has, by where they stand.
const TOTALS: Totals = Totals { component: 165, component_commented_out: 9, integration: 15, rest_commented_out: 58 };

/// What must be there once.
const SECTIONS: [&str; 14] = [
    "10.1", "10.2", "10.3", "10.4", "10.5", "10.6", "10.7", "10.8", "10.9", "10.10", "10.11", "10.12", "10.13", "10.14",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Totals {
    component: usize,
    component_commented_out: usize,
    integration: usize,
    rest_commented_out: usize,
}

/// What is wrong, one line a problem, each with its place.
fn problems_of(root: &Path, folder: &Path) -> Vec<String> {
    let mut files: Vec<_> = match std::fs::read_dir(folder) {
        Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).collect(),
        Err(error) => return vec![format!("{}: {error}", folder.display())],
    };
    files.retain(|file| file.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    let (mut sections, mut problems) = (Vec::new(), Vec::new());
    for file in files {
        let name = file.strip_prefix(root).unwrap_or(&file).display().to_string();
        match std::fs::read_to_string(&file) {
            Ok(text) => match Section::parse(&name, &text) {
                Ok(section) => sections.push(section),
                Err(problem) => problems.push(problem),
            },
            Err(error) => problems.push(format!("{name}: {error}")),
        }
    }
    problems.extend(check(root, &sections, &SECTIONS, TOTALS));
    problems
}

#[test]
fn every_scenario_of_the_scala_system_has_a_test_that_runs() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = manifest.parent().expect("the tests lie in the workspace");
    let problems = problems_of(root, &manifest.join("catalogue/sections"));
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}
