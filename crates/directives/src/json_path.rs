use std::cmp::Ordering;
use std::fmt;

use serde_json::Value;

use crate::number_order;

mod member_path;
pub(crate) mod shape;

pub use member_path::member_path;
use shape::Shape;

/// A JSONPath query by RFC 9535, with one addition of the step language: a closing `.length()`.
///
/// `$.items.length()` is the number of elements of an array, of members of an object, or of characters of a text; where
/// the path before it finds several nodes, or none, it is their number.
#[derive(Clone)]
pub struct JsonPath {
    text: String,
    query: serde_json_path::JsonPath,
    counts: bool,
    shape: Shape,
}

/// A text that is no JSONPath.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a JSONPath: {reason}; a path starts with `$`, such as $.order.items[0].sku")]
pub struct InvalidJsonPath {
    text: String,
    reason: String,
}

impl JsonPath {
    const COUNT: &'static str = ".length()";

    /// Reads a query.
    ///
    /// # Errors
    /// [`InvalidJsonPath`] with the parser's reason.
    pub fn parse(text: &str) -> Result<Self, InvalidJsonPath> {
        let text = text.trim();
        let (path, counts) = match text.strip_suffix(Self::COUNT) {
            Some(path) => (path, true),
            None => (text, false),
        };
        let query = serde_json_path::JsonPath::parse(path)
            .map_err(|error| InvalidJsonPath { text: text.to_owned(), reason: error.to_string() })?;
        Ok(Self { text: text.to_owned(), query, counts, shape: Shape::of(path) })
    }

    /// Whether the path ends in `.length()`, so that it always finds a number.
    pub fn counts(&self) -> bool {
        self.counts
    }

    /// The values that the query finds in `document`, in document order.
    pub fn find(&self, document: &Value) -> Vec<Value> {
        let found = self.query.query(document).all();
        if self.counts {
            return vec![Value::from(length(&found))];
        }
        found.into_iter().cloned().collect()
    }

    /// Whether [`find`](Self::find) finds anything. A path with `.length()` always does: where nothing is, it is 0.
    pub fn exists(&self, document: &Value) -> bool {
        self.counts || !self.query.query(document).is_empty()
    }

    /// Whether some value that the query finds equals `expected`, type included: `"10"` is not `10`.
    pub fn matches(&self, document: &Value, expected: &Value) -> bool {
        self.find(document).iter().any(|found| typed_equal(found, expected))
    }

    /// Puts `replacement` at every place that the query finds. A path with `.length()` finds no place.
    pub fn replace(&self, document: &mut Value, replacement: &Value) {
        if self.counts {
            return;
        }
        for pointer in self.places(document) {
            if let Some(place) = document.pointer_mut(&pointer) {
                *place = replacement.clone();
            }
        }
    }

    /// Where the query finds something, as JSON pointers; `.length()` left aside.
    pub(crate) fn places(&self, document: &Value) -> Vec<String> {
        self.query.query_located(document).locations().map(|location| location.to_json_pointer()).collect()
    }

    pub(crate) fn shape(&self) -> &Shape {
        &self.shape
    }
}

fn length(found: &[&Value]) -> usize {
    match found {
        [Value::Array(items)] => items.len(),
        [Value::Object(members)] => members.len(),
        [Value::String(text)] => text.chars().count(),
        nodes => nodes.len(),
    }
}

/// Numbers are equal by value (`1` is `1.0`), everything else by JSON type and value.
fn typed_equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => number_order(left, right) == Some(Ordering::Equal),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| typed_equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, left)| right.get(name).is_some_and(|right| typed_equal(left, right)))
        }
        _ => left == right,
    }
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JsonPath({})", self.text)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn found(path: &str, document: &Value) -> Vec<Value> {
        JsonPath::parse(path).unwrap().find(document)
    }

    #[test]
    fn paths_of_the_standard_are_followed() {
        let order = json!({"id": "A-1", "items": [{"sku": "x", "n": 2}, {"sku": "y", "n": 1}]});
        assert_eq!(found("$.id", &order), [json!("A-1")]);
        assert_eq!(found("$.items[*].sku", &order), [json!("x"), json!("y")]);
        assert_eq!(found("$.items[?@.n > 1].sku", &order), [json!("x")]);
        assert_eq!(found("$.missing", &order), Vec::<Value>::new());
    }

    #[test]
    fn length_counts_elements_members_and_characters() {
        let document = json!({"items": [1, 2, 3], "name": "größe", "inner": {"a": 1}, "n": 5});
        assert_eq!(found("$.items.length()", &document), [json!(3)]);
        assert_eq!(found("$.name.length()", &document), [json!(5)]);
        assert_eq!(found("$.inner.length()", &document), [json!(1)]);
        assert_eq!(found("$.items[?@ > 1].length()", &document), [json!(2)]);
        assert_eq!(found("$.missing.length()", &document), [json!(0)]);
    }

    #[test]
    fn comparison_keeps_types_apart() {
        let document = json!({"text": "10", "number": 10, "fraction": 10.0, "list": [1, 2]});
        let path = |text| JsonPath::parse(text).unwrap();
        assert!(!path("$.text").matches(&document, &json!(10)));
        assert!(!path("$.number").matches(&document, &json!("10")));
        assert!(path("$.fraction").matches(&document, &json!(10)));
        assert!(path("$.list").matches(&document, &json!([1.0, 2])));
    }

    #[test]
    fn whole_numbers_that_no_float_tells_apart_are_not_equal() {
        let document = json!({"id": 9_007_199_254_740_993_i64, "largest": u64::MAX});
        let path = |text| JsonPath::parse(text).unwrap();
        assert!(path("$.id").matches(&document, &json!(9_007_199_254_740_993_i64)));
        assert!(!path("$.id").matches(&document, &json!(9_007_199_254_740_992_i64)));
        assert!(!path("$.largest").matches(&document, &json!(u64::MAX - 1)));
        assert!(!path("$").matches(&json!([9_007_199_254_740_993_i64]), &json!([9_007_199_254_740_992.0])));
    }

    #[test]
    fn what_is_found_exists_and_a_length_is_always_found() {
        let document = json!({"items": []});
        for (path, exists) in
            [("$.items", true), ("$.gone", false), ("$.items.length()", true), ("$.gone.length()", true)]
        {
            let path = JsonPath::parse(path).unwrap();
            assert_eq!((path.exists(&document), !path.find(&document).is_empty()), (exists, exists), "{path}");
        }
    }

    #[test]
    fn replacing_reaches_every_place() {
        let mut document = json!({"cards": [{"number": "1"}, {"number": "2"}], "n/o": {"number": 3}});
        JsonPath::parse("$..number").unwrap().replace(&mut document, &json!("***"));
        assert_eq!(document, json!({"cards": [{"number": "***"}, {"number": "***"}], "n/o": {"number": "***"}}));
    }

    #[test]
    fn what_is_no_path_is_refused_with_the_text() {
        let message = JsonPath::parse("order.id").unwrap_err().to_string();
        assert!(message.starts_with("`order.id` is not a JSONPath"), "{message}");
    }
}
