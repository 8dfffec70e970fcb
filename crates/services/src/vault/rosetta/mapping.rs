use serde_json::Value;
use test_probe_directives::Secret;

use super::path::Found;
use super::transformation::text;
use super::{RosettaPath, Transformation};

/// Where one field of the credentials stands in a vault's answer, and what is done to it.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// The field: `clientId`, `clientSecret`, or any other.
    pub target_field: String,
    /// Where it stands.
    pub source_path: RosettaPath,
    /// What is done to it, in this order; a `defaultValue` is a `default` in the first place.
    pub transformations: Vec<Transformation>,
}

/// A value that is not there or is none that credentials can hold. The value itself is left out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MappingProblem {
    /// Nothing stands at the path.
    #[error("Path not found: {path}")]
    PathNotFound {
        /// The path.
        path: String,
    },
    /// What stands there is no string.
    #[error("Expected string value but got {found}")]
    NotAString {
        /// Its JSON type.
        found: &'static str,
    },
    /// The value is there and empty.
    #[error("Expected a value but got an empty string")]
    Empty,
    /// `base64decode` met something else.
    #[error("Transformation 'base64decode' requires Base64 text; leave it out if the vault answers in plain text")]
    NotBase64,
    /// `base64decode` found bytes that are no text.
    #[error("Transformation 'base64decode' requires UTF-8 text inside the Base64")]
    NotText,
}

impl MappingProblem {
    /// Whether there is nothing, or null, where a value should be.
    pub(crate) fn is_absence(&self) -> bool {
        matches!(self, Self::PathNotFound { .. } | Self::NotAString { found: "null" })
    }
}

impl Mapping {
    /// The field's value in an answer.
    ///
    /// # Errors
    /// [`MappingProblem`], for the first thing that does not fit.
    pub fn value(&self, answer: &Value) -> Result<Secret, MappingProblem> {
        let mut found = match self.source_path.find(answer) {
            Some(found) => found,
            None if matches!(self.transformations.first(), Some(Transformation::Default(_))) => Found::One(Value::Null),
            None => return Err(MappingProblem::PathNotFound { path: self.source_path.to_string() }),
        };
        for transformation in &self.transformations {
            found = transformation.apply(found)?;
        }
        match found {
            Found::One(value) => text(&value).map(Secret::new),
            Found::Many(_) => Err(MappingProblem::NotAString { found: "array" }),
        }
    }
}
