/// Why a text is no JSON Schema that can be used. Asking again does not help.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum InvalidJsonSchema {
    /// The text is no JSON.
    #[error("{document} is no JSON: {problem}")]
    NotJson {
        /// The schema, or the name of one that it refers to.
        document: String,
        /// What the JSON library says, with the place.
        problem: String,
    },
    /// It breaks a rule of its draft.
    #[error("{document} is no JSON Schema of draft {draft}: {place}: {problem}")]
    BreaksDraft {
        document: String,
        draft: &'static str,
        /// The place in the document, as a JSON Pointer.
        place: String,
        problem: String,
    },
    /// It refers to documents that were not handed in.
    #[error("the schema refers to {}, but has no reference of that name", names.join(" and "))]
    UnknownReference {
        /// As they are written.
        names: Vec<String>,
    },
    /// It refers to a place that does not exist.
    #[error("a `$ref` of the schema leads nowhere: {problem}")]
    Astray { problem: String },
    /// A schema lies in itself at one place of a value, so that no check of it would end.
    #[error("a `$ref` of the schema leads back to where it stands without going into the value")]
    Circular,
    /// Schemas lie too deep in one another at one place of a value.
    #[error("the schema's definitions lie more than {limit} deep in one another without going into the value")]
    TooDeep { limit: usize },
}
