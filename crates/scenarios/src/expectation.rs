use std::fmt;

use regex::Regex;
use serde_json::Value;
use test_probe_directives::{JsonPath, REDACTED, Redaction, member_path, nearest};
use uuid::Uuid;

use crate::json::{described, described_as, hidden, same_scalar};
use crate::placeholders::{line_of, placeholders};
use crate::texts::{NoText, Texts};

#[cfg(test)]
mod tests;

/// What an event should look like: JSON with placeholders for what may be anything.
///
/// | placeholder | fits |
/// |---|---|
/// | `{{any}}` | everything |
/// | `{{uuid}}` | the text of a UUID |
/// | `{{regex "…"}}` | a text in which the pattern is found |
///
/// A placeholder stands for a whole value, with or without quotes around it.
#[derive(Clone, Debug)]
pub(crate) enum Expectation {
    Any,
    Uuid,
    Pattern(Regex),
    Scalar(Value),
    List(Vec<Expectation>),
    Object(Vec<(String, Expectation)>),
}

/// How much of an event is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Objects may have more members than are expected.
    Subset,
    /// They may not.
    Whole,
}

/// A file of `expected/`, or a doc string, that is not there or not what it should be.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidExpectation {
    /// There is no file of this name.
    #[error("there is no expected/{name}.json{hint}")]
    NotThere {
        /// The name.
        name: String,
        /// The nearest name, or that there are none.
        hint: String,
    },
    /// Several files go by this name.
    #[error("{count} files of expected/ are called {name}.json, and a step could mean any of them; rename all but one")]
    Several {
        /// The name.
        name: String,
        /// How many there are.
        count: usize,
    },
    /// A placeholder that fits nothing.
    #[error(
        "{place}, line {line}: {{{{{word}}}}} fits nothing{hint}; there are {{{{any}}}}, {{{{uuid}}}} and {{{{regex \"…\"}}}}"
    )]
    UnknownPlaceholder {
        /// The file, or the doc string.
        place: String,
        /// The line, counted from 1.
        line: usize,
        /// The placeholder.
        word: String,
        /// The nearest one, as a question.
        hint: String,
    },
    /// A placeholder that is only a part of a text.
    #[error(
        "{place}, line {line}: {{{{{word}}}}} must be a whole value, not a part of a text; use {{{{regex \"…\"}}}} for that"
    )]
    NotAlone {
        /// The file, or the doc string.
        place: String,
        /// The line, counted from 1.
        line: usize,
        /// The placeholder.
        word: String,
    },
    /// A pattern that is none.
    #[error("{place}, line {line}: `{pattern}` is not a pattern")]
    Pattern {
        /// The file, or the doc string.
        place: String,
        /// The line, counted from 1.
        line: usize,
        /// The pattern.
        pattern: String,
        /// Why it is none.
        #[source]
        source: Box<regex::Error>,
    },
    /// Text that is not JSON.
    #[error("{place} is not JSON")]
    NotJson {
        /// The file, or the doc string.
        place: String,
        /// Why not, and where.
        #[source]
        source: serde_json::Error,
    },
}

/// A place where an event is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    path: String,
    problem: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path, self.problem)
    }
}

impl Expectation {
    /// The file of this name.
    pub(crate) fn find(files: &Texts, name: &str) -> Result<Self, InvalidExpectation> {
        let (_, text) = files.get(name, "the test expects no files").map_err(|error| match error {
            NoText::NotThere { hint } => InvalidExpectation::NotThere { name: name.to_owned(), hint },
            NoText::Several { count } => InvalidExpectation::Several { name: name.to_owned(), count },
        })?;
        Self::parse(&format!("expected/{name}.json"), text)
    }

    /// Reads the text of a file or a doc string, which `place` names.
    pub(crate) fn parse(place: &str, text: &str) -> Result<Self, InvalidExpectation> {
        let (mut json, mut from, mut stand_ins) = (String::new(), 0, Vec::new());
        for placeholder in placeholders(text) {
            let line = line_of(text, placeholder.range.start);
            let stand_in = match (placeholder.word, &placeholder.argument) {
                ("any", None) => Self::Any,
                ("uuid", None) => Self::Uuid,
                ("regex", Some(pattern)) => Self::Pattern(Regex::new(pattern).map_err(|source| {
                    let (place, pattern, source) = (place.to_owned(), pattern.clone(), Box::new(source));
                    InvalidExpectation::Pattern { place, line, pattern, source }
                })?),
                (word, _) => {
                    let hint = nearest(word, ["any", "uuid", "regex"]).filter(|known| *known != word);
                    return Err(InvalidExpectation::UnknownPlaceholder {
                        place: place.to_owned(),
                        line,
                        word: word.to_owned(),
                        hint: hint.map(|known| format!(", did you mean {{{{{known}}}}}?")).unwrap_or_default(),
                    });
                }
            };
            json.push_str(&text[from..placeholder.range.start]);
            from = placeholder.range.end;
            let is_quoted = json.ends_with('"') && text[from..].starts_with('"');
            let stands_alone = is_quoted || json.trim_end().ends_with(['{', '[', ':', ',']) || json.trim().is_empty();
            if !stands_alone {
                let word = placeholder.word.to_owned();
                return Err(InvalidExpectation::NotAlone { place: place.to_owned(), line, word });
            }
            let mark = format!("{ESCAPED_MARK}{}", stand_ins.len());
            json.push_str(&if is_quoted { mark } else { format!("\"{mark}\"") });
            stand_ins.push(stand_in);
        }
        json.push_str(&text[from..]);
        let value = serde_json::from_str(&json)
            .map_err(|source| InvalidExpectation::NotJson { place: place.to_owned(), source })?;
        Ok(Self::of(value, &stand_ins))
    }

