//! JSON as messages show it and as steps compare it.

use std::cmp::Ordering;

use serde_json::Value;
use test_probe_directives::{JsonPath, REDACTED, Redaction, number_order};

/// JSON text, cut so that a message stays readable.
pub(crate) fn shortened(value: &Value) -> String {
    cut(&value.to_string())
}

/// A text, cut so that a message stays readable.
pub(crate) fn cut(text: &str) -> String {
    const LONGEST: usize = 200;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// `1 event`, `2 events`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A value with its type: `"10" (a text)`.
pub(crate) fn described(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(_) => shortened(value),
        _ => format!("{} ({})", shortened(value), kind_of(value)),
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// A value of an event with its type, where only `visible` may be shown of it: `***REDACTED*** (a text)`. What the type
/// is can be told of anything, and is what is wrong more often than not.
pub(crate) fn described_as(value: &Value, visible: &Value) -> String {
    if is_hidden(value, visible) { hidden(value) } else { described(visible) }
}

/// A value of an event in short, where only `visible` may be shown of it.
pub(crate) fn shortened_as(value: &Value, visible: &Value) -> String {
    if is_hidden(value, visible) { REDACTED.to_owned() } else { shortened(visible) }
}

/// What a step expects at a path of an event, as it may be shown.
pub(crate) fn expected_at(path: &JsonPath, value: &Value, redaction: &Redaction) -> String {
    if redaction.hides(path, value) { hidden(value) } else { described(value) }
}

/// A hidden value with its type.
pub(crate) fn hidden(value: &Value) -> String {
    format!("{REDACTED} ({})", kind_of(value))
}

fn is_hidden(value: &Value, visible: &Value) -> bool {
    visible == REDACTED && value != visible
}

/// Whether two scalars are the same: numbers by their value (`1` is `1.0`), everything else by type and value.
pub(crate) fn same_scalar(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => number_order(left, right) == Some(Ordering::Equal),
        _ => left == right,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_shown_with_their_types() {
        let shown: Vec<String> =
            [json!("10"), json!(10), json!(null), json!(true), json!([1]), json!({})].iter().map(described).collect();
        assert_eq!(shown, [r#""10" (a text)"#, "10 (a number)", "null", "true", "[1] (a list)", "{} (an object)"]);
    }

    #[test]
    fn long_values_are_cut_between_characters() {
        let text = shortened(&json!("é".repeat(300)));
        assert!(text.ends_with("é…") && text.chars().count() == 201, "{text}");
    }

    #[test]
    fn numbers_are_compared_by_value_and_types_are_kept_apart() {
        assert!(same_scalar(&json!(1), &json!(1.0)) && !same_scalar(&json!("1"), &json!(1)));
    }

    #[test]
    fn a_hidden_value_is_shown_by_its_type_alone() {
        let redaction = Redaction::of(vec![JsonPath::parse("$.pin").unwrap()]);
        let path = |text| JsonPath::parse(text).unwrap();
        assert_eq!(described_as(&json!(1234), &json!(REDACTED)), "***REDACTED*** (a number)");
        assert_eq!(
            described_as(&json!({"pin": 1}), &json!({"pin": REDACTED})),
            r#"{"pin":"***REDACTED***"} (an object)"#
        );
        assert_eq!(described_as(&json!(REDACTED), &json!(REDACTED)), r#""***REDACTED***" (a text)"#);
        assert_eq!(shortened_as(&json!("12"), &json!(REDACTED)), REDACTED);
        assert_eq!(expected_at(&path("$.pin"), &json!("12"), &redaction), "***REDACTED*** (a text)");
        assert_eq!(expected_at(&path("$.n"), &json!("12"), &redaction), r#""12" (a text)"#);
    }
}
