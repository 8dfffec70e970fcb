use std::fmt;

use serde_json::{Map, Value};

use crate::member_path;

/// Where in an event a column of a table stands: a field's name, or a path such as `customer.name` or `lines[0].sku`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPlace(Vec<Segment>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Member(String),
    Element(usize),
}

/// A heading that names no field, or a column that does not go with the others of its table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidFieldPlace {
    /// The heading names no field.
    #[error("column `{heading}` is no field; write such as customer.name or lines[0].sku")]
    NoField {
        /// The heading.
        heading: String,
    },
    /// Another column has put something else there.
    #[error("column `{place}` contradicts another column")]
    Taken {
        /// The column, as a JSONPath.
        place: String,
    },
    /// A list cannot begin in its middle.
    #[error("column `{place}` has a value, but the element before it has none")]
    Gap {
        /// The column, as a JSONPath.
        place: String,
    },
}

impl FieldPlace {
    /// Reads a field's name, or a path such as `$.customer.name` or `lines[0].sku`.
    ///
    /// # Errors
    /// [`InvalidFieldPlace::NoField`].
    pub fn parse(heading: &str) -> Result<Self, InvalidFieldPlace> {
        let refused = || InvalidFieldPlace::NoField { heading: heading.to_owned() };
        let path = heading.strip_prefix("$.").unwrap_or(heading);
        let mut segments = Vec::new();
        for member in path.split('.') {
            let (name, mut elements) = member.split_at(member.find('[').unwrap_or(member.len()));
            if name.trim().is_empty() || name == "$" {
                return Err(refused());
            }
            segments.push(Segment::Member(name.trim().to_owned()));
            while let Some(inner) = elements.strip_prefix('[') {
                let (digits, rest) = inner.split_once(']').ok_or_else(refused)?;
                segments.push(Segment::Element(digits.trim().parse().map_err(|_| refused())?));
                elements = rest;
            }
            if !elements.is_empty() {
                return Err(refused());
            }
        }
        Ok(Self(segments))
    }

    /// Puts a value there; objects and lists on the way are made.
    ///
    /// # Errors
    /// [`InvalidFieldPlace::Taken`] and [`InvalidFieldPlace::Gap`].
    pub fn put(&self, root: &mut Value, value: Value) -> Result<(), InvalidFieldPlace> {
        let taken = || InvalidFieldPlace::Taken { place: self.to_string() };
        let mut here = root;
        for segment in &self.0 {
            here = match segment {
                Segment::Member(name) => {
                    if here.is_null() {
                        *here = Value::Object(Map::new());
                    }
                    here.as_object_mut().ok_or_else(taken)?.entry(name).or_insert(Value::Null)
                }
                Segment::Element(index) => {
                    if here.is_null() {
                        *here = Value::Array(Vec::new());
                    }
                    let items = here.as_array_mut().ok_or_else(taken)?;
                    if *index > items.len() {
                        return Err(InvalidFieldPlace::Gap { place: self.to_string() });
                    }
                    if *index == items.len() {
                        items.push(Value::Null);
                    }
                    &mut items[*index]
                }
            };
        }
        if !here.is_null() {
            return Err(taken());
        }
        *here = value;
        Ok(())
    }

    /// An event with nothing but the value there; the elements of a list before it are null.
    pub(crate) fn alone(&self, value: Value) -> Value {
        self.0.iter().rev().fold(value, |inner, segment| match segment {
            Segment::Member(name) => Value::Object(Map::from_iter([(name.clone(), inner)])),
            Segment::Element(index) => {
                let nulls = std::iter::repeat_n(Value::Null, (*index).min(Self::FURTHEST));
                Value::Array(nulls.chain([inner]).collect())
            }
        })
    }

    /// A heading such as `a[4000000000]` is a slip, and no list of that size worth making.
    const FURTHEST: usize = 1000;

    /// What stands there, or what stands in its way: an ancestor that is neither object nor list.
    pub(crate) fn reached<'a>(&self, root: &'a Value) -> &'a Value {
        let mut here = root;
        for segment in &self.0 {
            let next = match segment {
                Segment::Member(name) => here.get(name),
                Segment::Element(index) => here.get((*index).min(Self::FURTHEST)),
            };
            match next {
                Some(next) => here = next,
                None => break,
            }
        }
        here
    }
}

impl fmt::Display for FieldPlace {
    /// As a JSONPath.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.0.iter().fold("$".to_owned(), |path, segment| match segment {
            Segment::Member(name) => member_path(&path, name),
            Segment::Element(index) => format!("{path}[{index}]"),
        });
        f.write_str(&path)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::JsonPath;

    #[test]
    fn a_place_is_reached_as_far_as_there_is_something() {
        let place = FieldPlace::parse("customer.cards[1].number").unwrap();
        for (document, reached) in [
            (json!({"customer": {"cards": [0, {"number": 7}]}}), json!(7)),
            (json!({"customer": {"cards": "hidden"}}), json!("hidden")),
            (json!({"customer": {"cards": [0]}}), json!([0])),
        ] {
            assert_eq!(*place.reached(&document), reached);
        }
    }

    #[test]
    fn an_event_with_nothing_but_one_value_is_made_however_far_off_its_place_is() {
        let alone = |heading| FieldPlace::parse(heading).unwrap().alone(json!(7));
        assert_eq!(alone("a.b[2]"), json!({"a": {"b": [null, null, 7]}}));
        let far = FieldPlace::parse("a[4000000000]").unwrap();
        assert_eq!(*far.reached(&far.alone(json!(7))), 7);
    }

    proptest! {
        #[test]
        fn a_heading_is_the_path_to_its_cell(place in "[a-z]{1,3}(\\.[a-z]{1,3}|\\[0\\]){0,4}") {
            let mut value = Value::Object(Map::new());
            let place = FieldPlace::parse(&place).unwrap();
            place.put(&mut value, json!("here")).unwrap();
            let path = JsonPath::parse(&place.to_string()).unwrap();
            prop_assert_eq!(path.find(&value), vec![json!("here")]);
            prop_assert_eq!(place.reached(&value), &json!("here"));
        }
    }
}
