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
    pub(crate) fn new(place: &Place<'_>, problem: JsonProblem) -> Self {
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
    /// Fields are set that do not go together.
    SetTogether {
        /// The fields, as they are written.
        fields: Vec<String>,
        /// The oneof that holds one of them; nothing where they are two names of one field.
        oneof: Option<String>,
    },
    /// The value breaks a rule of a JSON Schema.
    BreaksRule {
        /// What is wrong, in the words of the validator.
        message: String,
        /// Where the rule stands in the schema, as a JSON Pointer such as `/properties/amount/minimum`.
        rule: String,
    },
    /// Objects and lists lie deeper in one another than the limit.
    TooDeep {
        /// How deep they may lie.
        limit: usize,
    },
}

impl JsonProblem {
    pub(crate) fn does_not_fit(value: &Value, wanted: String) -> Self {
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
            Self::SetTogether { fields, oneof } => {
                let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
                let fields = fields.join(" and ");
                match oneof {
                    Some(oneof) => write!(f, "{fields} are set together, but oneof `{oneof}` holds one of them"),
                    None => write!(f, "{fields} are the same field; write it once"),
                }
            }
            Self::BreaksRule { message, rule } => write!(f, "{message} (the schema's rule {rule})"),
            Self::TooDeep { limit } => write!(f, "objects and lists lie more than {limit} deep in one another"),
        }
    }
}