    fn of(value: Value, stand_ins: &[Self]) -> Self {
        match value {
            Value::String(text) => {
                let stand_in = text.strip_prefix(MARK).and_then(|number| stand_ins.get(number.parse::<usize>().ok()?));
                stand_in.cloned().unwrap_or(Self::Scalar(Value::String(text)))
            }
            Value::Array(items) => Self::List(items.into_iter().map(|item| Self::of(item, stand_ins)).collect()),
            Value::Object(members) => {
                Self::Object(members.into_iter().map(|(name, value)| (name, Self::of(value, stand_ins))).collect())
            }
            scalar @ (Value::Null | Value::Bool(_) | Value::Number(_)) => Self::Scalar(scalar),
        }
    }

    /// Every place where the value is not as expected, with what the redaction hides hidden.
    pub(crate) fn differences(&self, value: &Value, extent: Extent, redaction: &Redaction) -> Vec<Difference> {
        let visible = redaction.applied(value);
        let mut comparison = Comparison { extent, redaction, differences: Vec::new() };
        comparison.compare("$".to_owned(), self, value, &visible);
        comparison.differences
    }

    /// What is expected, where the redaction hides what stands there.
    fn hidden(&self) -> String {
        match self {
            Self::Scalar(value) => hidden(value),
            Self::Pattern(_) => format!("a text that matches {REDACTED}"),
            Self::Any | Self::Uuid | Self::List(_) | Self::Object(_) => self.to_string(),
        }
    }
}

/// A comparison under way.
struct Comparison<'a> {
    extent: Extent,
    redaction: &'a Redaction,
    differences: Vec<Difference>,
}

impl Comparison<'_> {
    /// `visible` is what may be shown of the value.
    fn compare(&mut self, path: String, expected: &Expectation, value: &Value, visible: &Value) {
        match (expected, value) {
            (Expectation::Any, _) => {}
            (Expectation::Uuid, Value::String(text)) if Uuid::parse_str(text).is_ok() => {}
            (Expectation::Pattern(pattern), Value::String(text)) if pattern.is_match(text) => {}
            (Expectation::Scalar(expected), value) if same_scalar(expected, value) => {}
            (Expectation::List(expected), Value::Array(items)) => {
                if expected.len() != items.len() {
                    self.differs(&path, format!("has {} elements, not {}", items.len(), expected.len()));
                }
                for (index, (expected, item)) in expected.iter().zip(items).enumerate() {
                    let visible = visible.get(index).unwrap_or(visible);
                    self.compare(format!("{path}[{index}]"), expected, item, visible);
                }
            }
            (Expectation::Object(expected), Value::Object(members)) => {
                for (name, expected) in expected {
                    let path = member_path(&path, name);
                    match members.get(name) {
                        // Below a hidden value everything is hidden.
                        Some(value) => self.compare(path, expected, value, visible.get(name).unwrap_or(visible)),
                        None => {
                            let expected = self.shown(&path, expected);
                            self.differs(&path, format!("is missing; {expected} is expected"));
                        }
                    }
                }
                if self.extent == Extent::Whole {
                    for (name, value) in
                        members.iter().filter(|(name, _)| !expected.iter().any(|(known, _)| known == *name))
                    {
                        let visible = visible.get(name).unwrap_or(visible);
                        let found = described_as(value, visible);
                        self.differs(&member_path(&path, name), format!("is {found}, and nothing is expected there"));
                    }
                }
            }
            (expected, value) => {
                let (found, expected) = (described_as(value, visible), self.shown(&path, expected));
                self.differs(&path, format!("is {found}, not {expected}"));
            }
        }
    }

    fn differs(&mut self, path: &str, problem: String) {
        self.differences.push(Difference { path: path.to_owned(), problem });
    }

    /// What is expected at the path, as it may be shown.
    fn shown(&self, path: &str, expected: &Expectation) -> String {
        let hides = !self.redaction.is_empty()
            && JsonPath::parse(path).is_ok_and(|path| self.redaction.hides(&path, &Value::Null));
        if hides { expected.hidden() } else { expected.to_string() }
    }
}

/// What no text begins with that a person wrote.
const MARK: &str = "\0placeholder ";
const ESCAPED_MARK: &str = "\\u0000placeholder ";

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("anything"),
            Self::Uuid => f.write_str("a UUID"),
            Self::Pattern(pattern) => write!(f, "a text that matches {pattern}"),
            Self::Scalar(value) => f.write_str(&described(value)),
            Self::List(items) => write!(f, "a list of {}", items.len()),
            Self::Object(_) => f.write_str("an object"),
        }
    }
}
