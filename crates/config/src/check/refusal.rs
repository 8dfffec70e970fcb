use crate::issue::Issue;
use crate::{Origin, Severity};

/// Why a value breaks its key's rule. The path and the origin are added where they are known.
#[derive(Debug)]
pub(super) struct Refusal {
    message: String,
    suggestion: String,
    cause: Option<String>,
}

impl Refusal {
    pub(super) fn new(message: impl Into<String>, suggestion: impl Into<String>) -> Self {
        Self { message: message.into(), suggestion: suggestion.into(), cause: None }
    }

    pub(super) fn caused_by(self, cause: impl ToString) -> Self {
        Self { cause: Some(cause.to_string()), ..self }
    }

    pub(super) fn at(self, path: &str, origin: &Origin) -> Issue {
        let Self { message, suggestion, cause } = self;
        let (severity, origin) = (Severity::Error, Some(origin.clone()));
        Issue { severity, path: path.to_owned(), message, suggestion, cause, origin }
    }
}
