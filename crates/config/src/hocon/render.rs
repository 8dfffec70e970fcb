//! A value as HOCON text on one line, which reads back as the same value.

use std::fmt::{self, Write};

use super::node::Scalar;
use super::path::write_key;
use super::value::{Value, ValueKind};

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ValueKind::Scalar(Scalar::Text(text)) => write_quoted(f, text),
            ValueKind::Scalar(scalar) => f.write_str(&scalar.as_text()),
            ValueKind::List(items) => write_all(f, ('[', ']'), items, |f, item| write!(f, "{item}")),
            ValueKind::Object(members) => write_all(f, ('{', '}'), members, |f, (name, value)| {
                write_key(f, name)?;
                write!(f, " = {value}")
            }),
        }
    }
}

fn write_all<T>(
    f: &mut fmt::Formatter<'_>,
    (open, close): (char, char),
    items: &[T],
    write_one: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    f.write_char(open)?;
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write_one(f, item)?;
    }
    f.write_char(close)
}

/// Writes a text between quotes, with everything escaped that could end or hide it.
pub(super) fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            other if other.is_control() => write!(f, "\\u{:04x}", u32::from(other))?,
            other => f.write_char(other)?,
        }
    }
    f.write_char('"')
}
