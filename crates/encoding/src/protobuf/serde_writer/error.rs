use std::fmt;

use serde_json::Value;

use crate::codec::BoxError;
use crate::json::Trace;
use crate::json::{JsonMismatch, JsonProblem};

/// What was wrong while a value was written.
#[derive(Debug)]
pub(super) struct WriteError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    trace: Trace,
    /// What the JSON writer says of the place further inside, without its `$`.
    rest: String,
    problem: Problem,
}

#[derive(Debug)]
enum Problem {
    Mismatch(JsonProblem),
    /// The words of the value's own code.
    Told(String),
}

/// A value that its own code refuses to write.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {problem}")]
struct Unwritable {
    path: String,
    problem: String,
}

impl WriteError {
    #[cold]
    pub(super) fn new(problem: JsonProblem) -> Self {
        Self::of(Problem::Mismatch(problem), String::new())
    }

    #[cold]
    pub(super) fn does_not_fit(told: &str, wanted: String) -> Self {
        // A value that reads as JSON is cut as JSON is.
        let value = serde_json::from_str(told).unwrap_or_else(|_| Value::from(told));
        Self::new(match value {
            Value::String(text) if !told.starts_with('"') => JsonProblem::DoesNotFit { value: text, wanted },
            value => JsonProblem::does_not_fit(&value, wanted),
        })
    }

    fn of(problem: Problem, rest: String) -> Self {
        Self(Box::new(Inner { trace: Trace::default(), rest, problem }))
    }

    #[cold]
    pub(super) fn inside(mut self, name: &str) -> Self {
        self.0.trace.name(name);
        self
    }

    #[cold]
    pub(super) fn at(mut self, index: usize) -> Self {
        self.0.trace.index(index);
        self
    }

    fn path(&self) -> String {
        self.0.trace.path() + &self.0.rest
    }

    pub(super) fn into_boxed(self) -> BoxError {
        let path = self.path();
        match self.0.problem {
            Problem::Mismatch(problem) => JsonMismatch { path, problem }.into(),
            Problem::Told(problem) => Unwritable { path, problem }.into(),
        }
    }
}

impl From<JsonMismatch> for WriteError {
    fn from(JsonMismatch { path, problem }: JsonMismatch) -> Self {
        Self::of(Problem::Mismatch(problem), path.strip_prefix('$').unwrap_or(&path).to_owned())
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.problem {
            Problem::Mismatch(problem) => write!(f, "{}: {problem}", self.path()),
            Problem::Told(problem) => write!(f, "{}: {problem}", self.path()),
        }
    }
}

impl std::error::Error for WriteError {}

impl serde::ser::Error for WriteError {
    fn custom<T: fmt::Display>(problem: T) -> Self {
        Self::of(Problem::Told(problem.to_string()), String::new())
    }
}
