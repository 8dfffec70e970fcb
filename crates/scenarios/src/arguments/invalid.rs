use test_probe_directives::{InvalidDuration, InvalidJsonPath, nearest};
use test_probe_kafka::NackKind;

use crate::InvalidExpectation;

/// A parameter, text block or table that a step cannot read. It is found before anything runs.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidArgument {
    /// Text that is not JSON.
    #[error("`{text}` is not JSON")]
    Json {
        /// The text, cut where it is long.
        text: String,
        /// Why not, and where.
        #[source]
        source: serde_json::Error,
    },
    /// Text that is no JSONPath.
    #[error(transparent)]
    JsonPath(InvalidJsonPath),
    /// Text that is no regular expression.
    #[error("`{text}` is not a pattern; a pattern is a regular expression such as ^ORD-[0-9]+$")]
    Pattern {
        /// The text.
        text: String,
        /// Why not, and where.
        #[source]
        source: Box<regex::Error>,
    },
    /// Text that is no duration.
    #[error(transparent)]
    Duration(InvalidDuration),
    /// A time that no scenario should take.
    #[error("`{text}` is too long for a step; the longest time is {longest}")]
    TooLong {
        /// The text.
        text: String,
        /// The longest time that a step may name.
        longest: String,
    },
    /// A number that is too small or too large.
    #[error("{text} is out of range; a number from {least} to {most} is expected here")]
    Number {
        /// The digits.
        text: String,
        /// The smallest number allowed.
        least: u32,
        /// The largest number allowed.
        most: u32,
    },
    /// Text that is not made of pairs of hexadecimal digits.
    #[error("`{text}` is not bytes in hexadecimal digits; write two for each byte, such as \"00 ff 7b\"")]
    Hex {
        /// The text.
        text: String,
    },
    /// A header whose value no bytes can be made of.
    #[error("header `{name}` is {value}; a header is a text, a number or a boolean, or a list of them")]
    Header {
        /// The header.
        name: String,
        /// Its value.
        value: String,
    },
    /// A word that names no kind of Nack.
    #[error("`{word}` is no kind of rejection{hint}; the kinds are {known}")]
    NackKind {
        /// The word.
        word: String,
        /// The nearest kind, as a question.
        hint: String,
        /// All kinds.
        known: String,
    },
    /// The step needs a text block.
    #[error("the step needs a doc string below it: lines between \"\"\" and \"\"\"")]
    NoDocString,
    /// The step needs a table.
    #[error("the step needs a table below it, with a heading and a row for each event")]
    NoTable,
    /// A text block stands below a step that has no use for it.
    #[error("the step takes no doc string; is a colon missing at its end?")]
    SuperfluousDocString,
    /// A table stands below a step that has no use for it.
    #[error("the step takes no table")]
    SuperfluousTable,
    /// A text block of a type that no event can be read from.
    #[error("a doc string of type `{word}` cannot be read; use json, avro, or none")]
    MediaType {
        /// The type.
        word: String,
    },
    /// A table that is not made as a table of events.
    #[error("the table cannot be read: {reason}")]
    Table {
        /// Where and why.
        reason: String,
    },
    /// A doc string that no event can be compared with.
    #[error(transparent)]
    Expectation(#[from] InvalidExpectation),
    /// Something that makes no sense here.
    #[error("{0}")]
    Senseless(String),
}

impl InvalidArgument {
    pub(super) fn unknown_nack_kind(word: String) -> Self {
        let names = NackKind::ALL.map(NackKind::as_str);
        let hint = nearest(&word, names).map(|known| format!(", did you mean `{known}`?")).unwrap_or_default();
        Self::NackKind { word, hint, known: names.join(", ") }
    }
}
