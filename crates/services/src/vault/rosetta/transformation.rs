use std::fmt;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;
use test_probe_directives::Secret;

use super::mapping::MappingProblem;
use super::path::Found;

/// A change that a value goes through on its way from the answer to the credentials.
///
/// Where a path leads to several values, each goes through it, until `concat` joins them. `Debug` shows no parameter, since
/// a default or a prefix may be part of a secret.
#[derive(Clone)]
#[non_exhaustive]
pub enum Transformation {
    /// `base64decode`, of text.
    Base64Decode,
    /// `base64encode`.
    Base64Encode,
    /// `toupper`.
    ToUpper,
    /// `tolower`.
    ToLower,
    /// `prefix`: puts a text before it.
    Prefix(Secret),
    /// `suffix`: puts a text after it.
    Suffix(Secret),
    /// `concat`: joins the texts that a path with `[*]` finds.
    Concat {
        /// What stands between them.
        separator: Secret,
    },
    /// `default`: replaces null, and as the first transformation also what is not there.
    Default(Secret),
}

/// A transformation that there is not, or that lacks its parameter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidTransformation {
    /// A parameter is missing.
    #[error("Transformation '{kind}' requires 'value' parameter")]
    MissingValue {
        /// The transformation.
        kind: &'static str,
    },
    /// There is no such transformation.
    #[error("Unknown transformation type: {kind}; there are {}", Transformation::KINDS.join(", "))]
    Unknown {
        /// The type as written.
        kind: String,
    },
}

/// Padding may be left out, as Java's decoder has it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl Transformation {
    /// The types, as a file writes them.
    pub const KINDS: [&str; 8] =
        ["base64decode", "base64encode", "toupper", "tolower", "prefix", "suffix", "concat", "default"];

    /// The transformation of a type, in any case, with its parameters.
    ///
    /// # Errors
    /// [`InvalidTransformation`].
    pub fn new(kind: &str, value: Option<&str>, separator: Option<&str>) -> Result<Self, InvalidTransformation> {
        let required = |kind| value.map(Secret::new).ok_or(InvalidTransformation::MissingValue { kind });
        match kind.to_ascii_lowercase().as_str() {
            "base64decode" => Ok(Self::Base64Decode),
            "base64encode" => Ok(Self::Base64Encode),
            "toupper" => Ok(Self::ToUpper),
            "tolower" => Ok(Self::ToLower),
            "prefix" => required("prefix").map(Self::Prefix),
            "suffix" => required("suffix").map(Self::Suffix),
            "concat" => Ok(Self::Concat { separator: Secret::new(separator.unwrap_or_default()) }),
            "default" => required("default").map(Self::Default),
            _ => Err(InvalidTransformation::Unknown { kind: kind.to_owned() }),
        }
    }

    /// The type, as a file writes it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Base64Decode => "base64decode",
            Self::Base64Encode => "base64encode",
            Self::ToUpper => "toupper",
            Self::ToLower => "tolower",
            Self::Prefix(_) => "prefix",
            Self::Suffix(_) => "suffix",
            Self::Concat { .. } => "concat",
            Self::Default(_) => "default",
        }
    }

    pub(super) fn apply(&self, found: Found) -> Result<Found, MappingProblem> {
        match (self, found) {
            (Self::Concat { separator }, Found::Many(values) | Found::One(Value::Array(values))) => {
                let texts = values.iter().map(text).collect::<Result<Vec<_>, _>>()?;
                Ok(Found::One(texts.join(separator.expose()).into()))
            }
            (_, Found::One(value)) => self.of_one(value).map(Found::One),
            (_, Found::Many(values)) => {
                values.into_iter().map(|value| self.of_one(value)).collect::<Result<_, _>>().map(Found::Many)
            }
        }
    }

    fn of_one(&self, value: Value) -> Result<Value, MappingProblem> {
        if let Self::Default(default) = self {
            return Ok(if value.is_null() { default.expose().into() } else { value });
        }
        let text = text(&value)?;
        Ok(Value::String(match self {
            Self::Base64Decode => decoded(text)?,
            Self::Base64Encode => BASE64.encode(text),
            Self::ToUpper => text.to_uppercase(),
            Self::ToLower => text.to_lowercase(),
            Self::Prefix(prefix) => format!("{}{text}", prefix.expose()),
            Self::Suffix(suffix) => format!("{text}{}", suffix.expose()),
            // One text is joined already, and what a default could replace is not a text.
            Self::Concat { .. } | Self::Default(_) => text.to_owned(),
        }))
    }
}

fn decoded(text: &str) -> Result<String, MappingProblem> {
    let bytes = BASE64.decode(text.trim()).map_err(|_| MappingProblem::NotBase64)?;
    String::from_utf8(bytes).map_err(|_| MappingProblem::NotText)
}

pub(super) fn text(value: &Value) -> Result<&str, MappingProblem> {
    let found = match value {
        Value::String(text) => return Ok(text),
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    Err(MappingProblem::NotAString { found })
}

impl fmt::Debug for Transformation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}
