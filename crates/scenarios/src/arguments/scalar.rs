use std::time::Duration;

use regex::Regex;
use serde_json::Value;

use super::{InvalidArgument, Read};

/// The longest time that a step may name: a day.
pub(super) const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// A text without its quotes, with the quotes in it that a backslash kept. A word without quotes is itself.
pub(crate) fn unquoted(text: &str) -> String {
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''));
    let inner = quote.and_then(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    // As in Cucumber expressions only quotes are escaped, so that patterns keep their backslashes.
    inner.map_or_else(|| text.to_owned(), |inner| inner.replace("\\\"", "\"").replace("\\'", "'"))
}

pub(super) fn number(digits: &str, most: u32) -> Read<u32> {
    digits.parse().ok().filter(|number| *number <= most).ok_or_else(|| InvalidArgument::Number {
        text: digits.to_owned(),
        least: 0,
        most,
    })
}

pub(crate) fn value(text: &str) -> Read<Value> {
    if text.starts_with(['"', '\'']) { Ok(Value::String(unquoted(text))) } else { json(text) }
}

pub(super) fn json(text: &str) -> Read<Value> {
    serde_json::from_str(text).map_err(|source| InvalidArgument::Json { text: crate::json::cut(text), source })
}

pub(super) fn regex(text: &str) -> Read<Regex> {
    Regex::new(text).map_err(|source| InvalidArgument::Pattern { text: text.to_owned(), source: Box::new(source) })
}

pub(super) fn hex(text: &str) -> Read<Vec<u8>> {
    let invalid = || InvalidArgument::Hex { text: text.to_owned() };
    let digits: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let nibble = |c: &char| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Vec::with_capacity(digits.len() / 2);
    for pair in digits.chunks(2) {
        match pair {
            [high, low] => bytes.push(nibble(high).ok_or_else(invalid)? << 4 | nibble(low).ok_or_else(invalid)?),
            _ => return Err(invalid()),
        }
    }
    Ok(bytes)
}
