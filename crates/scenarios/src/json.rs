//! JSON as messages show it and as steps compare it.

use std::cmp::Ordering;

use serde_json::{Number, Value};

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

/// Whether two scalars are the same: numbers by their value (`1` is `1.0`), everything else by type and value.
pub(crate) fn same_scalar(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => order_of_numbers(left, right) == Some(Ordering::Equal),
        _ => left == right,
    }
}

/// The order of two numbers. Whole numbers are compared as such: not all of them are floating-point numbers.
pub(crate) fn order_of_numbers(left: &Number, right: &Number) -> Option<Ordering> {
    let whole = |number: &Number| number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    match (whole(left), whole(right)) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

/// The JSONPath of a member or an element of what lies at `path`.
pub(crate) fn member_path(path: &str, name: &str) -> String {
    let is_plain = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_plain {
        format!("{path}.{name}")
    } else {
        format!("{path}['{}']", name.replace('\\', "\\\\").replace('\'', "\\'"))
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
    fn odd_names_stand_in_brackets() {
        assert_eq!(member_path("$", "a"), "$.a");
        assert_eq!(member_path("$.a", "it's"), r"$.a['it\'s']");
    }
}
