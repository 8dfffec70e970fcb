use std::fmt;

use serde_json::{Map, Value};

use crate::json::member_path;

/// Where in an event a column's cells stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place(Vec<Segment>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Member(String),
    Element(usize),
}

impl Place {
    /// Reads a field's name, or a path such as `$.customer.name` or `lines[0].sku`.
    pub(super) fn parse(heading: &str) -> Result<Self, String> {
        let refused = || format!("column `{heading}` is no field; write such as customer.name or lines[0].sku");
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
    pub(super) fn put(&self, root: &mut Value, value: Value) -> Result<(), String> {
        let taken = || format!("column `{self}` contradicts another column");
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
                        return Err(format!("column `{self}` has a value, but the element before it has none"));
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
}

impl fmt::Display for Place {
    /// As a JSONPath.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.0.iter().fold("$".to_owned(), |path, segment| match segment {
            Segment::Member(name) => member_path(&path, name),
            Segment::Element(index) => format!("{path}[{index}]"),
        });
        f.write_str(&path)
    }
}
