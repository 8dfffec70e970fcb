use regex::Captures;

use crate::DocString;

/// What a step of your own is told: its text, what its regular expression captured, and what stands below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepContext {
    /// The step's text, without its keyword.
    pub text: String,
    /// The text block below it.
    pub doc_string: Option<DocString>,
    /// The rows of the table below it, its heading first.
    pub table: Option<Vec<Vec<String>>>,
    groups: Vec<(Option<String>, String)>,
}

impl StepContext {
    pub(crate) fn new(step: &gherkin::Step, names: regex::CaptureNames<'_>, captures: &Captures<'_>) -> Self {
        let groups = names.enumerate().map(|(index, name)| {
            let text = captures.get(index).map_or("", |found| found.as_str());
            (name.map(str::to_owned), text.to_owned())
        });
        Self {
            text: step.value.clone(),
            doc_string: step.docstring().map(|raw| DocString::parse(raw)),
            table: step.table().map(|table| table.rows.clone()),
            groups: groups.collect(),
        }
    }

    /// What the group with this number captured; nothing for a group that took no part. Group 0 is the whole match.
    pub fn capture(&self, group: usize) -> &str {
        self.groups.get(group).map_or("", |(_, text)| text)
    }

    /// What the group with this name captured.
    pub fn named(&self, name: &str) -> &str {
        let group = self.groups.iter().find(|(known, _)| known.as_deref() == Some(name));
        group.map_or("", |(_, text)| text)
    }

    /// All groups as Cucumber hands them to attribute steps.
    pub(crate) fn into_matches(self) -> Vec<(Option<String>, String)> {
        self.groups
    }
}
