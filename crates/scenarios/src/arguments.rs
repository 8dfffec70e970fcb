//! What a step's text, its text block and its table say, read as what the step needs.

use std::time::Duration;

use regex::Regex;
use serde_json::Value;
use test_probe_directives::{Format, InvalidDuration, InvalidJsonPath, JsonPath, describe_duration, parse_duration};
use test_probe_kafka::{Headers, NackKind};

use crate::DocString;
use crate::json;
use crate::pattern::Captures;

mod invalid;
mod scalar;

pub use invalid::InvalidArgument;
pub(crate) use scalar::{unquoted, value};

/// The parameters of a step, and what stands below it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) captures: Captures,
    pub(crate) doc_string: Option<DocString>,
    pub(crate) table: Option<Vec<Vec<String>>>,
    /// Whether the step is one of "I try to …".
    pub(crate) is_try: bool,
}

type Read<T> = Result<T, InvalidArgument>;

impl Arguments {
    pub(crate) fn has(&self, name: &str) -> bool {
        self.captures.get(name).is_some()
    }

    /// A text, without its quotes.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.captures.get(name).map(scalar::unquoted)
    }

    /// A text that the step's pattern always has.
    pub(crate) fn the_text(&self, name: &str) -> String {
        self.text(name).unwrap_or_default()
    }

    pub(crate) fn number(&self, name: &str) -> Read<Option<u32>> {
        self.captures.get(name).map(|digits| scalar::number(digits, u32::MAX)).transpose()
    }

    /// A number that the step's pattern always has.
    pub(crate) fn the_number(&self, name: &str) -> Read<u32> {
        Ok(self.number(name)?.unwrap_or_default())
    }

    pub(crate) fn duration(&self, name: &str) -> Read<Option<Duration>> {
        let Some(text) = self.captures.get(name) else { return Ok(None) };
        let duration = parse_duration(text)?;
        if duration > scalar::LONGEST {
            let longest = describe_duration(scalar::LONGEST);
            return Err(InvalidArgument::TooLong { text: text.to_owned(), longest });
        }
        Ok(Some(duration))
    }

    /// A duration that the step's pattern always has.
    pub(crate) fn the_duration(&self, name: &str) -> Read<Duration> {
        Ok(self.duration(name)?.unwrap_or_default())
    }

    /// A format; an unknown word fits no pattern.
    pub(crate) fn format(&self, name: &str) -> Option<Format> {
        self.captures.get(name)?.parse().ok()
    }

    /// Quoted text as a text, anything else as JSON.
    pub(crate) fn value(&self, name: &str) -> Read<Value> {
        scalar::value(self.captures.get(name).unwrap_or_default())
    }

    /// JSON that stands in the step's text.
    pub(crate) fn json(&self, name: &str) -> Read<Value> {
        scalar::json(self.captures.get(name).unwrap_or_default())
    }

    pub(crate) fn json_path(&self, name: &str) -> Read<JsonPath> {
        Ok(JsonPath::parse(&self.the_text(name))?)
    }

    /// A regular expression, which may match anywhere in a text.
    pub(crate) fn regex(&self, name: &str) -> Read<Regex> {
        scalar::regex(&self.the_text(name))
    }

    pub(crate) fn nack_kind(&self, name: &str) -> Read<NackKind> {
        let word = self.the_text(name);
        let known = NackKind::ALL.into_iter().find(|kind| kind.as_str() == word);
        known.ok_or_else(|| InvalidArgument::unknown_nack_kind(word))
    }

    /// Headers as a JSON object of texts, numbers and booleans; a list of them is a name that stands more than once.
    pub(crate) fn headers(&self, name: &str) -> Read<Headers> {
        if !self.has(name) {
            return Ok(Headers::none());
        }
        let value = self.json(name)?;
        let members = value.as_object().into_iter().flatten();
        let mut headers = Headers::none();
        for (name, value) in members {
            let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            for value in values {
                match value {
                    Value::String(text) => headers.push(name, text.as_bytes()),
                    Value::Number(_) | Value::Bool(_) => headers.push(name, value.to_string()),
                    Value::Null | Value::Array(_) | Value::Object(_) => {
                        return Err(InvalidArgument::Header { name: name.clone(), value: json::described(value) });
                    }
                }
            }
        }
        Ok(headers)
    }

    /// Bytes in hexadecimal digits; blanks between them are none of them.
    pub(crate) fn hex(&self, name: &str) -> Read<Vec<u8>> {
        scalar::hex(&self.the_text(name))
    }

    /// The text block as JSON, and the format that its media type names.
    pub(crate) fn doc_json(&self) -> Read<(Value, Option<Format>)> {
        let doc_string = self.doc_string.as_ref().ok_or(InvalidArgument::NoDocString)?;
        let format = match doc_string.media_type.as_deref() {
            None | Some("json" | "application/json") => None,
            Some("avro") => Some(Format::Avro),
            Some("protobuf") => Some(Format::Protobuf),
            Some(word) => return Err(InvalidArgument::MediaType { word: word.to_owned() }),
        };
        Ok((scalar::json(&doc_string.content)?, format))
    }

    /// The rows below the step, its heading first.
    pub(crate) fn table(&self) -> Read<&[Vec<String>]> {
        self.table.as_deref().ok_or(InvalidArgument::NoTable)
    }
}

impl From<InvalidJsonPath> for InvalidArgument {
    fn from(error: InvalidJsonPath) -> Self {
        Self::JsonPath(error)
    }
}

impl From<InvalidDuration> for InvalidArgument {
    fn from(error: InvalidDuration) -> Self {
        Self::Duration(error)
    }
}

#[cfg(test)]
mod tests;
