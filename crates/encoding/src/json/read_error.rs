use std::fmt;

use super::malformed_payload::MalformedPayload;
use super::trace::Trace;
use crate::codec::BoxError;

/// What was wrong while a payload was read.
#[derive(Debug)]
pub(crate) struct ReadError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    trace: Trace,
    problem: String,
    /// How many bytes were left of the payload; nothing when it is not the payload that is wrong.
    left: Option<usize>,
}

/// Bytes that are what the schema says, but not what the type wants.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {problem}")]
struct OtherType {
    path: String,
    problem: String,
}

impl ReadError {
    #[cold]
    pub(crate) fn damage(problem: impl Into<String>, left: usize) -> Self {
        Self(Box::new(Inner { trace: Trace::default(), problem: problem.into(), left: Some(left) }))
    }

    #[cold]
    pub(crate) fn other_type(problem: impl Into<String>) -> Self {
        Self(Box::new(Inner { trace: Trace::default(), problem: problem.into(), left: None }))
    }

    /// The same error, seen from the object around it.
    #[cold]
    pub(crate) fn inside(mut self, name: &str) -> Self {
        self.0.trace.name(name);
        self
    }

    /// The same error, seen from the list around it.
    #[cold]
    pub(crate) fn at(mut self, index: usize) -> Self {
        self.0.trace.index(index);
        self
    }

    pub(crate) fn into_malformed(self) -> MalformedPayload {
        MalformedPayload { path: self.0.trace.path(), left: self.0.left.unwrap_or(0), problem: self.0.problem }
    }

    pub(crate) fn into_boxed(self) -> BoxError {
        match self.0.left {
            Some(_) => self.into_malformed().into(),
            None => OtherType { path: self.0.trace.path(), problem: self.0.problem }.into(),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.trace.path(), self.0.problem)
    }
}

impl std::error::Error for ReadError {}

impl serde::de::Error for ReadError {
    fn custom<T: fmt::Display>(problem: T) -> Self {
        Self::other_type(problem.to_string())
    }
}
