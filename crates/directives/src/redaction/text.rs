//! Hiding in free texts, which may hold whole documents, single values, and words such as "`$.pin`: 1234 does not fit".

use std::borrow::Cow;
use std::ops::Range;

use serde_json::Value;

use super::{REDACTED, Redaction};
use crate::json_path::shape::{Meeting, shapes_in};

/// The text with everything hidden that the redaction wants hidden.
pub(super) fn hidden<'a>(text: &'a str, redaction: &Redaction) -> Cow<'a, str> {
    let text = then(Cow::Borrowed(text), |text| without_documents(text, redaction));
    let text = then(text, |text| without_members_of_broken_documents(text, redaction));
    let text = then(text, |text| redaction.memory().hidden(text));
    then(text, |text| without_named_values(text, redaction))
}

/// The JSON objects and arrays in a text, those within others left out.
pub(super) fn documents(text: &str) -> impl Iterator<Item = (Range<usize>, Value)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = text[from..].find(['{', '[']).map(|at| from + at)?;
            let mut documents = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Value>();
            match documents.next() {
                Some(Ok(document)) => {
                    from = start + documents.byte_offset();
                    return Some((start..from, document));
                }
                _ => from = start + 1,
            }
        }
    })
}

/// The members with redacted names in what looks like a document and is none: one that was cut, or one with placeholders.
/// Where in the document they stand cannot be told.
pub(super) fn members_of_broken_documents(text: &str, redaction: &Redaction) -> Vec<(Range<usize>, Value)> {
    let Some(broken) = broken_from(text) else { return Vec::new() };
    let names = redaction.paths.iter().filter_map(|path| path.shape().last_member());
    let mut members: Vec<(Range<usize>, Value)> = names
        .flat_map(|name| {
            let quoted = Value::from(name).to_string();
            let places: Vec<usize> = text[broken..].match_indices(&quoted).map(|(at, _)| at + quoted.len()).collect();
            places.into_iter().filter_map(|end| {
                let said = text[broken + end..].trim_start().strip_prefix(':')?.trim_start();
                let start = text.len() - said.len();
                let place = start..start + value_length(said)?;
                let value = serde_json::from_str(&text[place.clone()]).unwrap_or(Value::Null);
                (value != REDACTED).then_some((place, value))
            })
        })
        .collect();
    members.sort_by_key(|(place, _)| place.start);
    members
}

/// Where the first bracket stands that opens no document.
fn broken_from(text: &str) -> Option<usize> {
    let mut from = 0;
    for (range, _) in documents(text) {
        if let Some(at) = text[from..range.start].find(['{', '[']) {
            return Some(from + at);
        }
        from = range.end;
    }
    text[from..].find(['{', '[']).map(|at| from + at)
}

fn then<'a>(text: Cow<'a, str>, hide: impl FnOnce(&str) -> Cow<'_, str>) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => hide(text),
        Cow::Owned(text) => match hide(&text) {
            Cow::Owned(hidden) => Cow::Owned(hidden),
            Cow::Borrowed(_) => Cow::Owned(text),
        },
    }
}

fn without_documents<'a>(text: &'a str, redaction: &Redaction) -> Cow<'a, str> {
    let hide = |(range, document): (Range<usize>, Value)| {
        let redacted = redaction.applied(&document);
        (*redacted != document).then(|| (range.clone(), in_the_shape_of(&text[range], &redacted)))
    };
    replaced(text, documents(text).filter_map(hide))
}

fn without_members_of_broken_documents<'a>(text: &'a str, redaction: &Redaction) -> Cow<'a, str> {
    let members = members_of_broken_documents(text, redaction);
    replaced(text, members.into_iter().map(|(place, _)| (place, format!("\"{REDACTED}\""))))
}

/// The document on one line, or indented where it was written over several.
fn in_the_shape_of(original: &str, document: &Value) -> String {
    if original.contains('\n') { format!("{document:#}") } else { document.to_string() }
}

/// Hides what a text says is at a redacted path, however short it is.
fn without_named_values<'a>(text: &'a str, redaction: &Redaction) -> Cow<'a, str> {
    let hide = shapes_in(text).filter_map(|(range, shape)| {
        let meeting = redaction.meeting(&shape);
        let rest = &text[range.end..];
        let said = [": ", " is ", "() is "].iter().find_map(|words| rest.strip_prefix(words))?;
        let length = value_length(said)?;
        let is_meant = match meeting {
            Meeting::Around => true,
            Meeting::Within => said[..length].contains(['{', '[']),
            Meeting::Apart => false,
        };
        let start = text.len() - said.len();
        is_meant.then(|| (start..start + length, REDACTED.to_owned()))
    });
    replaced(text, hide)
}

/// How long the JSON value at the start of a text is, one that was cut included.
fn value_length(text: &str) -> Option<usize> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    if let Some(Ok(_)) = values.next() {
        return Some(values.byte_offset());
    }
    if !text.starts_with(['"', '{', '[']) {
        return None;
    }
    let line = text.lines().next().unwrap_or(text);
    Some(line.find('…').map_or(line.len(), |at| at + '…'.len_utf8()))
}

/// The text with other texts in these places, which come in their order; those that lie in an earlier one are left out.
fn replaced(text: &str, replacements: impl Iterator<Item = (Range<usize>, String)>) -> Cow<'_, str> {
    let (mut whole, mut kept_from) = (String::new(), 0);
    for (range, replacement) in replacements.filter(|(range, _)| !range.is_empty()) {
        if range.start >= kept_from {
            whole.push_str(&text[kept_from..range.start]);
            whole.push_str(&replacement);
            kept_from = range.end;
        }
    }
    if kept_from == 0 {
        return Cow::Borrowed(text);
    }
    whole.push_str(&text[kept_from..]);
    Cow::Owned(whole)
}
