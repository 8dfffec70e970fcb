//! Taking a mapping apart field by field while collecting everything that is wrong with it.

use std::str::FromStr;

use crate::yaml::{Key, Node, NodeValue};
use crate::{Problem, ProblemKind, nearest};

/// What reading has found so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<String>,
}

impl Findings {
    pub(super) fn problem(&mut self, line: usize, field: &str, value: Option<&str>, rule: impl Into<String>) {
        self.problem_of_kind(ProblemKind::Format, line, field, value, rule);
    }

    pub(super) fn problem_of_kind(
        &mut self,
        kind: ProblemKind,
        line: usize,
        field: &str,
        value: Option<&str>,
        rule: impl Into<String>,
    ) {
        self.problems.push(Problem {
            kind,
            line: Some(line),
            field: field.to_owned(),
            value: value.map(str::to_owned),
            rule: rule.into(),
        });
    }
}

/// A mapping under way: fields are taken out one after another, and what is left at the end was not known.
pub(super) struct Fields<'a> {
    path: String,
    line: usize,
    members: Vec<(&'a Key, &'a Node)>,
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// Opens a mapping; anything else is a problem, and nothing (an empty section) is an empty mapping.
    pub(super) fn open(path: &str, node: &'a Node, findings: &mut Findings) -> Option<Self> {
        let members = match &node.value {
            NodeValue::Map(members) => members.iter().map(|(key, value)| (key, value)).collect(),
            NodeValue::Null => Vec::new(),
            _ => {
                findings.problem(
                    node.line,
                    path,
                    Some(&node.describe()),
                    "a mapping of keys to values is expected here",
                );
                return None;
            }
        };
        Some(Self { path: path.to_owned(), line: node.line, members, known: Vec::new() })
    }

    /// The path of a field of this mapping.
    pub(super) fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// Whether a field is there, and not empty.
    pub(super) fn has(&self, name: &str) -> bool {
        self.members.iter().any(|(key, node)| key.name == name && node.value != NodeValue::Null)
    }

    /// Takes a field out. A field that is there but empty counts as absent.
    pub(super) fn take(&mut self, name: &'static str) -> Option<&'a Node> {
        self.known.push(name);
        let position = self.members.iter().position(|(key, _)| key.name == name)?;
        let (_, node) = self.members.remove(position);
        (node.value != NodeValue::Null).then_some(node)
    }

    /// Takes a text that must be there and not blank, and is read by `read`, whose error is the rule.
    pub(super) fn required<T, E: ToString>(
        &mut self,
        name: &'static str,
        findings: &mut Findings,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let path = self.path_of(name);
        let Some(node) = self.take(name) else {
            findings.problem(self.line, &path, None, format!("required field `{name}` is missing"));
            return None;
        };
        let text = text_of(&path, node, findings)?;
        if text.trim().is_empty() {
            findings.problem(node.line, &path, Some(text), format!("`{name}` cannot be blank"));
            return None;
        }
        read(text).map_err(|rule| findings.problem(node.line, &path, Some(text), rule.to_string())).ok()
    }

    /// Takes a text that may be absent and is read by `read`, whose error is the rule.
    pub(super) fn optional<T, E: ToString>(
        &mut self,
        name: &'static str,
        findings: &mut Findings,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let path = self.path_of(name);
        let node = self.take(name)?;
        let text = text_of(&path, node, findings)?;
        read(text).map_err(|rule| findings.problem(node.line, &path, Some(text), rule.to_string())).ok()
    }

    /// Like [`optional`](Self::optional) for a type that reads itself.
    pub(super) fn optional_parsed<T: FromStr<Err: ToString>>(
        &mut self,
        name: &'static str,
        findings: &mut Findings,
    ) -> Option<T> {
        self.optional(name, findings, str::parse)
    }

    /// Warns of every key that nobody took. The Scala system ignored such keys in silence.
    pub(super) fn close(self, findings: &mut Findings) {
        for (key, _) in &self.members {
            let hint = nearest(&key.name, self.known.iter().copied())
                .map(|known| format!("; did you mean `{known}`?"))
                .unwrap_or_default();
            let path = self.path_of(&key.name);
            findings.warnings.push(format!("line {}: `{path}` is not a key that is read{hint}", key.line));
        }
    }
}

/// The text of a scalar; anything else is a problem.
pub(super) fn text_of<'a>(path: &str, node: &'a Node, findings: &mut Findings) -> Option<&'a str> {
    let text = node.as_text();
    if text.is_none() {
        findings.problem(node.line, path, Some(&node.describe()), "a text is expected here");
    }
    text
}

/// The items of a list; anything else is a problem.
pub(super) fn items_of<'a>(path: &str, node: &'a Node, findings: &mut Findings) -> &'a [Node] {
    if let NodeValue::List(items) = &node.value {
        return items;
    }
    findings.problem(node.line, path, Some(&node.describe()), "a list is expected here");
    &[]
}
