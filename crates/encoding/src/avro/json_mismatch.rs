use std::fmt;

use serde_json::Value;

use super::place::Place;

/// JSON that a schema cannot take: where, what stands there, and what the schema wants. Asking again does not help.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}")]
#[non_exhaustive]
pub struct JsonMismatch {
    /// The place in the document, as a JSONPath such as `$.items[0].sku`.
    pub path: String,
    /// What is wrong there.
    pub problem: JsonProblem,
}

impl JsonMismatch {
    pub(super) fn new(place: &Place<'_>, problem: JsonProblem) -> Self {
        Self { path: place.to_string(), problem }
    }
}

/// Why a schema cannot take some JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonProblem {
    /// The value has another type, or lies outside what the type can hold.
    DoesNotFit {
        /// The value, cut where it is long.
        value: String,
        /// What the schema wants.
        wanted: String,
    },
    /// A field without a default is not there.
    MissingField {
        /// The field.
        field: String,
        /// The record's full name.
        record: String,
        /// Whether null would do.
        nullable: bool,
    },
    /// The record has no such field.
    UnknownField {
        /// The field.
        field: String,
        /// The record's full name.
        record: String,
        /// The record's field that reads most like it.
        nearest: Option<String>,
    },
    /// More than one branch of a union takes the object.
    Ambiguous {
        /// The full names of the records that take it.
        branches: Vec<String>,
    },
    /// Objects and lists lie deeper in one another than the limit.
    TooDeep {
        /// How deep they may lie.
        limit: usize,
    },
}

impl JsonProblem {
    pub(super) fn does_not_fit(value: &Value, wanted: String) -> Self {
        Self::DoesNotFit { value: shortened(value), wanted }
    }
}

/// JSON text, cut so that a message stays a line.
fn shortened(value: &Value) -> String {
    const LONGEST: usize = 80;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

impl fmt::Display for JsonProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DoesNotFit { value, wanted } => write!(f, "{value} does not fit; the schema wants {wanted}"),
            Self::MissingField { field, record, nullable } => {
                write!(f, "field `{field}` of record {record} is missing and has no default")?;
                if *nullable { f.write_str("; null is allowed, but must be written") } else { Ok(()) }
            }
            Self::UnknownField { field, record, nearest } => {
                write!(f, "record {record} has no field `{field}`")?;
                match nearest {
                    Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
                    None => Ok(()),
                }
            }
            Self::Ambiguous { branches } => {
                let branches: Vec<String> = branches.iter().map(|branch| format!("{{\"{branch}\": …}}")).collect();
                write!(f, "the object fits more than one record of the union; say which: {}", branches.join(" or "))
            }
            Self::TooDeep { limit } => write!(f, "objects and lists lie more than {limit} deep in one another"),
        }
    }
}
