//! From a phrase book's text to phrases.

use test_probe_directives::nearest;
use test_probe_directives::yaml::{Key, Node, NodeValue};

use super::parameters::{names, pattern};
use super::quoting::quote_steps;
use super::{Phrase, PhraseBookProblem, PhraseStep};

/// Reads one file; all of its problems at once.
pub(super) fn read(file: &str, text: &str) -> Result<Vec<Phrase>, Vec<PhraseBookProblem>> {
    let mut reader = Reader { file, problems: Vec::new() };
    let phrases = reader.root(&quote_steps(text));
    if reader.problems.is_empty() { Ok(phrases) } else { Err(reader.problems) }
}

struct Reader<'a> {
    file: &'a str,
    problems: Vec<PhraseBookProblem>,
}

impl Reader<'_> {
    fn problem(&mut self, line: usize, reason: impl Into<String>) {
        self.problems.push(PhraseBookProblem { file: self.file.to_owned(), line, reason: reason.into() });
    }

    fn root(&mut self, text: &str) -> Vec<Phrase> {
        let root = match Node::parse(text) {
            Ok(root) => root,
            Err(error) => {
                self.problem(error.line, format!("not YAML: {}", error.reason));
                return Vec::new();
            }
        };
        let members = self.members(&root, &["phrases"], "a phrase book");
        let Some(phrases) = members.first() else {
            self.problem(root.line, "a phrase book has a list `phrases`");
            return Vec::new();
        };
        let items = self.items(phrases.1, "`phrases`").unwrap_or_default();
        items.iter().filter_map(|item| self.phrase(item)).collect()
    }

    fn phrase(&mut self, node: &Node) -> Option<Phrase> {
        let members = self.members(node, &["phrase", "meaning", "steps"], "a phrase");
        let member = |name: &str| members.iter().find(|(key, _)| key.name == name).map(|(_, value)| *value);
        let sentence = self.required_text(node, member("phrase"), "phrase", "the team's sentence");
        let meaning = member("meaning").and_then(|node| self.text(node, "`meaning`"));
        let Some(listed) = member("steps") else {
            self.problem(node.line, "a phrase needs `steps`: a list of built-in steps");
            return None;
        };
        let items = self.items(listed, "`steps`")?;
        if items.is_empty() {
            self.problem(listed.line, "a phrase without steps does nothing");
        }
        let sentence = sentence?;
        let steps: Vec<PhraseStep> = items.iter().filter_map(|item| self.step(item)).collect();
        for step in &steps {
            self.check_parameters(&sentence, step);
        }
        let pattern = pattern(&sentence);
        Some(Phrase {
            file: self.file.to_owned(),
            line: node.line,
            sentence,
            meaning,
            pattern,
            steps,
            natures: Vec::new(),
        })
    }

    fn step(&mut self, node: &Node) -> Option<PhraseStep> {
        if let Some(text) = node.as_text() {
            return Some(PhraseStep { line: node.line, text: text.trim().to_owned(), doc_string: None, table: None });
        }
        let members = self.members(node, &["step", "doc-string", "table"], "a step");
        let member = |name: &str| members.iter().find(|(key, _)| key.name == name).map(|(_, value)| *value);
        let text = self.required_text(node, member("step"), "step", "the text of a built-in step");
        let doc_string = member("doc-string").and_then(|node| self.text(node, "`doc-string`"));
        let table = member("table").and_then(|node| self.table(node));
        Some(PhraseStep { line: node.line, text: text?, doc_string, table })
    }

    fn table(&mut self, node: &Node) -> Option<Vec<Vec<String>>> {
        let rows = self.items(node, "`table`")?;
        let rows = rows.iter().map(|row| {
            let cells = self.items(row, "a row of a table")?;
            let cells = cells.iter().map(|cell| match cell.value {
                NodeValue::Null => Some(String::new()),
                _ => self.text(cell, "a cell of a table"),
            });
            cells.collect::<Option<Vec<String>>>()
        });
        rows.collect()
    }

    fn check_parameters(&mut self, sentence: &str, step: &PhraseStep) {
        let known: Vec<&str> = names(sentence).collect();
        let cells = step.table.iter().flatten().flatten();
        let texts = [Some(&step.text), step.doc_string.as_ref()].into_iter().flatten().chain(cells);
        let unknown = texts.flat_map(|text| names(text)).filter(|name| !known.contains(name));
        let unknown: Vec<String> = unknown.map(str::to_owned).collect();
        for name in unknown {
            let hint = match nearest(&name, known.iter().copied()) {
                Some(known) => format!("; did you mean {{{known}}}?"),
                None if known.is_empty() => "; it has no parameters".to_owned(),
                None => format!("; it has {{{}}}", known.join("}, {")),
            };
            self.problem(step.line, format!("the phrase has no parameter {{{name}}}{hint}"));
        }
    }

    /// The members of a mapping that may have these keys.
    fn members<'n>(&mut self, node: &'n Node, keys: &[&str], what: &str) -> Vec<(&'n Key, &'n Node)> {
        let NodeValue::Map(members) = &node.value else {
            self.problem(node.line, format!("{what} is a mapping, not {}", node.describe()));
            return Vec::new();
        };
        let (known, unknown): (Vec<_>, Vec<_>) =
            members.iter().map(|(key, value)| (key, value)).partition(|(key, _)| keys.contains(&key.name.as_str()));
        for (key, _) in unknown {
            let hint = nearest(&key.name, keys.iter().copied()).map(|known| format!(", did you mean `{known}`?"));
            self.problem(key.line, format!("{what} has no `{}`{}", key.name, hint.unwrap_or_default()));
        }
        known
    }

    fn items<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n [Node]> {
        match &node.value {
            NodeValue::List(items) => Some(items),
            _ => {
                self.problem(node.line, format!("{what} is a list, not {}", node.describe()));
                None
            }
        }
    }

    fn required_text(&mut self, owner: &Node, node: Option<&Node>, key: &str, what: &str) -> Option<String> {
        match node {
            Some(node) => self.text(node, &format!("`{key}`")).map(|text| text.trim().to_owned()),
            None if matches!(owner.value, NodeValue::Map(_)) => {
                self.problem(owner.line, format!("`{key}` is missing: {what}"));
                None
            }
            None => None,
        }
    }

    fn text(&mut self, node: &Node, what: &str) -> Option<String> {
        match node.as_text().filter(|text| !text.trim().is_empty()) {
            Some(text) => Some(text.to_owned()),
            None => {
                self.problem(node.line, format!("{what} is a text, not {}", node.describe()));
                None
            }
        }
    }
}
