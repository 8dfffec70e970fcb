mod parser;

use std::fmt;

use serde_json::Value;
use test_probe_directives::JsonPath;

/// Where in a vault's answer a value stands.
///
/// The Scala system's grammar: an optional `$.`, then segments with dots between them; `name`, `name[0]`, `name[*]` (all
/// elements), `name?` (null when absent), `$.[0]`, and a closing `.length()`. Beyond it `$["any name"]`, `a[0][1]`, and any
/// query of RFC 9535 that starts with `$`.
#[derive(Clone)]
pub struct RosettaPath {
    text: String,
    way: Way,
}

#[derive(Clone)]
enum Way {
    Steps { steps: Vec<Step>, counts: bool },
    Query(JsonPath),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Member { name: String, optional: bool },
    Element(usize),
    All,
}

/// A text that is no path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no path: {reason}; write such as $.credentials.id, $.items[0].secret or $[\"any name\"]")]
pub struct InvalidRosettaPath {
    text: String,
    reason: String,
}

/// What stands at a path.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Found {
    /// One value.
    One(Value),
    /// The values at a path that may lead to several places.
    Many(Vec<Value>),
}

impl RosettaPath {
    /// Reads a path.
    ///
    /// # Errors
    /// [`InvalidRosettaPath`].
    pub fn parse(text: &str) -> Result<Self, InvalidRosettaPath> {
        let text = text.trim();
        let way = parser::steps(text).map(|(steps, counts)| Way::Steps { steps, counts }).or_else(|reason| {
            // What the Scala grammar has no word for may still be a query of the standard.
            let query = if text.starts_with('$') { JsonPath::parse(text).ok() } else { None };
            query.map(Way::Query).ok_or_else(|| InvalidRosettaPath { text: text.to_owned(), reason })
        })?;
        Ok(Self { text: text.to_owned(), way })
    }

    /// What stands there; nothing where the path leads nowhere.
    pub(super) fn find(&self, document: &Value) -> Option<Found> {
        match &self.way {
            Way::Steps { steps, counts: false } => walk(document, steps),
            Way::Steps { steps, counts: true } => Some(Found::One(walk(document, steps)?.length()?.into())),
            Way::Query(query) => {
                let mut found = query.find(document);
                match found.len() {
                    0 => None,
                    1 => found.pop().map(Found::One),
                    _ => Some(Found::Many(found)),
                }
            }
        }
    }
}

fn walk(value: &Value, steps: &[Step]) -> Option<Found> {
    let Some((step, rest)) = steps.split_first() else { return Some(Found::One(value.clone())) };
    match step {
        Step::Member { name, optional } => match value.get(name) {
            Some(member) => walk(member, rest),
            None if *optional => Some(Found::One(Value::Null)),
            None => None,
        },
        Step::Element(index) => walk(value.as_array()?.get(*index)?, rest),
        Step::All => {
            let mut all = Vec::new();
            for element in value.as_array()? {
                match walk(element, rest)? {
                    Found::One(value) => all.push(value),
                    Found::Many(values) => all.extend(values),
                }
            }
            Some(Found::Many(all))
        }
    }
}

impl Found {
    fn length(&self) -> Option<usize> {
        match self {
            Self::Many(values) | Self::One(Value::Array(values)) => Some(values.len()),
            Self::One(Value::Object(members)) => Some(members.len()),
            Self::One(Value::String(text)) => Some(text.chars().count()),
            Self::One(_) => None,
        }
    }
}

impl fmt::Display for RosettaPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for RosettaPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RosettaPath({})", self.text)
    }
}

#[cfg(test)]
mod tests;
