use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

use gherkin::{Feature, GherkinEnv};

mod diagnosis;
mod outline;
#[cfg(test)]
mod tests;

/// Parsed features, their outlines expanded: one scenario for each row of examples.
#[derive(Clone, Debug, Default)]
pub struct Features {
    pub(crate) features: Vec<ParsedFeature>,
}

/// A feature, and what the expansion of its outlines leaves out.
#[derive(Clone, Debug)]
pub(crate) struct ParsedFeature {
    pub(crate) uri: String,
    pub(crate) feature: Feature,
    /// Which row of its outline stands on a line, counted from 1 over all tables of the outline.
    pub(crate) example_rows: BTreeMap<usize, u64>,
}

/// Feature files that cannot be run, with everything that is wrong with them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct InvalidFeatures {
    /// All problems, in the order of the files; never empty.
    pub problems: Vec<FeatureProblem>,
}

/// One thing that is wrong with a feature file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FeatureProblem {
    /// The file, as the caller named it.
    pub uri: String,
    /// The line, counted from 1, where one can be named.
    pub line: Option<usize>,
    /// What is wrong.
    pub reason: String,
}

impl Features {
    /// Parses feature files, each given as its name and its text.
    ///
    /// A file without scenarios, a scenario without steps and an outline without rows are problems: a test that checks
    /// nothing must not pass.
    ///
    /// # Errors
    /// [`InvalidFeatures`] with the problems of all files.
    pub fn parse<P: Into<String>, T: AsRef<str>>(
        files: impl IntoIterator<Item = (P, T)>,
    ) -> Result<Self, InvalidFeatures> {
        let (mut features, mut problems, mut uris) = (Vec::new(), Vec::new(), BTreeSet::new());
        for (uri, text) in files {
            let uri = uri.into();
            if !uris.insert(uri.clone()) {
                problems.push(FeatureProblem { uri, line: None, reason: "the file is given twice".to_owned() });
                continue;
            }
            match parse_file(&uri, text.as_ref()) {
                Ok(feature) => features.push(feature),
                Err(found) => problems.extend(found),
            }
        }
        if problems.is_empty() { Ok(Self { features }) } else { Err(InvalidFeatures { problems }) }
    }

    /// How many scenarios there are, each row of an outline counted.
    pub fn scenario_count(&self) -> usize {
        self.features.iter().map(|parsed| parsed.scenarios().count()).sum()
    }
}

impl ParsedFeature {
    /// All scenarios with the rule that they stand under.
    pub(crate) fn scenarios(&self) -> impl Iterator<Item = (Option<&gherkin::Rule>, &gherkin::Scenario)> {
        let bare = self.feature.scenarios.iter().map(|scenario| (None, scenario));
        let ruled = self.feature.rules.iter();
        bare.chain(ruled.flat_map(|rule| rule.scenarios.iter().map(move |scenario| (Some(rule), scenario))))
    }
}

fn parse_file(uri: &str, text: &str) -> Result<ParsedFeature, Vec<FeatureProblem>> {
    let text = text.trim_start_matches('\u{feff}');
    let problem = |line: Option<usize>, reason: String| FeatureProblem { uri: uri.to_owned(), line, reason };
    let mut feature = Feature::parse(text, GherkinEnv::default()).map_err(|error| {
        let (line, reason) = diagnosis::explain(text, &error);
        vec![problem(line, reason)]
    })?;
    feature.path = Some(PathBuf::from(uri));
    let (mut problems, mut example_rows) = (Vec::new(), BTreeMap::new());
    let ruled = feature.rules.iter_mut().map(|rule| &mut rule.scenarios);
    for scenarios in std::iter::once(&mut feature.scenarios).chain(ruled) {
        let mut expanded = Vec::new();
        for scenario in std::mem::take(scenarios) {
            match outline::expand(scenario, text, &mut example_rows) {
                Ok(scenarios) => expanded.extend(scenarios),
                Err((line, reason)) => problems.push(problem(Some(line), reason)),
            }
        }
        *scenarios = expanded;
    }
    let parsed = ParsedFeature { uri: uri.to_owned(), feature, example_rows };
    if problems.is_empty() && parsed.scenarios().next().is_none() {
        let reason = format!("feature '{}' has no scenario", parsed.feature.name);
        problems.push(problem(Some(parsed.feature.position.line), reason));
    }
    if problems.is_empty() { Ok(parsed) } else { Err(problems) }
}

impl fmt::Display for InvalidFeatures {
    /// A line for each problem.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            write!(f, "{}{problem}", if index > 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}

impl fmt::Display for FeatureProblem {
    /// `features/orders.feature:12: what is wrong`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.uri)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.reason)
    }
}
