use std::fmt;

use test_probe_directives::nearest;
use test_probe_directives::yaml::{InvalidYaml, Key, Node, NodeValue};

/// A file of the vault's with everything that is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct InvalidVaultFile {
    /// The file as the caller named it.
    pub file: String,
    /// All problems, in the order in which they were met; never empty.
    pub problems: Vec<FileProblem>,
}

/// One thing that is wrong with a file. It never repeats a value that may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileProblem {
    /// The line, counted from 1.
    pub line: usize,
    /// The path of the field, such as `credentials[1].role`; empty for the file as a whole.
    pub place: String,
    /// What is wrong, and what would be right.
    pub rule: String,
}

impl FileProblem {
    pub(crate) fn new(line: usize, place: impl Into<String>, rule: impl Into<String>) -> Self {
        Self { line, place: place.into(), rule: rule.into() }
    }
}

impl From<InvalidYaml> for FileProblem {
    fn from(error: InvalidYaml) -> Self {
        Self::new(error.line, "", error.reason)
    }
}

/// One line a problem: `vault.yaml:7: credentials[1].role: a role is …`.
impl fmt::Display for InvalidVaultFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, FileProblem { line, place, rule }) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{}:{line}: ", self.file)?;
            if !place.is_empty() {
                write!(f, "{place}: ")?;
            }
            f.write_str(rule)?;
        }
        Ok(())
    }
}

/// A mapping of a file, read key by key; what is wrong with it is collected.
pub(crate) struct Fields<'a> {
    line: usize,
    place: String,
    members: &'a [(Key, Node)],
}

impl<'a> Fields<'a> {
    /// Opens a mapping and refuses the keys that it cannot have.
    pub(crate) fn open(
        node: &'a Node,
        place: impl Into<String>,
        known: &[&str],
        problems: &mut Vec<FileProblem>,
    ) -> Option<Self> {
        let place = place.into();
        let NodeValue::Map(members) = &node.value else {
            let rule = format!("a mapping belongs here, with the keys {}", known.join(", "));
            problems.push(FileProblem::new(node.line, place, rule));
            return None;
        };
        let fields = Self { line: node.line, place, members };
        for (key, _) in members.iter().filter(|(key, _)| !known.contains(&key.name.as_str())) {
            let hint = match nearest(&key.name, known.iter().copied()) {
                Some(meant) => format!("this key is not known; did you mean `{meant}`?"),
                None => format!("this key is not known; the keys are {}", known.join(", ")),
            };
            problems.push(FileProblem::new(key.line, fields.at(&key.name), hint));
        }
        Some(fields)
    }

    pub(crate) fn line(&self) -> usize {
        self.line
    }

    pub(crate) fn line_of(&self, key: &str) -> usize {
        self.get(key).map_or(self.line, |node| node.line)
    }

    pub(crate) fn at(&self, key: &str) -> String {
        if self.place.is_empty() { key.to_owned() } else { format!("{}.{key}", self.place) }
    }

    /// The key's node, unless it is absent or null.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Node> {
        let member = self.members.iter().find(|(name, _)| name.name == key);
        member.map(|(_, node)| node).filter(|node| node.value != NodeValue::Null)
    }

    /// The key's text, which may be empty.
    pub(crate) fn text(&self, key: &str, problems: &mut Vec<FileProblem>) -> Option<&'a str> {
        let node = self.get(key)?;
        let text = node.as_text();
        if text.is_none() {
            problems.push(FileProblem::new(node.line, self.at(key), "a text belongs here"));
        }
        text
    }

    /// The key's text, which must be there and not empty.
    pub(crate) fn required(&self, key: &str, example: &str, problems: &mut Vec<FileProblem>) -> Option<&'a str> {
        let before = problems.len();
        let text = self.text(key, problems).filter(|text| !text.trim().is_empty());
        if text.is_none() && problems.len() == before {
            let rule = format!("this is missing; write such as `{key}: {example}`");
            problems.push(FileProblem::new(self.line_of(key), self.at(key), rule));
        }
        text
    }

    /// The key's list; none when the key is absent.
    pub(crate) fn list(&self, key: &str, problems: &mut Vec<FileProblem>) -> &'a [Node] {
        match self.get(key) {
            None => &[],
            Some(Node { value: NodeValue::List(items), .. }) => items,
            Some(node) => {
                problems.push(FileProblem::new(node.line, self.at(key), "a list belongs here"));
                &[]
            }
        }
    }
}
